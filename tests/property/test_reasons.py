"""The explanation is the calculation: printed reasons multiply back to the probability they explain."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from ilc.core import InstanceId, Presence, logit
from ilc.explanation.explain import Explanation, explain
from ilc.explanation.model import Reason, Reasons
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.explanation.reasons import COMPETING, posterior_of
from ilc.explanation.shapley import coalitions, shapley_values
from ilc.findings import Finding, collect_findings
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge, load_knowledge
from ilc.knowledge.model import Slice
from ilc.questionnaires import score_questionnaires
from ilc.record import read_case
from ilc.record.case import Complaint, Patient
from tests.support.drawn_knowledge import Person
from tests.support.plain_knowledge import INTENSITIES, finding, link, node, plain_knowledge
from tests.support.random_patients import person_at_random

EXACT = 1e-9
EXAMPLES = Path(__file__).parents[2] / "examples"
PEOPLE = ("slip_and_stenosis", "sensitised_back", "hidden_infection", "random 1", "random 2")


@cache
def _person(name: str) -> Person:
    if name.startswith("random"):
        return person_at_random(load_knowledge(), seed=int(name.split()[1]), complaints=3, findings=40)
    case = read_case(EXAMPLES / name, load_knowledge()).case
    assert case is not None
    findings, _ = collect_findings(
        load_knowledge(), (*case.findings, *score_questionnaires(case, load_knowledge()).findings)
    )
    return Person(case.patient, findings, case.complaints)


@cache
def _explained(name: str) -> Explanation:
    person = _person(name)
    return explain(
        load_knowledge(),
        person.patient,
        findings=person.findings,
        complaints=person.complaints,
        seed=4,
        intervals=False,
    )


@cache
def _reasoned(name: str) -> Reasoning:
    person = _person(name)
    return reason_about(
        load_knowledge(), person.patient, findings=person.findings, complaints=person.complaints, seed=4
    )


def _inside(p: float) -> bool:
    return 1e-8 < p < 1.0 - 1e-8


@pytest.mark.parametrize("name", PEOPLE)
def test_reasons_for_existence_multiply_back_to_the_posterior(name: str) -> None:
    told = 0
    for factor in _explained(name).factors:
        if _inside(factor.p_exists.p):
            assert posterior_of(factor.reasons) == pytest.approx(factor.p_exists.p, abs=EXACT)
            told += len(factor.reasons.contributions)
    assert told > 100


@pytest.mark.parametrize("name", PEOPLE)
def test_reasons_for_contribution_multiply_back_to_the_share_of_worlds(name: str) -> None:
    told = 0
    for factor in _explained(name).factors:
        for complaint, reasons in factor.reasons_contributes.items():
            p = factor.p_contributes[complaint].p
            if _inside(p):
                assert posterior_of(reasons) == pytest.approx(p, abs=EXACT)
                told += 1
    assert told >= 3


@pytest.mark.parametrize("name", PEOPLE)
def test_reasons_start_from_the_prior_of_unselected_people(name: str) -> None:
    for factor in _explained(name).factors:
        if _inside(factor.prior):
            assert factor.reasons.prior_log_odds == pytest.approx(logit(factor.prior), abs=EXACT)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_finding_that_tests_only_the_factor_counts_with_its_likelihood_ratio(name: str) -> None:
    reasoning, explained = _reasoned(name), {factor.id: factor for factor in _explained(name).factors}
    pieces = [item.id for item in reasoning.evidence]
    checked = 0
    for item in reasoning.evidence:
        targets = item.evidence.targets
        if item.kind != "finding" or len(targets) != 1 or targets[0].kind != "node" or pieces.count(item.id) > 1:
            continue
        factor = explained.get(str(reasoning.model.instances[targets[0].index]))
        if factor is not None:
            off, on = item.evidence.table
            [reason] = [r for r in factor.reasons.contributions if r.evidence == item.id]
            assert reason.log_odds == pytest.approx(float(np.log(on / off)), abs=EXACT)
            assert reason.kind == "direct"
            checked += 1
    assert checked >= 10


def test_what_was_not_found_speaks_against() -> None:
    [against] = [r for r in _reasons_of("slip_and_stenosis", "spinal_infection") if r.evidence == "fever"]
    assert against.outcome == "absent"
    assert against.log_odds < 0.0


def _reasons_of(name: str, factor: str) -> tuple[Reason, ...]:
    [found] = [f for f in _explained(name).factors if f.id == factor]
    return found.reasons.contributions


@pytest.mark.parametrize("players", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("seed", range(4))
def test_shapley_values_are_the_mean_over_all_orders(players: int, seed: int) -> None:
    worth = np.random.default_rng(seed).normal(size=1 << players)
    expected = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        mask = 0
        for player in order:
            expected[player] += worth[mask | 1 << player] - worth[mask]
            mask |= 1 << player
    assert shapley_values(worth) == pytest.approx(expected / len(orders), abs=1e-12)


def test_coalitions_are_numbered_by_their_members() -> None:
    assert coalitions(3)[0b101].tolist() == [1.0, 0.0, 1.0]


def _exact(reasoning: Reasoning, kept: frozenset[str]) -> FloatArray:
    """Existence when only some of the findings are known, by the engine."""
    evidence = [item.evidence for item in reasoning.evidence if item.kind != "finding" or item.id in kept]
    plan = plan_elimination(reasoning.model.network, evidence, skippable=reasoning.plan.skippable)
    return infer_posterior(reasoning.model.network, evidence, plan=plan).p_present


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("name", PEOPLE)
def test_joined_worlds_know_what_part_of_the_findings_says(name: str, share: float) -> None:
    reasoning = _reasoned(name)
    names = reasoning.mixture.findings
    generator = np.random.default_rng(int(share * 100))
    kept = frozenset(generator.choice(np.array(names), size=round(share * len(names)), replace=False).tolist())
    weights = reasoning.mixture.weights(np.array([[float(n in kept) for n in names]]))[0]
    exact = _exact(reasoning, kept)
    asked = ~np.isnan(exact)
    state = reasoning.mixture_state.astype(float)
    error = np.sqrt((weights**2) @ (state - exact) ** 2 + 1e-3 * (weights**2).sum())  # of a weighted mean
    assert np.quantile((np.abs(weights @ state - exact) / error)[asked], 0.97) < 4.0  # rare factors have heavy tails
    assert np.abs(weights @ state - exact)[asked].max() < 0.15
    assert 1.0 / float((weights**2).sum()) > 50  # effective worlds


@pytest.mark.parametrize("name", PEOPLE)
def test_coalitions_of_findings_are_subsets_of_findings(name: str) -> None:
    """The fast evaluation of all coalitions is that of each subset by itself."""
    mixture, event = _reasoned(name).mixture, _reasoned(name).mixture_state[:, 0]
    members = np.zeros((3, len(mixture.findings)))
    members[0, ::3], members[1, 1::3], members[2, 2::7] = 1.0, 1.0, 1.0
    together = mixture.share_by_coalition(members, event)
    for mask in range(8):
        chosen = (coalitions(3)[mask] @ members)[None]
        assert together[mask] == pytest.approx(float(mixture.weights(chosen)[0] @ event), abs=2e-4)


def _explaining_away() -> Knowledge:
    return plain_knowledge(
        [node("disc", prior=0.2), node("facet", prior=0.2), node("pain", leak=0.01, slice_=Slice.COMPLAINT)],
        [link(cause, "pain", 0.7, dose=INTENSITIES) for cause in ("disc", "facet")],
        [finding("disc_scan", {"disc": 0.8}, 0.3), finding("facet_block", {"facet": 0.95}, 0.05)],
    )


def _reasons_in(knowledge: Knowledge, outcomes: dict[str, str]) -> dict[str, Reasons]:
    findings = tuple(
        Finding(InstanceId(key), knowledge.findings[key], outcome, None, None, "typed")
        for key, outcome in outcomes.items()
    )
    explained = explain(
        knowledge,
        Patient(50, "female", None, None, "", ""),
        findings=findings,
        complaints=(Complaint(InstanceId("pain"), Presence.PRESENT, 5.0, 90),),
        seed=1,
        intervals=False,
    )
    return {factor.id: factor.reasons for factor in explained.factors}


def test_a_finding_for_another_cause_explains_the_pain_away_and_is_called_competing() -> None:
    reasons = _reasons_in(_explaining_away(), {"disc_scan": "present", "facet_block": "present"})
    by_evidence = {reason.evidence: reason for reason in reasons["disc"].contributions}
    assert by_evidence["disc_scan"].kind == "direct"
    assert by_evidence["disc_scan"].log_odds == pytest.approx(float(np.log(0.8 / 0.3)), abs=EXACT)
    assert by_evidence["facet_block"].kind == COMPETING
    assert by_evidence["facet_block"].log_odds < -0.5


def test_a_competing_cause_that_is_excluded_speaks_for_the_factor() -> None:
    reasons = _reasons_in(_explaining_away(), {"facet_block": "absent"})
    [competing] = [r for r in reasons["disc"].contributions if r.evidence == "facet_block"]
    assert competing.kind == COMPETING
    assert competing.log_odds > 0.05


def test_the_complaint_itself_is_context_and_speaks_for_its_causes() -> None:
    reasons = _reasons_in(_explaining_away(), {})
    [context] = reasons["disc"].contributions
    assert context.kind == "context"
    assert context.log_odds > 0.5


def test_a_finding_of_something_below_the_factor_is_direct() -> None:
    knowledge = plain_knowledge(
        [
            node("slip", prior=0.2),
            node("stenosis", prior=0.25),
            node("pain", leak=0.05, slice_=Slice.COMPLAINT),
        ],
        [link("slip", "stenosis", 0.6), link("stenosis", "pain", 0.6, dose=INTENSITIES)],
        [finding("stenosis_scan", {"stenosis": 0.9}, 0.1)],
    )
    [reason] = [
        r for r in _reasons_in(knowledge, {"stenosis_scan": "present"})["slip"].contributions if r.kind != "context"
    ]
    assert (reason.evidence, reason.kind) == ("stenosis_scan", "direct")
    assert reason.log_odds > 0.3
