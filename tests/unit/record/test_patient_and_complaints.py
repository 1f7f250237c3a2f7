"""The person, the scope, the complaints, and what they already answer."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from ilc.core import Presence, SiteKind
from ilc.record import UNDATED, Complaint
from tests.support.case_folders import codes_of, read_text, read_valid, with_lines
from tests.support.small_knowledge import small_knowledge


def test_the_patient(tmp_path: Path) -> None:
    block = "patient: {age: 54, sex: female, height: 1.72 m, weight: 80000 g, setting: primary_care, name: Hanako}"
    patient = read_valid(tmp_path, with_lines(patient=block)).patient
    assert (patient.age_years, patient.sex, patient.setting, patient.name) == (54, "female", "primary_care", "Hanako")
    assert (patient.height_cm, patient.weight_kg) == (172.0, 80.0)
    assert patient.bmi_kg_m2 == pytest.approx(27.04, abs=0.01)


@pytest.mark.parametrize(
    ("born", "age"), [("1972-11-22", 54), ("1972-11-23", 53), ("2008-11-22", 18), ("1908-02-29", 118)]
)
def test_the_age_counts_whole_years(born: str, age: int, tmp_path: Path) -> None:
    case = read_valid(tmp_path, with_lines(patient=f"patient: {{birth_date: {born}}}"))
    assert case.patient.age_years == age


OUT_OF_SCOPE = {
    "age: 17": "OUT_OF_SCOPE_AGE",
    "birth_date: 2008-11-23": "OUT_OF_SCOPE_AGE",
    "age: 30, history: {pregnant: yes}": "OUT_OF_SCOPE_PREGNANCY",
    "age: 30, history: {major_trauma: present}": "OUT_OF_SCOPE_MAJOR_TRAUMA",
    "age: 30, history: {recent_spine_surgery: true}": "OUT_OF_SCOPE_SPINE_SURGERY",
    "age: 30, history: {spine_surgery_days_ago: 92}": "OUT_OF_SCOPE_SPINE_SURGERY",
    "age: 30, history: {spine_surgery_on: 2026-08-22}": "OUT_OF_SCOPE_SPINE_SURGERY",
}


@pytest.mark.parametrize("block", OUT_OF_SCOPE)
def test_out_of_scope_is_refused_with_its_reason(block: str, tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(patient=f"patient: {{{block}}}"))
    assert reading.case is None
    assert codes_of(reading.issues)[0] == OUT_OF_SCOPE[block]
    assert "clinician" in reading.issues[0].remedy


@pytest.mark.parametrize(
    "history",
    ["spine_surgery_days_ago: 93", "spine_surgery_on: 2026-08-21", "recent_spine_surgery: no", "pregnant: no"],
)
def test_an_older_operation_and_a_clear_no_are_within_the_scope(history: str, tmp_path: Path) -> None:
    case = read_valid(tmp_path, with_lines(patient=f"patient: {{age: 18, history: {{{history}}}}}"))
    assert case.patient.age_years == 18


@pytest.mark.parametrize(
    ("block", "open_questions"),
    [
        ("age: 30, sex: female", "pregnancy, major trauma, spine surgery in the last three months"),
        ("age: 30, sex: male", "major trauma, spine surgery in the last three months"),
        ("age: 70, sex: female", "major trauma, spine surgery in the last three months"),
        ("age: 30, history: {pregnant: unknown, major_trauma: no, spine_surgery_days_ago: 900}", "pregnancy"),
        ("age: 30, sex: male, history: {major_trauma: no, recent_spine_surgery: no}", None),
    ],
)
def test_what_decides_the_scope_and_was_not_asked_is_told(
    block: str, open_questions: str | None, tmp_path: Path
) -> None:
    reading = read_text(tmp_path, with_lines(patient=f"patient: {{{block}}}"))
    told = [issue.message for issue in reading.issues if issue.code == "SCOPE_NOT_STATED"]
    if open_questions is None:
        assert told == []
    else:
        assert [message.partition(". ")[0] for message in told] == [f"Not stated: {open_questions}"]


def complaints_of(folder: Path, lines: str) -> tuple[Complaint, ...]:
    return read_valid(folder, with_lines(complaints=f"complaints:\n{lines}")).complaints


def test_both_sides_are_two_complaints(tmp_path: Path) -> None:
    complaints = complaints_of(tmp_path, "  - {id: leg_pain, side: both, intensity: 5, since: 3 months}")
    assert [(str(one.id), one.intensity_nrs, one.since_days) for one in complaints] == [
        ("leg_pain@left", 5.0, 91),
        ("leg_pain@right", 5.0, 91),
    ]


@pytest.mark.parametrize(
    ("entry", "presence"),
    [
        ("low_back_pain", Presence.PRESENT),
        ("{id: low_back_pain, present: yes}", Presence.PRESENT),
        ("{id: low_back_pain, present: no}", Presence.ABSENT),
        ("{id: low_back_pain, present: false, intensity: 0}", Presence.ABSENT),
        ("{id: low_back_pain, intensity: 0}", Presence.ABSENT),
        ("{id: low_back_pain, intensity: 0.5}", Presence.PRESENT),
    ],
)
def test_present_and_denied(entry: str, presence: Presence, tmp_path: Path) -> None:
    complaints = complaints_of(tmp_path, f"  - {entry}\n  - leg_pain@left")
    assert (str(complaints[0].id), complaints[0].presence) == ("low_back_pain", presence)


def test_an_unknown_complaint_is_not_listed(tmp_path: Path) -> None:
    complaints = complaints_of(tmp_path, "  - {id: low_back_pain, present: unknown}\n  - leg_pain@left")
    assert [str(one.id) for one in complaints] == ["leg_pain@left"]


def test_a_begin_by_its_day(tmp_path: Path) -> None:
    (complaint,) = complaints_of(tmp_path, "  - {id: low_back_pain, since: 2026-11-01}")
    assert complaint.since_days == 21


def test_a_side_that_is_not_told_apart_is_said_not_to_be_used(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(complaints="complaints: [{id: low_back_pain, side: left}]"))
    assert reading.case is not None
    assert "COMPLAINT_SIDE_NOT_USED" in codes_of(reading.issues)


def test_when_everything_is_denied_the_case_is_read_with_a_warning(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(complaints="complaints: [{id: low_back_pain, present: no}]"))
    assert reading.case is not None
    assert "COMPLAINT_ALL_DENIED" in codes_of(reading.issues)


DURATION = "complaints: [{id: low_back_pain, since: 2 y}, {id: leg_pain, side: left, since: 3 days}]"


def derived_in(folder: Path, text: str) -> dict[str, str]:
    return {str(one.id): one.outcome for one in read_valid(folder, text).findings if one.origin == "patient"}


def test_duration_and_body_mass_index_become_findings(tmp_path: Path) -> None:
    text = with_lines(complaints=DURATION, patient="patient: {age: 54, height: 170 cm, weight: 95 kg}")
    duration, index = [one for one in read_valid(tmp_path, text).findings if one.origin == "patient"]
    assert (str(duration.id), duration.outcome, duration.value) == ("pain_duration", "long", 730.0)
    assert (str(index.id), index.outcome) == ("body_mass_index", "obese")
    assert index.value == pytest.approx(32.87, abs=0.01)
    assert (duration.where, index.where) == ("case.yaml:4", "case.yaml:3")


@pytest.mark.parametrize(("since", "outcome"), [("3 months", "long"), ("90 days", "long"), ("89 days", "short")])
def test_the_begin_of_the_pain_says_how_long_it_has_lasted(since: str, outcome: str, tmp_path: Path) -> None:
    derived = derived_in(tmp_path, with_lines(complaints=f"complaints: [{{id: leg_pain@left, since: {since}}}]"))
    assert derived == {"pain_duration": outcome}


def test_a_denied_complaint_and_one_that_is_no_pain_of_back_or_leg_say_nothing_about_duration(tmp_path: Path) -> None:
    denied = "complaints: [{id: leg_pain@left, present: no, since: 2 y}, low_back_pain]"
    assert derived_in(tmp_path, with_lines(complaints=denied)) == {}
    other = "complaints: [{id: walking_limitation, since: 2 y}]"
    assert derived_in(tmp_path, with_lines(complaints=other)) == {}


def test_what_a_person_typed_counts_before_what_is_derived(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(complaints=DURATION, findings="findings: {pain_duration: short}"))
    assert reading.case is not None
    assert [(one.outcome, one.origin) for one in reading.case.findings] == [("short", "typed")]
    assert "FINDING_CONTRADICTS_PATIENT" in codes_of(reading.issues)


@pytest.mark.parametrize(
    ("difference", "derived"),
    [
        ({}, {"pain_duration": ("long", 730.0)}),
        (
            {"unit": "week", "bands": {"short": (0.0, 13.0), "long": (13.0, 5000.0)}},
            {"pain_duration": ("long", 730 / 7)},
        ),
        ({"unit": "month"}, {}),
        ({"bands": {"short": (0.0, 90.0)}}, {}),
        ({"bands": {}}, {}),
        ({"sites": SiteKind.SIDE}, {}),
    ],
)
def test_the_knowledge_base_says_what_a_number_means(
    difference: dict[str, Any], derived: dict[str, tuple[str, float]], tmp_path: Path
) -> None:
    whole = small_knowledge()
    changed = {**whole.findings, "pain_duration": replace(whole.findings["pain_duration"], **difference)}
    reading = read_text(tmp_path, with_lines(complaints=DURATION), replace(whole, findings=MappingProxyType(changed)))
    assert reading.case is not None
    found = [one for one in reading.case.findings if one.origin == "patient"]
    assert {str(one.id): (one.outcome, one.value) for one in found} == derived


def test_a_knowledge_base_without_such_findings_derives_none(tmp_path: Path) -> None:
    whole = small_knowledge()
    fewer = {id_: one for id_, one in whole.findings.items() if id_ not in ("pain_duration", "body_mass_index")}
    reading = read_text(tmp_path, with_lines(complaints=DURATION), replace(whole, findings=MappingProxyType(fewer)))
    assert reading.case is not None
    assert {one.origin for one in reading.case.findings} == {"typed"}


def test_a_case_without_any_day_is_undated(tmp_path: Path) -> None:
    case = read_valid(tmp_path, with_lines(date=""))
    assert case.on == UNDATED


def test_the_newest_observation_gives_the_day_where_there_is_none(tmp_path: Path) -> None:
    findings = "findings:\n  fever: {value: absent, observed_on: 2022-01-01}"
    answers = "questionnaires:\n  phq9: {total: 3, observed_on: 2022-01-03}"
    begin = "complaints: [{id: low_back_pain, since: 2021-12-31}]"
    text = with_lines(date="", complaints=begin, findings=findings, questionnaires=answers)
    case = read_valid(tmp_path, text)
    assert case.on == date(2022, 1, 3)
    assert case.complaints[0].since_days == 3


@pytest.mark.parametrize(
    "section",
    [
        {"patient": "patient: {birth_date: 1972-01-01}"},
        {"patient": "patient: {age: 54, history: {spine_surgery_on: 2020-01-01}}"},
        {"complaints": "complaints: [{id: low_back_pain, since: 2021-01-01}]"},
    ],
)
def test_a_day_of_the_past_alone_does_not_say_when_today_is(section: dict[str, str], tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(date="", **section))
    assert reading.case is None
    assert "CASE_DATE_MISSING" in codes_of(reading.issues)


def test_keys_that_are_not_read_yet_are_named(tmp_path: Path) -> None:
    text = with_lines(diary="diary: [1, 2]", neurography="neurography: report.txt", ultrasound="ultrasound:")
    reading = read_text(tmp_path, text)
    assert reading.case is not None
    told = [issue.message for issue in reading.issues if issue.code == "CASE_KEY_NOT_READ"]
    assert [message.partition(" is")[0] for message in told] == ["`neurography` (an entry)", "`diary` (2 entries)"]


def test_questionnaires_are_kept_as_written(tmp_path: Path) -> None:
    lines = "questionnaires:\n  odi: 40\n  peg:\n  phq9:\n    items: {1: 2, 2: , 3: 0}\n    observed_on: 2026-11-20"
    reading = read_text(tmp_path, with_lines(questionnaires=lines))
    assert reading.case is not None
    odi, phq9 = reading.case.questionnaires
    assert (odi.instrument, odi.total, dict(odi.items)) == ("odi", 40.0, {})
    assert (phq9.total, dict(phq9.items)) == (None, {"1": 2.0, "2": None, "3": 0.0})
    assert phq9.observed_on == date(2026, 11, 20)
    assert "QUESTIONNAIRE_EMPTY" in codes_of(reading.issues)


def test_a_case_needs_no_id_and_then_says_how_it_is_called(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_lines(case_id="", visit="visit: 007"))
    assert reading.case is not None
    assert (reading.case.case_id, reading.case.visit) == ("case", "007")
    assert "CASE_ID_MISSING" in codes_of(reading.issues)
