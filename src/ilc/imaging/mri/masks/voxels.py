"""Where the numbers of a label volume lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry

LabelArray = NDArray[np.uint16]
NUMBER_MAX = 1000  # no convention goes further
_POINTS_MAX = 20_000  # of a part, for the distance between two


def parse_labels(values: NDArray[np.float32]) -> LabelArray | None:
    """Whole numbers from 0 to the largest known; None where any value is something else."""
    labels = np.empty(values.shape, dtype=np.uint16)
    for index, plane in enumerate(values):  # slice by slice: a whole body has many voxels
        if float(plane.min()) < 0.0 or float(plane.max()) > NUMBER_MAX:
            return None
        labels[index] = plane
        if not np.array_equal(labels[index], plane):
            return None
    return labels


def measure_counts(labels: LabelArray) -> dict[int, int]:
    """Voxels of each number that occurs, without 0."""
    counts = np.zeros(NUMBER_MAX + 1, dtype=np.int64)
    for plane in labels:
        counts += np.bincount(plane.ravel(), minlength=NUMBER_MAX + 1)
    return {int(number): int(counts[number]) for number in np.nonzero(counts)[0] if number > 0}


def measure_heights_mm(labels: LabelArray, geometry: Geometry) -> Mapping[int, float]:
    """Height of the centre of each number in the patient: z in mm, LPS, growing to the head."""
    size = NUMBER_MAX + 1
    counts, sums = np.zeros(size), np.zeros((size, 3))
    rows, columns = (grid.ravel() for grid in np.indices(labels.shape[1:], dtype=np.float64))
    for index, plane in enumerate(labels):
        flat = plane.ravel()
        here = np.bincount(flat, minlength=size).astype(np.float64)
        counts += here
        sums[:, 0] += here * index
        sums[:, 1] += np.bincount(flat, weights=rows, minlength=size)
        sums[:, 2] += np.bincount(flat, weights=columns, minlength=size)
    present = [int(number) for number in np.nonzero(counts)[0] if number > 0]
    places = geometry.index_to_lps(sums[present] / counts[present, None])
    return {number: float(place[2]) for number, place in zip(present, places, strict=True)}


def measure_gap_mm(labels: LabelArray, geometry: Geometry, first: int, second: tuple[int, ...]) -> float:
    """Shortest distance from voxel centres of one number to those of others."""
    from scipy.spatial import cKDTree

    here, there = (_points(labels, geometry, numbers) for numbers in ((first,), second))
    distances, _ = cKDTree(there).query(here)
    return float(np.min(distances))


def _points(labels: LabelArray, geometry: Geometry, numbers: tuple[int, ...]) -> NDArray[np.float64]:
    indices = np.argwhere(np.isin(labels, numbers))
    step = max(len(indices) // _POINTS_MAX, 1)
    return np.asarray(geometry.index_to_lps(indices[::step]), dtype=np.float64)
