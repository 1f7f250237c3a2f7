"""Probabilities that a reader would see something as likelihoods of what the pictures show."""

from __future__ import annotations

import math
from collections.abc import Mapping

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
