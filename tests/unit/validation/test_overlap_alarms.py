"""Alarms in vain, warning signs that must hold the level, and second tests that first answers ask for."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from ilc.core import InstanceId
from ilc.findings import LEVELS, Finding, detect_red_flags, level_rank
from ilc.inference.model import CausalModel
from ilc.inference.worlds import Worlds
from ilc.knowledge import Knowledge
from ilc.validation.overlap.alarm_scores import score_alarms, score_pathways
from ilc.validation.overlap.alarms import Alarm, Watch, judge_alarms, pathways_there
from ilc.validation.overlap.charting import Charting
from ilc.validation.overlap.expected import expect_any, expect_single_signs
from ilc.validation.overlap.judging import Draw, judge
from ilc.validation.overlap.people import Generator, Models, SimulatedPatient
from ilc.validation.overlap.rules import read_overlap_rules
from tests.support.quick_diagnosis import shipped_knowledge

RULES, _ = read_overlap_rules()
SECOND = {finding for step in RULES.second_tests.steps for finding in step.findings}


@lru_cache(maxsize=1)
def models() -> Models:
    return Models(shipped_knowledge())


@lru_cache(maxsize=1)
def somebody() -> SimulatedPatient:
    """A patient without any finding."""
    charting = Charting(shipped_knowledge(), shipped_knowledge(), RULES, None)
    drawn = Generator(models(), RULES, charting, np.random.default_rng(3), RULES.contributing_factors).draw_patient()
    return replace(drawn, findings=())


def found(finding: str, outcome: str = "present", site: str = "") -> Finding:
    return Finding(InstanceId(finding, site), shipped_knowledge().findings[finding], outcome, None, None, "typed")


def having(*existing: str) -> SimulatedPatient:
    """The same person, in truth with these factors and no other."""
    person = somebody()
    model, state = models().of(person.patient), person.truth.state.copy()
    for node, definition in enumerate(model.definitions):
        if definition.slice.value == "factor":
            state[0, node] = definition.id in existing
    truth = Worlds(person.truth.network, state, person.truth.leak, person.truth.dose)
    return replace(person, truth=truth)


def watch(person: SimulatedPatient, *findings: Finding, knowledge: Knowledge | None = None) -> Watch:
    known = replace(person, findings=findings)
    judged = judge(models().of(person.patient), known, findings, Draw(64, 1))
    return judge_alarms(knowledge or shipped_knowledge(), judged, known, RULES)


def test_a_dropping_foot_is_no_alarm_in_vain_where_its_root_is_pressed() -> None:
    sign = found("foot_drop", site="L5.left")
    (alarm,) = watch(having("root_compression"), sign).alarms
    assert alarm == Alarm("progressive_motor_deficit", ("foot_drop=present",), in_vain=False)
    (alarm,) = watch(having("muscle_dysfunction"), sign).alarms
    assert alarm.in_vain


def test_a_pressed_root_does_not_excuse_an_alarm_about_infection() -> None:
    seen = watch(having("root_compression"), found("fever"), found("foot_drop", site="L5.left"))
    assert {alarm.pathway: alarm.in_vain for alarm in seen.alarms} == {
        "spinal_infection": True,
        "progressive_motor_deficit": False,
    }
    assert seen.alarmed_in_vain


def test_without_a_sign_nobody_is_alarmed_and_what_is_there_is_known() -> None:
    seen = watch(having("spinal_infection"))
    assert seen.alarms == ()
    assert "spinal_infection" in seen.there
    assert not seen.alarmed_in_vain


def test_every_pathway_watches_for_something() -> None:
    known = shipped_knowledge()
    everything = frozenset(known.nodes)
    assert pathways_there(known, RULES, everything) == frozenset(known.red_flags)
    assert pathways_there(known, RULES, frozenset()) == frozenset()


def test_no_warning_sign_is_below_urgent_with_the_shipped_knowledge() -> None:
    sites = {"foot_drop": "L5.left", "mri_fracture_oedema": "L1"}
    for sign in RULES.never_below_urgent:
        seen = watch(somebody(), found(sign, site=sites.get(sign, "")))
        assert seen.alarms, sign
        assert seen.passed_over == (), sign


def test_a_warning_sign_that_no_rule_raises_is_told_as_passed_over() -> None:
    known = shipped_knowledge()
    silent = {id_: replace(rule, clauses={}, level_from_p={}) for id_, rule in known.red_flags.items()}
    seen = watch(somebody(), found("saddle_numbness"), found("fever"), knowledge=replace(known, red_flags=silent))
    assert seen.alarms == ()
    assert seen.passed_over == ("fever", "saddle_numbness")


def test_alarms_are_counted_among_those_without_serious_disease_and_by_pathway() -> None:
    vain = Watch((Alarm("spinal_infection", ("fever=present",), in_vain=True),), frozenset(), ())
    right = Watch((Alarm("spinal_infection", (), in_vain=False),), frozenset({"spinal_infection"}), ())
    missed = Watch((), frozenset({"spinal_infection"}), ("fever",))
    calm = Watch((), frozenset(), ())
    scored = score_alarms([(False, vain), (False, calm), (False, calm), (True, right), (True, missed)], RULES)
    assert scored.in_vain.value == pytest.approx(1.0 / 3.0)
    assert (scored.without_serious, scored.with_serious, scored.alarmed_with) == (3, 2, 1)
    assert scored.passed_over.value == 1.0
    assert [(r.pathway, r.signs, r.patients) for r in scored.reasons] == [("spinal_infection", "fever=present", 1)]
    (pathway,) = score_pathways([vain, right, missed, calm])
    assert (pathway.there, pathway.alarmed_there, pathway.not_there, pathway.alarmed_in_vain) == (2, 1, 2, 1)


def test_the_rules_name_only_what_the_shipped_knowledge_has() -> None:
    known = shipped_knowledge()
    named = {*SECOND, *RULES.only_at, *RULES.never_below_urgent}
    assert named <= set(known.findings)
    assert all(not known.findings[finding].context_only for finding in SECOND)
    assert {node for nodes in RULES.watched_for.values() for node in nodes} <= set(known.nodes)
    pathways = {*RULES.watched_for, *(p for step in RULES.second_tests.steps for p in step.asked_for_by)}
    assert pathways <= set(known.red_flags)


def test_every_level_of_the_rules_is_a_level_of_the_red_flags() -> None:
    levels = {level for step in RULES.second_tests.steps for level in step.asked_for_by.values()}
    assert levels <= set(LEVELS)
    assert not {"none"} & levels


def charts(seed: int, count: int) -> list[tuple[Finding, ...]]:
    known, random = shipped_knowledge(), np.random.default_rng(seed)
    charting, person = Charting(known, known, RULES, None), having()
    model: CausalModel = models().of(person.patient)
    return [charting.draw(model, person.truth, random) for _ in range(count)]


def test_second_tests_follow_from_what_is_written_down() -> None:
    """In people with nothing serious: rare without a reason, nearly always with one."""
    wanted = {"anal_tone_reduced", "post_void_residual"}
    done: dict[bool, list[bool]] = {True: [], False: []}
    for chart in charts(seed=5, count=400):
        first = [finding for finding in chart if finding.id.concept not in SECOND]
        level = next(o.level for o in detect_red_flags(shipped_knowledge(), first) if o.rule.id == "cauda_equina")
        done[level_rank(level) >= level_rank("prompt")].append(any(f.id.concept in wanted for f in chart))
    assert len(done[True]) > 15
    assert float(np.mean(done[True])) > 0.9
    assert float(np.mean(done[False])) < 0.07


def test_a_dropping_foot_is_looked_for_at_the_fifth_root_only() -> None:
    seen = {
        finding.id.site for chart in charts(seed=6, count=60) for finding in chart if finding.id.concept == "foot_drop"
    }
    assert seen == {"L5.left", "L5.right"}


def test_single_signs_let_expect_their_stated_false_positives() -> None:
    signs = {sign.finding: sign for sign in expect_single_signs(shipped_knowledge(), RULES)}
    stated = shipped_knowledge().findings["saddle_numbness"].given_absent["present"].value
    assert signs["saddle_numbness"].in_vain == pytest.approx(stated * RULES.red_flag_question_written_down)
    assert signs["anal_tone_reduced"].written_down < 0.05
    assert signs["foot_drop"].in_vain == pytest.approx(2 * signs["foot_drop"].false_positive * 0.35, rel=0.01)
    assert "weight_loss" not in signs
    total = expect_any(tuple(signs.values()))
    assert max(sign.in_vain for sign in signs.values()) < total < sum(sign.in_vain for sign in signs.values())
