"""The line in which a slice meets the midline of the sagittal reading, and what the reading shows along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.imaging.mri.axial.guide import Guide
from ilc.imaging.mri.outline import sample

FloatArray = NDArray[np.float64]

_COURSE_STEPS = 16  # of 0.7 mm to both sides
_MIN_POINTS = 10


@dataclass(frozen=True, slots=True, eq=False)
class MidlineCut:
    """Points from front to back that lie in the slice and in the midline. LPS mm."""

    points: FloatArray  # (n, 3)
    grey: FloatArray  # (n,) of the sagittal picture
    middle: FloatArray  # of the canal
    course: FloatArray  # unit vector along the canal, to the head
    up: FloatArray  # unit normal of the slice, to the head


def cut_midline(guide: Guide, geometry: Geometry, index: int) -> MidlineCut | None:
    """Where slice `index` of a stack meets the midline; None where it meets no canal."""
    up = geometry.normal if geometry.normal[2] > 0 else -geometry.normal
    origin = geometry.index_to_lps((index, 0, 0))
    rows, columns = _crossing((guide.points - origin) @ up)
    at = _passes((guide.canal - origin) @ up)
    if len(columns) < _MIN_POINTS or at is None:
        return None
    places = np.column_stack([rows, columns.astype(np.float64)])
    steps = np.arange(len(guide.canal))
    middle = np.array([np.interp(at, steps, axis) for axis in guide.canal.T])
    near = guide.canal[max(round(at) - _COURSE_STEPS, 0) : round(at) + _COURSE_STEPS + 1]
    course = near[0] - near[-1]
    return MidlineCut(
        points=guide.reading.to_lps(places),
        grey=sample(guide.reading.picture, places),
        middle=middle,
        course=np.asarray(course / np.linalg.norm(course)),
        up=np.asarray(up),
    )


def _crossing(height: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Fractional row at which columns pass through the slice, and which do; `height` falls with the row."""
    above = height > 0.0
    first = (~above).argmax(axis=0)
    columns = np.nonzero(above[0] & ~above[-1] & (first > 0))[0]
    rows = first[columns]
    high, low = height[rows - 1, columns], height[rows, columns]
    return np.asarray(rows - 1 + high / (high - low)), columns


def _passes(height: FloatArray) -> float | None:
    """Fractional step at which a line from the head down passes through the slice."""
    if len(height) < 2 or height[0] <= 0.0 or height[-1] > 0.0:
        return None
    first = int((height <= 0.0).argmax())
    return float(first - 1 + height[first - 1] / (height[first - 1] - height[first]))
