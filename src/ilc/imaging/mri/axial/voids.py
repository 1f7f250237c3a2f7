"""Places without signal around the sac: metal, or air after an operation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_opening, gaussian_filter

from ilc.imaging.mri.axial.picture import FINE_MM, SlicePicture

Mask = NDArray[np.bool_]

# Cortex, ligament and cartilage are dark too, but nowhere as broad as this, yellow ligament included: assumption.
_MIN_BREADTH_MM = 9.0
_SPREAD_MM = 6.0  # around a void the picture is bent: assumption
_DARK_SHARE, _FLOOR_FACTOR = 0.05, 1.5
_SMOOTHING_MM = 0.8
_AROUND_MM = ((-4.0, 24.0), 24.0)  # back and aside of the sac's middle


def find_void(picture: SlicePicture) -> Mask | None:
    """Where nothing can be measured, shape of the picture; None where there is signal everywhere around the sac."""
    smooth = gaussian_filter(picture.values, _SMOOTHING_MM / FINE_MM)
    seen = smooth[picture.inside]
    if seen.size == 0:
        return None
    floor, bright = np.percentile(seen, (1.0, 95.0))
    back, left = picture.grid()
    near = (back > _AROUND_MM[0][0]) & (back < _AROUND_MM[0][1]) & (np.abs(left) < _AROUND_MM[1]) & picture.inside
    dark = near & (smooth < max(_DARK_SHARE * bright, _FLOOR_FACTOR * floor))
    broad = binary_opening(dark, _disc(_MIN_BREADTH_MM / 2))
    return binary_dilation(broad, _disc(_SPREAD_MM)) if broad.any() else None


def _disc(radius_mm: float) -> Mask:
    n = round(radius_mm / FINE_MM)
    side = np.arange(-n, n + 1)
    return np.asarray(np.hypot(*np.meshgrid(side, side)) <= n + 0.25)


def touches(void: Mask | None, line: NDArray[np.float64]) -> bool:
    """Whether a void reaches any of the points (n, 2), back and left in mm."""
    if void is None:
        return False
    place = SlicePicture.index_of(line)
    return bool(void[place[:, 0], place[:, 1]].any())
