"""Focal herniations of discs as exact shapes, for painting and for measuring."""

from __future__ import annotations

import numpy as np

from ilc.simulation.lumbar.plan import DiscPlan, HerniationPlan, LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Outline, Skeleton, unit

DURA_MM = 0.7  # draped over a herniation


def outlines_of(plan: LumbarPlan, skeleton: Skeleton, disc: str) -> tuple[Outline, Outline, Outline]:
    """Outlines of the body above a disc, the disc, and the body below it."""
    position = plan.disc_names.index(disc)
    bodies = [*(skeleton.bodies[name] for name in plan.bodies), skeleton.sacrum[0]]
    return bodies[position], skeleton.discs[disc], bodies[position + 1]


def herniation_distance(
    points: FloatArray, x_mm: FloatArray | float, *, disc: DiscPlan, outlines: tuple[Outline, Outline, Outline]
) -> FloatArray:
    """Signed distance (mm, roughly) to a herniation, negative inside.

    Parameters
    ----------
    points : (y, z), shape (..., 2)
    x_mm : to the left, broadcast against `points` without its last axis
    disc : the disc that herniates
    outlines : of the body above, the disc itself and the body below
    """
    shape = disc.herniation
    if shape is None:
        return np.full(points.shape[:-1], 1e3)
    middle = outlines[1]
    across = (np.asarray(x_mm, dtype=np.float64) - shape.side_mm) / shape.half_width_mm
    offset = points - middle.back_middle
    p, u = offset @ middle.backward, offset @ middle.up
    depth = disc.bulge_mm + shape.protrusion_mm
    half_height = 0.42 * disc.height_mm + 0.15 * shape.protrusion_mm
    # Blunt: the fourth power keeps most of the protrusion across its width.
    radius = np.sqrt(np.square(p / depth) + np.square(u / half_height) + across**4)
    dome = (radius - 1.0) * min(depth, half_height)
    if shape.migration_mm == 0.0:
        return np.asarray(np.where(p > -2.0, dome, 1e3))
    tongue = _tongue(points, across, shape, disc=disc, outlines=outlines)
    return np.asarray(np.where(p > -2.0, np.minimum(dome, tongue), 1e3))


def _tongue(
    points: FloatArray,
    across: FloatArray,
    shape: HerniationPlan,
    *,
    disc: DiscPlan,
    outlines: tuple[Outline, Outline, Outline],
) -> FloatArray:
    """Extruded disc along the back wall of the neighbouring body."""
    above, middle, below = outlines
    half = 0.45 * shape.protrusion_mm + 0.3
    start = middle.back_middle + middle.backward * (disc.bulge_mm + 0.55 * shape.protrusion_mm)
    if shape.migration_mm > 0.0:
        corner, wall, backward = above.back_low, unit(above.back_high - above.back_low), above.backward
    else:
        corner, wall, backward = below.back_high, unit(below.back_low - below.back_high), below.backward
    end = corner + wall * (abs(shape.migration_mm) - half) + backward * (half + 0.2)
    along = end - start
    t = np.clip((points - start) @ along / float(along @ along), 0.0, 1.0)
    distance = np.linalg.norm(points - start - t[..., None] * along, axis=-1)
    return np.asarray(distance - half * np.sqrt(np.clip(1.0 - across**4, 0.0, 1.0)) + 1e3 * (np.abs(across) >= 1.0))
