"""How often alarms are raised in vain, by what, and what becomes of those in whom something is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import Estimate
from ilc.validation.overlap.alarms import Watch
from ilc.validation.overlap.metrics import estimate_mean, resample
from ilc.validation.overlap.rules import OverlapRules

BY_PROBABILITY = "probability"


@dataclass(frozen=True, slots=True)
class Reason:
    """Alarms in vain for one reason: the signs written down, or the probability alone."""

    pathway: str
    signs: str
    patients: int


@dataclass(frozen=True, slots=True)
class PathwayScore:
    """One pathway: patients in whom something it watches for is there or not, and how many of these it alarmed."""

    pathway: str
    there: int
    alarmed_there: int
    not_there: int
    alarmed_in_vain: int


@dataclass(frozen=True, slots=True)
class AlarmScore:
    """Alarms, urgent or an emergency, in one kind of patients."""

    without_serious: int
    in_vain: Estimate  # share of those without serious disease
    with_serious: int
    alarmed_with: int
    passed_over: Estimate  # patients with a warning sign below urgent; a plain count
    reasons: tuple[Reason, ...]  # of alarms in vain in patients without serious disease
    pathways: tuple[PathwayScore, ...]


def score_alarms(patients: Sequence[tuple[bool, Watch]], rules: OverlapRules) -> AlarmScore:
    """All figures about alarms.

    Parameters
    ----------
    patients : whether any serious factor is truly there, and what the pathways made of the patient
    rules : as written
    """
    calm = [watch for serious, watch in patients if not serious]
    weights = resample(len(calm), rules.bootstrap, seed=rules.seed)
    passed_over = float(sum(bool(watch.passed_over) for _, watch in patients))
    return AlarmScore(
        without_serious=len(calm),
        in_vain=estimate_mean(np.array([float(w.alarmed_in_vain) for w in calm]), weights, rules.bootstrap),
        with_serious=len(patients) - len(calm),
        alarmed_with=sum(bool(watch.alarms) for serious, watch in patients if serious),
        passed_over=Estimate(passed_over, passed_over, passed_over),
        reasons=_count_reasons(calm),
        pathways=score_pathways([watch for _, watch in patients]),
    )


def _count_reasons(calm: Sequence[Watch]) -> tuple[Reason, ...]:
    counted = Counter(
        (alarm.pathway, " + ".join(alarm.signs) or BY_PROBABILITY)
        for watch in calm
        for alarm in watch.alarms
        if alarm.in_vain
    )
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Reason(pathway, signs, count) for (pathway, signs), count in ordered)


def score_pathways(watches: Sequence[Watch]) -> tuple[PathwayScore, ...]:
    """Each pathway that was ever needed or raised, by name."""
    there = Counter(pathway for watch in watches for pathway in watch.there)
    right = Counter(alarm.pathway for watch in watches for alarm in watch.alarms if not alarm.in_vain)
    in_vain = Counter(alarm.pathway for watch in watches for alarm in watch.alarms if alarm.in_vain)
    return tuple(
        PathwayScore(pathway, there[pathway], right[pathway], len(watches) - there[pathway], in_vain[pathway])
        for pathway in sorted({*there, *right, *in_vain})
    )
