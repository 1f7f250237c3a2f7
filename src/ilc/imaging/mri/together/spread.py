"""Changed marrow as connected places within a bone: how large, and whether they lie along an endplate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.together.bones import Bone
from ilc.imaging.mri.together.endplates import Change, tell_change
from ilc.imaging.mri.together.frame import Frame
from ilc.imaging.mri.together.marrow import Marrow
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SMOOTHING_MM = 1.4
_LEAST_MM3 = 60.0  # smaller places are noise
_AT_PLATE_MM = 4.5
# The vein in the middle of the back wall is bright on T2 and STIR and dark on T1: assumption, after adult anatomy.
_VEIN_DEEP_MM, _VEIN_HALF_MM, _VEIN_ASIDE_MM = 13.0, 5.0, 9.0


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Connected marrow that is changed in one way."""

    change: Change
    volume_mm3: float
    share: float  # of the marrow of its bone
    width_mm: float  # of a ball of the same volume
    at_upper: float  # share of its breadth along the endplate that touches it
    at_lower: float
    thick_mm: float  # at right angles to the endplates
    broad_mm: float  # from front to back
    departure: Mapping[SequenceKind, float]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """What the marrow of one bone has turned into."""

    share: Mapping[Change, float]  # of its voxels
    places: tuple[Place, ...]  # largest first
    departure: Mapping[SequenceKind, float]  # median of the bone
    change: NDArray[np.intp]  # `Change` of each voxel of the bone


def measure_spread(frame: Frame, bone: Bone, index: int, marrow: Marrow) -> Spread:
    """Tell the change of every voxel after smoothing, and join what touches."""
    departure = {
        kind: _smoothed(frame, bone, part)
        for kind, parts in marrow.departure.items()
        if (part := parts[index]) is not None
    }
    to_fluid = marrow.to_fluid.get(SequenceKind.STIR)
    share = None if to_fluid is None else to_fluid[index]
    above = None if share is None else _smoothed(frame, bone, share) - marrow.normal_to_fluid[SequenceKind.STIR]
    change = tell_change(departure, above)
    vein = (
        (bone.from_back_mm < _VEIN_DEEP_MM)
        & (np.abs(bone.from_middle_mm) < _VEIN_ASIDE_MM)
        & (np.abs(bone.from_top_mm - bone.height_mm / 2) < _VEIN_HALF_MM)
        if bone.number
        else np.zeros(len(change), dtype=np.bool_)
    )
    judged = np.where(vein, Change.NONE, change)
    return Spread(
        share={kind: float((change[~vein] == kind).mean()) for kind in Change},
        places=_places(frame, bone, judged, departure),
        departure={kind: float(np.nanmedian(part)) for kind, part in departure.items()},
        change=judged,
    )


def _smoothed(frame: Frame, bone: Bone, part: FloatArray) -> FloatArray:
    """Mean of each voxel's surroundings within the bone."""
    low, high = bone.voxels.min(axis=0), bone.voxels.max(axis=0) + 1
    s, r, c = (bone.voxels - low).T
    known = np.isfinite(part)
    volume, weight = np.zeros(high - low), np.zeros(high - low)
    volume[s[known], r[known], c[known]], weight[s[known], r[known], c[known]] = part[known], 1.0
    sigma = (0.4 * min(_SMOOTHING_MM / frame.step_mm, 1.0), _SMOOTHING_MM / PIXEL_MM, _SMOOTHING_MM / PIXEL_MM)
    volume, weight = gaussian_filter(volume, sigma), gaussian_filter(weight, sigma)
    mean = volume[s, r, c] / np.maximum(weight[s, r, c], 1e-6)
    return np.asarray(np.where(known, mean, np.nan))


def _places(
    frame: Frame, bone: Bone, change: NDArray[np.intp], departure: Mapping[SequenceKind, FloatArray]
) -> tuple[Place, ...]:
    low, high = bone.voxels.min(axis=0), bone.voxels.max(axis=0) + 1
    s, r, c = (bone.voxels - low).T
    found: list[Place] = []
    for kind in Change:
        if kind is Change.NONE:
            continue
        volume = np.zeros(high - low, dtype=np.bool_)
        volume[s, r, c] = change == kind
        parts, n = label(volume)
        owner = parts[s, r, c]
        sizes = np.bincount(owner, minlength=n + 1)
        for part in np.nonzero(sizes * frame.voxel_mm3 >= _LEAST_MM3)[0]:
            if part == 0:
                continue
            own = owner == part
            size = float(sizes[part]) * frame.voxel_mm3
            found.append(
                Place(
                    change=kind,
                    volume_mm3=size,
                    share=float(own.mean()),
                    width_mm=float((6.0 * size / np.pi) ** (1.0 / 3.0)),
                    at_upper=_touching(bone, own, bone.from_top_mm),
                    at_lower=_touching(bone, own, bone.from_foot_mm),
                    thick_mm=_extent(bone.from_top_mm[own]),
                    broad_mm=_extent(bone.from_back_mm[own]),
                    departure={k: float(np.nanmean(values[own])) for k, values in departure.items()},
                )
            )
    return tuple(sorted(found, key=lambda place: -place.volume_mm3))


def _extent(values: FloatArray) -> float:
    """Length of an evenly filled line with the same spread."""
    return float(values.std() * np.sqrt(12.0))


def _touching(bone: Bone, own: Mask, depth: FloatArray) -> float:
    """Share of the columns of a place that begin at an endplate."""
    columns = bone.voxels[:, 0] * 4096 + (bone.along * 40).astype(np.intp)
    all_columns = np.unique(columns[own])
    touching = np.unique(columns[own & (depth < _AT_PLATE_MM)])
    return len(touching) / max(len(all_columns), 1)
