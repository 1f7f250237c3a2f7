"""Bodies told from arches in masks that number whole vertebrae."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, label, sum_labels

Mask = NDArray[np.bool_]

_BELOW_ROWS = 40  # over which the canal's course is carried on beyond its end
_SPECK_SHARE = 0.02  # of all body voxels: smaller parts are tips of arches


def tell_bodies(vertebra: Mask, canal: Mask) -> Mask:
    """The bodies of whole vertebrae: what lies before the back walls seen in the slices around the midline.

    Parameters
    ----------
    vertebra, canal : shape (slice, row, column), sagittal, front left, head up; the canal is not empty
    """
    rows, columns = np.arange(vertebra.shape[1]), np.arange(vertebra.shape[2])
    slab = _around_midline(canal)
    seen_front = np.asarray((canal & slab).any(axis=0))
    known = seen_front.any(axis=1)
    front = seen_front.argmax(axis=1).astype(np.float64)
    wall = np.interp(rows, rows[known], front[known])
    below = rows > rows[known].max()
    if known.sum() >= 3:
        slope = np.polyfit(rows[known][-_BELOW_ROWS:], front[known][-_BELOW_ROWS:], 1)[0]
        wall[below] = front[known][-1] + slope * (rows[below] - rows[known].max())
    before_canal = vertebra & slab & (columns[None, :] < wall[:, None])[None]
    mid_body = before_canal.any(axis=0)
    back = np.where(mid_body.any(axis=1), vertebra.shape[2] - 1 - mid_body[:, ::-1].argmax(axis=1), np.nan)
    seen = np.isfinite(back)
    if not seen.any():
        return np.zeros_like(vertebra)
    edge = gaussian_filter1d(np.interp(rows, rows[seen], back[seen]), 1.5)
    is_body = before_canal | (vertebra & (columns[None, :] <= edge[:, None] + 1.5)[None])
    # Tips of arches that reach before the wall in lateral slices are not connected to a body's middle.
    parts, n = label(is_body)
    sizes = sum_labels(is_body, parts, np.arange(1, n + 1))
    return np.asarray(np.isin(parts, 1 + np.nonzero(sizes > _SPECK_SHARE * is_body.sum())[0]))


def _around_midline(canal: Mask) -> Mask:
    """Shape (slice, row, 1): seven slices around the canal's middle in each row; it wanders where the spine curves."""
    slices, rows = np.arange(len(canal)), np.arange(canal.shape[1])
    across = canal.sum(axis=2).astype(np.float64)
    known = across.sum(axis=0) > 0
    middle = (across * slices[:, None]).sum(axis=0)[known] / across.sum(axis=0)[known]
    course = gaussian_filter1d(np.interp(rows, rows[known], middle), 8.0)
    return np.asarray((np.abs(slices[:, None] - course[None, :]) <= 3.5)[:, :, None])
