"""Sac, protrusion, joint fluid and muscle fat of a spine whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilc.core import Level, Side
from ilc.imaging.mri.axial.bands import FluidBand, KjaerGrade, SacBand
from ilc.imaging.mri.axial.measured import (
    FatMeasure,
    FluidMeasure,
    NoProtrusion,
    Position,
    ProtrusionMeasure,
    SacMeasure,
    SlicePlace,
    Unknown,
)
from ilc.imaging.mri.axial.reading import AxialReading, read_axial
from ilc.imaging.mri.axial.stack import AxialStack
from ilc.imaging.mri.spine import SpineReading
from ilc.simulation.lumbar import AxialTruth, SimulatedAxial
from tests.support.mri_spines import turned

SEEN = (Level.L2_L3, Level.L3_L4, Level.L4_L5, Level.L5_S1)
AS_STORED = [
    ((0, 1, 2), (True, False, False)),
    ((0, 1, 2), (False, True, True)),
    ((0, 2, 1), (False, False, True)),
]


def truth_of(axial: SimulatedAxial, place: SlicePlace) -> AxialTruth:
    stack = next(one for one in axial.stacks if one.stack.name == place.series)
    return stack.slices[place.index]


def fluid_of(reading: AxialReading, level: Level, side: Side) -> FluidMeasure:
    fluid = reading.level(level).facet_fluid[side]
    assert isinstance(fluid, FluidMeasure)
    return fluid


def multifidus_of(reading: AxialReading, level: Level, side: Side) -> FatMeasure:
    fat = reading.level(level).multifidus[side]
    assert isinstance(fat, FatMeasure)
    return fat


@pytest.mark.parametrize("level", SEEN)
def test_the_sac_has_its_area(result: AxialReading, axial: SimulatedAxial, level: Level) -> None:
    sac = result.level(level).sac
    assert isinstance(sac, SacMeasure)
    true = truth_of(axial, sac.place).sac_area_mm2
    assert sac.area_in_slice_mm2 == pytest.approx(true, rel=0.12)
    share = sac.area_mm2 / sac.area_in_slice_mm2
    assert sac.low_mm2 < true * share < sac.high_mm2
    assert 0.8 < share <= 1.0


def test_a_narrow_sac_is_graded_and_a_wide_one_is_not(result: AxialReading) -> None:
    narrow, wide = result.level(Level.L2_L3).sac, result.level(Level.L3_L4).sac
    assert isinstance(narrow, SacMeasure)
    assert isinstance(wide, SacMeasure)
    assert narrow.band in (SacBand.SEVERE, SacBand.STENOSIS)
    assert narrow.depth_mm == pytest.approx(7.0, abs=1.2)
    assert wide.band is SacBand.NONE


def test_a_herniation_is_on_its_side(result: AxialReading) -> None:
    protrusion = result.level(Level.L4_L5).protrusion
    assert isinstance(protrusion, ProtrusionMeasure)
    assert protrusion.position is Position.LEFT
    assert protrusion.aside_mm > 3.0
    assert protrusion.dents_sac


@pytest.mark.parametrize("level", [Level.L2_L3, Level.L3_L4, Level.L5_S1])
def test_where_there_is_no_herniation_none_is_found(result: AxialReading, level: Level) -> None:
    protrusion = result.level(level).protrusion
    assert isinstance(protrusion, NoProtrusion)
    assert protrusion.places


@pytest.mark.parametrize(("axes", "flips"), AS_STORED)
def test_sides_do_not_depend_on_how_slices_are_stored(
    reading: SpineReading, t2: dict[str, AxialStack], axes: tuple[int, int, int], flips: tuple[bool, bool, bool]
) -> None:
    stored = [_stored(t2[name], axes, flips) for name in ("L3_L4", "L4_L5")]
    again = read_axial(reading, stored)
    protrusion = again.level(Level.L4_L5).protrusion
    assert isinstance(protrusion, ProtrusionMeasure)
    assert protrusion.position is Position.LEFT
    assert fluid_of(again, Level.L3_L4, Side.LEFT).band is FluidBand.LARGE
    assert fluid_of(again, Level.L3_L4, Side.RIGHT).band is FluidBand.NOT_LARGE


def _stored(stack: AxialStack, axes: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> AxialStack:
    values = np.flip(stack.values, tuple(axis for axis in range(3) if flips[axis])).transpose(axes)
    return replace(stack, values=values, geometry=turned(stack.geometry, axes, flips))


def test_the_mirrored_person_has_everything_on_the_other_side(reading: SpineReading, t2: dict[str, AxialStack]) -> None:
    # The spine is straight and the grid lies evenly about it, so that the sagittal reading stays true.
    mirrored = [replace(t2[name], values=t2[name].values[:, :, ::-1].copy()) for name in ("L3_L4", "L4_L5")]
    other = read_axial(reading, mirrored)
    protrusion = other.level(Level.L4_L5).protrusion
    assert isinstance(protrusion, ProtrusionMeasure)
    assert protrusion.position is Position.RIGHT
    assert fluid_of(other, Level.L3_L4, Side.RIGHT).band is FluidBand.LARGE
    left, right = (multifidus_of(other, Level.L4_L5, side).share for side in Side)
    assert right > left + 0.15


def test_fluid_in_a_joint_has_its_width(result: AxialReading) -> None:
    fluid = fluid_of(result, Level.L3_L4, Side.LEFT)
    assert fluid.width_mm == pytest.approx(2.8, abs=0.6)
    assert fluid.band is FluidBand.LARGE


def test_joints_without_fluid_hold_none(result: AxialReading) -> None:
    dry = [
        result.level(level).facet_fluid[side]
        for level in SEEN
        for side in Side
        if (level, side) != (Level.L3_L4, Side.LEFT)
    ]
    measured = [one for one in dry if isinstance(one, FluidMeasure)]
    assert len(measured) >= 5
    assert all(one.width_mm < 1.0 for one in measured)


def test_fat_of_the_muscles_is_graded_on_each_side(result: AxialReading, axial: SimulatedAxial) -> None:
    for level in (Level.L3_L4, Level.L4_L5):
        for side in Side:
            fat, outer = multifidus_of(result, level, side), result.level(level).erector_spinae[side]
            assert isinstance(outer, FatMeasure)
            true = truth_of(axial, fat.places[0])
            assert fat.share == pytest.approx(getattr(true.multifidus_fat, side.value), abs=0.1)
            assert outer.share == pytest.approx(getattr(true.erector_fat, side.value), abs=0.1)
        assert multifidus_of(result, level, Side.LEFT).kjaer is KjaerGrade.SLIGHT
        assert multifidus_of(result, level, Side.RIGHT).kjaer is KjaerGrade.NORMAL


def test_muscle_is_not_measured_where_little_of_it_is_cut(result: AxialReading) -> None:
    for fat in result.level(Level.L2_L3).multifidus.values():
        assert isinstance(fat, Unknown)
        assert fat.code == "AXIAL_NOT_MEASURED_HERE"
