"""Everything that one spine looks like in its own straight frame: painted planes and the signal they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.arch import paint_posterior
from ilc.simulation.lumbar.bone import SpineWalls, measure_walls, paint_spine
from ilc.simulation.lumbar.canvas import Canvas, PlaneGrid
from ilc.simulation.lumbar.curve import SpineCurve
from ilc.simulation.lumbar.flanks import add_muscle_fat, paint_flanks
from ilc.simulation.lumbar.joints import paint_arches
from ilc.simulation.lumbar.pathology import paint_herniations, paint_pathology
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Skeleton, build_skeleton
from ilc.simulation.lumbar.soft import (
    Surroundings,
    Texture,
    add_texture,
    measure_surroundings,
    paint_background,
    paint_canal_bed,
    paint_roots_in_foramina,
    paint_sac,
    paint_vessels,
)
from ilc.simulation.lumbar.tissues import Protocol, Tissue, signals_of


@dataclass(frozen=True, slots=True)
class Scene:
    """One spine on the points of one plane grid."""

    plan: LumbarPlan
    skeleton: Skeleton
    plane: PlaneGrid
    walls: SpineWalls
    around: Surroundings
    curve: SpineCurve


def build_scene(plan: LumbarPlan, plane: PlaneGrid) -> Scene:
    """Lay the spine out and measure all that is the same for every plane."""
    skeleton = build_skeleton(plan)
    walls, around = measure_walls(plane, skeleton, plan), measure_surroundings(plane, skeleton)
    return Scene(plan, skeleton, plane, walls, around, SpineCurve.of(skeleton, plan.scoliosis))


def paint_plane(scene: Scene, texture: Texture, x_mm: float) -> Canvas:
    """The sagittal plane at x of the straight spine; left is positive."""
    canvas = Canvas(scene.plane.shape)
    plan, skeleton, around = scene.plan, scene.skeleton, scene.around
    paint_background(canvas, around, plan, x_mm)
    if plan.has_axial_detail:
        paint_flanks(canvas, around, skeleton, plan, x_mm)
    paint_vessels(canvas, scene.plane, skeleton, x_mm)
    paint_canal_bed(canvas, around, skeleton, plan, x_mm)
    paint_roots_in_foramina(canvas, scene.plane, skeleton, x_mm)
    paint_bones = paint_arches if plan.has_axial_detail else paint_posterior
    paint_bones(canvas, scene.plane, skeleton, plan, x_mm)
    paint_spine(canvas, scene.walls, plan, x_mm)
    paint_pathology(canvas, scene.walls, plan, x_mm)
    paint_sac(canvas, around, skeleton, plan.seed, x_mm)
    paint_herniations(canvas, scene.plane, skeleton, plan, x_mm)
    add_texture(canvas, around, texture)
    if plan.has_axial_detail:
        add_muscle_fat(canvas, texture, plan, x_mm)
    return canvas


def signal_of(canvas: Canvas, protocol: Protocol, tissue_seed: int | None) -> FloatArray:
    """Signal of every point before coil and noise."""
    table = signals_of(protocol, tissue_seed)
    water = table[canvas.tissue]
    water += canvas.wet * (table[Tissue.NUCLEUS] - water)
    water += canvas.oedema * (table[Tissue.OEDEMA] - water)
    fat_share = canvas.fat * (1.0 - 0.8 * canvas.oedema)
    return np.asarray((water + fat_share * (table[Tissue.FAT] - water)) * canvas.gain)
