"""Grades of each disc by models fitted to the other folds' people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ilc.imaging.mri.grades.model import FloatArray
from training.mri_grades.fit import Example, fit_model
from training.mri_grades.targets import TARGETS, read_gradings

_SEED = 1


def list_grades(examples: Sequence[Example], gradings: Path, fold_of: Mapping[int, int]) -> list[dict[str, object]]:
    """One row a graded disc that was measured; empty where a needed sequence is missing."""
    expert = read_gradings(gradings)
    graded = [example for example in examples if (example.patient, example.number) in expert]
    rows: list[dict[str, object]] = [{"patient": e.patient, "disc": e.number} for e in graded]
    for target in TARGETS:
        labels = [target.class_of(expert[e.patient, e.number]) for e in graded]
        for fold in range(3):
            learnt = [
                (e, label)
                for e, label in zip(graded, labels, strict=True)
                if fold_of[e.patient] != fold and label is not None
            ]
            model = fit_model(target, [e for e, _ in learnt], [label for _, label in learnt], seed=_SEED)
            for row, example in zip(rows, graded, strict=True):
                if fold_of[example.patient] == fold:
                    row.update(_columns(target.name, target.classes, model.predict(example.values)))
    return rows


def _columns(name: str, classes: Sequence[str], p: FloatArray | None) -> dict[str, object]:
    values = [""] * len(classes) if p is None else [f"{value:.4f}" for value in p]
    if len(classes) == 2:
        return {name: values[1]}
    return {f"{name}_{one}": value for one, value in zip(classes, values, strict=True)}
