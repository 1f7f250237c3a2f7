"""Conversions hold for every number a paper can state."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ilc.core import Estimate
from ilc.knowledge.conversion import (
    carry_probability,
    discount_columns,
    discount_rates,
    inside,
    rates_from_ratios,
    strength_from_exposed,
    strength_from_odds_ratio,
)

_P = st.floats(0.001, 0.999)
_QUALITY = st.floats(0.05, 1.0)


@st.composite
def _columns(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, float]]:
    size = draw(st.integers(2, 6))
    columns = []
    for _ in range(2):
        weights = draw(st.lists(st.floats(0.01, 1.0), min_size=size, max_size=size))
        total = math.fsum(weights)
        columns.append({f"o{number}": weight / total for number, weight in enumerate(weights)})
    return columns[0], columns[1]


@given(st.floats(1.01, 50), st.floats(0.01, 0.99))
def test_likelihood_ratios_give_rates_that_give_them_back(positive: float, negative: float) -> None:
    true_positive, false_positive = rates_from_ratios(positive, negative)
    assert 0 < false_positive < true_positive < 1
    assert true_positive / false_positive == pytest.approx(positive)
    assert (1 - true_positive) / (1 - false_positive) == pytest.approx(negative)


@given(_P, _P, _QUALITY)
def test_a_discount_moves_both_likelihood_ratios_to_their_power(
    true_positive: float, false_positive: float, quality: float
) -> None:
    assume(abs(true_positive - false_positive) > 1e-3)
    true_after, false_after = discount_rates(true_positive, false_positive, quality=quality)
    assert 0 < true_after < 1
    assert 0 < false_after < 1
    assert true_after / false_after == pytest.approx((true_positive / false_positive) ** quality)
    ratio = ((1 - true_positive) / (1 - false_positive)) ** quality
    assert (1 - true_after) / (1 - false_after) == pytest.approx(ratio, rel=1e-6)


@given(_columns(), _QUALITY)
def test_a_discounted_table_sums_to_one_and_has_each_ratio_to_its_power(
    columns: tuple[dict[str, float], dict[str, float]], quality: float
) -> None:
    present, absent = columns
    on, off = discount_columns(present, absent, quality=quality)
    assert math.fsum(on.values()) == pytest.approx(1)
    assert math.fsum(off.values()) == pytest.approx(1)
    for outcome, p in present.items():
        assert on[outcome] / off[outcome] == pytest.approx((p / absent[outcome]) ** quality, rel=1e-6)


@given(st.floats(1.001, 100), st.floats(0.001, 0.99))
def test_base_risk_or_else_the_link_gives_back_the_risk_in_the_exposed(ratio: float, base: float) -> None:
    strength = strength_from_odds_ratio(Estimate(ratio, ratio, ratio), base).value
    exposed = 1 - (1 - base) * (1 - strength)
    odds_ratio = exposed / (1 - exposed) / (base / (1 - base))
    assert odds_ratio == pytest.approx(ratio, rel=1e-6)


@given(st.tuples(_P, _P, _P).map(sorted), st.floats(0.0001, 0.9))
def test_a_strength_lies_in_its_interval_and_within_zero_and_one(ends: list[float], base: float) -> None:
    low, value, high = ends
    assume(value > base * 1.001)
    strength = strength_from_exposed(Estimate(value, low, high), base)
    assert 0 < strength.low <= strength.value <= strength.high < 1


@given(st.tuples(_P, _P, _P).map(sorted))
def test_carrying_one_number_through_unchanged_keeps_its_interval(ends: list[float]) -> None:
    low, value, high = ends
    carried = carry_probability(lambda p: p, Estimate(value, low, high))
    assert (carried.low, carried.value, carried.high) == pytest.approx((low, value, high))


@given(st.tuples(st.floats(0, 1), _P, st.floats(0, 1)).map(sorted))
def test_an_interval_inside_its_bounds_holds_its_value(ends: list[float]) -> None:
    low, value, high = ends
    assume(0 < value < 1)
    moved = inside(Estimate(value, low, high), lowest=0.0, highest=1.0)
    assert 0 < moved.low <= moved.value <= moved.high < 1
