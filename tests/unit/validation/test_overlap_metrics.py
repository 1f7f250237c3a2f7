"""Metrics against made-up predictions whose scores are known."""

from __future__ import annotations

import numpy as np
import pytest

from ilc.validation.overlap.metrics import (
    estimate_mean,
    fit_intercept,
    fit_logistic,
    histogram,
    losses,
    measure_calibration,
    resample,
)
from ilc.validation.rules_file import Resamples

BOOTSTRAP = Resamples(draws=30, interval=0.95)


def made_up(*, sharpened: float = 1.0, shifted: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes of 400 patients with 30 factors, and predictions with their log odds stretched and moved."""
    random = np.random.default_rng(4)
    log_odds = random.normal(-1.5, 1.5, size=(400, 30))
    truth = random.random(log_odds.shape) < 1.0 / (1.0 + np.exp(-log_odds))
    return truth, 1.0 / (1.0 + np.exp(-(log_odds * sharpened + shifted)))


def test_true_probabilities_have_slope_one_and_intercept_zero() -> None:
    truth, p = made_up()
    calibration = measure_calibration(truth, p, resample(400, BOOTSTRAP, seed=1), BOOTSTRAP)
    assert calibration.slope.low < 1.0 < calibration.slope.high
    assert calibration.intercept.low < 0.0 < calibration.intercept.high


def test_predictions_too_sure_by_half_have_a_slope_of_two_thirds() -> None:
    truth, p = made_up(sharpened=1.5)
    calibration = measure_calibration(truth, p, resample(400, BOOTSTRAP, seed=1), BOOTSTRAP)
    assert calibration.slope.value == pytest.approx(2.0 / 3.0, abs=0.04)


def test_predictions_too_high_have_an_intercept_below_zero() -> None:
    truth, p = made_up(shifted=0.7)
    odds = np.log(p / (1.0 - p)).ravel()
    assert fit_intercept(odds, truth.ravel().astype(float), np.ones(truth.size)) == pytest.approx(-0.7, abs=0.07)


def test_calibration_of_outcomes_all_alike_is_refused() -> None:
    with pytest.raises(ValueError, match="both outcomes"):
        fit_logistic(np.array([0.0, 1.0]), np.array([1.0, 1.0]), np.ones(2))


def test_log_loss_of_certainty_and_of_doubt() -> None:
    truth = np.array([[True, False]])
    assert losses(truth, np.array([[0.5, 0.5]])) == pytest.approx(np.log(2.0))
    assert losses(truth, np.array([[0.9, 0.1]])) == pytest.approx(-np.log(0.9))
    assert losses(truth, np.array([[0.0, 1.0]])).min() > 20.0


def test_first_row_of_a_resample_is_every_patient_once() -> None:
    weights = resample(50, BOOTSTRAP, seed=3)
    assert (weights[0] == 1.0).all()
    assert (weights.sum(axis=1) == 50.0).all()


def test_interval_of_a_mean_is_about_that_of_the_normal_law() -> None:
    values = np.random.default_rng(2).normal(size=400)
    found = estimate_mean(values, resample(400, Resamples(draws=1000, interval=0.95), seed=5), BOOTSTRAP)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 / 20.0, rel=0.15)


def test_flat_ranks_are_flat_and_piled_up_ranks_are_not() -> None:
    random = np.random.default_rng(6)
    flat = histogram(random.integers(0, 100, 500).tolist(), draws=99, bins=10)
    piled = histogram((random.integers(0, 100, 500) // 2).tolist(), draws=99, bins=10)
    assert sum(flat.counts) == 500
    assert flat.p > 0.01
    assert piled.p < 1e-6
