"""The straight spine as a block of painted planes, cut in any direction: oblique slices and curved spines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ilc.simulation.lumbar.canvas import PlaneGrid
from ilc.simulation.lumbar.coil import VoxelArray, sensitivity
from ilc.simulation.lumbar.scene import Scene, paint_plane, signal_of
from ilc.simulation.lumbar.skeleton import FloatArray
from ilc.simulation.lumbar.soft import Texture, draw_texture
from ilc.simulation.lumbar.tissues import Protocol

LabelArray = NDArray[np.uint8]
_TEXTURE_STEP_MM = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Planes of the straight spine. Arrays are (plane, row, column)."""

    plane: PlaneGrid
    x_mm: FloatArray  # of the planes, growing
    signals: tuple[VoxelArray, ...]  # by protocol, as received
    part: LabelArray
    is_body: NDArray[np.bool_]
    muscle: LabelArray
    fat: VoxelArray

    def locate(self, straight: FloatArray) -> FloatArray:
        """Fractional index (3, ...) of straight points (..., 3)."""
        pitch = float(self.plane.y_mm[1] - self.plane.y_mm[0])
        plane = np.interp(straight[..., 0], self.x_mm, np.arange(len(self.x_mm)))
        rows, columns = self.plane.shape
        row = np.clip((self.plane.z_mm[0] - straight[..., 2]) / pitch, 0, rows - 1)
        column = np.clip((straight[..., 1] - self.plane.y_mm[0]) / pitch, 0, columns - 1)
        return np.stack([plane, row, column])


def sample_signal(volume: VoxelArray, index: FloatArray) -> FloatArray:
    """Linear between points."""
    return np.asarray(map_coordinates(volume, index, order=1, mode="nearest", prefilter=False), dtype=np.float64)


def sample_label(volume: NDArray[np.generic], index: FloatArray) -> LabelArray:
    """The nearest point's label."""
    nearest = np.rint(index).astype(np.intp)
    return np.asarray(volume[nearest[0], nearest[1], nearest[2]], dtype=np.uint8)


def paint_block(scene: Scene, x_mm: FloatArray, protocols: Sequence[Protocol], middle_z_mm: float) -> Block:
    """Paint the planes at `x_mm` and receive them with every protocol, noise apart."""
    shape = (len(x_mm), *scene.plane.shape)
    signals = tuple(np.zeros(shape, dtype=np.float32) for _ in protocols)
    part, muscle = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    is_body, fat = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.float32)
    textures = _Textures(scene)
    depth, before = -scene.around.behind_skin, -scene.around.behind_front_wall
    heard = sensitivity(depth, before, (scene.plane.z_mm - middle_z_mm)[:, None], 0.0).astype(np.float32)
    for index, x in enumerate(x_mm):
        canvas = paint_plane(scene, textures.at(float(x)), float(x))
        for volume, protocol in zip(signals, protocols, strict=True):
            volume[index] = signal_of(canvas, protocol, scene.plan.tissue_seed) * heard * (1.0 - 0.0006 * abs(x))
        part[index], is_body[index] = canvas.part, canvas.is_body
        muscle[index], fat[index] = canvas.muscle, canvas.fat
    return Block(scene.plane, x_mm, signals, part, is_body, muscle, fat)


class _Textures:
    """Fine structure drawn every few millimetres and blended in between, its spread kept."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._drawn: dict[int, Texture] = {}

    def at(self, x_mm: float) -> Texture:
        first = int(np.floor(x_mm / _TEXTURE_STEP_MM))
        share = x_mm / _TEXTURE_STEP_MM - first
        self._drawn = {number: texture for number, texture in self._drawn.items() if number in (first, first + 1)}
        return blend_textures(self._draw(first), self._draw(first + 1), share)

    def _draw(self, number: int) -> Texture:
        if number not in self._drawn:
            plane = self._scene.plane
            rng = np.random.default_rng([self._scene.plan.seed, 6, number + 1000])
            pitch = float(plane.y_mm[1] - plane.y_mm[0])
            self._drawn[number] = draw_texture(plane.shape, rng=rng, pitch_mm=pitch)
        return self._drawn[number]


def blend_textures(first: Texture, second: Texture, share: float) -> Texture:
    """Between two textures, each field again with deviation 1."""
    weights = np.array([1.0 - share, share]) / np.hypot(1.0 - share, share)

    def between(one: FloatArray, other: FloatArray) -> FloatArray:
        return np.asarray(weights[0] * one + weights[1] * other)

    return Texture(
        fine=between(first.fine, second.fine),
        broad=between(first.broad, second.broad),
        streak=between(first.streak, second.streak),
        long_streak=between(first.long_streak, second.long_streak),
        septa=between(first.septa, second.septa),
        lumps=between(first.lumps, second.lumps),
    )
