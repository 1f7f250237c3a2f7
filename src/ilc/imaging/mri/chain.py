"""The row of vertebral bodies and discs in the midline picture, from the lowest upward."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening, find_objects, label

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_AREA_MM2 = (130.0, 3600.0)  # of a body, or several grown together, in the midline
_STEP_MM = (14.0, 80.0)  # from body to body
_DISC_MIN_MM2 = 12.0
_DISC_REACH_MM = 32.0  # of a disc's pixels from the line through the bodies
_MERGED = 1.55  # height of a body in relation to its neighbours from which it is taken for two


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One vertebral body in the midline picture. Points are (row, column) in pixels."""

    mask: Mask
    centre: FloatArray
    up: FloatArray  # unit vector to the next body
    cut_off: bool  # by the edge of the picture


@dataclass(frozen=True, slots=True, eq=False)
class Disc:
    """The disc below the body of the same index. `mask` is empty where none is seen."""

    mask: Mask
    centre: FloatArray
    seen: bool


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Bodies from the lowest upward; `discs[i]` lies below `bodies[i]`."""

    bodies: tuple[Body, ...]
    discs: tuple[Disc, ...]
    skipped: tuple[int, ...]  # index of bodies that do not follow on the one below: one between them is not seen


def find_chain(classes: NDArray[np.uint8]) -> Chain | None:
    """Order what the network marked into bodies and discs.

    Parameters
    ----------
    classes : midline picture of `SpineClass`, shape (row, column), front left, head up

    Returns
    -------
    None where fewer than two bodies follow on one another
    """
    masks = _split(_linked(_parts(classes == SpineClass.BODY)))
    if len(masks) < 2:
        return None
    centres = np.array([_centre(mask) for mask in masks])
    ups = _ups(centres)
    bodies = tuple(Body(mask, centre, up, _touches(mask)) for mask, centre, up in zip(masks, centres, ups, strict=True))
    discs = _discs(classes == SpineClass.DISC, bodies)
    steps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    usual = np.median(steps)
    skipped = tuple(int(i) + 1 for i in np.nonzero(steps > 1.6 * usual)[0])
    return Chain(bodies, discs, skipped)


def extend_down(chain: Chain, lowest: Mask, classes: NDArray[np.uint8]) -> Chain:
    """The same chain with one more body below."""
    masks = [lowest, *(body.mask for body in chain.bodies)]
    centres = np.array([_centre(mask) for mask in masks])
    ups = _ups(centres)
    bodies = tuple(Body(mask, centre, up, _touches(mask)) for mask, centre, up in zip(masks, centres, ups, strict=True))
    return Chain(bodies, _discs(classes == SpineClass.DISC, bodies), tuple(i + 1 for i in chain.skipped))


def without_lowest(chain: Chain) -> Chain:
    """The same chain without its lowest body and disc."""
    return Chain(chain.bodies[1:], chain.discs[1:], tuple(i - 1 for i in chain.skipped if i > 1))


def drop_top(chain: Chain, keep: int) -> Chain:
    """The lowest `keep` bodies alone."""
    return replace(chain, bodies=chain.bodies[:keep], discs=chain.discs[:keep])


def _parts(mask: Mask) -> list[Mask]:
    opened = binary_opening(mask, iterations=2)
    labels, n = label(opened)
    areas = np.bincount(labels.ravel(), minlength=n + 1)[1:] * PIXEL_MM**2
    return [labels == index + 1 for index in range(n) if _AREA_MM2[0] <= areas[index] <= _AREA_MM2[1]]


def _linked(masks: list[Mask]) -> list[Mask]:
    """The run of parts, each a step above the one before, that covers most."""
    if not masks:
        return []
    order = sorted(range(len(masks)), key=lambda i: -_centre(masks[i])[0])
    centres = [_centre(masks[i]) * PIXEL_MM for i in order]
    areas = [float(masks[i].sum()) * PIXEL_MM**2 for i in order]
    best = list(areas)
    before = [-1] * len(order)
    for here in range(len(order)):
        for lower in range(here):
            way = centres[here] - centres[lower]
            length = float(np.linalg.norm(way))
            limit = _STEP_MM[1] + 0.5 * (_extent(masks[order[here]]) + _extent(masks[order[lower]]) - 60.0)
            if not _STEP_MM[0] <= length <= max(limit, _STEP_MM[1]) or abs(way[1]) > 1.2 * abs(way[0]):
                continue
            # Of two ways to get here, the one over nearer neighbours.
            gain = best[lower] + areas[here] - 4.0 * max(length - 40.0, 0.0)
            if gain > best[here]:
                best[here], before[here] = gain, lower
    at = int(np.argmax(best))
    run = []
    while at >= 0:
        run.append(masks[order[at]])
        at = before[at]
    return run[::-1]


def _split(masks: list[Mask]) -> list[Mask]:
    """Cut parts that are as high as two bodies where they are narrowest."""
    if len(masks) < 3:
        return masks
    heights = np.array([_extent(mask) for mask in masks])
    usual = float(np.median(heights))
    out: list[Mask] = []
    for mask, height in zip(masks, heights, strict=True):
        pieces = max(round(float(height) / usual), 1) if height > _MERGED * usual else 1
        out.extend(_cut(mask, pieces))
    return out


def _cut(mask: Mask, pieces: int) -> list[Mask]:
    if pieces == 1:
        return [mask]
    axis = _long_axis(mask)
    points = np.argwhere(mask)
    along = (points - points.mean(axis=0)) @ axis  # grows to the head
    edges = np.linspace(along.min(), along.max(), pieces + 1)
    bins = np.arange(along.min(), along.max() + 1.0)
    width, _ = np.histogram(along, bins=bins)
    cuts = []
    for edge in edges[1:-1]:
        near = np.abs(bins[:-1] - edge) < 0.3 * (edges[1] - edges[0])
        cuts.append(float(bins[:-1][near][np.argmin(width[near])]))
    limits = [-np.inf, *cuts, np.inf]
    parts = []
    for low, high in pairwise(limits):
        part = np.zeros_like(mask)
        chosen = points[(along > low + 0.5) & (along <= high - 0.5)]
        part[chosen[:, 0], chosen[:, 1]] = True
        parts.append(part)
    return parts


def _long_axis(mask: Mask) -> FloatArray:
    points = np.argwhere(mask).astype(np.float64)
    _, vectors = np.linalg.eigh(np.cov(points.T))
    axis = vectors[:, 1]
    return np.asarray(axis if axis[0] < 0 else -axis)


def _extent(mask: Mask) -> float:
    """Height in rows, in mm."""
    rows = find_objects(mask.astype(np.int8))[0][0]
    return float(rows.stop - rows.start) * PIXEL_MM


def _centre(mask: Mask) -> FloatArray:
    return np.asarray(np.argwhere(mask).mean(axis=0))


def _ups(centres: FloatArray) -> FloatArray:
    ways = np.gradient(centres, axis=0)
    return np.asarray(ways / np.linalg.norm(ways, axis=1, keepdims=True))


def _touches(mask: Mask) -> bool:
    return bool(mask[:2].any() or mask[-2:].any() or mask[:, :2].any() or mask[:, -2:].any())


def _discs(mask: Mask, bodies: tuple[Body, ...]) -> tuple[Disc, ...]:
    """Give each disc pixel to the gap between bodies that it lies in."""
    centres = np.array([body.centre for body in bodies])
    steps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    foot = centres[0] - bodies[0].up * 1.15 * float(np.median(steps))
    nodes = np.vstack([foot, centres])
    points = np.argwhere(mask)
    gap = np.full(len(points), -1)
    for index in range(len(bodies)):
        start, end = nodes[index], nodes[index + 1]
        way = (end - start) / np.linalg.norm(end - start)
        along = (points - start) @ way / np.linalg.norm(end - start)
        aside = np.abs((points - start) @ np.array([-way[1], way[0]])) * PIXEL_MM
        inside = (along > (0.05 if index == 0 else 0.2)) & (along <= 0.8) & (aside < _DISC_REACH_MM)
        gap[inside & (gap < 0)] = index
    discs = []
    for index in range(len(bodies)):
        own = np.zeros_like(mask)
        chosen = points[gap == index]
        own[chosen[:, 0], chosen[:, 1]] = True
        own = _largest(own)
        seen = float(own.sum()) * PIXEL_MM**2 >= _DISC_MIN_MM2
        centre = _centre(own) if seen else (nodes[index] + nodes[index + 1]) / 2
        discs.append(Disc(own if seen else np.zeros_like(mask), centre, seen))
    return tuple(discs)


def _largest(mask: Mask) -> Mask:
    """The largest part, with others at least a third of its size."""
    labels, n = label(mask)
    if n <= 1:
        return mask
    areas = np.bincount(labels.ravel(), minlength=n + 1)
    areas[0] = 0
    return np.asarray(np.isin(labels, np.nonzero(areas >= areas.max() / 3)[0]))
