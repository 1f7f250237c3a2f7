"""Measurements of vertebral bodies and of the curve of the spine in the midline picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.outline import Outline, length_mm
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]

# Genant's semi-quantitative bands of height loss, in percent.
_GENANT = (20.0, 25.0, 40.0)
# Endplates are hollow by nature: middle height over the higher side, of this person's usual body, within bounds.
_USUAL_HOLLOW = (0.86, 1.0)
# Front over back height of a whole body at each level; 1 where not named: assumption, after adult anatomy.
_USUAL_WEDGE = {"T10": 0.94, "T11": 0.93, "T12": 0.93, "L1": 0.95, "L2": 0.98, "L3": 1.0, "L4": 1.03, "L5": 1.12}
_LOWEST_BACK = 0.85  # of the back height of L4: assumption, after adult anatomy
_EDGE_MM = 5.0


@dataclass(frozen=True, slots=True)
class BodyShape:
    """One vertebral body. Lengths in mm."""

    height_front_mm: float
    height_middle_mm: float
    height_back_mm: float
    depth_mm: float  # mean of both endplates
    loss_percent: float  # of the lowest height, against the others, the neighbours and what is usual at the level
    genant: int  # 0-3
    form: str  # "", "wedge", "biconcave" or "crush"


@dataclass(frozen=True, slots=True)
class Curve:
    """Angles in degrees, positive where the spine bends backward as lordosis does; nan where an end is not seen."""

    lordosis_l1_s1_deg: float
    lordosis_l4_s1_deg: float
    sacral_slope_deg: float  # of S1 against the horizontal of the picture


def measure_bodies(reading: SpineReading) -> tuple[BodyShape | None, ...]:
    """Heights of each whole body and how much is lost; None where a body is not whole."""
    heights = [
        None if outline is None or body.cut_off or _at_edge(outline) else _heights(outline)
        for outline, body in zip(reading.outlines, reading.chain.bodies, strict=True)
    ]
    hollow = [float(own[1] / max(own[0], own[2])) for own in heights if own is not None]
    usual = float(np.clip(np.nanmedian(hollow), *_USUAL_HOLLOW)) if hollow else 1.0
    shapes: list[BodyShape | None] = []
    for index, own in enumerate(heights):
        beside = [h[2] for h in _neighbours(heights, index)]
        # The back of the lowest body is lower than that of the others.
        share = _LOWEST_BACK if index == 0 and reading.count.names[0] == "L5" else 1.0
        expected = float(np.mean(beside)) * share if beside else math.nan
        whole = _Usual(_USUAL_WEDGE.get(reading.count.names[index], 1.0), usual, expected)
        shapes.append(None if own is None else _shape(reading.outlines[index], own, whole))
    return tuple(shapes)


def measure_curve(reading: SpineReading) -> Curve:
    """Lordosis after Cobb, between upper endplates."""
    tilt = {
        name: _tilt_deg(o.front_high, o.back_high)
        for name, o in zip(reading.count.names, reading.outlines, strict=True)
        if o
    }
    space = reading.spaces[0]
    sacral = float("nan") if space is None else _tilt_deg(space.lower_front, space.lower_back)
    nan = float("nan")
    return Curve(sacral - tilt.get("L1", nan), sacral - tilt.get("L4", nan), sacral)


def _heights(outline: Outline) -> FloatArray:
    """Front, middle and back, between the contour's upper and lower side."""
    contour = outline.contour
    y = (contour - outline.centre) @ outline.up
    x = (contour - outline.centre) @ outline.front
    depth = np.ptp(x)
    middle = np.abs(x - (x.max() + x.min()) / 2) < 0.12 * depth
    high, low = y[middle & (y > 0)], y[middle & (y < 0)]
    centre = float(np.median(high) - np.median(low)) * PIXEL_MM if len(high) and len(low) else float("nan")
    return np.array(
        [
            length_mm(outline.edges[0], outline.edges[1]),
            centre,
            length_mm(outline.edges[3], outline.edges[2]),
        ]
    )


def _neighbours(heights: list[FloatArray | None], index: int) -> list[FloatArray]:
    return [h for i in (index - 1, index + 1) if 0 <= i < len(heights) and (h := heights[i]) is not None]


def _at_edge(outline: Outline) -> bool:
    """Whether the upper edge of the picture may cut it off: near it, where bodies end is guessed."""
    return bool(outline.contour[:, 0].min() * PIXEL_MM < _EDGE_MM)


@dataclass(frozen=True, slots=True)
class _Usual:
    """What a whole body of this level would be like in this person."""

    wedge: float  # front over back height
    hollow: float  # middle over the higher side
    back_mm: float  # nan where no neighbour is whole


def _shape(outline: Outline | None, own: FloatArray, usual: _Usual) -> BodyShape:
    assert outline is not None  # noqa: S101
    front, middle, back = (float(value) for value in own)
    losses = {
        "wedge": 1.0 - front / back / usual.wedge,
        "biconcave": 1.0 - middle / max(front, back) / usual.hollow,
        "crush": 1.0 - back / usual.back_mm if front < usual.back_mm else 0.0,
    }
    form = max(losses, key=lambda name: losses[name])
    percent = 100.0 * max(losses[form], 0.0)
    grade = sum(percent >= band for band in _GENANT)
    depth = (length_mm(outline.front_low, outline.back_low) + length_mm(outline.front_high, outline.back_high)) / 2.0
    return BodyShape(front, middle, back, depth, percent, grade, form if grade else "")


def _tilt_deg(front: FloatArray, back: FloatArray) -> float:
    """How far the front of an endplate lies below its back."""
    way = front - back
    return float(np.rad2deg(np.arctan2(way[0], -way[1])))
