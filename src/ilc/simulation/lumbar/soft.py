"""Paint everything that is not bone or disc: back, abdomen, canal, ligaments, and the fine structure of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.bone import CANAL_PART
from ilc.simulation.lumbar.canvas import Canvas, MaskArray, PlaneGrid, capsule, noise
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Skeleton
from ilc.simulation.lumbar.tissues import Tissue

_WHOLE = (slice(None), slice(None))
_N_ROOTS = 44
_THINNEST_FAT_MM = 4.5  # between skin and fascia, the skin included
_ROOT_RADIUS_MM = 0.68
_SAC_REACH_MM = 20.0  # from the midline, its wall and all
SAC_END_MM = 52.0  # below the lowest disc


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Distances in mm of every point, the same for all planes."""

    behind_skin: FloatArray
    behind_fascia: FloatArray
    behind_back_wall: FloatArray
    behind_front_wall: FloatArray
    along: FloatArray  # way along the sac, from the top down
    behind_sac: FloatArray  # behind its centre line
    half_depth: FloatArray  # of the sac


def measure_surroundings(grid: PlaneGrid, skeleton: Skeleton) -> Surroundings:
    """Distances of every point of the plane to skin, fascia, spine and canal."""
    outlines = list(skeleton.bodies.values()) + list(skeleton.sacrum)
    back = np.array([outline.back_middle for outline in outlines])
    front = np.array([(outline.front_low + outline.front_high) / 2 for outline in outlines])
    along, behind, half = grid.along_canal(skeleton.canal)
    return Surroundings(
        behind_skin=grid.behind_line(skeleton.skin),
        behind_fascia=grid.behind_line(skeleton.fascia),
        behind_back_wall=grid.behind_line(back),
        behind_front_wall=grid.behind_line(_falling(front)),
        along=along,
        behind_sac=behind,
        half_depth=half,
    )


def _falling(line: FloatArray) -> FloatArray:
    """Keep the part of a line in which height falls: the tip of the sacrum turns back on itself."""
    lowest = np.minimum.accumulate(line[:, 1])
    return np.asarray(line[np.concatenate([[True], line[1:, 1] < lowest[:-1]])])


def paint_background(canvas: Canvas, around: Surroundings, plan: LumbarPlan, x_mm: float) -> None:
    """Skin, fat, muscle, and what lies before the spine."""
    x = abs(x_mm)
    drop = flank_drop_mm(plan, x)
    canvas.paint(_WHOLE, around.behind_skin + drop[0] < 0.0, Tissue.SKIN)
    canvas.paint(_WHOLE, around.behind_skin + drop[0] < -1.8, Tissue.FAT, fat=1.0)
    # The muscle bellies stand out on both sides of the furrow in the midline.
    belly = 5.0 * np.exp(-(((x - 24.0) / 11.0) ** 2))
    fascia = around.behind_fascia - belly + drop[1]
    if plan.has_axial_detail:
        fascia = np.maximum(fascia, around.behind_skin + drop[0] + _THINNEST_FAT_MM)
    canvas.paint(_WHOLE, fascia < 0.9, Tissue.LIGAMENT, fat=0.1)
    canvas.paint(_WHOLE, fascia < -0.3, Tissue.MUSCLE, fat=plan.muscle_fat)
    beside = around.behind_back_wall < 4.0
    canvas.paint(_WHOLE, beside, Tissue.MUSCLE if x > 19.0 else Tissue.FAT, fat=0.05 if x > 19.0 else 0.95)
    before = around.behind_front_wall < -1.0
    canvas.paint(_WHOLE, before, Tissue.FAT, fat=0.92)
    # Loops of bowel come nearer beside the spine.
    bowel = -24.0 - (8.0 * np.cos(x_mm / 17.0) if plan.has_axial_detail else 0.0)
    canvas.paint(_WHOLE, around.behind_front_wall < bowel, Tissue.BOWEL, fat=0.35)


def flank_drop_mm(plan: LumbarPlan, x_mm: float) -> tuple[float, float]:
    """How far skin and fascia lie further to the front than in the midline; nothing without axial detail."""
    if not plan.has_axial_detail:
        return 0.0, 0.0
    return 0.004 * x_mm**2, 0.016 * max(abs(x_mm) - 35.0, 0.0) ** 2


def paint_vessels(canvas: Canvas, grid: PlaneGrid, skeleton: Skeleton, x_mm: float) -> None:
    """Aorta to the left of the midline down to L4, vena cava to the right: dark, because blood flows."""
    bodies = list(skeleton.bodies.values())
    # They divide at the foot of the last body but one, usually L4.
    fork = bodies[-2].front_low
    line = np.array([*((body.front_low + body.front_high) / 2 for body in bodies[:-1]), fork])
    for centre_x, radius, gap in ((9.0, 9.0, 4.0), (-15.0, 10.5, 3.0)):
        reach = radius**2 - (x_mm - centre_x) ** 2
        if reach <= 0.0:
            continue
        above = grid.z_mm[:, None] - fork[1]  # where they divide they taper out of the plane
        taper = np.sqrt(np.clip(above / 22.0, 0.0, 1.0)) * (1.0 + 0.06 * np.sin(above / 11.0 + centre_x))
        before = -grid.behind_line(line) - gap - radius - 1.5 * np.sin(above / 17.0)
        inside = np.abs(before) < np.sqrt(reach) * taper
        wall = np.abs(before) < (np.sqrt(reach) + 1.2) * taper
        canvas.paint(_WHOLE, wall, Tissue.LIGAMENT)
        canvas.paint(_WHOLE, inside, Tissue.VESSEL)


def paint_canal_bed(canvas: Canvas, around: Surroundings, skeleton: Skeleton, plan: LumbarPlan, x_mm: float) -> None:
    """Epidural fat, yellow ligaments, foramina, interspinous ligaments and the back of the sacrum."""
    x = abs(x_mm)
    behind = around.behind_sac - around.half_depth  # behind the back of the sac
    in_canal = (behind < 4.5) & (around.behind_sac > -around.half_depth - 7.0)
    if x < 21.0:
        canvas.paint(_WHOLE, in_canal, Tissue.FAT, fat=0.95)
    sacral = around.along > skeleton.canal.lowest_disc_mm + 16.0
    if x < 15.0:
        canvas.paint(_WHOLE, sacral & (behind > 2.0) & (behind < 9.0), Tissue.CORTEX)
        canvas.paint(_WHOLE, sacral & (behind > 3.0) & (behind < 8.0), Tissue.MARROW, fat=plan.marrow_fat + 0.15)
    if x < 4.0:
        between = (behind > 4.5) & (around.behind_fascia < -2.0) & ~sacral & (around.behind_back_wall > 10.0)
        canvas.paint(_WHOLE, between, Tissue.LIGAMENT, fat=0.42)
        string = (around.behind_fascia > -1.4) & (around.behind_fascia < 0.5) & ~sacral
        canvas.paint(_WHOLE, string, Tissue.LIGAMENT)
    if x < (14.0 if plan.has_axial_detail else 13.0):
        _paint_yellow_ligaments(canvas, around, skeleton, plan, x)


def _paint_yellow_ligaments(
    canvas: Canvas, around: Surroundings, skeleton: Skeleton, plan: LumbarPlan, x: float
) -> None:
    behind = around.behind_sac - around.half_depth
    # Towards the joints they run forward, as laminae do.
    forward = 0.042 * x**2 if plan.has_axial_detail else 0.0
    near = np.nonzero((behind > -forward) & (behind < 12.0))
    behind, along = behind[near] + forward, around.along[near]
    for name, disc in plan.discs.items():
        way = along - skeleton.canal.disc_length_mm[name]
        thick = disc.ligament_thickness_mm
        # In the midline a pad of fat fills the angle between the two ligaments.
        pad = 3.2 * np.exp(-((x / 3.0) ** 2)) * np.exp(-(((way - 3.0) / 7.0) ** 2)) * (thick < 4.5)
        start = 0.4 + pad
        band = (np.abs(way - 1.0) < 11.0) & (behind > start) & (behind < start + thick * (1.0 - 0.25 * (x < 2.0)))
        mask = np.zeros_like(around.along, dtype=np.bool_)
        mask[near] = band
        canvas.paint(_WHOLE, mask, Tissue.LIGAMENT)


def paint_roots_in_foramina(canvas: Canvas, grid: PlaneGrid, skeleton: Skeleton, x_mm: float) -> None:
    """Each root leaves below the pedicle of its vertebra, within the fat of the foramen."""
    x = abs(x_mm)
    if not 9.0 < x < 24.0:
        return
    for outline in skeleton.bodies.values():
        window = grid.window(outline.back_low, 22.0)
        p, u = grid.local(window, outline.back_middle, outline.backward)
        drop = 0.45 * (x - 9.0)
        canvas.paint(window, capsule(p, u, (4.2, -7.0 - drop), (5.0, -9.5 - drop)) < 2.6, Tissue.ROOT, fat=0.05)
        canvas.paint(window, np.hypot(p - 7.5, u + 4.5) < 1.0, Tissue.VEIN)


def sac_half_width_mm(half_depth_mm: FloatArray) -> FloatArray:
    """Half the width of the sac from half its depth."""
    return np.asarray(np.clip(0.62 * half_depth_mm + 4.8, 1.0, 10.0))


def sac_radius(behind_mm: FloatArray, half_depth_mm: FloatArray, x_mm: FloatArray | float) -> FloatArray:
    """Distance from the middle of the sac's elliptic section against that of its wall; below 1 inside."""
    return np.hypot(behind_mm / np.maximum(half_depth_mm, 0.3), x_mm / sac_half_width_mm(half_depth_mm))


def paint_sac(canvas: Canvas, around: Surroundings, skeleton: Skeleton, seed: int, x_mm: float) -> None:
    """Fluid, conus and the roots of the cauda equina."""
    if abs(x_mm) > _SAC_REACH_MM:
        return
    half_width = sac_half_width_mm(around.half_depth)
    radius = sac_radius(around.behind_sac, around.half_depth, x_mm)
    end = skeleton.canal.lowest_disc_mm + SAC_END_MM
    inside = (radius < 1.0) & (around.along < end)
    shell = (around.half_depth * (radius - 1.0) < 0.7) & (around.along < end)
    canvas.paint(_WHOLE, shell, Tissue.LIGAMENT, fat=0.2)
    canvas.paint(_WHOLE, inside, Tissue.CSF, part=CANAL_PART)
    conus = skeleton.canal.disc_length_mm["L1_L2"] - 12.0
    cord = 4.3 * np.sqrt(np.clip((conus - around.along) / 38.0, 0.0, 1.0))
    in_cord = np.hypot(around.behind_sac - 0.4, x_mm * 0.85) < cord
    canvas.paint(_WHOLE, inside & in_cord, Tissue.CORD, part=CANAL_PART)
    _paint_roots(canvas, around, skeleton, seed=seed, place=_Strands(inside & ~in_cord, half_width, x_mm))


@dataclass(frozen=True, slots=True)
class _Strands:
    """Where roots may run in one plane."""

    inside: MaskArray
    half_width: FloatArray
    x_mm: float


def _paint_roots(canvas: Canvas, around: Surroundings, skeleton: Skeleton, *, seed: int, place: _Strands) -> None:
    """Roots run down the back of the sac and leave to the front and side, pair by pair."""
    rng = np.random.default_rng([seed, 77])
    start = skeleton.canal.disc_length_mm["L1_L2"] - 30.0
    exits = [length for name, length in skeleton.canal.disc_length_mm.items() if name.startswith("L")]
    exits += [exits[-1] + 18.0, exits[-1] + 34.0, exits[-1] + 46.0]
    points = np.nonzero(place.inside)
    along, behind, half = around.along[points], around.behind_sac[points], around.half_depth[points]
    reach = np.maximum(place.half_width[points] - 1.0, 0.5)
    is_root = np.zeros(len(along), dtype=np.bool_)
    for number in range(_N_ROOTS):
        leave = exits[number % len(exits)] + rng.normal(0.0, 3.0)
        side = 1.0 if number % 2 else -1.0
        first_depth, first_side = rng.uniform(0.1, 0.86), side * rng.uniform(0.0, 0.6)
        wave, phase = rng.uniform(0.02, 0.05), rng.uniform(0.0, 6.3)
        way = np.clip((along - start) / max(leave - start, 1.0), 0.0, 1.0)
        depth = first_depth - (first_depth + 0.35) * way**2.2 + wave * np.sin(along / 9.0 + phase)
        lateral = first_side + (side * 0.95 - first_side) * way**3.0
        near = np.hypot(behind - depth * half, place.x_mm - lateral * reach)
        is_root |= (near < _ROOT_RADIUS_MM) & (along > start) & (along < leave)
    roots = np.zeros_like(place.inside)
    roots[points] = is_root
    canvas.paint(_WHOLE, roots, Tissue.ROOT, part=CANAL_PART)


@dataclass(frozen=True, slots=True)
class Texture:
    """Random fields of one slice, each with mean 0 and deviation 1."""

    fine: FloatArray
    broad: FloatArray
    streak: FloatArray
    long_streak: FloatArray
    septa: FloatArray
    lumps: FloatArray


def draw_texture(shape: tuple[int, int], *, rng: np.random.Generator, pitch_mm: float) -> Texture:
    """Draw the fine structure of one slice; it is longer across slices than the planes of one slice are apart."""

    def field(along_mm: float, across_mm: float) -> FloatArray:
        return noise(rng, shape, (along_mm / pitch_mm, across_mm / pitch_mm))

    return Texture(
        fine=field(0.7, 0.7),
        broad=field(3.5, 3.5),
        streak=field(5.0, 0.55),
        long_streak=field(14.0, 1.6),
        septa=field(7.0, 2.5),
        lumps=field(7.0, 7.0),
    )


def add_texture(canvas: Canvas, around: Surroundings, texture: Texture) -> None:
    """Islands of fat in marrow, streaks in muscle, septa in fat, contents of the bowel."""
    marrow = canvas.tissue == Tissue.MARROW
    canvas.fat[marrow] += (0.05 * texture.fine + 0.035 * texture.broad)[marrow]
    muscle = canvas.tissue == Tissue.MUSCLE
    # Fat of the muscle gathers low in the back.
    low = np.clip((around.along - np.median(around.along)) / 250.0, -0.2, 0.35)
    infiltration = np.clip(0.8 * texture.streak + 0.9 * texture.long_streak - 0.75, 0.0, 1.6) * (0.34 + low)
    canvas.fat[muscle] += (infiltration + 0.03 * texture.streak)[muscle]
    fat = canvas.tissue == Tissue.FAT
    septa = np.exp(-((texture.septa / 0.07) ** 2))
    canvas.gain[fat] *= (1.0 - 0.22 * septa + 0.05 * texture.broad)[fat]
    bowel = canvas.tissue == Tissue.BOWEL
    canvas.fat[bowel] = np.clip(0.45 + 0.55 * texture.lumps, 0.0, 1.0)[bowel]
    loose = (canvas.tissue == Tissue.LIGAMENT) & (canvas.fat > 0.3)
    canvas.fat[loose] = np.clip(canvas.fat + 0.07 * texture.streak + 0.15 * texture.broad, 0.0, 0.95)[loose]
    canvas.gain *= (1.0 + 0.035 * texture.broad + 0.02 * texture.fine).astype(np.float32)
    np.clip(canvas.fat, 0.0, 1.0, out=canvas.fat)
