"""Paint what is ill: oedema, endplate change, endplate defects, lesions of the marrow, tears and herniations."""

from __future__ import annotations

import numpy as np

from ilc.simulation.lumbar.bone import DISC_PARTS_FROM, SpineWalls, disc_half_width_mm
from ilc.simulation.lumbar.canvas import Canvas, MaskArray, PlaneGrid, Walls
from ilc.simulation.lumbar.herniation import DURA_MM, herniation_distance, outlines_of
from ilc.simulation.lumbar.plan import BodyPlan, DiscPlan, LumbarPlan, Modic
from ilc.simulation.lumbar.skeleton import FloatArray, Skeleton
from ilc.simulation.lumbar.tissues import Tissue

_DEFECT_HALF_WIDTH_MM = 5.5
_FATTY_MARROW = 0.92


def paint_pathology(canvas: Canvas, walls: SpineWalls, plan: LumbarPlan, x_mm: float) -> None:
    """Whatever changes bodies and discs from within."""
    for position, (name, disc) in enumerate(plan.discs.items()):
        upper = walls.bodies[plan.body_names[position]]
        is_lowest = position + 1 == len(plan.bodies)
        lower = walls.sacrum[0] if is_lowest else walls.bodies[plan.body_names[position + 1]]
        plates = ((upper, upper.bottom), (lower, lower.top))
        for (body, plate), modic in zip(plates, (disc.modic_above, disc.modic_below), strict=True):
            _paint_modic(canvas, body, plate, modic, disc.modic_reach_mm)
        _paint_endplate_oedema(canvas, plates, disc)
        depths = (disc.defect_above_mm, disc.defect_below_mm)
        for (body, plate), depth_mm in zip(plates, depths, strict=True):
            if depth_mm > 0.0 and abs(x_mm) < _DEFECT_HALF_WIDTH_MM:
                round_it = depth_mm * _defect_profile(body, x_mm)
                _paint_defect(canvas, body, (plate, round_it), part=DISC_PARTS_FROM + plan.rank(name))
        if disc.has_high_intensity_zone:
            _paint_tear(canvas, walls.discs[name], x_mm / disc_half_width_mm(plan, name))
    for name, body_plan in plan.bodies.items():
        if body_plan.fracture_oedema > 0.0:
            body = walls.bodies[name]
            _soak(canvas, body, body_plan.fracture_oedema * np.exp(-((body.top / 10.0) ** 2)))
        if body_plan.lesions:
            _paint_lesions(canvas, walls.bodies[name], body_plan, x_mm)


def _paint_endplate_oedema(
    canvas: Canvas, plates: tuple[tuple[Walls, FloatArray], tuple[Walls, FloatArray]], disc: DiscPlan
) -> None:
    amount = 0.95 if disc.is_infected else disc.endplate_oedema
    reach = 14.0 if disc.is_infected else 5.5
    if amount == 0.0:
        return
    for body, plate in plates:
        _soak(canvas, body, amount * np.exp(-((plate / reach) ** 2)))
        if disc.is_infected:
            _erode(canvas, body, plate)


def _soak(canvas: Canvas, walls: Walls, amount: FloatArray) -> None:
    marrow = _marrow_of(canvas, walls)
    layer = canvas.oedema[walls.window]
    layer[marrow] = np.maximum(layer[marrow], amount[marrow])


def _marrow_of(canvas: Canvas, walls: Walls) -> MaskArray:
    return np.asarray((canvas.tissue[walls.window] == Tissue.MARROW) & (walls.inside() < 0.0))


def _erode(canvas: Canvas, walls: Walls, plate: FloatArray) -> None:
    """Infection eats the endplate: its dark line is lost."""
    lost = (canvas.tissue[walls.window] == Tissue.CORTEX) & (np.abs(plate) < 2.2) & (walls.inside() < 0.5)
    canvas.tissue[walls.window][lost] = Tissue.OEDEMA


def _paint_modic(canvas: Canvas, walls: Walls, plate: FloatArray, modic: Modic, reach_mm: float) -> None:
    """A band along the endplate with a rather sharp border: water, fat or dense bone in place of marrow."""
    if modic == 0:
        return
    marrow = _marrow_of(canvas, walls)
    share = np.exp(-((plate / reach_mm) ** 6))
    if modic == 1:
        _soak(canvas, walls, 0.95 * share)
        return
    fat, target = canvas.fat[walls.window], _FATTY_MARROW if modic == 2 else 0.1
    fat[marrow] += (share * (target - fat))[marrow]
    if modic == 3:
        canvas.gain[walls.window][marrow] *= (1.0 - 0.72 * share)[marrow]


def _defect_profile(walls: Walls, x_mm: float) -> FloatArray:
    """Depth of a node of disc against its greatest, at each point below or above its endplate."""
    length = np.maximum(-walls.back - walls.front, 1.0)
    # Nodes lie a little behind the middle of the endplate.
    aside = (-walls.back / length - 0.42) * length / _DEFECT_HALF_WIDTH_MM
    lateral = x_mm / _DEFECT_HALF_WIDTH_MM
    return np.asarray(np.sqrt(np.clip(1.0 - lateral**2 - aside**2, 0.0, None)))


def _paint_defect(canvas: Canvas, walls: Walls, plate_depth: tuple[FloatArray, FloatArray], *, part: int) -> None:
    """A node of disc that has sunk through an endplate, in a thin shell of dark bone."""
    plate, depth = plate_depth
    # Measured from the sunken endplate, so that the depth is that of the node alone.
    beyond = -plate - depth
    within = (depth > 0.0) & (plate < 1.2) & (walls.inside() < 1.2)
    shell = within & (beyond < 0.9)
    canvas.tissue[walls.window][shell] = Tissue.CORTEX
    canvas.fat[walls.window][shell] = 0.0
    node = within & (beyond < 0.0)
    canvas.paint(walls.window, node, Tissue.DRY_NUCLEUS, part=part)
    canvas.wet[walls.window][node] = 0.2


def _paint_lesions(canvas: Canvas, walls: Walls, body: BodyPlan, x_mm: float) -> None:
    behind = (walls.front - walls.back) / -2.0
    above = (walls.top - walls.bottom) / 2.0
    for lesion in body.lesions:
        reach = np.sqrt(
            (behind - lesion.behind_mm) ** 2 + (above - lesion.above_mm) ** 2 + (x_mm - lesion.side_mm) ** 2
        )
        inside = _marrow_of(canvas, walls) & (reach < lesion.radius_mm)
        canvas.tissue[walls.window][inside] = Tissue.TUMOUR
        canvas.fat[walls.window][inside] = 0.0
        canvas.oedema[walls.window][inside] = 0.0


def _paint_tear(canvas: Canvas, walls: Walls, lateral: float) -> None:
    """Fluid in the annulus, just inside the back of the disc, at the foot of it."""
    if abs(lateral) > 0.2:
        return
    height = (walls.top - walls.bottom) / np.minimum(walls.top + walls.bottom, -0.5)
    zone = (np.abs(walls.back + 1.9) < 1.0) & (np.abs(height - 0.1) < 0.42) & (walls.inside() < 0.0)
    canvas.tissue[walls.window][zone] = Tissue.FLUID
    canvas.wet[walls.window][zone] = 0.0


def paint_herniations(canvas: Canvas, grid: PlaneGrid, skeleton: Skeleton, plan: LumbarPlan, x_mm: float) -> None:
    """Disc that has left its place covers sac and fat, not bone; the dura drapes over it."""
    for name, disc in plan.discs.items():
        shape = disc.herniation
        if shape is None or abs(x_mm - shape.side_mm) >= shape.half_width_mm + 0.8:
            continue
        outlines = outlines_of(plan, skeleton, name)
        window = grid.window(outlines[1].back_middle, 34.0)
        y, z = np.meshgrid(grid.y_mm[window[1]], grid.z_mm[window[0]])
        distance = herniation_distance(np.stack([y, z], axis=-1), x_mm, disc=disc, outlines=outlines)
        tissue = canvas.tissue[window]
        free = ~np.isin(tissue, (Tissue.MARROW, Tissue.CORTEX, Tissue.VEIN)) & ~canvas.is_body[window]
        free &= (canvas.part[window] == 0) | (canvas.part[window] >= 100)
        canvas.paint(window, free & (distance < DURA_MM) & (distance >= 0.0) & (tissue == Tissue.CSF), Tissue.LIGAMENT)
        inside = free & (distance < 0.0)
        canvas.paint(window, inside, Tissue.ANNULUS, part=DISC_PARTS_FROM + plan.rank(name))
        canvas.wet[window][inside & (distance < -0.8)] = shape.hydration
