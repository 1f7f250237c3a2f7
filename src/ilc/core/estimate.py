"""A number with its interval; nothing medical travels as a bare float."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with a 95 % interval, in the unit its owner states."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and math.isfinite(self.low) and math.isfinite(self.high)):
            raise ValueError("an estimate must be finite")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"interval {self.low}..{self.high} does not hold its value {self.value}")


def logit(p: float) -> float:
    """Natural log odds of a probability strictly between 0 and 1."""
    return math.log(p / (1.0 - p))


def expit(log_odds: float) -> float:
    """Probability of natural log odds."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1.0 + odds)
