"""From tissue to image: signal equations, partial volume, coil, saturation band, finite matrix and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.bone import SpineWalls, measure_walls, paint_posterior, paint_spine
from ilc.simulation.lumbar.canvas import Canvas, PlaneGrid
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Skeleton, build_skeleton
from ilc.simulation.lumbar.soft import (
    Surroundings,
    Texture,
    add_texture,
    draw_texture,
    measure_surroundings,
    paint_background,
    paint_canal_bed,
    paint_roots_in_foramina,
    paint_sac,
    paint_vessels,
)
from ilc.simulation.lumbar.tissues import Protocol, Tissue, signals_of
from ilc.simulation.lumbar.truth import Truth, measure_truth

VoxelArray = NDArray[np.float32]
LabelArray = NDArray[np.uint8]


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
    segmentation: LabelArray  # vertebrae 1.. from L5 upward, sacrum 50, canal 100, discs 201.. from L5/S1 upward
    bodies: LabelArray  # vertebral bodies alone, same numbers
    truth: Truth


@dataclass(frozen=True, slots=True)
class _Scene:
    plan: LumbarPlan
    skeleton: Skeleton
    plane: PlaneGrid
    walls: SpineWalls
    around: Surroundings


def render_study(plan: LumbarPlan, protocols: Sequence[Protocol], grid: SagittalGrid) -> SimulatedStudy:
    """Paint the spine slice by slice and image it with every protocol; the same plan gives the same voxels."""
    skeleton, plane = build_skeleton(plan), grid.plane()
    scene = _Scene(plan, skeleton, plane, measure_walls(plane, skeleton, plan), measure_surroundings(plane, skeleton))
    geometry = grid.geometry
    images = {protocol.kind.value: np.zeros(geometry.shape, dtype=np.float32) for protocol in protocols}
    segmentation = np.zeros(geometry.shape, dtype=np.uint8)
    bodies = np.zeros(geometry.shape, dtype=np.uint8)
    for index in range(grid.n_slices):
        x_mm = float(geometry.index_to_lps((index, 0, 0))[0])
        canvases = _paint_slice(scene, grid, x_mm)
        for number, protocol in enumerate(protocols):
            clean = np.mean([_signal(canvas, protocol) for canvas in canvases], axis=0)
            received = _shrink(clean, grid.fine) * _reception(scene, grid, x_mm)
            rng = np.random.default_rng([plan.seed, 1000 + number, index])
            images[protocol.kind.value][index] = _acquire(received, protocol, rng)
        middle = canvases[len(canvases) // 2]
        segmentation[index] = _sample(middle.part, grid.fine)
        bodies[index] = _sample(np.where(middle.is_body, middle.part, 0), grid.fine)
    return SimulatedStudy(
        geometry=geometry,
        grid=replace(grid),
        images=images,
        protocols={protocol.kind.value: protocol for protocol in protocols},
        segmentation=segmentation,
        bodies=bodies,
        truth=measure_truth(plan, skeleton),
    )


def _paint_slice(scene: _Scene, grid: SagittalGrid, x_mm: float) -> list[Canvas]:
    offsets = (np.arange(grid.fine_slices) - (grid.fine_slices - 1) / 2) * grid.slice_thickness_mm / grid.fine_slices
    rng = np.random.default_rng([scene.plan.seed, 5, round(x_mm * 10) + 100_000])
    texture = draw_texture(scene.plane.shape, rng=rng, pitch_mm=grid.pixel_mm / grid.fine)
    return [_paint_plane(scene, texture, x_mm + float(offset)) for offset in offsets]


def _paint_plane(scene: _Scene, texture: Texture, x_mm: float) -> Canvas:
    canvas = Canvas(scene.plane.shape)
    plan, skeleton, around = scene.plan, scene.skeleton, scene.around
    paint_background(canvas, around, plan, x_mm)
    paint_vessels(canvas, scene.plane, skeleton, x_mm)
    paint_canal_bed(canvas, around, skeleton, plan, x_mm)
    paint_roots_in_foramina(canvas, scene.plane, skeleton, x_mm)
    paint_posterior(canvas, scene.plane, skeleton, plan, x_mm)
    paint_spine(canvas, scene.walls, plan, x_mm)
    paint_sac(canvas, around, skeleton, plan.seed, x_mm)
    add_texture(canvas, around, texture)
    return canvas


def _signal(canvas: Canvas, protocol: Protocol) -> FloatArray:
    table = signals_of(protocol)
    water = table[canvas.tissue]
    water += canvas.wet * (table[Tissue.NUCLEUS] - water)
    water += canvas.oedema * (table[Tissue.OEDEMA] - water)
    fat_share = canvas.fat * (1.0 - 0.8 * canvas.oedema)
    return np.asarray((water + fat_share * (table[Tissue.FAT] - water)) * canvas.gain)


def _shrink(fine: FloatArray, factor: int) -> FloatArray:
    rows, columns = fine.shape
    return np.asarray(fine.reshape(rows // factor, factor, columns // factor, factor).mean(axis=(1, 3)))


def _sample(labels: NDArray[np.generic], factor: int) -> LabelArray:
    """The label nearest to the middle of each pixel."""
    return np.asarray(labels[factor // 2 :: factor, factor // 2 :: factor], dtype=np.uint8)


def _reception(scene: _Scene, grid: SagittalGrid, x_mm: float) -> FloatArray:
    """A coil behind the back hears the front less; a band before the spine is saturated against motion."""
    depth = _shrink(-scene.around.behind_skin, grid.fine)
    heard = 0.42 + 0.75 * np.exp(-np.clip(depth, 0.0, None) / 75.0)
    ends = _shrink(np.broadcast_to(scene.plane.z_mm[:, None], scene.plane.shape).copy(), grid.fine)
    heard *= np.exp(-((np.abs(ends - grid.centre_lps_mm[2]) / 210.0) ** 4))
    before = _shrink(-scene.around.behind_front_wall, grid.fine)
    saturated = 1.0 / (1.0 + np.exp(-(before - 34.0) / 3.5))
    return np.asarray(heard * (1.0 - 0.86 * saturated) * (1.0 - 0.0006 * abs(x_mm)))


def _acquire(image: FloatArray, protocol: Protocol, rng: np.random.Generator) -> VoxelArray:
    """Noise enters in k-space, so the magnitude is Rician; an incomplete matrix blurs and rings a little."""
    rows, columns = image.shape
    spectrum = np.fft.fftshift(np.fft.fft2(image))
    spread = protocol.noise * np.sqrt(rows * columns)
    spectrum += rng.normal(0.0, spread, (rows, columns)) + 1j * rng.normal(0.0, spread, (rows, columns))
    spectrum *= _filter(rows, protocol.acquired_share)[:, None] * _filter(columns, 1.0)[None, :]
    return np.abs(np.fft.ifft2(np.fft.ifftshift(spectrum))).astype(np.float32)


def _filter(size: int, share: float) -> FloatArray:
    """Acquired lines, tapered towards the outer ones as scanners do."""
    frequency = np.abs(np.arange(size) - size // 2) / (size / 2)
    return np.where(frequency <= share, 0.68 + 0.32 * np.cos(np.pi * np.minimum(frequency / share, 1.0)), 0.0)
