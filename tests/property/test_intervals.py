"""Two roads, one answer: parameter intervals against drawing every number and reasoning anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from ilc.core import Estimate, InstanceId, Presence
from ilc.explanation.bounds import Bounds, measure_bounds
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.findings import Finding
from ilc.inference.drawn import infer_drawn, plan_drawn
from ilc.inference.evidence import collect_evidence
from ilc.inference.intervals import FEWEST_DRAWS, affordable_draws, carry_over, parameter_interval
from ilc.inference.model import build_model, estimate_at
from ilc.inference.network import FloatArray
from ilc.inference.sensitivity import Draws, draw_evidence, draw_network, log_odds_sd
from ilc.knowledge import load_knowledge
from ilc.knowledge.model import FindingDef, Slice
from ilc.record.case import Complaint, Patient
from tests.support.drawn_knowledge import NODES, Person, Reference, draw_reference, part_of, without_sampling_noise
from tests.support.random_patients import random_complaints, random_findings

WITHIN = 0.03
DRAWS, WORLDS = 1000, 300
OBSERVED = {
    "mri_central_stenosis@L4_L5": "present",
    "mri_slip@L4_L5": "present",
    "mri_disc_degeneration@L5_S1": "absent",
    "shopping_cart_eases": "present",
    "fear_of_movement_told": "present",
}


@dataclass(frozen=True, eq=False)
class Compared:
    """One person's intervals by both roads."""

    reasoning: Reasoning
    bounds: Bounds
    reference: Reference


@cache
def _compared() -> Compared:
    knowledge = part_of(load_knowledge(), NODES)
    findings = tuple(
        Finding(InstanceId.parse(key), knowledge.findings[key.partition("@")[0]], outcome, None, None, "typed")
        for key, outcome in OBSERVED.items()
    )
    complaints = (
        Complaint(InstanceId("low_back_pain"), Presence.PRESENT, 6.0, 400),
        Complaint(InstanceId("walking_limitation"), Presence.PRESENT, 5.0, 400),
    )
    patient = Patient(67, "female", None, None, "spine_clinic", "")
    reasoning = reason_about(knowledge, patient, findings=findings, complaints=complaints, seed=1)
    person = Person(patient, findings, complaints)
    generator = np.random.default_rng(20)
    reference = draw_reference(knowledge, person, draws=DRAWS, worlds=WORLDS, generator=generator)
    return Compared(reasoning, measure_bounds(reasoning), reference)


def _ends(drawn: FloatArray) -> FloatArray:
    return np.asarray(np.percentile(drawn, [2.5, 97.5], axis=0))


@pytest.mark.slow
def test_intervals_of_existence_are_those_of_reasoning_anew() -> None:
    both = _compared()
    low, high = _ends(both.reference.exists)
    assert np.abs(both.bounds.exists_low - low).max() <= WITHIN
    assert np.abs(both.bounds.exists_high - high).max() <= WITHIN


@pytest.mark.slow
def test_intervals_of_contribution_are_those_of_reasoning_anew() -> None:
    both = _compared()
    seen = np.nan_to_num(both.reasoning.contributions.p_contributes()) > 0.0
    drawn = both.reference.contributes
    low, high = _ends(without_sampling_noise(drawn, WORLDS))
    assert seen.sum() > 20
    assert np.abs(both.bounds.contributes_low - low)[seen].max() <= WITHIN
    assert np.abs(both.bounds.contributes_high - high)[seen].max() <= WITHIN


@pytest.mark.slow
def test_intervals_are_wide_enough_to_matter() -> None:
    both = _compared()
    assert (both.bounds.exists_high - both.bounds.exists_low).max() > 0.2


@pytest.fixture(scope="module")
def whole() -> Reasoning:
    """A person under the whole shipped knowledge, with findings of every shape."""
    knowledge = load_knowledge()
    model = build_model(knowledge, age_years=60, sex="female")
    generator = np.random.default_rng(3)
    findings = random_findings(model, generator, count=60)
    complaints = random_complaints(model, generator, present=3, absent=2)
    patient = Patient(60, "female", None, None, "spine_clinic", "")
    return reason_about(knowledge, patient, findings=findings, complaints=complaints, seed=1)


def test_every_interval_holds_its_stated_value(whole: Reasoning) -> None:
    bounds = measure_bounds(whole)
    asked = ~np.isnan(whole.posterior.p_present)
    p, c = whole.posterior.p_present[asked], np.nan_to_num(whole.contributions.p_contributes())
    assert ((bounds.exists_low[asked] <= p) & (p <= bounds.exists_high[asked])).all()
    assert ((bounds.contributes_low <= c) & (c <= bounds.contributes_high)).all()
    for low, high in ((bounds.exists_low, bounds.exists_high), (bounds.active_low, bounds.active_high)):
        assert ((low >= 0.0) & (high <= 1.0)).all()


def test_the_same_person_always_gets_the_same_intervals(whole: Reasoning) -> None:
    first, again = measure_bounds(whole), measure_bounds(whole)
    assert (first.contributes_low == again.contributes_low).all()
    assert (first.exists_high == again.exists_high).all()


class _AsStated(Draws):
    """Draws that leave every number where it is."""

    def standard(self, name: str) -> FloatArray:  # noqa: ARG002
        return np.zeros(self.count)


def test_numbers_left_where_they_are_give_the_stated_posterior(whole: Reasoning) -> None:
    draws = _AsStated(2, 0)
    network = draw_network(whole.model, draws, marginal=whole.prior, patient=whole.patient)
    evidence = draw_evidence(whole.model, whole.evidence, draws, patient=whole.patient)
    plan = plan_drawn(whole.model.network, [item.evidence for item in whole.evidence], skippable=whole.plan.skippable)
    found = infer_drawn(network, evidence, plan=plan)
    asked = ~np.isnan(whole.posterior.p_present)
    assert np.abs(found.p_present[0] - whole.posterior.p_present)[asked].max() <= 1e-9


def test_drawn_likelihoods_are_those_of_a_rule_with_the_drawn_numbers(whole: Reasoning) -> None:
    draws = Draws(2, 5)
    drawn = draw_evidence(whole.model, whole.evidence, draws, patient=whole.patient)
    rules = {rule.id: _drawn_rule(draws, rule) for rule in whole.knowledge.findings.values()}
    findings = [replace(finding, rule=rules[finding.rule.id]) for finding in whole.findings]
    anew = collect_evidence(whole.model, findings, whole.complaints, setting="")
    expected = {(item.evidence.id, item.evidence.targets): item.evidence.table for item in anew if item.finding}
    compared = 0
    for item, evidence in zip(whole.evidence, drawn, strict=True):
        if item.finding is not None:
            assert evidence.table[0] == pytest.approx(expected[evidence.id, evidence.targets], abs=1e-12)
            compared += 1
    assert compared >= 60


def _drawn_rule(draws: Draws, rule: FindingDef) -> FindingDef:
    """A finding's rule with its numbers at their first draw."""

    def column(where: str, stated: Mapping[str, Estimate]) -> dict[str, Estimate]:
        found: dict[str, float] = {}
        for outcome, estimate in stated.items():
            if set(stated) == {"present", "absent"}:
                p = float(draws.probability(f"{rule.id}.{where}", stated["present"])[0])
                found[outcome] = p if outcome == "present" else 1.0 - p
            else:
                found[outcome] = float(draws.probability(f"{rule.id}.{where}.{outcome}", estimate)[0])
        return {outcome: Estimate(p, p, p) for outcome, p in found.items()}

    targets = tuple(replace(t, given_present=column(t.node or t.link, t.given_present)) for t in rule.targets)
    absent, mixed = column("absent", rule.given_absent), column("mixed", rule.given_mixed)
    return replace(rule, targets=targets, given_absent=absent, given_mixed=mixed)


def test_drawn_networks_keep_the_drawn_priors(whole: Reasoning) -> None:
    """The leak is solved with the stated togetherness of causes; the priors must come out all the same."""
    model, draws = whole.model, Draws(16, 2)
    network = draw_network(model, draws, marginal=whole.prior, patient=whole.patient)
    complaints = frozenset(i for i, d in enumerate(model.definitions) if d.slice is Slice.COMPLAINT)
    found = infer_drawn(network, [], plan=plan_drawn(model.network, [], skippable=complaints)).p_present
    checked = 0
    for definition in model.knowledge.nodes.values():
        band = estimate_at(definition.prior, age_years=60, sex="female")
        if band is None:
            continue
        sites = found[:, [i for i, d in enumerate(model.definitions) if d.id == definition.id]]
        stated = draws.probability(band.parameter, band.estimate)
        person = 1.0 - np.prod(1.0 - sites, axis=1) if definition.prior_unit == "person" else sites[:, 0]
        room = person <= stated + 0.01  # where drawn causes imply more, the prior gives way
        assert np.abs(person - stated)[room].max(initial=0.0) <= 0.01
        checked += int(room.sum())
    assert checked > 0.8 * draws.count * 60


def test_draws_follow_the_stated_interval_and_come_in_mirrored_pairs() -> None:
    stated = Estimate(0.3, 0.2, 0.45)
    draws = Draws(512, 1)
    p = draws.probability("p.slip", stated)
    log_odds = np.log(p / (1.0 - p))
    assert log_odds.std() == pytest.approx(log_odds_sd(stated), rel=1e-6)
    assert log_odds[:256] + log_odds[256:] == pytest.approx(np.full(256, 2 * np.log(0.3 / 0.7)))
    assert (draws.standard("p.slip") == Draws(512, 1).standard("p.slip")).all()
    assert abs(np.corrcoef(draws.standard("p.slip"), draws.standard("p.disc"))[0, 1]) < 0.2


def test_a_number_without_an_interval_stays_where_it_is() -> None:
    assert (Draws(4, 1).probability("p.fixed", Estimate(0.2, 0.2, 0.2)) == 0.2).all()


@pytest.mark.parametrize(("middle", "spread"), [(0.0, 0.5), (2.0, 1.0), (-3.0, 0.8)])
def test_interval_ends_of_a_known_distribution(middle: float, spread: float) -> None:
    values = 1.0 / (1.0 + np.exp(-np.random.default_rng(0).normal(middle, spread, size=(4000, 1))))
    ends = 1.0 / (1.0 + np.exp(-(middle + spread * np.array([-1.96, 0.0, 1.96]))))
    low, high = parameter_interval(values, ends[[1]])
    assert low[0] == pytest.approx(ends[0], abs=0.012)
    assert high[0] == pytest.approx(ends[2], abs=0.012)


def test_a_certainty_has_no_interval() -> None:
    low, high = parameter_interval(np.ones((50, 1)), np.ones(1))
    assert (low[0], high[0]) == (1.0, 1.0)


def test_harder_networks_get_fewer_draws_but_never_too_few() -> None:
    counts = [affordable_draws(2.0**bits) for bits in range(10, 26)]
    assert counts == sorted(counts, reverse=True)
    assert all(count % 2 == 0 and count >= FEWEST_DRAWS for count in counts)


def test_what_is_a_sum_of_features_is_carried_over_exactly() -> None:
    generator = np.random.default_rng(4)
    features = generator.random((4000, 3)) < [0.2, 0.5, 0.7]
    outcomes = features[:, [0]]
    drawn = np.array([[0.3, 0.5, 0.7], [0.2, 0.9, 0.1]])
    assert carry_over(features, outcomes, drawn)[:, 0] == pytest.approx([0.3, 0.2], abs=0.01)
