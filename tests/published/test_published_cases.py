"""Published case reports: what was known goes in, and in six of them what was confirmed later must stand out.

Case reports tell of rare and missed disease. They test the software and never set one of its numbers. How all twenty
come out is measured by `ilc validate cases`, under rules fixed before.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ilc.explanation import Diagnosis
from ilc.explanation.factor_results import POSSIBLE_FROM
from ilc.record import read_case
from tests.support.quick_diagnosis import (
    any_contributes,
    case_of,
    contribution,
    diagnosis_of,
    factor_of,
    flag_of,
    reasoning_of,
    shipped_knowledge,
)

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.name for path in CASES.iterdir())
NAMES = ["C02", "C26", "C37", "C40", "C47", "C67"]  # told in detail below, with the deciding test known
NOT_TOLD = {"SCOPE_NOT_STATED", "PATIENT_SEX_NOT_STATED"}


def folder_of(name: str) -> Path:
    return CASES / f"{name}-T1"


def diagnosed(name: str) -> Diagnosis:
    return diagnosis_of(folder_of(name))


def test_all_twenty_cases_are_here_before_and_with_the_deciding_test() -> None:
    numbers = (2, 5, 7, 12, 17, 23, 26, 28, 33, 34, 37, 38, 40, 43, 45, 47, 50, 55, 58, 67)
    assert [f"C{number:02}-{stage}" for number in numbers for stage in ("T0", "T1")] == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_case_names_its_source_and_is_read_without_a_warning(folder: str) -> None:
    text = (CASES / folder / "case.yaml").read_text(encoding="utf-8")
    comment = text.partition("schema:")[0]
    assert "# http" in comment or "# The link is not public." in comment
    reading = read_case(CASES / folder, shipped_knowledge())
    assert {issue.code for issue in reading.issues} <= NOT_TOLD
    assert reading.case is not None
    assert reading.case.case_id == f"published-{folder}"


@pytest.mark.parametrize("name", [folder.removesuffix("-T0") for folder in FOLDERS if folder.endswith("-T0")])
def test_the_deciding_test_adds_to_what_was_known_and_takes_nothing_back(name: str) -> None:
    before, with_test = case_of(CASES / f"{name}-T0"), case_of(CASES / f"{name}-T1")
    known = {(finding.id, finding.outcome) for finding in before.findings}
    assert known < {(finding.id, finding.outcome) for finding in with_test.findings}
    assert (before.patient, before.complaints) == (with_test.patient, with_test.complaints)


@pytest.mark.parametrize("name", NAMES)
def test_no_confirmed_cause_outside_the_serious_ones_is_called_serious(name: str) -> None:
    expected = {"C26": {"cauda_equina"}, "C40": {"fracture"}}.get(name, set())
    acted_on = {flag.id for flag in diagnosed(name).red_flags if flag.level in ("emergency", "urgent")}
    assert acted_on == expected


@pytest.mark.parametrize("complaint", ["walking_limitation", "buttock_pain@left", "leg_pain@left"])
def test_c02_a_smoker_with_a_missing_pulse_has_walking_pain_from_the_artery_not_from_the_spine(complaint: str) -> None:
    reasoning = reasoning_of(folder_of("C02"))
    vascular = any_contributes(reasoning, {"peripheral_artery_disease"}, complaint)
    spinal = any_contributes(reasoning, {"central_stenosis", "neurogenic_claudication"}, complaint)
    assert vascular > 0.5
    assert spinal < 0.3


def test_c02_the_worn_discs_are_there_and_do_not_explain_the_leg() -> None:
    diagnosis = diagnosed("C02")
    for level in ("L4_L5", "L5_S1"):
        assert factor_of(diagnosis, f"disc_degeneration@{level}").p_exists.p > 0.7
        assert contribution(diagnosis, f"disc_degeneration@{level}", "leg_pain@left") < 0.1


def test_c26_numbness_between_the_legs_with_retention_is_an_emergency_and_comes_first() -> None:
    diagnosis = diagnosed("C26")
    assert diagnosis.red_flags[0].id == "cauda_equina"
    assert diagnosis.red_flags[0].level == "emergency"
    assert set(diagnosis.red_flags[0].why) == {"saddle_numbness=present", "urinary_retention=present"}


def test_c37_the_narrow_canal_explains_the_walking() -> None:
    stenosis = any_contributes(reasoning_of(folder_of("C37")), {"central_stenosis"}, "walking_limitation")
    assert stenosis > 0.5


def test_c37_the_right_first_sacral_root_is_pressed_and_adds_to_the_pain_of_the_right_leg() -> None:
    diagnosis = diagnosed("C37")
    assert factor_of(diagnosis, "root_compression@S1.right").p_exists.p > 0.7
    assert contribution(diagnosis, "root_compression@S1.right", "leg_pain@right") > POSSIBLE_FROM


def test_c37_the_root_problem_is_on_the_right_and_not_on_the_left() -> None:
    diagnosis = diagnosed("C37")
    right = contribution(diagnosis, "root_compression@S1.right", "leg_pain@right")
    left = contribution(diagnosis, "root_compression@S1.left", "leg_pain@left")
    assert left < 0.5 * right


def test_c37_arteries_found_well_open_do_not_explain_the_walking() -> None:
    assert contribution(diagnosed("C37"), "peripheral_artery_disease", "walking_limitation") < 0.1


def test_c40_a_fracture_that_only_the_marrow_shows_is_found_at_its_vertebra() -> None:
    diagnosis = diagnosed("C40")
    assert factor_of(diagnosis, "vertebral_fracture_acute@L4").p_exists.p > 0.9
    others = [
        factor_of(diagnosis, f"vertebral_fracture_acute@{place}").p_exists.p for place in ("L1", "L2", "L3", "L5")
    ]
    assert max(others) < 0.1
    assert flag_of(diagnosis, "fracture").level == "urgent"


def test_c47_the_buttock_muscle_explains_the_pain_and_the_herniation_the_numbness() -> None:
    diagnosis = diagnosed("C47")
    muscle, disc = "gluteal_trigger_points@left", "disc_herniation@L3_L4.left"
    assert contribution(diagnosis, muscle, "leg_pain@left") > 0.5
    assert contribution(diagnosis, disc, "leg_numbness@left") > 0.5


def test_c47_each_of_the_two_leads_for_its_own_complaint() -> None:
    diagnosis = diagnosed("C47")
    muscle, disc = "gluteal_trigger_points@left", "disc_herniation@L3_L4.left"
    assert contribution(diagnosis, muscle, "leg_pain@left") > contribution(diagnosis, disc, "leg_pain@left")
    assert contribution(diagnosis, disc, "leg_numbness@left") > contribution(diagnosis, muscle, "leg_numbness@left")


def test_c67_the_joint_that_the_block_numbed_explains_the_back_pain() -> None:
    diagnosis = diagnosed("C67")
    assert contribution(diagnosis, "sacroiliac_pain", "low_back_pain") > 0.5
    assert contribution(diagnosis, "sacroiliac_dysfunction", "low_back_pain") > 0.5


def test_c67_the_narrow_canal_is_there_and_explains_less_of_the_back_pain_than_the_joint() -> None:
    diagnosis = diagnosed("C67")
    assert factor_of(diagnosis, "central_stenosis@L4_L5").p_exists.p > 0.85
    stenosis = contribution(diagnosis, "central_stenosis@L4_L5", "low_back_pain")
    assert stenosis < contribution(diagnosis, "sacroiliac_dysfunction", "low_back_pain")


def test_c67_after_the_block_took_the_symptoms_the_narrow_canal_no_longer_leads_the_walking() -> None:
    with_block = any_contributes(reasoning_of(folder_of("C67")), {"central_stenosis"}, "walking_limitation")
    usual = reasoning_of(folder_of("C37"))
    assert with_block < any_contributes(usual, {"central_stenosis"}, "walking_limitation")
