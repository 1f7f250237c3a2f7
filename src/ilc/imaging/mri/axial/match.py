"""Whether an axial slice shows what the sagittal series shows at the same place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ilc.imaging.mri.axial.cut import MidlineCut
from ilc.imaging.mri.axial.picture import SlicePicture

FloatArray = NDArray[np.float64]

_FROM_SAC_MM = (-35.0, 40.0)  # along the midline: disc, sac, arch and muscle
_STEP_MM = 0.7
_ASIDE_MM = np.arange(-1.5, 1.6, 0.75)  # a sagittal slice is a few millimetres thick
_SHIFTS_MM = np.arange(-4.0, 4.01, 0.5)
_MIN_POINTS = 40
_EDGE_SMOOTHING = 1.0  # steps
# Chosen on simulated people: nearly all slices in their own place pass, most of other levels and people do not.
_MIN_GREY, _MIN_EDGES, _MIN_EDGES_ACROSS = 0.7, 0.6, 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """Correlation of an axial slice with the sagittal picture along the line in which they meet."""

    grey: float  # of brightness
    edges: float  # of where brightness changes, whichever way

    def is_good(self, *, same_weighting: bool) -> bool:
        """Whether both show the same place; pictures of two weightings share edges only, and not all of them."""
        if same_weighting:
            return self.grey >= _MIN_GREY and self.edges >= _MIN_EDGES
        return self.edges >= _MIN_EDGES_ACROSS


def compare_midline(picture: SlicePicture, cut: MidlineCut) -> Match | None:
    """Each correlation where it is best within 4 mm; None where the line is too short."""
    way = picture.from_lps(cut.points)
    order = np.argsort(way[:, 0])
    back, left, grey = way[order, 0], way[order, 1], cut.grey[order]
    steps = np.arange(*_FROM_SAC_MM, _STEP_MM)
    steps = steps[(steps > back[0]) & (steps < back[-1])]
    if len(steps) < _MIN_POINTS:
        return None
    seen = np.interp(steps, back, grey)
    aside = np.interp(steps, back, left)
    matches = []
    for shift in _SHIFTS_MM:
        places = np.stack(np.broadcast_arrays((steps + shift)[:, None], aside[:, None] + _ASIDE_MM), axis=-1)
        found = picture.at(places).mean(axis=1)
        matches.append((_correlate(seen, found), _correlate(_edges(seen), _edges(found))))
    grey_best, edges_best = np.max(matches, axis=0)
    return Match(float(grey_best), float(edges_best))


def _correlate(one: FloatArray, other: FloatArray) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0.0 and other.std() > 0.0 else -1.0


def _edges(profile: FloatArray) -> FloatArray:
    return np.asarray(np.abs(np.gradient(gaussian_filter1d(profile, _EDGE_SMOOTHING))))
