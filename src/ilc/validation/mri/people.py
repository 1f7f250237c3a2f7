"""Means with intervals from resampled people."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ilc.core import Estimate
from ilc.validation.scores import Bootstrap, FloatArray

IntArray = NDArray[np.int64]


def resample_people(people: IntArray, measure: Callable[[IntArray], float], bootstrap: Bootstrap) -> Estimate:
    """A figure over rows, with the percentile interval over resampled people.

    Parameters
    ----------
    people : who each row belongs to, shape (row,)
    measure : the figure of the rows with these indices; nan where it cannot be told
    """
    names, place = np.unique(people, return_inverse=True)
    rows_of = [np.nonzero(place == index)[0] for index in range(len(names))]
    generator = np.random.default_rng(bootstrap.seed)
    drawn = [
        measure(np.concatenate([rows_of[index] for index in generator.integers(0, len(names), len(names))]))
        for _ in range(bootstrap.draws)
    ]
    tail = 50.0 * (1.0 - bootstrap.interval)
    low, high = np.nanpercentile(drawn, [tail, 100.0 - tail])
    value = measure(np.arange(len(people)))
    return Estimate(value, min(float(low), value), max(float(high), value))


def mean_of_people(people: IntArray, values: FloatArray, bootstrap: Bootstrap) -> Estimate:
    """Mean of values over rows, with the interval over resampled people."""
    return resample_people(people, lambda chosen: float(values[chosen].mean()), bootstrap)


def say_interval(estimate: Estimate, *, decimals: int = 3) -> str:
    """A figure with its interval, as words of a table."""
    value, low, high = (f"{number:.{decimals}f}" for number in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"
