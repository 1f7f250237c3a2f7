"""The shape of case.yaml, as pydantic models at the edge; the published JSON Schema is made from them.

Values arrive as text, as they stand in the file. A field's description and example make the remedy when it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from ilc.record.quantities import convert_exactly, parse_amount

SCHEMA_ID: Literal["ilc.case/1"] = "ilc.case/1"
RESERVED_KEYS = ("neurography", "ultrasound", "procedures", "diary")

_SHORT_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[-+]?[0-9]{1,9}(\.[0-9]{1,9})?")
_WHOLE = re.compile(r"[-+]?[0-9]{1,9}")
_ANSWERS: dict[str, bool | None] = {
    **dict.fromkeys(("yes", "true", "present"), True),
    **dict.fromkeys(("no", "false", "absent"), False),
    "unknown": None,
}


def _parse_date(value: object) -> object:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value.strip()):
        raise PydanticCustomError("date_shape", "is not a date")
    return value.strip()


def _parse_answer(value: object) -> object:
    if not isinstance(value, str) or value.strip().lower() not in _ANSWERS:
        raise PydanticCustomError("answer_shape", "is not yes, no or unknown")
    return _ANSWERS[value.strip().lower()]


def _parse_number(value: object) -> object:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        raise PydanticCustomError("number_shape", "is not a number")
    return value.strip()


def _number(low: float, high: float) -> BeforeValidator:
    return _bounded(_parse_number, low, high, written=float)


def _whole(low: int, high: int) -> BeforeValidator:
    def parse(value: object) -> object:
        if not isinstance(value, str) or not _WHOLE.fullmatch(value.strip()):
            raise PydanticCustomError("whole_shape", "is not a whole number")
        return value.strip()

    return _bounded(parse, low, high, written=int)


def _amount(unit: str, low: float, high: float) -> BeforeValidator:
    def parse(value: object) -> object:
        amount = parse_amount(value) if isinstance(value, str) else None
        converted = convert_exactly(amount.number, written=amount.unit, expected=unit) if amount else None
        if converted is None:
            raise PydanticCustomError("amount_shape", "is not a number with its unit")
        _check_range(converted, low, high)
        return converted

    return BeforeValidator(parse, json_schema_input_type=str)


def _bounded(parse: Callable[[object], object], low: float, high: float, *, written: type) -> BeforeValidator:
    def check(value: object) -> object:
        text = parse(value)
        _check_range(float(str(text)), low, high)
        return text

    return BeforeValidator(check, json_schema_input_type=Annotated[written, Field(ge=low, le=high)])


def _check_range(number: float, low: float, high: float) -> None:
    if not low <= number <= high:
        raise PydanticCustomError("out_of_range", "is outside {low} to {high}", {"low": low, "high": high})


def _wrap(key: str) -> BeforeValidator:
    def wrap(value: object) -> object:
        return value if isinstance(value, dict) else {key: value}

    inputs: dict[str, Any] = {
        "id": ComplaintBlock | str,
        "value": FindingBlock | str | float | None,
        "total": QuestionnaireBlock | float,
    }
    return BeforeValidator(wrap, json_schema_input_type=inputs[key])


IsoDate = Annotated[date, BeforeValidator(_parse_date, json_schema_input_type=date)]
Answer = Annotated[
    bool | None,
    BeforeValidator(_parse_answer, json_schema_input_type=Literal["yes", "no", "unknown", "present", "absent"] | bool),
]
Score = Annotated[float, _number(-10_000, 10_000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=4000)]
ShortName = Annotated[
    str,
    StringConstraints(pattern=_SHORT_NAME),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _SHORT_NAME}, {"type": "integer", "minimum": 0}]}),
]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, data: object) -> object:
        """A key without a value is a form field left empty: as if it had not been written."""
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class HistoryBlock(_Block):
    """What decides whether the person is within the scope of the software."""

    pregnant: Answer = Field(default=None, description="pregnant now", examples=["no"])
    major_trauma: Answer = Field(
        default=None, description="a severe accident or fall from height led to this pain", examples=["no"]
    )
    recent_spine_surgery: Answer = Field(
        default=None, description="an operation on the spine in the last three months", examples=["no"]
    )
    spine_surgery_days_ago: Annotated[int, _whole(0, 45_000)] | None = Field(
        default=None, description="days since the last operation on the spine", examples=[400]
    )
    spine_surgery_on: IsoDate | None = Field(
        default=None, description="day of the last operation on the spine", examples=["2024-03-31"]
    )


class PatientBlock(_Block):
    """Who the work-up is about."""

    age: Annotated[int, _whole(0, 120)] | None = Field(default=None, description="age in whole years", examples=[54])
    birth_date: IsoDate | None = Field(
        default=None, description="instead of the age; needs `date`", examples=["1972-04-30"]
    )
    sex: Literal["female", "male", "other"] | None = Field(
        default=None, description="female, male or other", examples=["female"]
    )
    height: Annotated[float, _amount("cm", 90, 250)] | None = Field(
        default=None, description="height with its unit", examples=["172 cm"]
    )
    height_cm: Annotated[float, _number(90, 250)] | None = Field(
        default=None, description="height in centimetres", examples=[172]
    )
    weight: Annotated[float, _amount("kg", 20, 400)] | None = Field(
        default=None, description="weight with its unit", examples=["80 kg"]
    )
    weight_kg: Annotated[float, _number(20, 400)] | None = Field(
        default=None, description="weight in kilograms", examples=[80]
    )
    setting: ShortText = Field(default="", description="where the person attends", examples=["primary_care"])
    name: ShortText = Field(default="", description="never printed unless asked for", examples=["Hanako Example"])
    history: HistoryBlock = Field(
        default=HistoryBlock(), description="what decides the scope", examples=["{pregnant: no}"]
    )


class ComplaintBlock(_Block):
    """One thing the person complains of, or was asked about and denies."""

    id: ShortText = Field(description="id of a complaint", examples=["low_back_pain"])
    side: Literal["left", "right", "both"] | None = Field(
        default=None, description="left, right or both, for complaints that have a side", examples=["left"]
    )
    intensity: Annotated[float, _number(0, 10)] | None = Field(
        default=None, description="numeric rating scale from 0 to 10", examples=[6]
    )
    present: Answer = Field(default=None, description="no: asked and denied", examples=["no"])
    since: ShortText = Field(
        default="", description="how long it has lasted, or the day it began", examples=["3 months"]
    )


class FindingBlock(_Block):
    """One finding: what was seen, heard or measured."""

    value: LongText | None = Field(
        default=None,
        description="present, absent, unknown, another outcome of the finding, or a number",
        examples=["present"],
        json_schema_extra={"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
    )
    unit: ShortText = Field(default="", description="unit of the number", examples=["mg/L"])
    observed_on: IsoDate | None = Field(default=None, description="day of the observation", examples=["2026-11-20"])
    note: LongText = Field(default="", description="for people; read by no rule", examples=["worse at night"])


class QuestionnaireBlock(_Block):
    """Answers to one questionnaire, or its total."""

    total: Score | None = Field(default=None, description="total score", examples=[12])
    items: dict[str, Score | None] | None = Field(
        default=None, description="item number and answer; empty where not answered", examples=["{1: 2, 2: 0}"]
    )
    observed_on: IsoDate | None = Field(default=None, description="day it was filled in", examples=["2026-11-20"])
    note: LongText = Field(default="", description="for people; read by no rule", examples=["filled in by phone"])


class CaseFile(_Block):
    """A work-up as written in case.yaml."""

    schema_id: Literal["ilc.case/1"] = Field(
        default=SCHEMA_ID, alias="schema", description="version of this format", examples=[SCHEMA_ID]
    )
    case_id: ShortName = Field(
        default="",
        description="letters, digits, dot, dash and underscore, 64 at most; no name of a person",
        examples=["case-017"],
    )
    visit: ShortName = Field(default="1", description="which visit this is", examples=["1"])
    date: IsoDate | None = Field(
        default=None, description="day at which the work-up is judged", examples=["2026-11-22"]
    )
    patient: PatientBlock = Field(description="who the work-up is about", examples=["{age: 54, sex: female}"])
    complaints: tuple[Annotated[ComplaintBlock, _wrap("id")], ...] = Field(
        default=(), max_length=100, description="list of complaints", examples=["[{id: low_back_pain, intensity: 6}]"]
    )
    findings: dict[str, Annotated[FindingBlock, _wrap("value")]] = Field(
        default={}, description="finding and what was found", examples=["{fever: absent}"]
    )
    questionnaires: dict[str, Annotated[QuestionnaireBlock, _wrap("total")]] = Field(
        default={}, description="questionnaire and its answers", examples=["{phq9: {total: 12}}"]
    )
    imaging: tuple[str, ...] = Field(
        default=(), max_length=100, description="folders or files inside the case folder", examples=["[mri]"]
    )
    neurography: Any = Field(default=None, description="reserved", examples=["~"])
    ultrasound: Any = Field(default=None, description="reserved", examples=["~"])
    procedures: Any = Field(default=None, description="reserved", examples=["~"])
    diary: Any = Field(default=None, description="reserved", examples=["~"])


def case_schema() -> dict[str, Any]:
    """The published JSON Schema of case.yaml (draft 2020-12)."""
    schema = CaseFile.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:ilc:{SCHEMA_ID}", **schema}
