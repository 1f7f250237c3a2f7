"""Findings as likelihoods: the stated ratio and no other, factorised where it can be, silent where nothing is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from ilc.core import InstanceId, Presence, SiteKind
from ilc.findings import Finding
from ilc.inference.engine import infer_posterior
from ilc.inference.evidence import collect_evidence, finding_evidence, intensity_state, outcome_table, resolve_targets
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import Target
from ilc.knowledge.model import FindingDef, Slice
from ilc.record.case import Complaint
from tests.support.plain_knowledge import INTENSITIES, finding, link, node, plain_knowledge

SCAN = finding("scan", {"disc": 0.9}, 0.2)
SCORE = finding("score", {"disc": {"low": 0.2, "middle": 0.3, "high": 0.5}}, {"low": 0.6, "middle": 0.3, "high": 0.1})
CRP = finding("crp", {"disc": 0.6, "facet": 0.7, "hip": 0.3}, 0.05)
PROVOKED = finding("provoked", {"disc->pain": 0.8}, 0.25)
LEVEL_SCAN = finding("level_scan", {"slip": 0.9}, 0.05, sites=SiteKind.LEVEL)
CATCH = finding("catch", {"slip": 0.6}, 0.1)
RULES = (SCAN, SCORE, CRP, PROVOKED, LEVEL_SCAN, CATCH)


@pytest.fixture
def model() -> CausalModel:
    nodes = [
        node("disc", prior=0.3),
        node("facet", prior=0.2),
        node("hip", prior=0.1),
        node("slip", prior=0.15, sites=SiteKind.LEVEL),
        node("pain", leak=0.05, slice_=Slice.COMPLAINT),
    ]
    links = [link(cause, "pain", 0.5, dose=INTENSITIES) for cause in ("disc", "facet", "hip")]
    return build_model(plain_knowledge(nodes, links, RULES), age_years=50, sex="female")


def _found(rule: FindingDef, outcome: str, site: str = "", likelihood: dict[str, float] | None = None) -> Finding:
    return Finding(InstanceId(rule.id, site), rule, outcome, None, None, "typed", likelihood)


def _odds(p: float) -> float:
    return p / (1.0 - p)


@pytest.mark.parametrize(("outcome", "ratio"), [("present", 0.9 / 0.2), ("absent", 0.1 / 0.8)])
def test_a_finding_multiplies_the_odds_by_its_stated_ratio(model: CausalModel, outcome: str, ratio: float) -> None:
    [item] = finding_evidence(model, _found(SCAN, outcome))
    p = infer_posterior(model.network, [item.evidence]).p_present[0]
    assert _odds(p) == pytest.approx(_odds(0.3) * ratio, rel=1e-9)


@pytest.mark.parametrize(("outcome", "ratio"), [("low", 1 / 3), ("middle", 1.0), ("high", 5.0)])
def test_each_outcome_of_a_graded_finding_has_its_own_ratio(model: CausalModel, outcome: str, ratio: float) -> None:
    [item] = finding_evidence(model, _found(SCORE, outcome))
    p = infer_posterior(model.network, [item.evidence]).p_present[0]
    assert _odds(p) == pytest.approx(_odds(0.3) * ratio, rel=1e-9)


def test_a_reading_of_unsure_readers_lies_between_its_outcomes(model: CausalModel) -> None:
    [item] = finding_evidence(model, _found(SCORE, "high", likelihood={"middle": 0.4, "high": 0.6}))
    assert item.evidence.table == pytest.approx([0.4 * 0.3 + 0.6 * 0.1, 0.4 * 0.3 + 0.6 * 0.5])


def test_a_negative_finding_with_several_causes_speaks_of_each_alone(model: CausalModel) -> None:
    items = finding_evidence(model, _found(CRP, "absent"))
    assert [item.tested for item in items] == [(0,), (1,), (2,)]
    assert all(item.evidence.table.shape == (2,) for item in items)


def test_the_factorised_negative_says_what_the_joint_table_says(model: CausalModel) -> None:
    items = finding_evidence(model, _found(CRP, "absent"))
    parts = [part for _, part in resolve_targets(model, CRP, InstanceId("crp"))]
    joint = outcome_table(CRP, parts, "absent")
    for states in product((0, 1), repeat=3):
        each = np.prod([item.evidence.table[s] for item, s in zip(items, states, strict=True)])
        assert each * joint[0, 0, 0] == pytest.approx(joint[states])


def test_a_positive_finding_with_several_causes_is_a_noisy_or(model: CausalModel) -> None:
    [item] = finding_evidence(model, _found(CRP, "present"))
    table = item.evidence.table
    assert table[0, 0, 0] == pytest.approx(0.05)
    for position, alone in enumerate((0.6, 0.7, 0.3)):
        assert table[tuple(int(i == position) for i in range(3))] == pytest.approx(alone)
    assert table[1, 1, 1] == pytest.approx(1.0 - 0.95 * (0.4 / 0.95) * (0.3 / 0.95) * (0.7 / 0.95))


def test_present_and_absent_add_to_one_in_every_state(model: CausalModel) -> None:
    for rule in RULES:
        parts = [part for _, part in resolve_targets(model, rule, InstanceId(rule.id))]
        total = sum(outcome_table(rule, parts, outcome) for outcome in rule.outcomes)
        assert np.asarray(total) == pytest.approx(np.ones((2,) * len(parts)))


def test_a_finding_about_a_link_moves_that_link(model: CausalModel) -> None:
    [item] = finding_evidence(model, _found(PROVOKED, "present"))
    assert item.evidence.targets == (Target("link", 0),)
    assert item.tested == (0, model.node("pain"))
    worlds = infer_posterior(model.network, [item.evidence]).worlds(count=40_000, seed=1)
    active = 0.3 * 0.5
    expected = active * 0.8 / (active * 0.8 + (1.0 - active) * 0.25)
    assert (worlds.dose[:, 0] > 0).mean() == pytest.approx(expected, abs=0.015)


def test_a_finding_at_one_level_tests_that_level_only(model: CausalModel) -> None:
    [item] = finding_evidence(model, _found(LEVEL_SCAN, "absent", "L4_L5"))
    assert [str(model.instances[n]) for n in item.tested] == ["slip@L4_L5"]


def test_a_finding_of_the_whole_person_tests_every_level(model: CausalModel) -> None:
    [item] = finding_evidence(model, _found(CATCH, "present"))
    assert item.evidence.table.shape == (2,) * 5


@pytest.mark.parametrize(
    ("nrs", "state"), [(0.0, 0), (0.9, 0), (1.0, 1), (3.9, 1), (4.0, 2), (6.9, 2), (7.0, 3), (10.0, 3)]
)
def test_ratings_fall_into_four_grades(nrs: float, state: int) -> None:
    assert intensity_state(nrs) == state


@pytest.mark.parametrize(
    ("presence", "nrs", "table"),
    [
        (Presence.ABSENT, None, [1, 0, 0, 0]),
        (Presence.PRESENT, None, [0, 1, 1, 1]),
        (Presence.PRESENT, 0.0, [0, 1, 1, 1]),
        (Presence.PRESENT, 2.0, [0, 1, 0, 0]),
        (Presence.PRESENT, 5.0, [0, 0, 1, 0]),
        (Presence.PRESENT, 9.0, [0, 0, 0, 1]),
    ],
)
def test_a_complaint_is_observed_at_its_grade(
    model: CausalModel, presence: Presence, nrs: float | None, table: list[int]
) -> None:
    [item] = collect_evidence(model, [], [Complaint(InstanceId("pain"), presence, nrs, None)], setting="")
    assert item.evidence.table.tolist() == table


def test_what_was_not_asked_says_nothing(model: CausalModel) -> None:
    unknown = Complaint(InstanceId("pain"), Presence.UNKNOWN, None, None)
    assert collect_evidence(model, [], [unknown], setting="") == ()


def test_complaints_come_first_then_findings_in_their_order(model: CausalModel) -> None:
    pain = Complaint(InstanceId("pain"), Presence.PRESENT, 5.0, None)
    found = collect_evidence(model, [_found(SCORE, "high"), _found(SCAN, "present")], [pain], setting="")
    assert [item.id for item in found] == ["pain", "score", "scan"]
