"""Numbers as they are printed."""

import pytest

from ilc.explanation.model import Probability
from ilc.report.figures import log10_weight, percent, percent_interval, points, quantity, share, small, tenths

NARROW = "\u00a0"


@pytest.mark.parametrize(
    ("p", "printed"),
    [
        (0.0, "<0.1 %"),
        (0.0004, "<0.1 %"),
        (0.034, "3.4 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (0.712, "71 %"),
        (0.994, "99 %"),
        (0.996, ">99 %"),
        (1.0, ">99 %"),
    ],
)
def test_a_probability_is_never_printed_as_impossible_or_certain(p: float, printed: str) -> None:
    assert percent(p).replace(NARROW, " ") == printed


def test_an_interval_names_the_unit_once_and_without_one_nothing_is_printed() -> None:
    assert percent_interval(Probability(0.5, 0.31, 0.64)).replace(NARROW, " ") == "31–64 %"
    assert percent_interval(Probability(0.999, 0.998, 0.9999)).replace(NARROW, " ") == ">99 %"
    assert percent_interval(Probability(0.5)) == ""


@pytest.mark.parametrize(
    ("value", "printed"), [(None, "–"), (0.244, "24 %"), (-0.001, "0 %"), (-0.02, "-2 %"), (1.0, "100 %")]
)
def test_a_share_is_a_whole_number_and_never_minus_zero(value: float | None, printed: str) -> None:
    assert share(value).replace(NARROW, " ") == printed


@pytest.mark.parametrize(
    ("log_odds", "printed"), [(2.302585, "+1.00"), (-2.302585, "−1.00"), (0.001, "0.00"), (0.6931, "+0.30")]
)
def test_weights_are_decimal_logarithms_with_a_sign(log_odds: float, printed: str) -> None:
    assert log10_weight(log_odds) == printed


def test_intensities_and_quantities_are_short() -> None:
    assert [points(value) for value in (None, 5.0, 2.6666)] == ["–", "5", "2.7"]
    assert [quantity(value) for value in (5.23456789, 1200.0, 0.000123456)] == ["5.235", "1200", "0.0001235"]


def test_a_small_gain_is_not_printed_as_nothing() -> None:
    assert [small(value) for value in (0.0, 0.0002, 0.0312)] == ["0.000", "<0.001", "0.031"]


@pytest.mark.parametrize(("p", "n"), [(0.04, 0), (0.05, 1), (0.84, 8), (0.85, 9), (0.95, 10)])
def test_how_many_in_ten(p: float, n: int) -> None:
    assert tenths(p) == n
