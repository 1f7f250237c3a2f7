"""Stacks that may not be measured give a reason and no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ilc.core import Level, Side
from ilc.imaging.dicom import Geometry
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.axial.measured import AxialLevel, FatMeasure, SacMeasure, Unknown
from ilc.imaging.mri.axial.reading import AxialReading, read_axial
from ilc.imaging.mri.axial.stack import AxialStack
from ilc.imaging.mri.spine import SpineReading

FloatArray = NDArray[np.float64]


def parts_of(level: AxialLevel) -> list[object]:
    sides = (level.facet_fluid, level.multifidus, level.erector_spinae)
    return [level.sac, level.protrusion, *(one for by_side in sides for one in by_side.values())]


def assert_nothing_but(level: AxialLevel, code: str) -> None:
    for part in parts_of(level):
        assert isinstance(part, Unknown), part
        assert part.code == code
        assert part.reason


def assert_nothing_anywhere(reading: AxialReading) -> None:
    assert [level.level for level in reading.levels] == list(Level)
    assert all(isinstance(part, Unknown) and part.reason for level in reading.levels for part in parts_of(level))


def codes_of(reading: AxialReading) -> set[str]:
    return {issue.code for issue in reading.issues}


def placed(stack: AxialStack, rotation: FloatArray, shift_mm: Sequence[float]) -> AxialStack:
    """The same voxels turned about the middle of the stack, then moved."""
    middle = stack.geometry.index_to_lps((np.array(stack.geometry.shape) - 1) / 2)
    affine = stack.geometry.affine.copy()
    affine[:3, :3] = rotation @ affine[:3, :3]
    affine[:3, 3] = rotation @ (affine[:3, 3] - middle) + middle + shift_mm
    return replace(stack, geometry=Geometry(affine, stack.geometry.shape))


def about_x(angle_deg: float) -> FloatArray:
    c, s = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def test_without_a_sagittal_reading_nothing_is_measured(t2: dict[str, AxialStack]) -> None:
    reading = read_axial(None, list(t2.values()))
    assert_nothing_anywhere(reading)
    assert codes_of(reading) == {"AXIAL_WITHOUT_SAGITTAL"}
    assert reading.p_names == 0.0


def test_an_unsound_sagittal_reading_is_no_guide(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    unsound = replace(reading, quality=replace(reading.quality, faults=("made up",)))
    assert codes_of(read_axial(unsound, [t2["L4_L5"]])) == {"AXIAL_WITHOUT_SAGITTAL"}


def test_without_stacks_there_is_nothing_to_complain_about(reading: SpineReading) -> None:
    nothing = read_axial(reading, [])
    assert_nothing_anywhere(nothing)
    assert nothing.issues == ()


def test_noise_is_not_measured(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    stack = t2["L4_L5"]
    noise = np.abs(np.random.default_rng(3).normal(0.3, 0.2, stack.values.shape)).astype(np.float32)
    found = read_axial(reading, [replace(stack, values=noise)])
    assert_nothing_anywhere(found)
    assert_nothing_but(found.level(Level.L4_L5), "AXIAL_NOT_AS_SAGITTAL")


def test_a_blank_stack_is_not_measured(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    stack = t2["L4_L5"]
    assert_nothing_anywhere(read_axial(reading, [replace(stack, values=np.zeros_like(stack.values))]))


def test_slices_of_another_place_are_not_measured(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    # The voxels of L2/3 with the place of L5/S1, as a wrong export gives them.
    swapped = replace(t2["L5_S1"], values=t2["L2_L3"].values)
    found = read_axial(reading, [swapped])
    assert_nothing_but(found.level(Level.L5_S1), "AXIAL_NOT_AS_SAGITTAL")
    far = read_axial(reading, [placed(t2["L4_L5"], np.eye(3), (0.0, 0.0, 400.0))])
    assert_nothing_but(far.level(Level.L4_L5), "AXIAL_LEVEL_NOT_COVERED")
    assert codes_of(far) == {"AXIAL_LEVEL_NOT_COVERED"}


def test_metal_leaves_the_sac_unknown(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    stack = t2["L3_L4"]
    rows, columns = np.mgrid[: stack.geometry.shape[1], : stack.geometry.shape[2]]
    # As around a screw: from the joint on the left to the side of the sac, which lies in the middle of the picture.
    void = np.hypot(rows - 115, columns - 130) < 18
    values = np.where(void, stack.values * 0.01, stack.values).astype(np.float32)
    level = read_axial(reading, [replace(stack, values=values)]).level(Level.L3_L4)
    assert isinstance(level.sac, Unknown)
    assert level.sac.code == "AXIAL_SIGNAL_VOID"
    assert all(isinstance(fluid, Unknown) for fluid in level.facet_fluid.values())


def test_coronal_slices_are_refused(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    found = read_axial(reading, [placed(t2["L4_L5"], about_x(80.0), (0.0, 0.0, 0.0))])
    assert_nothing_anywhere(found)
    assert "AXIAL_PLANE_WRONG" in codes_of(found)


def test_slices_across_a_disc_at_a_wide_angle_are_refused(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    found = read_axial(reading, [placed(t2["L3_L4"], about_x(28.0), (0.0, 0.0, 0.0))])
    assert_nothing_but(found.level(Level.L3_L4), "AXIAL_PLANE_OBLIQUE")


def test_stir_is_not_measured(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    found = read_axial(reading, [replace(t2["L4_L5"], kind=SequenceKind.STIR)])
    assert_nothing_anywhere(found)
    assert "AXIAL_SEQUENCE_NOT_READ" in codes_of(found)


def test_a_single_slice_is_enough(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    stack = t2["L3_L4"]
    affine = stack.geometry.affine.copy()
    affine[:3, 3] = stack.geometry.index_to_lps((1, 0, 0))
    single = replace(stack, values=stack.values[1:], geometry=Geometry(affine, (1, *stack.geometry.shape[1:])))
    assert isinstance(read_axial(reading, [single]).level(Level.L3_L4).sac, SacMeasure)


def test_lost_slices_are_passed_over(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    stack = t2["L3_L4"]
    found = read_axial(reading, [replace(stack, lost=frozenset({0, 1}))])
    assert_nothing_but(found.level(Level.L3_L4), "AXIAL_LEVEL_NOT_COVERED")


def test_t1_alone_tells_muscle_but_no_sac_and_no_fluid(reading: SpineReading, t1: dict[str, AxialStack]) -> None:
    level = read_axial(reading, [t1["L4_L5"]]).level(Level.L4_L5)
    for part in (level.sac, level.protrusion, *level.facet_fluid.values()):
        assert isinstance(part, Unknown)
        assert part.code == "AXIAL_NEEDS_T2"
    left, right = (level.multifidus[side] for side in Side)
    assert isinstance(left, FatMeasure)
    assert isinstance(right, FatMeasure)
    assert left.share > right.share + 0.15


def test_much_noise_over_a_true_slice_gives_no_finding(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    stack = t2["L5_S1"]
    values = stack.values + np.random.default_rng(5).normal(0.0, 0.5, stack.values.shape).astype(np.float32)
    level = read_axial(reading, [replace(stack, values=values)]).level(Level.L5_S1)
    assert isinstance(level.sac, Unknown)
    assert all(isinstance(fluid, Unknown) for fluid in level.facet_fluid.values())


def test_values_must_fit_their_grid(t2: dict[str, AxialStack]) -> None:
    with pytest.raises(ValueError, match="shape"):
        replace(t2["L4_L5"], values=t2["L4_L5"].values[:, 1:])
