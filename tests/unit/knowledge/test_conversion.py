"""From what papers state to what the network needs: worked examples a clinician can check by hand."""

import math

import pytest

from ilc.core import Estimate
from ilc.knowledge.conversion import (
    complement,
    discount_columns,
    discount_rates,
    inside,
    rates_from_ratios,
    ratio_of_odds,
    strength_from_exposed,
    strength_from_odds_ratio,
    strength_from_risk_ratio,
    unselected_from_free,
    with_width_of,
    within_reach,
)


def test_an_odds_ratio_of_two_on_a_base_of_ten_percent_is_a_strength_of_one_eleventh() -> None:
    # p1 = 0.2 / 1.1 = 0.1818; (0.1818 - 0.1) / 0.9 = 0.0909
    strength = strength_from_odds_ratio(Estimate(2.0, 1.2, 3.5), 0.1)
    assert strength.value == pytest.approx(1 / 11)
    assert strength.low == pytest.approx((0.12 / 1.02 - 0.1) / 0.9)
    assert strength.high == pytest.approx((0.35 / 1.25 - 0.1) / 0.9)


def test_a_risk_ratio_of_one_point_six_on_ten_percent_is_a_strength_of_one_fifteenth() -> None:
    assert strength_from_risk_ratio(Estimate(1.6, 1.2, 2.1), 0.1).value == pytest.approx(0.06 / 0.9)


def test_twenty_eight_percent_in_the_exposed_on_ten_percent_is_a_strength_of_one_fifth() -> None:
    assert strength_from_exposed(Estimate(0.28, 0.2, 0.36), 0.1).value == pytest.approx(0.2)


def test_a_strength_gives_back_the_risk_it_came_from() -> None:
    """Base risk, or else the link: 1 - (1 - p0)(1 - w) is the risk in the exposed."""
    strength = strength_from_exposed(Estimate(0.28, 0.2, 0.36), 0.1)
    assert 1 - 0.9 * (1 - strength.value) == pytest.approx(0.28)


def test_an_interval_that_includes_no_effect_stays_above_zero_strength() -> None:
    strength = strength_from_odds_ratio(Estimate(1.5, 0.8, 2.8), 0.1)
    assert 0 < strength.low < strength.value < strength.high


@pytest.mark.parametrize("ratio", [1.0, 0.7])
def test_a_ratio_that_does_not_raise_the_risk_is_no_cause(ratio: float) -> None:
    with pytest.raises(ValueError, match="not between"):
        strength_from_odds_ratio(Estimate(ratio, 0.5, 2.0), 0.1)


def test_a_risk_ratio_that_would_exceed_certainty_is_refused() -> None:
    with pytest.raises(ValueError, match="not between"):
        strength_from_risk_ratio(Estimate(3.0, 2.0, 4.0), 0.4)


def test_a_posttest_probability_against_the_pretest_probability_is_a_likelihood_ratio() -> None:
    ratio = ratio_of_odds(Estimate(0.33, 0.22, 0.46), Estimate(0.01, 0.01, 0.01))
    assert ratio.value == pytest.approx((0.33 / 0.67) / (0.01 / 0.99))
    assert ratio.low == pytest.approx((0.22 / 0.78) / (0.01 / 0.99))


def test_two_uncertain_numbers_make_a_wider_interval_than_one() -> None:
    after, before = Estimate(0.33, 0.22, 0.46), Estimate(0.01, 0.005, 0.02)
    one = ratio_of_odds(after, Estimate(0.01, 0.01, 0.01))
    both = ratio_of_odds(after, before)
    assert both.low < one.low < both.value < one.high < both.high


def test_passive_lumbar_extension_comes_back_from_its_likelihood_ratios() -> None:
    """Sensitivity .84 and specificity .90 give LR+ 8.4 and LR- .178, and these give .84 and .90 again."""
    true_positive, false_positive = rates_from_ratios(0.84 / 0.10, 0.16 / 0.90)
    assert [true_positive, 1 - false_positive] == pytest.approx([0.84, 0.90])


def test_a_discount_of_one_half_takes_the_root_of_both_likelihood_ratios() -> None:
    true_positive, false_positive = discount_rates(0.9, 0.1, quality=0.5)
    assert true_positive / false_positive == pytest.approx(math.sqrt(9.0))
    assert (1 - true_positive) / (1 - false_positive) == pytest.approx(math.sqrt(1 / 9))


def test_no_discount_leaves_a_test_as_it_was_stated() -> None:
    assert discount_rates(0.92, 0.72, quality=1.0) == (0.92, 0.72)


def test_an_uninformative_test_stays_uninformative() -> None:
    assert discount_rates(0.3, 0.3, quality=0.5) == (0.3, 0.3)


def test_a_discounted_table_has_each_likelihood_ratio_to_the_power_and_columns_that_sum_to_one() -> None:
    present = {"normal": 0.1, "raised": 0.3, "high": 0.6}
    absent = {"normal": 0.8, "raised": 0.15, "high": 0.05}
    on, off = discount_columns(present, absent, quality=0.5)
    assert math.fsum(on.values()) == pytest.approx(1.0)
    assert math.fsum(off.values()) == pytest.approx(1.0)
    for outcome, stated in present.items():
        assert on[outcome] / off[outcome] == pytest.approx(math.sqrt(stated / absent[outcome]))


def test_a_table_of_two_outcomes_is_discounted_as_a_test() -> None:
    on, off = discount_columns({"present": 0.9, "absent": 0.1}, {"present": 0.2, "absent": 0.8}, quality=0.3)
    assert (on["present"], off["present"]) == pytest.approx(discount_rates(0.9, 0.2, quality=0.3))


def test_the_complement_of_a_specificity_turns_its_interval_round() -> None:
    rate = complement(Estimate(0.9, 0.8, 0.95))
    assert (rate.value, rate.low, rate.high) == pytest.approx((0.1, 0.05, 0.2))


def test_an_interval_end_on_certainty_is_moved_inside_by_a_hundredth() -> None:
    moved = inside(Estimate(0.9, 0.5, 1.0), lowest=0.0, highest=1.0)
    assert [moved.low, moved.high] == pytest.approx([0.5, 0.999])


def test_a_shifted_probability_keeps_its_width_in_log_odds() -> None:
    moved = with_width_of(Estimate(0.5, 0.4, 0.6), 0.2)
    odds_moved = (moved.low / (1 - moved.low)) / (0.2 / 0.8)
    assert odds_moved == pytest.approx((0.4 / 0.6) / (0.5 / 0.5))
    assert moved.value == 0.2


def test_no_outcome_is_nearly_impossible_or_nearly_certain() -> None:
    assert within_reach(Estimate(0.5, 0.0, 1.0)) == Estimate(0.5, 0.001, 0.999)
    assert within_reach(Estimate(0.001, 0.001, 0.999)).value == 0.001
    assert within_reach(Estimate(0.999, 0.001, 0.999)).value == 0.999
    with pytest.raises(ValueError, match="not within"):
        within_reach(Estimate(0.0005, 0.0, 0.1))


def test_prevalence_among_people_without_the_complaint_is_mixed_with_that_among_the_others() -> None:
    free, ratio, share = Estimate(0.4, 0.3, 0.5), Estimate(2.0, 1.0, 4.0), Estimate(0.25, 0.2, 0.3)
    among_others = 2.0 * 0.4 / (0.6 + 2.0 * 0.4)
    found = unselected_from_free(free, ratio, share)
    assert found.value == pytest.approx(0.75 * 0.4 + 0.25 * among_others)
    assert 0.3 < found.low < 0.4 < found.value < found.high < 0.6


def test_without_an_association_people_without_the_complaint_are_like_everybody() -> None:
    certain = unselected_from_free(Estimate(0.4, 0.3, 0.5), Estimate(1.0, 1.0, 1.0), Estimate(0.25, 0.2, 0.3))
    assert certain.value == pytest.approx(0.4)


def test_a_discounted_red_flag_is_as_common_among_the_healthy_as_its_source_states() -> None:
    true_positive, false_positive = discount_rates(0.9, 0.1, quality=0.5, keep_false=True)
    assert false_positive == 0.1
    assert true_positive / false_positive == pytest.approx(3.0)
    plain = discount_rates(0.9, 0.1, quality=0.5)
    assert (1.0 - true_positive) / (1.0 - false_positive) > (1.0 - plain[0]) / (1.0 - plain[1])
