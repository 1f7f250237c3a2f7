"""Scores of class probabilities, against what can be counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ilc.validation.scores import Bootstrap, measure_area, measure_balanced, score_classes

TRUTH = np.array([0, 0, 0, 1], dtype=np.int64)
P = np.array([[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.1, 0.9]])
BOOTSTRAP = Bootstrap(draws=200, seed=1, interval=0.95)


def test_accuracy_balance_loss_and_confusion_are_those_counted_by_hand() -> None:
    scores = score_classes(TRUTH, P, BOOTSTRAP)
    assert scores.accuracy.value == pytest.approx(3 / 4)
    assert scores.balanced_accuracy.value == pytest.approx((2 / 3 + 1) / 2)
    assert scores.log_loss.value == pytest.approx(-(math.log(0.8) + math.log(0.6) + math.log(0.3) + math.log(0.9)) / 4)
    assert scores.confusion.tolist() == [[2, 1], [0, 1]]


def test_intervals_are_the_same_each_time_and_narrow_with_more_patients() -> None:
    few, again = (score_classes(TRUTH, P, BOOTSTRAP).accuracy for _ in range(2))
    many = score_classes(np.tile(TRUTH, 50), np.tile(P, (50, 1)), BOOTSTRAP).accuracy
    assert few == again
    assert many.high - many.low < few.high - few.low


def test_a_class_that_does_not_occur_is_left_out_of_the_balance() -> None:
    assert measure_balanced(np.array([0, 0]), np.array([[0.9, 0.1], [0.2, 0.8]])) == pytest.approx(0.5)


def test_the_share_of_the_worst_patients_shows_where_the_loss_lies() -> None:
    sure = np.tile([[0.99, 0.01]], (100, 1))
    truth = np.zeros(100, dtype=np.int64)
    truth[:10] = 1
    scores = score_classes(truth, sure, BOOTSTRAP)
    assert scores.loss_of_worst > 0.9
    assert score_classes(np.zeros(100, dtype=np.int64), sure, BOOTSTRAP).loss_of_worst == pytest.approx(0.1)


def test_area_counts_ties_half_and_is_not_a_number_with_one_kind_only() -> None:
    positive = np.array([True, True, False, False])
    assert measure_area(positive, np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(3.5 / 4)
    assert math.isnan(measure_area(np.array([True]), np.array([0.5])))
