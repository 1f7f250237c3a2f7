"""Every target at one set of numbers: its value in simulated people, and how it changes with each moved number.

A change that chance alone could make is taken as none: among thousands of them the small ones would add up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge
from ilc.validation.literature.counting import CELLS, Tables, count_cells, evaluate, pool, slope_of
from ilc.validation.literature.people import Crowd, SimulatedGroup, draw_groups
from training.knowledge_fit.moved import Moved, put_numbers
from training.knowledge_fit.scores import Float32Array, Fullness, score_group
from training.knowledge_fit.targets import Target

Tell = Callable[[str], None]

CHANCE = 3.0  # standard errors; a slope within them counts as none, one beyond is drawn in by them


@dataclass(frozen=True, eq=False)
class Linear:
    """Targets at one point: `value` and `sd` (Monte-Carlo) of shape (target,), `slope` (target, moved number)."""

    value: FloatArray
    sd: FloatArray
    slope: FloatArray
    full: tuple[Fullness, ...]


@dataclass(frozen=True, eq=False)
class Simulation:
    """What stays the same while numbers move: the network, who is simulated from which seed, what is asked."""

    knowledge: Knowledge
    crowd: Crowd
    targets: Sequence[Target]
    moved: Moved
    tell: Tell

    def linearise(self, log_odds: FloatArray) -> Linear:
        """Simulate everybody under these numbers, from the same seed each time so that steps can be compared."""
        count, groups = len(self.targets), len(self.crowd.groups)
        mean = np.zeros((count, groups, CELLS))
        square = np.zeros_like(mean)
        change = np.zeros((count, CELLS, len(self.moved.start)))
        variance = np.zeros_like(change)
        full: list[Fullness] = []
        knowledge = put_numbers(self.knowledge, self.moved, log_odds)
        for number, group in enumerate(draw_groups(knowledge, self.crowd)):
            self.tell(f"group {number + 1} of {groups}")
            scores = score_group(group, self.moved)
            full += scores.full
            centred = scores.score - scores.score.mean(axis=0)
            for place, target in enumerate(self.targets):
                share = target.question.shares[number]
                if share > 0:
                    found = _tabulate(target, group, centred)
                    mean[place, number], square[place, number] = found.mean, found.square
                    change[place] += share * found.change
                    variance[place] += share**2 * found.variance
        return self._collect(Tables(mean, square, self.crowd.worlds_per_group), change, variance, full)

    def _collect(self, whole: Tables, change: FloatArray, variance: FloatArray, full: list[Fullness]) -> Linear:
        value, sd, slope = [], [], []
        for place, target in enumerate(self.targets):
            tables = Tables(whole.mean[place], whole.square[place], whole.people)
            simulated = evaluate(target.question, tables)
            value.append(simulated.scaled)
            sd.append(simulated.sd)
            by_cell = slope_of(pool(target.question, tables), target.question.row.measure)
            slope.append(beyond_chance(by_cell @ change[place], by_cell**2 @ variance[place]))
        return Linear(np.array(value), np.array(sd), np.array(slope), tuple(full))


@dataclass(frozen=True, eq=False)
class _Counted:
    mean: FloatArray
    square: FloatArray
    change: FloatArray  # of the mean weight in each cell, shape (cell, moved number)
    variance: FloatArray  # of that estimate


def _tabulate(target: Target, group: SimulatedGroup, centred: Float32Array) -> _Counted:
    cell, weight = count_cells(target.question, group)
    mean = np.bincount(cell, weights=weight, minlength=CELLS + 1)[:CELLS] / group.count
    square = np.bincount(cell, weights=weight * weight, minlength=CELLS + 1)[:CELLS] / group.count
    change = np.zeros((CELLS, centred.shape[1]))
    variance = np.zeros_like(change)
    for number in range(CELLS):
        inside = cell == number
        if inside.any():
            weighted = weight[inside].astype(np.float32)[:, None] * centred[inside]
            change[number] = weighted.sum(axis=0) / group.count
            variance[number] = (weighted**2).sum(axis=0) / group.count**2
    return _Counted(mean, square, change, variance)


def beyond_chance(slope: FloatArray, variance: FloatArray) -> FloatArray:
    """Slopes drawn in towards none by what chance makes of them."""
    squared = slope * slope
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.where(squared > 0, 1.0 - CHANCE**2 * variance / squared, 0.0)
    return np.asarray(slope * np.clip(kept, 0.0, 1.0))
