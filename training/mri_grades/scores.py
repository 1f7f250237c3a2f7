"""How well predicted grades agree with the expert's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def middle_class(p: FloatArray) -> IntArray:
    """The class with half of the probability below it; shape (disc, class) to (disc,)."""
    return np.asarray((np.cumsum(p, axis=1) < 0.5).sum(axis=1))


def calibration_error(p: FloatArray, present: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins of the probability."""
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    return float(
        sum(
            (place == b).mean() * abs(float(p[place == b].mean()) - float(present[place == b].mean()))
            for b in range(bins)
            if (place == b).any()
        )
    )
