"""Rows beside what the model makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from ilc.knowledge import Knowledge
from ilc.validation.literature.counting import (
    CELLS,
    Question,
    Simulated,
    Tables,
    ask,
    crowd_of,
    evaluate,
    tabulate,
)
from ilc.validation.literature.people import Crowd, draw_groups
from ilc.validation.literature.published import Published, published_of, published_sd, scaled, unscaled
from ilc.validation.literature.rules import COUNTED_ROLES, LiteratureRules, Row
from ilc.validation.result import Tell

_NEAR = 5e-3


@dataclass(frozen=True, slots=True)
class RowResult:
    """A row beside what the model makes of it; `simulated` is None where the knowledge lacks words for it."""

    row: Row
    published: Published
    simulated: Simulated | None
    missing: tuple[str, ...]
    counted: bool

    @property
    def value(self) -> float | None:
        """The simulated number, in the unit of the published one."""
        return None if self.simulated is None else unscaled(self.simulated.scaled, self.row.measure)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % Monte-Carlo interval."""
        if self.simulated is None:
            return None
        half = 1.96 * self.simulated.sd
        low, high = (unscaled(self.simulated.scaled + end, self.row.measure) for end in (-half, half))
        return low, high

    @property
    def inside(self) -> bool | None:
        """Whether the published interval holds the simulated number."""
        return None if self.value is None else self.published.holds(self.value)

    @property
    def z(self) -> float | None:
        """Distance on the scale over both errors."""
        if self.simulated is None:
            return None
        apart = self.simulated.scaled - scaled(self.published.value, self.row.measure)
        sd = published_sd(self.published, self.row.measure, above=apart > 0)
        return None if sd is None else float(apart / np.hypot(sd, self.simulated.sd))


def score_rows(knowledge: Knowledge, rules: LiteratureRules, rows: Sequence[Row], *, tell: Tell) -> list[RowResult]:
    """Rows in their order.

    Parameters
    ----------
    knowledge : to simulate with
    rules, rows : who is simulated and what is asked
    tell : told of the progress
    """
    crowd = crowd_of(rules)
    questions = [ask(row, rules, crowd) for row in rows]
    missing = [question.missing(knowledge) for question in questions]
    possible = [question for question, lack in zip(questions, missing, strict=True) if not lack]
    tables = dict(zip((q.row.id for q in possible), tabulate_all(knowledge, crowd, possible, tell=tell), strict=True))
    results = []
    for question, lack in zip(questions, missing, strict=True):
        published = published_of(question.row)
        simulated = None if lack else evaluate(question, tables[question.row.id])
        counted = simulated is not None and counts(question.row, published, rules)
        results.append(RowResult(question.row, published, simulated, lack, counted))
    return results


def tabulate_all(knowledge: Knowledge, crowd: Crowd, questions: Sequence[Question], *, tell: Tell) -> list[Tables]:
    """The fourfold tables of all questions, from people drawn once."""
    mean = np.zeros((len(questions), len(crowd.groups), CELLS))
    square = np.zeros_like(mean)
    for number, group in enumerate(draw_groups(knowledge, crowd)):
        tell(f"literature: group {number + 1} of {len(crowd.groups)} simulated ages and sexes")
        for place, question in enumerate(questions):
            if question.shares[number] > 0:
                mean[place, number], square[place, number] = tabulate(question, group)
    return [Tables(mean[i], square[i], crowd.worlds_per_group) for i in range(len(questions))]


def counts(row: Row, published: Published, rules: LiteratureRules) -> bool:
    """Whether a row enters the shares that have targets."""
    fold = published.fold()
    return row.role in COUNTED_ROLES and row.count and fold is not None and fold <= rules.scoring.widest_interval


def differing_parameters(knowledge: Knowledge, rows: Sequence[Row]) -> list[str]:
    """Rows whose number is no longer that of the knowledge base, in words."""
    found = []
    for row in rows:
        stated = knowledge.parameters.get(row.parameter)
        if row.parameter and stated is None:
            found.append(f"{row.id}: the knowledge base has no {row.parameter}")
        elif stated is not None:
            value = published_of(row).value
            if not isclose(stated.estimate.value, value, abs_tol=_NEAR):
                found.append(f"{row.id}: {row.parameter} is {stated.estimate.value:g}, the rules say {value:.3g}")
    return found
