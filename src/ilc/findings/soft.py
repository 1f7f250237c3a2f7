"""Probabilities that a reader would see something as likelihoods of what the pictures show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ilc.core import InstanceId
from ilc.record.case import TypedFinding

# One automatic reading alone never moves the odds of what a reader would say by more: assumption.
_LARGEST_RATIO = 30.0


def soften(p: float, base: float, p_place: float, *, largest: float = _LARGEST_RATIO) -> Mapping[str, float]:
    """Likelihood of the pictures given each outcome, up to a factor.

    Parameters
    ----------
    p, base : probability of the finding, and how common it was where that was learnt
    p_place : probability that the finding belongs to the level it is said to; else the pictures say nothing about it
    largest : the most by which the odds move
    """
    ratio = (p / (1.0 - p)) / (base / (1.0 - base)) if 0.0 < p < 1.0 else (math.inf if p >= 1.0 else 0.0)
    ratio = min(max(ratio, 1.0 / largest), largest)
    # Scaled so that a level of average risk gives one, which is what another level's picture would give.
    absent = 1.0 / (base * ratio + 1.0 - base)
    return {"present": p_place * ratio * absent + 1.0 - p_place, "absent": p_place * absent + 1.0 - p_place}


@dataclass(frozen=True, slots=True)
class Source:
    """Where and when something was seen."""

    where: str
    observed_on: date | None


def tell_softly(finding: InstanceId, p: float, likelihood: Mapping[str, float], source: Source) -> TypedFinding:
    """A measured finding whose value is the probability that a reader would see it."""
    return TypedFinding(
        id=finding,
        outcome="present" if p >= 0.5 else "absent",
        value=p,
        observed_on=source.observed_on,
        origin="measured",
        where=source.where,
        likelihood=likelihood,
    )


def step(value: float, soft: float) -> float:
    """A logistic step: a half at 0, and softer the larger `soft` is."""
    return 1.0 / (1.0 + math.exp(-max(min(value / soft, 40.0), -40.0)))
