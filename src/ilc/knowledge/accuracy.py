"""How well a finding tells its target: every stated form becomes outcome probabilities with intervals, discounted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ilc.core import Estimate, Presence, expit, logit
from ilc.knowledge.conversion import (
    carry_probability,
    complement,
    discount_columns,
    discount_rates,
    inside,
    rates_from_ratios,
    with_width_of,
    within_reach,
)
from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, check_id
from ilc.knowledge.links import SUM_TOLERANCE
from ilc.knowledge.number import Number, Numbers, Place
from ilc.knowledge.refusal import Mark, Refusal
from ilc.knowledge.units import LIKELIHOOD_RATIO, PROBABILITY, SENSITIVITY, SPECIFICITY

PRESENT, ABSENT = "present", "absent"

_INFINITE = float("inf")
_UNITS: dict[str, tuple[str, ...]] = {
    "sensitivity": (SENSITIVITY, PROBABILITY),
    "specificity": (SPECIFICITY, PROBABILITY),
    "lr_positive": (LIKELIHOOD_RATIO,),
    "lr_negative": (LIKELIHOOD_RATIO,),
}
_COLUMN_UNITS = {
    "if_on": (PROBABILITY, SENSITIVITY),
    "if_off": (PROBABILITY, SPECIFICITY),
    "if_on_with_others": (PROBABILITY,),
}


@dataclass(frozen=True, slots=True)
class TargetAccuracy:
    """What is seen when one target alone is on, and what that rests on."""

    given_present: Mapping[str, Estimate]
    parameters: tuple[str, ...]
    quality: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Outcomes of a finding, their probabilities when no target is on, and those for each target."""

    outcomes: tuple[str, ...]
    given_absent: Mapping[str, Estimate]
    targets: tuple[TargetAccuracy, ...]
    # Of blocks: the target and another link into the same complaint are active.
    given_mixed: Mapping[str, Estimate] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of_test(cls, fields: Fields, place: Place, numbers: Numbers, *, stated_quality: float | None) -> Accuracy:
        """From `accuracy`: sensitivity and specificity, both likelihood ratios, or LR+ and specificity."""
        accuracy = Fields.of(fields.value("accuracy"), fields.path("accuracy"), frozenset(_UNITS))
        read: dict[str, Number] = {}
        for key in accuracy.entries.values:
            read[key] = numbers.parse(accuracy.value(key), place.part(f"accuracy.{key}", *_UNITS[key]))
        quality = _quality_of(numbers, read.values(), stated_quality)
        rates, inputs = _rates_of(accuracy, {key: number.estimate for key, number in read.items()})

        def rate(position: int) -> Estimate:
            def discounted(*values: float) -> float:
                return discount_rates(*rates(*values), quality=quality, keep_false=_is_red_flag(fields))[position]

            return carry_probability(discounted, *inputs)

        parameters = tuple(number.parameter for number in read.values())
        true_positive = _reachable(rate(0), accuracy.mark, f"{accuracy.where} (present if on)")
        false_positive = _reachable(rate(1), accuracy.mark, f"{accuracy.where} (present if off)")
        target = TargetAccuracy(_binary(true_positive), parameters, quality)
        return cls((PRESENT, ABSENT), _binary(false_positive), (target,))

    @classmethod
    def of_outcomes(cls, fields: Fields, place: Place, numbers: Numbers, *, stated_quality: float | None) -> Accuracy:
        """From `outcomes`: the probability of each outcome if the target is on and if it is off.

        A block may add `if_on_with_others`: the target link is active and so is another link into the same complaint.
        """
        columns: dict[str, dict[str, Number]] = {"if_on": {}, "if_off": {}}
        for outcome, value, mark in fields.pairs("outcomes"):
            where = f"{fields.where}.outcomes.{check_outcome(outcome, mark)}"
            row = Fields.of(value, where, frozenset(_COLUMN_UNITS))
            if row.has("if_on_with_others"):
                columns.setdefault("if_on_with_others", {})
            for key, column in columns.items():
                at = place.part(f"outcomes.{outcome}.{key}", *_COLUMN_UNITS[key])
                number = numbers.parse(row.value(key), at)
                within = _reachable(number.estimate, row.mark_of(key), row.path(key))
                column[outcome] = Number(number.parameter, within)
        mark = fields.mark_of("outcomes")
        for key, column in columns.items():
            total = sum(number.estimate.value for number in column.values())
            if abs(total - 1.0) > SUM_TOLERANCE:
                message = f"{fields.path('outcomes')}: {key} sums to {total:.10g}"
                raise Refusal("COLUMN_SUM", mark, message, "Let each column sum to 1.")
        on, off, mixed = columns["if_on"], columns["if_off"], columns.get("if_on_with_others", {})
        numbers_read = [number for column in columns.values() for number in column.values()]
        quality = _quality_of(numbers, numbers_read, stated_quality)
        new_on, new_off = discount_columns(_values(on), _values(off), quality=quality)
        parameters = tuple(dict.fromkeys(number.parameter for number in numbers_read))
        given_present = _discounted(on, new_on, mark, fields.where)
        given_absent = _discounted(off, new_off, mark, fields.where)
        given_mixed: Mapping[str, Estimate] = MappingProxyType({})
        if mixed:
            new_mixed, _ = discount_columns(_values(mixed), _values(off), quality=quality)
            given_mixed = _discounted(mixed, new_mixed, mark, fields.where)
        target = TargetAccuracy(given_present, parameters, quality)
        return cls(tuple(on), given_absent, (target,), given_mixed)

    @classmethod
    def of_several(
        cls,
        fields: Fields,
        sensitivities: Sequence[tuple[Value, Place]],
        numbers: Numbers,
        *,
        stated_quality: float | None,
    ) -> Accuracy:
        """From `targets`, a sensitivity each, and one `false_positive` (noisy-OR).

        Each target is discounted as a test of its own; the discounted false positives are averaged in log odds and each
        target keeps its discounted diagnostic odds ratio against that average.
        """
        base_place = sensitivities[0][1]
        false_number = numbers.parse(
            fields.value("false_positive"),
            Place(fields.path("false_positive"), (PROBABILITY,), base_place.estimand, base_place.conditioning),
        )
        false_positive = _reachable(
            false_number.estimate, fields.mark_of("false_positive"), fields.path("false_positive")
        )
        true_numbers = [numbers.parse(value, place) for value, place in sensitivities]
        for number, (value, place) in zip(true_numbers, sensitivities, strict=True):
            sensitivity = number.estimate.value
            if not false_positive.value < sensitivity < 1.0 or math.isclose(false_positive.value, sensitivity):
                message = f"{place.path}: a sensitivity of {sensitivity:g} is not above the false positives."
                raise Refusal("ACCURACY", value.mark, message, "A target must make the finding more likely.")
        qualities = [_quality_of(numbers, (number, false_number), stated_quality) for number in true_numbers]
        base = [
            discount_rates(
                number.estimate.value, false_positive.value, quality=quality, keep_false=_is_red_flag(fields)
            )[1]
            for number, quality in zip(true_numbers, qualities, strict=True)
        ]
        shared = expit(sum(logit(p) for p in base) / len(base))
        targets: list[TargetAccuracy] = []
        for number, quality, (value, place) in zip(true_numbers, qualities, sensitivities, strict=True):
            estimate = _against(number.estimate, false_positive.value, shared, quality)
            within = _reachable(estimate, value.mark, place.path)
            targets.append(TargetAccuracy(_binary(within), (number.parameter, false_number.parameter), quality))
        return cls((PRESENT, ABSENT), _binary(with_width_of(false_positive, shared)), tuple(targets))


def _is_red_flag(fields: Fields) -> bool:
    """A discount must not make a red flag commoner among the healthy than its source states."""
    return fields.flag("red_flag", default=False)


def check_outcome(name: str, mark: Mark) -> str:
    """An outcome's name; `unknown` is kept for what was not looked for."""
    if name == Presence.UNKNOWN:
        message = "`unknown` cannot be an outcome: it says that nobody looked."
        raise Refusal("OUTCOMES", mark, message, "Name what is seen, as `unclear`.")
    return check_id(name, mark)


def _rates_of(
    accuracy: Fields, stated: Mapping[str, Estimate]
) -> tuple[Callable[..., tuple[float, float]], tuple[Estimate, ...]]:
    """True and false positive rate as a function of the stated numbers, and these numbers inside their ranges."""
    match sorted(stated):
        case ["sensitivity", "specificity"]:
            inputs = (
                _open(accuracy, stated, "sensitivity", 0.0, 1.0),
                _open(accuracy, stated, "specificity", 0.0, 1.0),
            )
            return (lambda sensitivity, specificity: (sensitivity, 1.0 - specificity)), inputs
        case ["lr_negative", "lr_positive"]:
            inputs = (
                _open(accuracy, stated, "lr_positive", 1.0, _INFINITE),
                _open(accuracy, stated, "lr_negative", 0.0, 1.0),
            )
            return rates_from_ratios, inputs
        case ["lr_positive", "specificity"]:
            specificity = _open(accuracy, stated, "specificity", 0.0, 1.0)
            highest = 1.0 / (1.0 - specificity.value)
            ratio = _open(accuracy, stated, "lr_positive", 1.0, highest)
            specificity = _inside(accuracy, specificity, "specificity", 1.0 - 1.0 / ratio.value, 1.0)
            return (lambda positive, spec: (positive * (1.0 - spec), 1.0 - spec)), (ratio, specificity)
        case _:
            message = f"{accuracy.where} is stated by {' and '.join(sorted(stated)) or 'nothing'}."
            remedy = "Give sensitivity and specificity, or lr_positive and lr_negative, or lr_positive and specificity."
            raise Refusal("ACCURACY", accuracy.mark, message, remedy)


def _open(accuracy: Fields, stated: Mapping[str, Estimate], key: str, lowest: float, highest: float) -> Estimate:
    return _inside(accuracy, stated[key], key, lowest, highest)


def _inside(accuracy: Fields, estimate: Estimate, key: str, lowest: float, highest: float) -> Estimate:
    try:
        return inside(estimate, lowest=lowest, highest=highest)
    except ValueError as error:
        remedy = (
            "LR+ is above 1 and LR- between 0 and 1, with sensitivity and specificity between 0 and 1; a finding that "
            "argues against its target is stated by sensitivity and specificity or by `outcomes`."
        )
        raise Refusal("ACCURACY", accuracy.mark_of(key), f"{accuracy.path(key)}: {error}.", remedy) from error


def _reachable(estimate: Estimate, mark: Mark, what: str) -> Estimate:
    try:
        return within_reach(estimate)
    except ValueError as error:
        remedy = "No finding decides by itself: use a probability from 0.001 to 0.999."
        raise Refusal("OUT_OF_RANGE", mark, f"{what}: {error}.", remedy) from error


def _against(true_positive: Estimate, false_positive: float, shared: float, quality: float) -> Estimate:
    def discounted(sensitivity: float) -> float:
        return expit(logit(shared) + quality * (logit(sensitivity) - logit(false_positive)))

    return carry_probability(discounted, inside(true_positive, lowest=false_positive, highest=1.0))


def _quality_of(numbers: Numbers, read: Iterable[Number], stated: float | None) -> float:
    """The finding's own discount, else the least quality among the numbers its accuracy rests on."""
    if stated is not None:
        return stated
    return min(numbers.parameters[number.parameter].quality for number in read)


def _binary(present: Estimate) -> Mapping[str, Estimate]:
    return MappingProxyType({PRESENT: present, ABSENT: complement(present)})


def _values(column: Mapping[str, Number]) -> dict[str, float]:
    return {outcome: number.estimate.value for outcome, number in column.items()}


def _discounted(
    column: Mapping[str, Number], values: Mapping[str, float], mark: Mark, where: str
) -> Mapping[str, Estimate]:
    moved = {outcome: with_width_of(number.estimate, values[outcome]) for outcome, number in column.items()}
    return MappingProxyType(
        {outcome: _reachable(estimate, mark, f"{where}.{outcome}") for outcome, estimate in moved.items()}
    )
