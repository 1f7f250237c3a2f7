"""What a clinician may rely on when handing over a case folder."""

from pathlib import Path

from ilc.core import IssueSeverity
from tests.support.case_folders import codes_of, read_text, read_valid, with_lines

BARE = "patient: {age: 54}\ncomplaints: [low_back_pain]\nfindings: {fever: absent, straight_leg_raise@left: present}\n"


def test_an_age_a_complaint_and_two_findings_are_enough(tmp_path: Path) -> None:
    case = read_valid(tmp_path, BARE)
    assert [str(finding.id) for finding in case.findings] == ["fever", "straight_leg_raise@left"]


def test_what_was_not_asked_is_not_there_at_all_rather_than_absent(tmp_path: Path) -> None:
    case = read_valid(tmp_path, BARE)
    assert "suicide_plan" not in {finding.id.concept for finding in case.findings}
    assert "straight_leg_raise@right" not in {str(finding.id) for finding in case.findings}


def test_a_field_left_empty_in_a_form_counts_as_not_asked(tmp_path: Path) -> None:
    case = read_valid(tmp_path, with_lines(findings="findings:\n  fever:\n  crp:\n", questionnaires="questionnaires:"))
    assert case.findings == ()


def test_a_misspelt_warning_sign_is_never_dropped(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(findings="findings: {suicide_plann: present}"))
    assert reading.case is None
    assert "`suicide_plan`" in reading.issues[0].remedy


def test_a_laboratory_value_in_another_unit_is_never_taken_as_if_it_were_the_right_one(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(findings="findings: {crp: 1.2 mg/dL}"))
    assert reading.case is None
    (issue,) = [issue for issue in reading.issues if issue.severity is IssueSeverity.ERROR]
    assert "12 mg/L" in issue.remedy


def test_a_finding_of_last_year_does_not_speak_for_today(tmp_path: Path) -> None:
    lines = "findings:\n  straight_leg_raise@left: {value: present, observed_on: 2025-11-22}"
    reading = read_text(tmp_path, with_lines(findings=lines))
    assert reading.case is not None
    assert reading.case.findings == ()
    assert "FINDING_STALE" in codes_of(reading.issues)


def test_a_person_out_of_scope_is_sent_to_somebody_who_can_help(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(patient="patient: {age: 30, sex: female, history: {pregnant: yes}}"))
    assert reading.case is None
    assert "seen by a clinician" in reading.issues[0].remedy
    frightening = ("danger", "fatal", "death", "serious", "emergency")
    assert not any(word in str(issue).lower() for issue in reading.issues for word in frightening)


def test_a_missing_scan_does_not_hide_the_rest_of_the_work_up(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(imaging="imaging: [mri]"))
    assert reading.case is not None
    assert len(reading.case.findings) == 2
    assert "IMAGING_PATH_MISSING" in codes_of(reading.issues)


def test_the_name_of_the_person_stands_in_no_message(tmp_path: Path) -> None:
    text = with_lines(patient="patient: {age: 54, name: Hanako Example, setting: moon}", diary="diary: [1]")
    reading = read_text(tmp_path, text)
    assert reading.issues
    assert not any("Hanako" in str(issue) for issue in reading.issues)


def test_the_same_folder_reads_the_same_on_any_day(tmp_path: Path) -> None:
    first, second = read_text(tmp_path, BARE), read_text(tmp_path, BARE)
    assert first == second
