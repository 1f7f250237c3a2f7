"""Each way a case.yaml can be wrong has one code, names its line, and says what to do."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from ilc.core import IssueSeverity
from tests.support.case_folders import codes_of, read_text, with_lines
from tests.support.small_knowledge import small_knowledge

ALIAS_BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

# What is wrong -> (the file, the only code of severity error, its line).
REFUSED = {
    # The text itself.
    "empty": ("", "CASE_FILE_EMPTY", 0),
    "only comments": ("# nothing\n", "CASE_FILE_EMPTY", 0),
    "a list": ("- a\n- b\n", "CASE_WRONG_TYPE", 1),
    "a word": ("hello\n", "CASE_WRONG_TYPE", 1),
    "an open bracket": ("patient: {age: 54\ncomplaints: []\n", "CASE_NOT_YAML", 2),
    "a tab": ("patient:\n\tage: 54\n", "CASE_NOT_YAML", 2),
    "a control character": ("patient: \x07\n", "CASE_NOT_YAML", 0),
    "an alias": ("patient: &p {age: 54}\nother: *p\n", "CASE_NOT_YAML", 1),
    "a bomb of aliases": (ALIAS_BOMB, "CASE_NOT_YAML", 1),
    "a tag": ("patient: !!python/object:os.system {}\n", "CASE_NOT_YAML", 1),
    "a directive": ("%YAML 1.1\n---\npatient: {age: 54}\n", "CASE_NOT_YAML", 0),
    "two documents": ("patient: {age: 54}\n---\npatient: {age: 55}\n", "CASE_NOT_YAML", 0),
    "deep nesting": ("patient: " + "[" * 40 + "]" * 40 + "\n", "CASE_NOT_YAML", 1),
    "a key twice": ("patient: {age: 54}\npatient: {age: 55}\n", "CASE_DUPLICATE_KEY", 2),
    "a finding twice": (with_lines(findings="findings:\n  fever: absent\n  fever: present"), "CASE_DUPLICATE_KEY", 11),
    "a key that is a list": ("[a, b]: c\n", "CASE_WRONG_TYPE", 1),
    "far too many entries": ("imaging: [" + "a," * 60_000 + "]\n", "CASE_TOO_LONG", 0),
    # The shape.
    "an unknown key": (with_lines(patients="patients: {}"), "CASE_UNKNOWN_KEY", 12),
    "an unknown key of the patient": (with_lines(patient="patient: {age: 54, agee: 3}"), "CASE_UNKNOWN_KEY", 3),
    "an unknown key of the history": (
        with_lines(patient="patient:\n  age: 54\n  history:\n    pregnent: no"),
        "CASE_UNKNOWN_KEY",
        6,
    ),
    "an unknown key of a finding": (with_lines(findings="findings:\n  crp: {valu: 3}"), "CASE_UNKNOWN_KEY", 10),
    "no patient": (with_lines(patient=""), "CASE_MISSING_KEY", 0),
    "an empty patient": (with_lines(patient="patient:"), "CASE_MISSING_KEY", 3),
    "a complaint without id": (with_lines(complaints="complaints:\n  - {intensity: 3}"), "CASE_MISSING_KEY", 8),
    "another version of the format": (with_lines(schema="schema: ilc.case/9"), "CASE_UNKNOWN_WORD", 12),
    "an unknown sex": (with_lines(patient="patient: {age: 54, sex: man}"), "CASE_UNKNOWN_WORD", 3),
    "an unknown answer": (
        with_lines(patient="patient: {age: 54, history: {pregnant: maybe}}"),
        "CASE_UNKNOWN_WORD",
        3,
    ),
    "age in words": (with_lines(patient="patient: {age: fifty}"), "CASE_WRONG_TYPE", 3),
    "age with a fraction": (with_lines(patient="patient: {age: 54.5}"), "CASE_WRONG_TYPE", 3),
    "age with an underscore": (with_lines(patient="patient: {age: 5_4}"), "CASE_WRONG_TYPE", 3),
    "age is negative": (with_lines(patient="patient: {age: -1}"), "CASE_VALUE_OUT_OF_RANGE", 3),
    "age beyond a life": (with_lines(patient="patient: {age: 540}"), "CASE_VALUE_OUT_OF_RANGE", 3),
    "height in metres under centimetres": (
        with_lines(patient="patient: {age: 54, height_cm: 1.72}"),
        "CASE_VALUE_OUT_OF_RANGE",
        3,
    ),
    "height without its unit": (with_lines(patient="patient: {age: 54, height: 172}"), "CASE_WRONG_TYPE", 3),
    "weight as a length": (with_lines(patient="patient: {age: 54, weight: 80 cm}"), "CASE_WRONG_TYPE", 3),
    "weight of a tonne": (with_lines(patient="patient: {age: 54, weight: 1000 kg}"), "CASE_VALUE_OUT_OF_RANGE", 3),
    "weight that is not finite": (with_lines(patient="patient: {age: 54, weight_kg: .nan}"), "CASE_WRONG_TYPE", 3),
    "intensity above ten": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, intensity: 65}"),
        "CASE_VALUE_OUT_OF_RANGE",
        8,
    ),
    "an unknown side": (
        with_lines(complaints="complaints:\n  - {id: leg_pain, side: lft}"),
        "CASE_UNKNOWN_WORD",
        8,
    ),
    "complaints that are no list": (with_lines(complaints="complaints: {id: x}"), "CASE_WRONG_TYPE", 7),
    "findings that are a list": (with_lines(findings="findings: [fever]"), "CASE_WRONG_TYPE", 9),
    "a finding that is a list": (with_lines(findings="findings:\n  fever: [present]"), "CASE_WRONG_TYPE", 10),
    "imaging that is a word": (with_lines(imaging="imaging: mri"), "CASE_WRONG_TYPE", 12),
    "a day in another order": (with_lines(date="date: 22.11.2026"), "CASE_DATE_NOT_READABLE", 2),
    "a day as a bare year": (with_lines(date="date: 2026"), "CASE_DATE_NOT_READABLE", 2),
    "a day that does not exist": (with_lines(date="date: 2026-02-30"), "CASE_DATE_NOT_READABLE", 2),
    "a case id with blanks": (with_lines(case_id="case_id: my case"), "CASE_TEXT_NOT_ALLOWED", 1),
    "a case id that climbs": (with_lines(case_id="case_id: ../x"), "CASE_TEXT_NOT_ALLOWED", 1),
    "a name without end": (with_lines(patient=f"patient: {{age: 54, name: {'x' * 500}}}"), "CASE_TEXT_TOO_LONG", 3),
    "complaints without end": (
        with_lines(complaints="complaints:\n" + "  - low_back_pain\n" * 101),
        "CASE_LIST_TOO_LONG",
        7,
    ),
    # The patient.
    "no age": (with_lines(patient="patient: {sex: male}"), "PATIENT_AGE_MISSING", 3),
    "age and birth date": (
        with_lines(patient="patient: {age: 54, birth_date: 1972-01-01}"),
        "PATIENT_AGE_MISSING",
        3,
    ),
    "a birth date long ago": (with_lines(patient="patient: {birth_date: 1872-01-01}"), "PATIENT_AGE_MISSING", 3),
    "a birth date to come": (with_lines(patient="patient: {birth_date: 2030-01-01}"), "CASE_DAY_AFTER_DATE", 3),
    "a birth date without a day": (
        with_lines(date="", patient="patient: {birth_date: 1972-01-01}"),
        "CASE_DATE_MISSING",
        2,
    ),
    "height twice": (
        with_lines(patient="patient: {age: 54, height: 172 cm, height_cm: 172}"),
        "CASE_KEY_GIVEN_TWICE",
        3,
    ),
    "an operation dated twice": (
        with_lines(patient="patient: {age: 54, history: {spine_surgery_on: 2020-01-01, spine_surgery_days_ago: 2000}}"),
        "CASE_KEY_GIVEN_TWICE",
        3,
    ),
    "an unknown setting": (with_lines(patient="patient: {age: 54, setting: moon}"), "PATIENT_SETTING_UNKNOWN", 3),
    # Complaints.
    "no complaint": (with_lines(complaints=""), "COMPLAINT_MISSING", 0),
    "an unknown complaint": (with_lines(complaints="complaints:\n  - low_bak_pain"), "COMPLAINT_UNKNOWN", 8),
    "a factor as a complaint": (with_lines(complaints="complaints:\n  - disc_herniation"), "COMPLAINT_UNKNOWN", 8),
    "a complaint twice": (
        with_lines(complaints="complaints:\n  - low_back_pain\n  - {id: low_back_pain, intensity: 3}"),
        "COMPLAINT_TWICE",
        9,
    ),
    "both sides and one of them": (
        with_lines(complaints="complaints:\n  - {id: leg_pain, side: both}\n  - {id: leg_pain, side: left}"),
        "COMPLAINT_TWICE",
        9,
    ),
    "no side": (with_lines(complaints="complaints:\n  - leg_pain"), "COMPLAINT_SIDE_MISSING", 8),
    "a side of its own": (with_lines(complaints="complaints:\n  - leg_pain@up"), "COMPLAINT_SIDE_MISSING", 8),
    "two sides that differ": (
        with_lines(complaints="complaints:\n  - {id: leg_pain@left, side: right}"),
        "COMPLAINT_CONTRADICTION",
        8,
    ),
    "denied, yet it hurts": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, present: no, intensity: 4}"),
        "COMPLAINT_CONTRADICTION",
        8,
    ),
    "there, yet of no intensity": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, present: yes, intensity: 0}"),
        "COMPLAINT_CONTRADICTION",
        8,
    ),
    "since without a unit": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, since: 3}"),
        "COMPLAINT_SINCE_NOT_READABLE",
        8,
    ),
    "since a day that does not exist": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, since: 2026-02-30}"),
        "COMPLAINT_SINCE_NOT_READABLE",
        8,
    ),
    "since a day to come": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, since: 2027-01-01}"),
        "CASE_DAY_AFTER_DATE",
        8,
    ),
    "since before birth": (
        with_lines(complaints="complaints:\n  - {id: low_back_pain, since: 60 years}"),
        "COMPLAINT_SINCE_BEFORE_BIRTH",
        7,
    ),
    # Findings.
    "an unknown finding": (with_lines(findings="findings:\n  fevr: absent"), "FINDING_UNKNOWN", 10),
    "a complaint as a finding": (with_lines(findings="findings:\n  low_back_pain: present"), "FINDING_UNKNOWN", 10),
    "a factor as a finding": (with_lines(findings="findings:\n  disc_herniation: present"), "FINDING_UNKNOWN", 10),
    "a questionnaire as a finding": (with_lines(findings="findings:\n  phq9: 12"), "FINDING_UNKNOWN", 10),
    "an unknown outcome": (with_lines(findings="findings:\n  fever: yes"), "FINDING_OUTCOME_UNKNOWN", 10),
    "an outcome of another finding": (
        with_lines(findings="findings:\n  facet_block@L4_L5: present"),
        "FINDING_OUTCOME_UNKNOWN",
        10,
    ),
    "a number where there is none": (with_lines(findings="findings:\n  fever: 38.5"), "FINDING_TAKES_NO_NUMBER", 10),
    "words where a number belongs": (with_lines(findings="findings:\n  crp: high"), "FINDING_OUTCOME_UNKNOWN", 10),
    "a decimal comma": (with_lines(findings='findings:\n  crp: "12,5"'), "FINDING_OUTCOME_UNKNOWN", 10),
    "another unit": (with_lines(findings="findings:\n  crp: 1.2 mg/dL"), "FINDING_UNIT_WRONG", 10),
    "a unit of another kind": (with_lines(findings="findings:\n  crp: 12 cm"), "FINDING_UNIT_WRONG", 10),
    "a number in computer notation": (with_lines(findings="findings:\n  crp: 1e3"), "FINDING_UNIT_WRONG", 10),
    "two units": (
        with_lines(findings="findings:\n  crp: {value: 12 mg/L, unit: mg/dL}"),
        "FINDING_UNIT_WRONG",
        10,
    ),
    "an impossible number": (
        with_lines(findings="findings:\n  body_temperature: 101 °C"),
        "FINDING_VALUE_OUT_OF_RANGE",
        10,
    ),
    "no site": (with_lines(findings="findings:\n  straight_leg_raise: absent"), "FINDING_SITE_MISSING", 10),
    "a wrong site": (
        with_lines(findings="findings:\n  straight_leg_raise@L4_L5: absent"),
        "FINDING_SITE_UNKNOWN",
        10,
    ),
    "both where there are no sides": (
        with_lines(findings="findings:\n  facet_block@both: none"),
        "FINDING_SITE_UNKNOWN",
        10,
    ),
    "a site where there is none": (with_lines(findings="findings:\n  fever@left: absent"), "FINDING_SITE_NOT_USED", 10),
    "present and absent at one site": (
        with_lines(findings="findings:\n  straight_leg_raise@both: absent\n  straight_leg_raise@left: present"),
        "FINDING_CONTRADICTION",
        11,
    ),
    "an observation to come": (
        with_lines(findings="findings:\n  fever: {value: absent, observed_on: 2026-11-23}"),
        "CASE_DAY_AFTER_DATE",
        10,
    ),
    # Questionnaires.
    "an unknown questionnaire": (
        with_lines(questionnaires="questionnaires: {phq99: 3}"),
        "QUESTIONNAIRE_UNKNOWN",
        12,
    ),
    "a total and answers": (
        with_lines(questionnaires="questionnaires:\n  phq9: {total: 3, items: {1: 3}}"),
        "QUESTIONNAIRE_TOTAL_AND_ITEMS",
        13,
    ),
    "an answer in words": (
        with_lines(questionnaires="questionnaires:\n  phq9:\n    items:\n      1: often"),
        "CASE_WRONG_TYPE",
        15,
    ),
    # Images.
    "an absolute path": (with_lines(imaging="imaging: [/etc/passwd]"), "IMAGING_PATH_REFUSED", 12),
    "a drive": (with_lines(imaging="imaging: ['C:/mri']"), "IMAGING_PATH_REFUSED", 12),
    "a way up": (with_lines(imaging="imaging: [mri/../../x]"), "IMAGING_PATH_REFUSED", 12),
    "a backslash": (with_lines(imaging="imaging: ['..\\x']"), "IMAGING_PATH_REFUSED", 12),
    "a zero byte": (with_lines(imaging='imaging: ["a\\0b"]'), "IMAGING_PATH_REFUSED", 12),
    "an endless path": (with_lines(imaging=f"imaging: [{'x' * 500}]"), "IMAGING_PATH_REFUSED", 12),
    "an empty path": (with_lines(imaging="imaging: ['']"), "IMAGING_PATH_REFUSED", 12),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_case_that_is_wrong_is_refused_with_its_code_line_and_remedy(what: str, tmp_path: Path) -> None:
    text, code, line = REFUSED[what]
    reading = read_text(tmp_path, text)
    errors = [issue for issue in reading.issues if issue.severity is IssueSeverity.ERROR]
    assert reading.case is None
    assert [(issue.code, issue.where) for issue in errors] == [(code, f"case.yaml:{line}" if line else "case.yaml")]
    assert len(errors[0].remedy) > 10


# What is wrong -> (the file, what the remedy must name).
REMEDIES = {
    "a key almost right": (with_lines(patients="patients: {}"), "`patient`"),
    "a finding at the top": (with_lines(fever="fever: absent"), "under `findings`"),
    "a finding in the history": (
        with_lines(patient="patient: {age: 54, history: {fever: no}}"),
        "under `findings`",
    ),
    "a questionnaire at the top": (with_lines(phq9="phq9: 3"), "under `questionnaires`"),
    "a finding almost right": (with_lines(findings="findings:\n  fevr: absent"), "`fever`"),
    "a complaint as a finding": (with_lines(findings="findings:\n  low_back_pain: 3"), "`complaints`"),
    "a factor as a finding": (with_lines(findings="findings:\n  disc_herniation: present"), "`herniation_on_mri`"),
    "a complaint almost right": (with_lines(complaints="complaints:\n  - low_bak_pain"), "`low_back_pain`"),
    "a complaint from nowhere": (with_lines(complaints="complaints:\n  - qqqq"), "leg_pain"),
    "a finding as a complaint": (with_lines(complaints="complaints:\n  - fever"), "under `findings`"),
    "yes for present": (with_lines(findings="findings:\n  fever: yes"), "`present`"),
    "negative for absent": (with_lines(findings="findings:\n  fever: negative"), "`absent`"),
    "a value in another unit": (with_lines(findings="findings:\n  crp: 1.2 mg/dL"), "`12 mg/L`"),
    "a temperature in Fahrenheit": (with_lines(findings="findings:\n  body_temperature: 101.3 °F"), "`38.5 °C`"),
    "a decimal comma": (with_lines(findings='findings:\n  crp: "12,5"'), "point"),
    "a wrong site": (with_lines(findings="findings:\n  facet_block@L6: none"), "L1_L2, L2_L3, L3_L4, L4_L5, L5_S1"),
    "a setting almost right": (with_lines(patient="patient: {age: 54, setting: primarycare}"), "`primary_care`"),
    "a day in another order": (with_lines(date="date: 22.11.2026"), "`date: 2026-11-22`"),
}


@pytest.mark.parametrize("what", REMEDIES)
def test_the_remedy_names_what_was_probably_meant(what: str, tmp_path: Path) -> None:
    text, named = REMEDIES[what]
    errors = [issue for issue in read_text(tmp_path, text).issues if issue.severity is IssueSeverity.ERROR]
    assert len(errors) == 1
    assert named in errors[0].remedy


def test_everything_of_one_kind_is_told_at_once(tmp_path: Path) -> None:
    text = with_lines(
        patient="patient: {age: 54, setting: moon}",
        complaints="complaints:\n  - leg_pain",
        findings="findings:\n  fevr: absent\n  crp: 12 cm",
        imaging="imaging: [/x]",
    )
    codes = codes_of(read_text(tmp_path, text).issues)
    expected = {"PATIENT_SETTING_UNKNOWN", "COMPLAINT_SIDE_MISSING", "FINDING_UNKNOWN", "FINDING_UNIT_WRONG"}
    assert expected | {"IMAGING_PATH_REFUSED"} <= set(codes)


def test_a_flood_of_mistakes_is_cut_short_and_counted(tmp_path: Path) -> None:
    findings = "\n".join(f"  nonsense_{number}: present" for number in range(3000))
    issues = read_text(tmp_path, with_lines(findings=f"findings:\n{findings}")).issues
    assert len(issues) == 101
    assert issues[-1].code == "TOO_MANY_ISSUES"
    assert "2900 further issues" in issues[-1].message


def test_a_flood_of_notes_does_not_hide_the_one_mistake(tmp_path: Path) -> None:
    entries = [f"crp_{number}" for number in range(150)]
    whole = small_knowledge()
    many = {id_: replace(whole.findings["crp"], id=id_) for id_ in entries}
    lines = "".join(f"\n  {id_}: {{value: 5, observed_on: 2020-01-01}}" for id_ in entries)
    text = with_lines(findings=f"findings:{lines}\n  fevr: absent")
    issues = read_text(tmp_path, text, replace(whole, findings=MappingProxyType(many))).issues
    assert codes_of(issues).count("FINDING_STALE") == 99
    assert codes_of(issues).count("FINDING_UNKNOWN") == 1
    assert codes_of(issues)[-1] == "TOO_MANY_ISSUES"


def test_messages_repeat_neither_the_name_nor_the_birth_date(tmp_path: Path) -> None:
    text = with_lines(patient=f"patient: {{birth_date: 30.04.1972, name: {'Hanako Example ' * 20}}}")
    told = " ".join(str(issue) for issue in read_text(tmp_path, text).issues)
    assert "CASE_TEXT_TOO_LONG" in told
    assert "CASE_DATE_NOT_READABLE" in told
    assert "Hanako Example Hanako" not in told
    assert "30.04.1972" not in told


def test_hostile_text_is_shortened_and_cleaned_before_it_is_shown(tmp_path: Path) -> None:
    text = with_lines(findings='findings:\n  "\\e[31mred' + "x" * 900 + '": present')
    issue = read_text(tmp_path, text).issues[0]
    assert issue.code == "FINDING_UNKNOWN"
    assert "\x1b" not in str(issue)
    assert len(str(issue)) < 400
