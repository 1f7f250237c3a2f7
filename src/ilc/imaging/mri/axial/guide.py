"""What the sagittal reading tells an axial slice: where discs lie in the patient, and what the midline shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, label

from ilc.core import LEVELS, Level
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.contrast import detect_contrast
from ilc.imaging.mri.endplates import DiscSpace
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]

_CANAL_MIN_MM2 = 60.0  # smaller patches are not the canal
_CANAL_MIN_ROWS, _CANAL_SMOOTHING_ROWS = 20, 4.0
_BACK_PART = slice(30, 41)  # of the 41 places along a disc space from front to back: the back quarter


@dataclass(frozen=True, slots=True, eq=False)
class DiscAnchor:
    """One disc space in the patient. Points and unit vectors in LPS, mm."""

    level: Level
    centre: FloatArray
    back: FloatArray  # middle between the back edges of the bodies
    backward: FloatArray  # along the disc
    up: FloatArray  # at right angles to the disc, to the head
    depth_mm: float  # from front to back
    back_height_mm: float  # in the back quarter


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """A sagittal reading with the place of each of its pixels."""

    reading: SpineReading
    kind: SequenceKind  # as its picture looks
    points: FloatArray  # (row, column, 3), LPS
    canal: FloatArray  # (n, 3), middle of the canal from the head down, LPS
    anchors: Mapping[Level, DiscAnchor]


def make_guide(reading: SpineReading) -> Guide:
    """Prepare a reading; discs whose endplates are not seen have no anchor."""
    rows, columns = reading.picture.shape
    index = np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"), axis=-1).reshape(-1, 2)
    points = reading.to_lps(index.astype(np.float64)).reshape(rows, columns, 3)
    anchors: dict[Level, DiscAnchor] = {}
    for number, space in enumerate(reading.spaces):
        level = _level_of(reading.count.names, number)
        if level is not None and space is not None:
            anchors[level] = _anchor(reading, space, level)
    kind = detect_contrast(reading).kind
    return Guide(reading, kind, points, _canal_line(reading), MappingProxyType(anchors))


def _canal_line(reading: SpineReading) -> FloatArray:
    """Middle of the canal in each row; across a herniation that closes it in the midline, between above and below."""
    p = reading.probabilities[SpineClass.CANAL]
    parts, _ = label(p > 0.5)
    areas = np.bincount(parts.ravel()) * PIXEL_MM**2
    kept = (areas[parts] >= _CANAL_MIN_MM2) & (parts > 0)
    weights = np.where(kept, p, 0.0)
    rows = np.nonzero(kept.any(axis=1))[0]
    if len(rows) < _CANAL_MIN_ROWS:
        return np.empty((0, 3))
    middle = (weights[rows] * np.arange(p.shape[1])).sum(axis=1) / weights[rows].sum(axis=1)
    every = np.arange(rows[0], rows[-1] + 1)
    column = gaussian_filter1d(np.interp(every, rows, middle), _CANAL_SMOOTHING_ROWS, mode="nearest")
    return reading.to_lps(np.column_stack([every.astype(np.float64), column]))


def _level_of(names: tuple[str, ...], number: int) -> Level | None:
    name = f"{names[number]}_{'S1' if number == 0 else names[number - 1]}"
    return Level(name) if name in LEVELS else None


def _anchor(reading: SpineReading, space: DiscSpace, level: Level) -> DiscAnchor:
    back_middle, front_middle = (space.upper_edge + space.lower_edge) / 2, (space.upper_front + space.lower_front) / 2
    above = space.centre - _up_in_picture(space) * 20.0 / PIXEL_MM
    below = space.centre + _up_in_picture(space) * 20.0 / PIXEL_MM
    centre, back, front, top, foot = reading.to_lps(np.array([space.centre, back_middle, front_middle, below, above]))
    backward = _unit(back - front)
    # The course of the midline tilts the disc to the side where the spine is curved.
    way = top - foot
    return DiscAnchor(
        level=level,
        centre=centre,
        back=back,
        backward=backward,
        up=_unit(way - (way @ backward) * backward),
        depth_mm=float(np.linalg.norm(back - front)),
        back_height_mm=float(np.nanmean(space.heights_mm[_BACK_PART])),
    )


def _up_in_picture(space: DiscSpace) -> FloatArray:
    way = (space.upper_back + space.lower_back - space.upper_front - space.lower_front) / 2
    up = _unit(np.array([-way[1], way[0]]))
    return up if up[0] < 0 else -up


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
