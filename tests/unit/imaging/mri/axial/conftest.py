"""One simulated person with known truth at four discs, rendered once: narrow, leaking, herniated and plain."""

from __future__ import annotations

import pytest

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.axial.reading import AxialReading, read_axial
from ilc.imaging.mri.axial.stack import AxialStack
from ilc.imaging.mri.spine import SpineReading
from ilc.simulation.lumbar import (
    T1,
    T2,
    AxialGrid,
    HerniationPlan,
    LumbarPlan,
    MusclePlan,
    SagittalGrid,
    SimulatedAxial,
    plan_disc_stacks,
    render_axial,
    render_study,
)
from tests.support.mri_spines import reading_of

PLAN = (
    LumbarPlan(has_axial_detail=True, muscles=MusclePlan(0.45, 0.05, 0.20, 0.12))
    .with_disc("L2_L3", canal_ap_mm=7.0, ligament_thickness_mm=5.0)
    .with_disc("L3_L4", facet_effusion_mm=2.8, facet_effusion_right_mm=0.0)
    .with_disc("L4_L5", herniation=HerniationPlan(5.5, side_mm=6.0, half_width_mm=5.5, hydration=0.1))
)
SAGITTAL = SagittalGrid(
    n_slices=7,
    n_rows=320,
    n_columns=240,
    pixel_mm=0.7,
    fine=1,
    fine_slices=1,
    slice_thickness_mm=3.5,
    slice_step_mm=4.0,
)
AXIAL = AxialGrid(n_rows=230, n_columns=220, pixel_mm=0.65, fine_slices=2)


@pytest.fixture(scope="session")
def reading() -> SpineReading:
    """What a network without error would read from the sagittal series."""
    return reading_of(render_study(PLAN, (T2,), SAGITTAL))


@pytest.fixture(scope="session")
def axial() -> SimulatedAxial:
    """One stack of two slices along each disc from L2/3 to L5/S1."""
    return render_axial(PLAN, (T1, T2), plan_disc_stacks(PLAN, n_slices=2, n_discs=4), AXIAL)


def _stacks(axial: SimulatedAxial, kind: SequenceKind) -> dict[str, AxialStack]:
    return {
        one.stack.name: AxialStack(one.stack.name, kind, one.images[kind.value], one.geometry, 4.0)
        for one in axial.stacks
    }


@pytest.fixture(scope="session")
def t2(axial: SimulatedAxial) -> dict[str, AxialStack]:
    """T2 stacks by their disc."""
    return _stacks(axial, SequenceKind.T2)


@pytest.fixture(scope="session")
def t1(axial: SimulatedAxial) -> dict[str, AxialStack]:
    """T1 stacks by their disc."""
    return _stacks(axial, SequenceKind.T1)


@pytest.fixture(scope="session")
def result(reading: SpineReading, t2: dict[str, AxialStack]) -> AxialReading:
    """All T2 stacks as they are measured."""
    return read_axial(reading, tuple(t2.values()))
