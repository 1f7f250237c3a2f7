"""Paint pedicles, laminae, processes and facet joints on a sagittal plane."""

from __future__ import annotations

import numpy as np

from ilc.simulation.lumbar.bone import paint_marrow
from ilc.simulation.lumbar.canvas import Canvas, MaskArray, PlaneGrid, Window, capsule, rounded_corner
from ilc.simulation.lumbar.plan import BodyPlan, DiscPlan, LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Outline, Skeleton
from ilc.simulation.lumbar.tissues import Tissue

_PEDICLE_X_MM = (19.0, 16.0, 14.5, 13.5, 13.0, 13.5, 13.0, 13.0)  # from the lowest vertebra upward
_PROCESS_HALF_WIDTH_MM = 4.7
_LAMINA_HALF_WIDTH_MM = 15.0
_PEDICLE_HALF_WIDTH_MM = 5.5
# Middle of a facet beside its pedicle's, and half its width.
_UPPER_FACET, _LOWER_FACET = (3.0, 6.0), (1.5, 6.5)


def pedicle_x_mm(plan: LumbarPlan, body: str) -> float:
    """Distance of a pedicle's middle from the midline."""
    return _PEDICLE_X_MM[plan.rank(body) - 1]


def paint_posterior(canvas: Canvas, grid: PlaneGrid, skeleton: Skeleton, plan: LumbarPlan, x_mm: float) -> None:
    """Pedicles, facets, laminae and spinous processes, from the top down."""
    for name in plan.bodies:
        _paint_arch(canvas, grid, skeleton.bodies[name], plan, (name, abs(x_mm)))
    for position, disc in enumerate(plan.disc_names[:-1]):
        pair = plan.body_names[position], plan.body_names[position + 1]
        outlines = skeleton.bodies[pair[0]], skeleton.bodies[pair[1]]
        centres = pedicle_x_mm(plan, pair[0]), pedicle_x_mm(plan, pair[1])
        _paint_joint(canvas, grid, outlines, plan.discs[disc], (centres, x_mm))


def _paint_arch(canvas: Canvas, grid: PlaneGrid, outline: Outline, plan: LumbarPlan, name_x: tuple[str, float]) -> None:
    name, x = name_x
    pedicle_x = pedicle_x_mm(plan, name)
    has_process = x < _PROCESS_HALF_WIDTH_MM
    # The window must hold all that is painted; a smaller one is quicker.
    window = grid.window(outline.back_middle, 75.0)
    if not has_process:
        window = grid.window(outline.back_middle + 8.0 * outline.backward - 3.0 * outline.up, 42.0)
    p, u = grid.local(window, outline.back_middle, outline.backward)
    root = canal_back_mm(plan, name)
    distances = [spinous_process(p, u, root, plan.bodies[name], x)] if has_process else []
    if x <= _LAMINA_HALF_WIDTH_MM:
        distances.append(_lamina(p, u, root, x))
    if abs(x - pedicle_x) < _PEDICLE_HALF_WIDTH_MM:
        radius = rod_radius(x, pedicle_x, _PEDICLE_HALF_WIDTH_MM, 7.0)
        distances.append(capsule(p, u, (-5.0, 6.5), (7.0, 5.5)) - radius)
    if abs(x - pedicle_x - _UPPER_FACET[0]) < _UPPER_FACET[1]:
        distances.append(_upper_facet(p, u, pedicle_x, x))
    if abs(x - pedicle_x - _LOWER_FACET[0]) < _LOWER_FACET[1]:
        distances.append(_lower_facet(p, u, pedicle_x, x))
    if distances:
        paint_marrow(canvas, window, np.minimum.reduce(distances), fat=plan.marrow_fat + 0.12, part=plan.rank(name))


def canal_back_mm(plan: LumbarPlan, body: str) -> float:
    """How far behind the back wall of a body its lamina begins in the midline."""
    position = plan.body_names.index(body)
    discs = [plan.discs[name].canal_ap_mm for name in plan.disc_names[max(position - 1, 0) : position + 1]]
    return max(float(np.mean(discs)), 11.0) + 5.0


def rod_radius(x: float, centre: float, half_width: float, radius: float) -> float:
    """Radius of a rod in the plane at x; far below zero beside it."""
    share = (x - centre) / half_width
    return float(radius * np.sqrt(1.0 - share**2)) if abs(share) < 1.0 else -1e3


def _lamina(p: FloatArray, u: FloatArray, root: float, x: float) -> FloatArray:
    forward = 0.018 * x**2
    return capsule(p, u, (root - 1.0 - forward, -3.0), (root + 4.5 - forward, -15.0)) - 3.4


def spinous_process(p: FloatArray, u: FloatArray, root: float, body: BodyPlan, x: float) -> FloatArray:
    """The spinous process: a plate that is higher and blunter at its tip."""
    length = body.spinous_length_mm
    share = np.clip((p - root) / length, 0.0, 1.0)
    half_width = 3.2 + 1.2 * share
    middle = -9.0 - 0.16 * (p - root)
    half_height = (6.0 + 4.0 * share) * min(length / 30.0, 1.0)
    plate = rounded_corner(np.abs(u - middle) - half_height, np.abs(p - root - length / 2) - length / 2, 3.5)
    return np.maximum(plate, x - half_width)


def _upper_facet(p: FloatArray, u: FloatArray, pedicle_x: float, x: float) -> FloatArray:
    return capsule(p, u, (6.0, 6.0), (10.0, 19.0)) - rod_radius(x, pedicle_x + _UPPER_FACET[0], _UPPER_FACET[1], 5.0)


def _lower_facet(p: FloatArray, u: FloatArray, pedicle_x: float, x: float) -> FloatArray:
    return capsule(p, u, (13.0, -6.0), (19.0, -25.0)) - rod_radius(x, pedicle_x + _LOWER_FACET[0], _LOWER_FACET[1], 5.2)


def _paint_joint(
    canvas: Canvas,
    grid: PlaneGrid,
    outlines: tuple[Outline, Outline],
    disc: DiscPlan,
    place: tuple[tuple[float, float], float],
) -> None:
    """The gap of the facet joint between two vertebrae, its fluid, and oedema of the bone beside it."""
    (upper_x, lower_x), x = place[0], abs(place[1])
    if abs(x - upper_x - _LOWER_FACET[0]) >= _LOWER_FACET[1] or abs(x - lower_x - _UPPER_FACET[0]) >= _UPPER_FACET[1]:
        return
    upper, lower = outlines
    effusion_mm, oedema = disc.effusion_mm(place[1]), disc.facet_oedema_at(place[1])
    window = grid.window((upper.back_low + upper.backward * 15.0), 28.0)
    p_upper, u_upper = grid.local(window, upper.back_middle, upper.backward)
    p_lower, u_lower = grid.local(window, lower.back_middle, lower.backward)
    behind = _lower_facet(p_upper, u_upper, upper_x, x)
    before = _upper_facet(p_lower, u_lower, lower_x, x)
    if behind.size == 0:
        return
    width = 0.7 + effusion_mm / 2
    near = np.maximum(behind, before)
    gap: MaskArray = (np.abs(behind - before) < 2 * width) & (near < 1.8 + effusion_mm / 2)
    if gap.any():
        rows, columns = np.nonzero(gap)
        reach_mm = np.hypot(p_upper - p_upper[rows, columns].mean(), u_upper - u_upper[rows, columns].mean())
        inflame_joint(canvas, window, reach_mm, bone=oedema, soft=disc.synovitis_at(place[1]))
    canvas.paint(window, gap, Tissue.FLUID if effusion_mm > 0.4 else Tissue.CARTILAGE)


def inflame_joint(canvas: Canvas, window: Window, reach_mm: FloatArray, *, bone: float, soft: float) -> None:
    """Oedema of the bone and of the soft tissue around a joint, by their distance from it."""
    layer, tissue = canvas.oedema[window], canvas.tissue[window]
    for amount, far_mm, tissues in (
        (bone, 9.0, (Tissue.MARROW,)),
        (soft, 13.0, (Tissue.FAT, Tissue.MUSCLE, Tissue.LIGAMENT)),
    ):
        if amount > 0.0:
            here = np.isin(tissue, tissues)
            layer[here] = np.maximum(layer, amount * np.exp(-((reach_mm / far_mm) ** 2)))[here]
