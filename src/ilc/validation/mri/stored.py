"""Predictions kept in the checkout, each by a model that had not seen the person."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilc.validation.data_folder import read_checkout
from ilc.validation.result import PartNotPossible

Parts = NDArray[np.uint8]
Centres = Mapping[int, tuple[float, float]]  # disc number -> row, column

_FOLDER = Path("training") / "mri_network" / "kept"
_VOLUMES = "volumes"
_FILES = ("discs.csv", "grades.csv", "simulated.csv")
_REMEDY = "Run `python -m training.mri_out_of_fold --data FOLDER` and `python -m training.mri_simulated` in a checkout."


@dataclass(frozen=True, eq=False)
class Stored:
    """`volumes` by patient, arrays as the series are read; `discs` by picture; the others rows as in their files."""

    volumes: Mapping[int, Parts]
    discs: Mapping[str, Centres]
    grades: tuple[Mapping[str, str], ...]
    simulated: tuple[Mapping[str, str], ...]


def read_stored() -> Stored:
    """All of them.

    Raises
    ------
    PartNotPossible : not a checkout, or a file is missing
    """
    checkout = read_checkout()
    folder = None if checkout is None else checkout / _FOLDER
    if folder is None or not all((folder / name).is_file() for name in _FILES):
        raise PartNotPossible("The kept predictions are not there.", _REMEDY)
    volumes = {int(path.name.partition(".")[0]): _read_parts(path) for path in (folder / _VOLUMES).glob("*.nii.gz")}
    discs: dict[str, dict[int, tuple[float, float]]] = {}
    for row in read_rows(folder / "discs.csv"):
        found = discs.setdefault(row["file"], {})
        if row["disc"] != "0":
            found[int(row["disc"])] = (float(row["row"]), float(row["column"]))
    grades, simulated = (tuple(read_rows(folder / name)) for name in _FILES[1:])
    return Stored(volumes, discs, grades, simulated)


def _read_parts(path: Path) -> Parts:
    import nibabel

    return np.asarray(nibabel.Nifti1Image.from_filename(path).dataobj, dtype=np.uint8)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file; lines that begin with # are notes."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))
