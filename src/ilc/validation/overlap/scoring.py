"""From scored patients to figures: log-loss against the oracle, calibration, ranks, relief and alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import Estimate
from ilc.inference.network import FloatArray
from ilc.validation.overlap.alarm_scores import AlarmScore, score_alarms
from ilc.validation.overlap.batches import (
    ENGINE,
    MISSPECIFIED,
    NAIVE_BAYES,
    NETWORK,
    ORACLE,
    SINGLE_LABEL,
    TOLD,
    UNSELECTED,
    PatientScore,
    Prediction,
    Relief,
)
from ilc.validation.overlap.factors import BoolArray
from ilc.validation.overlap.metrics import (
    Calibration,
    RankHistogram,
    estimate,
    estimate_mean,
    histogram,
    losses,
    measure_calibration,
    resample,
)
from ilc.validation.overlap.rules import OverlapRules

EXISTS, CONTRIBUTES = "exists", "contributes"
OUTPUTS = (EXISTS, CONTRIBUTES)
JUDGES = {
    UNSELECTED: (ENGINE,),
    NETWORK: (ENGINE, TOLD, NAIVE_BAYES, SINGLE_LABEL),
    MISSPECIFIED: (ENGINE, ORACLE, NAIVE_BAYES, SINGLE_LABEL),
}
BEST = {UNSELECTED: ENGINE, NETWORK: ENGINE, MISSPECIFIED: ORACLE}  # what knows the generator's numbers


@dataclass(frozen=True, eq=False)
class JudgeScore:
    """One judge on one question, over all factors of all patients."""

    judge: str
    output: str
    log_loss: Estimate  # nats per factor
    excess: Estimate | None  # above the judge that knows the generator's numbers, per factor; None for that judge
    above_engine: Estimate  # log-loss above the engine as shipped, per factor
    brier: float
    calibration: Calibration
    truth: BoolArray  # (patient, factor)
    p: FloatArray


@dataclass(frozen=True, slots=True)
class ReliefScore:
    """Mean relief over patients, 0..1."""

    expected: Estimate
    engine: Estimate
    oracle: Estimate
    ratio: Estimate
    engine_factors: float
    oracle_factors: float


@dataclass(frozen=True, eq=False)
class KindScore:
    """One kind of simulated patients."""

    kind: str
    patients: int
    findings: float
    contributing: float
    judged: tuple[JudgeScore, ...]
    too_few_worlds: int  # patients in whom the selection left too few worlds to be told of it
    ranks: tuple[RankHistogram, RankHistogram]  # number of contributing factors, number of nodes that exist
    relief: ReliefScore | None  # None where it was not asked for
    alarms: AlarmScore

    def judge(self, name: str, output: str) -> JudgeScore:
        """The score of one judge on one question."""
        return next(score for score in self.judged if (score.judge, score.output) == (name, output))


def score_kind(kind: str, patients: Sequence[PatientScore], rules: OverlapRules) -> KindScore:
    """All figures of one kind of patients."""
    ranks = [patient.ranks for patient in patients if patient.ranks is not None]
    return KindScore(
        kind=kind,
        patients=len(patients),
        findings=float(np.mean([patient.findings for patient in patients])),
        contributing=float(np.mean([patient.contributes.sum() for patient in patients])),
        judged=tuple(_score_judge(kind, judge, o, patients, rules) for o in OUTPUTS for judge in JUDGES[kind]),
        too_few_worlds=len(patients) - len(ranks),
        ranks=(
            histogram([rank[0] for rank in ranks], draws=rules.ranks.draws, bins=rules.ranks.bins),
            histogram([rank[1] for rank in ranks], draws=rules.ranks.draws, bins=rules.ranks.bins),
        ),
        relief=_score_relief([p.relief for p in patients if p.relief is not None], rules),
        alarms=score_alarms([(p.serious, p.watch) for p in patients], rules),
    )


def _score_judge(
    kind: str, judge: str, output: str, patients: Sequence[PatientScore], rules: OverlapRules
) -> JudgeScore:
    scored = [patient for patient in patients if judge in patient.predictions]
    truth = np.array([getattr(patient, output) for patient in scored])
    p = _of([patient.predictions[judge] for patient in scored], output)
    weights = resample(len(scored), rules.bootstrap, seed=rules.seed)
    own = losses(truth, p).mean(axis=1)

    def above(other: str) -> Estimate:
        theirs = losses(truth, _of([patient.predictions[other] for patient in scored], output)).mean(axis=1)
        return estimate_mean(own - theirs, weights, rules.bootstrap)

    return JudgeScore(
        judge=judge,
        output=output,
        log_loss=estimate_mean(own, weights, rules.bootstrap),
        excess=above(BEST[kind]) if judge != BEST[kind] else None,
        above_engine=above(ENGINE),
        brier=float(np.mean((p - truth) ** 2)),
        calibration=measure_calibration(truth, p, weights, rules.bootstrap),
        truth=truth,
        p=p,
    )


def _of(predictions: Sequence[Prediction], output: str) -> FloatArray:
    return np.array([p.exists if output == EXISTS else p.contributes for p in predictions])


def _score_relief(reliefs: Sequence[Relief], rules: OverlapRules) -> ReliefScore | None:
    if not reliefs:
        return None
    weights = resample(len(reliefs), rules.bootstrap, seed=rules.seed)
    expected, engine, oracle = (
        np.array([getattr(relief, name) for relief in reliefs]) for name in ("expected", "engine", "oracle")
    )

    def ratio(row: FloatArray) -> float:
        best = float(row @ oracle)
        return float(row @ engine) / best if best > 0.0 else float("nan")

    return ReliefScore(
        expected=estimate_mean(expected, weights, rules.bootstrap),
        engine=estimate_mean(engine, weights, rules.bootstrap),
        oracle=estimate_mean(oracle, weights, rules.bootstrap),
        ratio=estimate(ratio, weights, rules.bootstrap),
        engine_factors=float(np.mean([relief.engine_factors for relief in reliefs])),
        oracle_factors=float(np.mean([relief.oracle_factors for relief in reliefs])),
    )
