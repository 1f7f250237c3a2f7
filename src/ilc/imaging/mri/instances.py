"""Which vertebra or disc each voxel belongs to, in all slices."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

Labels = NDArray[np.uint8]
FloatArray = NDArray[np.float64]

SACRUM, CANAL, FIRST_DISC = 50, 100, 201
_FAR_MM = 30.0  # of a body's or disc's voxels from the midline's, across the slice plane
_HALF_WIDTH_MM = 31.0  # of the widest lumbar body: assumption
# Areas of a body's slices: the last that counts and the first that is small, as shares of the middle one; growth after
# that ends the body.
_LAST_SHARE, _SMALL_SHARE, _GROWTH = 0.08, 0.7, 1.12
_SPINOUS_DROP = 0.45  # of the step to the next vertebra: how far below its body the arch lies


def label_spine(reading: SpineReading) -> tuple[Labels, Labels]:
    """Number every voxel.

    Returns
    -------
    whole vertebrae 1.. from the lowest lumbar upward, sacrum 50, canal 100, discs 201.. from the lowest upward; and
    vertebral bodies alone with the same numbers; both of shape (slice, row, column) of the reading's view
    """
    classes = reading.classes
    centres = np.array([body.centre for body in reading.chain.bodies])
    discs = np.array([disc.centre for disc in reading.chain.discs])
    rows, columns = classes.shape[1:]
    near = _near_spine(reading)
    body_region, disc_region = _regions(centres, discs, rows, columns)
    bodies = np.where((classes == SpineClass.BODY) & near, body_region, 0).astype(np.uint8)
    bodies = _connected(_narrowed(bodies, reading))
    out = bodies.copy()
    arch_region = _arch_regions(reading, centres, rows, columns)
    out = np.where((classes == SpineClass.ARCH) & (arch_region > 0), arch_region, out).astype(np.uint8)
    disc = (classes == SpineClass.DISC) & near & (disc_region > 0)
    out = np.where(disc, FIRST_DISC - 1 + disc_region, out)
    out = np.where(_largest_part(classes == SpineClass.SACRUM), SACRUM, out)
    out = np.where(_largest_part(classes == SpineClass.CANAL), CANAL, out)
    return out.astype(np.uint8), bodies


def _near_spine(reading: SpineReading) -> NDArray[np.bool_]:
    """Pixels within reach of the bodies and discs of the midline; shape (row, column)."""
    seen = np.any([body.mask for body in reading.chain.bodies] + [disc.mask for disc in reading.chain.discs], axis=0)
    return np.asarray(distance_transform_edt(~seen) * PIXEL_MM < _FAR_MM / 2.0)


def _regions(
    centres: FloatArray, discs: FloatArray, rows: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which body, and which disc, a pixel is nearest to along the spine; 0 beyond the ends."""
    nodes = np.empty((len(centres) * 2, 2))
    nodes[0::2], nodes[1::2] = discs, centres
    top = nodes[-1] + (nodes[-1] - nodes[-2]) * 1.1
    foot = nodes[0] + (nodes[0] - nodes[1]) * 0.45
    line = np.vstack([foot, nodes, top])
    place = _place_along(line, rows, columns)  # 0 at the foot, 1 the lowest disc, 2 the lowest body ...
    body = np.clip(np.round((place - 2.0) / 2.0).astype(np.int64) + 1, 1, len(centres))
    disc = np.round((place - 1.0) / 2.0).astype(np.int64) + 1
    # Above the topmost body lies one more disc, often cut off by the edge of the picture.
    return body, np.where((place > 0.02) & (disc >= 1) & (disc <= len(discs) + 1), disc, 0)


def _place_along(line: FloatArray, rows: int, columns: int) -> FloatArray:
    """Fractional index of the point of a polyline that each pixel is nearest to; shape (rows, columns)."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    best = np.full((rows, columns), np.inf)
    place = np.zeros((rows, columns))
    for index, (start, end) in enumerate(pairwise(line)):
        way = end - start
        t = ((y - start[0]) * way[0] + (x - start[1]) * way[1]) / float(way @ way)
        t = np.clip(t, 0.0, 1.0)
        distance = np.hypot(y - start[0] - t * way[0], x - start[1] - t * way[1])
        closer = distance < best
        best[closer] = distance[closer]
        place[closer] = index + t[closer]
    return place


def _arch_regions(reading: SpineReading, centres: FloatArray, rows: int, columns: int) -> NDArray[np.int64]:
    """Which vertebra an arch belongs to: arches lie lower than their bodies, the more so the farther back."""
    step = float(np.median(np.linalg.norm(np.diff(centres, axis=0), axis=1)))
    ups = np.array([body.up for body in reading.chain.bodies])
    moved = centres - ups * step * _SPINOUS_DROP
    top = moved[-1] + ups[-1] * step
    place = _place_along(np.vstack([moved, top]), rows, columns)
    return np.asarray(np.clip(np.round(place).astype(np.int64) + 1, 1, len(centres)))


def _narrowed(bodies: Labels, reading: SpineReading) -> Labels:
    """Each body to the sides as far as its slices go on shrinking: beyond, muscle is taken for bone."""
    step = reading.view.slice_step_mm
    areas = np.stack([(bodies == n + 1).sum(axis=(1, 2)) for n in range(len(reading.chain.bodies))])
    for index, body in enumerate(reading.chain.bodies):
        middle = round(float(reading.midline[int(np.clip(body.centre[0], 0, len(reading.midline) - 1))]))
        middle = min(max(middle, 0), len(bodies) - 1)
        for way in (-1, 1):
            side = areas[index, middle:] if way > 0 else areas[index, middle::-1]
            kept = _shrinking(side.astype(np.float64), round(_HALF_WIDTH_MM / step) + 1)
            beyond = slice(middle + kept, None) if way > 0 else slice(0, max(middle - kept + 1, 0))
            part = bodies[beyond]
            part[part == index + 1] = 0
    return bodies


def _shrinking(areas: FloatArray, most: int) -> int:
    """How many slices, from the middle outward, belong to one body."""
    usual = max(float(np.median(areas[:3])), 1.0)
    least = usual
    for count, area in enumerate(areas):
        least = min(least, float(area))
        if count > most or area < _LAST_SHARE * usual or (least < _SMALL_SHARE * usual and area > _GROWTH * least):
            return count
    return len(areas)


def _connected(bodies: Labels) -> Labels:
    """Each body without specks that do not touch its largest part."""
    out = np.zeros_like(bodies)
    for number in range(1, int(bodies.max(initial=0)) + 1):
        out[_largest_part(bodies == number)] = number
    return out


def _largest_part(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    parts, n = label(mask)
    if n < 2:
        return mask
    return np.asarray(parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:])))
