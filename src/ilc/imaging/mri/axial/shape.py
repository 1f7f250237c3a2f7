"""Sizes of an outlined sac, corrected for how obliquely the slice cuts it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.axial.bands import grade_sac
from ilc.imaging.mri.axial.contour import crossings_mm
from ilc.imaging.mri.axial.cut import MidlineCut
from ilc.imaging.mri.axial.disc import DiscOutline
from ilc.imaging.mri.axial.measured import SacMeasure, SlicePlace
from ilc.imaging.mri.axial.picture import SlicePicture
from ilc.imaging.mri.axial.sac import SacOutline

FloatArray = NDArray[np.float64]

# Standard deviations of the area: a part of it, and what a slice blurs where the sac narrows quickly. Wider than the
# 95 % of simulated people need, whose fat is never as bright as fluid: assumption.
_RELATIVE_ERROR, _BLUR_MM2, _DEVIATIONS = 0.06, 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Obliquity:
    """How a slice lies to the course of the sac. Cosines turn lengths in the slice into lengths across the sac."""

    cosine: float
    cosine_back: float
    cosine_left: float

    @property
    def angle_deg(self) -> float:
        """Between the slice and a plane at right angles to the sac."""
        return float(np.rad2deg(np.arccos(min(self.cosine, 1.0))))


def measure_obliquity(picture: SlicePicture, cut: MidlineCut) -> Obliquity:
    """Compare the slice's normal with the course of the sac."""
    along, back, left = (float(cut.course @ axis) for axis in (cut.up, picture.back, picture.left))
    return Obliquity(abs(along), abs(along) / np.hypot(along, back), abs(along) / np.hypot(along, left))


def measure_sac(sac: SacOutline, place: SlicePlace, obliquity: Obliquity, disc: DiscOutline | None) -> SacMeasure:
    """Area and diameters at right angles to the sac, and ratios to the disc within the slice."""
    depth, width = _depth_mm(sac.line), float(np.ptp(sac.line[:, 1]))
    area = sac.area_mm2 * obliquity.cosine
    error_mm2 = _DEVIATIONS * float(np.hypot(_BLUR_MM2, area * np.hypot(_RELATIVE_ERROR, sac.spread)))
    return SacMeasure(
        place=place,
        area_mm2=area,
        low_mm2=max(area - error_mm2, 0.0),
        high_mm2=area + error_mm2,
        area_in_slice_mm2=sac.area_mm2,
        obliquity_deg=obliquity.angle_deg,
        depth_mm=float(depth * obliquity.cosine_back),
        width_mm=float(width * obliquity.cosine_left),
        band=grade_sac(area),
        area_to_disc=None if disc is None else sac.area_mm2 / disc.area_mm2,
        depth_to_disc=None if disc is None else depth / _depth_mm(disc.line),
        confidence=sac.clear_share * max(1.0 - 2.0 * sac.spread, 0.0),
    )


def _depth_mm(line: FloatArray) -> float:
    """Front to back, halfway between the sides."""
    middle = (float(line[:, 1].max()) + float(line[:, 1].min())) / 2.0
    crossed = crossings_mm(line, middle)
    return float(np.ptp(line[:, 0])) if crossed is None else crossed[1] - crossed[0]
