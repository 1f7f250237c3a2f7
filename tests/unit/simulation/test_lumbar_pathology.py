"""Each pathology of the simulated spine is where it was asked for, as large, and with the signal it has in patients."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from ilc.simulation.lumbar import (
    STIR,
    T1,
    T2,
    HerniationPlan,
    LesionPlan,
    LumbarPlan,
    SagittalGrid,
    SimulatedStudy,
    render_study,
)
from ilc.simulation.lumbar.skeleton import build_skeleton
from ilc.simulation.lumbar.truth import Truth, measure_truth

GRID = SagittalGrid(n_slices=1, fine_slices=1, pixel_mm=0.8, n_rows=320, n_columns=224)
KINDS = ("t1", "t2", "stir")


@lru_cache(maxsize=32)
def _render(key: str, x_mm: float) -> SimulatedStudy:
    grid = replace(GRID, centre_lps_mm=(x_mm, 10.0, -30.0))
    return render_study(PLANS[key], [replace(protocol, noise=1e-4) for protocol in (T1, T2, STIR)], grid)


PLANS = {
    "healthy": LumbarPlan(),
    **{
        f"modic_{modic}": LumbarPlan().with_disc("L3_L4", modic_above=modic, modic_below=modic, modic_reach_mm=9.0)
        for modic in (1, 2, 3)
    },
    "modic_below_only": LumbarPlan().with_disc("L3_L4", modic_below=1),
    "lesion": LumbarPlan().with_body("L3", lesions=(LesionPlan(8.0, behind_mm=-4.0, above_mm=0.0, side_mm=12.0),)),
    "old": LumbarPlan().with_body("L2", wedge_ratio=0.6),
    "acute": LumbarPlan().with_body("L2", wedge_ratio=0.6, fracture_oedema=1.0),
    "central": LumbarPlan().with_disc("L4_L5", herniation=HerniationPlan(6.0)),
    "left": LumbarPlan().with_disc("L4_L5", herniation=HerniationPlan(6.0, side_mm=9.0, half_width_mm=5.0)),
    "up": LumbarPlan().with_disc("L4_L5", herniation=HerniationPlan(6.0, migration_mm=9.0)),
    "down": LumbarPlan().with_disc("L4_L5", herniation=HerniationPlan(6.0, migration_mm=-9.0)),
    "node": LumbarPlan().with_disc("L2_L3", defect_above_mm=6.0),
    "tear": LumbarPlan().with_disc("L4_L5", hydration=0.2, has_high_intensity_zone=True),
    "dry": LumbarPlan().with_disc("L4_L5", hydration=0.2),
    "effusion": LumbarPlan().with_disc(
        "L4_L5", facet_effusion_mm=3.0, facet_effusion_right_mm=0.0, facet_synovitis=1.0, facet_synovitis_right=0.0
    ),
}


def truth_of(plan: LumbarPlan) -> Truth:
    return measure_truth(plan, build_skeleton(plan))


def index_of(study: SimulatedStudy, points_lps_mm: object) -> tuple[NDArray[np.int_], ...]:
    index = np.rint(study.geometry.lps_to_index(np.asarray(points_lps_mm))).astype(int)
    return (np.zeros_like(index[..., 0]), index[..., 1], index[..., 2])


def ratio_to_healthy(key: str, x_mm: float, points_lps_mm: object) -> dict[str, float]:
    """Signal at points against that of the same points in a healthy spine."""
    ill, healthy = _render(key, x_mm), _render("healthy", x_mm)
    at = index_of(ill, points_lps_mm)
    return {kind: float(np.median(ill.images[kind][at]) / np.median(healthy.images[kind][at])) for kind in KINDS}


def plate_points(truth: Truth, name: str, *, upper: bool, depth_mm: float) -> NDArray[np.float64]:
    """Points along the middle half of an endplate, at a depth below its deepest place."""
    body = truth.body(name)
    back, front = (
        (body.back_high_lps_mm, body.front_high_lps_mm) if upper else (body.back_low_lps_mm, body.front_low_lps_mm)
    )
    along = np.subtract(front, back)
    inward = np.array([0.0, along[2], -along[1]]) / np.linalg.norm(along) * (-1.0 if upper else 1.0)
    share = np.linspace(0.3, 0.7, 15)[:, None]
    return np.asarray(np.array(back) + share * along + inward * (1.6 + depth_mm))


@pytest.mark.parametrize(
    ("modic", "expected"),
    [
        (1, {"t1": (0.0, 0.75), "t2": (1.25, 9.0), "stir": (2.0, 99.0)}),
        (2, {"t1": (1.2, 9.0), "t2": (1.1, 2.5), "stir": (0.0, 0.6)}),
        (3, {"t1": (0.0, 0.5), "t2": (0.0, 0.5), "stir": (0.0, 0.6)}),
    ],
)
@pytest.mark.parametrize(("body", "upper"), [("L3", False), ("L4", True)])
def test_modic_change_has_the_signal_of_its_type_at_both_endplates(
    modic: int, expected: dict[str, tuple[float, float]], body: str, *, upper: bool
) -> None:
    truth = truth_of(PLANS["healthy"])
    ratios = ratio_to_healthy(f"modic_{modic}", 0.0, plate_points(truth, body, upper=upper, depth_mm=4.0))
    for kind, (low, high) in expected.items():
        assert low < ratios[kind] < high, (kind, ratios)
    far = ratio_to_healthy(f"modic_{modic}", 0.0, plate_points(truth, body, upper=not upper, depth_mm=4.0))
    assert all(value == pytest.approx(1.0, abs=0.1) for value in far.values())


def test_modic_change_of_one_endplate_leaves_the_other_alone() -> None:
    truth = truth_of(PLANS["modic_below_only"])
    assert (truth.disc("L3_L4").modic_above, truth.disc("L3_L4").modic_below) == (0, 1)
    above = ratio_to_healthy("modic_below_only", 0.0, plate_points(truth, "L3", upper=False, depth_mm=3.0))
    below = ratio_to_healthy("modic_below_only", 0.0, plate_points(truth, "L4", upper=True, depth_mm=3.0))
    assert above["stir"] == pytest.approx(1.0, abs=0.05)
    assert below["stir"] > 2.0


def test_a_lesion_replaces_the_marrow_where_it_was_asked_for() -> None:
    (lesion,) = truth_of(PLANS["lesion"]).body("L3").lesions
    assert lesion.centre_lps_mm[0] == pytest.approx(12.0)
    around = np.array([[0.0, y, z] for y in (-3.0, 0.0, 3.0) for z in (-3.0, 0.0, 3.0)])
    ratios = ratio_to_healthy("lesion", 12.0, np.array(lesion.centre_lps_mm) + around)
    assert ratios["t1"] < 0.75
    assert ratios["stir"] > 2.0
    on_the_other_side = ratio_to_healthy("lesion", -12.0, np.array(lesion.centre_lps_mm) + around)
    assert all(value == pytest.approx(1.0, abs=0.02) for value in on_the_other_side.values())


def test_a_fresh_fracture_is_dark_on_t1_and_bright_on_stir_and_an_old_one_is_not() -> None:
    truth = truth_of(PLANS["old"])
    points = plate_points(truth, "L2", upper=True, depth_mm=5.0)
    fresh, old = (_render(key, 0.0) for key in ("acute", "old"))
    at = index_of(fresh, points)
    assert np.array_equal(fresh.bodies, old.bodies)
    assert np.median(fresh.images["stir"][at]) > 2.0 * np.median(old.images["stir"][at])
    assert np.median(fresh.images["t1"][at]) < 0.75 * np.median(old.images["t1"][at])
    elsewhere = index_of(old, plate_points(truth, "L4", upper=True, depth_mm=5.0))
    for kind in KINDS:
        old_marrow, other = (float(np.median(old.images[kind][place])) for place in (at, elsewhere))
        assert old_marrow == pytest.approx(other, rel=0.25), kind


def test_wedge_biconcave_and_crush_lower_front_middle_and_all() -> None:
    whole = truth_of(LumbarPlan()).body("L2")
    wedge = truth_of(LumbarPlan().with_body("L2", wedge_ratio=0.6)).body("L2")
    hollow = truth_of(LumbarPlan().with_body("L2", middle_ratio=0.7)).body("L2")
    crush = truth_of(LumbarPlan().with_body("L2", wedge_ratio=0.6, back_ratio=0.65)).body("L2")
    assert wedge.height_front_mm / wedge.height_back_mm == pytest.approx(0.6 * whole.height_front_mm / 27.0)
    assert hollow.height_front_mm == pytest.approx(whole.height_front_mm)
    assert whole.height_middle_mm - hollow.height_middle_mm == pytest.approx(0.3 * 26.75, abs=0.01)
    assert crush.height_back_mm == pytest.approx(0.65 * whole.height_back_mm)
    assert crush.height_front_mm == pytest.approx(0.6 * whole.height_front_mm)


@pytest.mark.parametrize("changes", [{"middle_ratio": 0.7}, {"wedge_ratio": 0.65, "back_ratio": 0.7}])
def test_voxels_of_a_fractured_body_are_as_high_in_the_middle_as_the_truth(changes: dict[str, float]) -> None:
    plan = LumbarPlan().with_body("L3", **changes)
    study = render_study(plan, (T2,), replace(GRID, fine=1))
    body = study.truth.body("L3")
    ends = [
        (np.array(body.back_low_lps_mm) + body.front_low_lps_mm) / 2,
        (np.array(body.back_high_lps_mm) + body.front_high_lps_mm) / 2,
    ]
    line = ends[0] + np.linspace(-0.3, 1.3, 400)[:, None] * (ends[1] - ends[0])
    step = float(np.linalg.norm(line[1] - line[0]))
    seen = float((study.bodies[index_of(study, line)] == body.label).sum()) * step
    assert seen == pytest.approx(body.height_middle_mm, abs=1.3)
    assert study.truth.disc("L2_L3").height_middle_mm >= LumbarPlan().discs["L2_L3"].height_mm


def line_behind(truth: Truth, x_mm: float) -> NDArray[np.float64]:
    """From the middle of the back of L4/L5 straight back, a tenth of a millimetre apart."""
    skeleton = build_skeleton(LumbarPlan())
    disc = skeleton.discs["L4_L5"]
    yz = disc.back_middle + np.arange(-1.0, 14.0, 0.1)[:, None] * disc.backward
    return np.column_stack([np.full(len(yz), x_mm), yz])


@pytest.mark.parametrize(("key", "inside_mm", "outside_mm"), [("central", 0.0, 9.0), ("left", 9.0, 0.0)])
def test_a_herniation_protrudes_as_far_as_asked_on_its_side_alone(
    key: str, inside_mm: float, outside_mm: float
) -> None:
    truth = truth_of(PLANS[key])
    herniation = truth.disc("L4_L5").herniation
    assert herniation is not None
    reach = {}
    for x_mm in (inside_mm, outside_mm):
        study = _render(key, x_mm)
        labels = study.segmentation[index_of(study, line_behind(truth, x_mm))]
        reach[x_mm] = (labels == 202).nonzero()[0].max() * 0.1 - 1.0
    assert reach[inside_mm] == pytest.approx(0.8 + 6.0, abs=0.9)
    assert reach[outside_mm] < 1.7
    assert herniation.tip_lps_mm[0] == inside_mm
    assert np.linalg.norm(np.subtract(herniation.tip_lps_mm, line_behind(truth, inside_mm)[10])) == pytest.approx(6.8)


def test_a_central_herniation_narrows_the_sac_that_the_truth_states() -> None:
    study, healthy = _render("central", 0.0), _render("healthy", 0.0)
    disc = study.truth.disc("L4_L5")
    # The sac begins 1.3 mm behind the bulge, and its wall is 0.7 mm thick.
    assert disc.canal_ap_mm == pytest.approx(healthy.truth.disc("L4_L5").canal_ap_mm - (6.0 - 1.3 + 0.7), abs=0.4)
    line = build_skeleton(PLANS["central"]).canal.section("L4_L5", 14.0, 0.1)
    seen = (study.segmentation[index_of(study, np.column_stack([np.zeros(len(line)), line]))] == 100).sum() * 0.1
    assert seen == pytest.approx(disc.canal_ap_mm, abs=1.5)


@pytest.mark.parametrize(("key", "sign"), [("up", 1.0), ("down", -1.0)])
def test_an_extrusion_runs_along_the_back_wall_up_or_down(key: str, sign: float) -> None:
    study, healthy = _render(key, 0.0), _render("healthy", 0.0)
    herniation = study.truth.disc("L4_L5").herniation
    assert herniation is not None
    assert herniation.is_extruded
    new = np.argwhere((study.segmentation == 202) & (healthy.segmentation != 202))
    places = study.geometry.index_to_lps(new)[:, 1:]
    skeleton = build_skeleton(PLANS[key])
    corner, far = (
        (skeleton.bodies["L4"].back_low, skeleton.bodies["L4"].back_high)
        if sign > 0
        else (skeleton.bodies["L5"].back_high, skeleton.bodies["L5"].back_low)
    )
    beyond = (places - corner) @ (far - corner) / np.linalg.norm(far - corner)
    assert beyond.max() == pytest.approx(9.0, abs=1.2)
    # It does not run to the other side as well.
    assert beyond.min() > -13.0
    assert np.array_equal(study.bodies, healthy.bodies)


def test_a_node_of_disc_sinks_into_the_body_as_deep_as_asked() -> None:
    study, healthy = _render("node", 0.0), _render("healthy", 0.0)
    taken = (study.segmentation == 204) & (healthy.bodies == 4)
    assert taken.sum() * GRID.pixel_mm**2 == pytest.approx(np.pi / 2 * 6.0 * 5.5, rel=0.2)
    rows = np.nonzero(taken[0].any(axis=1))[0]
    assert (rows.max() - rows.min() + 1) * GRID.pixel_mm == pytest.approx(6.0, abs=1.8)
    assert np.array_equal(study.bodies == 3, healthy.bodies == 3)
    assert study.truth.disc("L2_L3").defect_above_mm == 6.0


def test_a_tear_is_a_bright_spot_in_the_back_of_a_dark_disc() -> None:
    torn, dry = _render("tear", 0.0), _render("dry", 0.0)
    brighter = torn.images["t2"][0] - dry.images["t2"][0]
    spot = np.unravel_index(int(np.argmax(brighter)), brighter.shape)
    assert torn.segmentation[0][spot] == 202
    assert torn.images["t2"][0][spot] > 2.0 * np.median(torn.images["t2"][torn.segmentation == 202])


def test_facet_effusion_and_synovitis_are_bright_on_stir_on_their_side_alone() -> None:
    gain = {}
    for x_mm in (18.0, -18.0):
        ill, healthy = _render("effusion", x_mm), _render("healthy", x_mm)
        gain[x_mm] = ill.images["stir"][0] - healthy.images["stir"][0]
    assert gain[18.0].max() > 0.3
    assert (gain[18.0] > 0.08).sum() * GRID.pixel_mm**2 > 60.0
    assert np.abs(gain[-18.0]).max() < 0.03
    disc = _render("effusion", 18.0).truth.disc("L4_L5")
    assert (disc.facet_effusion_mm, disc.facet_effusion_right_mm) == (3.0, 0.0)


@pytest.mark.parametrize("slip_mm", [-4.0, 5.0])
def test_a_slip_to_front_or_back_moves_the_upper_body_in_the_voxels(slip_mm: float) -> None:
    straight, slipped = (
        render_study(LumbarPlan().with_disc("L4_L5", slip_mm=slip), (T2,), replace(GRID, fine=1))
        for slip in (0.0, slip_mm)
    )
    backs = []
    for study in (straight, slipped):
        l4, l5 = (np.argwhere(study.bodies[0] == label).mean(axis=0) * GRID.pixel_mm for label in (2, 1))
        backs.append(l4 - l5)
    moved = backs[1] - backs[0]
    assert np.sign(moved[1]) == -np.sign(slip_mm)
    assert np.linalg.norm(moved) == pytest.approx(abs(slip_mm), abs=0.5)


@pytest.mark.parametrize(
    "change",
    [
        lambda: HerniationPlan(0.0),
        lambda: HerniationPlan(5.0, side_mm=40.0),
        lambda: LesionPlan(0.0),
        lambda: LumbarPlan().with_disc("L4_L5", modic_above=5),
        lambda: LumbarPlan().with_disc("L4_L5", defect_above_mm=30.0),
        lambda: LumbarPlan().with_disc("L4_L5", facet_effusion_right_mm=-1.0),
        lambda: LumbarPlan().with_body("L1", middle_ratio=0.1),
    ],
)
def test_impossible_pathology_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(ValueError):  # noqa: PT011 each says its own range
        change()
