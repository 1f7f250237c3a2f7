"""Axial series on disk become stacks, each with its place; what is left out is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilc.core import Level
from ilc.imaging.dicom import SequenceKind, read_series
from ilc.imaging.dicom.series import Series
from ilc.imaging.mri.axial.measured import SacMeasure
from ilc.imaging.mri.axial.reading import read_axial
from ilc.imaging.mri.axial.stack import AxialStack, read_axial_stacks
from ilc.imaging.mri.spine import SpineReading
from ilc.simulation.dicom_writer import WritingOptions, write_axial
from ilc.simulation.lumbar import SimulatedAxial


@pytest.fixture(scope="module")
def series(axial: SimulatedAxial, tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, ...]:
    """All stacks of two angulations in one series for each sequence, as scanners write them."""
    folder = tmp_path_factory.mktemp("axial")
    few = replace(axial, stacks=axial.stacks[1:3])
    write_axial(few, folder, WritingOptions(seed_name="axial"))
    return tuple(read_series([folder], folder).series)


def test_each_angulation_is_a_stack_with_its_place(series: tuple[Series, ...], t2: dict[str, AxialStack]) -> None:
    stacks, issues = read_axial_stacks(series)
    assert issues == ()
    assert sorted(stack.kind for stack in stacks) == [SequenceKind.T1] * 2 + [SequenceKind.T2] * 2
    assert {stack.thickness_mm for stack in stacks} == {4.0}
    middles = [stack.geometry.index_to_lps((np.array(stack.geometry.shape) - 1) / 2) for stack in stacks]
    for name in ("L3_L4", "L4_L5"):
        own = t2[name].geometry
        middle = own.index_to_lps((np.array(own.shape) - 1) / 2)
        assert sum(float(np.linalg.norm(one - middle)) < 0.1 for one in middles) == 2


def test_stacks_from_disk_are_measured(series: tuple[Series, ...], reading: SpineReading) -> None:
    stacks, _ = read_axial_stacks(series)
    found = read_axial(reading, [stack for stack in stacks if stack.kind is SequenceKind.T2])
    assert isinstance(found.level(Level.L3_L4).sac, SacMeasure)
    assert isinstance(found.level(Level.L4_L5).sac, SacMeasure)


def test_an_axial_series_of_another_kind_is_named(series: tuple[Series, ...]) -> None:
    other = replace(series[0], sequence=replace(series[0].sequence, kind=SequenceKind.STIR))
    stacks, issues = read_axial_stacks([other])
    assert stacks == ()
    assert [(issue.code, issue.where) for issue in issues] == [("AXIAL_SEQUENCE_NOT_READ", other.id)]
