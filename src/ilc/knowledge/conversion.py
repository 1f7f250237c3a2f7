"""What sources state to what the network needs. Pure arithmetic with intervals; nothing here knows files."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from ilc.core import Estimate, expit, logit

LEAST_PROBABILITY = 0.001
GREATEST_PROBABILITY = 0.999
_ROOM = 0.01  # an interval end on or beyond a bound is set this part of the way from the bound to the value


def inside(estimate: Estimate, *, lowest: float, highest: float) -> Estimate:
    """The estimate with its interval strictly between two bounds, so that log odds stay finite.

    Raises
    ------
    ValueError : the value itself is not strictly between the bounds
    """
    value = estimate.value
    if not lowest < value < highest:
        raise ValueError(f"{value:g} is not between {lowest:g} and {highest:g}")
    low = estimate.low if estimate.low > lowest else lowest + _ROOM * (value - lowest)
    high = estimate.high if estimate.high < highest else highest - _ROOM * (highest - value)
    return Estimate(value, low, high)


def carry_probability(function: Callable[..., float], *inputs: Estimate) -> Estimate:
    """A probability computed from independent estimates, its interval put together on the scale of log odds."""
    return _carry(function, inputs, to_scale=logit, from_scale=expit)


def carry_ratio(function: Callable[..., float], *inputs: Estimate) -> Estimate:
    """A ratio computed from independent estimates, its interval put together on the log scale."""
    return _carry(function, inputs, to_scale=math.log, from_scale=math.exp)


def _carry(
    function: Callable[..., float],
    inputs: Sequence[Estimate],
    *,
    to_scale: Callable[[float], float],
    from_scale: Callable[[float], float],
) -> Estimate:
    values = [estimate.value for estimate in inputs]
    value = function(*values)
    down = up = 0.0
    for position, estimate in enumerate(inputs):
        ends = (estimate.low, estimate.high)
        moved = [function(*values[:position], end, *values[position + 1 :]) for end in ends]
        steps = [to_scale(point) - to_scale(value) for point in moved]
        down += min(0.0, *steps) ** 2
        up += max(0.0, *steps) ** 2
    low, high = (from_scale(to_scale(value) + step) for step in (-math.sqrt(down), math.sqrt(up)))
    return Estimate(value, min(low, value), max(high, value))


def strength_from_odds_ratio(ratio: Estimate, base: float) -> Estimate:
    """Link strength w = (p1 - p0) / (1 - p0), p1 = OR p0 / (1 - p0 + OR p0); the interval is that of the ratio."""

    def strength(odds_ratio: float) -> float:
        exposed = odds_ratio * base / (1.0 - base + odds_ratio * base)
        return (exposed - base) / (1.0 - base)

    return carry_probability(strength, inside(ratio, lowest=1.0, highest=math.inf))


def strength_from_risk_ratio(ratio: Estimate, base: float) -> Estimate:
    """Link strength w = (RR p0 - p0) / (1 - p0); the interval is that of the ratio."""

    def strength(risk_ratio: float) -> float:
        return (risk_ratio * base - base) / (1.0 - base)

    return carry_probability(strength, inside(ratio, lowest=1.0, highest=1.0 / base))


def strength_from_exposed(exposed: Estimate, base: float) -> Estimate:
    """Link strength w = (p1 - p0) / (1 - p0); the interval is that of the prevalence in the exposed."""

    def strength(prevalence: float) -> float:
        return (prevalence - base) / (1.0 - base)

    return carry_probability(strength, inside(exposed, lowest=base, highest=1.0))


def unselected_from_free(free: Estimate, ratio: Estimate, share: Estimate) -> Estimate:
    """Prevalence in all people from that in those free of a complaint, its odds ratio, and the share who have it."""

    def prevalence(p_free: float, odds_ratio: float, p_share: float) -> float:
        with_complaint = odds_ratio * p_free / (1.0 - p_free + odds_ratio * p_free)
        return (1.0 - p_share) * p_free + p_share * with_complaint

    bounded = (inside(free, lowest=0.0, highest=1.0), ratio, inside(share, lowest=0.0, highest=1.0))
    return carry_probability(prevalence, *bounded)


def ratio_of_odds(after: Estimate, before: Estimate) -> Estimate:
    """The likelihood ratio that moves one probability to another: odds(after) / odds(before)."""

    def ratio(p_after: float, p_before: float) -> float:
        return math.exp(logit(p_after) - logit(p_before))

    return carry_ratio(ratio, inside(after, lowest=0.0, highest=1.0), inside(before, lowest=0.0, highest=1.0))


def complement(estimate: Estimate) -> Estimate:
    """One minus a probability."""
    return Estimate(1.0 - estimate.value, 1.0 - estimate.high, 1.0 - estimate.low)


def rates_from_ratios(positive: float, negative: float) -> tuple[float, float]:
    """True and false positive rate of a test with likelihood ratios `positive` > 1 > `negative`."""
    false_positive = (1.0 - negative) / (positive - negative)
    return positive * false_positive, false_positive


def discount_rates(
    true_positive: float, false_positive: float, *, quality: float, keep_false: bool = False
) -> tuple[float, float]:
    """Both likelihood ratios of a test raised to the power `quality`, as true and false positive rate.

    With `keep_false` the false positive rate stays and only LR+ is raised: a negative then reassures less.
    """
    if math.isclose(true_positive, false_positive) or quality == 1.0:
        return true_positive, false_positive
    positive = (true_positive / false_positive) ** quality
    if keep_false:
        return positive * false_positive, false_positive
    negative = ((1.0 - true_positive) / (1.0 - false_positive)) ** quality
    return rates_from_ratios(positive, negative)


def discount_columns(
    present: Mapping[str, float], absent: Mapping[str, float], *, quality: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Both columns of a table of outcomes such that each outcome's likelihood ratio is raised to the power `quality`.

    More than two outcomes leave a choice; the column given absent is the nearest (in information) to the stated one.
    """
    ratios = {outcome: (present[outcome] / absent[outcome]) ** quality for outcome in absent}
    if quality == 1.0 or all(math.isclose(ratio, 1.0) for ratio in ratios.values()):
        return dict(present), dict(absent)

    def tilted(tilt: float) -> dict[str, float]:
        exponents = {outcome: tilt * ratio for outcome, ratio in ratios.items()}
        top = max(exponents.values())
        weights = {outcome: absent[outcome] * math.exp(exponent - top) for outcome, exponent in exponents.items()}
        total = sum(weights.values())
        return {outcome: weight / total for outcome, weight in weights.items()}

    def total_present(tilt: float) -> float:
        return math.fsum(ratios[outcome] * p for outcome, p in tilted(tilt).items())

    new_absent = tilted(_crossing_of_one(total_present))
    new_present = {outcome: ratios[outcome] * p for outcome, p in new_absent.items()}
    total = sum(new_present.values())
    return {outcome: p / total for outcome, p in new_present.items()}, new_absent


def _crossing_of_one(rising: Callable[[float], float]) -> float:
    low, high = -1.0, 1.0
    while rising(low) > 1.0:
        low *= 2.0
    while rising(high) < 1.0:
        high *= 2.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if rising(middle) < 1.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def with_width_of(stated: Estimate, value: float) -> Estimate:
    """A changed probability with the interval width, in log odds, of the stated one."""
    safe = inside(stated, lowest=0.0, highest=1.0)
    shift = logit(value) - logit(safe.value)
    low, high = expit(logit(safe.low) + shift), expit(logit(safe.high) + shift)
    return Estimate(value, min(low, value), max(high, value))


def within_reach(estimate: Estimate) -> Estimate:
    """The probability of an outcome with its interval clipped so that no likelihood ratio is extreme.

    Raises
    ------
    ValueError : the probability itself is below 0.001 or above 0.999
    """
    least, greatest = LEAST_PROBABILITY, GREATEST_PROBABILITY
    if not least <= estimate.value <= greatest:
        raise ValueError(f"{estimate.value:.4g} is not within {least:g} to {greatest:g}")
    return Estimate(estimate.value, max(least, estimate.low), min(greatest, estimate.high))
