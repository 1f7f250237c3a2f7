"""Totals become findings, and one answer may count by itself."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from ilc.core import IssueSeverity
from ilc.knowledge.model import Knowledge
from ilc.questionnaires import QuestionnaireReading, score_questionnaires
from tests.support.case_folders import codes_of, read_valid, with_lines
from tests.support.small_knowledge import small_knowledge

KNOWLEDGE = small_knowledge()


def score(folder: Path, lines: str, knowledge: Knowledge = KNOWLEDGE) -> QuestionnaireReading:
    return score_questionnaires(read_valid(folder, with_lines(questionnaires=f"questionnaires:\n{lines}")), knowledge)


@pytest.mark.parametrize(("number", "outcome"), [(0, "low"), (9, "low"), (10, "high"), (27, "high")])
def test_a_total_becomes_a_finding_by_its_bands(number: int, outcome: str, tmp_path: Path) -> None:
    (finding,) = score(tmp_path, f"  phq9: {{total: {number}, observed_on: 2026-11-20}}").findings
    assert (str(finding.id), finding.outcome, finding.value) == ("phq9_total", outcome, float(number))
    assert (finding.origin, finding.where) == ("questionnaire", "questionnaires.phq9")
    assert finding.observed_on == date(2026, 11, 20)


def test_a_total_made_up_from_fewer_answers_is_told(tmp_path: Path) -> None:
    reading = score(tmp_path, "  phq9: {items: {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 2}}")
    assert reading.findings[0].value == pytest.approx(8 / 7 * 9)
    assert codes_of(reading.issues) == ["QUESTIONNAIRE_PRORATED"]
    assert "item 8, 9" in reading.issues[0].message


def test_what_cannot_be_scored_gives_no_finding_but_an_issue(tmp_path: Path) -> None:
    reading = score(tmp_path, "  phq9: 99\n  odi: 20")
    assert [finding.id.concept for finding in reading.findings] == ["disability"]
    assert codes_of(reading.issues) == ["QUESTIONNAIRE_TOTAL_OUT_OF_RANGE"]


def test_a_total_whose_meaning_is_not_known_is_told(tmp_path: Path) -> None:
    reading = score(tmp_path, "  peg: 5")
    assert reading.findings == ()
    assert codes_of(reading.issues) == ["QUESTIONNAIRE_WITHOUT_FINDING"]


def test_an_old_questionnaire_is_stale(tmp_path: Path) -> None:
    reading = score(tmp_path, "  phq9: {total: 20, observed_on: 2026-01-01}")
    assert reading.findings == ()
    assert codes_of(reading.issues) == ["FINDING_STALE"]


def test_the_answer_about_suicidal_thoughts_counts_even_when_the_total_cannot_be_scored(tmp_path: Path) -> None:
    reading = score(tmp_path, "  phq9: {items: {9: 1}}")
    assert [(str(finding.id), finding.outcome) for finding in reading.findings] == [("suicidal_thoughts", "present")]
    assert codes_of(reading.issues) == ["QUESTIONNAIRE_TOO_MANY_MISSING", "QUESTIONNAIRE_SAFETY_ANSWER"]
    assert reading.issues[1].severity is IssueSeverity.WARNING
    assert reading.issues[1].where == "questionnaires.phq9.items.9"


def test_the_answer_never_counts_as_asked_and_denied(tmp_path: Path) -> None:
    reading = score(tmp_path, "  phq9: {items: {9: 0}}")
    assert [(str(finding.id), finding.outcome) for finding in reading.findings] == [("suicidal_thoughts", "absent")]


def test_no_answer_is_no_denial(tmp_path: Path) -> None:
    reading = score(tmp_path, "  phq9: {items: {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: }}")
    assert [finding.id.concept for finding in reading.findings] == ["phq9_total"]
    assert score(tmp_path, "  phq9: {items: {9: -1}}").findings == ()


def test_the_warning_does_not_depend_on_the_knowledge_base(tmp_path: Path) -> None:
    fewer = {id_: one for id_, one in KNOWLEDGE.findings.items() if id_ != "suicidal_thoughts"}
    reading = score(tmp_path, "  phq9: {items: {9: 3}}", replace(KNOWLEDGE, findings=MappingProxyType(fewer)))
    assert reading.findings == ()
    assert "QUESTIONNAIRE_SAFETY_ANSWER" in codes_of(reading.issues)
