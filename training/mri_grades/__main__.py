"""Fit the grade models that ship, and tell by patient how well they do: `python -m training.mri_grades`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, roc_auc_score

from ilc.imaging.mri.grades.model import GradeModel
from training.mri_grades.collect import collect
from training.mri_grades.fit import Example, fit_model
from training.mri_grades.scores import calibration_error, middle_class
from training.mri_grades.targets import TARGETS, Target, read_gradings
from training.mri_network.volumes import HERE as NETWORK

_SHIPPED = Path(__file__).resolve().parents[2] / "src" / "ilc" / "imaging" / "mri" / "weights" / "grades.json"
_SEED = 1


def main() -> None:
    """Collect, cross-validate, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the SPIDER mid-sagittal pictures")
    parser.add_argument("--weights", type=Path, help="a network other than the shipped one")
    parser.add_argument("--out", type=Path, default=_SHIPPED)
    asked = parser.parse_args()
    examples = collect(asked.data, lambda _: asked.weights, _tell)
    gradings = read_gradings(asked.data / "gradings.csv")
    folds = yaml.safe_load((NETWORK / "folds.yaml").read_text("utf-8"))
    fold_of = {patient: index for index in range(3) for patient in folds[f"fold_{index}"]}
    models = []
    for target in TARGETS:
        graded = [
            (example, label)
            for example in examples
            if (row := gradings.get((example.patient, example.number))) and (label := target.class_of(row)) is not None
        ]
        print(_cross_validate(target, graded, fold_of))
        models.append(fit_model(target, [e for e, _ in graded], [c for _, c in graded], seed=_SEED))
    asked.out.write_text(_render(models), "utf-8")
    print(f"{asked.out} written")


def _cross_validate(target: Target, graded: Sequence[tuple[Example, int]], fold_of: dict[int, int]) -> str:
    folds = np.array([fold_of[example.patient] for example, _ in graded])
    truth = np.array([label for _, label in graded])
    p = np.full((len(graded), len(target.classes)), np.nan)
    for fold in range(3):
        chosen = [pair for pair, other in zip(graded, folds, strict=True) if other != fold]
        model = fit_model(target, [e for e, _ in chosen], [c for _, c in chosen], seed=_SEED)
        for index in np.nonzero(folds == fold)[0]:
            given = model.predict(graded[int(index)][0].values)
            if given is not None:
                p[index] = given
    known = np.isfinite(p[:, 0])
    p, truth = p[known], truth[known]
    if len(target.classes) > 2:
        said = middle_class(p)
        kappa = cohen_kappa_score(truth, said, weights="linear")
        errors = [calibration_error(p[:, c], truth == c) for c in range(len(target.classes))]
        return (
            f"{target.name}: {len(truth)} discs, linear kappa {kappa:.3f}, "
            f"balanced accuracy {balanced_accuracy_score(truth, said):.3f}, calibration error {np.mean(errors):.3f}"
        )
    auc, error = roc_auc_score(truth, p[:, 1]), calibration_error(p[:, 1], truth == 1)
    return (
        f"{target.name}: {len(truth)} discs, {int(truth.sum())} present, AUC {auc:.3f}, calibration error {error:.3f}"
    )


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
