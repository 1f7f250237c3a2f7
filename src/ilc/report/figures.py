"""Numbers as they are printed. Nothing is computed beyond rounding and changing the unit."""

from __future__ import annotations

import math

from ilc.explanation.model import Probability

_PERCENT = "\u00a0%"  # a number and its sign stay on one line


def percent(p: float) -> str:
    """Return 71 %, 3.4 %, < 0.1 % or > 99 %."""
    if p >= 0.995:
        return f">99{_PERCENT}"
    if p < 0.001:
        return f"<0.1{_PERCENT}"
    return f"{100 * p:.1f}{_PERCENT}" if p < 0.0995 else f"{100 * p:.0f}{_PERCENT}"


def percent_interval(probability: Probability) -> str:
    """Return 52-84 %, or nothing without an interval."""
    if probability.low is None or probability.high is None:
        return ""
    low, high = percent(probability.low), percent(probability.high)
    return high if low == high else f"{low.removesuffix(_PERCENT)}–{high}"


def share(value: float | None) -> str:
    """Return a share in per cent; a dash where there is none."""
    return "–" if value is None else f"{round(100 * value)}{_PERCENT}"


def log10_weight(log_odds: float) -> str:
    """Return natural log odds as log10 with a sign."""
    value = log_odds / math.log(10)
    return "0.00" if abs(value) < 0.005 else f"{value:+.2f}".replace("-", "−")


def points(value: float | None) -> str:
    """Return an intensity out of ten; a dash where there is none."""
    return "–" if value is None else f"{value:.1f}".removesuffix(".0")


def small(value: float) -> str:
    """Return a small number with three decimals, never as nothing."""
    return "<0.001" if 0 < value < 0.0005 else f"{value:.3f}"


def quantity(value: float) -> str:
    """Return a measured value with up to four significant digits."""
    return f"{value:.4g}"


def tenths(p: float) -> int:
    """Return how many in ten people, rounded: 0 to 10."""
    return math.floor(10 * p + 0.5)
