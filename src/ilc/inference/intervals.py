"""From outputs under drawn numbers to parameter intervals, and from exact marginals to what only worlds can tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from ilc.inference.network import FloatArray
from ilc.inference.sensitivity import NORMAL_95

BoolArray = NDArray[np.bool_]

MOST_DRAWS, FEWEST_DRAWS, DRAW_STEP = 1024, 64, 32
TOTAL_ENTRIES = 2.0**25.5  # table entries that all draws together may need: about a second
TAIL = 0.025
EDGE = 1e-7  # probabilities are kept this far from 0 and 1 on the log-odds scale
LARGEST_SKEW = 1.2
RIDGE = 1e-3  # keeps the regression on activities stable where links nearly always go together
LEAST_OF_STATED = 0.1  # an estimate may not come nearer to 0 or 1 than this part of the stated value's distance


def affordable_draws(entries: float) -> int:
    """How many draws to make when each needs so many table entries; always even."""
    count = int(TOTAL_ENTRIES / entries) // DRAW_STEP * DRAW_STEP
    return min(MOST_DRAWS, max(FEWEST_DRAWS, count))


def parameter_interval(drawn: FloatArray, stated: FloatArray) -> tuple[FloatArray, FloatArray]:
    """95 % interval of probabilities under drawn numbers, widened where needed to hold the stated value.

    Each end is the mean, in log odds, of two estimates: the Harrell-Davis estimate of the percentile and the
    Cornish-Fisher expansion of mean, variance and skewness.

    Parameters
    ----------
    drawn : shape (draw, output)
    stated : the outputs under the numbers as stated, shape (output,)

    Returns
    -------
    low, high, shape (output,)
    """
    log_odds = _log_odds(drawn)
    low, high = _cornish_fisher(log_odds)
    ends = (low + _percentile(log_odds, TAIL)) / 2.0, (high + _percentile(log_odds, 1.0 - TAIL)) / 2.0
    certain = np.ptp(drawn, axis=0) == 0.0
    low, high = (np.where(certain, stated, 1.0 / (1.0 + np.exp(-end))) for end in ends)
    return np.minimum(low, stated), np.maximum(high, stated)


def _log_odds(p: FloatArray) -> FloatArray:
    p = np.clip(p, EDGE, 1.0 - EDGE)
    return np.asarray(np.log(p) - np.log1p(-p))


def _cornish_fisher(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    middle, spread = values.mean(axis=0), values.std(axis=0)
    standard = (values - middle) / np.maximum(spread, EDGE)
    skew = np.clip((standard**3).mean(axis=0), -LARGEST_SKEW, LARGEST_SKEW)
    shift = (NORMAL_95**2 - 1.0) / 6.0 * skew
    return middle + spread * (shift - NORMAL_95), middle + spread * (shift + NORMAL_95)


def _percentile(values: FloatArray, share: float) -> FloatArray:
    """Harrell and Davis, Biometrika 1982, 69: 635-640: a weighted mean of all ordered values."""
    count = len(values)
    steps = np.arange(count + 1) / count
    weights = np.diff(betainc((count + 1) * share, (count + 1) * (1.0 - share), steps))
    return np.asarray(weights @ np.sort(values, axis=0))


def carry_over(features: BoolArray, outcomes: BoolArray, drawn: FloatArray) -> FloatArray:
    """Expected outcomes under drawn numbers, from a regression over the worlds as stated on features known exactly.

    Parameters
    ----------
    features : shape (world, feature)
    outcomes : shape (world, outcome)
    drawn : exact expectation of each feature under each draw, shape (draw, feature)

    Returns
    -------
    shape (draw, outcome); may lie outside 0 to 1
    """
    varies = features.min(axis=0) < features.max(axis=0)
    x = features[:, varies].astype(np.float32)
    middle, stated = x.mean(axis=0), outcomes.mean(axis=0)
    centred = x - middle
    spread = (centred.T @ centred).astype(np.float64) / len(x)
    together = (centred.T @ (outcomes - stated).astype(np.float32)).astype(np.float64) / len(x)
    slopes = np.linalg.solve(spread + RIDGE * np.eye(len(spread)), together)
    return np.asarray(stated + (drawn[:, varies] - middle) @ slopes)


def inside(carried: FloatArray, stated: FloatArray) -> FloatArray:
    """Keep estimates inside (0, 1): no nearer to either end than a part of the stated value's distance."""
    return np.asarray(np.clip(carried, LEAST_OF_STATED * stated, 1.0 - LEAST_OF_STATED * (1.0 - stated)))
