"""Fit grade models by penalised regression, each patient's discs together in one fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ilc.imaging.mri.grades.model import GradeModel, Term, expand
from training.mri_grades.targets import Target

FloatArray = NDArray[np.float64]

_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_INNER_FOLDS = 4


@dataclass(frozen=True, slots=True)
class Example:
    """One graded disc that was measured."""

    patient: int
    number: int
    values: Mapping[str, float]


def fit_model(target: Target, examples: Sequence[Example], classes: Sequence[int], *, seed: int) -> GradeModel:
    """One model from discs and their classes; the penalty is chosen within, by patient."""
    terms = _terms(target, examples)
    x = np.array([expand(terms, example.values) for example in examples])
    y = np.asarray(classes)
    patients = np.array([example.patient for example in examples])
    penalty = _choose_penalty(x, y, patients, seed)
    fitted = _fit(x, y, penalty)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(target.classes) == 2:
        coefficients, intercepts = (
            np.vstack([-coefficients, coefficients]) / 2,
            np.concatenate([-intercepts, intercepts]) / 2,
        )
    rates = np.bincount(y, minlength=len(target.classes)) / len(y)
    return GradeModel(
        target.name,
        target.classes,
        terms,
        np.round(coefficients, 5),
        np.round(intercepts, 5),
        tuple(float(round(rate, 4)) for rate in rates),
        target.needs,
    )


def _terms(target: Target, examples: Sequence[Example]) -> tuple[Term, ...]:
    terms = []
    for name in target.features:
        values = np.array([example.values.get(name, np.nan) for example in examples], dtype=np.float64)
        values = values[np.isfinite(values)]
        if len(values) < 30:
            continue
        low, middle, high = np.percentile(values, (16.0, 50.0, 84.0))
        scale = float(high - low) / 2.0
        if scale > 1e-9:
            terms.append(Term(name, float(round(middle, 5)), float(round(scale, 5)) or 1.0))
    return tuple(terms)


def _fit(x: FloatArray, y: NDArray[np.int64], penalty: float) -> LogisticRegression:
    return LogisticRegression(C=penalty, max_iter=2000).fit(x, y)


def _choose_penalty(x: FloatArray, y: NDArray[np.int64], patients: NDArray[np.int64], seed: int) -> float:
    names = np.unique(patients)
    fold_of = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % _INNER_FOLDS, strict=True))
    folds = np.array([fold_of[patient] for patient in patients])
    losses = []
    for penalty in _PENALTIES:
        loss = 0.0
        for fold in range(_INNER_FOLDS):
            out = folds == fold
            fitted = _fit(x[~out], y[~out], penalty)
            p = fitted.predict_proba(x[out])
            places = np.searchsorted(fitted.classes_, y[out])
            known = np.isin(y[out], fitted.classes_)
            loss -= float(np.log(np.clip(p[known, np.minimum(places[known], p.shape[1] - 1)], 1e-6, 1.0)).sum())
        losses.append(loss)
    return _PENALTIES[int(np.argmin(losses))]
