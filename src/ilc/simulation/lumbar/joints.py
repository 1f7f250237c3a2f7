"""Facet joints as axial slices show them: a bowed gap of known width between two processes, and the arch around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.arch import canal_back_mm, inflame_joint, pedicle_x_mm, rod_radius, spinous_process
from ilc.simulation.lumbar.bone import SACRUM_PART, paint_marrow
from ilc.simulation.lumbar.canvas import Canvas, PlaneGrid, capsule, rounded_corner
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Outline, Skeleton
from ilc.simulation.lumbar.tissues import Tissue

CARTILAGE_MM = 0.6
JOINT_HALF_HEIGHT_MM = 8.0
_JOINT_HALF_LENGTH_MM = 7.5
_BOW_MM = 14.0  # radius of the bowed gap
# Of the gap against the sagittal plane, from the lowest joint upward.
_ANGLE_DEG = (50.0, 48.0, 40.0, 33.0, 28.0, 25.0, 55.0, 60.0)
_LOWEST_X_MM = 21.5


@dataclass(frozen=True, slots=True)
class Joint:
    """Where the facet joints of one motion segment lie, in the frame of its disc (behind, up, to the side)."""

    disc: Outline
    behind_mm: float
    side_mm: float  # of both, from the midline
    angle_deg: float

    def place(self, points: FloatArray, aside_mm: FloatArray | float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """For points (..., 2) and their distance from the midline: way across the gap (to the inner process), along
        it, and above its middle, in mm."""
        offset = points - self.disc.back_middle
        p, u = offset @ self.disc.backward, offset @ self.disc.up
        angle = np.deg2rad(self.angle_deg)
        inward, outward = (np.sin(angle), -np.cos(angle)), (np.cos(angle), np.sin(angle))
        from_p = p - self.behind_mm - _BOW_MM * inward[0]
        from_x = aside_mm - self.side_mm - _BOW_MM * inward[1]
        across = _BOW_MM - np.hypot(from_p, from_x)
        turn = np.arctan2(from_p * outward[0] + from_x * outward[1], -(from_p * inward[0] + from_x * inward[1]))
        return np.asarray(across), np.asarray(_BOW_MM * turn), np.asarray(u)

    def middle(self, side: float) -> FloatArray:
        """Middle of the gap as a straight point (x, y, z); side 1 is the left, -1 the right."""
        y, z = self.disc.back_middle + self.behind_mm * self.disc.backward
        return np.array([side * self.side_mm, y, z])


def lay_joints(plan: LumbarPlan, skeleton: Skeleton) -> dict[str, Joint]:
    """The joints of every motion segment by its disc."""
    joints: dict[str, Joint] = {}
    for position, (name, outline) in enumerate(skeleton.discs.items()):
        is_lowest = position + 1 == len(plan.bodies)
        side = _LOWEST_X_MM if is_lowest else pedicle_x_mm(plan, plan.body_names[position + 1]) + 0.5
        behind = max(plan.discs[name].canal_ap_mm, 11.0) + 2.0
        joints[name] = Joint(outline, behind, side, _ANGLE_DEG[plan.rank(name) - 1])
    return joints


def paint_arches(canvas: Canvas, grid: PlaneGrid, skeleton: Skeleton, plan: LumbarPlan, x_mm: float) -> None:
    """Pedicles, laminae and processes with the joints between them, from the top down."""
    for name, outline in skeleton.bodies.items():
        _paint_arch(canvas, grid, outline, plan, (name, abs(x_mm)))
    for name, joint in lay_joints(plan, skeleton).items():
        if abs(abs(x_mm) - joint.side_mm) < 20.0:
            _paint_joint(canvas, grid, joint, plan, (name, x_mm))


def _paint_arch(canvas: Canvas, grid: PlaneGrid, outline: Outline, plan: LumbarPlan, name_x: tuple[str, float]) -> None:
    name, x = name_x
    window = grid.window(outline.back_middle, 75.0 if x < 5.0 else 36.0)
    p, u = grid.local(window, outline.back_middle, outline.backward)
    root, pedicle_x = canal_back_mm(plan, name), pedicle_x_mm(plan, name)
    distances = [spinous_process(p, u, root, plan.bodies[name], x)] if x < 5.0 else []
    if x < 17.0:
        forward = 0.026 * x**2
        distances.append(capsule(p, u, (root - 1.0 - forward, -3.0), (root + 4.5 - forward, -15.0)) - 3.4)
    if abs(x - pedicle_x) < 5.5:
        distances.append(capsule(p, u, (-5.0, 6.5), (12.0, 5.0)) - rod_radius(x, pedicle_x, 5.5, 7.0))
        # The narrow part between the joints.
        distances.append(capsule(p, u, (10.0, 4.0), (root - 2.0, -9.0)) - rod_radius(x, pedicle_x - 1.0, 6.5, 4.5))
    if pedicle_x <= x < pedicle_x + 24.0:
        beyond = x - pedicle_x
        distances.append(np.hypot(p - 9.0 - 0.12 * beyond, u - 4.0) - 4.8 + 0.09 * beyond)
    if distances:
        paint_marrow(canvas, window, np.minimum.reduce(distances), fat=plan.marrow_fat + 0.12, part=plan.rank(name))


def _paint_joint(canvas: Canvas, grid: PlaneGrid, joint: Joint, plan: LumbarPlan, name_x: tuple[str, float]) -> None:
    name, x_mm = name_x
    disc, rank = plan.discs[name], plan.rank(name)
    window = grid.window(joint.disc.back_middle + joint.behind_mm * joint.disc.backward, 24.0)
    y, z = np.meshgrid(grid.y_mm[window[1]], grid.z_mm[window[0]])
    points = np.stack([y, z], axis=-1)
    across, along, up = joint.place(points, abs(x_mm))
    half_gap = disc.effusion_mm(x_mm) / 2
    edge = half_gap + CARTILAGE_MM
    fat = plan.marrow_fat + 0.12
    inner = _process(across - edge - 3.4, along, up - 2.5, half_mm=(3.4, 11.5))
    outer = _process(across + edge + 2.4, along, up + 2.5, half_mm=(2.4, 11.5))
    paint_marrow(canvas, window, inner, fat=fat, part=rank)
    paint_marrow(canvas, window, outer, fat=fat, part=rank - 1 if rank > 1 else SACRUM_PART)
    within = (np.abs(up) < JOINT_HALF_HEIGHT_MM) & (np.abs(along) < _JOINT_HALF_LENGTH_MM + 1.2)
    capsule_wall = within & (np.abs(across) < edge + 0.4)
    within &= np.abs(along) < _JOINT_HALF_LENGTH_MM
    canvas.paint(window, capsule_wall, Tissue.LIGAMENT)
    canvas.paint(window, within & (np.abs(across) < edge), Tissue.CARTILAGE)
    reach = np.sqrt(across**2 + along**2 + up**2)
    inflame_joint(canvas, window, reach, bone=disc.facet_oedema_at(x_mm), soft=disc.synovitis_at(x_mm))
    canvas.paint(window, within & (np.abs(across) < half_gap), Tissue.FLUID)


def _process(across: FloatArray, along: FloatArray, up: FloatArray, *, half_mm: tuple[float, float]) -> FloatArray:
    """A rounded block around the middle of its own thickness and height."""
    plate = rounded_corner(np.abs(across) - half_mm[0], np.abs(along) - _JOINT_HALF_LENGTH_MM, 2.2)
    return rounded_corner(plate, np.abs(up) - half_mm[1], 3.0)
