"""What marrow is like where it is normal in this person, and how each voxel departs from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.instances import CANAL
from ilc.imaging.mri.together.bones import Bone
from ilc.imaging.mri.together.frame import Frame
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SMOOTHING_MM = 0.8
_ROUNDS = 8
_FITTED = 6000  # voxels
_OUTLIER, _LEAST_SPREAD = 2.2, 0.05  # robust standard deviations; of the logarithm
# Where most bodies are ill, it is by water more often than by fat: normal marrow is sought on the dry side.
_START_PERCENTILE = {SequenceKind.T1: 60.0, SequenceKind.T2: 50.0, SequenceKind.STIR: 35.0}
_MAD = 0.6745
_FLUID_REACH_MM, _FLUID_PERCENTILE, _FLUID_MIN = 20.0, 80.0, 60
_FLOOR = 0.02  # of the brightest marrow: below is no signal


@dataclass(frozen=True, slots=True, eq=False)
class Marrow:
    """Departure from the person's normal marrow, per bone and weighting."""

    departure: Mapping[
        SequenceKind, tuple[FloatArray | None, ...]
    ]  # natural logarithm of signal over normal; per voxel
    spread: Mapping[SequenceKind, float]  # of normal marrow, standard deviation of the logarithm
    to_fluid: Mapping[SequenceKind, tuple[FloatArray | None, ...]]  # signal over that of the sac's fluid; nan if unseen
    normal_to_fluid: Mapping[SequenceKind, float]


def measure_marrow(frame: Frame, bones: Sequence[Bone | None]) -> Marrow | None:
    """Fit a smooth field of normal marrow to all bones at once; None where there is too little bone.

    A voxel counts as normal when it is so in every weighting. The field takes up the coil's fall of sensitivity.
    """
    whole = [bone for bone in bones if bone is not None]
    if len(whole) < 2:
        return None
    smooth = {kind: _smoothed(volume) for kind, volume in frame.values.items()}
    signal = {kind: np.concatenate([bone.at(volume) for bone in whole]) for kind, volume in smooth.items()}
    floor = {kind: _FLOOR * float(np.nanpercentile(values, 99.0)) for kind, values in signal.items()}
    logs = {kind: np.log(np.maximum(values, floor[kind])) for kind, values in signal.items()}
    places = np.concatenate([bone.voxels for bone in whole]).astype(np.float64)
    owner = np.concatenate([np.full(len(bone.voxels), index) for index, bone in enumerate(whole)])
    departure, spread = _depart(logs, _design(places, frame), owner)
    fluid = {kind: fluid_at_rows(frame, volume) for kind, volume in frame.values.items()}
    rows = places[:, 1].astype(np.intp)
    shares = {kind: signal[kind] / fluid[kind][rows] for kind in signal}
    normal = {}
    for kind, values in shares.items():
        usual = np.abs(departure[kind]) < spread[kind]
        normal[kind] = float(np.nanmedian(values[usual])) if usual.any() else float("nan")
    sizes = [None if bone is None else len(bone.voxels) for bone in bones]
    return Marrow(
        MappingProxyType({kind: _apart(values, sizes) for kind, values in departure.items()}),
        MappingProxyType(spread),
        MappingProxyType({kind: _apart(values, sizes) for kind, values in shares.items()}),
        MappingProxyType(normal),
    )


def _smoothed(volume: FloatArray) -> FloatArray:
    known = np.isfinite(volume)
    sigma = (0.0, _SMOOTHING_MM / PIXEL_MM, _SMOOTHING_MM / PIXEL_MM)
    if known.all():
        return np.asarray(gaussian_filter(volume, sigma))
    weight = gaussian_filter(known.astype(np.float64), sigma)
    filled = gaussian_filter(np.where(known, volume, 0.0), sigma)
    return np.where(known, filled / np.maximum(weight, 1e-6), np.nan)


def _design(places: FloatArray, frame: Frame) -> FloatArray:
    """Terms of the field: along the spine and to the side up to the square, front to back straight."""
    shape = np.array(frame.labels.shape, dtype=np.float64)
    s, r, c = ((places - shape / 2) / shape * 2).T
    return np.column_stack([np.ones_like(r), r, r**2, c, s, s**2])


def _depart(
    logs: Mapping[SequenceKind, FloatArray], design: FloatArray, owner: NDArray[np.intp]
) -> tuple[dict[SequenceKind, FloatArray], dict[SequenceKind, float]]:
    """Residuals from the field, and their spread where marrow is normal."""
    known = np.all([np.isfinite(values) for values in logs.values()], axis=0)
    # The same number from each bone, so that none decides alone.
    rng = np.random.default_rng(0)
    per_bone = max(_FITTED // (int(owner.max()) + 1), 50)
    chosen = np.concatenate(
        [rng.permutation(np.nonzero(known & (owner == i))[0])[:per_bone] for i in range(int(owner.max()) + 1)]
    )
    few = len(np.unique(owner[chosen])) < 4
    terms = design[:, [0, 1, 3]] if few else design
    x = terms[chosen]
    start = {kind: np.percentile(values[chosen], _START_PERCENTILE[kind]) for kind, values in logs.items()}
    usual = np.ones(len(chosen), dtype=np.bool_)
    fits: dict[SequenceKind, FloatArray] = {}
    spread: dict[SequenceKind, float] = {}
    for turn in range(_ROUNDS):
        residuals = {}
        for kind, values in logs.items():
            y = values[chosen]
            ridge = 1e-3 * np.eye(x.shape[1]) * max(int(usual.sum()), 1)
            ridge[0, 0] = 0.0
            fits[kind] = np.linalg.solve(x[usual].T @ x[usual] + ridge, x[usual].T @ y[usual])
            residuals[kind] = y - (x @ fits[kind] if turn else start[kind])
            spread[kind] = max(float(np.median(np.abs(residuals[kind][usual]))) / _MAD, _LEAST_SPREAD)
        now = np.all([np.abs(residuals[kind]) < _OUTLIER * spread[kind] for kind in logs], axis=0)
        if now.sum() < 3 * x.shape[1]:
            break
        usual = now
    return {kind: values - terms @ fits[kind] for kind, values in logs.items()}, spread


def _apart(values: FloatArray, sizes: Sequence[int | None]) -> tuple[FloatArray | None, ...]:
    out: list[FloatArray | None] = []
    at = 0
    for size in sizes:
        out.append(None if size is None else values[at : at + size])
        at += size or 0
    return tuple(out)


def fluid_at_rows(frame: Frame, volume: FloatArray) -> FloatArray:
    """Signal of the sac's fluid at each row, from the slices in the middle; nan where the canal is not seen."""
    near = np.abs(frame.lateral_mm())[:, :, None] < max(6.0, frame.step_mm)
    canal = (frame.labels == CANAL) & near & np.isfinite(volume)
    rows = canal.shape[1]
    out = np.full(rows, np.nan)
    reach = round(_FLUID_REACH_MM / PIXEL_MM)
    for row in range(0, rows, 6):
        part = slice(max(row - reach, 0), row + reach)
        values = volume[:, part][canal[:, part]]
        if len(values) >= _FLUID_MIN:
            out[row] = np.percentile(values, _FLUID_PERCENTILE)
    seen = np.isfinite(out)
    return np.interp(np.arange(rows), np.nonzero(seen)[0], out[seen]) if seen.any() else out
