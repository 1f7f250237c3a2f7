"""Opens a case folder and its case.yaml as what they are: files from outside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ilc.core import InputFile
from ilc.knowledge.document import Entries, Items, Scalar, Value, parse_yaml
from ilc.knowledge.refusal import Refusal
from ilc.record.issue_log import IssueLog, quote

CASE_FILE = "case.yaml"
MAX_BYTES = 2 * 2**20
# Each entry of a YAML file needs at least one of these; a real case stays far below the limit.
_ENTRY_SIGNS = re.compile(r"[\n,:\[{?-]")
_MAX_ENTRY_SIGNS = 50_000
# YAML directives serve no purpose here, and thousands of them take the parser minutes.
_DIRECTIVE = re.compile(r"(?:^|[\n\r\x85\u2028\u2029])%")
_NULLS = ("", "~", "null", "Null", "NULL")

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """case.yaml as plain values, with the line of each."""

    data: dict[str, Plain]
    lines: Mapping[Place, int]

    def where(self, *path: str | int) -> str:
        """`case.yaml:LINE` of an entry, or of the nearest entry that holds it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return f"{CASE_FILE}:{self.lines[path[:end]]}"
        return CASE_FILE


def read_case_file(folder: Path, log: IssueLog) -> tuple[CaseDocument | None, tuple[InputFile, ...]]:
    """Read case.yaml; None, with issues in `log`, where there is nothing to work on."""
    content = _read_bytes(folder, log)
    if content is None:
        return None, ()
    inputs = (InputFile(CASE_FILE, hashlib.sha256(content).hexdigest()),)
    text = _decode(content, log)
    return (None if text is None else parse_case_text(text, log)), inputs


def parse_case_text(text: str, log: IssueLog) -> CaseDocument | None:
    """Text of a case.yaml as plain values; None, with issues in `log`, where it is not a mapping."""
    if sum(1 for _ in _ENTRY_SIGNS.finditer(text)) > _MAX_ENTRY_SIGNS:
        remedy = "Keep only this person's work-up in the file; images and signals belong in files of their own."
        log.refuse("CASE_TOO_LONG", where=CASE_FILE, message="The file has far too many entries.", remedy=remedy)
        return None
    if _DIRECTIVE.search(text):
        message, remedy = "A line begins with %.", "Remove it, or put the text in quotation marks on one line."
        log.refuse("CASE_NOT_YAML", where=CASE_FILE, message=message, remedy=remedy)
        return None
    try:
        entries = parse_yaml(text, file=CASE_FILE)
    except Refusal as refusal:
        issue = refusal.issue
        code = "CASE_" + issue.code.removeprefix("KNOWLEDGE_")
        log.refuse(code, where=issue.where, message=_sentence(issue.message), remedy=issue.remedy)
        return None
    if not entries.values:
        remedy = "Write at least `patient` and `complaints`; docs/reference/case.md shows an example."
        log.refuse("CASE_FILE_EMPTY", where=CASE_FILE, message="The file holds no entry.", remedy=remedy)
        return None
    data = _plain(entries)
    return CaseDocument(data, dict(_lines(entries, ()))) if isinstance(data, dict) else None


def _read_bytes(folder: Path, log: IssueLog) -> bytes | None:
    try:
        return _read_checked(folder, log)
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path is not usable"
        message = f"The case cannot be opened: {reason}."
        log.refuse("CASE_NOT_READABLE", where=CASE_FILE, message=message, remedy="Check the path and its permissions.")
        return None


def _read_checked(folder: Path, log: IssueLog) -> bytes | None:
    root = folder.resolve()
    path = (root / CASE_FILE).resolve()
    refused = _what_is_wrong(folder, root, path)
    if refused is not None:
        code, message, remedy = refused
        log.refuse(code, where="case folder", message=message, remedy=remedy)
        return None
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        remedy = "Keep only text about this person in the file; images and signals belong in files of their own."
        message = f"The file is larger than {MAX_BYTES // 2**20} MiB."
        log.refuse("CASE_FILE_TOO_LARGE", where=CASE_FILE, message=message, remedy=remedy)
        return None
    return content


def _what_is_wrong(folder: Path, root: Path, path: Path) -> tuple[str, str, str] | None:
    if root.is_file():
        return "CASE_FOLDER_IS_A_FILE", f"{quote(folder.name)} is a file.", "Name the folder that holds case.yaml."
    if not root.exists():
        return "CASE_FOLDER_MISSING", f"There is no folder {quote(folder.name)}.", "Check the spelling of the path."
    if not root.is_dir():
        return "CASE_FOLDER_MISSING", f"{quote(folder.name)} is not a folder.", "Name the folder that holds case.yaml."
    if not path.is_relative_to(root):
        remedy = "Copy the file itself into the folder."
        return "CASE_FILE_OUTSIDE", "case.yaml is a link to a file outside the case folder.", remedy
    if not path.exists():
        found = sorted(one.name for one in root.iterdir() if one.suffix.lower() in (".yaml", ".yml"))
        hint = f" Rename {quote(found[0])} if that is the case." if found else ""
        return "CASE_FILE_MISSING", "The folder holds no case.yaml.", f"Write one; see docs/reference/case.md.{hint}"
    if not path.is_file():
        return "CASE_FILE_MISSING", "case.yaml is not an ordinary file.", "Replace it by a text file."
    return None


def _decode(content: bytes, log: IssueLog) -> str | None:
    if not content.strip():
        remedy = "Write at least `patient` and `complaints`; docs/reference/case.md shows an example."
        log.refuse("CASE_FILE_EMPTY", where=CASE_FILE, message="The file is empty.", remedy=remedy)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "The file is not text in UTF-8."
        log.refuse(
            "CASE_NOT_UTF8", where=f"{CASE_FILE}:{line}", message=message, remedy="Save it with the encoding UTF-8."
        )
        return None


def _plain(value: Value) -> Plain:
    if isinstance(value, Scalar):
        return None if not value.quoted and value.text in _NULLS else value.text
    if isinstance(value, Items):
        return [_plain(one) for one in value.values]
    return {key: _plain(one) for key, one in value.values.items()}


def _lines(value: Value, path: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(value, Items):
        for index, one in enumerate(value.values):
            yield (*path, index), one.mark.line
            yield from _lines(one, (*path, index))
    elif isinstance(value, Entries):
        for key, one in value.values.items():
            yield (*path, key), value.marks[key].line
            yield from _lines(one, (*path, key))


def _sentence(message: str) -> str:
    short = message if len(message) <= 300 else message[:299] + "…"
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short)
    return clean[:1].upper() + clean[1:]
