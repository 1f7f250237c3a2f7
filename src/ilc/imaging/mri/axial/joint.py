"""Facet joints in an axial T2 slice: where the gap between the two processes runs, and how wide fluid lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from ilc.core import Side
from ilc.imaging.mri.axial.picture import SlicePicture
from ilc.imaging.mri.axial.sac import SacOutline

FloatArray = NDArray[np.float64]

# Where lumbar facet joints lie behind and beside the middle of the sac, and their angle to the sagittal plane:
# assumption, after adult anatomy; generous.
_USUAL = (5.0, 17.0, 40.0)  # mm behind, mm aside, degrees
_SPREAD = (4.0, 4.0, 15.0)
_PLACE_COST = 0.03
_BESIDE_SAC = 1.15  # of the sac's half axes: no part of a joint lies nearer
_BACK_MM, _ASIDE_MM = np.arange(-2.0, 14.1, 1.5), np.arange(10.0, 25.1, 1.5)
_ANGLES_DEG, _RADII_MM = np.arange(20.0, 66.0, 9.0), np.array([14.0, 40.0])
_RADIUS_LIMITS_MM = (10.0, 60.0)
_ACROSS_MM, _ALONG_MM = np.arange(-5.6, 5.61, 0.4), np.arange(-5.0, 5.1, 1.0)
_TURN_DEG = 7.0  # tried at a step of 1 mm
_WIDTHS_MM = (0.0, 1.0, 2.0, 3.0, 4.0)
# In units of fluid above the darkest tissue: fluid is brighter than bone, bone brighter than its rim; lean muscle
# beside a streak of fat is not.
_FLUID_ABOVE_BONE, _BONE_ABOVE_RIM = 0.08, 0.06
_FLUID_WEIGHT = 0.4
# A gap wider than the pixels shows its fluid as bright as it is; marrow is darker.
_WIDE_GAP_MM, _WIDE_FLUID = 2.0, 0.65
# Both processes hold marrow: with muscle on one side, or with pure fat, it is a strip of fat.
_ALIKE, _MARROW = 0.5, 0.7
# The width is taken over this part of the joint; one place alone does not decide.
_FINE_ACROSS_MM, _FINE_ALONG_MM = np.arange(-5.0, 5.01, 0.2), np.arange(-5.5, 5.51, 0.5)
_SMOOTH_ALONG, _WIDEST_PERCENTILE = 5, 70.0
SHOWN_FLUID_MM = 0.5  # a narrower band has no outline to speak of


@dataclass(frozen=True, slots=True)
class Joint:
    """The gap of one joint: a bow, from the middle of the sac. Lengths in mm."""

    side: Side
    back_mm: float
    aside_mm: float  # from the midline, positive on either side
    angle_deg: float  # of the gap to the sagittal plane
    radius_mm: float  # of the bow
    gap_mm: float  # of the pattern that fits best
    clearness: float  # how far both processes stand out from the rim between them, fluid counted in

    def points(self, sac: SacOutline, across: FloatArray, along: FloatArray) -> FloatArray:
        """Shape (along, across, 2), back and left in mm; across grows to the inner process."""
        table = np.array([[self.back_mm, self.aside_mm, np.deg2rad(self.angle_deg), self.radius_mm]])
        return np.asarray(_points(table, self.side, sac, across, along)[0])


def find_joint(picture: SlicePicture, sac: SacOutline, side: Side) -> Joint:
    """Look for a thin dark rim, with or without fluid within it, between two processes of bone."""
    chosen, score, gap = _best_of(picture, sac, side, _candidates())
    for step in (0.6, 0.3):
        near = np.array(list(product((-1, 0, 1), (-1, 0, 1), (-1, 0, 1), (0.8, 1.0, 1.25))))
        turn = np.deg2rad(near[:, 2] * _TURN_DEG)
        radius = np.clip(chosen[3] * near[:, 3], *_RADIUS_LIMITS_MM)
        places = chosen[:3] + step * np.column_stack([near[:, 0], near[:, 1], turn])
        chosen, score, gap = _best_of(picture, sac, side, np.column_stack([places, radius]))
    return Joint(side, float(chosen[0]), float(chosen[1]), float(np.rad2deg(chosen[2])), float(chosen[3]), gap, score)


def measure_fluid(picture: SlicePicture, sac: SacOutline, joint: Joint) -> tuple[float, FloatArray]:
    """Width of the fluid in mm, and its outline; the line of the gap where there is hardly any.

    Brightness across the gap is added up over that of fluid, so that a width below a pixel is told as well.
    """
    share = _share(picture, sac, joint.points(sac, _FINE_ACROSS_MM, _FINE_ALONG_MM))
    share = uniform_filter1d(share, _SMOOTH_ALONG, axis=0)
    widths, middles = np.array([_width(row, joint.gap_mm) for row in share]).T
    width = float(np.percentile(widths, _WIDEST_PERCENTILE))
    if width < SHOWN_FLUID_MM:
        return width, joint.points(sac, np.zeros(1), _FINE_ALONG_MM)[:, 0]
    widths, middles = median_filter(widths, _SMOOTH_ALONG), median_filter(middles, _SMOOTH_ALONG)
    line = [
        joint.points(sac, np.array([middle - half / 2, middle + half / 2]), np.array([along]))[0]
        for half, middle, along in zip(widths, middles, _FINE_ALONG_MM, strict=True)
    ]
    sides = np.array(line)
    return width, np.vstack([sides[:, 0], sides[::-1, 1], sides[:1, 0]])


def _width(row: FloatArray, gap_mm: float) -> tuple[float, float]:
    """Width and middle of the bright band in one profile across the gap."""
    step = _FINE_ACROSS_MM[1] - _FINE_ACROSS_MM[0]
    near = np.nonzero(np.abs(_FINE_ACROSS_MM) <= 1.2 + gap_mm / 2)[0]
    peak = int(near[row[near].argmax()])
    reach = int((gap_mm / 2 + 1.8) / step)
    start = max(peak - reach, 0)
    first = start + int(row[start : peak + 1].argmin())
    last = peak + int(row[peak : peak + reach + 1].argmin())
    rim = (row[first] + row[last]) / 2.0
    top = max(1.0, float(row[peak]))  # fluid of a joint may be brighter than that of the sac
    width = float(np.clip(row[first : last + 1] - rim, 0.0, None).sum()) * step / max(top - rim, 1e-6)
    return width, float((_FINE_ACROSS_MM[first] + _FINE_ACROSS_MM[last]) / 2)


@lru_cache(maxsize=1)
def _candidates() -> FloatArray:
    grid = np.meshgrid(_BACK_MM, _ASIDE_MM, np.deg2rad(_ANGLES_DEG), _RADII_MM, indexing="ij")
    return np.column_stack([axis.ravel() for axis in grid])


def _points(table: FloatArray, side: Side, sac: SacOutline, across: FloatArray, along: FloatArray) -> FloatArray:
    """Places of a pattern of samples for each row (back, aside, angle, radius) of a table; (n, along, across, 2)."""
    back, aside, angle, radius = (column[:, None, None] for column in table.T)
    inward = np.sin(angle), -np.cos(angle)
    outward = np.cos(angle), np.sin(angle)
    turn = along[None, :, None] / radius
    reach = radius - across[None, None, :]
    places = [
        start + radius * into + reach * (-into * np.cos(turn) + way * np.sin(turn))
        for start, into, way in zip((back, aside), inward, outward, strict=True)
    ]
    sign = 1.0 if side is Side.LEFT else -1.0
    return np.stack([places[0] + sac.middle[0], sign * places[1] + sac.middle[1]], axis=-1)


def _share(picture: SlicePicture, sac: SacOutline, points: FloatArray) -> FloatArray:
    return np.asarray((picture.at(points) - sac.dark) / max(sac.fluid - sac.dark, 1e-6))


def _best_of(picture: SlicePicture, sac: SacOutline, side: Side, table: FloatArray) -> tuple[FloatArray, float, float]:
    """The candidate that fits best where a joint usually lies, how well it fits, and with which gap."""
    scores, gaps = _fit(picture, sac, side, table)
    usual = np.array([_USUAL[0], _USUAL[1], np.deg2rad(_USUAL[2])])
    spread = np.array([_SPREAD[0], _SPREAD[1], np.deg2rad(_SPREAD[2])])
    unusual = (((table[:, :3] - usual) / spread) ** 2).sum(axis=1)
    gap_line = _points(table, side, sac, np.zeros(1), _ALONG_MM)[:, :, 0]
    half = np.ptp(sac.line, axis=0) / 2.0
    in_sac = (np.linalg.norm((gap_line - sac.middle) / half, axis=-1) < _BESIDE_SAC).any(axis=1)
    best = int((scores - _PLACE_COST * unusual - 10.0 * in_sac).argmax())
    return table[best], float(scores[best]), float(gaps[best])


def _fit(picture: SlicePicture, sac: SacOutline, side: Side, table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How well the pattern of a joint fits each candidate, and with which gap."""
    profile = np.median(_share(picture, sac, _points(table, side, sac, _ACROSS_MM, _ALONG_MM)), axis=1)
    scores = np.stack([_fit_gap(profile, gap) for gap in _WIDTHS_MM])
    best = scores.argmax(axis=0)
    return scores[best, np.arange(len(table))], np.array(_WIDTHS_MM)[best]


def _fit_gap(profile: FloatArray, gap_mm: float) -> FloatArray:
    def part(low: float, high: float) -> FloatArray:
        inside = (_ACROSS_MM - low > -1e-6) & (_ACROSS_MM - high < 1e-6)
        return np.asarray(profile[:, inside])

    half = gap_mm / 2
    if gap_mm == 0.0:
        rim = part(-0.8, 0.8).min(axis=1)
        sides = part(2.0, 3.6).mean(axis=1), part(-3.6, -2.0).mean(axis=1)
        return np.where(np.maximum(*sides) < _MARROW, np.minimum(*sides) - rim, -1.0)
    rims = part(half + 0.2, half + 1.6).min(axis=1), part(-half - 1.6, -half - 0.2).min(axis=1)
    bones = part(half + 2.2, half + 3.6).mean(axis=1), part(-half - 3.6, -half - 2.2).mean(axis=1)
    inner = max(half - 0.4, 0.2)
    fluid = part(-inner, inner).mean(axis=1)
    stands_out = np.clip(fluid - np.maximum(*rims), 0.0, 0.6)
    bone = np.minimum(bones[0] - rims[0], bones[1] - rims[1])
    likely = (fluid > np.maximum(*bones) + _FLUID_ABOVE_BONE) & (bone > _BONE_ABOVE_RIM)
    likely &= (np.minimum(*bones) > _ALIKE * np.maximum(*bones)) & (np.maximum(*bones) < _MARROW)
    if gap_mm >= _WIDE_GAP_MM:
        likely &= fluid > _WIDE_FLUID
    return np.where(likely, bone + _FLUID_WEIGHT * stands_out, -1.0)
