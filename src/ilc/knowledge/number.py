"""Every way the data may write a number of the model, resolved into an estimate and the parameter that records it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ilc.core import Estimate
from ilc.knowledge.conversion import (
    complement,
    inside,
    ratio_of_odds,
    strength_from_exposed,
    strength_from_odds_ratio,
    strength_from_risk_ratio,
    unselected_from_free,
)
from ilc.knowledge.document import Entries, Scalar, Value
from ilc.knowledge.fields import Fields, entries_of, items_of, known_of, number_of
from ilc.knowledge.known import AlreadyRefused
from ilc.knowledge.model import Basis, Estimand, Parameter
from ilc.knowledge.refusal import Mark, Refusal, closest
from ilc.knowledge.units import (
    LIKELIHOOD_RATIO,
    ODDS_RATIO,
    PROBABILITY,
    RISK_RATIO,
    SENSITIVITY,
    SPECIFICITY,
    UNIT_RANGES,
)

_WEAKEST_LAST = (Basis.META_ANALYSIS, Basis.STUDY, Basis.GUIDELINE, Basis.EXPERT, Basis.ASSUMPTION)
FITTED_PREFIX = "fitted."
_DERIVED = "derived."
_RATE_UNITS = (PROBABILITY, SENSITIVITY, SPECIFICITY)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the model a number stands, what it is a number of there, and the units that fit (its own first)."""

    path: str
    units: tuple[str, ...] = (PROBABILITY,)
    estimand: Estimand = Estimand.MODEL
    conditioning: str = "not_applicable"
    unit_of_analysis: str = "not_applicable"

    def part(self, name: str, *units: str) -> Place:
        """The place of one input of a derived number."""
        return Place(f"{self.path}.{name}", units, self.estimand, self.conditioning, self.unit_of_analysis)


class Number(NamedTuple):
    """An estimate and the id of the parameter that records where it comes from."""

    parameter: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class _Form:
    """A derived number: its inputs with the units they may have, its own unit, and how it is computed."""

    inputs: dict[str, tuple[str, ...]]
    unit: str
    compute: Callable[..., Estimate]
    formula: str
    of_everybody: bool = False  # the result holds in unselected people, whatever its inputs were found in


_FORMS: dict[str, _Form] = {
    "odds_ratio": _Form(
        {"ratio": (ODDS_RATIO,), "base": _RATE_UNITS},
        PROBABILITY,
        lambda ratio, base: strength_from_odds_ratio(ratio, base.value),
        "(p1 - p0) / (1 - p0) with p1 = ratio * p0 / (1 - p0 + ratio * p0), p0 = base; interval of the ratio",
    ),
    "risk_ratio": _Form(
        {"ratio": (RISK_RATIO,), "base": _RATE_UNITS},
        PROBABILITY,
        lambda ratio, base: strength_from_risk_ratio(ratio, base.value),
        "(ratio * p0 - p0) / (1 - p0) with p0 = base; interval of the ratio",
    ),
    "prevalence_in_exposed": _Form(
        {"exposed": _RATE_UNITS, "base": _RATE_UNITS},
        PROBABILITY,
        lambda exposed, base: strength_from_exposed(exposed, base.value),
        "(exposed - base) / (1 - base); interval of exposed",
    ),
    "complement": _Form({"of": _RATE_UNITS}, PROBABILITY, complement, "1 - of"),
    "free_of_complaint": _Form(
        {"free": _RATE_UNITS, "ratio": (ODDS_RATIO,), "share": _RATE_UNITS},
        PROBABILITY,
        unselected_from_free,
        "(1 - share) * free + share * p1 with odds(p1) = ratio * odds(free)",
        of_everybody=True,
    ),
    "odds_change": _Form(
        {"after": _RATE_UNITS, "before": _RATE_UNITS},
        LIKELIHOOD_RATIO,
        ratio_of_odds,
        "odds(after) / odds(before)",
    ),
}


class Numbers:
    """Resolves numbers; parameters that are assumed in place or derived are added to `parameters`."""

    def __init__(self, parameters: dict[str, Parameter], *, known: frozenset[str], reviewed: str) -> None:
        self.parameters = parameters
        self._known = known
        self._reviewed = reviewed

    def parse(self, value: Value, place: Place) -> Number:
        """The number at a place of the model, in one of the forms the format allows.

        Raises
        ------
        Refusal : unknown parameter or form, unit that does not fit the place, value out of range, no reason given
        """
        if isinstance(value, Scalar):
            return self._stated(value, place)
        entries = entries_of(value, place.path)
        if "assume" in entries.values:
            return self._assumed(entries, place)
        if "from" in entries.values:
            return self._derived(entries, place)
        remedy = "Write p.some.id, {assume: [value, low, high], because: ...} or {from: ..., ...}."
        raise Refusal("NOT_A_NUMBER", value.mark, f"{place.path} is no number of the model.", remedy)

    def parse_probability(self, value: Value, place: Place) -> Number:
        """A probability strictly between 0 and 1, its interval too."""
        number = self.parse(value, place)
        return Number(number.parameter, open_interval(number.estimate, value.mark, place.path))

    def _stated(self, value: Scalar, place: Place) -> Number:
        if value.text not in self._known:
            message = f"{place.path}: there is no parameter {value.text!r}."
            remedy = f"{closest(value.text, self._known)} A bare number must become a parameter or be assumed."
            raise Refusal("UNKNOWN_ID", value.mark, message, remedy)
        if value.text not in self.parameters:
            raise AlreadyRefused(value.text)
        parameter = self.parameters[value.text]
        _check_unit(parameter.unit, value.mark, place)
        return Number(parameter.id, parameter.estimate)

    def _assumed(self, entries: Entries, place: Place) -> Number:
        fields = Fields.of(entries, place.path, {"assume", "because"})
        triple = [number_of(item, fields.path("assume")) for item in items_of(fields.value("assume"), place.path)]
        lowest, highest = UNIT_RANGES[place.units[0]]
        ordered = len(triple) == 3 and lowest <= triple[1] <= triple[0] <= triple[2] <= highest
        if not ordered or not all(math.isfinite(number) for number in triple):
            message = f"{fields.path('assume')} is {triple}."
            remedy = f"Write [value, low, high] with low <= value <= high, within {lowest:g} to {highest:g}."
            raise Refusal("OUT_OF_RANGE", fields.mark_of("assume"), message, remedy)
        parameter = Parameter(
            id=f"assumed.{place.path}",
            estimate=Estimate(*triple),
            unit=place.units[0],
            estimand=place.estimand,
            population="the adults this model speaks of",
            conditioning=place.conditioning,
            unit_of_analysis=place.unit_of_analysis,
            basis=Basis.ASSUMPTION,
            sources=(),
            quality=1.0,
            reviewed=self._reviewed,
            note=fields.text("because"),
        )
        self.parameters[parameter.id] = parameter
        return Number(parameter.id, parameter.estimate)

    def _derived(self, entries: Entries, place: Place) -> Number:
        name = known_of(entries.values["from"], f"{place.path}.from", _FORMS)
        form = _FORMS[name]
        fields = Fields.of(entries, place.path, {"from", *form.inputs})
        _check_unit(form.unit, fields.mark, place)
        inputs = {key: self.parse(fields.value(key), place.part(key, *units)) for key, units in form.inputs.items()}
        estimates = [number.estimate for number in inputs.values()]
        try:
            estimate = form.compute(*estimates)
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            message = f"{place.path} cannot be computed from {name}: {error}."
            remedy = "A ratio must be above 1, an exposed prevalence above its base, a probability between 0 and 1."
            raise Refusal("OUT_OF_RANGE", fields.mark, message, remedy) from error
        parts = {key: self.parameters[number.parameter] for key, number in inputs.items()}
        parameter = self._record(place, form, estimate, parts)
        self.parameters[parameter.id] = parameter
        return Number(parameter.id, parameter.estimate)

    def _record(self, place: Place, form: _Form, estimate: Estimate, parts: dict[str, Parameter]) -> Parameter:
        named = ", ".join(f"{key} = {part.id}" for key, part in parts.items())
        populations = dict.fromkeys(part.population for part in parts.values())
        leading = next(iter(parts.values()))
        return Parameter(
            id=f"{_DERIVED}{place.path}",
            estimate=estimate,
            unit=form.unit,
            estimand=place.estimand,
            population="; ".join(populations),
            conditioning="unselected" if form.of_everybody else leading.conditioning,
            unit_of_analysis=leading.unit_of_analysis,
            basis=max((part.basis for part in parts.values()), key=_WEAKEST_LAST.index),
            sources=tuple(dict.fromkeys(source for part in parts.values() for source in part.sources)),
            quality=min(part.quality for part in parts.values()),
            reviewed=min(part.reviewed for part in parts.values()),
            note=f"{form.formula}; {named}",
        )


def inputs_of(parameter: Parameter) -> tuple[str, ...]:
    """The parameters a derived number was computed from, or a fitted one started from and answers to; else none."""
    if not parameter.id.startswith((_DERIVED, FITTED_PREFIX)):
        return ()
    return tuple(part.partition(" = ")[2] for part in parameter.note.rpartition("; ")[2].split(", "))


def open_interval(estimate: Estimate, mark: Mark, path: str) -> Estimate:
    """A probability whose value and interval lie strictly between 0 and 1."""
    try:
        return inside(estimate, lowest=0.0, highest=1.0)
    except ValueError as error:
        remedy = "Nothing is certain here: use a probability above 0 and below 1."
        raise Refusal("OUT_OF_RANGE", mark, f"{path}: {error}.", remedy) from error


def _check_unit(unit: str, mark: Mark, place: Place) -> None:
    if unit not in place.units:
        message = f"{place.path} is given as {unit}."
        raise Refusal("WRONG_UNIT", mark, message, f"It must be {' or '.join(place.units)}.")
