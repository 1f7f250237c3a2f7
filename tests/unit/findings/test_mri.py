"""What is read from MRI enters the reasoning as soft evidence, and gives way to what a person says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ilc.core import InstanceId
from ilc.findings import collect_findings, find_in_mri
from ilc.findings.soft import soften
from ilc.inference.evidence import finding_evidence
from ilc.inference.model import build_model
from ilc.record import TypedFinding
from tests.support.quick_diagnosis import shipped_knowledge

BASES = {"pfirrmann": [0.1, 0.3, 0.3, 0.2, 0.1], "herniation": 0.05, "slip": 0.03}


def disc(name: str = "L4_L5", **values: Any) -> dict[str, Any]:
    unknown = {"p_pfirrmann": None, "p_herniation": None, "p_slip": None, "canal_ap_mm": None}
    return {"name": name, "seen": True, "p_name": 1.0} | unknown | values


def document(*discs: dict[str, Any]) -> dict[str, Any]:
    return {"reference": {"series": "s-1"}, "base_rates": BASES, "discs": list(discs)}


def typed(finding: str, outcome: str) -> TypedFinding:
    return TypedFinding(InstanceId.parse(finding), outcome, None, None, "typed", "case.yaml")


def ratio(found: TypedFinding) -> float:
    assert found.likelihood is not None
    return found.likelihood["present"] / found.likelihood["absent"]


def test_what_the_pictures_do_not_tell_gives_no_finding() -> None:
    assert find_in_mri(document(disc(), disc("", canal_ap_mm=5.0), disc("T12_L1", canal_ap_mm=5.0, seen=False))) == ()


def test_a_probability_moves_the_odds_by_what_it_says_beyond_the_base_rate() -> None:
    (slip,) = find_in_mri(document(disc(p_slip=0.2)))
    assert ratio(slip) == pytest.approx((0.2 / 0.8) / (0.03 / 0.97))
    assert (slip.outcome, slip.value, slip.origin) == ("absent", 0.2, "measured")
    (neutral,) = find_in_mri(document(disc(p_slip=0.03)))
    assert ratio(neutral) == pytest.approx(1.0)


def test_no_picture_moves_the_odds_without_bound() -> None:
    for p in (0.0, 1.0):
        likelihood = soften(p, 0.1, 1.0)
        assert 1 / 31 < likelihood["present"] / likelihood["absent"] < 31


def test_a_level_whose_name_is_a_guess_moves_the_odds_little() -> None:
    sure, unsure = soften(0.95, 0.1, 0.97), soften(0.95, 0.1, 0.55)
    assert 1.0 < unsure["present"] / unsure["absent"] < sure["present"] / sure["absent"]
    assert soften(0.95, 0.1, 0.0) == {"present": 1.0, "absent": 1.0}


@pytest.mark.parametrize(("depth_mm", "outcome"), [(6.5, "present"), (14.0, "absent")])
def test_the_depth_of_the_canal_speaks_for_or_against_stenosis(depth_mm: float, outcome: str) -> None:
    (found,) = find_in_mri(document(disc(canal_ap_mm=depth_mm)))
    assert (str(found.id), found.outcome) == ("mri_central_stenosis@L4_L5", outcome)
    assert (ratio(found) > 5.0) if outcome == "present" else (ratio(found) < 0.2)


def test_dark_discs_are_those_of_pfirrmann_three_and_more() -> None:
    (found,) = find_in_mri(document(disc(p_pfirrmann=[0.0, 0.1, 0.4, 0.4, 0.1])))
    assert found.outcome == "present"
    assert found.value == pytest.approx(0.9)


def test_a_herniation_whose_side_was_entered_is_not_counted_twice() -> None:
    pictures = document(disc(p_herniation=0.6), disc("L5_S1", p_herniation=0.6))
    entered = (typed("mri_herniation@L4_L5.left", "absent"),)
    assert [str(found.id) for found in find_in_mri(pictures, entered=entered)] == ["mri_herniation@L5_S1"]


def test_a_correction_wins_over_the_pictures_and_is_told() -> None:
    knowledge = shipped_knowledge()
    read = find_in_mri(document(disc(p_slip=0.9)), observed_on=date(2026, 11, 1))
    findings, told = collect_findings(knowledge, (*read, typed("mri_slip@L4_L5", "absent")))
    assert [(str(f.id), f.outcome, f.likelihood) for f in findings] == [("mri_slip@L4_L5", "absent", None)]
    assert [issue.code for issue in told] == ["FINDING_SET_ASIDE"]


def test_pictures_that_speak_for_what_was_entered_are_not_a_contradiction() -> None:
    read = find_in_mri(document(disc(p_slip=0.3)))  # ten times the base rate
    _, told = collect_findings(shipped_knowledge(), (*read, typed("mri_slip@L4_L5", "present")))
    assert told == ()


def test_a_herniation_of_unknown_side_speaks_about_both_sides() -> None:
    knowledge = shipped_knowledge()
    model = build_model(knowledge, age_years=45, sex="female")
    (read,) = find_in_mri(document(disc(p_herniation=0.6)))
    (finding,), _ = collect_findings(knowledge, (read,))
    (evidence,) = finding_evidence(model, finding)
    tested = {str(model.instances[node]) for node in evidence.tested}
    assert tested == {"disc_herniation@L4_L5.left", "disc_herniation@L4_L5.right"}
    table = evidence.evidence.table
    assert table[0, 0] < table[1, 0] <= table[1, 1]
    assert table[1, 0] == pytest.approx(table[0, 1])
