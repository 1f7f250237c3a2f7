"""Recall and precision over all cases together, with intervals from drawing whole cases again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import Estimate
from ilc.inference.network import FloatArray
from ilc.validation.cases.matching import CaseMatch
from ilc.validation.cases.rules import CaseRules
from ilc.validation.cases.stages import Lead, SeriousRow
from ilc.validation.rules_file import Resamples


@dataclass(frozen=True, eq=False)
class ScoredCase:
    """Everything scored of one case."""

    name: str
    overlap: bool
    match: CaseMatch
    lead: Lead | None  # None: nothing is told from before the deciding test
    serious: tuple[SeriousRow, ...]


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Shares over all cases, 0..1; None where there is nothing to count."""

    recall: Estimate | None
    strict_precision: Estimate | None
    judged_precision: Estimate | None
    overlap_recall: Estimate | None
    lead: Estimate | None
    serious_with_sign: Estimate | None
    serious_without_sign: Estimate | None


def score_cases(cases: Sequence[ScoredCase], rules: CaseRules) -> CaseFigures:
    """All shares; each is a sum over cases divided by a sum over cases."""
    draws = _draw_cases(len(cases), rules.bootstrap, seed=rules.seed)
    matched = np.array([case.match.matched for case in cases], dtype=np.float64)
    confirmed = np.array([case.match.confirmed for case in cases], dtype=np.float64)
    overlap = np.array([case.overlap for case in cases], dtype=np.float64)
    strict = np.array([len(case.match.false) for case in cases], dtype=np.float64)
    judged = np.array([sum(bool(one.judged) for one in case.match.false) for case in cases], dtype=np.float64)

    def share(part: FloatArray, whole: FloatArray) -> Estimate | None:
        return _share(part, whole, draws, interval=rules.bootstrap.interval)

    asked = np.array([case.lead is not None for case in cases], dtype=np.float64)
    led = np.array([case.lead is not None and case.lead.reached for case in cases], dtype=np.float64)
    with_sign, without = (_serious(cases, signs=signs) for signs in (True, False))
    return CaseFigures(
        recall=share(matched, confirmed),
        strict_precision=share(matched, matched + strict),
        judged_precision=share(matched, matched + judged),
        overlap_recall=share(matched * overlap, confirmed * overlap),
        lead=share(led, asked),
        serious_with_sign=share(*with_sign),
        serious_without_sign=share(*without),
    )


def _serious(cases: Sequence[ScoredCase], *, signs: bool) -> tuple[FloatArray, FloatArray]:
    rows = [[row for row in case.serious if bool(row.signs) == signs] for case in cases]
    reached = [sum(row.reached for row in own) for own in rows]
    return np.array(reached, dtype=np.float64), np.array([len(own) for own in rows], dtype=np.float64)


def _draw_cases(count: int, resamples: Resamples, *, seed: int) -> FloatArray:
    """How often each case is in each resample, shape (draw, case); the first row is every case once."""
    random = np.random.default_rng(seed)
    drawn = random.multinomial(count, np.full(count, 1.0 / count), size=resamples.draws)
    return np.vstack([np.ones(count), drawn])


def _share(part: FloatArray, whole: FloatArray, draws: FloatArray, *, interval: float) -> Estimate | None:
    below = draws @ whole
    if below[0] == 0.0:
        return None
    values = (draws @ part)[below > 0.0] / below[below > 0.0]
    tail = 50.0 * (1.0 - interval)
    low, high = np.percentile(values, [tail, 100.0 - tail])
    value = float(values[0])
    return Estimate(value, min(float(low), value), max(float(high), value))
