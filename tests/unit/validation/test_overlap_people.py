"""Simulated patients: drawn as the rules say, from the likelihoods of the generator, and perturbed within intervals."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from ilc.core import Presence
from ilc.core.estimate import logit
from ilc.inference.model import build_model
from ilc.validation.overlap.batches import true_factors
from ilc.validation.overlap.charting import Charting
from ilc.validation.overlap.factors import contributing, existing, factors_of, smoothed_share
from ilc.validation.overlap.generators import perturb
from ilc.validation.overlap.judging import (
    Draw,
    achieved_relief,
    choose_exit,
    hurting,
    judge,
    judge_complaints_alone,
)
from ilc.validation.overlap.naive_bayes import infer_naively
from ilc.validation.overlap.people import Generator, Models, SimulatedPatient, draw_worlds
from ilc.validation.overlap.rules import FactorCounts, Misspecification, read_overlap_rules
from tests.support.quick_diagnosis import shipped_knowledge

RULES, _ = read_overlap_rules()


@lru_cache(maxsize=1)
def stated() -> Models:
    return Models(shipped_knowledge())


def generator(
    misspecified: Misspecification | None = None,
    *,
    seed: int = 8,
    wanted: FactorCounts | None = RULES.contributing_factors,
) -> Generator:
    known = shipped_knowledge()
    charting = Charting(known, known, RULES, misspecified)
    return Generator(stated(), RULES, charting, np.random.default_rng(seed), wanted)


@lru_cache(maxsize=1)
def some_patients() -> tuple[SimulatedPatient, ...]:
    drawing = generator()
    return tuple(drawing.draw_patient() for _ in range(12))


def test_every_patient_hurts_and_has_as_many_true_factors_as_asked_for() -> None:
    for person in some_patients():
        assert any(c.presence is Presence.PRESENT for c in person.complaints)
        count = int(true_factors(stated(), person).contributes.sum())
        assert RULES.contributing_factors.fewest <= count <= RULES.contributing_factors.most


def test_unselected_patients_hurt_whatever_the_number_of_their_true_factors() -> None:
    drawing = generator(wanted=None)
    people = [drawing.draw_patient() for _ in range(30)]
    counts = {int(true_factors(stated(), person).contributes.sum()) for person in people}
    assert all(any(c.presence is Presence.PRESENT for c in person.complaints) for person in people)
    allowed = range(RULES.contributing_factors.fewest, RULES.contributing_factors.most + 1)
    assert counts - set(allowed), "nobody outside the selection was drawn"


def test_complaints_written_down_are_those_of_the_true_world() -> None:
    for person in some_patients():
        model = stated().of(person.patient)
        for complaint in person.complaints:
            true = person.truth.state[0, model.node(complaint.id)] > 0
            assert (complaint.presence is Presence.PRESENT) == true


def test_the_same_seed_gives_the_same_patient() -> None:
    first, second = generator(seed=3).draw_patient(), generator(seed=3).draw_patient()
    assert first.findings == second.findings
    assert first.complaints == second.complaints
    assert generator(seed=4).draw_patient().findings != first.findings


def test_worlds_drawn_forward_have_the_stated_priors() -> None:
    model = build_model(shipped_knowledge(), age_years=55, sex="female")
    worlds = draw_worlds(model, count=4000, generator=np.random.default_rng(1))
    share = (worlds.state > 0).mean(axis=0)
    known = ~np.isnan(model.stated_prior)
    error = np.sqrt(model.stated_prior[known] * (1.0 - model.stated_prior[known]) / 4000)
    assert np.abs(share[known] - model.stated_prior[known]).max() < 0.04
    assert (np.abs(share[known] - model.stated_prior[known]) < 4.5 * error + 1e-3).all()


def positive_share(misspecified: Misspecification | None) -> float:
    drawing = generator(misspecified)
    model = stated().of(some_patients()[0].patient)
    truth = some_patients()[0].truth
    drawn = [f for _ in range(40) for f in drawing.charting.draw(model, truth, drawing.random)]
    two = [f for f in drawn if set(f.rule.outcomes) == {"present", "absent"}]
    return float(np.mean([f.outcome == "present" for f in two]))


def test_negatives_go_missing_more_often_when_misspecified() -> None:
    no_traits = RULES.misspecified.model_copy(update={"trait_on_what_is_told": 0.0, "trait_on_what_is_examined": 0.0})
    at_random, not_at_random = positive_share(None), positive_share(no_traits)
    odds = at_random / (1.0 - at_random) / RULES.misspecified.negative_written_down_ratio
    assert not_at_random == pytest.approx(odds / (1.0 + odds), abs=0.05)


def test_a_trait_makes_findings_of_one_patient_agree() -> None:
    strong = RULES.misspecified.model_copy(
        update={"trait_on_what_is_told": 2.0, "trait_on_what_is_examined": 0.0, "negative_written_down_ratio": 1.0}
    )

    def spread(misspecified: Misspecification | None) -> float:
        drawing = generator(misspecified)
        model, truth = stated().of(some_patients()[0].patient), some_patients()[0].truth
        counts = []
        for _ in range(40):
            drawn = drawing.charting.draw(model, truth, drawing.random)
            told = [f.outcome == "present" for f in drawn if f.rule.evidence_group == "interview"]
            counts.append(float(np.mean(told)))
        return float(np.std(counts))

    assert spread(strong) > 2.0 * spread(None)


def test_perturbed_numbers_stay_near_their_intervals_and_outcomes_sum_to_one() -> None:
    known = shipped_knowledge()
    moved = perturb(known, np.random.default_rng(5), width=1.0)
    outside = 0
    for id_, link in known.links.items():
        value = moved.links[id_].strength.value
        assert value != link.strength.value
        outside += not link.strength.low <= value <= link.strength.high
    assert outside <= 0.12 * len(known.links)
    for finding in moved.findings.values():
        for outcomes in (finding.given_absent, *(target.given_present for target in finding.targets)):
            if outcomes:
                assert sum(e.value for e in outcomes.values()) == pytest.approx(1.0)


def test_no_width_moves_nothing() -> None:
    known = shipped_knowledge()
    same = perturb(known, np.random.default_rng(5), width=0.0)
    for id_, link in known.links.items():
        assert logit(same.links[id_].strength.value) == pytest.approx(logit(link.strength.value), abs=1e-6)


def test_naive_bayes_without_findings_says_what_the_complaints_say() -> None:
    person = some_patients()[0]
    model = stated().of(person.patient)
    factors = factors_of(model)
    base = judge(model, person, (), Draw(512, 1))
    naive = infer_naively(factors, base, base.evidence)
    assert naive.exists == pytest.approx(smoothed_share(existing(factors, base.worlds)), abs=1e-9)
    assert naive.contributes == pytest.approx(smoothed_share(contributing(factors, base.contributions)), abs=1e-9)


def test_findings_without_weight_say_what_the_complaints_alone_say() -> None:
    """The shorter way, with the plan of all findings, against the engine that never saw them: both are exact."""
    for person in some_patients()[:3]:
        model = stated().of(person.patient)
        known = judge(model, person, person.findings, Draw(64, 1))
        short = judge_complaints_alone(known, person, Draw(64, 1)).posterior
        long = judge(model, person, (), Draw(64, 1)).posterior
        asked = ~np.isnan(long.p_present)
        assert short.p_present[asked] == pytest.approx(long.p_present[asked], abs=1e-9)
        assert not np.allclose(short.p_present[asked], known.posterior.p_present[asked])


def test_removing_every_factor_relieves_more_than_the_exit_set_and_removing_none_nothing() -> None:
    for person in some_patients()[:4]:
        model = stated().of(person.patient)
        chosen = choose_exit(judge(model, person, person.findings, Draw(512, 1)), goal=0.5)
        every = [node for nodes in factors_of(model).nodes for node in nodes]
        assert achieved_relief(model, person, ()) == 0.0
        assert 0.0 <= achieved_relief(model, person, chosen.factors) <= achieved_relief(model, person, every) <= 1.0
        assert hurting(model, person)
