"""Learners beside the model: nothing of a patient's own fold is seen."""

from __future__ import annotations

import numpy as np
import pytest

from ilc.validation.baselines import predict_held_out, split_folds
from ilc.validation.result import PartNotPossible

SETTINGS = {"folds": 5, "seed": 3, "naive_bayes": {"alpha": 1.0}, "logistic_regression": {"C": 1.0}}
TRUTH = np.repeat([0, 1], [30, 20]).astype(np.int64)


def test_folds_are_repeatable_and_hold_each_class_alike() -> None:
    fold = split_folds(TRUTH, SETTINGS)
    assert np.array_equal(fold, split_folds(TRUTH, SETTINGS))
    for number in range(5):
        assert np.bincount(TRUTH[fold == number]).tolist() == [6, 4]


def test_too_few_patients_of_a_class_are_refused() -> None:
    with pytest.raises(PartNotPossible, match="fewer than 5"):
        split_folds(TRUTH[:33], SETTINGS)


def test_what_tells_the_classes_apart_is_learnt_and_unknown_values_are_borne() -> None:
    features = np.column_stack([TRUTH.astype(float), np.zeros(len(TRUTH))])
    features[::7, 1] = np.nan
    found = predict_held_out(features, TRUTH, split_folds(TRUTH, SETTINGS), SETTINGS)
    assert set(found) == {"naive_bayes", "logistic_regression"}
    for p in found.values():
        assert p.sum(axis=1) == pytest.approx(np.ones(len(TRUTH)))
        assert (p.argmax(axis=1) == TRUTH).all()


def test_a_feature_that_only_names_the_patient_teaches_nothing() -> None:
    names = np.eye(len(TRUTH))
    found = predict_held_out(names, TRUTH, split_folds(TRUTH, SETTINGS), SETTINGS)
    assert (found["logistic_regression"].argmax(axis=1) == 0).all()
