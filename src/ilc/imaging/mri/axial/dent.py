"""Where the front of the sac is pushed in: on one side against the other, or in the middle against both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ilc.imaging.mri.axial.contour import crossings_mm

FloatArray = NDArray[np.float64]

_STEP_MM = 0.5
_FARTHEST_MM, _FARTHEST_SHARE = 7.0, 0.7  # from the midline; of half the width of the sac
_FEWEST = 6  # places on one side; a sac that is narrower has no front to speak of
# Both halves of a sac differ by about a millimetre by nature, and its front bows forward or is flat: assumption.
_MIN_ASIDE_MM, _MIN_CENTRAL_MM = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class Dent:
    """A place of the front wall. Lengths in mm."""

    depth_mm: float  # behind the mirrored place; in the middle, behind both sides
    aside_mm: float  # from the midline of the slice, left positive
    is_central: bool


def find_dent(line: FloatArray) -> Dent | None:
    """The dent of a sac's outline, (n, 2) back and left in mm; None where it is bowed forward and both sides alike."""
    # What presses from the front leaves the back half of the sac in its place.
    behind = line[line[:, 0] > np.median(line[:, 0]), 1]
    middle, half_width = float(behind.max() + behind.min()) / 2.0, float(np.ptp(behind)) / 2.0
    aside = np.arange(_STEP_MM, min(_FARTHEST_MM, _FARTHEST_SHARE * half_width) + 1e-6, _STEP_MM)
    if len(aside) < _FEWEST:
        return None
    left, right = _front_mm(line, middle + aside), _front_mm(line, middle - aside)
    pushed = uniform_filter1d(left - right, 3)
    place = int(np.abs(pushed).argmax())
    depth, sign = abs(float(pushed[place])), float(np.sign(pushed[place]))
    # A difference that grows to the very edge is that of the sac's width.
    if depth >= _MIN_ASIDE_MM and place < len(aside) - 1:
        return Dent(depth, middle + sign * float(aside[place]), is_central=False)
    both = (left + right) / 2.0
    hollow = float(both[:3].mean() - both[3:].min())
    return Dent(hollow, middle, is_central=True) if hollow >= _MIN_CENTRAL_MM else None


def _front_mm(line: FloatArray, places: FloatArray) -> FloatArray:
    crossed = [crossings_mm(line, float(place)) for place in places]
    return np.array([0.0 if one is None else one[0] for one in crossed])
