"""Published numbers with their intervals, and the scale on which they are compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, exp, log, sqrt, tanh

from ilc.core.estimate import expit, logit
from ilc.validation.literature.rules import Measure, Row

NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Published:
    """A published value; `low` and `high` are None where no interval is known."""

    value: float
    low: float | None
    high: float | None

    def holds(self, value: float) -> bool | None:
        """Whether the interval holds a value; None without an interval."""
        return None if self.low is None or self.high is None else self.low <= value <= self.high

    def fold(self) -> float | None:
        """How many times the upper end is the lower one."""
        return None if self.low is None or self.high is None else self.high / self.low


def published_of(row: Row) -> Published:
    """The published number of a row; counts get their Wilson interval."""
    stated = row.published
    if stated.count is not None and stated.of is not None:
        return Published(stated.count / stated.of, *wilson_interval(stated.count, stated.of))
    if stated.value is None:
        raise ValueError(f"{row.id} has no number")
    return Published(stated.value, stated.low, stated.high)


def wilson_interval(count: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    share, z = count / of, NORMAL_95
    middle = share + z * z / (2 * of)
    half = z * sqrt(share * (1.0 - share) / of + z * z / (4 * of * of))
    whole = 1.0 + z * z / of
    return (middle - half) / whole, (middle + half) / whole


def scaled(value: float, measure: Measure) -> float:
    """Log odds of a share, log of a ratio, Fisher's z of a correlation."""
    if measure == "share":
        return logit(value)
    return atanh(value) if measure == "correlation" else log(value)


def unscaled(value: float, measure: Measure) -> float:
    """The number whose scaled value this is."""
    if measure == "share":
        return expit(value)
    return tanh(value) if measure == "correlation" else exp(value)


def published_sd(published: Published, measure: Measure, *, above: bool) -> float | None:
    """Standard deviation on the scale, from the half of the interval on the side where the model lies."""
    end = published.high if above else published.low
    if end is None:
        return None
    return abs(scaled(end, measure) - scaled(published.value, measure)) / NORMAL_95
