"""How well class probabilities agree with a reference, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.core import Estimate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WORST = 10  # patients
Measure = Callable[[IntArray, FloatArray], float]


@dataclass(frozen=True, eq=False)
class Scores:
    """Agreement of one row with the reference."""

    accuracy: Estimate
    balanced_accuracy: Estimate
    log_loss: Estimate  # nats
    confusion: IntArray  # (reference class, predicted class)
    loss_of_worst: float  # share of the log-loss that comes from the ten patients with the largest

    def named(self) -> dict[str, Estimate]:
        """The three numbers by name."""
        return {
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "log_loss": self.log_loss,
        }


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Resampling of patients: percentile intervals."""

    draws: int
    seed: int
    interval: float


def score_classes(truth: IntArray, p: FloatArray, bootstrap: Bootstrap) -> Scores:
    """Score class probabilities.

    Parameters
    ----------
    truth : reference class, shape (patient,)
    p : probability of each class, above 0, rows sum to 1, shape (patient, class)
    """
    generator = np.random.default_rng(bootstrap.seed)
    rows = generator.integers(0, len(truth), size=(bootstrap.draws, len(truth)))
    confusion = np.zeros((p.shape[1], p.shape[1]), dtype=np.int64)
    np.add.at(confusion, (truth, p.argmax(axis=1)), 1)

    def estimate(measure: Measure) -> Estimate:
        drawn = [measure(truth[row], p[row]) for row in rows]
        tail = 50.0 * (1.0 - bootstrap.interval)
        low, high = np.percentile(drawn, [tail, 100.0 - tail])
        value = measure(truth, p)
        return Estimate(value, min(float(low), value), max(float(high), value))

    return Scores(
        accuracy=estimate(measure_accuracy),
        balanced_accuracy=estimate(measure_balanced),
        log_loss=estimate(measure_log_loss),
        confusion=confusion,
        loss_of_worst=_loss_of_worst(truth, p),
    )


def _loss_of_worst(truth: IntArray, p: FloatArray) -> float:
    losses = np.sort(-np.log(p[np.arange(len(truth)), truth]))
    return float(losses[-WORST:].sum() / losses.sum()) if losses.sum() > 0.0 else 0.0


def measure_accuracy(truth: IntArray, p: FloatArray) -> float:
    """Share of patients whose most probable class is the reference."""
    return float(np.mean(p.argmax(axis=1) == truth))


def measure_balanced(truth: IntArray, p: FloatArray) -> float:
    """Mean over the classes that occur of the share recognised."""
    right = p.argmax(axis=1) == truth
    return float(np.mean([right[truth == k].mean() for k in np.unique(truth)]))


def measure_log_loss(truth: IntArray, p: FloatArray) -> float:
    """Mean of minus the natural log of the probability given to the reference class."""
    return float(-np.mean(np.log(p[np.arange(len(truth)), truth])))


def measure_area(positive: NDArray[np.bool_], score: FloatArray) -> float:
    """Area under the receiver operating curve; ties count half. NaN without both kinds."""
    if positive.all() or not positive.any():
        return float("nan")
    difference = score[positive][:, None] - score[~positive][None, :]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))
