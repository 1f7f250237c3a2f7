"""What T1, T2 and STIR show together enters the reasoning as soft evidence."""

from __future__ import annotations

from typing import Any

import pytest

from ilc.findings.mri_together import RULES, find_together
from ilc.imaging.mri.together.rules import Kind
from tests.support.quick_diagnosis import shipped_knowledge


def told(
    finding: str, place: str, p: float | None, *, rests_on: tuple[str, ...] = ("t1", "t2", "stir")
) -> dict[str, Any]:
    return {"finding": finding, "place": place, "side": None, "p": p, "rests_on": list(rests_on), "missing": []}


def document(*findings: dict[str, Any], p_names: float = 1.0) -> dict[str, Any]:
    together = {"sequences": ["t1", "t2", "stir"], "findings": list(findings)}
    return {"together": together, "levels": {"p": p_names}}


def ratios(*findings: dict[str, Any], p_names: float = 1.0) -> dict[str, float]:
    found = find_together(document(*findings, p_names=p_names))
    return {str(one.id): one.likelihood["present"] / one.likelihood["absent"] for one in found if one.likelihood}


def test_every_rule_is_a_kind_of_judgement_and_a_finding_of_the_knowledge() -> None:
    assert RULES.keys() <= {kind.value for kind in Kind}
    assert {rule.finding for rule in RULES.values()} <= shipped_knowledge().findings.keys()


def test_without_images_or_without_an_answer_nothing_is_said() -> None:
    assert find_together({"together": None}) == ()
    assert ratios(told("modic_1", "L4_L5", None), told("infection_pattern", "", None)) == {}


def test_water_beside_endplates_speaks_for_and_its_lack_against() -> None:
    seen = ratios(told("modic_1", "L4_L5", 0.97), told("modic_1", "L5_S1", 0.001), told("modic_1", "T12_L1", 0.99))
    assert seen.keys() == {"mri_modic_1@L4_L5", "mri_modic_1@L5_S1"}
    assert seen["mri_modic_1@L4_L5"] == pytest.approx(10.0)
    assert seen["mri_modic_1@L5_S1"] == pytest.approx(0.1)


def test_without_stir_the_same_says_less() -> None:
    weak = ratios(told("modic_1", "L4_L5", 0.97, rests_on=("t1", "t2")))["mri_modic_1@L4_L5"]
    assert 1.0 < weak <= 3.01


def test_a_level_that_may_be_another_says_less() -> None:
    sure, unsure = (ratios(told("fracture_fresh", "L2", 0.9), p_names=p)["mri_fracture_oedema@L2"] for p in (1.0, 0.6))
    assert 1.0 < unsure < sure


def test_the_worst_place_speaks_for_the_whole_spine_and_a_few_quiet_ones_do_not_clear_it() -> None:
    assert ratios(told("marrow_lesion", "L1", 0.8), told("marrow_lesion", "L2", 0.0))["mri_marrow_lesion"] > 3.0
    quiet = [told("marrow_lesion", f"L{n}", 0.0) for n in range(1, 6)]
    assert ratios(*quiet[:2]) == {}
    assert ratios(*quiet)["mri_marrow_lesion"] == pytest.approx(0.1)


def test_both_joints_of_a_level_are_one_finding() -> None:
    both = [
        told("facet_oedema", "L4_L5", 0.1) | {"side": "left"},
        told("facet_oedema", "L4_L5", 0.9) | {"side": "right"},
    ]
    assert ratios(*both).keys() == {"mri_facet_oedema@L4_L5"}
    assert ratios(*both)["mri_facet_oedema@L4_L5"] > 5.0
