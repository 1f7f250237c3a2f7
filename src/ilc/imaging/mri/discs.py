"""Measurements of discs in the midline picture, by published definition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.outline import Outline, length_mm, sample
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]

_FRONT, _MIDDLE, _BACK = slice(4, 11), slice(16, 25), slice(30, 37)  # of the 41 places: 10-25 %, 40-60 %, 75-90 %
_STEP_MM = 0.25


@dataclass(frozen=True, slots=True)
class DiscShape:
    """One disc. Lengths in mm; nan where it cannot be measured."""

    height_front_mm: float
    height_middle_mm: float
    height_back_mm: float
    height_index: float  # mean height in relation to the mean of the bodies beside it
    angle_deg: float  # between the endplates, opening to the front
    slip_mm: float  # of the body above along the lower endplate; to the front positive
    slip_percent: float  # of the length of the lower endplate
    depth_mm: float  # of the lower endplate
    beyond_back_mm: float  # disc behind the line between the back corners
    beyond_front_mm: float
    canal_mm: float  # sac, front to back, narrowest at the disc
    canal_beside_mm: float  # the same behind the bodies beside it
    indentation_mm: float  # of the sac's front at the disc, from its course beside

    @property
    def height_mm(self) -> float:
        """Mean of front, middle and back."""
        return float(np.mean([self.height_front_mm, self.height_middle_mm, self.height_back_mm]))


def measure_disc_shape(reading: SpineReading, index: int) -> DiscShape | None:
    """Measure the disc below body `index` of the chain; None where its endplates are not seen.

    Slip after Taillard: from the back lower corner of the body above to the back upper corner of the body below, along
    the lower endplate. Height index: mean height of the disc over the mean height of the bodies above and below.
    """
    space, upper = reading.spaces[index], reading.outlines[index]
    if space is None or upper is None:
        return None
    lower = reading.outlines[index - 1] if index > 0 else None
    front, middle, back = (float(np.nanmean(space.heights_mm[part])) for part in (_FRONT, _MIDDLE, _BACK))
    depth = length_mm(space.lower_front, space.lower_back)
    slip = float((space.lower_edge - space.upper_edge) @ space.back) * PIXEL_MM
    bodies = [body_height_mm(outline) for outline in (upper, lower) if outline is not None]
    canal, beside, indentation = _measure_canal(reading, index)
    behind, before = _measure_extent(reading, index)
    return DiscShape(
        height_front_mm=front,
        height_middle_mm=middle,
        height_back_mm=back,
        height_index=float(np.mean([front, middle, back])) / float(np.mean(bodies)),
        angle_deg=_angle_deg(space.upper_back - space.upper_front, space.lower_back - space.lower_front),
        slip_mm=slip,
        slip_percent=100.0 * slip / depth,
        depth_mm=depth,
        beyond_back_mm=behind,
        beyond_front_mm=before,
        canal_mm=canal,
        canal_beside_mm=beside,
        indentation_mm=indentation,
    )


def body_height_mm(outline: Outline) -> float:
    """Mean of front and back height between corners."""
    return (length_mm(outline.front_low, outline.front_high) + length_mm(outline.back_low, outline.back_high)) / 2.0


def _angle_deg(upper: FloatArray, lower: FloatArray) -> float:
    """How far the lower endplate falls to the front beyond the upper one."""
    turn = np.arctan2(upper[0], upper[1]) - np.arctan2(lower[0], lower[1])
    return float(np.rad2deg((turn + np.pi) % (2 * np.pi) - np.pi))


def _measure_extent(reading: SpineReading, index: int) -> tuple[float, float]:
    """How far the disc reaches beyond the lines between the back and between the front corners."""
    space, disc = reading.spaces[index], reading.chain.discs[index]
    if space is None or not disc.seen:
        return float("nan"), float("nan")
    points = np.argwhere(disc.mask).astype(np.float64)
    out = []
    for top, bottom, sign in (
        (space.upper_back, space.lower_back, 1.0),
        (space.upper_front, space.lower_front, -1.0),
    ):
        way = bottom - top
        length = float(np.linalg.norm(way))
        if length < 2.0:
            way, length = np.array([1.0, 0.0]), 1.0
        outward = np.array([-way[1], way[0]]) / length
        outward = outward if outward[1] * sign > 0 else -outward
        # A step between slipped bodies is not disc: measured from the corner that lies farther out.
        distance = (points - (top + bottom) / 2) @ outward
        base = max(float((top - (top + bottom) / 2) @ outward), 0.0)
        out.append((float(np.percentile(distance, 99.0)) + 0.5 - base) * PIXEL_MM)
    return out[0], out[1]


def _measure_canal(reading: SpineReading, index: int) -> tuple[float, float, float]:
    """Depth of the sac at the disc (narrowest within 4 mm) and behind the bodies beside it, and its displacement."""
    p = reading.probabilities[SpineClass.CANAL]
    space = reading.spaces[index]
    assert space is not None  # noqa: S101
    upper = reading.outlines[index]
    lower = reading.outlines[index - 1] if index > 0 else None
    places = [(space.upper_back + space.lower_back) / 2]
    beside = [(o.back_low + o.back_high) / 2 for o in (upper, lower) if o is not None]
    up = _unit(space.upper_back + space.upper_front - space.lower_back - space.lower_front)
    back = np.array([-up[1], up[0]])
    back = back if back[1] > 0 else -back
    spans = [_span(p, places[0] + up * shift / PIXEL_MM, back) for shift in np.arange(-4.0, 4.1, 0.5)]
    depths = [span for span in spans if span is not None]
    around = [span for span in (_span(p, point, back) for point in beside) if span is not None]
    canal = _narrowest(np.array([end - start for start, end in depths]))
    usual = float(np.mean([end - start for start, end in around])) if around else float("nan")
    at_disc = max((start for start, _ in depths), default=float("nan"))
    pushed = at_disc - float(np.mean([start for start, _ in around])) if around else float("nan")
    return canal, usual, pushed


def _narrowest(depths: FloatArray) -> float:
    """The smallest mean over 1.5 mm of the course: a single step of the outline is no stenosis."""
    if len(depths) < 3:
        return float(depths.mean()) if len(depths) else float("nan")
    return float(np.convolve(depths, np.full(3, 1.0 / 3.0), mode="valid").min())


def _span(p: NDArray[np.float32], start: FloatArray, back: FloatArray) -> tuple[float, float] | None:
    """Where a line to the back enters and leaves the canal, in mm from its start: its longest crossing."""
    ways = np.arange(-4.0, 34.0, _STEP_MM)
    values = sample(p, start[None] + ways[:, None] * back / PIXEL_MM)
    inside = np.concatenate([[False], values > 0.5, [False]])
    edges = np.nonzero(np.diff(inside.astype(np.int8)))[0].reshape(-1, 2)
    runs = [(a, b) for a, b in edges if (b - a) * _STEP_MM >= 1.0]
    if not runs:
        return None
    a, b = max(runs, key=lambda run: run[1] - run[0])
    return _cross(ways, values, a), _cross(ways, values, b)


def _cross(ways: FloatArray, values: FloatArray, at: int) -> float:
    """Way at which the value passes 0.5 between two samples."""
    if at == 0 or at >= len(ways):
        return float(ways[min(at, len(ways) - 1)])
    low, high = values[at - 1], values[at]
    return float(ways[at - 1] + (0.5 - low) / (high - low) * _STEP_MM) if high != low else float(ways[at])


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
