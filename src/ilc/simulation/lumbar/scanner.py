"""Sagittal series of a simulated spine: partial volume across slices and pixels, coil, finite matrix and noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.block import paint_block, sample_label, sample_signal
from ilc.simulation.lumbar.canvas import Canvas, PlaneGrid
from ilc.simulation.lumbar.coil import VoxelArray, acquire, bias_field, sensitivity
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.scene import Scene, build_scene, paint_plane, signal_of
from ilc.simulation.lumbar.skeleton import FloatArray
from ilc.simulation.lumbar.soft import draw_texture
from ilc.simulation.lumbar.tissues import Protocol
from ilc.simulation.lumbar.truth import Truth, measure_truth

LabelArray = NDArray[np.uint8]
_PLANE_STEP_MM = 1.2


@dataclass(frozen=True, slots=True)
class SagittalGrid:
    """Where the slices lie. Lengths in mm; the middle of the grid is the point (x, y, z) in LPS."""

    n_slices: int = 11
    n_rows: int = 288
    n_columns: int = 288
    pixel_mm: float = 0.97
    slice_thickness_mm: float = 4.0
    slice_step_mm: float = 4.4
    centre_lps_mm: tuple[float, float, float] = (0.0, 10.0, -30.0)
    fine: int = 2  # points per pixel along each side
    fine_slices: int = 3  # planes per slice

    @property
    def geometry(self) -> Geometry:
        """Slices from the patient's left to right, rows to the feet, columns to the back."""
        x, y, z = self.centre_lps_mm
        half = [(size - 1) / 2 for size in (self.n_slices, self.n_rows, self.n_columns)]
        origin = (x + half[0] * self.slice_step_mm, y - half[2] * self.pixel_mm, z + half[1] * self.pixel_mm)
        return Geometry.from_planes(
            orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
            origin_lps_mm=origin,
            pixel_spacing_mm=(self.pixel_mm, self.pixel_mm),
            slice_step_lps_mm=(-self.slice_step_mm, 0.0, 0.0),
            shape=(self.n_slices, self.n_rows, self.n_columns),
        )

    def plane(self) -> PlaneGrid:
        """The fine points of every slice."""
        _, y, z = self.centre_lps_mm
        pitch = self.pixel_mm / self.fine
        columns = (np.arange(self.n_columns * self.fine) - (self.n_columns * self.fine - 1) / 2) * pitch
        rows = (np.arange(self.n_rows * self.fine) - (self.n_rows * self.fine - 1) / 2) * pitch
        return PlaneGrid(np.asarray(y + columns, dtype=np.float64), np.asarray(z - rows, dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedStudy:
    """One simulated examination. All arrays are (slice, row, column) on the same grid."""

    geometry: Geometry
    grid: SagittalGrid
    images: dict[str, VoxelArray]  # by sequence kind, signal of fluid in T2 about 1
    protocols: dict[str, Protocol]
    segmentation: LabelArray  # vertebrae 1.. and discs 201.. from the lowest upward, sacrum 50, canal 100
    bodies: LabelArray  # vertebral bodies alone, same numbers
    truth: Truth


def render_study(plan: LumbarPlan, protocols: Sequence[Protocol], grid: SagittalGrid) -> SimulatedStudy:
    """Image the spine with every protocol; the same plan gives the same voxels."""
    scene, geometry = build_scene(plan, grid.plane()), grid.geometry
    images = {protocol.kind.value: np.zeros(geometry.shape, dtype=np.float32) for protocol in protocols}
    segmentation = np.zeros(geometry.shape, dtype=np.uint8)
    bodies = np.zeros(geometry.shape, dtype=np.uint8)
    slices = _cut_curved if plan.scoliosis is not None else _cut_straight
    for index, (clean, part, is_body) in enumerate(slices(scene, protocols, grid)):
        for number, protocol in enumerate(protocols):
            received = clean[number]
            if protocol.bias > 0.0:
                received = received * bias_field(_pixel_centres(geometry, index), protocol, plan.seed)
            rng = np.random.default_rng([plan.seed, 1000 + number, index])
            images[protocol.kind.value][index] = acquire(received, protocol, rng)
        segmentation[index] = part
        bodies[index] = np.where(is_body, part, 0)
    return SimulatedStudy(
        geometry=geometry,
        grid=replace(grid),
        images=images,
        protocols={protocol.kind.value: protocol for protocol in protocols},
        segmentation=segmentation,
        bodies=bodies,
        truth=measure_truth(plan, scene.skeleton),
    )


_Cut = tuple[list[FloatArray], LabelArray, NDArray[np.bool_]]


def _cut_straight(scene: Scene, protocols: Sequence[Protocol], grid: SagittalGrid) -> Iterator[_Cut]:
    """Slices of a straight spine, painted where they lie."""
    depth, before = _shrink(-scene.around.behind_skin, grid.fine), _shrink(-scene.around.behind_front_wall, grid.fine)
    ends = _shrink(np.broadcast_to(scene.plane.z_mm[:, None], scene.plane.shape).copy(), grid.fine)
    for index in range(grid.n_slices):
        x_mm = float(grid.geometry.index_to_lps((index, 0, 0))[0])
        canvases = _paint_slice(scene, grid, x_mm)
        heard = sensitivity(depth, before, ends - grid.centre_lps_mm[2], x_mm)
        signals = []
        for protocol in protocols:
            clean = np.mean([signal_of(canvas, protocol, scene.plan.tissue_seed) for canvas in canvases], axis=0)
            signals.append(_shrink(clean, grid.fine) * heard)
        middle = canvases[len(canvases) // 2]
        yield signals, _sample(middle.part, grid.fine), _sample(middle.is_body, grid.fine).astype(np.bool_)


def _cut_curved(scene: Scene, protocols: Sequence[Protocol], grid: SagittalGrid) -> Iterator[_Cut]:
    """Slices of a curved spine, cut from a block of the straight one."""
    geometry = grid.geometry
    offsets = _offsets_mm(grid)
    lateral = [
        scene.curve.to_straight(_pixel_centres(geometry, index) + np.array([side, 0.0, 0.0]))[..., 0]
        for index in (0, grid.n_slices - 1)
        for side in (-grid.slice_thickness_mm / 2, grid.slice_thickness_mm / 2)
    ]
    first, last = float(np.min(lateral)), float(np.max(lateral))
    x_mm = np.linspace(first, last, 1 + int(np.ceil((last - first) / _PLANE_STEP_MM)))
    block = paint_block(_coarse(scene, grid), x_mm, protocols, grid.centre_lps_mm[2])
    for index in range(grid.n_slices):
        centres = _pixel_centres(geometry, index)
        places = [block.locate(scene.curve.to_straight(centres + np.array([offset, 0.0, 0.0]))) for offset in offsets]
        signals = [np.mean([sample_signal(volume, at) for at in places], axis=0) for volume in block.signals]
        middle = places[len(places) // 2]
        yield signals, sample_label(block.part, middle), sample_label(block.is_body, middle).astype(np.bool_)


def _coarse(scene: Scene, grid: SagittalGrid) -> Scene:
    """Points as far apart as pixels are enough where slices are cut from a block."""
    return scene if grid.fine == 1 else build_scene(scene.plan, replace(grid, fine=1).plane())


def _pixel_centres(geometry: Geometry, index: int) -> FloatArray:
    rows, columns = np.meshgrid(np.arange(geometry.shape[1]), np.arange(geometry.shape[2]), indexing="ij")
    return geometry.index_to_lps(np.stack([np.full_like(rows, index), rows, columns], axis=-1))


def _offsets_mm(grid: SagittalGrid) -> FloatArray:
    steps = np.arange(grid.fine_slices) - (grid.fine_slices - 1) / 2
    return np.asarray(steps * grid.slice_thickness_mm / grid.fine_slices)


def _paint_slice(scene: Scene, grid: SagittalGrid, x_mm: float) -> list[Canvas]:
    rng = np.random.default_rng([scene.plan.seed, 5, round(x_mm * 10) + 100_000])
    texture = draw_texture(scene.plane.shape, rng=rng, pitch_mm=grid.pixel_mm / grid.fine)
    return [paint_plane(scene, texture, x_mm + float(offset)) for offset in _offsets_mm(grid)]


def _shrink(fine: FloatArray, factor: int) -> FloatArray:
    rows, columns = fine.shape
    return np.asarray(fine.reshape(rows // factor, factor, columns // factor, factor).mean(axis=(1, 3)))


def _sample(labels: NDArray[np.generic], factor: int) -> LabelArray:
    """The label nearest to the middle of each pixel."""
    return np.asarray(labels[factor // 2 :: factor, factor // 2 :: factor], dtype=np.uint8)
