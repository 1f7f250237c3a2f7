"""Nothing that is not itself a warning sign may lower the level, or the probability, of anything serious."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilc.explanation.model import RedFlagResult
from ilc.explanation.serious import judge_red_flags
from ilc.findings import detect_red_flags, level_rank
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import build_model
from tests.support.quick_diagnosis import observed, shipped_knowledge
from tests.support.random_people import MadeUpPerson, make_up_findings, make_up_person, rules_of

PEOPLE = 60
COMFORTING = {
    "mechanical_pattern": "present",
    "centralisation": "present",
    "facet_block": "full",
    "sacroiliac_block": "full",
    "paraspinal_injection_relief": "full",
    "disproportionate_pain": "present",
    "central_cluster": "present",
    "csi_total": "present",
    "varies_with_stress": "present",
    "fear_of_movement_told": "present",
    "mri_disc_degeneration@L5_S1": "present",
}


def judged(who: MadeUpPerson) -> dict[str, RedFlagResult]:
    knowledge = shipped_knowledge()
    model = build_model(knowledge, age_years=who.patient.age_years, sex=who.patient.sex)
    evidence = collect_evidence(model, who.findings, who.complaints, setting=who.patient.setting)
    tables = [item.evidence for item in evidence]
    complaints = frozenset(i for i, d in enumerate(model.definitions) if d.slice.value == "complaint")
    plan = plan_elimination(model.network, tables, skippable=complaints)
    posterior = infer_posterior(model.network, tables, plan=plan)
    rules = detect_red_flags(knowledge, who.findings)
    return {flag.id: flag for flag in judge_red_flags(model, evidence, rules, posterior, plan=plan)}


def lowered(before: dict[str, RedFlagResult], after: dict[str, RedFlagResult]) -> list[str]:
    return [
        f"{id_}: {flag.level} {flag.p:.6f} -> {after[id_].level} {after[id_].p:.6f}"
        for id_, flag in before.items()
        if level_rank(after[id_].level) < level_rank(flag.level) or after[id_].p < flag.p - 1e-9
    ]


@pytest.mark.parametrize("seed", range(PEOPLE))
def test_no_finding_that_is_no_warning_sign_lowers_a_serious_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    who = make_up_person(rng)
    who = who.plus(make_up_findings(rng, rules_of(red_flag=True), int(rng.integers(0, 9))))
    before = judged(who)
    assert set(before) == set(shipped_knowledge().red_flags)
    more = make_up_findings(rng, rules_of(red_flag=False), int(rng.integers(1, 16)))
    assert lowered(before, judged(who.plus(more))) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_most_comforting_ordinary_explanation_lowers_nothing(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    who = make_up_person(rng, complaints=["low_back_pain"])
    who = who.plus(make_up_findings(rng, rules_of(red_flag=True), 6))
    comfort = observed(COMFORTING)
    assert not any(finding.rule.red_flag for finding in comfort)
    assert lowered(judged(who), judged(who.plus(comfort))) == []


def test_the_people_here_differ_enough_to_mean_something() -> None:
    """Among the made-up people every level occurs, so that there is something to lower."""
    levels: set[str] = set()
    for seed in range(0, PEOPLE, 3):
        rng = np.random.default_rng(seed)
        who = make_up_person(rng)
        who = who.plus(make_up_findings(rng, rules_of(red_flag=True), int(rng.integers(0, 9))))
        levels |= {flag.level for flag in judged(who).values()}
    assert {"emergency", "urgent", "prompt", "watch"} <= levels


def test_a_warning_sign_denied_may_lower_a_level_but_not_below_its_rule() -> None:
    who = make_up_person(np.random.default_rng(3), complaints=["low_back_pain"])
    fever = judged(who.plus(observed({"fever": "present"})))["spinal_infection"]
    calmer = judged(who.plus(observed({"fever": "present", "mri_discitis_pattern": "absent"})))["spinal_infection"]
    assert calmer.p_full < fever.p_full
    assert level_rank(calmer.level) >= level_rank("urgent")


def test_a_sign_of_several_serious_causes_raises_each_of_them_by_itself() -> None:
    nobody = make_up_person(np.random.default_rng(1))
    plain = judged(replace(nobody, findings=(), complaints=()))
    weak = judged(replace(nobody, findings=tuple(observed({"both_legs_weak": "present"})), complaints=()))
    for pathway in ("cauda_equina", "spinal_cord", "spinal_infection"):
        assert weak[pathway].p > 5.0 * plain[pathway].p


def test_a_complaint_about_bladder_bowel_or_saddle_asks_for_an_examination_and_its_signs_for_more() -> None:
    levels = []
    for told in ({"pelvic_floor_trouble_told": "present"}, {"saddle_numbness": "present"}):
        outcomes = detect_red_flags(shipped_knowledge(), list(observed(told)))
        levels.append(next(outcome.level for outcome in outcomes if outcome.rule.id == "cauda_equina"))
    assert levels == ["prompt", "emergency"]
