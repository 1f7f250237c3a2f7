"""The midline of a spine: which slice is the middle one at each row, and the picture that follows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, label

from ilc.imaging.mri.classes import SpineClass

FloatArray = NDArray[np.float32]

_SMOOTHING_ROWS = 20.0
_HALF_WIDTH_MM = 2.0  # of the slab that is averaged where slices are thin
_MIN_PIXELS = 4


def find_midline(probabilities: FloatArray) -> NDArray[np.float64] | None:
    """Fractional slice index of the midline at each row: the middle of the canal, else of the bodies.

    Parameters
    ----------
    probabilities : shape (slice, class, row, column)

    Returns
    -------
    shape (row,); None where neither canal nor body is seen in any slice
    """
    n, _, rows, _ = probabilities.shape
    for part, floor in ((SpineClass.CANAL, 0.5), (SpineClass.BODY, 0.5)):
        # Far to the side something else may look like a canal: only what hangs together counts.
        area = _largest(probabilities[:, part] > floor).sum(axis=2).astype(np.float64)  # (slice, row)
        seen = area.max(axis=0) >= _MIN_PIXELS
        if seen.sum() < 8:
            continue
        weights = np.clip(area - 0.3 * area.max(axis=0), 0.0, None)
        middle = (weights * np.arange(n)[:, None]).sum(axis=0)[seen] / weights.sum(axis=0)[seen]
        course = np.interp(np.arange(rows), np.nonzero(seen)[0], middle)
        return np.asarray(gaussian_filter1d(course, _SMOOTHING_ROWS, mode="nearest"))
    return None


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    parts, n = label(mask)
    return mask if n < 2 else np.asarray(parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:])))


def follow_midline(volume: FloatArray, midline: NDArray[np.float64], slice_step_mm: float) -> FloatArray:
    """The midline picture of a volume.

    Parameters
    ----------
    volume : shape (slice, ..., row, column)
    midline : slice index at each row
    slice_step_mm : from slice to slice

    Returns
    -------
    shape (..., row, column): between two thick slices interpolated, over several thin ones averaged
    """
    n, rows = len(volume), volume.shape[-2]
    reach = max(_HALF_WIDTH_MM / slice_step_mm, 1.0)
    weights = np.clip(1.0 - np.abs(np.arange(n)[:, None] - midline[None, :]) / reach, 0.0, None)  # (slice, row)
    weights /= np.maximum(weights.sum(axis=0, keepdims=True), 1e-9)
    used = np.nonzero(weights.any(axis=1))[0]
    shape = (1,) * (volume.ndim - 3) + (rows, 1)
    picture = np.zeros(volume.shape[1:], dtype=np.float32)
    for index in used:
        picture += volume[index] * weights[index].reshape(shape).astype(np.float32)
    return picture
