"""Signal of discs, marrow and fluid in the midline picture, each in relation to the same person's own tissue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion, distance_transform_edt

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.outline import Outline
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_BAND_MM = (0.7, 6.0)  # of an endplate, from the edge of the body inward
_REMOTE_MM = 8.0  # of a body's own reference marrow, from its endplates
_MIN_PIXELS = 12


@dataclass(frozen=True, slots=True)
class DiscSignal:
    """Signal of one disc; ratios, nan where the reference is not seen."""

    to_fluid: float  # brightest part of the middle of the disc over the sac's fluid beside it
    mean_to_fluid: float
    to_marrow: float  # middle of the disc over the marrow of the bodies beside it
    contrast: float  # brightest less darkest part, over the marrow
    unevenness: float  # standard deviation over mean, in the middle
    layers: float  # middle row of the disc against the rows above and below it, over the marrow
    back_to_marrow: float  # the back fifth


@dataclass(frozen=True, slots=True)
class EndplateSignal:
    """Marrow beside one endplate against the marrow in the middle of the same body, in its standard deviations."""

    mean_z: float
    low_z: float  # tenth percentile
    high_z: float  # ninetieth
    changed_share: float  # of the band beyond 2 standard deviations
    ratio: float  # mean over mean
    depth_mm: float  # of the largest dent of the endplate
    roughness_mm: float  # scatter around a smooth curve


def measure_disc_signal(reading: SpineReading, index: int, levels: FloatArray) -> DiscSignal | None:
    """Signal of the disc below body `index`.

    Parameters
    ----------
    reading : one series
    index : of the disc
    levels : fluid of the sac at each row, as from `fluid_at_rows`
    """
    disc, space = reading.chain.discs[index], reading.spaces[index]
    if space is None or not disc.seen:
        return None
    marrow = _marrow_beside(reading, index)
    axis = (space.upper_back + space.lower_back - space.upper_front - space.lower_front) / 2.0
    length = max(float(np.linalg.norm(axis)), 1.0)
    points = np.argwhere(disc.mask).astype(np.float64)
    front = (space.upper_front + space.lower_front) / 2.0
    t = (points - front) @ axis / length**2
    inner = binary_erosion(disc.mask, iterations=1)
    is_inner = inner[points[:, 0].astype(int), points[:, 1].astype(int)]
    values = reading.picture[disc.mask].astype(np.float64)
    middle = (t > 0.25) & (t < 0.75) & is_inner
    if middle.sum() < _MIN_PIXELS:
        middle = (t > 0.2) & (t < 0.8)
    if middle.sum() < 4:
        return None
    fluid = float(levels[int(np.clip(disc.centre[0], 0, len(levels) - 1))])
    core = values[middle]
    high, low = np.percentile(core, (90.0, 10.0))
    up = np.array([-axis[1], axis[0]]) / length
    off = np.abs((points - (front + axis * t[:, None])) @ up)
    centre_row = values[middle & (off < 1.0)]
    beside = values[middle & (off > 1.5)]
    back = values[(t > 0.8) & (t < 1.05)]
    return DiscSignal(
        to_fluid=float(high) / fluid,
        mean_to_fluid=float(core.mean()) / fluid,
        to_marrow=float(core.mean()) / marrow,
        contrast=float(high - low) / marrow,
        unevenness=float(core.std()) / max(float(core.mean()), 1e-6),
        layers=float(centre_row.mean() - beside.mean()) / marrow if len(centre_row) > 3 and len(beside) > 3 else 0.0,
        back_to_marrow=float(back.mean()) / marrow if len(back) > 3 else float("nan"),
    )


def fluid_at_rows(reading: SpineReading) -> FloatArray:
    """Signal of the fluid in the sac at each row: the upper quarter of the canal nearby; nan without a canal."""
    canal = binary_erosion(reading.probabilities[SpineClass.CANAL] > 0.6, iterations=1)
    rows = len(canal)
    out = np.full(rows, np.nan)
    reach = round(20.0 / PIXEL_MM)
    for row in range(0, rows, 4):
        part = slice(max(row - reach, 0), row + reach)
        values = reading.picture[part][canal[part]]
        if len(values) > 60:
            out[row] = np.percentile(values, 80.0)
    known = np.isfinite(out)
    return np.interp(np.arange(rows), np.nonzero(known)[0], out[known]) if known.any() else out


def measure_endplate(reading: SpineReading, index: int, *, upper: bool) -> EndplateSignal | None:
    """Marrow and shape at the upper or lower endplate of body `index`; None where the body is not whole."""
    outline, body = reading.outlines[index], reading.chain.bodies[index]
    if outline is None or body.cut_off:
        return None
    line = (outline.front_high, outline.back_high) if upper else (outline.front_low, outline.back_low)
    outward = outline.up if upper else -outline.up
    points, depth, along = _inside(body.mask, line, outward)
    inset = _inset_mm(body.mask, points)
    clear = (along > 0.06) & (along < 0.94) & (inset > 0.6)
    band = clear & (depth > _BAND_MM[0]) & (depth < _BAND_MM[1])
    remote = _remote(body.mask, outline)
    values = reading.picture[points[:, 0], points[:, 1]].astype(np.float64)
    reference = reading.picture[remote].astype(np.float64)
    if band.sum() < _MIN_PIXELS or len(reference) < _MIN_PIXELS:
        return None
    spread = max(float(reference.std()), 0.04 * abs(float(reference.mean())), 1e-6)
    z = (values[band] - float(reference.mean())) / spread
    dent, rough = _shape_of(outline, line, outward)
    return EndplateSignal(
        mean_z=float(z.mean()),
        low_z=float(np.percentile(z, 10.0)),
        high_z=float(np.percentile(z, 90.0)),
        changed_share=float((np.abs(z) > 2.0).mean()),
        ratio=float(values[band].mean()) / max(float(reference.mean()), 1e-6),
        depth_mm=dent,
        roughness_mm=rough,
    )


def marrow_of_body(reading: SpineReading, index: int) -> FloatArray:
    """Grey values of the middle of a body, away from its endplates and walls."""
    outline = reading.outlines[index]
    if outline is None:
        return np.empty(0)
    return reading.picture[_remote(reading.chain.bodies[index].mask, outline)].astype(np.float64)


def _marrow_beside(reading: SpineReading, index: int) -> float:
    parts = [marrow_of_body(reading, i) for i in (index, index - 1) if i >= 0]
    values = np.concatenate(parts) if parts else np.empty(0)
    return max(float(np.median(values)), 1e-6) if len(values) else float("nan")


def _remote(mask: Mask, outline: Outline) -> Mask:
    points = np.argwhere(mask)
    height = (points - outline.centre) @ outline.up * PIXEL_MM
    half = np.linalg.norm(outline.front_high - outline.front_low) * PIXEL_MM / 2.0
    keep = (np.abs(height) < max(half - _REMOTE_MM, half * 0.35)) & (_inset_mm(mask, points) > 2.0)
    out = np.zeros_like(mask)
    out[points[keep, 0], points[keep, 1]] = True
    return out


def _inset_mm(mask: Mask, points: NDArray[np.intp]) -> FloatArray:
    """How far inside a mask points lie, 0 outside; the mask is cut out first, with a margin."""
    low = np.maximum(points.min(axis=0) - 1, 0)
    high = points.max(axis=0) + 2
    part = mask[low[0] : high[0], low[1] : high[1]]
    place = points - low
    return np.asarray(distance_transform_edt(part)[place[:, 0], place[:, 1]] * PIXEL_MM)


def _inside(
    mask: Mask, line: tuple[FloatArray, FloatArray], outward: FloatArray
) -> tuple[NDArray[np.intp], FloatArray, FloatArray]:
    """Pixels of a body, their depth below the endplate line in mm and their place along it from the front (0-1)."""
    points = np.argwhere(binary_dilation(mask))
    way = line[1] - line[0]
    length = max(float(np.linalg.norm(way)), 1.0)
    along = (points - line[0]) @ way / length**2
    foot = line[0] + along[:, None] * way
    depth = -((points - foot) @ outward) * PIXEL_MM
    return points, depth, along


def _shape_of(outline: Outline, line: tuple[FloatArray, FloatArray], outward: FloatArray) -> tuple[float, float]:
    """Largest dent below the line between the corners, and scatter around a parabola, in mm."""
    way = line[1] - line[0]
    length = max(float(np.linalg.norm(way)), 1.0)
    along = (outline.contour - line[0]) @ way / length**2
    height = (outline.contour - line[0] - along[:, None] * way) @ outward * PIXEL_MM
    near = (along > 0.08) & (along < 0.92) & (height > -9.0)
    if near.sum() < 10:
        return float("nan"), float("nan")
    t, h = along[near], height[near]
    fit = np.polyfit(t, h, 2)
    residual = h - np.polyval(fit, t)
    return float(-np.percentile(h, 2.0)), float(residual.std())
