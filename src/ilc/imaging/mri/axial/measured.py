"""What is measured in axial slices, or why it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ilc.core import Level, Side
from ilc.imaging.mri.axial.bands import FluidBand, KjaerGrade, SacBand
from ilc.imaging.mri.axial.picture import SlicePicture

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No number, and why. Not the same as normal."""

    code: str
    reason: str


NEEDS_T2 = Unknown("AXIAL_NEEDS_T2", "sac and joints are outlined in T2 only")
_NOWHERE = Unknown("AXIAL_LEVEL_NOT_COVERED", "no slice within the disc could be used")


def choose_reason(reasons: Sequence[Unknown]) -> Unknown:
    """The first reason; that a slice is T1 only counts where no T2 slice gives another."""
    return next((why for why in reasons if why is not NEEDS_T2), reasons[0] if reasons else _NOWHERE)


@dataclass(frozen=True, slots=True)
class SlicePlace:
    """One slice, and how it lies to a disc."""

    series: str
    index: int  # of the slice in its stack
    offset_mm: float  # of the slice from the middle of the disc's back, to the head positive
    angle_deg: float  # between slice and disc


@dataclass(frozen=True, slots=True)
class SacMeasure:
    """The dural sac at one disc, in the slice where it is narrowest. `low` to `high` is a 95 % interval."""

    place: SlicePlace
    area_mm2: float  # at right angles to the sac
    low_mm2: float
    high_mm2: float
    area_in_slice_mm2: float
    obliquity_deg: float  # between the slice and a plane at right angles to the sac
    depth_mm: float  # front to back, at right angles to the sac
    width_mm: float
    band: SacBand
    area_to_disc: float | None  # of the areas in the slice; None where the outline of the disc is not clear
    depth_to_disc: float | None  # of the depths
    confidence: float


@dataclass(frozen=True, slots=True)
class FluidMeasure:
    """Fluid in one facet joint, where it is widest."""

    place: SlicePlace
    width_mm: float  # at right angles to the joint
    band: FluidBand
    confidence: float


@dataclass(frozen=True, slots=True)
class FatMeasure:
    """Fat in one muscle, mean of the slices at one level."""

    places: tuple[SlicePlace, ...]
    share: float  # 0 to 1
    kjaer: KjaerGrade
    confidence: float


class Position(StrEnum):
    """Where disc bulges out of its outline, seen from the patient."""

    LEFT = "left"
    CENTRAL = "central"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class ProtrusionMeasure:
    """What stands out from the back of the disc in one place."""

    place: SlicePlace
    position: Position | None  # None: something stands out, but its side is not clear
    aside_mm: float  # from the midline, left positive
    beyond_mm: float | None  # behind the back of the disc beside it; None where only the dent of the sac shows it
    width_mm: float | None  # at half its depth
    dents_sac: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class NoProtrusion:
    """Nothing stands out in one place, in these slices. What is flat, or lies outside the canal, escapes."""

    places: tuple[SlicePlace, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What was found in one slice, to draw. Lines are (n, 2), back and left in mm."""

    picture: SlicePicture
    place: SlicePlace
    sac: FloatArray | None = None
    disc: FloatArray | None = None
    fluid: tuple[FloatArray, ...] = ()  # in the joints, where there is some
    muscles: tuple[NDArray[np.bool_], ...] = ()  # masks of the picture


@dataclass(frozen=True, slots=True, eq=False)
class AxialLevel:
    """Everything measured at one disc."""

    level: Level
    sac: SacMeasure | Unknown
    protrusion: ProtrusionMeasure | NoProtrusion | Unknown
    facet_fluid: Mapping[Side, FluidMeasure | Unknown]
    multifidus: Mapping[Side, FatMeasure | Unknown]
    erector_spinae: Mapping[Side, FatMeasure | Unknown]
    places: tuple[SlicePlace, ...]  # the slices that lie in the disc
    drawings: tuple[Drawing, ...]  # the slice that shows most first
