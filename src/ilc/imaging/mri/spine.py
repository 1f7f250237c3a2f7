"""One sagittal series read: where its vertebrae, discs and canal are, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from ilc.imaging.mri.chain import Chain, find_chain
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.endplates import DiscSpace, find_disc_spaces
from ilc.imaging.mri.levels import LevelCount, count_levels
from ilc.imaging.mri.midline import find_midline, follow_midline
from ilc.imaging.mri.network import predict
from ilc.imaging.mri.outline import Outline, trace_bodies
from ilc.imaging.mri.quality import Quality, judge_reading
from ilc.imaging.mri.view import PIXEL_MM, SagittalView

FloatArray = NDArray[np.float32]
Progress = Callable[[int, int], None]

_AHEAD_OF_CANAL_MM = (3.0, 48.0)


@dataclass(frozen=True, slots=True, eq=False)
class SpineReading:
    """A spine in one series. Pictures are of the midline: (row, column), 0.7 mm pixels, front left, head up."""

    view: SagittalView
    classes: NDArray[np.uint8]  # (slice, row, column)
    midline: NDArray[np.float64]  # slice index at each row
    picture: FloatArray  # grey values as stored
    probabilities: FloatArray  # (class, row, column)
    chain: Chain
    outlines: tuple[Outline | None, ...]  # one per body of the chain
    spaces: tuple[DiscSpace | None, ...]  # one per disc of the chain
    count: LevelCount
    quality: Quality

    def to_lps(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Patient millimetres (LPS) of points (n, 2) of the midline picture."""
        rows = np.clip(points[:, 0], 0, len(self.midline) - 1)
        slices = np.interp(rows, np.arange(len(self.midline)), self.midline)
        return self.view.geometry.index_to_lps(np.column_stack([slices, points]))


def read_spine(
    view: SagittalView, *, weights: Path | None = None, progress: Progress | None = None
) -> SpineReading | None:
    """Find the spine in a sagittal series; None where there is none that can be measured.

    Parameters
    ----------
    view : the series, front left and head up
    weights : other weights than the shipped ones
    progress : called with slices done and all
    """
    return arrange(view, predict(view, weights=weights, progress=progress))


def arrange(view: SagittalView, probabilities: FloatArray) -> SpineReading | None:
    """The same from the network's answer, shape (slice, class, row, column)."""
    midline = find_midline(probabilities)
    if midline is None:
        return None
    flat = follow_midline(probabilities, midline, view.slice_step_mm)
    classes = flat.argmax(axis=0).astype(np.uint8)
    chain = find_chain(_near_canal(classes))
    if chain is None:
        return None
    chain, count = count_levels(chain, classes)
    if len(chain.bodies) < 2:
        return None
    outlines = trace_bodies(chain, flat)
    quality = judge_reading(chain, outlines, flat)
    return SpineReading(
        view=view,
        classes=probabilities.argmax(axis=1).astype(np.uint8),
        midline=midline,
        picture=follow_midline(view.values, midline, view.slice_step_mm),
        probabilities=flat,
        chain=chain,
        outlines=outlines,
        spaces=find_disc_spaces(chain, outlines, flat),
        count=replace(count, p=min(count.p, quality.p_names)),
        quality=quality,
    )


def _near_canal(classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Without bodies that lie far from the canal: bowel and vessels sometimes look like bodies."""
    canal = _largest(classes == SpineClass.CANAL)
    rows = np.nonzero(canal.any(axis=1))[0]
    if len(rows) < 20:
        return classes
    wall = np.interp(np.arange(len(classes)), rows, canal.argmax(axis=1)[rows].astype(np.float64))
    parts, n = label(classes == SpineClass.BODY)
    out = classes.copy()
    for index in range(1, n + 1):
        centre = np.argwhere(parts == index).mean(axis=0)
        ahead = (wall[int(centre[0])] - centre[1]) * PIXEL_MM
        if rows.min() <= centre[0] <= rows.max() and not _AHEAD_OF_CANAL_MM[0] <= ahead <= _AHEAD_OF_CANAL_MM[1]:
            out[parts == index] = SpineClass.BACKGROUND
    return out


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    parts, n = label(mask)
    return mask if n < 2 else np.asarray(parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:])))
