"""What was read from MRI as findings: each probability that an expert would see something is soft evidence.

A probability p learnt where a share b had the finding moves the odds by odds(p) / odds(b), within bounds. How far the
finding itself can be trusted is told by its accuracy in the knowledge base.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ilc.core import LEVELS, InstanceId
from ilc.record.case import TypedFinding

# One automatic reading alone never moves the odds of what a reader would say by more: assumption.
_LARGEST_RATIO = 30.0
# Where a sagittal picture measures the depth of the sac, below 10 mm is absolute stenosis after Verbiest; readers call
# it moderate or severe half the time at 9 mm and rarely from 12 mm on, in 15 percent of the levels of people who are
# examined, and the measurement itself is off by about 0.7 mm: assumption.
_CANAL_HALF_MM, _CANAL_SPREAD_MM, _CANAL_BASE = 9.0, 0.9, 0.15

Disc = Mapping[str, Any]
Bases = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """`told` gives the probability that a reader would see the finding, and how often readers do."""

    finding: str
    told: Callable[[Disc, Bases], tuple[float, float] | None]
    unless: str = ""  # an entry of this finding at the same level says more


def find_in_mri(
    document: Mapping[str, Any], *, entered: Sequence[TypedFinding] = (), observed_on: date | None = None
) -> tuple[TypedFinding, ...]:
    """Findings of the discs in what was read from MRI.

    Parameters
    ----------
    document : as `ilc.imaging.mri.document.describe_study` gives it
    entered : what a person typed; where it says more than the pictures can, nothing is added
    observed_on : the day of the examination

    Returns
    -------
    one finding per disc and rule that could be judged, with its probability as the value; none where the pictures do
    not tell
    """
    known = {(finding.id.concept, finding.id.place) for finding in entered}
    reference = document.get("reference") or {}
    where = f"images, series {reference.get('series', '')}"
    found = []
    for disc in _named_discs(document):
        for rule in RULES:
            told = None if (rule.unless, disc["name"]) in known else rule.told(disc, document["base_rates"])
            if told is None:
                continue
            p, base = told
            found.append(
                TypedFinding(
                    id=InstanceId(rule.finding, disc["name"]),
                    outcome="present" if p >= 0.5 else "absent",
                    value=p,
                    observed_on=observed_on,
                    origin="measured",
                    where=where,
                    likelihood=soften(p, base, disc["p_name"]),
                )
            )
    return tuple(found)


def soften(p: float, base: float, p_place: float) -> Mapping[str, float]:
    """Likelihood of the pictures given each outcome, up to a factor.

    Parameters
    ----------
    p, base : probability of the finding, and how common it was where that was learnt
    p_place : probability that the finding belongs to the level it is said to; else the pictures say nothing about it
    """
    ratio = (p / (1.0 - p)) / (base / (1.0 - base)) if 0.0 < p < 1.0 else (math.inf if p >= 1.0 else 0.0)
    ratio = min(max(ratio, 1.0 / _LARGEST_RATIO), _LARGEST_RATIO)
    # Scaled so that a level of average risk gives one, which is what another level's picture would give.
    absent = 1.0 / (base * ratio + 1.0 - base)
    return {"present": p_place * ratio * absent + 1.0 - p_place, "absent": p_place * absent + 1.0 - p_place}


def _named_discs(document: Mapping[str, Any]) -> Iterator[Disc]:
    for disc in document["discs"]:
        if disc["name"] in LEVELS and disc["seen"]:
            yield disc


def _graded(name: str) -> Callable[[Disc, Bases], tuple[float, float] | None]:
    def told(disc: Disc, bases: Bases) -> tuple[float, float] | None:
        return None if disc[f"p_{name}"] is None else (disc[f"p_{name}"], bases[name])

    return told


def _dark(disc: Disc, bases: Bases) -> tuple[float, float] | None:
    """Pfirrmann 3 or more."""
    if disc["p_pfirrmann"] is None:
        return None
    return sum(disc["p_pfirrmann"][2:]), sum(bases["pfirrmann"][2:])


def _narrow_canal(disc: Disc, _: Bases) -> tuple[float, float] | None:
    depth = disc["canal_ap_mm"]
    if depth is None:
        return None
    return 1.0 / (1.0 + math.exp((depth - _CANAL_HALF_MM) / _CANAL_SPREAD_MM)), _CANAL_BASE


RULES: tuple[_Rule, ...] = (
    _Rule("mri_disc_degeneration", _dark),
    # The midline does not tell the side: evidence about both sides together, unless one was entered.
    _Rule("mri_herniation", _graded("herniation"), unless="mri_herniation"),
    _Rule("mri_slip", _graded("slip")),
    _Rule("mri_central_stenosis", _narrow_canal),
)
