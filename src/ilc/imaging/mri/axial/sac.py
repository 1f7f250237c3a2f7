"""The outline of the dural sac in an axial T2 slice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from ilc.imaging.mri.axial.contour import N_RAYS, Oval, area_mm2, find_cycle
from ilc.imaging.mri.axial.expect import STEPS, ExpectedSac
from ilc.imaging.mri.axial.picture import SlicePicture

FloatArray = NDArray[np.float64]

# How the outline is sought; chosen on simulated people.
_INSIDE_MM, _OUTSIDE_MM = (1.6, 1.2, 0.8, 0.4), (0.3, 0.6, 0.9)  # from the line, where its edge is looked at
_STIFFNESS, _DARK_COST = 0.05, 0.02
# Per mm from where the sagittal reading expects it, beyond what is free: front and back, which it knows well and where
# fat may be as bright as fluid, and at the sides.
_AWAY_COST, _AWAY_FREE_MM = (1.0, 0.3), 1.0
_LEFT_OUT_COST, _AS_FLUID, _JUST_OUTSIDE_MM = 2.5, 0.75, (1.0, 1.75, 2.5)
_SMALL_MM = 5.0  # half depth below which the edge is looked at more closely
_SHIFTS_MM = np.arange(-3.0, 3.01, 0.75)
_SHIFT_COST = 0.05  # per mm
_TRIALS_MM = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.5), (0.0, -1.5))
_CLEAR_EDGE = 0.25  # in units of fluid above the darkest tissue
_FINE_STEP_MM = 0.125
_FINE_IN_MM, _FINE_OUT_MM, _FINE_MAX_MM = 1.5, 1.25, 0.8
# Of the fall of signal at the wall: a dura thinner than a pixel does not show how dark it is.
_FALLEN = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class SacOutline:
    """The sac, and how clearly it is seen."""

    line: FloatArray  # (rays, 2), back and left in mm
    fluid: float  # signal of the brightest quarter inside
    dark: float  # signal of the darkest tissue around
    clear_share: float  # of the outline that lies on a clear edge
    spread: float  # of the area when it is sought from elsewhere, standard deviation over mean
    shift_mm: float  # of the sac from where the sagittal reading expects it

    @property
    def area_mm2(self) -> float:
        """Within the outline, in the slice."""
        return area_mm2(self.line)

    @property
    def middle(self) -> FloatArray:
        """Mean of the outline, back and left in mm."""
        return np.asarray(self.line.mean(axis=0))


@dataclass(frozen=True, slots=True)
class Levels:
    """Signals between which brightness is judged."""

    fluid: float
    dark: float

    def share(self, signal: FloatArray) -> FloatArray:
        """0 for the darkest tissue, 1 for fluid."""
        return np.asarray((signal - self.dark) / max(self.fluid - self.dark, 1e-6))


def find_sac(picture: SlicePicture, expected: ExpectedSac) -> SacOutline:
    """Find the outline near where the sagittal reading expects it. Whether it may be believed is judged elsewhere."""
    levels = _levels(picture, expected.oval)
    moved, shift = _aligned(picture, expected, levels)
    line, edge = _trace(picture, moved, levels)
    areas = [area_mm2(_trace(picture, moved.moved(*way), levels)[0]) for way in _TRIALS_MM]
    areas.append(area_mm2(line))
    return SacOutline(
        line=line,
        fluid=levels.fluid,
        dark=levels.dark,
        clear_share=float((edge > _CLEAR_EDGE).mean()),
        spread=float(np.std(areas) / max(float(np.mean(areas)), 1e-6)),
        shift_mm=shift,
    )


def _levels(picture: SlicePicture, oval: Oval) -> Levels:
    def within(reach: FloatArray) -> FloatArray:
        return picture.at(oval.points(np.tile(reach, (N_RAYS, 1))))

    fluid = float(np.percentile(within(np.linspace(0.1, 0.9, 12)), 85.0))
    dark = float(np.percentile(within(np.linspace(0.1, 2.5, 30)), 3.0))
    return Levels(fluid, dark)


def _edge(picture: SlicePicture, points: FloatArray, normal: FloatArray, levels: Levels, scale: float) -> FloatArray:
    """Fall of brightness from inside to outside at points (..., 2), in units of fluid above the darkest tissue."""
    inside = np.mean([picture.at(points - way * scale * normal) for way in _INSIDE_MM], axis=0)
    outside = np.min([picture.at(points + way * normal) for way in _OUTSIDE_MM], axis=0)
    return np.asarray(levels.share(inside) - levels.share(outside))


def _aligned(picture: SlicePicture, expected: ExpectedSac, levels: Levels) -> tuple[ExpectedSac, float]:
    """Move the expected outline as a whole to where its edge is clearest: people move between series."""
    line, normal = expected.line(), expected.oval.outward()
    scale = _scale(expected.oval)
    best, chosen = -np.inf, (0.0, 0.0)
    for back, left in product(_SHIFTS_MM, _SHIFTS_MM):
        edge = np.clip(_edge(picture, line + np.array([back, left]), normal, levels, scale), -0.5, 1.0)
        score = float(edge.mean()) - _SHIFT_COST * float(np.hypot(back, left))
        if score > best:
            best, chosen = score, (float(back), float(left))
    return expected.moved(*chosen), float(np.hypot(*chosen))


def _scale(oval: Oval) -> float:
    return min(1.0, oval.half_back_mm / _SMALL_MM)


def _trace(picture: SlicePicture, expected: ExpectedSac, levels: Levels) -> tuple[FloatArray, FloatArray]:
    """The outline, and on each ray the strength of its edge, less where fluid is left out."""
    oval = expected.oval
    points = oval.points(np.tile(STEPS, (N_RAYS, 1)))
    normal = oval.outward()
    edge = _edge(picture, points, normal[:, None, :], levels, _scale(oval))
    reach = np.linalg.norm(points - np.array(oval.middle), axis=-1)
    rays = np.arange(N_RAYS)
    away = np.abs(reach - reach[rays, expected.ends][:, None])
    sideways = normal[:, 1, None] ** 2
    free = _AWAY_FREE_MM + expected.aside_mm * sideways
    away_cost = _AWAY_COST[0] + (_AWAY_COST[1] - _AWAY_COST[0]) * sideways
    # Roots are dark islands in fluid; more than islands of darkness is not sac.
    passed = np.cumsum(np.clip(0.5 - levels.share(picture.at(points)), 0.0, None) * np.gradient(reach, axis=1), axis=1)
    left_out = _LEFT_OUT_COST * sideways * _left_out(picture, points, normal, levels)
    cost = left_out - np.clip(edge, -0.5, 1.2) + _DARK_COST * passed + away_cost * np.clip(away - free, 0.0, None)
    path = find_cycle(cost, stiffness=_STIFFNESS)
    return _refined(picture, points[rays, path], normal), (edge - left_out)[rays, path]


def _left_out(picture: SlicePicture, points: FloatArray, normal: FloatArray, levels: Levels) -> FloatArray:
    """Mean brightness just outside of points (rays, n, 2) above that of any fat: fluid that belongs inside."""
    beyond = [picture.at(points + way * normal[:, None, :]) for way in _JUST_OUTSIDE_MM]
    return np.asarray(np.mean([np.clip(levels.share(signal) - _AS_FLUID, 0.0, None) for signal in beyond], axis=0))


def _refined(picture: SlicePicture, line: FloatArray, normal: FloatArray) -> FloatArray:
    """Each point moved along its normal to where the signal has fallen."""
    ways = np.arange(-_FINE_IN_MM, _FINE_OUT_MM + 1e-6, _FINE_STEP_MM)
    middle = int(np.argmin(np.abs(ways)))
    profile = picture.at(line[:, None, :] + ways[None, :, None] * normal[:, None, :])
    offset = np.array([_fall_way(row, ways, middle) for row in profile])
    offset = median_filter(np.clip(offset, -_FINE_MAX_MM, _FINE_MAX_MM), 5, mode="wrap")
    return np.asarray(line + uniform_filter1d(offset, 3, mode="wrap")[:, None] * normal)


def _fall_way(row: FloatArray, ways: FloatArray, middle: int) -> float:
    """Where a profile has fallen from its peak inside towards its trough outside; 0 where it does not fall."""
    peak = int(row[: middle + 1].argmax())
    trough = middle + int(row[middle:].argmin())
    level = row[peak] + (row[trough] - row[peak]) * _FALLEN
    below = np.nonzero(row[peak : trough + 1] < level)[0]
    if len(below) == 0 or below[0] == 0:
        return 0.0
    at = peak + int(below[0])
    return float(ways[at - 1] + (row[at - 1] - level) / (row[at - 1] - row[at]) * _FINE_STEP_MM)
