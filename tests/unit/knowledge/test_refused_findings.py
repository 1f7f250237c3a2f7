"""Findings the loader refuses: accuracies that contradict themselves, certainties, targets out of reach."""

from __future__ import annotations

import pytest

from ilc.knowledge.loader import knowledge_from
from tests.support.knowledge_files import (
    Spoilt,
    check_refused,
    edited,
    refused,
    with_entry,
)

_ACCURACY, _FINDINGS = "parameters/accuracy.yaml", "findings/all.yaml"
_SLR = "accuracy: {sensitivity: p.slr.sens, specificity: p.slr.spec}"
_MRI = "accuracy: {lr_positive: p.mri.lrp, lr_negative: p.mri.lrn}"
_BLOCK = "lr_positive: {assume: [3, 2, 5], because: x}"
_NORMAL_OFF = "if_off: {assume: [0.8, 0.7, 0.9], because: x}"
FINDINGS = [
    Spoilt(
        "a target unknown", _FINDINGS, "target: {node: root_inflammation}", "target: {node: root}", "UNKNOWN_ID", "root"
    ),
    Spoilt("a link unknown", _FINDINGS, "{link: root_inflammation->root_pain}", "{link: a->b}", "UNKNOWN_ID", "a->b"),
    Spoilt(
        "a node and a link",
        _FINDINGS,
        "target: {node: root_inflammation}",
        "target: {node: root_inflammation, link: root_inflammation->root_pain}",
        "FINDING_FORM",
        "both",
    ),
    Spoilt(
        "no node and no link", _FINDINGS, "target: {node: root_inflammation}", "target: {}", "FINDING_FORM", "nothing"
    ),
    Spoilt("a test unknown", _FINDINGS, "test: mri", "test: ct", "UNKNOWN_ID", "ct"),
    Spoilt("a group unknown", _FINDINGS, "group: imaging", "group: scan", "UNKNOWN_ID", "scan"),
    Spoilt("no target", _FINDINGS, "  target: {node: root_inflammation}\n", "", "FINDING_FORM", "no target"),
    Spoilt(
        "target and context",
        _FINDINGS,
        "  context_only: true",
        "  context_only: true\n  target: {node: smoking}",
        "FINDING_FORM",
        "context_only and target",
    ),
    Spoilt("context_only false", _FINDINGS, "context_only: true", "context_only: false", "FINDING_FORM", "no target"),
    Spoilt(
        "context with accuracy",
        _FINDINGS,
        "  context_only: true",
        f"  context_only: true\n  {_SLR}",
        "FINDING_FORM",
        "context only",
    ),
    Spoilt("existence of a link", _FINDINGS, "tests: active_link", "tests: existence", "TEST_KIND", "link"),
    Spoilt("context that is evidence", _FINDINGS, "tests: deficit", "tests: context", "TEST_KIND", "with a target"),
    Spoilt("evidence without target", _FINDINGS, "tests: context", "tests: existence", "TEST_KIND", "without a target"),
    Spoilt("accuracy and outcomes", _FINDINGS, _MRI, f"{_MRI}\n  outcomes: {{}}", "FINDING_FORM", "in one way"),
    Spoilt("neither accuracy nor outcomes", _FINDINGS, f"  {_MRI}\n", "", "FINDING_FORM", "in one way"),
    Spoilt("no outcomes", _FINDINGS, _MRI, "outcomes: {}", "COLUMN_SUM", "sums to 0"),
    Spoilt(
        "several targets with an accuracy",
        _FINDINGS,
        "  false_positive:",
        f"  {_MRI}\n  false_positive:",
        "FINDING_FORM",
        "several targets",
    ),
    Spoilt(
        "context with one outcome",
        _FINDINGS,
        "  context_only: true",
        "  context_only: true\n  outcomes: [present]",
        "OUTCOMES",
        "present",
    ),
    Spoilt(
        "context with an outcome twice",
        _FINDINGS,
        "  context_only: true",
        "  context_only: true\n  outcomes: [present, present]",
        "OUTCOMES",
        "present",
    ),
    Spoilt(
        "a target as likely as chance",
        _FINDINGS,
        "{assume: [0.2, 0.15, 0.3]",
        "{assume: [0.1, 0.05, 0.3]",
        "ACCURACY",
        "not above the false positives",
    ),
    Spoilt(
        "a target that always shows",
        _FINDINGS,
        "{assume: [0.2, 0.15, 0.3]",
        "{assume: [1, 0.15, 1]",
        "ACCURACY",
        "not above",
    ),
    Spoilt("a band of no width", _FINDINGS, "raised: [10, 50]", "raised: [10, 10]", "BANDS", "[10.0, 10.0]"),
    Spoilt("no validity", _FINDINGS, "  validity_days: 730\n", "", "MISSING_KEY", "validity_days"),
    Spoilt("a validity below zero", _FINDINGS, "validity_days: 730", "validity_days: -1", "OUT_OF_RANGE", "-1"),
    Spoilt("half a day", _FINDINGS, "validity_days: 730", "validity_days: 0.5", "WRONG_TYPE", "whole"),
    Spoilt(
        "an accuracy in three numbers",
        _FINDINGS,
        _MRI,
        _MRI.replace("}", ", specificity: p.slr.spec}"),
        "ACCURACY",
        "lr_negative and lr_positive and specificity",
    ),
    Spoilt("sensitivity alone", _FINDINGS, _SLR, "accuracy: {sensitivity: p.slr.sens}", "ACCURACY", "sensitivity"),
    Spoilt(
        "sensitivity with LR",
        _FINDINGS,
        _MRI,
        "accuracy: {sensitivity: p.slr.sens, lr_positive: p.mri.lrp}",
        "ACCURACY",
        "lr_positive and sensitivity",
    ),
    Spoilt(
        "ratios swapped",
        _FINDINGS,
        _MRI,
        "accuracy: {lr_positive: p.mri.lrn, lr_negative: p.mri.lrp}",
        "ACCURACY",
        "0.1 is not between 1",
    ),
    Spoilt(
        "both ratios above one",
        _FINDINGS,
        _MRI,
        "accuracy: {lr_positive: p.mri.lrp, lr_negative: p.mri.lrp}",
        "ACCURACY",
        "8 is not between 0 and 1",
    ),
    Spoilt(
        "a sensitivity above one follows",
        _FINDINGS,
        _BLOCK,
        "lr_positive: {assume: [6, 2, 7], because: x}",
        "ACCURACY",
        "6 is not between 1 and 5",
    ),
    Spoilt(
        "a specificity of one",
        _FINDINGS,
        _SLR,
        "accuracy: {sensitivity: p.slr.sens, specificity: {assume: [1, 0.9, 1], because: x}}",
        "ACCURACY",
        "1 is not",
    ),
    Spoilt(
        "a test that nearly decides",
        _FINDINGS,
        _SLR,
        "accuracy: {sensitivity: p.slr.sens, specificity: {assume: [0.9995, 0.9, 1], because: x}}",
        "OUT_OF_RANGE",
        "0.0005",
    ),
    Spoilt(
        "a sensitivity as specificity",
        _FINDINGS,
        _SLR,
        "accuracy: {sensitivity: p.slr.spec, specificity: p.slr.spec}",
        "WRONG_UNIT",
        "given as specificity",
    ),
    Spoilt("a quality above one", _FINDINGS, "quality: 0.5", "quality: 1.5", "OUT_OF_RANGE", "1.5"),
    Spoilt(
        "a column that does not sum",
        _FINDINGS,
        _NORMAL_OFF,
        "if_off: {assume: [0.7, 0.7, 0.9], because: x}",
        "COLUMN_SUM",
        "if_off sums to 0.9",
    ),
    Spoilt(
        "an outcome that is impossible",
        _FINDINGS,
        _NORMAL_OFF,
        "if_off: {assume: [0, 0, 0.9], because: x}",
        "OUT_OF_RANGE",
        "0 is not within",
    ),
    Spoilt("an outcome half described", _FINDINGS, f", {_NORMAL_OFF}", "", "MISSING_KEY", "if_off"),
    Spoilt(
        "unknown as an outcome", _FINDINGS, "    normal: {if_on", "    unknown: {if_on", "OUTCOMES", "nobody looked"
    ),
    Spoilt("a band without outcome", _FINDINGS, "normal: [0, 10]", "low: [0, 10]", "BANDS", "low"),
    Spoilt("bands with a gap", _FINDINGS, "raised: [10, 50]", "raised: [20, 50]", "BANDS", "followed by 20"),
    Spoilt("bands that overlap", _FINDINGS, "raised: [10, 50]", "raised: [5, 50]", "BANDS", "followed by 5"),
    Spoilt("a band turned round", _FINDINGS, "raised: [10, 50]", "raised: [50, 10]", "BANDS", "[50.0, 10.0]"),
    Spoilt("bands without unit", _FINDINGS, "  unit: milligram_per_litre\n", "", "MISSING_KEY", "unit"),
    Spoilt(
        "a target less likely than chance",
        _FINDINGS,
        "{assume: [0.2, 0.15, 0.3]",
        "{assume: [0.05, 0.01, 0.3]",
        "ACCURACY",
        "not above the false positives",
    ),
    Spoilt(
        "the same target twice",
        _FINDINGS,
        "{node: root_inflammation, sens",
        "{node: root_compression, sens",
        "DUPLICATE_ID",
        "twice",
    ),
    Spoilt(
        "several targets that are one",
        _FINDINGS,
        "    - {node: root_compression, sensitivity: p.reflex.sens}\n",
        "",
        "FINDING_FORM",
        "one target",
    ),
    Spoilt(
        "no false positives",
        _FINDINGS,
        "  false_positive: {from: complement, of: p.reflex.spec}\n",
        "",
        "MISSING_KEY",
        "false_positive",
    ),
    Spoilt(
        "a specificity as false positives",
        _FINDINGS,
        "{from: complement, of: p.reflex.spec}",
        "p.reflex.spec",
        "WRONG_UNIT",
        "given as specificity",
    ),
    Spoilt(
        "a level finding of a root", _FINDINGS, "  sites: side\n", "  sites: level\n", "SITE_MAP", "level to root_side"
    ),
    Spoilt(
        "graded outcomes of many sites",
        _FINDINGS,
        "target: {node: spinal_infection}",
        "target: {node: disc_herniation}",
        "FINDING_REACH",
        "10 sites",
    ),
]


@pytest.mark.parametrize("spoilt", FINDINGS, ids=str)
def test_refused(spoilt: Spoilt) -> None:
    check_refused(spoilt)


def test_a_finding_may_not_test_more_than_can_be_weighed_together() -> None:
    texts = with_entry(
        _FINDINGS,
        """
anything:
  {label: x, question: x, tests: existence, group: interview, validity_days: 1, test: question, false_positive:
  {assume: [0.1, 0.05, 0.2], because: x}, targets: [{node: disc_herniation, sensitivity: p.reflex.sens},
  {node: root_compression, sensitivity: p.reflex.sens}]}
""",
    )
    (issue,) = refused(texts)
    assert issue.code == "KNOWLEDGE_FINDING_REACH"
    assert "16 things" in issue.message
    twelve = edited(
        _FINDINGS,
        "{node: root_compression, sensitivity: p.reflex.sens}]}",
        "{node: leg_pain, sensitivity: p.reflex.sens}]}",
        texts,
    )
    assert len(knowledge_from(twelve).findings["anything"].targets) == 2


def test_a_finding_that_never_meets_its_target_is_refused() -> None:
    """A finding at a root cannot speak of a link that starts at a level by way of the same place."""
    texts = edited(_FINDINGS, "{link: root_inflammation->root_pain}", "{link: disc_herniation->root_compression}")
    (issue,) = refused(texts)
    assert issue.code == "KNOWLEDGE_FINDING_REACH"
    assert "never meets" in issue.message


@pytest.mark.parametrize("sensitivity", ["0.5", "0.6"])
def test_a_person_level_finding_over_many_sites_must_make_each_more_likely(sensitivity: str) -> None:
    texts = edited(_FINDINGS, "  sites: side\n", "  sites: whole\n")
    texts = edited(
        _ACCURACY, "{value: 0.9, low: 0.85, high: 0.95", f"{{value: {sensitivity}, low: 0.4, high: 0.9", texts
    )
    (issue,) = refused(texts)
    assert issue.code == "KNOWLEDGE_FINDING_REACH"
    assert "less likely" in issue.message
