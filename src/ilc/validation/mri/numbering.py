"""Whether discs are found and counted right, against centres placed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ilc.validation.mri.stored import Centres, read_rows

TRUTH = Path(__file__).with_name("disc_centres.csv")


@dataclass(frozen=True, slots=True)
class Counted:
    """One picture."""

    file: str
    n_discs: int
    n_right: int

    @property
    def is_right(self) -> bool:
        """Whether every disc was found under its number."""
        return self.n_right == self.n_discs

    @property
    def patient(self) -> int:
        """Number before the sequence in the file name."""
        return int(self.file.split("_")[0])


def read_centres() -> dict[str, dict[int, tuple[float, float]]]:
    """Centres by picture and disc number."""
    centres: dict[str, dict[int, tuple[float, float]]] = {}
    for row in read_rows(TRUTH):
        centres.setdefault(row["file"], {})[int(row["disc"])] = (float(row["row"]), float(row["column"]))
    return centres


def count_right(placed: Mapping[str, Centres], found: Mapping[str, Centres], *, within: float) -> tuple[Counted, ...]:
    """Judge each picture; `within` is the largest distance as a share of the usual step from disc to disc."""
    counted = []
    for file, centres in placed.items():
        points = np.array([centres[number] for number in sorted(centres)])
        step = float(np.median(np.linalg.norm(np.diff(points, axis=0), axis=1)))
        seen = found.get(file, {})
        right = sum(
            number in seen and float(np.linalg.norm(np.subtract(seen[number], place))) <= within * step
            for number, place in centres.items()
        )
        counted.append(Counted(file, len(centres), right))
    return tuple(counted)
