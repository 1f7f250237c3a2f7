"""Skin and fascia of the back in an axial slice: the fat under the skin, and where muscle begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ilc.imaging.mri.axial.contour import find_path
from ilc.imaging.mri.axial.picture import SlicePicture

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_BEHIND_MM, _ASIDE_MM = np.arange(12.0, 92.0, 0.5), np.arange(-68.0, 68.1, 1.0)  # from the middle of the sac
_SMOOTHING = (0.8, 1.0)  # samples behind and aside
_BRIGHT, _SKIN = 0.5, 0.3  # of fat
_BEYOND, _AHEAD = (2, 3, 4, 5), (0, 1, 2, 3)  # samples
_DARK_COST, _STIFFNESS, _REACH = 0.08, 0.03, 3
_LAYER_MM = (2.0, 12.0)  # of fat under the skin, from the fascia
_LAYER_ASIDE_MM = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class BackWall:
    """Fascia and skin, in mm behind the middle of the sac, at each millimetre from right to left."""

    fascia_mm: FloatArray
    skin_mm: FloatArray
    clearness: float  # mean fall of brightness from the fat to the fascia, as a share of fat

    def fascia_at(self, aside_mm: FloatArray) -> FloatArray:
        """How far behind the sac's middle the fascia lies."""
        return np.interp(aside_mm, _ASIDE_MM, self.fascia_mm)

    def fat_under_skin(self, behind_mm: FloatArray, aside_mm: FloatArray) -> Mask:
        """Points between fascia and skin."""
        from_fascia = behind_mm - self.fascia_at(aside_mm)
        before_skin = np.interp(aside_mm, _ASIDE_MM, self.skin_mm) - behind_mm
        layer = (from_fascia > _LAYER_MM[0]) & (from_fascia < _LAYER_MM[1]) & (before_skin > _LAYER_MM[0])
        return np.asarray(layer & (np.abs(aside_mm) < _LAYER_ASIDE_MM))


def find_back_wall(picture: SlicePicture, middle: FloatArray) -> BackWall:
    """From the skin inward, the first line on which bright fat ends.

    Parameters
    ----------
    middle : of the sac, back and left in mm
    """
    behind, aside = np.meshgrid(_BEHIND_MM, _ASIDE_MM, indexing="ij")
    signal = gaussian_filter(picture.at(np.stack([behind, aside], axis=-1) + middle), _SMOOTHING)
    fat = float(np.percentile(signal[signal > np.median(signal)], 90.0))
    share = signal / max(fat, 1e-9)
    bright = share > _SKIN
    last = np.where(bright.any(axis=0), len(_BEHIND_MM) - 1 - bright[::-1].argmax(axis=0), 0)
    edge = np.mean([np.roll(share, -n, axis=0) for n in _BEYOND], axis=0)
    edge -= np.min([np.roll(share, n, axis=0) for n in _AHEAD], axis=0)
    place = np.arange(len(_BEHIND_MM))[:, None]
    dark = np.where(place <= last - 2, np.clip(_BRIGHT - share, 0.0, None), 0.0)
    # Whatever is dark between the line and the skin is muscle that it has left out.
    left_out = np.cumsum(dark[::-1], axis=0)[::-1]
    cost = -np.clip(edge, -0.5, 1.0) + _DARK_COST * left_out + np.where(place > last - 4, 1.0, 0.0)
    path = find_path(cost.T, stiffness=_STIFFNESS, reach=_REACH)
    return BackWall(_BEHIND_MM[path], _BEHIND_MM[last], float(edge[path, np.arange(len(path))].mean()))
