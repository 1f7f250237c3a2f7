"""From scored patients to figures: log-loss against the oracle, calibration, ranks, relief and alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import Estimate
from ilc.inference.network import FloatArray
from ilc.validation.overlap.batches import (
    ENGINE,
    MISSPECIFIED,
    NAIVE_BAYES,
    NETWORK,
    ORACLE,
    SINGLE_LABEL,
    TOLD,
    PatientScore,
    Prediction,
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
    NETWORK: (ENGINE, TOLD, NAIVE_BAYES, SINGLE_LABEL),
    MISSPECIFIED: (ENGINE, ORACLE, NAIVE_BAYES, SINGLE_LABEL),
}
BEST = {NETWORK: ENGINE, MISSPECIFIED: ORACLE}  # what knows the generator's numbers


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


@dataclass(frozen=True, slots=True)
class AlarmScore:
    """Share of patients told that it is urgent or an emergency."""

    without_serious: int
    share_without: Estimate
    with_serious: int
    alarmed_with: int
    reasons: tuple[tuple[str, str, int], ...]  # pathway, sign or "probability", patients without serious disease


BY_PROBABILITY = "probability"


@dataclass(frozen=True, eq=False)
class HalfScore:
    """One half of the simulated patients."""

    half: str
    patients: int
    findings: float
    contributing: float
    judged: tuple[JudgeScore, ...]
    too_few_worlds: int  # patients in whom the selection left too few worlds to be told of it
    ranks: tuple[RankHistogram, RankHistogram]  # number of contributing factors, number of nodes that exist
    relief: ReliefScore
    alarms: AlarmScore

    def judge(self, name: str, output: str) -> JudgeScore:
        """The score of one judge on one question."""
        return next(score for score in self.judged if (score.judge, score.output) == (name, output))


def score_half(half: str, patients: Sequence[PatientScore], rules: OverlapRules) -> HalfScore:
    """All figures of one half."""
    ranks = [patient.ranks for patient in patients if patient.ranks is not None]
    return HalfScore(
        half=half,
        patients=len(patients),
        findings=float(np.mean([patient.findings for patient in patients])),
        contributing=float(np.mean([patient.contributes.sum() for patient in patients])),
        judged=tuple(_score_judge(half, judge, o, patients, rules) for o in OUTPUTS for judge in JUDGES[half]),
        too_few_worlds=len(patients) - len(ranks),
        ranks=(
            histogram([rank[0] for rank in ranks], draws=rules.ranks.draws, bins=rules.ranks.bins),
            histogram([rank[1] for rank in ranks], draws=rules.ranks.draws, bins=rules.ranks.bins),
        ),
        relief=_score_relief(patients, rules),
        alarms=_score_alarms(patients, rules),
    )


def _score_judge(
    half: str, judge: str, output: str, patients: Sequence[PatientScore], rules: OverlapRules
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
        excess=above(BEST[half]) if judge != BEST[half] else None,
        above_engine=above(ENGINE),
        brier=float(np.mean((p - truth) ** 2)),
        calibration=measure_calibration(truth, p, weights, rules.bootstrap),
        truth=truth,
        p=p,
    )


def _of(predictions: Sequence[Prediction], output: str) -> FloatArray:
    return np.array([p.exists if output == EXISTS else p.contributes for p in predictions])


def _score_relief(patients: Sequence[PatientScore], rules: OverlapRules) -> ReliefScore:
    weights = resample(len(patients), rules.bootstrap, seed=rules.seed)
    expected, engine, oracle = (
        np.array([getattr(patient.relief, name) for patient in patients]) for name in ("expected", "engine", "oracle")
    )

    def ratio(row: FloatArray) -> float:
        best = float(row @ oracle)
        return float(row @ engine) / best if best > 0.0 else float("nan")

    return ReliefScore(
        expected=estimate_mean(expected, weights, rules.bootstrap),
        engine=estimate_mean(engine, weights, rules.bootstrap),
        oracle=estimate_mean(oracle, weights, rules.bootstrap),
        ratio=estimate(ratio, weights, rules.bootstrap),
        engine_factors=float(np.mean([patient.relief.engine_factors for patient in patients])),
        oracle_factors=float(np.mean([patient.relief.oracle_factors for patient in patients])),
    )


def _score_alarms(patients: Sequence[PatientScore], rules: OverlapRules) -> AlarmScore:
    alarmed = np.array([bool(patient.alarms) for patient in patients])
    serious = np.array([patient.serious for patient in patients])
    calm = alarmed[~serious].astype(np.float64)
    weights = resample(len(calm), rules.bootstrap, seed=rules.seed)
    counted = Counter(
        (alarm.pathway, " + ".join(alarm.signs) or BY_PROBABILITY)
        for patient in patients
        if not patient.serious
        for alarm in patient.alarms
    )
    return AlarmScore(
        without_serious=len(calm),
        share_without=estimate_mean(calm, weights, rules.bootstrap),
        with_serious=int(serious.sum()),
        alarmed_with=int((alarmed & serious).sum()),
        reasons=tuple(
            (*reason, count) for reason, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        ),
    )
