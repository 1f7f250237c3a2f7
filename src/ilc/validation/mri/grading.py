"""Grades of discs against the expert's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilc.core import Estimate
from ilc.validation.mri.people import resample_people
from ilc.validation.mri.stored import read_rows
from ilc.validation.result import PartNotPossible
from ilc.validation.scores import Bootstrap, FloatArray, IntArray, measure_area

PFIRRMANN = ("1", "2", "3", "4", "5")
_BINS = 10


@dataclass(frozen=True, slots=True)
class BinaryGrade:
    """One finding that is present or not."""

    name: str
    n_discs: int
    n_present: int
    area: Estimate
    calibration_error: float


@dataclass(frozen=True, eq=False)
class OrderedGrade:
    """The Pfirrmann grade."""

    n_discs: int
    kappa: Estimate  # linear weights
    balanced_accuracy: Estimate
    calibration_error: float  # mean over the grades
    confusion: IntArray  # (expert, program)


def read_expert(folder: Path) -> dict[tuple[int, int], dict[str, str]]:
    """The expert's rows by patient and disc.

    Raises
    ------
    PartNotPossible : the file is not there
    """
    path = folder / "gradings.csv"
    if not path.is_file():
        raise PartNotPossible(f"{path.name} is not there.", "Put the SPIDER grades into the data folder.")
    return {(int(row["Patient"]), int(row["IVD label"])): row for row in read_rows(path)}


def score_binary(
    name: str,
    rows: Sequence[Mapping[str, str]],
    present: Mapping[tuple[int, int], bool],
    bootstrap: Bootstrap,
) -> BinaryGrade:
    """Area under the curve and calibration of one finding over the discs that were judged."""
    known = [row for row in rows if row[name] and _key(row) in present]
    p = np.array([float(row[name]) for row in known])
    truth = np.array([present[_key(row)] for row in known])
    people = np.array([int(row["patient"]) for row in known], dtype=np.int64)
    area = resample_people(people, lambda chosen: measure_area(truth[chosen], p[chosen]), bootstrap)
    return BinaryGrade(name, len(known), int(truth.sum()), area, measure_calibration(p, truth))


def score_pfirrmann(
    rows: Sequence[Mapping[str, str]], expert: Mapping[tuple[int, int], dict[str, str]], bootstrap: Bootstrap
) -> OrderedGrade:
    """Agreement of the middle of the distribution with the expert."""
    known = [
        row
        for row in rows
        if row["pfirrmann_1"] and _key(row) in expert and expert[_key(row)]["Pfirrman grade"] in PFIRRMANN
    ]
    p = np.array([[float(row[f"pfirrmann_{grade}"]) for grade in PFIRRMANN] for row in known])
    truth = np.array([PFIRRMANN.index(expert[_key(row)]["Pfirrman grade"]) for row in known], dtype=np.int64)
    said = np.minimum((np.cumsum(p, axis=1) < 0.5).sum(axis=1), len(PFIRRMANN) - 1)
    people = np.array([int(row["patient"]) for row in known], dtype=np.int64)
    confusion = np.zeros((len(PFIRRMANN), len(PFIRRMANN)), dtype=np.int64)
    np.add.at(confusion, (truth, said), 1)
    return OrderedGrade(
        n_discs=len(known),
        kappa=resample_people(people, lambda chosen: measure_kappa(truth[chosen], said[chosen]), bootstrap),
        balanced_accuracy=resample_people(people, lambda chosen: _balanced(truth[chosen], said[chosen]), bootstrap),
        calibration_error=float(
            np.mean([measure_calibration(p[:, grade], truth == grade) for grade in range(len(PFIRRMANN))])
        ),
        confusion=confusion,
    )


def measure_kappa(a: IntArray, b: IntArray) -> float:
    """Cohen's kappa with linear weights, five classes."""
    n = len(PFIRRMANN)
    table = np.zeros((n, n))
    np.add.at(table, (a, b), 1.0 / len(a))
    weights = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    return float(1.0 - (weights * table).sum() / (weights * chance).sum())


def measure_calibration(p: FloatArray, present: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equally wide bins."""
    place = np.minimum((p * _BINS).astype(np.int64), _BINS - 1)
    return float(
        sum(
            (place == b).mean() * abs(float(p[place == b].mean()) - float(present[place == b].mean()))
            for b in range(_BINS)
            if (place == b).any()
        )
    )


def _balanced(truth: IntArray, said: IntArray) -> float:
    return float(np.mean([(said[truth == grade] == grade).mean() for grade in np.unique(truth)]))


def _key(row: Mapping[str, str]) -> tuple[int, int]:
    return int(row["patient"]), int(row["disc"])
