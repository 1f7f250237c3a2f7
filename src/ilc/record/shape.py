"""Checks the shape of case.yaml and turns each mismatch into an issue with its line and remedy."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ilc.knowledge.model import Knowledge
from ilc.record.case_file import CaseDocument
from ilc.record.issue_log import IssueLog, quote
from ilc.record.schema import (
    CaseFile,
    ComplaintBlock,
    FindingBlock,
    HistoryBlock,
    PatientBlock,
    QuestionnaireBlock,
)

_BLOCKS: dict[str, type[BaseModel]] = {
    "complaints": ComplaintBlock,
    "findings": FindingBlock,
    "questionnaires": QuestionnaireBlock,
}
# Kind of mismatch -> (issue code, what to say after the key).
_KINDS: dict[str, tuple[str, str]] = {
    "extra_forbidden": ("CASE_UNKNOWN_KEY", "is not a key of this format"),
    "missing": ("CASE_MISSING_KEY", "is missing"),
    "literal_error": ("CASE_UNKNOWN_WORD", "is not {expected}"),
    "answer_shape": ("CASE_UNKNOWN_WORD", "is not yes, no or unknown"),
    "out_of_range": ("CASE_VALUE_OUT_OF_RANGE", "is outside {low:g} to {high:g}"),
    "string_pattern_mismatch": ("CASE_TEXT_NOT_ALLOWED", "holds letters that are not allowed here"),
    "string_too_long": ("CASE_TEXT_TOO_LONG", "is longer than {max_length} letters"),
    "too_long": ("CASE_LIST_TOO_LONG", "has more than {max_length} entries"),
    "number_shape": ("CASE_WRONG_TYPE", "is not a plain number"),
    "whole_shape": ("CASE_WRONG_TYPE", "is not a whole number"),
    "amount_shape": ("CASE_WRONG_TYPE", "is not a number with its unit"),
    "dict_type": ("CASE_WRONG_TYPE", "should hold `key: value` entries"),
    "model_type": ("CASE_WRONG_TYPE", "should hold `key: value` entries"),
    "tuple_type": ("CASE_WRONG_TYPE", "should be a list"),
    "string_type": ("CASE_WRONG_TYPE", "should be a single word or number"),
}
_NOT_A_DATE = ("CASE_DATE_NOT_READABLE", "is not a date")
_OTHER = ("CASE_WRONG_TYPE", "does not fit this format")
# What is never repeated in a message.
_PRIVATE = ("name", "birth_date", "note")


def parse_shape(document: CaseDocument, knowledge: Knowledge, log: IssueLog) -> CaseFile | None:
    """The document as a CaseFile; None, with one issue for each mismatch, where it has another shape."""
    try:
        return CaseFile.model_validate(document.data)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            _explain(error, document, knowledge, log)
        return None


def _explain(error: ErrorDetails, document: CaseDocument, knowledge: Knowledge, log: IssueLog) -> None:
    kind, place = error["type"], error["loc"]
    block, key = _key_at(place)
    code, expected = _KINDS.get(kind, _NOT_A_DATE if kind.startswith("date_") else _OTHER)
    message = f"{quote(key)}{_shown(key, error)} {expected.format(**error.get('ctx', {}))}."
    if kind == "extra_forbidden":
        remedy = _other_key(key, block, knowledge, log)
    else:
        remedy = _remedy(key, _fields(block).get(key))
    log.refuse(code, where=document.where(*place), message=message, remedy=remedy)


def _remedy(key: str, field: FieldInfo | None) -> str:
    if field is None or not field.examples:
        return "See docs/reference/case.md."
    return f"Expected: {field.description}, for example `{key}: {field.examples[0]}`."


def _key_at(place: tuple[str | int, ...]) -> tuple[type[BaseModel], str]:
    """The model and the key that an error belongs to; the key is as the author wrote it."""
    block: type[BaseModel] = CaseFile
    rest = list(place)
    if rest[:1] == ["patient"] and len(rest) > 1:
        block, rest = PatientBlock, rest[1:]
        if rest[:1] == ["history"] and len(rest) > 1:
            block, rest = HistoryBlock, rest[1:]
    elif len(rest) > 2 and rest[0] in _BLOCKS:
        block, rest = _BLOCKS[str(rest[0])], rest[2:]
    return block, str(rest[0]) if rest else ""


def _fields(block: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in block.model_fields.items()}


def _shown(key: str, error: ErrorDetails) -> str:
    value = error["input"]
    if key in _PRIVATE or error["type"] in ("extra_forbidden", "missing") or not isinstance(value, str):
        return ""
    return f": {quote(value)}"


def _other_key(key: str, block: type[BaseModel], knowledge: Knowledge, log: IssueLog) -> str:
    if key in knowledge.findings:
        return f"{quote(key)} is a finding: write it under `findings`."
    if key in knowledge.instruments:
        return f"{quote(key)} is a questionnaire: write it under `questionnaires`."
    return log.suggest(key, _fields(block)) or f"Possible: {', '.join(_fields(block))}."
