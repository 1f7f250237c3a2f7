"""Fit the grade models that ship, to all people: `python -m training.mri_grades`.

How well such models do on people they never saw is told by `training.mri_out_of_fold` and `ilc validate mri`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ilc.imaging.mri.grades.model import GradeModel
from training.mri_grades.collect import collect
from training.mri_grades.fit import fit_model
from training.mri_grades.targets import TARGETS, read_gradings

_SHIPPED = Path(__file__).resolve().parents[2] / "src" / "ilc" / "imaging" / "mri" / "weights" / "grades.json"
_SEED = 1


def main() -> None:
    """Measure every disc, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the SPIDER mid-sagittal pictures")
    parser.add_argument("--weights", type=Path, help="a network other than the shipped one")
    parser.add_argument("--out", type=Path, default=_SHIPPED)
    asked = parser.parse_args()
    examples = collect(asked.data, lambda _: asked.weights, _tell)
    gradings = read_gradings(asked.data / "gradings.csv")
    models = []
    for target in TARGETS:
        graded = [
            (example, label)
            for example in examples
            if (row := gradings.get((example.patient, example.number))) and (label := target.class_of(row)) is not None
        ]
        print(f"{target.name}: {len(graded)} discs")
        models.append(fit_model(target, [e for e, _ in graded], [c for _, c in graded], seed=_SEED))
    asked.out.write_text(_render(models), "utf-8")
    print(f"{asked.out} written")


def _render(models: Sequence[GradeModel]) -> str:
    entries = [
        {
            "name": model.name,
            "classes": list(model.classes),
            "base_rates": list(model.base_rates),
            "needs": list(model.needs),
            "terms": [{"feature": t.name, "median": t.median, "scale": t.scale} for t in model.terms],
            "coefficients": model.coefficients.tolist(),
            "intercepts": model.intercepts.tolist(),
        }
        for model in models
    ]
    document = {
        "about": "Softmax over standardised features and their positive parts; made by python -m training.mri_grades",
        "data": "SPIDER mid-sagittal pictures and grades, van der Graaf 2024, CC BY 4.0",
        "made_on": datetime.now(UTC).date().isoformat(),
        "models": entries,
    }
    return json.dumps(document, indent=1) + "\n"


def _tell(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rpatient {done} of {total}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
