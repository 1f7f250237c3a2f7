"""Estimates as words and as JSON."""

from __future__ import annotations

from ilc.core import Estimate
from ilc.validation.result import Json


def interval_words(estimate: Estimate) -> str:
    """Value with its interval; a plain figure where there is none."""
    if estimate.low == estimate.high:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def three(estimate: Estimate) -> dict[str, Json]:
    """Value and ends of the interval."""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
