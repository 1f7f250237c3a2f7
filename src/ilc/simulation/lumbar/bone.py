"""Paint vertebral bodies, sacrum and discs on a sagittal plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.canvas import Canvas, PlaneGrid, Walls, Window
from ilc.simulation.lumbar.plan import BodyPlan, DiscPlan, LumbarPlan
from ilc.simulation.lumbar.skeleton import ENDPLATE_DIP_MM, SACRAL_DIP_MM, FloatArray, Skeleton
from ilc.simulation.lumbar.tissues import Tissue

# Numbers of the segmentation contract; vertebrae are numbered by their rank, discs by 200 more.
DISC_PARTS_FROM = 200
SACRUM_PART = 50
CANAL_PART = 100

_SACRUM_HALF_WIDTH_MM = (30.0, 26.0, 22.0, 18.0, 14.0)
_CORTEX_MM = 0.9


@dataclass(frozen=True, slots=True)
class SpineWalls:
    """Wall distances of everything with endplates, computed once for all planes."""

    bodies: dict[str, Walls]
    discs: dict[str, Walls]
    sacrum: tuple[Walls, ...]
    sacral_discs: tuple[Walls, ...]


def measure_walls(grid: PlaneGrid, skeleton: Skeleton, plan: LumbarPlan) -> SpineWalls:
    """Distances of every point of the plane to every wall."""
    deepening = [*(body.deepening_mm for body in plan.bodies.values()), 0.0]
    discs = {
        name: grid.walls(
            outline,
            dips_mm=(-ENDPLATE_DIP_MM - deepening[position], -ENDPLATE_DIP_MM - deepening[position + 1]),
            bulge_front_mm=1.2,
            bulge_back_mm=plan.discs[name].bulge_mm,
        )
        for position, (name, outline) in enumerate(skeleton.discs.items())
    }
    sacral_dips = (SACRAL_DIP_MM, SACRAL_DIP_MM)
    flat = [
        grid.walls(outline, dips_mm=sacral_dips, bulge_front_mm=-1.5, bulge_back_mm=-0.8) for outline in skeleton.sacrum
    ]
    thin = [
        grid.walls(outline, dips_mm=(-SACRAL_DIP_MM, -SACRAL_DIP_MM), bulge_front_mm=0.0, bulge_back_mm=0.0)
        for outline in skeleton.sacral_discs
    ]
    bodies = {
        name: grid.body_walls(outline, plan.bodies[name].deepening_mm) for name, outline in skeleton.bodies.items()
    }
    return SpineWalls(bodies, discs, tuple(flat), tuple(thin))


def paint_spine(canvas: Canvas, walls: SpineWalls, plan: LumbarPlan, x_mm: float) -> None:
    """Discs first, then the bodies over their edges."""
    for sacral, half in zip(walls.sacral_discs, _SACRUM_HALF_WIDTH_MM, strict=False):
        if abs(x_mm) < 0.6 * half:
            inside = sacral.inside(rounding_mm=0.5) < 0.0
            canvas.paint(sacral.window, inside, Tissue.ANNULUS, part=SACRUM_PART)
    for name, disc in plan.discs.items():
        part, half_width = DISC_PARTS_FROM + plan.rank(name), disc_half_width_mm(plan, name)
        _paint_disc(canvas, walls.discs[name], disc, part, abs(x_mm) / half_width)
    for sacral, half in zip(walls.sacrum, _SACRUM_HALF_WIDTH_MM, strict=True):
        if abs(x_mm) < half:
            distance = sacral.inside(inset_mm=_inset(x_mm, half, 6.0))
            paint_marrow(canvas, sacral.window, distance, fat=plan.marrow_fat + 0.08, part=SACRUM_PART)
    for name, body in plan.bodies.items():
        if abs(x_mm) < body.half_width_mm:
            _paint_body(canvas, walls.bodies[name], body, plan, x_mm)
            _number_body(canvas, walls.bodies[name], plan.rank(name), _inset(x_mm, body.half_width_mm, 12.0))


def disc_half_width_mm(plan: LumbarPlan, name: str) -> float:
    """A disc is as wide as the body above it."""
    return plan.bodies[plan.body_names[plan.disc_names.index(name)]].half_width_mm


def _inset(x_mm: float, half_width_mm: float, depth_mm: float) -> float:
    """How far the rounded front of a body lies behind its midline front."""
    share = min(abs(x_mm) / half_width_mm, 0.999)
    return float(depth_mm * (1.0 - np.sqrt(1.0 - share**2)))


def paint_marrow(canvas: Canvas, window: Window, distance: FloatArray, *, fat: float, part: int) -> None:
    """Bone inside a signed distance: a dark cortex around marrow."""
    canvas.paint(window, distance < 0.15, Tissue.CORTEX, part=part)
    canvas.paint(window, distance < -_CORTEX_MM, Tissue.MARROW, fat=fat, part=part)


def _paint_body(canvas: Canvas, walls: Walls, body: BodyPlan, plan: LumbarPlan, x_mm: float) -> None:
    distance = walls.inside(inset_mm=_inset(x_mm, body.half_width_mm, 12.0))
    paint_marrow(canvas, walls.window, distance, fat=plan.marrow_fat, part=0)
    if abs(x_mm) < 7.0:
        # The basivertebral vein enters the middle of the back wall.
        middle = np.abs(walls.top - walls.bottom) / 2.0
        depth = -walls.back
        vein = (depth > -0.4) & (depth < 8.0) & (middle < 2.6 * np.clip(1.0 - depth / 8.5, 0.0, 1.0))
        canvas.paint(walls.window, vein & (distance < 0.6), Tissue.VEIN, fat=0.25)


def _number_body(canvas: Canvas, walls: Walls, part: int, inset_mm: float) -> None:
    inside = walls.inside(inset_mm=inset_mm) < 0.15
    canvas.part[walls.window][inside] = part
    canvas.is_body[walls.window][inside] = True


def _paint_disc(canvas: Canvas, walls: Walls, disc: DiscPlan, part: int, lateral: float) -> None:
    if lateral >= 1.0:
        return
    inset = 11.0 * (1.0 - np.sqrt(1.0 - lateral**2))
    inside = walls.inside(inset_mm=float(inset), rounding_mm=1.5) < 0.0
    canvas.paint(walls.window, inside, Tissue.ANNULUS, part=part)
    depth = walls.back / np.minimum(walls.back + walls.front, -1.0)  # 0 at the back, 1 at the front
    height = (walls.top - walls.bottom) / np.minimum(walls.top + walls.bottom, -0.5)  # -1 to 1 across the disc
    radius = np.abs((depth - 0.44) / 0.37) ** 3 + np.abs(height / 0.97) ** 4 + (lateral / 0.8) ** 2
    centre = np.clip((1.2 - radius) / 0.6, 0.0, 1.0)
    cleft = 0.38 * np.exp(-((height / 0.2) ** 2)) * np.clip(1.0 - np.abs(depth - 0.44) / 0.3, 0.0, 1.0)
    wet = centre * disc.hydration * (1.0 - cleft)
    canvas.wet[walls.window][inside] = wet[inside]
    core = inside & (centre > 0.5)
    canvas.tissue[walls.window][core] = Tissue.FLUID if disc.is_infected else Tissue.DRY_NUCLEUS
