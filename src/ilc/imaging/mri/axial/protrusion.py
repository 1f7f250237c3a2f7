"""Disc that reaches beyond the back of the disc in one place, and on which side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ilc.imaging.mri.axial.dent import Dent, find_dent
from ilc.imaging.mri.axial.guide import DiscAnchor
from ilc.imaging.mri.axial.measured import Position
from ilc.imaging.mri.axial.picture import SlicePicture
from ilc.imaging.mri.axial.sac import SacOutline

FloatArray = NDArray[np.float64]

# Farther to the side roots in the foramina are as dark as disc.
_STEP_MM = 0.5
_ASIDE_MM = np.arange(-11.0, 11.01, _STEP_MM)
_BEHIND_MM = np.arange(-3.0, 14.01, 0.25)
_START_MM = -1.0  # up to here it is surely disc
_RUN = 3  # samples in a row that are bright: 0.75 mm
_FAT_BESIDE_MM, _FAT_BEHIND_MM = (11.0, 31.0), (-2.0, 9.0)
_FAT_PERCENTILE, _BRIGHT = 75.0, 0.6  # of fat beside the sac
# Chosen on simulated people: worn discs that bulge evenly stay below, and roots are narrower.
MIN_BEYOND_MM = 3.0
_MIN_WIDTH_MM, _MAX_ASIDE_MM = 4.0, 9.5
_MIN_RUN = 4  # steps; a shorter one is a root or noise
_BASE_PERCENTILE = 20.0
_MIN_SEEN = 0.7
# Up to here both sides are called central, from here on one side; between, the side is not told: assumption.
_CENTRAL_MM, _ASIDE_FROM_MM = 2.5, 3.5
# A dent of this depth on one side is a sure sign; one in the middle alone is a weak one: assumption.
_SURE_DENT_MM, _CENTRAL_DENT = 5.0, 0.4


@dataclass(frozen=True, slots=True)
class Follow:
    """The place to which dark tissue reaches farthest behind the disc. Lengths in mm."""

    beyond_mm: float
    aside_mm: float  # from the midline, left positive
    width_mm: float
    seen_share: float  # of the back of the disc that could be followed


@dataclass(frozen=True, slots=True)
class Protrusion:
    """What stands out in one slice: dark tissue behind the disc, a dent of the sac, or both."""

    dark: Follow | None
    dent: Dent | None

    @property
    def aside_mm(self) -> float:
        """From the midline, left positive; by the dent where it is on one side, as it is the sharper sign."""
        if self.dent is not None and (self.dark is None or not self.dent.is_central):
            return self.dent.aside_mm
        return 0.0 if self.dark is None else self.dark.aside_mm

    @property
    def position(self) -> Position | None:
        """Where it lies; None where that is not clear enough to be named."""
        if self.dent is not None and not self.dent.is_central:
            side = Position.LEFT if self.dent.aside_mm > 0.0 else Position.RIGHT
            against = self.dark is not None and self.dark.aside_mm * self.dent.aside_mm < 0.0
            return None if against and not self._is_central(self.dark) else side
        if self.dark is None or self._is_central(self.dark):
            return Position.CENTRAL
        if abs(self.dark.aside_mm) < _ASIDE_FROM_MM:
            return None
        return Position.LEFT if self.dark.aside_mm > 0.0 else Position.RIGHT

    @property
    def strength(self) -> float:
        """From 0 to 1; two signs that are seen apart add up."""
        doubt = 1.0
        if self.dark is not None:
            doubt *= 1.0 - self.dark.seen_share * min(self.dark.beyond_mm / (2.0 * MIN_BEYOND_MM), 1.0)
        if self.dent is not None:
            doubt *= 1.0 - (_CENTRAL_DENT if self.dent.is_central else min(self.dent.depth_mm / _SURE_DENT_MM, 1.0))
        return 1.0 - doubt

    @staticmethod
    def _is_central(dark: Follow | None) -> bool:
        return dark is not None and abs(dark.aside_mm) <= _CENTRAL_MM


def find_protrusion(picture: SlicePicture, anchor: DiscAnchor, sac: SacOutline) -> Protrusion | None:
    """Look for both signs of a protrusion; None where there is neither."""
    dark, dent = _follow_back(picture, anchor, sac), find_dent(sac.line)
    return None if dark is None and dent is None else Protrusion(dark, dent)


def _follow_back(picture: SlicePicture, anchor: DiscAnchor, sac: SacOutline) -> Follow | None:
    """Follow the back of the disc across the canal; None where it cannot be followed or nothing stands out.

    At each place dark tissue is followed from the disc backward until fat or fluid. What reaches farther than the
    rest of the back of the same disc stands out; a bulge all along does not.
    """
    base = float(picture.from_lps(anchor.back)[0])
    behind, aside = np.meshgrid(base + _BEHIND_MM, _ASIDE_MM, indexing="ij")
    scale = max(sac.fluid - sac.dark, 1e-6)
    share = (picture.at(np.stack([behind, aside], axis=-1)) - sac.dark) / scale
    bright = share > _BRIGHT * min(_fat_share(picture, sac, base), 1.0)
    ends = np.array([_first_bright(column) for column in bright.T])
    seen = np.isfinite(ends)
    if float(seen.mean()) < _MIN_SEEN:
        return None
    beyond = np.where(seen, ends - np.percentile(ends[seen], _BASE_PERCENTILE), 0.0)
    smooth = uniform_filter1d(np.clip(beyond, 0.0, None), 5)
    high = smooth > smooth.max() / 2.0
    if _count_runs(high) != 1:  # two with a gap between: the back of a torn disc, not what stands out of it
        return None
    middle = float((smooth[high] * _ASIDE_MM[high]).sum() / max(float(smooth[high].sum()), 1e-6))
    width = float(high.sum()) * _STEP_MM
    stands_out = smooth.max() >= MIN_BEYOND_MM and width >= _MIN_WIDTH_MM and abs(middle) <= _MAX_ASIDE_MM
    return Follow(float(smooth.max()), middle, width, float(seen.mean())) if stands_out else None


def _count_runs(high: NDArray[np.bool_]) -> int:
    edges = np.diff(np.concatenate([[0], high.astype(np.int8), [0]]))
    return int((np.nonzero(edges == -1)[0] - np.nonzero(edges == 1)[0] >= _MIN_RUN).sum())


def _first_bright(column: NDArray[np.bool_]) -> float:
    """Where disc ends; nan where it is bright within, as a tear is, or dark to the end."""
    if column[_BEHIND_MM <= _START_MM].any():
        return float("nan")
    held = column[: len(column) - _RUN + 1].copy()
    for step in range(1, _RUN):
        held &= column[step : len(column) - _RUN + 1 + step]
    return float(_BEHIND_MM[int(held.argmax())]) if held.any() else float("nan")


def _fat_share(picture: SlicePicture, sac: SacOutline, base: float) -> float:
    """Brightness of fat on both sides of the canal, as a share of fluid."""
    aside = np.arange(*_FAT_BESIDE_MM, 1.0)
    behind, left = np.meshgrid(base + np.arange(*_FAT_BEHIND_MM, 0.5), np.concatenate([-aside, aside]), indexing="ij")
    values = picture.at(np.stack([behind, left], axis=-1))
    return float((np.percentile(values, _FAT_PERCENTILE) - sac.dark) / max(sac.fluid - sac.dark, 1e-6))
