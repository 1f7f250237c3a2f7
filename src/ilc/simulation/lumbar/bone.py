"""Paint vertebrae, sacrum and discs on a sagittal plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.canvas import Canvas, MaskArray, PlaneGrid, Walls, Window, capsule, rounded_corner
from ilc.simulation.lumbar.plan import BODIES, DISCS, BodyPlan, DiscPlan, LumbarPlan
from ilc.simulation.lumbar.skeleton import ENDPLATE_DIP_MM, SACRAL_DIP_MM, FloatArray, Outline, Skeleton
from ilc.simulation.lumbar.tissues import Tissue

# Numbers of the segmentation contract: vertebrae from the lowest lumbar upward, discs from the lowest upward.
BODY_PARTS = {name: number for number, name in enumerate(reversed(BODIES), start=1)}
DISC_PARTS = {name: number for number, name in enumerate(reversed(DISCS), start=201)}
SACRUM_PART = 50
CANAL_PART = 100

_PEDICLE_X_MM = {"T11": 13.0, "T12": 13.5, "L1": 13.0, "L2": 13.5, "L3": 14.5, "L4": 16.0, "L5": 19.0}
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
    dip = ENDPLATE_DIP_MM
    discs = {
        name: grid.walls(outline, dip_mm=-dip, bulge_front_mm=1.2, bulge_back_mm=plan.discs[name].bulge_mm)
        for name, outline in skeleton.discs.items()
    }
    flat = [
        grid.walls(outline, dip_mm=SACRAL_DIP_MM, bulge_front_mm=-1.5, bulge_back_mm=-0.8)
        for outline in skeleton.sacrum
    ]
    thin = [
        grid.walls(outline, dip_mm=-SACRAL_DIP_MM, bulge_front_mm=0.0, bulge_back_mm=0.0)
        for outline in skeleton.sacral_discs
    ]
    bodies = {name: grid.body_walls(outline) for name, outline in skeleton.bodies.items()}
    return SpineWalls(bodies, discs, tuple(flat), tuple(thin))


def paint_spine(canvas: Canvas, walls: SpineWalls, plan: LumbarPlan, x_mm: float) -> None:
    """Discs first, then the bodies over their edges."""
    for sacral, half in zip(walls.sacral_discs, _SACRUM_HALF_WIDTH_MM, strict=False):
        if abs(x_mm) < 0.6 * half:
            inside = sacral.inside(rounding_mm=0.5) < 0.0
            canvas.paint(sacral.window, inside, Tissue.ANNULUS, part=SACRUM_PART)
    for name, disc in plan.discs.items():
        _paint_disc(canvas, walls.discs[name], disc, DISC_PARTS[name], abs(x_mm) / _disc_half_width(plan, name))
    for sacral, half in zip(walls.sacrum, _SACRUM_HALF_WIDTH_MM, strict=True):
        if abs(x_mm) < half:
            distance = sacral.inside(inset_mm=_inset(x_mm, half, 6.0))
            _paint_marrow(canvas, sacral.window, distance, fat=plan.marrow_fat + 0.08, part=SACRUM_PART)
    for name, body in plan.bodies.items():
        if abs(x_mm) < body.half_width_mm:
            _paint_body(canvas, walls.bodies[name], body, plan, x_mm)
            canvas_part = BODY_PARTS[name]
            _number_body(canvas, walls.bodies[name], canvas_part, _inset(x_mm, body.half_width_mm, 12.0))
    _paint_oedema(canvas, walls, plan)


def _disc_half_width(plan: LumbarPlan, name: str) -> float:
    position = DISCS.index(name)
    return plan.bodies[BODIES[position]].half_width_mm


def _inset(x_mm: float, half_width_mm: float, depth_mm: float) -> float:
    """How far the rounded front of a body lies behind its midline front."""
    share = min(abs(x_mm) / half_width_mm, 0.999)
    return float(depth_mm * (1.0 - np.sqrt(1.0 - share**2)))


def _paint_marrow(canvas: Canvas, window: Window, distance: FloatArray, *, fat: float, part: int) -> None:
    canvas.paint(window, distance < 0.15, Tissue.CORTEX, part=part)
    canvas.paint(window, distance < -_CORTEX_MM, Tissue.MARROW, fat=fat, part=part)


def _paint_body(canvas: Canvas, walls: Walls, body: BodyPlan, plan: LumbarPlan, x_mm: float) -> None:
    distance = walls.inside(inset_mm=_inset(x_mm, body.half_width_mm, 12.0))
    _paint_marrow(canvas, walls.window, distance, fat=plan.marrow_fat, part=0)
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


def _paint_oedema(canvas: Canvas, walls: SpineWalls, plan: LumbarPlan) -> None:
    for position, (name, disc) in enumerate(plan.discs.items()):
        amount = 0.95 if disc.is_infected else disc.endplate_oedema
        reach = 14.0 if disc.is_infected else 5.5
        if amount == 0.0:
            continue
        upper = walls.bodies[BODIES[position]]
        lower = walls.bodies[BODIES[position + 1]] if name != "L5_S1" else walls.sacrum[0]
        for body, plate in ((upper, upper.bottom), (lower, lower.top)):
            _soak(canvas, body, amount * np.exp(-((plate / reach) ** 2)))
            if disc.is_infected:
                _erode(canvas, body, plate)
    for name, fractured in plan.bodies.items():
        if fractured.fracture_oedema > 0.0:
            body = walls.bodies[name]
            _soak(canvas, body, fractured.fracture_oedema * np.exp(-((body.top / 10.0) ** 2)))


def _soak(canvas: Canvas, walls: Walls, amount: FloatArray) -> None:
    marrow = (canvas.tissue[walls.window] == Tissue.MARROW) & (walls.inside() < 0.0)
    layer = canvas.oedema[walls.window]
    layer[marrow] = np.maximum(layer[marrow], amount[marrow])


def _erode(canvas: Canvas, walls: Walls, plate: FloatArray) -> None:
    """Infection eats the endplate: its dark line is lost."""
    lost = (canvas.tissue[walls.window] == Tissue.CORTEX) & (np.abs(plate) < 2.2) & (walls.inside() < 0.5)
    canvas.tissue[walls.window][lost] = Tissue.OEDEMA


def paint_posterior(canvas: Canvas, grid: PlaneGrid, skeleton: Skeleton, plan: LumbarPlan, x_mm: float) -> None:
    """Pedicles, facets, laminae and spinous processes, from the top down."""
    for name in BODIES:
        _paint_arch(canvas, grid, skeleton.bodies[name], plan, (name, abs(x_mm)))
    for position, disc in enumerate(DISCS[:-1]):
        upper, lower = BODIES[position], BODIES[position + 1]
        _paint_joint(
            canvas, grid, (skeleton.bodies[upper], skeleton.bodies[lower]), plan.discs[disc], (lower, abs(x_mm))
        )


def _paint_arch(canvas: Canvas, grid: PlaneGrid, outline: Outline, plan: LumbarPlan, name_x: tuple[str, float]) -> None:
    name, x = name_x
    window = grid.window(outline.back_middle, 75.0)
    p, u = grid.local(window, outline.back_middle, outline.backward)
    root = canal_back_mm(plan, name)
    distances = [_lamina(p, u, root, x), _process(p, u, root, plan.bodies[name], x)]
    pedicle_x = _PEDICLE_X_MM[name]
    distances.append(capsule(p, u, (-5.0, 6.5), (7.0, 5.5)) - _thickness(x, pedicle_x, 5.5, 7.0))
    distances.append(_upper_facet(p, u, name, x))
    distances.append(_lower_facet(p, u, name, x))
    bone = np.minimum.reduce(distances)
    _paint_marrow(canvas, window, bone, fat=plan.marrow_fat + 0.12, part=BODY_PARTS[name])


def canal_back_mm(plan: LumbarPlan, body: str) -> float:
    """How far behind the back wall of a body its lamina begins in the midline."""
    position = BODIES.index(body)
    discs = [plan.discs[name].canal_ap_mm for name in DISCS[max(position - 1, 0) : position + 1]]
    return max(float(np.mean(discs)), 11.0) + 5.0


def _thickness(x: float, centre: float, half_width: float, radius: float) -> float:
    """Radius of a rod in the plane at x; far below zero beside it."""
    share = (x - centre) / half_width
    return float(radius * np.sqrt(1.0 - share**2)) if abs(share) < 1.0 else -1e3


def _lamina(p: FloatArray, u: FloatArray, root: float, x: float) -> FloatArray:
    if x > 15.0:
        return np.full_like(p, 1e3)
    forward = 0.018 * x**2
    return capsule(p, u, (root - 1.0 - forward, -3.0), (root + 4.5 - forward, -15.0)) - 3.4


def _process(p: FloatArray, u: FloatArray, root: float, body: BodyPlan, x: float) -> FloatArray:
    """The spinous process: a plate that is higher and blunter at its tip."""
    length = body.spinous_length_mm
    share = np.clip((p - root) / length, 0.0, 1.0)
    half_width = 3.2 + 1.2 * share
    middle = -9.0 - 0.16 * (p - root)
    half_height = (6.0 + 4.0 * share) * min(length / 30.0, 1.0)
    plate = rounded_corner(np.abs(u - middle) - half_height, np.abs(p - root - length / 2) - length / 2, 3.5)
    return np.maximum(plate, x - half_width)


def _upper_facet(p: FloatArray, u: FloatArray, name: str, x: float) -> FloatArray:
    return capsule(p, u, (6.0, 6.0), (10.0, 19.0)) - _thickness(x, _PEDICLE_X_MM[name] + 3.0, 6.0, 5.0)


def _lower_facet(p: FloatArray, u: FloatArray, name: str, x: float) -> FloatArray:
    return capsule(p, u, (13.0, -6.0), (19.0, -25.0)) - _thickness(x, _PEDICLE_X_MM[name] + 1.5, 6.5, 5.2)


def _paint_joint(
    canvas: Canvas, grid: PlaneGrid, outlines: tuple[Outline, Outline], disc: DiscPlan, name_x: tuple[str, float]
) -> None:
    """The gap of the facet joint between two vertebrae, its fluid, and oedema of the bone beside it."""
    lower_name, x = name_x
    upper, lower = outlines
    window = grid.window((upper.back_low + upper.backward * 15.0), 28.0)
    p_upper, u_upper = grid.local(window, upper.back_middle, upper.backward)
    p_lower, u_lower = grid.local(window, lower.back_middle, lower.backward)
    behind = _lower_facet(p_upper, u_upper, BODIES[BODIES.index(lower_name) - 1], x)
    before = _upper_facet(p_lower, u_lower, lower_name, x)
    if behind.size == 0 or behind.min() > 100.0 or before.min() > 100.0:
        return
    width = 0.7 + disc.facet_effusion_mm / 2
    near = np.maximum(behind, before)
    gap: MaskArray = (np.abs(behind - before) < 2 * width) & (near < 1.8 + disc.facet_effusion_mm / 2)
    if disc.facet_oedema > 0.0 and gap.any():
        rows, columns = np.nonzero(gap)
        centre = np.hypot(p_upper - p_upper[rows, columns].mean(), u_upper - u_upper[rows, columns].mean())
        marrow = canvas.tissue[window] == Tissue.MARROW
        canvas.oedema[window][marrow] = np.maximum(
            canvas.oedema[window], disc.facet_oedema * np.exp(-((centre / 9.0) ** 2))
        )[marrow]
    canvas.paint(window, gap, Tissue.FLUID if disc.facet_effusion_mm > 0.4 else Tissue.CARTILAGE)
