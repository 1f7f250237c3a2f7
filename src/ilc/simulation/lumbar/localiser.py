"""A localiser: a few coarse slices in each of the three planes, in one series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.block import paint_block, sample_signal
from ilc.simulation.lumbar.canvas import PlaneGrid
from ilc.simulation.lumbar.coil import VoxelArray, acquire
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.scene import build_scene
from ilc.simulation.lumbar.tissues import Protocol

LOCALISER_THICKNESS_MM = 8.0
_SIZE, _PIXEL_MM, _STEP_MM = 96, 3.2, 20.0
_CENTRE_LPS_MM = (0.0, 10.0, -30.0)
# Direction along a row, then down a column.
_ORIENTATIONS = {
    "sagittal": (0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
    "coronal": (1.0, 0.0, 0.0, 0.0, 0.0, -1.0),
    "axial": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedLocaliser:
    """Stacks of three slices each; images are (slice, row, column)."""

    protocol: Protocol
    geometries: tuple[Geometry, ...]
    images: tuple[VoxelArray, ...]


def render_localiser(plan: LumbarPlan, protocol: Protocol) -> SimulatedLocaliser:
    """Three slices in each of the three planes through the middle of the spine."""
    reach = (_SIZE / 2 + 2) * _PIXEL_MM
    steps = np.arange(-reach, reach, _PIXEL_MM)
    _, y, z = _CENTRE_LPS_MM
    scene = build_scene(plan, PlaneGrid(y + steps, (z + steps)[::-1].copy()))
    block = paint_block(scene, steps, (protocol,), z)
    geometries = tuple(_geometry(orientation) for orientation in _ORIENTATIONS.values())
    images = []
    for number, geometry in enumerate(geometries):
        index = np.stack(np.meshgrid(*(np.arange(size) for size in geometry.shape), indexing="ij"), axis=-1)
        straight = scene.curve.to_straight(geometry.index_to_lps(index))
        clean = sample_signal(block.signals[0], block.locate(straight))
        rng = np.random.default_rng([plan.seed, 5000, number])
        images.append(np.stack([acquire(image, protocol, rng) for image in clean]))
    return SimulatedLocaliser(protocol, geometries, tuple(images))


def _geometry(orientation: tuple[float, ...]) -> Geometry:
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    step = np.cross(row, column) * _STEP_MM
    origin = np.array(_CENTRE_LPS_MM) - step - (row + column) * _PIXEL_MM * (_SIZE - 1) / 2
    return Geometry.from_planes(
        orientation=orientation,
        origin_lps_mm=origin.tolist(),
        pixel_spacing_mm=(_PIXEL_MM, _PIXEL_MM),
        slice_step_lps_mm=step.tolist(),
        shape=(3, _SIZE, _SIZE),
    )
