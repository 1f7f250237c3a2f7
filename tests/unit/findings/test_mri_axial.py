"""What axial slices measure enters the reasoning as soft evidence."""

from __future__ import annotations

from typing import Any

import pytest

from ilc.core import LEVELS
from ilc.findings import find_in_mri
from ilc.findings.mri_axial import Herniation, find_axial
from tests.support.quick_diagnosis import shipped_knowledge

UNKNOWN = {"area_mm2": None, "found": None, "position": None, "width_mm": None, "share": None}


def level(name: str, **changes: Any) -> dict[str, Any]:
    both = {"left": UNKNOWN, "right": UNKNOWN}
    empty = {"sac": UNKNOWN, "protrusion": UNKNOWN, "facet_fluid": both, "multifidus": both}
    return {"name": name} | empty | changes


def ratios(*levels: dict[str, Any], p: float = 0.1, p_names: float = 1.0) -> dict[str, float]:
    document = {"axial": {"p_names": p_names, "levels": list(levels)}}
    found = find_axial(document, {name: Herniation(p, 0.1) for name in LEVELS})
    assert {one.id.concept for one in found} <= shipped_knowledge().findings.keys()
    return {str(one.id): one.likelihood["present"] / one.likelihood["absent"] for one in found if one.likelihood}


def test_what_was_not_measured_says_nothing() -> None:
    assert find_axial({"axial": None}, {}) == ()
    assert ratios(level("L4_L5"), level("L5_S1")) == {}


@pytest.mark.parametrize(("area", "speaks_for"), [(50.0, True), (150.0, False)])
def test_a_small_sac_speaks_for_stenosis_and_a_large_one_against(area: float, speaks_for: bool) -> None:  # noqa: FBT001
    (ratio,) = ratios(level("L4_L5", sac=UNKNOWN | {"area_mm2": area})).values()
    assert (ratio > 5.0) if speaks_for else (ratio < 0.2)


def test_a_protrusion_on_one_side_speaks_for_that_side_and_against_the_other() -> None:
    seen = ratios(level("L4_L5", protrusion={"found": True, "position": "left"}))
    assert seen["mri_herniation@L4_L5.left"] > 5.0
    assert seen["mri_herniation@L4_L5.right"] < 0.6


@pytest.mark.parametrize(
    ("protrusion", "speaks_for"),
    [({"found": True, "position": None}, True), ({"found": False, "position": None}, False)],
)
def test_without_a_side_both_sides_are_meant(protrusion: dict[str, Any], speaks_for: bool) -> None:  # noqa: FBT001
    seen = ratios(level("L4_L5", protrusion=protrusion))
    assert seen.keys() == {"mri_herniation@L4_L5"}
    assert (seen["mri_herniation@L4_L5"] > 1.0) is speaks_for


def test_a_dry_joint_beside_an_unseen_one_does_not_tell_that_both_are_dry() -> None:
    dry, wet = UNKNOWN | {"width_mm": 0.2}, UNKNOWN | {"width_mm": 2.0}
    assert ratios(level("L4_L5", facet_fluid={"left": dry, "right": UNKNOWN})) == {}
    assert ratios(level("L4_L5", facet_fluid={"left": wet, "right": UNKNOWN}))["mri_facet_effusion@L4_L5"] > 1.0


def test_fat_of_the_lowest_levels_speaks_about_the_muscle() -> None:
    fat = {side: UNKNOWN | {"share": 0.7} for side in ("left", "right")}
    assert ratios(level("L2_L3", multifidus=fat)) == {}
    assert ratios(level("L4_L5", multifidus=fat))["mri_multifidus_fat"] > 5.0


def test_the_sac_in_axial_slices_is_heard_instead_of_its_depth_in_the_midline() -> None:
    disc = {"name": "L4_L5", "seen": True, "p_name": 1.0, "p_pfirrmann": None, "p_herniation": None, "p_slip": None}
    axial = {"p_names": 1.0, "levels": [level("L4_L5", sac=UNKNOWN | {"area_mm2": 160.0})]}
    document = {"discs": [disc | {"canal_ap_mm": 6.0}], "base_rates": {}, "axial": axial, "reference": {}}
    (found,) = find_in_mri(document)
    assert (str(found.id), found.outcome) == ("mri_central_stenosis@L4_L5", "absent")
