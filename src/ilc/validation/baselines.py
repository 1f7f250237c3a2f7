"""Learners beside the model, cross-validated on the same patients; needs scikit-learn, which only development has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilc.validation.result import PartNotPossible
from ilc.validation.scores import FloatArray, IntArray

_SMALLEST_P = 1e-6  # a learner that is certain and wrong would otherwise have an infinite log-loss
_REMEDY = "Install it: `make setup` for development, or `pip install scikit-learn`."


def split_folds(truth: IntArray, settings: Mapping[str, Any]) -> IntArray:
    """Fold of each patient, stratified by class; the same seed gives the same split.

    Raises
    ------
    PartNotPossible : scikit-learn is missing, or a class has fewer patients than there are folds
    """
    folds = int(settings["folds"])
    if len(truth) == 0 or min(np.bincount(truth)[np.unique(truth)]) < folds:
        raise PartNotPossible(f"A class has fewer than {folds} patients.", "Score more patients.")
    try:
        from sklearn.model_selection import StratifiedKFold
    except ImportError as error:
        raise PartNotPossible("scikit-learn is not installed; the comparison needs it.", _REMEDY) from error
    fold = np.zeros(len(truth), dtype=np.int64)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=int(settings["seed"]))
    for number, (_, held_out) in enumerate(splitter.split(np.zeros((len(truth), 1)), truth)):
        fold[held_out] = number
    return fold


def predict_held_out(
    features: FloatArray, truth: IntArray, fold: IntArray, settings: Mapping[str, Any]
) -> dict[str, FloatArray]:
    """Probabilities of the classes for each patient from the other folds, for each learner named in the settings.

    Parameters
    ----------
    features : shape (patient, feature); NaN is unknown
    truth, fold : shape (patient,)
    settings : `seed` and one block for each learner
    """
    names = [name for name in _LEARNERS if name in settings]
    found = {name: np.zeros((len(truth), int(truth.max()) + 1)) for name in names}
    for number in np.unique(fold):
        held_out = fold == number
        filled = _fill(features, ~held_out)
        for name in names:
            learner = _LEARNERS[name](settings[name], int(settings["seed"]))
            learner.fit(filled[~held_out], truth[~held_out])
            found[name][np.ix_(held_out, learner.classes_)] = learner.predict_proba(filled[held_out])
    return {name: _bounded(p) for name, p in found.items()}


def _fill(features: FloatArray, training: NDArray[np.bool_]) -> FloatArray:
    """Unknown becomes the commonest value of the training part."""
    filled = features.copy()
    for column in range(features.shape[1]):
        values = features[training, column]
        values, counts = np.unique(values[~np.isnan(values)], return_counts=True)
        filled[np.isnan(filled[:, column]), column] = values[counts.argmax()] if len(values) else 0.0
    return filled


def _bounded(p: FloatArray) -> FloatArray:
    kept = np.maximum(p, _SMALLEST_P)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def _logistic_regression(settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=float(settings["C"]), max_iter=20_000, random_state=seed)


def _naive_bayes(settings: Mapping[str, Any], _seed: int) -> Any:
    from sklearn.naive_bayes import BernoulliNB

    return BernoulliNB(alpha=float(settings["alpha"]))


def _random_forest(settings: Mapping[str, Any], seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=int(settings["trees"]), random_state=seed)


_LEARNERS: Mapping[str, Any] = {
    "logistic_regression": _logistic_regression,
    "naive_bayes": _naive_bayes,
    "random_forest": _random_forest,
}
