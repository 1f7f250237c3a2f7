"""Axial stacks of a simulated spine: one block through all levels, or one along each disc, as clinics plan them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.axial_truth import AxialTruth, measure_axial_slice
from ilc.simulation.lumbar.block import Block, paint_block, sample_label, sample_signal
from ilc.simulation.lumbar.canvas import PlaneGrid
from ilc.simulation.lumbar.coil import VoxelArray, acquire, bias_field
from ilc.simulation.lumbar.curve import SpineCurve
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.scene import Scene, build_scene
from ilc.simulation.lumbar.skeleton import FloatArray, build_skeleton
from ilc.simulation.lumbar.tissues import Protocol
from ilc.simulation.lumbar.truth import Truth, measure_truth

LabelArray = NDArray[np.uint8]
_FINE_X_MM, _COARSE_X_MM = 0.6, 1.5  # between planes, near the spine and beside it
_NEAR_SPINE_MM = 42.0
_PITCH_MM = 0.6


@dataclass(frozen=True, slots=True)
class AxialStack:
    """Where one stack lies: `tilt_deg` turns its back edge to the head, about the line from side to side."""

    name: str
    centre_lps_mm: tuple[float, float, float]
    tilt_deg: float
    n_slices: int


@dataclass(frozen=True, slots=True)
class AxialGrid:
    """Sampling that all stacks of a series share. Lengths in mm."""

    n_rows: int = 256
    n_columns: int = 256
    pixel_mm: float = 0.7
    slice_thickness_mm: float = 4.0
    slice_step_mm: float = 4.4
    fine_slices: int = 3  # planes per slice

    def geometry(self, stack: AxialStack) -> Geometry:
        """Slices from the head to the feet, rows to the back, columns to the patient's left."""
        angle = np.deg2rad(stack.tilt_deg)
        along_row, down_column = np.array([1.0, 0.0, 0.0]), np.array([0.0, np.cos(angle), np.sin(angle)])
        step = -np.cross(along_row, down_column) * self.slice_step_mm
        origin = np.array(stack.centre_lps_mm) - step * (stack.n_slices - 1) / 2
        origin -= (along_row * (self.n_columns - 1) + down_column * (self.n_rows - 1)) * self.pixel_mm / 2
        return Geometry.from_planes(
            orientation=(*along_row, *down_column),
            origin_lps_mm=origin.tolist(),
            pixel_spacing_mm=(self.pixel_mm, self.pixel_mm),
            slice_step_lps_mm=step.tolist(),
            shape=(stack.n_slices, self.n_rows, self.n_columns),
        )


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedStack:
    """One axial stack. Arrays are (slice, row, column)."""

    stack: AxialStack
    geometry: Geometry
    images: dict[str, VoxelArray]  # by sequence kind
    segmentation: LabelArray  # numbers as in sagittal series
    bodies: LabelArray
    muscles: LabelArray  # `Muscle`; left and right by the sign of x
    slices: tuple[AxialTruth, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedAxial:
    """All axial stacks of one examination."""

    stacks: tuple[SimulatedStack, ...]
    grid: AxialGrid
    protocols: dict[str, Protocol]
    truth: Truth


def plan_disc_stacks(plan: LumbarPlan, *, n_slices: int = 4, n_discs: int = 5) -> tuple[AxialStack, ...]:
    """One stack along each of the lowest discs, from the highest of them down."""
    skeleton = build_skeleton(plan)
    curve = SpineCurve.of(skeleton, plan.scoliosis)
    stacks = []
    for name in plan.disc_names[-n_discs:]:
        outline = skeleton.discs[name]
        # A disc in the middle of a picture would leave half of it to the belly.
        middle = outline.centre + 24.0 * outline.backward
        x, y, z = curve.to_patient(np.array([0.0, *middle]))
        tilt = float(np.rad2deg(np.arctan2(outline.backward[1], outline.backward[0])))
        stacks.append(AxialStack(name, (float(x), float(y), float(z)), tilt, n_slices))
    return tuple(stacks)


def plan_single_stack(
    plan: LumbarPlan, grid: AxialGrid, *, first: str = "L1_L2", tilt_deg: float = 5.0
) -> tuple[AxialStack]:
    """One stack from a disc down to the lowest one."""
    skeleton = build_skeleton(plan)
    ends = [skeleton.discs[first].centre, skeleton.discs[plan.disc_names[-1]].centre]
    n_slices = 3 + int(np.ceil(float(np.linalg.norm(ends[0] - ends[1])) / grid.slice_step_mm))
    y, z = (ends[0] + ends[1]) / 2 + np.array([22.0, 0.0])
    return (AxialStack("all", (0.0, float(y), float(z)), tilt_deg, n_slices),)


def render_axial(
    plan: LumbarPlan, protocols: Sequence[Protocol], stacks: Sequence[AxialStack], grid: AxialGrid
) -> SimulatedAxial:
    """Image the spine in axial stacks; the plan needs axial detail.

    Raises
    ------
    ValueError : the plan has no axial detail, or there is no stack
    """
    if not plan.has_axial_detail or not stacks:
        raise ValueError("axial stacks need at least one stack and a plan with has_axial_detail=True")
    geometries = [grid.geometry(stack) for stack in stacks]
    skeleton = build_skeleton(plan)
    curve = SpineCurve.of(skeleton, plan.scoliosis)
    plane, x_mm = _extent(geometries, curve, grid)
    scene = build_scene(plan, plane)
    middle_z = float(np.mean([stack.centre_lps_mm[2] for stack in stacks]))
    block = paint_block(scene, x_mm, protocols, middle_z)
    rendered = [
        _render_stack(scene, block, protocols, (stack, geometry, grid))
        for stack, geometry in zip(stacks, geometries, strict=True)
    ]
    by_kind = {protocol.kind.value: protocol for protocol in protocols}
    return SimulatedAxial(tuple(rendered), grid, by_kind, measure_truth(plan, skeleton))


def _extent(geometries: list[Geometry], curve: SpineCurve, grid: AxialGrid) -> tuple[PlaneGrid, FloatArray]:
    """The part of the straight spine that the stacks cut."""
    faces = []
    for geometry in geometries:
        slices, rows, columns = geometry.shape
        edge = grid.slice_thickness_mm / grid.slice_step_mm / 2
        index = [(s, r, c) for s in (-edge, slices - 1 + edge) for r in (0, rows - 1) for c in range(0, columns, 8)]
        faces.append(curve.to_straight(geometry.index_to_lps(index)))
    points = np.concatenate(faces)
    low, high = points.min(axis=0) - 4.0, points.max(axis=0) + 4.0
    y = np.arange(low[1], high[1], _PITCH_MM)
    z = np.arange(low[2], high[2], _PITCH_MM)[::-1].copy()
    near = np.arange(-_NEAR_SPINE_MM, _NEAR_SPINE_MM + 1e-6, _FINE_X_MM)
    beside = np.arange(_NEAR_SPINE_MM + _COARSE_X_MM, max(high[0], -low[0]) + _COARSE_X_MM, _COARSE_X_MM)
    x = np.concatenate([-beside[::-1], near, beside])
    kept = (x > low[0] - _COARSE_X_MM) & (x < high[0] + _COARSE_X_MM)
    return PlaneGrid(y, z), x[kept]


def _render_stack(
    scene: Scene, block: Block, protocols: Sequence[Protocol], place: tuple[AxialStack, Geometry, AxialGrid]
) -> SimulatedStack:
    stack, geometry, grid = place
    images = {protocol.kind.value: np.zeros(geometry.shape, dtype=np.float32) for protocol in protocols}
    segmentation, bodies, muscles = (np.zeros(geometry.shape, dtype=np.uint8) for _ in range(3))
    truths: list[AxialTruth] = []
    steps = np.arange(grid.fine_slices) - (grid.fine_slices - 1) / 2
    for index in range(stack.n_slices):
        centres = _pixel_centres(geometry, index)
        offsets = steps[:, None] * geometry.normal * grid.slice_thickness_mm / grid.fine_slices
        straight = [scene.curve.to_straight(centres + offset) for offset in offsets]
        places = [block.locate(points) for points in straight]
        for number, protocol in enumerate(protocols):
            clean = np.mean([sample_signal(block.signals[number], at) for at in places], axis=0)
            if protocol.bias > 0.0:
                clean = clean * bias_field(centres, protocol, scene.plan.seed)
            # Every slice of an examination has noise of its own, at whatever height it lies.
            rng = np.random.default_rng([scene.plan.seed, 3000 + number, index, round(abs(centres[0, 0, 2]) * 10)])
            images[protocol.kind.value][index] = acquire(clean, protocol, rng)
        middle = places[len(places) // 2]
        segmentation[index] = sample_label(block.part, middle)
        bodies[index] = np.where(sample_label(block.is_body, middle) > 0, segmentation[index], 0)
        muscles[index] = sample_label(block.muscle, middle)
        fat = np.mean([sample_signal(block.fat, at) for at in places], axis=0)
        left = straight[len(straight) // 2][..., 0] >= 0.0
        truths.append(measure_axial_slice(scene, (geometry, index), muscle=muscles[index], fat=fat, left=left))
    return SimulatedStack(stack, geometry, images, segmentation, bodies, muscles, tuple(truths))


def _pixel_centres(geometry: Geometry, index: int) -> FloatArray:
    rows, columns = np.meshgrid(np.arange(geometry.shape[1]), np.arange(geometry.shape[2]), indexing="ij")
    return geometry.index_to_lps(np.stack([np.full_like(rows, index), rows, columns], axis=-1))
