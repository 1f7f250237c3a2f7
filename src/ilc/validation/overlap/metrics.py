"""Log-loss, Brier score, calibration and rank histograms, with bootstrap intervals over patients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chisquare

from ilc.core import Estimate
from ilc.inference.network import FloatArray
from ilc.validation.overlap.factors import BoolArray
from ilc.validation.rules_file import Resamples

EDGE = 1e-9
NEWTON_STEPS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """Slope and intercept of log odds of the outcome on log odds of the prediction.

    The intercept is that at a slope of 1: above 0 the predictions are too low on the whole.
    """

    slope: Estimate
    intercept: Estimate


@dataclass(frozen=True, slots=True)
class RankHistogram:
    """Ranks of the truth among posterior draws; flat where the engine is calibrated."""

    counts: tuple[int, ...]
    p: float  # chi-squared test of flatness


def losses(truth: BoolArray, p: FloatArray) -> FloatArray:
    """Minus the natural log of the probability given to what is true, in the shape of the truth."""
    safe = np.clip(p, EDGE, 1.0 - EDGE)
    return -np.log(np.where(truth, safe, 1.0 - safe))


def resample(patients: int, bootstrap: Resamples, *, seed: int) -> FloatArray:
    """How often each patient is in each resample, shape (draw, patient); the first row is every patient once."""
    random = np.random.default_rng(seed)
    weights = random.multinomial(patients, np.full(patients, 1.0 / patients), size=bootstrap.draws)
    return np.vstack([np.ones(patients), weights])


def estimate(measure: Callable[[FloatArray], float], weights: FloatArray, bootstrap: Resamples) -> Estimate:
    """A figure with its percentile interval.

    Parameters
    ----------
    measure : figure under weights of the patients
    weights : as from `resample`
    bootstrap : width of the interval
    """
    values = np.array([measure(row) for row in weights])
    tail = 50.0 * (1.0 - bootstrap.interval)
    low, high = np.nanpercentile(values, [tail, 100.0 - tail])
    return Estimate(float(values[0]), min(float(low), float(values[0])), max(float(high), float(values[0])))


def estimate_mean(values: FloatArray, weights: FloatArray, bootstrap: Resamples) -> Estimate:
    """Mean over patients of one value each, shape (patient,)."""
    return estimate(lambda row: float(row @ values / row.sum()), weights, bootstrap)


def measure_calibration(truth: BoolArray, p: FloatArray, weights: FloatArray, bootstrap: Resamples) -> Calibration:
    """Calibration over all factors of all patients.

    Parameters
    ----------
    truth, p : shape (patient, factor)
    weights : of patients, as from `resample`
    bootstrap : width of the interval
    """
    safe = np.clip(p, EDGE, 1.0 - EDGE)
    log_odds = np.log(safe / (1.0 - safe)).ravel()
    outcome, factors = truth.ravel().astype(np.float64), truth.shape[1]

    def slope(row: FloatArray) -> float:
        return fit_logistic(log_odds, outcome, np.repeat(row, factors))[1]

    def intercept(row: FloatArray) -> float:
        return fit_intercept(log_odds, outcome, np.repeat(row, factors))

    return Calibration(estimate(slope, weights, bootstrap), estimate(intercept, weights, bootstrap))


def fit_logistic(log_odds: FloatArray, outcome: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Intercept and slope of a weighted logistic regression on one variable, by Newton's method.

    Raises
    ------
    ValueError : all outcomes are alike, or the variable does not vary
    """
    if not 0.0 < (weight @ outcome) < weight.sum() or np.ptp(log_odds) == 0.0:
        raise ValueError("calibration needs both outcomes and predictions that differ")
    columns = np.stack([np.ones_like(log_odds), log_odds], axis=1)
    found = np.array([0.0, 1.0])
    for _ in range(NEWTON_STEPS):
        fitted = 1.0 / (1.0 + np.exp(-columns @ found))
        gradient = columns.T @ (weight * (outcome - fitted))
        curvature = (columns * (weight * fitted * (1.0 - fitted))[:, None]).T @ columns
        step = np.linalg.solve(curvature, gradient)
        found = found + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    return float(found[0]), float(found[1])


def fit_intercept(log_odds: FloatArray, outcome: FloatArray, weight: FloatArray) -> float:
    """Shift of the log odds that makes the predictions right on the whole."""
    shift = 0.0
    for _ in range(NEWTON_STEPS):
        fitted = 1.0 / (1.0 + np.exp(-(log_odds + shift)))
        step = float(weight @ (outcome - fitted)) / max(float(weight @ (fitted * (1.0 - fitted))), EDGE)
        shift += min(max(step, -1.0), 1.0)
        if abs(step) < 1e-8:
            break
    return shift


def histogram(ranks: Sequence[int], *, draws: int, bins: int) -> RankHistogram:
    """Histogram of ranks 0..draws and its test of flatness."""
    counts = np.bincount(np.array(ranks, dtype=np.int64) * bins // (draws + 1), minlength=bins)
    return RankHistogram(tuple(int(count) for count in counts), float(chisquare(counts).pvalue))
