"""The space between two vertebral bodies: its endplates and its height from front to back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.measure import find_contours

from ilc.imaging.mri.chain import Chain, Disc
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.outline import Outline
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]

_SACRUM_REACH_MM = 30.0
_PLACES = np.linspace(0.0, 1.0, 41)  # along the space, from front to back


@dataclass(frozen=True, slots=True, eq=False)
class DiscSpace:
    """One disc space in the midline picture. Points are (row, column) in pixels."""

    upper_front: FloatArray  # corners of the body above
    upper_back: FloatArray
    lower_front: FloatArray  # corners of the body below, or of the first sacral one
    lower_back: FloatArray
    upper_edge: FloatArray  # back edge of the body above: where its endplate and back wall meet
    lower_edge: FloatArray  # the same of the body below
    heights_mm: FloatArray  # between the endplates at 41 places from front to back; nan where not seen

    @property
    def back(self) -> FloatArray:
        """Unit vector along the lower endplate to the back."""
        way = self.lower_back - self.lower_front
        return np.asarray(way / np.linalg.norm(way))

    @property
    def centre(self) -> FloatArray:
        """Mean of the four corners."""
        return np.asarray((self.upper_front + self.upper_back + self.lower_front + self.lower_back) / 4.0)


def find_disc_spaces(
    chain: Chain, outlines: tuple[Outline | None, ...], probabilities: NDArray[np.float32]
) -> tuple[DiscSpace | None, ...]:
    """The space below each body; None where one of its endplates is not seen."""
    spaces: list[DiscSpace | None] = []
    for index, upper in enumerate(outlines):
        if upper is None:
            spaces.append(None)
        elif index == 0:
            spaces.append(_above_sacrum(upper, chain.discs[0], probabilities))
        else:
            lower = outlines[index - 1]
            spaces.append(None if lower is None or index in chain.skipped else _between(upper, lower))
    return tuple(spaces)


def _between(upper: Outline, lower: Outline) -> DiscSpace:
    corners = (upper.front_low, upper.back_low, lower.front_high, lower.back_high)
    return DiscSpace(*corners, upper.edges[3], lower.edges[2], _heights(upper.contour, lower.contour, corners))


def _above_sacrum(upper: Outline, disc: Disc, p: NDArray[np.float32]) -> DiscSpace | None:
    """The lowest space: the sacrum's upper endplate lies across the disc from the body above."""
    rest = np.max(np.delete(p, SpineClass.SACRUM, axis=0), axis=0)
    level = gaussian_filter((p[SpineClass.SACRUM] - rest).astype(np.float64), 0.7)
    contours = find_contours(np.pad(level, 1, constant_values=-1.0), 0.0)
    if not contours:
        return None
    contour = np.vstack([part for part in contours if len(part) > 30] or [contours[0]]) - 1.0
    middle = (upper.front_low + upper.back_low) / 2
    centre = disc.centre if disc.seen else middle - upper.up * 8.0
    near = contour[np.linalg.norm(contour - centre, axis=1) * PIXEL_MM < _SACRUM_REACH_MM]
    if len(near) < 20:
        return None
    up = _across(disc, upper)
    lower_front = lower_back = centre
    for _ in range(2):
        front = np.array([up[1], -up[0]])
        front = front if front[1] < 0 else -front
        x, y = (near - centre) @ front, (near - centre) @ up
        # The front of the sacrum falls away to the back, its back wall does so too, but less steeply.
        lower_front = near[int(np.argmax(x + 0.7 * y))]
        lower_back = near[int(np.argmax(-x + 1.5 * y))]
        way = lower_front - lower_back
        if np.linalg.norm(way) * PIXEL_MM < 12.0:
            return None
        turned = np.array([-way[1], way[0]]) / np.linalg.norm(way)
        up = turned if turned @ up > 0 else -turned
    corners = (upper.front_low, upper.back_low, lower_front, lower_back)
    return DiscSpace(*corners, upper.edges[3], lower_back, _heights(upper.contour, near, corners))


def _across(disc: Disc, upper: Outline) -> FloatArray:
    """Unit vector to the head at right angles to the long axis of the disc, else to the endplate above it."""
    along = upper.front_low - upper.back_low
    if disc.seen:
        points = np.argwhere(disc.mask).astype(np.float64)
        _, vectors = np.linalg.eigh(np.cov(points.T))
        axis = vectors[:, 1]
        along = axis if abs(float(axis @ along)) > 0.8 * float(np.linalg.norm(along)) else along
    up = np.array([-along[1], along[0]]) / float(np.linalg.norm(along))
    return up if float(up @ upper.up) > 0 else -up


def _heights(
    above: FloatArray, below: FloatArray, corners: tuple[FloatArray, FloatArray, FloatArray, FloatArray]
) -> FloatArray:
    """Between two contours, at right angles to the middle of the space, at places from front to back."""
    front, back = (corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2
    length = float(np.linalg.norm(back - front))
    if length < 5.0:
        return np.full(len(_PLACES), np.nan)
    along = (back - front) / length
    up = np.array([-along[1], along[0]])
    up = up if up[0] < 0 else -up
    top = _edge((above - front) @ along / length, (above - front) @ up, lowest=True)
    bottom = _edge((below - front) @ along / length, (below - front) @ up, lowest=False)
    return np.asarray(np.clip(top - bottom, 0.0, None) * PIXEL_MM)


def _edge(t: FloatArray, y: FloatArray, *, lowest: bool) -> FloatArray:
    """The side of a contour that faces the space, at each place."""
    out = np.full(len(_PLACES), np.nan)
    half = (_PLACES[1] - _PLACES[0]) * 1.2
    facing = np.median(y)
    for index, place in enumerate(_PLACES):
        near = y[(np.abs(t - place) < half) & ((y < facing) if lowest else (y > facing))]
        if len(near):
            out[index] = near.min() if lowest else near.max()
    known = np.isfinite(out)
    return np.interp(_PLACES, _PLACES[known], out[known]) if known.sum() > 20 else out
