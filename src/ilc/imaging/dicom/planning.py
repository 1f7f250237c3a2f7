"""Planning views that do not say so: few slices of large extent, in several planes of one series.

The limits follow common three-plane localisers and are assumptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Plane, plane_of_normal
from ilc.imaging.dicom.images import Frame, ImageFile

_MANY_PLANES = 3
_SLICES_MAX = {3: 11, 2: 5, 1: 5}  # per plane, by the number of planes
_EXTENT_MIN_MM = {3: 220.0, 2: 300.0, 1: 380.0}
_SINGLE_STEP_MIN_MM = 8.0  # slices of a diagnostic series lie closer


def detect_planning(frames: Sequence[tuple[ImageFile, Frame]]) -> str:
    """What makes the frames of one series planning views, in words for a message; empty where they are not.

    Parameters
    ----------
    frames : with position, orientation and pixel spacing
    """
    # Views of one planning run share their protocol; whole examinations under one UID do not.
    if not frames or len({(image.tags.timing.repetition_time_ms, frame.echo_time_ms) for image, frame in frames}) > 1:
        return ""
    slices = Counter(_plane_of(frame) for _, frame in frames)
    n_planes = min(len(slices), _MANY_PLANES)
    extent = min(_extent_mm(image, frame) for image, frame in frames)
    if max(slices.values()) > _SLICES_MAX[n_planes] or extent < _EXTENT_MIN_MM[n_planes] or Plane.OBLIQUE in slices:
        return ""
    if n_planes == 1:
        step = _step_mm([frame for _, frame in frames])
        return "Planning views (few slices far apart, of large extent)" if step >= _SINGLE_STEP_MIN_MM else ""
    return f"Planning views ({len(slices)} planes in one series of few slices)"


def _plane_of(frame: Frame) -> Plane:
    return plane_of_normal(_normal(frame))


def _normal(frame: Frame) -> NDArray[np.float64]:
    row, column = np.asarray(frame.orientation, dtype=np.float64).reshape(2, 3)
    return np.asarray(np.cross(row, column), dtype=np.float64)


def _extent_mm(image: ImageFile, frame: Frame) -> float:
    """The longer side of a slice."""
    down, across = frame.pixel_spacing or (0.0, 0.0)
    return max(image.rows * down, image.columns * across)


def _step_mm(frames: list[Frame]) -> float:
    """The shortest way from one slice to the next; 0 for fewer than two."""
    normal = _normal(frames[0])
    depths = np.sort([float(np.asarray(frame.position, dtype=np.float64) @ normal) for frame in frames])
    return float(np.diff(depths).min()) if len(depths) > 1 else 0.0
