"""Findings as typed: sites, outcomes, numbers, days."""

from datetime import date
from pathlib import Path

import pytest

from ilc.core import LEVELS, InstanceId, IssueSeverity
from ilc.record import UNDATED, TypedFinding, age_days, fresh, grade_value, stale_issue
from tests.support.case_folders import codes_of, read_text, read_valid, with_lines
from tests.support.small_knowledge import small_knowledge

KNOWLEDGE = small_knowledge()


def findings_of(folder: Path, lines: str) -> dict[str, tuple[str, float | None]]:
    case = read_valid(folder, with_lines(findings=f"findings:\n{lines}"))
    return {str(finding.id): (finding.outcome, finding.value) for finding in case.findings}


@pytest.mark.parametrize(
    ("written", "outcome", "value"),
    [
        ("12", "raised", 12.0),
        ("12 mg/L", "raised", 12.0),
        ("12 mg/l", "raised", 12.0),
        ('"12"', "raised", 12.0),
        ("{value: 12}", "raised", 12.0),
        ("{value: 12, unit: µg/mL}", "raised", 12.0),
        ("{value: 12 mg/L, unit: mg/l}", "raised", 12.0),
        ("9.99", "normal", 9.99),
        ("10", "raised", 10.0),
        ("0", "normal", 0.0),
        ("499.9", "raised", 499.9),
        ("raised", "raised", None),
        ("Raised", "raised", None),
        ("{value: normal}", "normal", None),
    ],
)
def test_a_measured_finding(written: str, outcome: str, value: float | None, tmp_path: Path) -> None:
    assert findings_of(tmp_path, f"  crp: {written}") == {"crp": (outcome, value)}


def test_a_band_holds_its_start_and_not_its_end() -> None:
    crp = KNOWLEDGE.findings["crp"]
    assert [grade_value(crp, number) for number in (-0.1, 0.0, 9.9, 10.0, 500.0)] == [
        None,
        "normal",
        "normal",
        "raised",
        None,
    ]
    assert grade_value(KNOWLEDGE.findings["fever"], 1.0) is None


@pytest.mark.parametrize(
    ("key", "sites"),
    [
        ("straight_leg_raise@left", ["left"]),
        ("straight_leg_raise@both", ["left", "right"]),
        ("straight_leg_raise@all", ["left", "right"]),
        ("herniation_on_mri@L4_L5.left", ["L4_L5.left"]),
        ("herniation_on_mri@L4_L5.both", ["L4_L5.left", "L4_L5.right"]),
        ("herniation_on_mri@all", [f"{level}.{side}" for level in LEVELS for side in ("left", "right")]),
    ],
)
def test_sites_and_their_short_forms(key: str, sites: list[str], tmp_path: Path) -> None:
    concept = key.partition("@")[0]
    expected = {f"{concept}@{site}": ("absent", None) for site in sites}
    assert findings_of(tmp_path, f"  {key}: absent") == expected


def test_the_same_thing_said_twice_is_no_contradiction(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "  straight_leg_raise@both: absent\n  straight_leg_raise@left: absent")
    assert len(found) == 2


def test_unknown_that_was_said_is_kept_and_an_empty_field_is_not(tmp_path: Path) -> None:
    assert findings_of(tmp_path, "  fever: unknown\n  crp:\n  body_temperature: {value: }") == {
        "fever": ("unknown", None)
    }


def test_a_finding_names_its_line_and_its_origin(tmp_path: Path) -> None:
    (finding,) = read_valid(tmp_path, with_lines(findings="findings:\n\n  fever: absent")).findings
    assert (finding.where, finding.origin) == ("case.yaml:11", "typed")


def typed(concept: str, observed_on: date | None, outcome: str = "present") -> TypedFinding:
    return TypedFinding(InstanceId(concept), outcome, None, observed_on, "typed", "case.yaml:1")


ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("concept", "observed_on", "is_fresh"),
    [
        ("fever", date(2026, 11, 15), True),
        ("fever", date(2026, 11, 14), False),
        ("fever", ON, True),
        ("fever", None, True),
        ("body_temperature", date(1990, 1, 1), True),
    ],
)
def test_a_finding_is_fresh_for_as_many_days_as_it_is_valid(
    concept: str, observed_on: date | None, *, is_fresh: bool
) -> None:
    assert fresh(typed(concept, observed_on), KNOWLEDGE, ON) is is_fresh


def test_nothing_is_stale_in_a_case_without_days() -> None:
    assert fresh(typed("fever", date(1990, 1, 1)), KNOWLEDGE, UNDATED)
    assert age_days(date(1990, 1, 1), UNDATED) == 0


def test_a_stale_finding_becomes_unknown_and_says_after_how_many_days(tmp_path: Path) -> None:
    text = with_lines(findings="findings:\n  crp: {value: 50, observed_on: 2026-10-01}\n  fever: absent")
    reading = read_text(tmp_path, text)
    assert reading.case is not None
    assert [finding.id.concept for finding in reading.case.findings] == ["fever"]
    (issue,) = [issue for issue in reading.issues if issue.code == "FINDING_STALE"]
    assert issue.severity is IssueSeverity.INFO
    assert "52 days" in issue.message
    assert "14 days" in issue.message
    assert issue.where == "case.yaml:10"


def test_a_stale_warning_sign_is_a_warning_not_a_note() -> None:
    assert stale_issue(typed("fever", date(2026, 1, 1)), KNOWLEDGE, ON).severity is IssueSeverity.WARNING
    assert stale_issue(typed("fever", date(2026, 1, 1), "absent"), KNOWLEDGE, ON).severity is IssueSeverity.INFO


def test_an_old_finding_is_judged_at_the_newest_day_of_the_file(tmp_path: Path) -> None:
    lines = "findings:\n  fever: {value: absent, observed_on: 2026-01-01}\n  crp: {value: 5, observed_on: 2026-03-01}"
    reading = read_text(tmp_path, with_lines(date="", findings=lines))
    assert reading.case is not None
    assert reading.case.on == date(2026, 3, 1)
    assert [finding.id.concept for finding in reading.case.findings] == ["crp"]
    assert {"CASE_DATE_FROM_NEWEST", "FINDING_STALE"} <= set(codes_of(reading.issues))
