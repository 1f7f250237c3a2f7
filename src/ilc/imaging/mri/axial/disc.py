"""The outline of the disc in an axial T2 slice: its dark rim against what lies around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.axial.contour import N_RAYS, Oval, area_mm2, find_cycle
from ilc.imaging.mri.axial.guide import DiscAnchor
from ilc.imaging.mri.axial.picture import SlicePicture
from ilc.imaging.mri.axial.sac import SacOutline

FloatArray = NDArray[np.float64]

# A lumbar disc is about 1.4 times as wide as deep: assumption, and the sides may lie a third farther in or out.
_WIDTH_TO_DEPTH = 1.4
_STEPS = np.arange(0.6, 1.4, 0.0125)
_INSIDE_MM, _OUTSIDE_MM = (0.3, 0.7, 1.1), (0.4, 0.8, 1.2, 1.6)
_STIFFNESS, _AWAY_COST = 0.04, 0.06
_FREE_MM = (1.0, 5.0)  # in front and behind, where the sagittal reading knows it, and at the sides
_CLEAR_EDGE = 0.08  # in units of fluid above the darkest tissue


@dataclass(frozen=True, slots=True, eq=False)
class DiscOutline:
    """The disc, and how clearly it is seen."""

    line: FloatArray  # (rays, 2), back and left in mm
    clear_share: float  # of the outline that lies on a clear edge

    @property
    def area_mm2(self) -> float:
        """Within the outline, in the slice."""
        return area_mm2(self.line)


def find_disc(picture: SlicePicture, anchor: DiscAnchor, sac: SacOutline) -> DiscOutline:
    """Find the rim around the disc that the sagittal reading shows; it ends in front of the sac."""
    middle = picture.from_lps(anchor.centre)
    oval = Oval((float(middle[0]), float(sac.middle[1])), anchor.depth_mm / 2, anchor.depth_mm / 2 * _WIDTH_TO_DEPTH)
    points = oval.points(np.tile(_STEPS, (N_RAYS, 1)))
    normal = oval.outward()[:, None, :]
    scale = max(sac.fluid - sac.dark, 1e-6)
    rim = np.min([picture.at(points - way * normal) for way in _INSIDE_MM], axis=0)
    beyond = np.mean([picture.at(points + way * normal) for way in _OUTSIDE_MM], axis=0)
    edge = (beyond - rim) / scale
    reach = np.linalg.norm(points - np.array(oval.middle), axis=-1)
    at_one = int(np.argmin(np.abs(_STEPS - 1.0)))
    sideways = oval.outward()[:, 1] ** 2
    free = _FREE_MM[0] + (_FREE_MM[1] - _FREE_MM[0]) * sideways[:, None]
    away = np.clip(np.abs(reach - reach[:, at_one, None]) - free, 0.0, None)
    cost = -np.clip(edge, -0.2, 0.6) + _AWAY_COST * away
    path = find_cycle(cost, stiffness=_STIFFNESS)
    rays = np.arange(N_RAYS)
    return DiscOutline(points[rays, path], float((edge[rays, path] > _CLEAR_EDGE).mean()))
