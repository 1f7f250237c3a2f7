"""Images that lie: turned, mirrored or with a wrong pixel size. Each way is tried; what had to be assumed is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ilc.imaging.dicom.geometry import Geometry
from ilc.imaging.mri.spine import SpineReading, read_spine
from ilc.imaging.mri.view import SagittalView, resize

Progress = Callable[[int, int], None]

_SCALES = (1.5, 2.1, 0.7)  # of the stated pixel size
_TURNS = ((True, True), (False, True), (True, False))  # upside down and back to front: turned by half, mirrored


@dataclass(frozen=True, slots=True)
class Attempt:
    """A reading, and what was assumed about the image for it."""

    reading: SpineReading | None
    turned: tuple[bool, bool] = (False, False)  # rows, columns reversed against what the file says
    scale: float = 1.0  # of the stated pixel size, where another one makes sense of the image


def read_as_is_or_turned(
    view: SagittalView, *, weights: Path | None = None, progress: Progress | None = None
) -> Attempt:
    """Read a series as the file describes it; where that gives no sound spine, try a few slices in other ways.

    Returns
    -------
    the first sound reading, else the best unsound one with its faults
    """
    first = Attempt(read_spine(view, weights=weights, progress=progress))
    if first.reading is not None and first.reading.quality.is_sound:
        return first
    middle = _middle_slices(view)
    for scale in (1.0, *_SCALES):
        turns = _TURNS if scale == 1.0 else ((False, False), *_TURNS)
        attempts = (
            Attempt(read_spine(_changed(middle, turned, scale), weights=weights), turned, scale) for turned in turns
        )
        believed = [attempt for attempt in attempts if _is_believed(attempt)]
        if believed:
            best = max(believed, key=_score)
            whole = read_spine(_changed(view, best.turned, best.scale), weights=weights)
            return replace(best, reading=whole) if whole is not None and whole.quality.is_sound else first
    return first


def _is_believed(attempt: Attempt) -> bool:
    """A neck with other pixels looks like a loin: only the sacrum tells that the pixel size was wrong."""
    reading = attempt.reading
    return reading is not None and reading.quality.is_sound and (attempt.scale == 1.0 or reading.count.sacrum_seen)


def _score(attempt: Attempt) -> float:
    return -100.0 if attempt.reading is None else attempt.reading.quality.score


def _middle_slices(view: SagittalView) -> SagittalView:
    n = len(view.values)
    keep = slice(max(n // 2 - 1, 0), n // 2 + 2)
    values = view.values[keep]
    affine = _affine(view.geometry)
    affine[:3, 3] = view.geometry.index_to_lps([keep.start, 0, 0])
    return replace(view, values=values, geometry=Geometry(affine, values.shape))


def _changed(view: SagittalView, turned: tuple[bool, bool], scale: float) -> SagittalView:
    """The view with rows or columns reversed and pixels taken for larger; the geometry follows the voxels."""
    values = view.values
    affine = _affine(view.geometry)
    flips = list(view.flips)
    for axis, reverse in ((1, turned[0]), (2, turned[1])):
        if reverse:
            flips[axis] = not flips[axis]
            values = np.flip(values, axis)
            affine[:3, 3] += affine[:3, axis] * (values.shape[axis] - 1)
            affine[:3, axis] *= -1.0
    if scale != 1.0:
        size = (max(round(values.shape[1] * scale), 32), max(round(values.shape[2] * scale), 32))
        ratio = np.array([1.0, values.shape[1] / size[0], values.shape[2] / size[1]])
        affine[:3, 3] += affine[:3, :3] @ ((ratio - 1.0) / 2.0)
        affine[:3, :3] = affine[:3, :3] * ratio
        values = np.stack([resize(plane, size) for plane in values])
    geometry = Geometry(affine, values.shape)
    return replace(view, values=np.ascontiguousarray(values), geometry=geometry, flips=(flips[0], flips[1], flips[2]))


def _affine(geometry: Geometry) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    affine = np.eye(4)
    affine[:3, :3] = geometry.directions * geometry.spacing_mm
    affine[:3, 3] = geometry.index_to_lps([0.0, 0.0, 0.0])
    return affine
