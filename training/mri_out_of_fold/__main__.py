"""Read every person with the fold that left them out: `python -m training.mri_out_of_fold --data FOLDER`.

Writes beside the fold weights: `volumes/` (parts found in each T2 SPACE volume, on its own voxels), `discs.csv`
(disc centres on each mid-sagittal picture) and `grades.csv` (probability of each grade of each disc).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from training.mri_grades.collect import collect
from training.mri_network.volumes import HERE as NETWORK
from training.mri_out_of_fold.discs import list_discs
from training.mri_out_of_fold.grades import list_grades
from training.mri_out_of_fold.volumes import write_volumes

KEPT = NETWORK / "kept"


def main() -> None:
    """Predict all three sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the SPIDER sets")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder of fold-0.onnx, fold-1.onnx, fold-2.onnx")
    asked = parser.parse_args()
    folds = yaml.safe_load((NETWORK / "folds.yaml").read_text("utf-8"))
    fold_of = {patient: fold for fold in range(3) for patient in folds[f"fold_{fold}"]}

    kept: Path = asked.kept

    def weights_of(patient: int) -> Path:
        return kept / f"fold-{fold_of[patient]}.onnx"

    write_volumes(asked.data / "spider-t2space", weights_of, asked.kept / "volumes", _teller("volume"))
    flat = asked.data / "spider-midsagittal"
    _write(asked.kept / "discs.csv", list_discs(flat, weights_of, _teller("picture")))
    examples = collect(flat, weights_of, _teller("person"))
    _write(asked.kept / "grades.csv", list_grades(examples, flat / "gradings.csv", fold_of))


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _teller(what: str) -> Callable[[int, int], None]:
    return partial(_tell, what)


def _tell(what: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{what} {done} of {total}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
