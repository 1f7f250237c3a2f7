"""Series of one examination laid over each other: each voxel of the reference with its signal in every weighting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.instances import label_spine
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]

_SAME_BODY_MM = 14.0  # between the centres of one vertebra in two series
_MIN_BODIES = 2
_MAX_REST_MM = 2.5  # of the corners, after the series are laid over each other
_MAX_TURN_DEG, _MAX_SCALE = 12.0, 1.35
_STILL_MM = 1.3  # less cannot be told from the error of the corners


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """All series on the grid of the reference. Volumes are (slice, row, column), front left and head up."""

    reading: SpineReading  # the reference
    values: Mapping[SequenceKind, FloatArray]  # nan where a series shows nothing
    moved_mm: Mapping[SequenceKind, float]  # how far a series had to be moved to lie on the reference
    apart: tuple[SequenceKind, ...]  # series that could not be laid over it
    labels: NDArray[np.uint8]  # whole vertebrae, discs, canal and sacrum
    bodies: NDArray[np.uint8]  # 1.. from the lowest

    @property
    def kinds(self) -> tuple[SequenceKind, ...]:
        """What can be compared voxel by voxel."""
        return tuple(self.values)

    @property
    def step_mm(self) -> float:
        """From slice to slice."""
        return self.reading.view.slice_step_mm

    @property
    def voxel_mm3(self) -> float:
        """Volume of one voxel."""
        return PIXEL_MM**2 * self.step_mm

    def lateral_mm(self) -> FloatArray:
        """Of each slice and row from the middle of the spine, left positive; shape (slice, row)."""
        slices = np.arange(self.labels.shape[0], dtype=np.float64)[:, None]
        return np.asarray((slices - self.reading.midline[None, :]) * self.step_mm)


def lay_together(
    reference: SequenceKind, readings: Mapping[SequenceKind, SpineReading], *, places_known: bool = True
) -> Frame:
    """Lay every series over the reference, by their places in the patient and then by the corners of the bodies.

    Parameters
    ----------
    reference : the weighting whose grid is used
    readings : one per weighting
    places_known : False where a series has no place in the patient: then the lowest bodies are taken for the same one
    """
    own = readings[reference]
    values: dict[SequenceKind, FloatArray] = {reference: own.view.values.astype(np.float64)}
    moved: dict[SequenceKind, float] = {reference: 0.0}
    apart: list[SequenceKind] = []
    for kind, other in readings.items():
        if kind is reference:
            continue
        match = _match(own, other, places_known=places_known)
        if match is None:
            apart.append(kind)
            continue
        values[kind] = _resample(own, other, match, places_known=places_known)
        moved[kind] = match.moved_mm
    labels, bodies = label_spine(own)
    return Frame(
        reading=own,
        values=MappingProxyType(values),
        moved_mm=MappingProxyType(moved),
        apart=tuple(apart),
        labels=labels,
        bodies=bodies,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Match:
    """From (row, column) of the other view, as places tell it, to where the same tissue lies in it."""

    matrix: FloatArray  # (2, 2)
    offset: FloatArray  # (2,)
    moved_mm: float


def _match(own: SpineReading, other: SpineReading, *, places_known: bool) -> _Match | None:
    """Similarity between the corners of the bodies that both show; None where they do not fit."""
    pairs = _same_bodies(own, other, places_known=places_known)
    here, there = [], []
    for i, j in pairs:
        mine, its = own.outlines[i], other.outlines[j]
        if (
            mine is not None
            and its is not None
            and not own.chain.bodies[i].cut_off
            and not other.chain.bodies[j].cut_off
        ):
            here.append(_told(own, other, mine.corners, places_known=places_known))
            there.append(its.corners)
    if len(here) < _MIN_BODIES:
        return None
    told, seen = np.concatenate(here), np.concatenate(there)
    matrix, offset = _similarity(told, seen)
    rest = np.linalg.norm(told @ matrix.T + offset - seen, axis=1) * PIXEL_MM
    scale = float(np.sqrt(np.linalg.det(matrix)))
    turn = float(np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0])))
    if float(np.median(rest)) > _MAX_REST_MM or abs(turn) > _MAX_TURN_DEG or not 1 / _MAX_SCALE < scale < _MAX_SCALE:
        return None
    if places_known:  # rigid: the millimetres of both are known
        matrix = matrix / scale
        offset = seen.mean(axis=0) - matrix @ told.mean(axis=0)
    moved = float(np.median(np.linalg.norm(told - seen, axis=1))) * PIXEL_MM
    if places_known and moved < _STILL_MM:
        return _Match(np.eye(2), np.zeros(2), 0.0)
    return _Match(matrix, offset, moved)


def _same_bodies(own: SpineReading, other: SpineReading, *, places_known: bool) -> list[tuple[int, int]]:
    n, m = len(own.chain.bodies), len(other.chain.bodies)
    if not places_known:
        return [(i, i) for i in range(min(n, m))]
    mine = own.to_lps(np.array([body.centre for body in own.chain.bodies]))[:, 1:]
    its = other.to_lps(np.array([body.centre for body in other.chain.bodies]))[:, 1:]
    away = np.linalg.norm(mine[:, None] - its[None], axis=2)
    return [(i, int(row.argmin())) for i, row in enumerate(away) if row.min() < _SAME_BODY_MM]


def _told(own: SpineReading, other: SpineReading, points: FloatArray, *, places_known: bool) -> FloatArray:
    """Where points of the reference lie in the other view by their place in the patient."""
    if not places_known:
        return points
    return np.asarray(other.view.geometry.lps_to_index(own.to_lps(points))[:, 1:])


def _similarity(source: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Turn, scale and move, by least squares (Umeyama 1991, IEEE Trans Pattern Anal 13:376)."""
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    u, s, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    matrix = (u * sign) @ vt * float((s * sign).sum() / max(float((a**2).sum()), 1e-9))
    return matrix, target.mean(axis=0) - matrix @ source.mean(axis=0)


def _resample(own: SpineReading, other: SpineReading, match: _Match, *, places_known: bool) -> FloatArray:
    """The other series at the voxels of the reference."""
    shape = own.view.values.shape
    if places_known and match.moved_mm == 0.0 and own.view.geometry == other.view.geometry:
        return other.view.values.astype(np.float64)
    rows, columns = np.meshgrid(np.arange(shape[1]), np.arange(shape[2]), indexing="ij")
    out = np.full(shape, np.nan)
    for index in range(shape[0]):
        grid = np.stack([np.full(rows.shape, index), rows, columns], axis=-1).astype(np.float64)
        if places_known:
            place = other.view.geometry.lps_to_index(own.view.geometry.index_to_lps(grid))
        else:
            middle = float(np.median(other.midline) + index - np.median(own.midline))
            place = np.concatenate([np.full((*rows.shape, 1), middle), grid[..., 1:]], axis=-1)
        place[..., 1:] = place[..., 1:] @ match.matrix.T + match.offset
        # Half a slice beyond the outermost still shows its tissue.
        last = other.view.values.shape[0] - 1
        near = np.clip(place[..., 0], 0.0, last)
        beyond = np.abs(place[..., 0] - near) > 0.5
        place[..., 0] = near
        plane = map_coordinates(
            other.view.values, np.moveaxis(place, -1, 0), order=1, mode="constant", cval=np.nan, output=np.float64
        )
        plane[beyond] = np.nan
        out[index] = plane
    return out
