"""What is true of one axial slice, measured on exact shapes where there are any and else on what was painted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.flanks import Muscle
from ilc.simulation.lumbar.herniation import DURA_MM, herniation_distance, outlines_of
from ilc.simulation.lumbar.joints import JOINT_HALF_HEIGHT_MM, lay_joints
from ilc.simulation.lumbar.scene import Scene
from ilc.simulation.lumbar.skeleton import FloatArray
from ilc.simulation.lumbar.soft import SAC_END_MM, sac_radius

_STEP_MM = 0.15
_REACH_MM = 18.0
_FEWEST_PIXELS = 30


@dataclass(frozen=True, slots=True)
class BySide:
    """A number for each side; None where the slice does not show it."""

    left: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class AxialTruth:
    """One axial slice, in its middle plane."""

    level: str  # the nearest disc
    from_disc_mm: float  # of the slice from that disc's centre, along the slice's normal; to the head is positive
    sac_area_mm2: float  # dural sac that is left by herniations
    facet_fluid_mm: BySide  # widest, at right angles to the joint
    multifidus_fat: BySide  # mean share of fat, 0 to 1
    erector_fat: BySide


def measure_axial_slice(
    scene: Scene,
    place: tuple[Geometry, int],
    *,
    muscle: NDArray[np.uint8],
    fat: FloatArray,
    left: NDArray[np.bool_],
) -> AxialTruth:
    """Measure a slice.

    Parameters
    ----------
    scene : the spine
    place : grid of the stack and index of the slice
    muscle, fat, left : shape (row, column): number of the muscle, share of fat, whether left of the spine's midline
    """
    geometry, index = place
    origin, normal = geometry.index_to_lps((index, 0, 0)), geometry.normal
    normal = normal if normal[2] > 0 else -normal
    level, from_disc = _nearest_disc(scene, origin, normal)
    fractions = [_mean_fat(muscle == number, fat, left) for number in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)]
    return AxialTruth(
        level=level,
        from_disc_mm=from_disc,
        sac_area_mm2=measure_sac_area(scene, geometry, index),
        facet_fluid_mm=_measure_fluid(scene, level, (origin, normal)),
        multifidus_fat=fractions[0],
        erector_fat=fractions[1],
    )


def _nearest_disc(scene: Scene, origin: FloatArray, normal: FloatArray) -> tuple[str, float]:
    distances = {}
    for name, outline in scene.skeleton.discs.items():
        centre = scene.curve.to_patient(np.array([0.0, *outline.centre]))
        distances[name] = float((origin - centre) @ normal)
    nearest = min(distances, key=lambda name: abs(distances[name]))
    return nearest, distances[nearest]


def measure_sac_area(scene: Scene, geometry: Geometry, index: int) -> float:
    """Area in mm2 that a slice's middle plane cuts out of the dural sac; 0 below its end."""
    canal = scene.skeleton.canal
    line = scene.curve.to_patient(np.column_stack([np.zeros(len(canal.points)), canal.points]))
    nearest = int(np.argmin(np.abs(geometry.lps_to_index(line)[:, 0] - index)))
    middle = geometry.lps_to_index(line[nearest])
    steps = np.arange(-_REACH_MM, _REACH_MM, _STEP_MM)
    rows, columns = np.meshgrid(
        middle[1] + steps / geometry.spacing_mm[1], middle[2] + steps / geometry.spacing_mm[2], indexing="ij"
    )
    points = geometry.index_to_lps(np.stack([np.full_like(rows, index), rows, columns], axis=-1)).reshape(-1, 3)
    straight = scene.curve.to_straight(points)
    along, behind, half = canal.locate(straight[:, 1:])
    inside = sac_radius(behind, half, straight[:, 0]) < 1.0
    inside &= along < canal.lowest_disc_mm + SAC_END_MM
    for name, disc in scene.plan.discs.items():
        if disc.herniation is not None:
            outlines = outlines_of(scene.plan, scene.skeleton, name)
            inside &= herniation_distance(straight[:, 1:], straight[:, 0], disc=disc, outlines=outlines) >= DURA_MM
    return float(inside.sum()) * _STEP_MM**2


def _measure_fluid(scene: Scene, level: str, plane: tuple[FloatArray, FloatArray]) -> BySide:
    """Known where the slice passes through the joints of its level."""
    joint, disc = lay_joints(scene.plan, scene.skeleton)[level], scene.plan.discs[level]
    widths: list[float | None] = []
    for side in (1.0, -1.0):
        middle = scene.curve.to_patient(joint.middle(side))
        crosses = abs(float((middle - plane[0]) @ plane[1])) < JOINT_HALF_HEIGHT_MM - 2.0
        widths.append(disc.effusion_mm(side) if crosses else None)
    return BySide(widths[0], widths[1])


def _mean_fat(inside: NDArray[np.bool_], fat: FloatArray, left: NDArray[np.bool_]) -> BySide:
    shares = [
        float(fat[here].mean()) if here.sum() >= _FEWEST_PIXELS else None for here in (inside & left, inside & ~left)
    ]
    return BySide(shares[0], shares[1])
