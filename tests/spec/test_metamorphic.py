"""How a diagnosis must answer to a change of what is known, for people made up at random."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ilc.explanation.contributions import measure_contributions
from ilc.explanation.origin import measure_origin
from ilc.explanation.reasoning import Reasoning, roles_of
from ilc.explanation.shares import measure_shares
from ilc.findings import Finding
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import build_model
from ilc.knowledge import Knowledge
from ilc.pipeline import diagnose
from ilc.report import diagnosis_to_json
from tests.support.quick_diagnosis import (
    EXAMPLES,
    any_contributes,
    diagnosis_of,
    exists_by_node,
    observed,
    run_of,
    shipped_knowledge,
)
from tests.support.random_people import MadeUpPerson, make_up_findings, make_up_person, rules_of
from tests.support.split_factor import SECOND, split_in_two

SAMPLING_ERROR = 0.04  # of a difference between shares of 4,096 worlds each; more than three standard errors
EASED_BY_SITTING = {"no_pain_seated": "present", "better_bending_forward": "present"}
NORMAL_SCAN = {
    **{f"mri_disc_degeneration@{level}": "absent" for level in ("L4_L5", "L5_S1")},
    **{f"mri_central_stenosis@{level}": "absent" for level in ("L4_L5", "L5_S1")},
    **{
        f"{finding}@{level}.{side}": "absent"
        for finding in ("mri_herniation", "mri_recess_stenosis", "mri_foraminal_stenosis")
        for level in ("L4_L5", "L5_S1")
        for side in ("left", "right")
    },
    **{f"mri_root_compression@{root}.{side}": "absent" for root in ("L5", "S1") for side in ("left", "right")},
}
MUSCLE = ("muscle_tension", "muscle_dysfunction", "paraspinal_trigger_points", "fascial_adhesion")


def ordinary_findings(rng: np.random.Generator, *, without: Mapping[str, str], count: int) -> tuple[Finding, ...]:
    """Findings of any kind but those a test is about."""
    concepts = {name.partition("@")[0] for name in without}
    rules = [rule for rule in rules_of(red_flag=False) if rule.id not in concepts and not rule.context_only]
    return make_up_findings(rng, rules, count)


@pytest.mark.parametrize("seed", range(6))
def test_without_the_relief_on_sitting_the_narrow_canal_counts_for_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    who = make_up_person(rng, complaints=["walking_limitation", "leg_pain@left"])
    who = who.plus(ordinary_findings(rng, without=EASED_BY_SITTING, count=5))
    without = any_contributes(who.reasoned(), {"central_stenosis"}, "walking_limitation")
    eased = any_contributes(who.plus(observed(EASED_BY_SITTING)).reasoned(), {"central_stenosis"}, "walking_limitation")
    assert eased > without
    assert eased > without + 0.1 or without > 0.8


@pytest.mark.parametrize("seed", range(6))
def test_a_normal_scan_speaks_against_a_pressed_root_and_not_against_the_muscles(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    who = make_up_person(rng, complaints=["low_back_pain", "leg_pain@right"])
    who = who.plus(ordinary_findings(rng, without=NORMAL_SCAN, count=5))
    before, after = who.reasoned(), who.plus(observed(NORMAL_SCAN)).reasoned()
    there, now = exists_by_node(before), exists_by_node(after)
    for side in ("left", "right"):
        assert now[f"root_compression@L5.{side}"] < 0.6 * there[f"root_compression@L5.{side}"]
    for muscle in MUSCLE:
        assert now[muscle] > there[muscle] - 0.02
    muscles = any_contributes(before, set(MUSCLE), "low_back_pain")
    assert any_contributes(after, set(MUSCLE), "low_back_pain") > muscles - SAMPLING_ERROR


@pytest.mark.parametrize("seed", range(6))
def test_a_normal_work_up_without_a_psychological_finding_accuses_no_brain(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    who = make_up_person(rng)
    body = [rule for rule in rules_of(red_flag=False) + rules_of(red_flag=True) if not rule.central]
    normal = [f for f in make_up_findings(rng, body, 40) if f.outcome in ("absent", "normal", "none")]
    assert len(normal) > 15
    reasoning = who.plus(normal).reasoned()
    statuses = {origin.complaint: origin.brain_status for origin in origins(reasoning)}
    assert set(statuses) == {str(c.id) for c in who.complaints}
    assert set(statuses.values()) == {"indeterminate"}


def origins(reasoning: Reasoning) -> tuple[Any, ...]:
    own = measure_shares(reasoning.worlds, reasoning.roles, reasoning.contributions)
    usual = measure_shares(reasoning.base_worlds, reasoning.roles, reasoning.base_contributions)
    return measure_origin(reasoning, [s.group_share() for s in own], [s.group_share() for s in usual])


@pytest.mark.parametrize("seed", range(5, 11))
def test_excluding_causes_in_the_body_raises_what_is_unexplained_before_the_brain(seed: int) -> None:
    who = make_up_person(np.random.default_rng(seed), complaints=["low_back_pain"])
    excluded = {
        "centralisation": "absent",
        "facet_block": "none",
        "sacroiliac_tests": "absent",
        "sacroiliac_block": "none",
        "paraspinal_pressure_reproduces_pain": "absent",
        "paraspinal_injection_relief": "none",
    }
    (before,) = origins(who.reasoned())
    (after,) = origins(who.plus(observed(excluded)).reasoned())
    assert after.unexplained - before.unexplained > after.brain - before.brain
    assert after.body < before.body
    assert after.brain_status == "indeterminate"


CASE = """\
case_id: metamorphic
date: 2026-11-22
patient: {age: 47, sex: male, setting: primary_care, history: {major_trauma: no, recent_spine_surgery: no}}
complaints:
  - {id: low_back_pain, intensity: 5, since: 8 months}
findings:
  fever: absent
  stiff_back_muscles: present
  centralisation: absent
"""
NOT_ASSESSED = (
    "  saddle_numbness: unknown\n  mri_herniation@all: unknown\n  temporal_summation_high: unknown\n  facet_block:\n"
)


def json_of(folder: Path, text: str) -> dict[str, Any]:
    folder.mkdir()
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    found: dict[str, Any] = json.loads(diagnosis_to_json(diagnosis_of(folder)))
    return found


def test_what_was_not_assessed_changes_nothing(tmp_path: Path) -> None:
    plain, more = json_of(tmp_path / "plain", CASE), json_of(tmp_path / "more", CASE + NOT_ASSESSED)
    assert plain.pop("inputs") != more.pop("inputs")
    assert plain == more


def test_what_was_assessed_does_change_something(tmp_path: Path) -> None:
    plain, more = json_of(tmp_path / "plain", CASE), json_of(tmp_path / "more", CASE + "  facet_block: full\n")
    assert plain["factors"] != more["factors"]


def test_the_same_input_and_seed_give_the_same_file_in_another_process(tmp_path: Path) -> None:
    folder = EXAMPLES / "hidden_infection"
    out = tmp_path / "out"
    command = [sys.executable, "-c", "from ilc.cli.main import main; main()"]
    command += ["diagnose", str(folder), "--no-intervals", "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": "1"})
    here = diagnosis_to_json(diagnosis_of(folder))
    assert (out / "diagnosis.json").read_text(encoding="utf-8") == here


def test_another_seed_draws_other_worlds_and_says_nearly_the_same() -> None:
    folder = EXAMPLES / "hidden_infection"
    other = diagnose(folder, knowledge=shipped_knowledge(), intervals=False, seed=5).diagnosis
    same = run_of(folder).diagnosis
    assert other is not None
    assert same is not None
    assert other.red_flags == same.red_flags
    assert [f.p_exists.p for f in other.factors] == [f.p_exists.p for f in same.factors]
    pairs = [(a.p_contributes, b.p_contributes) for a, b in zip(same.factors, other.factors, strict=True)]
    differences = [abs(a[c].p - b[c].p) for a, b in pairs for c in a]
    assert 0.0 < max(differences) < SAMPLING_ERROR


SPLIT = "paraspinal_trigger_points"
MANY_WORLDS = 24_576


@lru_cache(maxsize=1)
def split_knowledge() -> Knowledge:
    return split_in_two(SPLIT)


def shares_of(who: MadeUpPerson, knowledge: Knowledge) -> tuple[Mapping[str, float], float]:
    """Shares of the first complaint by group, and of the factor that is split."""
    model = build_model(knowledge, age_years=who.patient.age_years, sex=who.patient.sex)
    evidence = [i.evidence for i in collect_evidence(model, who.findings, who.complaints, setting=who.patient.setting)]
    plan = plan_elimination(model.network, evidence, skippable=frozenset())
    worlds = infer_posterior(model.network, evidence, plan=plan).worlds(count=MANY_WORLDS, seed=11)
    roles = roles_of(model)
    contributions = measure_contributions(worlds, roles, [model.node(who.complaints[0].id)])
    (shares,) = measure_shares(worlds, roles, contributions)
    own = shares.share()
    halves = [node for node in own if roles.template[node] in (SPLIT, SPLIT + SECOND)]
    return shares.group_share(), sum(own[node] for node in halves)


@pytest.mark.parametrize("seed", [1, 2])
def test_splitting_a_factor_in_two_leaves_the_share_of_its_group(seed: int) -> None:
    who = make_up_person(np.random.default_rng(300 + seed), complaints=["low_back_pain"])
    who = who.plus(observed({"paraspinal_pressure_reproduces_pain": "present", "paraspinal_injection_relief": "full"}))
    whole, one = shares_of(who, shipped_knowledge())
    halves, two = shares_of(who, split_knowledge())
    assert whole["muscle_fascia"] > 0.15
    assert one > 0.05
    assert halves == pytest.approx(whole, abs=0.01)
    assert two == pytest.approx(one, abs=0.01)
