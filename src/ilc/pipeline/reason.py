"""Findings become a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from ilc import __version__
from ilc.core import Issue, IssueSeverity
from ilc.explanation import Diagnosis, ObservedFinding, PatientInfo, Versions, explain
from ilc.explanation.model import PROBABILITY
from ilc.explanation.reasons import finding_sources
from ilc.findings import Finding, collect_findings, find_in_mri
from ilc.imaging.mri.measurements import list_measurements
from ilc.knowledge import Knowledge
from ilc.pipeline.measure import Measured
from ilc.questionnaires import score_questionnaires
from ilc.record import UNDATED, Case, CaseReading, TypedFinding, age_days, fresh


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
    findings, met = gather_findings(knowledge, case, measured)
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
        issues=(*reading.issues, *measured.issues, *met),
        series=measured.series,
        measurements=list_measurements(measured.spine.document) if measured.spine else (),
        findings=_observed(knowledge, findings),
        **{part.name: getattr(explanation, part.name) for part in fields(explanation)},
    )


def gather_findings(
    knowledge: Knowledge, case: Case, measured: Measured
) -> tuple[tuple[Finding, ...], tuple[Issue, ...]]:
    """What was typed, scored and measured, each under its rule, and what was set aside or is too old."""
    scored = score_questionnaires(case, knowledge)
    seen, too_old = _seen_in_images(measured, case, knowledge)
    findings, set_aside = collect_findings(knowledge, (*case.findings, *scored.findings, *seen))
    return findings, (*scored.issues, *set_aside, *too_old)


def _seen_in_images(
    measured: Measured, case: Case, knowledge: Knowledge
) -> tuple[tuple[TypedFinding, ...], tuple[Issue, ...]]:
    """What the pictures show today, and what is too old to count."""
    if measured.spine is None:
        return (), ()
    on = measured.spine.observed_on
    found = find_in_mri(measured.spine.document, entered=case.findings, observed_on=on)
    counting = tuple(finding for finding in found if fresh(finding, knowledge, case.on))
    if len(counting) == len(found):
        return counting, ()
    lost = len(found) - len(counting)
    words = f"The MRI is {age_days(on, case.on)} days old; {lost} of its findings no longer count."
    remedy = "Repeat the MRI where its findings would change what is done."
    return counting, (Issue("MRI_TOO_OLD", IssueSeverity.WARNING, found[0].where, words, remedy),)


def _observed(knowledge: Knowledge, findings: Sequence[Finding]) -> tuple[ObservedFinding, ...]:
    return tuple(
        ObservedFinding(
            id=str(finding.id),
            label=finding.rule.label,
            outcome=finding.outcome,
            value=finding.value,
            unit=finding.rule.unit if finding.likelihood is None else PROBABILITY,
            origin=finding.origin,
            observed_on=finding.observed_on.isoformat() if finding.observed_on else "",
            used=bool(finding.rule.targets) and not finding.rule.context_only,
            sources=finding_sources(knowledge, finding),
        )
        for finding in findings
    )
