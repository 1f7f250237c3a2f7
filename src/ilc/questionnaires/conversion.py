"""From totals to findings: what a questionnaire says about the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ilc.core import InstanceId, Issue, IssueSeverity, Presence, SiteKind
from ilc.knowledge.model import InstrumentDef, Knowledge
from ilc.questionnaires.scoring import Score, score_instrument
from ilc.record import Case, QuestionnaireEntry, TypedFinding, fresh, grade_value, stale_issue


@dataclass(frozen=True, slots=True)
class QuestionnaireReading:
    """Findings of origin `questionnaire`, and what could not be used."""

    findings: tuple[TypedFinding, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class SafetyItem:
    """An answer that counts by itself, however the total comes out."""

    instrument: str
    item: str
    finding: str


# The ninth item of the PHQ-9 asks about thoughts of being better off dead or of self-harm.
SAFETY_ITEMS = (SafetyItem("phq9", "9", "suicidal_thoughts"),)


def score_questionnaires(case: Case, knowledge: Knowledge) -> QuestionnaireReading:
    """Every questionnaire of the case as findings, next to which what a person typed still counts first."""
    findings: dict[InstanceId, TypedFinding] = {}
    issues: list[Issue] = []
    for entry in case.questionnaires:
        instrument = knowledge.instruments[entry.instrument]
        for result in (*_total_finding(entry, instrument, knowledge), *_safety_findings(entry, knowledge)):
            if isinstance(result, Issue):
                issues.append(result)
            elif not fresh(result, knowledge, case.on):
                issues.append(stale_issue(result, knowledge, case.on))
            else:
                findings[result.id] = _worse(findings.get(result.id), result)
    return QuestionnaireReading(tuple(findings.values()), tuple(issues))


def _total_finding(
    entry: QuestionnaireEntry, instrument: InstrumentDef, knowledge: Knowledge
) -> Iterator[TypedFinding | Issue]:
    score = score_instrument(entry, instrument)
    if isinstance(score, Issue):
        yield score
        return
    if score.missing:
        yield _prorated(instrument, score)
    definition = knowledge.findings.get(instrument.finding)
    outcome = None
    if definition is not None and definition.sites is SiteKind.WHOLE:
        outcome = grade_value(definition, score.total)
    if definition is None or outcome is None:
        yield _without_meaning(instrument, score)
        return
    where = f"questionnaires.{entry.instrument}"
    yield TypedFinding(InstanceId(definition.id), outcome, score.total, entry.observed_on, "questionnaire", where)


def _prorated(instrument: InstrumentDef, score: Score) -> Issue:
    message = (
        f"{instrument.label}: no answer to item {', '.join(score.missing)}; the total is scaled up from the others."
    )
    where, remedy = f"questionnaires.{instrument.id}", "Ask for the missing answers where that is possible."
    return Issue("QUESTIONNAIRE_PRORATED", IssueSeverity.INFO, where, message, remedy)


def _without_meaning(instrument: InstrumentDef, score: Score) -> Issue:
    message = f"{instrument.label}: the knowledge base does not say what a total of {score.total:g} means."
    where, remedy = f"questionnaires.{instrument.id}", f"Give the finding `{instrument.finding}` bands that hold it."
    return Issue("QUESTIONNAIRE_WITHOUT_FINDING", IssueSeverity.WARNING, where, message, remedy)


def _safety_findings(entry: QuestionnaireEntry, knowledge: Knowledge) -> Iterator[TypedFinding | Issue]:
    for safety in SAFETY_ITEMS:
        answer = entry.items.get(safety.item) if safety.instrument == entry.instrument else None
        lowest = knowledge.instruments[entry.instrument].item_minimum
        if answer is None or answer < lowest:
            continue
        where = f"questionnaires.{entry.instrument}.items.{safety.item}"
        if answer > lowest:
            yield Issue(
                code="QUESTIONNAIRE_SAFETY_ANSWER",
                severity=IssueSeverity.WARNING,
                where=where,
                message="This answer tells of thoughts of being better off dead or of self-harm.",
                remedy="Talk with the person about it today, before anything else.",
            )
        definition = knowledge.findings.get(safety.finding)
        outcome = grade_value(definition, answer) if definition is not None else None
        if outcome is not None:
            yield TypedFinding(InstanceId(safety.finding), outcome, answer, entry.observed_on, "questionnaire", where)


def _worse(first: TypedFinding | None, second: TypedFinding) -> TypedFinding:
    """Where two answers tell of one thing, the one that says it is there."""
    return first if first is not None and first.outcome == Presence.PRESENT else second
