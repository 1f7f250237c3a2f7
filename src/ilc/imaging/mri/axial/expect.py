"""Where the sac should lie in a slice: the canal of the sagittal reading, cut by the slice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label, map_coordinates

from ilc.imaging.mri.axial.contour import N_RAYS, Oval
from ilc.imaging.mri.axial.guide import Guide
from ilc.imaging.mri.axial.picture import FINE_MM, SlicePicture
from ilc.imaging.mri.classes import SpineClass

FloatArray = NDArray[np.float64]

STEPS = np.arange(0.2, 2.2, 0.025)  # along a ray, in units of the oval
_REACH_MM = 20.0
_SMOOTHING_MM = 0.5
_MIN_AREA_MM2 = 12.0
_MIN_HALF_MM = (2.5, 4.0)


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedSac:
    """An oval about the expected sac, and on each of its rays the step at which the sac should end."""

    oval: Oval
    ends: NDArray[np.intp]  # index into `STEPS`, one per ray
    aside_mm: float  # how far the sides may lie from there: half a step between sagittal slices

    def line(self) -> FloatArray:
        """The expected outline, shape (rays, 2)."""
        return self.oval.points(STEPS[self.ends])

    def moved(self, back_mm: float, left_mm: float) -> ExpectedSac:
        """The same elsewhere."""
        middle = (self.oval.middle[0] + back_mm, self.oval.middle[1] + left_mm)
        return replace(self, oval=replace(self.oval, middle=middle))


def expect_sac(guide: Guide, picture: SlicePicture) -> ExpectedSac | None:
    """Cut the canal that the sagittal slices show; None where they show none here.

    Between sagittal slices the canal is interpolated, so that its sides are known to about half a slice step.
    """
    side = np.arange(-_REACH_MM, _REACH_MM + 1e-6, FINE_MM)
    back, left = np.meshgrid(side, side, indexing="ij")
    places = guide.reading.view.geometry.lps_to_index(picture.to_lps(np.stack([back, left], axis=-1)))
    canal = (guide.reading.classes == SpineClass.CANAL).astype(np.float64)
    level = map_coordinates(canal, np.moveaxis(places, -1, 0), order=1, mode="constant")
    level = gaussian_filter(level, _SMOOTHING_MM / FINE_MM)
    parts, n = label(level > 0.5)
    if n == 0:
        return None
    largest = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    if float(largest.sum()) * FINE_MM**2 < _MIN_AREA_MM2:
        return None
    oval = _oval_about(back[largest], left[largest])
    rays = oval.points(np.tile(STEPS, (N_RAYS, 1)))
    index = np.moveaxis((rays + _REACH_MM) / FINE_MM, -1, 0)
    within = map_coordinates(np.where(largest, 1.0, 0.0), index, order=1, mode="constant") > 0.5
    ends = np.where(within.any(axis=1), len(STEPS) - 1 - within[:, ::-1].argmax(axis=1), 0)
    return ExpectedSac(oval, ends, guide.reading.view.slice_step_mm / 2.0)


def _oval_about(back: FloatArray, left: FloatArray) -> Oval:
    half_back, half_left = (
        max(_spread(side) / 2, least) for side, least in zip((back, left), _MIN_HALF_MM, strict=True)
    )
    return Oval((float(back.mean()), float(left.mean())), half_back, half_left)


def _spread(values: FloatArray) -> float:
    low, high = np.percentile(values, (2.0, 98.0))
    return float(high - low)
