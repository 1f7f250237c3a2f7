"""Findings become a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from ilc import __version__
from ilc.explanation import Diagnosis, ObservedFinding, PatientInfo, Versions, explain
from ilc.explanation.reasons import finding_sources
from ilc.findings import Finding, collect_findings
from ilc.knowledge import Knowledge
from ilc.pipeline.measure import Measured
from ilc.questionnaires import score_questionnaires
from ilc.record import UNDATED, CaseReading


def reason(knowledge: Knowledge, reading: CaseReading, measured: Measured, *, seed: int, intervals: bool) -> Diagnosis:
    """Bring everything observed under its rules, reason, and explain.

    Parameters
    ----------
    knowledge, reading, measured : what is known
    seed : of all random draws
    intervals : work out parameter intervals and robustness too

    Raises
    ------
    ValueError : the reading holds no case
    """
    case = reading.case
    if case is None:
        raise ValueError("there is no case to reason about")
    scored = score_questionnaires(case, knowledge)
    findings, set_aside = collect_findings(knowledge, (*case.findings, *scored.findings))
    explanation = explain(
        knowledge, case.patient, findings=findings, complaints=case.complaints, seed=seed, intervals=intervals
    )
    return Diagnosis(
        versions=Versions(__version__, knowledge.version, knowledge.hash),
        case_id=case.case_id,
        visit=case.visit,
        on="" if case.on == UNDATED else case.on.isoformat(),
        seed=seed,
        patient=PatientInfo(case.patient.age_years, case.patient.sex, case.patient.setting),
        inputs=tuple(sorted((*reading.inputs, *measured.inputs), key=lambda file: file.path)),
        issues=(*reading.issues, *measured.issues, *scored.issues, *set_aside),
        series=measured.series,
        measurements=(),
        findings=_observed(knowledge, findings),
        **{part.name: getattr(explanation, part.name) for part in fields(explanation)},
    )


def _observed(knowledge: Knowledge, findings: Sequence[Finding]) -> tuple[ObservedFinding, ...]:
    return tuple(
        ObservedFinding(
            id=str(finding.id),
            label=finding.rule.label,
            outcome=finding.outcome,
            value=finding.value,
            unit=finding.rule.unit,
            origin=finding.origin,
            observed_on=finding.observed_on.isoformat() if finding.observed_on else "",
            used=bool(finding.rule.targets) and not finding.rule.context_only,
            sources=finding_sources(knowledge, finding),
        )
        for finding in findings
    )
