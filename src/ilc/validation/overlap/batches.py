"""One batch of simulated patients: drawn, judged by every judge, and reduced to what scoring needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.explanation.contributions import measure_contributions
from ilc.explanation.reasoning import roles_of
from ilc.inference.model import CausalModel
from ilc.inference.network import FloatArray
from ilc.validation.overlap.alarms import Watch, judge_alarms
from ilc.validation.overlap.charting import Charting
from ilc.validation.overlap.factors import BoolArray, any_of, contributing, existing, factors_of, smoothed_share
from ilc.validation.overlap.generators import perturb
from ilc.validation.overlap.judging import (
    Draw,
    ExitChoice,
    Judgement,
    achieved_relief,
    choose_exit,
    hurting,
    judge,
    judge_complaints_alone,
    under_rules_of,
)
from ilc.validation.overlap.naive_bayes import infer_naively
from ilc.validation.overlap.people import Generator, Models, SimulatedPatient
from ilc.validation.overlap.rules import OverlapRules

UNSELECTED, NETWORK, MISSPECIFIED = "unselected", "network", "misspecified"
KINDS = (UNSELECTED, NETWORK, MISSPECIFIED)
ENGINE, TOLD, ORACLE, NAIVE_BAYES, SINGLE_LABEL = "engine", "engine told", "oracle", "naive Bayes", "single label"
IntArray = NDArray[np.int64]
LEAST_TOLD_WORLDS = 100  # fewer worlds that fit the selection say too little


@dataclass(frozen=True, slots=True)
class Batch:
    """Which kind of patients, which batch of them, and how many."""

    kind: str
    number: int
    patients: int


@dataclass(frozen=True, eq=False)
class Prediction:
    """Probability that each factor exists, and that it leads to a recorded complaint; shape (factor,)."""

    exists: FloatArray
    contributes: FloatArray


@dataclass(frozen=True, slots=True)
class Relief:
    """Share of the pain that goes, 0..1: what the engine expected of its exit set, and what the sets do in truth."""

    expected: float
    engine: float
    oracle: float
    engine_factors: int
    oracle_factors: int


@dataclass(frozen=True, eq=False)
class PatientScore:
    """One patient: truth and predictions."""

    exists: BoolArray  # shape (factor,)
    contributes: BoolArray
    predictions: Mapping[str, Prediction]
    ranks: tuple[int, int] | None  # of the true numbers of contributing factors and of existing factors
    relief: Relief | None  # None where it was not asked for
    serious: bool
    watch: Watch
    findings: int


def score_batch(stated: Models, rules: OverlapRules, batch: Batch) -> tuple[PatientScore, ...]:
    """Draw and judge the patients of one batch.

    Parameters
    ----------
    stated : the knowledge to reason with
    rules : as written
    batch : the same batch always gives the same patients
    """
    random = np.random.default_rng([rules.seed, KINDS.index(batch.kind), batch.number])
    misspecified = rules.misspecified if batch.kind == MISSPECIFIED else None
    truth = stated
    if misspecified is not None:
        truth = Models(perturb(stated.knowledge, random, width=misspecified.interval_width))
    charting = Charting(truth.knowledge, stated.knowledge, rules, misspecified)
    wanted = None if batch.kind == UNSELECTED else rules.contributing_factors
    generator = Generator(truth, rules, charting, random, wanted)
    judges = _Judges(stated, truth, rules, random)
    score = judges.score_engine if wanted is None else judges.score_all
    return tuple(score(generator.draw_patient()) for _ in range(batch.patients))


@dataclass(frozen=True, eq=False)
class _Judges:
    stated: Models
    truth: Models
    rules: OverlapRules
    random: np.random.Generator

    def score_engine(self, person: SimulatedPatient) -> PatientScore:
        """The engine alone: its probabilities, ranks among all its worlds, and alarms."""
        engine = judge(self.stated.of(person.patient), person, person.findings, self._draw())
        leads = contributing(factors_of(engine.model), engine.contributions)
        ranks = self._ranks(person, engine, leads.sum(axis=0), np.arange(leads.shape[1]))
        return self._patient(person, engine, {ENGINE: _prediction(engine)}, ranks, None)

    def score_all(self, person: SimulatedPatient) -> PatientScore:
        """The engine beside every other judge."""
        model = self.stated.of(person.patient)
        engine = judge(model, person, person.findings, self._draw())
        predictions = {ENGINE: _prediction(engine), **self._baselines(person, engine)}
        oracle = engine
        if self.truth is not self.stated:
            known = under_rules_of(person.findings, self.truth.knowledge)
            oracle = judge(self.truth.of(person.patient), person, known, self._draw(), plan=engine.plan)
            predictions[ORACLE] = _prediction(oracle)
        told, ranks = self._told(person, engine)
        if told is not None:
            predictions[TOLD] = told
        return self._patient(person, engine, predictions, ranks, self._relief(person, engine, oracle))

    def _patient(
        self,
        person: SimulatedPatient,
        engine: Judgement,
        predictions: Mapping[str, Prediction],
        ranks: tuple[int, int] | None,
        relief: Relief | None,
    ) -> PatientScore:
        true = true_factors(self.truth, person)
        return PatientScore(
            exists=true.exists,
            contributes=true.contributes,
            predictions=predictions,
            ranks=ranks,
            relief=relief,
            serious=bool(any_of(true.exists[:, None], factors_of(engine.model).serious)[0]),
            watch=judge_alarms(self.stated.knowledge, engine, person, self.rules),
            findings=len(person.findings),
        )

    def _baselines(self, person: SimulatedPatient, engine: Judgement) -> dict[str, Prediction]:
        """The simpler methods; both start from what the complaints alone say."""
        alone = Draw(self.rules.comparison_worlds, int(self.random.integers(2**31)))
        base = judge_complaints_alone(engine, person, alone)
        naive = infer_naively(factors_of(engine.model), base, engine.evidence)
        shipped, rest = _prediction(engine), _prediction(base)
        return {
            NAIVE_BAYES: Prediction(naive.exists, naive.contributes),
            SINGLE_LABEL: Prediction(
                _only_first(shipped.exists, rest.exists), _only_first(shipped.contributes, rest.contributes)
            ),
        }

    def _draw(self) -> Draw:
        return Draw(self.rules.worlds, int(self.random.integers(2**31)))

    def _told(self, person: SimulatedPatient, engine: Judgement) -> tuple[Prediction | None, tuple[int, int] | None]:
        """Predictions and ranks from the worlds that fit how patients were selected."""
        factors = factors_of(engine.model)
        leads = contributing(factors, engine.contributions)
        wanted, counts = self.rules.contributing_factors, leads.sum(axis=0)
        fits = np.flatnonzero((counts >= wanted.fewest) & (counts <= wanted.most))
        if len(fits) < LEAST_TOLD_WORLDS:
            return None, None
        exists = existing(factors, engine.worlds)[:, fits]
        told = Prediction(smoothed_share(exists), smoothed_share(leads[:, fits]))
        return told, self._ranks(person, engine, counts, fits)

    def _ranks(self, person: SimulatedPatient, engine: Judgement, counts: IntArray, fits: IntArray) -> tuple[int, int]:
        """Ranks of the true numbers of contributing factors and of all that exists among some of the worlds."""
        drawn = self.random.choice(fits, self.rules.ranks.draws, replace=False)
        states = (engine.worlds.state[drawn] > 0).sum(axis=1)
        contributes = int(true_factors(self.truth, person).contributes.sum())
        return self._rank(contributes, counts[drawn]), self._rank(int((person.truth.state[0] > 0).sum()), states)

    def _rank(self, truth: int, drawn: IntArray) -> int:
        """How many draws lie below the truth; ties are broken by chance."""
        ties = int((drawn == truth).sum())
        return int((drawn < truth).sum()) + int(self.random.integers(ties + 1))

    def _relief(self, person: SimulatedPatient, engine: Judgement, oracle: Judgement) -> Relief:
        chosen = choose_exit(engine, goal=self.rules.exit_goal)
        best = chosen if oracle is engine else choose_exit(oracle, goal=self.rules.exit_goal)
        model = self.truth.of(person.patient)
        return Relief(
            expected=chosen.expected_relief,
            engine=achieved_relief(model, person, chosen.factors),
            oracle=achieved_relief(model, person, best.factors),
            engine_factors=_count_factors(model, chosen),
            oracle_factors=_count_factors(model, best),
        )


@dataclass(frozen=True, eq=False)
class TrueFactors:
    """What truly exists and what truly leads to a recorded complaint, shape (factor,)."""

    exists: BoolArray
    contributes: BoolArray


def true_factors(truth: Models, person: SimulatedPatient) -> TrueFactors:
    """The answer hidden from every judge."""
    model = truth.of(person.patient)
    factors = factors_of(model)
    paths = measure_contributions(person.truth, roles_of(model), hurting(model, person))
    return TrueFactors(existing(factors, person.truth)[:, 0], contributing(factors, paths)[:, 0])


def _prediction(judgement: Judgement) -> Prediction:
    factors = factors_of(judgement.model)
    return Prediction(
        smoothed_share(existing(factors, judgement.worlds)),
        smoothed_share(contributing(factors, judgement.contributions)),
    )


def _only_first(p: FloatArray, rest: FloatArray) -> FloatArray:
    first = np.arange(len(p)) == p.argmax()
    return np.where(first, p, rest)


def _count_factors(model: CausalModel, chosen: ExitChoice) -> int:
    return len({model.definitions[node].id for node in chosen.factors})
