"""From simulated people to the quantity a source states: fourfold tables, value on the scale, Monte-Carlo error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, log, sqrt

import numpy as np

from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge
from ilc.validation.literature.conditions import Condition, parse_condition
from ilc.validation.literature.people import Crowd, SimulatedGroup, group_shares
from ilc.validation.literature.rules import LiteratureRules, Measure, Population, Row

_STEP = 1e-4
CELLS = 4


@dataclass(frozen=True, eq=False)
class Question:
    """A row made ready to be counted: whom, what, and how much each group weighs."""

    row: Row
    among: Condition
    given: Condition
    of: Condition
    shares: FloatArray  # of the groups, shape (group,)

    def missing(self, knowledge: Knowledge) -> tuple[str, ...]:
        """What the knowledge lacks to ask this, in words."""
        found = [lack for part in (self.among, self.given, self.of) for lack in part.missing(knowledge)]
        if self.row.setting and self.row.setting not in knowledge.settings:
            found.append(f"no setting {self.row.setting}")
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, eq=False)
class Tables:
    """Weighted fourfold tables of one question.

    `mean` and `square` have shape (group, cell): the mean over all people of a group of the weight in each cell, and of
    its square. Cells: given and of; given, not of; not given, of; neither.
    """

    mean: FloatArray
    square: FloatArray
    people: int  # simulated in each group


@dataclass(frozen=True, slots=True)
class Simulated:
    """A quantity in simulated people, on the scale of comparison; `people`: effective number behind it."""

    scaled: float
    sd: float
    people: float


def crowd_of(rules: LiteratureRules) -> Crowd:
    """The people the rules ask for."""
    return Crowd(tuple(rules.ages_years), tuple(rules.sexes), rules.worlds_per_group, rules.seed)


def ask(row: Row, rules: LiteratureRules, crowd: Crowd) -> Question:
    """A row of the rules as a question to a crowd."""
    return Question(
        row,
        parse_condition(row.among),
        parse_condition(row.given),
        parse_condition(row.of),
        population_shares(rules.populations[row.population], crowd.groups),
    )


def population_shares(population: Population, groups: Sequence[tuple[int, str]]) -> FloatArray:
    """How much each group weighs in a population, shape (group,); sums to 1."""
    weights = []
    for age, sex in groups:
        inside = population.ages[0] <= age < population.ages[1]
        weight = (population.female if sex == "female" else 1.0 - population.female) if inside else 0.0
        if population.mean is not None and population.sd is not None:
            weight *= float(np.exp(-0.5 * ((age - population.mean) / population.sd) ** 2))
        weights.append(weight)
    return group_shares(groups, weights)


def count_cells(question: Question, group: SimulatedGroup) -> tuple[FloatArray, FloatArray]:
    """Cell of each person (CELLS where they do not belong to the row) and their weight, each of shape (person,)."""
    cell = np.where(question.given.holds(group), 0, 2) + np.where(question.of.holds(group), 0, 1)
    cell = np.where(question.among.holds(group), cell, CELLS)
    return cell, group.selection(question.row.setting)


def tabulate(question: Question, group: SimulatedGroup) -> tuple[FloatArray, FloatArray]:
    """Mean weight and mean squared weight in each cell, each of shape (cell,)."""
    cell, weight = count_cells(question, group)
    mean = np.bincount(cell, weights=weight, minlength=CELLS + 1)[:CELLS] / group.count
    square = np.bincount(cell, weights=weight * weight, minlength=CELLS + 1)[:CELLS] / group.count
    return mean, square


def evaluate(question: Question, tables: Tables) -> Simulated:
    """The quantity over the whole population, with its Monte-Carlo error."""
    pooled = pool(question, tables)
    slope = slope_of(pooled, question.row.measure)
    per_person = tables.square @ (slope * slope) - (tables.mean @ slope) ** 2
    variance = float(question.shares**2 @ per_person) / tables.people
    weight = float(question.shares @ tables.mean.sum(axis=1))
    squares = float(question.shares**2 @ tables.square.sum(axis=1)) / tables.people
    return Simulated(
        scaled_quantity(pooled, question.row.measure),
        sqrt(max(variance, 0.0)),
        weight * weight / squares if squares > 0 else 0.0,
    )


def pool(question: Question, tables: Tables) -> FloatArray:
    """The fourfold table of the whole population; half a person is added to each cell, so that none is empty."""
    half = 0.5 * float(question.shares.max()) / tables.people
    return np.asarray(question.shares @ tables.mean + half)


def scaled_quantity(table: FloatArray, measure: Measure) -> float:
    """Value of a measure on its scale, from a fourfold table of shape (cell,)."""
    both, given, of, neither = (float(x) for x in table)
    if measure == "share":
        return log(both / given)
    if measure == "odds_ratio":
        return log(both * neither / (given * of))
    if measure == "correlation":
        margins = (both + given) * (of + neither) * (both + of) * (given + neither)
        return atanh((both * neither - given * of) / sqrt(margins))
    if measure == "lr_negative":
        return log(given / (both + given)) - log(neither / (of + neither))
    return log(both / (both + given)) - log(of / (of + neither))


def slope_of(table: FloatArray, measure: Measure) -> FloatArray:
    """Derivative of the scaled quantity by each cell, shape (cell,); cells a measure does not use have none."""
    found = np.zeros(CELLS)
    for cell in range(2 if measure == "share" else CELLS):
        step = np.zeros(CELLS)
        step[cell] = _STEP * table[cell]
        rise = scaled_quantity(table + step, measure) - scaled_quantity(table - step, measure)
        found[cell] = rise / (2.0 * step[cell])
    return found
