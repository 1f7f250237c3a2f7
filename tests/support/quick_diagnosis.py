"""Diagnoses without intervals, each made once for the whole run of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from ilc.core import InstanceId, Presence
from ilc.explanation import Diagnosis
from ilc.explanation.mixture import BoolArray
from ilc.explanation.model import FactorResult, OriginResult, RedFlagResult
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.findings import Finding
from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge, load_knowledge
from ilc.pipeline import SEED, DiagnosisRun, diagnose, gather_findings, measure
from ilc.record import Case, Complaint, Patient, read_case

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


@lru_cache(maxsize=1)
def shipped_knowledge() -> Knowledge:
    return load_knowledge()


@lru_cache(maxsize=64)
def run_of(folder: Path) -> DiagnosisRun:
    return diagnose(folder, knowledge=shipped_knowledge(), intervals=False)


def diagnosis_of(folder: Path) -> Diagnosis:
    run = run_of(folder)
    assert run.diagnosis is not None, [str(issue) for issue in run.issues]
    return run.diagnosis


def case_of(folder: Path) -> Case:
    reading = read_case(folder, shipped_knowledge())
    assert reading.case is not None, [str(issue) for issue in reading.issues]
    return reading.case


@lru_cache(maxsize=64)
def reasoning_of(folder: Path) -> Reasoning:
    """The posterior worlds behind `diagnosis_of` the same folder."""
    case = case_of(folder)
    knowledge = shipped_knowledge()
    findings, _ = gather_findings(knowledge, case, measure(case))
    return reason_about(knowledge, case.patient, findings=findings, complaints=case.complaints, seed=SEED)


def person(*, age: int, sex: str = "other", setting: str = "") -> Patient:
    return Patient(age, sex, None, None, setting, "")


def complaint(id_: str, *, present: bool = True, intensity: float | None = None) -> Complaint:
    return Complaint(InstanceId.parse(id_), Presence.PRESENT if present else Presence.ABSENT, intensity, None)


def observed(outcomes: Mapping[str, str], knowledge: Knowledge | None = None) -> tuple[Finding, ...]:
    """Findings under their rules, written as in case.yaml: `{"straight_leg_raise@left": "present"}`."""
    rules = (knowledge or shipped_knowledge()).findings
    ids = [(InstanceId.parse(name), outcome) for name, outcome in outcomes.items()]
    return tuple(Finding(id_, rules[id_.concept], outcome, None, None, "typed") for id_, outcome in ids)


def factor_of(diagnosis: Diagnosis, id_: str) -> FactorResult:
    return next(factor for factor in diagnosis.factors if factor.id == id_)


def flag_of(diagnosis: Diagnosis, id_: str) -> RedFlagResult:
    return next(flag for flag in diagnosis.red_flags if flag.id == id_)


def origin_of(diagnosis: Diagnosis, complaint_id: str) -> OriginResult:
    return next(origin for origin in diagnosis.origin if origin.complaint == complaint_id)


def contribution(diagnosis: Diagnosis, factor_id: str, complaint_id: str) -> float:
    return factor_of(diagnosis, factor_id).p_contributes[complaint_id].p


def any_contributes(reasoning: Reasoning, concepts: set[str], complaint_id: str) -> float:
    """Share of the worlds with the complaint in which at least one instance of these concepts leads to it."""
    model, contributions = reasoning.model, reasoning.contributions
    complaint_node = model.node(complaint_id)
    nodes = [i for i, instance in enumerate(model.instances) if instance.concept in concepts]
    reached: BoolArray = np.any([contributions.in_worlds(node, complaint_node) for node in nodes], axis=0)
    there = reasoning.worlds.state[:, complaint_node] > 0
    return float(reached[there].mean())


def exists_by_node(reasoning: Reasoning) -> dict[str, float]:
    present: FloatArray = reasoning.posterior.p_present
    return {str(instance): float(present[i]) for i, instance in enumerate(reasoning.model.instances)}
