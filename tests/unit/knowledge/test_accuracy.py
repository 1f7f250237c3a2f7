"""How well a finding tells its target, from what papers state to what the network uses."""

import math

import pytest

from ilc.knowledge import FindingDef, FindingTarget
from ilc.knowledge.loader import knowledge_from
from tests.support.knowledge_files import edited, small_knowledge

_FINDINGS, _ACCURACY = "findings/all.yaml", "parameters/accuracy.yaml"


def _ratio(finding: FindingDef, outcome: str, target: int = 0) -> float:
    return finding.targets[target].given_present[outcome].value / finding.given_absent[outcome].value


def _target(finding: FindingDef) -> FindingTarget:
    (target,) = finding.targets
    return target


def test_sensitivity_and_specificity_are_used_as_stated_with_their_intervals() -> None:
    finding = small_knowledge().findings["straight_leg_raise"]
    present = _target(finding).given_present["present"]
    assert (present.value, present.low, present.high) == pytest.approx((0.9, 0.85, 0.95))
    false_positive = finding.given_absent["present"]
    assert (false_positive.value, false_positive.low, false_positive.high) == pytest.approx((0.6, 0.5, 0.7))
    assert _target(finding).parameters == ("p.slr.sens", "p.slr.spec")


def test_a_pair_of_likelihood_ratios_is_discounted_by_the_quality_of_the_finding() -> None:
    finding = small_knowledge().findings["mri_herniation"]
    assert _target(finding).quality == 0.5
    assert _ratio(finding, "present") == pytest.approx(math.sqrt(8))
    assert _ratio(finding, "absent") == pytest.approx(math.sqrt(0.1))


def test_without_a_quality_of_its_own_a_finding_takes_the_least_of_its_numbers() -> None:
    texts = edited(_FINDINGS, "  quality: 0.5\n", "")
    lines = texts[_ACCURACY].splitlines()
    assert lines[4].startswith("p.mri.lrn")
    lines[4] = lines[4].replace("quality: 1,", "quality: 0.3,")
    finding = knowledge_from({**texts, _ACCURACY: "\n".join(lines)}).findings["mri_herniation"]
    assert _target(finding).quality == 0.3
    assert _ratio(finding, "present") == pytest.approx(8**0.3)


def test_a_discounted_finding_is_nearer_to_saying_nothing_on_both_sides() -> None:
    sure = knowledge_from(edited(_FINDINGS, "quality: 0.5", "quality: 1")).findings["mri_herniation"]
    unsure = small_knowledge().findings["mri_herniation"]
    assert 1 < _ratio(unsure, "present") < _ratio(sure, "present")
    assert _ratio(sure, "absent") < _ratio(unsure, "absent") < 1


def test_a_positive_ratio_with_a_specificity_gives_the_sensitivity() -> None:
    finding = small_knowledge().findings["leg_raise_relief"]
    assert _target(finding).given_present["present"].value == pytest.approx(3 * 0.2)
    assert _target(finding).link == "root_inflammation->root_pain"


def test_graded_outcomes_keep_their_table() -> None:
    finding = small_knowledge().findings["crp"]
    assert finding.outcomes == ("normal", "raised", "high")
    assert _ratio(finding, "high") == pytest.approx(12)
    assert finding.given_absent["high"].low == pytest.approx(0.02)


def test_discounted_graded_outcomes_have_each_ratio_to_the_power() -> None:
    texts = edited(_FINDINGS, "  red_flag: true\n  unit:", "  red_flag: true\n  quality: 0.5\n  unit:")
    finding = knowledge_from(texts).findings["crp"]
    for outcome, ratio in (("normal", 0.125), ("raised", 2.0), ("high", 12.0)):
        assert _ratio(finding, outcome) == pytest.approx(math.sqrt(ratio))
    assert sum(p.value for p in finding.given_absent.values()) == pytest.approx(1)
    assert sum(p.value for p in _target(finding).given_present.values()) == pytest.approx(1)


def test_each_of_several_targets_alone_brings_the_finding_about_with_its_own_sensitivity() -> None:
    finding = small_knowledge().findings["reflex_loss"]
    assert [target.node for target in finding.targets] == ["root_compression", "root_inflammation"]
    assert [target.given_present["present"].value for target in finding.targets] == pytest.approx([0.3, 0.2])
    assert finding.given_absent["present"].value == pytest.approx(0.1)


def test_discounted_targets_keep_their_order_and_stay_above_the_false_positives() -> None:
    texts = edited(_FINDINGS, "  tests: deficit\n", "  tests: deficit\n  quality: 0.5\n")
    stated, finding = small_knowledge().findings["reflex_loss"], knowledge_from(texts).findings["reflex_loss"]
    strong, weak = (target.given_present["present"].value for target in finding.targets)
    false_positive = finding.given_absent["present"].value
    assert false_positive < weak < strong
    for position in (0, 1):
        odds_ratio = _ratio(stated, "present", position) / _ratio(stated, "absent", position)
        discounted = _ratio(finding, "present", position) / _ratio(finding, "absent", position)
        assert discounted == pytest.approx(math.sqrt(odds_ratio))


def test_every_outcome_table_of_a_finding_sums_to_one_and_holds_its_intervals() -> None:
    for finding in small_knowledge().findings.values():
        columns = [target.given_present for target in finding.targets]
        columns += [finding.given_absent] * bool(columns)
        for column in columns:
            assert list(column) == list(finding.outcomes)
            assert sum(p.value for p in column.values()) == pytest.approx(1)
            assert all(0.001 <= p.low <= p.value <= p.high <= 0.999 for p in column.values())


def test_a_finding_that_is_only_context_has_outcomes_and_moves_nothing() -> None:
    fever = small_knowledge().findings["fever"]
    assert (fever.outcomes, fever.targets, dict(fever.given_absent)) == (("present", "absent"), (), {})


def test_context_may_name_its_outcomes() -> None:
    texts = edited(_FINDINGS, "  context_only: true", "  context_only: true\n  outcomes: [present, absent, mild]")
    assert knowledge_from(texts).findings["fever"].outcomes == ("present", "absent", "mild")
