"""Dice of parts in whole volumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom import read_pixels, read_series
from ilc.validation.mri.stored import Parts
from ilc.validation.result import PartNotPossible
from ilc.validation.scores import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Dice of each person (down) and part (across)."""

    people: IntArray
    parts: tuple[str, ...]
    dice: FloatArray  # (person, part)


def read_truth(folder: Path, patient: int) -> Parts:
    """Labels of one volume as the series is read: vertebra 1, disc 2, canal 3.

    Raises
    ------
    PartNotPossible : the file is not there
    """
    path = folder / f"{patient}_labels.nii.gz"
    if not path.is_file():
        raise PartNotPossible(f"{path.name} is not there.", "Put the SPIDER T2 SPACE volumes into the data folder.")
    return np.asarray(read_pixels(read_series([path], folder).series[0])).astype(np.uint8)


def measure_overlaps(found: Mapping[int, Parts], folder: Path, parts: Mapping[str, int]) -> Overlaps:
    """Compare every kept volume with its labels."""
    people = sorted(found)
    rows = []
    for patient in people:
        truth = read_truth(folder, patient)
        rows.append([measure_dice(found[patient] == number, truth == number) for number in parts.values()])
    return Overlaps(np.array(people, dtype=np.int64), tuple(parts), np.array(rows))


def measure_dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Twice the common voxels over all; 1 where both are empty."""
    total = int(a.sum()) + int(b.sum())
    return 2.0 * int((a & b).sum()) / total if total else 1.0
