"""Numbers as their sources state them: each with interval, unit, population and place in the source, or refused."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from ilc.core import Estimate
from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, known_of, text_of
from ilc.knowledge.model import Basis, Estimand, Parameter, SourceRef
from ilc.knowledge.refusal import Refusal, closest
from ilc.knowledge.units import UNIT_RANGES

CONDITIONINGS = frozenset({"unselected", "has_complaint", "attends_setting", "has_condition", "not_applicable"})
UNITS_OF_ANALYSIS = frozenset({"person", "level", "side", "not_applicable"})
KEPT_FOR = frozenset({"record", "validation", "reference_value"})

_KEYS = frozenset(
    {"value", "low", "high", "unit", "estimand", "population", "conditioning", "unit_of_analysis"}
    | {"basis", "sources", "quality", "reviewed", "note", "kept_for"}
)
_SOURCE_KEYS = frozenset({"key", "place"})
_ID = re.compile(r"p(\.[A-Za-z0-9_]+)+")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_parameter(id_: str, value: Value, references: Collection[str]) -> Parameter:
    """One entry of parameters/*.yaml."""
    fields = Fields.of(value, f"parameters.{id_}", _KEYS)
    if not _ID.fullmatch(id_):
        raise Refusal("WRONG_ID", fields.mark, f"{id_!r} is not a parameter id.", "Write p.topic.name.")
    basis = fields.choice("basis", Basis)
    note = fields.text("note", "")
    if basis is Basis.ASSUMPTION and not note:
        raise Refusal("MISSING_KEY", fields.mark, f"{fields.where} is assumed without a reason.", "Say why in `note`.")
    kept_for = fields.known("kept_for", KEPT_FOR, "")
    if kept_for and not note:
        message = f"{fields.where} is kept for {kept_for} without a reason."
        raise Refusal("MISSING_KEY", fields.mark, message, "Say in `note` why the model does not use it.")
    unit = _unit(fields)
    return Parameter(
        id=id_,
        estimate=_estimate(fields, unit),
        unit=unit,
        estimand=fields.choice("estimand", Estimand),
        population=fields.text("population"),
        conditioning=fields.known("conditioning", CONDITIONINGS),
        unit_of_analysis=fields.known("unit_of_analysis", UNITS_OF_ANALYSIS),
        basis=basis,
        sources=parse_sources(fields, references, may_be_empty=basis is Basis.ASSUMPTION),
        quality=parse_quality(fields),
        reviewed=_reviewed(fields),
        note=note,
        kept_for=kept_for,
    )


def parse_sources(fields: Fields, references: Collection[str], *, may_be_empty: bool) -> tuple[SourceRef, ...]:
    """The list under `sources`: bibliography key and place in the source, both required."""
    if not fields.has("sources") and may_be_empty:
        return ()
    if not fields.has("sources") or not (items := fields.items("sources")):
        if fields.has("sources") and may_be_empty:
            return ()
        remedy = "Add `sources: [{key: ..., place: ...}]`, or say `basis: assumption` with the reason."
        raise Refusal("MISSING_SOURCE", fields.mark, f"{fields.where} has no source.", remedy)
    return tuple(_source(Fields.of(item, fields.path("sources"), _SOURCE_KEYS), references) for item in items)


def _source(fields: Fields, references: Collection[str]) -> SourceRef:
    key = text_of(fields.value("key"), fields.path("key"))
    if key not in references:
        message = f"{fields.where}: references.bib has no entry {key!r}."
        raise Refusal("UNKNOWN_REFERENCE", fields.mark_of("key"), message, closest(key, references))
    if not fields.has("place"):
        message = f"{fields.where}: the place in {key} is missing."
        raise Refusal("MISSING_PLACE", fields.mark, message, 'Add `place:`, as "Table 2" or "abstract".')
    return SourceRef(key, fields.text("place"))


def parse_quality(fields: Fields) -> float:
    """The discount k of LR ** k."""
    quality = fields.number("quality")
    if not 0.0 < quality <= 1.0:
        message = f"{fields.path('quality')} is {quality:g}."
        raise Refusal("OUT_OF_RANGE", fields.mark_of("quality"), message, "Write a discount above 0 and up to 1.")
    return quality


def _unit(fields: Fields) -> str:
    return known_of(fields.value("unit"), fields.path("unit"), UNIT_RANGES)


def _estimate(fields: Fields, unit: str) -> Estimate:
    lowest, highest = UNIT_RANGES[unit]
    value, low, high = fields.number("value"), fields.number("low"), fields.number("high")
    for key, number in (("value", value), ("low", low), ("high", high)):
        if not lowest <= number <= highest:
            message = f"{fields.path(key)} is {number:g}, outside the range of {unit}."
            raise Refusal("OUT_OF_RANGE", fields.mark_of(key), message, f"Stay within {lowest:g} to {highest:g}.")
    return checked_estimate(fields, value, low, high)


def checked_estimate(fields: Fields, value: float, low: float, high: float) -> Estimate:
    """An estimate whose interval holds its value, or a refusal at the entry."""
    try:
        return Estimate(value, low, high)
    except ValueError as error:
        raise Refusal(
            "OUT_OF_RANGE", fields.mark, f"{fields.where}: {error}.", "Write low <= value <= high."
        ) from error


def _reviewed(fields: Fields) -> str:
    text = fields.text("reviewed")
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = f"{fields.path('reviewed')} is {text!r}, not a date."
        raise Refusal("WRONG_DATE", fields.mark_of("reviewed"), message, "Write YYYY-MM-DD.") from error
