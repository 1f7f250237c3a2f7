"""Axial stacks of the simulated spine: they lie where clinics put them and show what the truth says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilc.imaging.dicom import Plane
from ilc.simulation.lumbar import (
    T2,
    AxialGrid,
    HerniationPlan,
    LumbarPlan,
    MusclePlan,
    ScoliosisPlan,
    SimulatedAxial,
    SimulatedStack,
    plan_disc_stacks,
    plan_single_stack,
    render_axial,
)
from ilc.simulation.lumbar.flanks import Muscle
from ilc.simulation.lumbar.joints import lay_joints
from ilc.simulation.lumbar.skeleton import build_skeleton

GRID = AxialGrid(n_rows=224, n_columns=224, pixel_mm=0.75, slice_thickness_mm=2.0, slice_step_mm=3.0)
PLAN = LumbarPlan(has_axial_detail=True, muscles=MusclePlan(0.12, 0.45, 0.08, 0.30)).with_disc(
    "L4_L5", facet_effusion_mm=3.0, facet_effusion_right_mm=1.0, canal_ap_mm=8.0
)
HERNIATED = PLAN.with_disc("L3_L4", herniation=HerniationPlan(6.0, side_mm=6.0))


@pytest.fixture(scope="module")
def axial() -> SimulatedAxial:
    stacks = plan_disc_stacks(HERNIATED, n_slices=1, n_discs=3)
    return render_axial(HERNIATED, (replace(T2, noise=1e-4),), stacks, GRID)


def stack_of(axial: SimulatedAxial, name: str) -> SimulatedStack:
    return next(stack for stack in axial.stacks if stack.stack.name == name)


def test_stacks_lie_along_their_discs(axial: SimulatedAxial) -> None:
    skeleton = build_skeleton(HERNIATED)
    assert [stack.stack.name for stack in axial.stacks] == ["L3_L4", "L4_L5", "L5_S1"]
    for stack in axial.stacks:
        assert stack.geometry.plane is Plane.AXIAL
        assert stack.geometry.edge_letters == ("R", "L", "A", "P")
        along = skeleton.discs[stack.stack.name].backward
        assert abs(stack.geometry.directions[1:, 1] @ along) == pytest.approx(1.0)
        assert stack.slices[0].level == stack.stack.name
        assert stack.slices[0].from_disc_mm == pytest.approx(0.0, abs=1e-6)


def test_the_sac_covers_as_much_as_the_truth_says(axial: SimulatedAxial) -> None:
    for stack in axial.stacks:
        seen = float((stack.segmentation == 100).sum()) * GRID.pixel_mm**2
        assert seen == pytest.approx(stack.slices[0].sac_area_mm2, rel=0.05)


def test_a_narrow_canal_and_a_herniation_leave_less_of_the_sac(axial: SimulatedAxial) -> None:
    narrow = stack_of(axial, "L4_L5").slices[0].sac_area_mm2
    # An ellipse of the planned depth, and as wide as such a sac is.
    assert narrow == pytest.approx(np.pi * 4.0 * (0.62 * 4.0 + 4.8), rel=0.06)
    healthy = render_axial(PLAN, (T2,), plan_disc_stacks(PLAN, n_slices=1, n_discs=3)[:1], GRID)
    whole, left = healthy.stacks[0].slices[0].sac_area_mm2, stack_of(axial, "L3_L4").slices[0].sac_area_mm2
    assert left < whole - 15.0


def test_a_herniation_lies_on_its_side(axial: SimulatedAxial) -> None:
    stack = stack_of(axial, "L3_L4")
    _, rows, columns = np.nonzero(stack.segmentation == 203)
    x = stack.geometry.index_to_lps(np.column_stack([np.zeros_like(rows), rows, columns]))[:, 0]
    hindmost = rows >= rows.max() - 2
    assert x[hindmost].mean() == pytest.approx(6.0, abs=1.5)


@pytest.mark.parametrize(("side", "width_mm"), [(1.0, 3.0), (-1.0, 1.0)])
def test_fluid_in_a_facet_joint_is_as_wide_as_the_truth(axial: SimulatedAxial, side: float, width_mm: float) -> None:
    stack = stack_of(axial, "L4_L5")
    truth = stack.slices[0].facet_fluid_mm
    assert (truth.left if side > 0 else truth.right) == width_mm
    joint = lay_joints(HERNIATED, build_skeleton(HERNIATED))["L4_L5"]
    angle = np.deg2rad(joint.angle_deg)
    behind = np.array([0.0, *joint.disc.backward])
    # Across the joint, from the outer to the inner process.
    across = np.sin(angle) * behind + np.array([-side * np.cos(angle), 0.0, 0.0])
    steps = np.arange(-8.0, 8.0, 0.1)
    index = stack.geometry.lps_to_index(joint.middle(side) + steps[:, None] * across)
    image = stack.images["t2"][0]
    signal = image[np.rint(index[:, 1]).astype(int), np.rint(index[:, 2]).astype(int)]
    bone = float(np.median(signal))
    near = np.abs(steps) < 3.5
    fluid = image[stack.segmentation[0] == 100].max()
    # Total brightness above bone, over that of pure fluid, is the width whatever the pixel.
    seen = float(np.clip(signal[near] - bone, 0.0, None).sum() * 0.1 / (fluid - bone))
    assert seen == pytest.approx(width_mm, abs=0.9)


def test_slices_beside_the_joint_do_not_claim_its_fluid() -> None:
    stack = replace(plan_disc_stacks(PLAN, n_slices=7, n_discs=2)[0], n_slices=7)
    coarse = AxialGrid(n_rows=64, n_columns=64, pixel_mm=2.5, slice_step_mm=4.0, fine_slices=1)
    (rendered,) = render_axial(PLAN, (T2,), (stack,), coarse).stacks
    shown = [truth.facet_fluid_mm.left is not None for truth in rendered.slices]
    assert shown == [False, False, True, True, True, False, False]


def test_muscles_hold_the_planned_fat_on_each_side(axial: SimulatedAxial) -> None:
    shares = {
        name: [getattr(stack.slices[0], name) for stack in axial.stacks] for name in ("multifidus_fat", "erector_fat")
    }
    left, right = (float(np.mean([getattr(s, side) for s in shares["multifidus_fat"]])) for side in ("left", "right"))
    assert left == pytest.approx(0.12, abs=0.06)
    assert right == pytest.approx(0.45, abs=0.12)
    left, right = (float(np.mean([getattr(s, side) for s in shares["erector_fat"]])) for side in ("left", "right"))
    assert left == pytest.approx(0.08, abs=0.06)
    assert right == pytest.approx(0.30, abs=0.12)


def test_fatter_muscle_is_brighter_on_t2(axial: SimulatedAxial) -> None:
    stack = stack_of(axial, "L4_L5")
    index = np.argwhere(stack.muscles == Muscle.MULTIFIDUS)
    x = stack.geometry.index_to_lps(index)[:, 0]
    signal = stack.images["t2"][tuple(index.T)]
    assert signal[x < 0].mean() > 1.5 * signal[x > 0].mean()


def test_muscle_mask_covers_muscle_on_both_sides(axial: SimulatedAxial) -> None:
    for stack in axial.stacks:
        for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE, Muscle.PSOAS):
            halves = [(stack.muscles == muscle)[..., :112].sum(), (stack.muscles == muscle)[..., 112:].sum()]
            assert min(halves) * GRID.pixel_mm**2 > 100.0
        assert (stack.segmentation[stack.muscles > 0] == 0).all()


def test_one_stack_covers_all_levels() -> None:
    grid = AxialGrid(n_rows=48, n_columns=48, pixel_mm=3.5, fine_slices=1)
    (stack,) = render_axial(PLAN, (T2,), plan_single_stack(PLAN, grid), grid).stacks
    assert stack.geometry.shape[0] > 25
    assert {truth.level for truth in stack.slices} >= {"L1_L2", "L2_L3", "L3_L4", "L4_L5", "L5_S1"}
    heights = stack.geometry.index_to_lps([(index, 24, 24) for index in range(stack.geometry.shape[0])])[:, 2]
    assert (np.diff(heights) < 0).all()


def test_the_sac_of_a_curved_spine_lies_to_the_side() -> None:
    plan = replace(PLAN, scoliosis=ScoliosisPlan(14.0, "L3", 60.0, rotation_deg=-5.0))
    grid = AxialGrid(n_rows=96, n_columns=96, pixel_mm=1.8, fine_slices=1)
    stack = plan_disc_stacks(plan, n_slices=1, n_discs=4)[0]
    assert stack.centre_lps_mm[0] > 8.0
    (rendered,) = render_axial(plan, (T2,), (stack,), grid).stacks
    index = np.argwhere(rendered.segmentation == 100)
    assert rendered.geometry.index_to_lps(index)[:, 0].mean() == pytest.approx(stack.centre_lps_mm[0], abs=3.0)
    assert len(index) * grid.pixel_mm**2 == pytest.approx(rendered.slices[0].sac_area_mm2, rel=0.12)


def test_axial_slices_of_a_plan_without_axial_detail_are_refused() -> None:
    with pytest.raises(ValueError, match="has_axial_detail"):
        render_axial(LumbarPlan(), (T2,), plan_disc_stacks(LumbarPlan()), GRID)
