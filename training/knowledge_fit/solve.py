"""Maximum a posteriori by Gauss-Newton: misfit of the targets plus distance from the assumed numbers, both squared.

Targets far off pull no harder than `huber` standard deviations. A prior that its causes would use up is a wall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from ilc.inference.network import FloatArray
from ilc.validation.literature.rules import FitRules
from training.knowledge_fit.linear import Linear, Simulation
from training.knowledge_fit.scores import Fullness
from training.knowledge_fit.targets import Target

MOST_IMPLIED = 0.97  # of a stated prior that its causes may imply; where the assumed numbers imply more, that much
WALL_SD = 0.02
LONGEST_STEP = 0.7  # in standard units, for one iteration
SMALL_STEP = 0.03
SMALL_GAIN = 0.3  # of the loss, where one standard deviation of one number is 1
_HALVINGS = 2
_EDGE = log(MOST_IMPLIED)
_WALL_ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Point:
    """Numbers with what the targets make of them. `misfit`: distances over standard deviations, shape (target,)."""

    log_odds: FloatArray
    linear: Linear
    misfit: FloatArray
    sd: FloatArray  # of each target, all sources together
    loss: float


@dataclass(frozen=True, eq=False)
class Fit:
    """Where the fit began and ended, and the spread of each number afterwards (log odds)."""

    first: Point
    last: Point
    posterior_sd: FloatArray
    influence: FloatArray  # change of each target's misfit by one prior sd of each number, shape (target, number)
    iterations: int


class Solver:
    """One fit."""

    def __init__(self, simulation: Simulation, rules: FitRules, tell: Callable[[str], None]) -> None:
        self._simulation = simulation
        self._rules = rules
        self._tell = tell
        self._edges: dict[str, float] | None = None  # of the assumed numbers

    def solve(self, *, iterations: int) -> Fit:
        """Iterate until numbers hardly move, or moving them gains hardly anything."""
        first = point = self._look(self._simulation.moved.start)
        self._tell(f"start: loss {point.loss:.1f}")
        done = 0
        for done in range(1, iterations + 1):
            before = point
            point, length = self._shorten(before, self._step(before))
            self._tell(f"iteration {done}: loss {point.loss:.1f}, longest step {length:.2f}")
            if length < SMALL_STEP or before.loss - point.loss < SMALL_GAIN:
                break
        design, weights = self._design(point), self._weights(point.misfit)
        walls = self._walls(point, np.zeros(len(point.log_odds)))
        precision = design.T @ (weights[:, None] * design) + walls[0].T @ walls[0] + np.eye(design.shape[1])
        root = self._simulation.moved.root
        sd = np.sqrt(np.diag(root @ np.linalg.inv(precision) @ root.T))
        influence = point.linear.slope * self._simulation.moved.sd / point.sd[:, None]
        return Fit(first, point, sd, influence, done)

    def _look(self, log_odds: FloatArray) -> Point:
        linear = self._simulation.linearise(log_odds)
        if self._edges is None:
            self._edges = {item.node: max(item.log_share, _EDGE) for item in linear.full}
        targets = self._simulation.targets
        apart = linear.value - np.array([target.scaled for target in targets])
        sd = spread_of(targets, apart, linear.sd, allowance=self._rules.allowance)
        misfit = apart / sd
        return Point(log_odds, linear, misfit, sd, self._loss(misfit, log_odds, linear.full))

    def _loss(self, misfit: FloatArray, log_odds: FloatArray, full: Sequence[Fullness]) -> float:
        size, edge = np.abs(misfit), self._rules.huber
        rows = np.where(size <= edge, size**2, 2.0 * edge * size - edge**2)
        moved = self._simulation.moved
        walls = [max(0.0, (item.log_share - self._edge(item)) / WALL_SD) ** 2 for item in full]
        return float(rows.sum() + (moved.strayed(log_odds) ** 2).sum() + sum(walls))

    def _weights(self, misfit: FloatArray) -> FloatArray:
        size = np.maximum(np.abs(misfit), 1e-12)
        return np.asarray(np.minimum(1.0, self._rules.huber / size))

    def _design(self, point: Point) -> FloatArray:
        """Change of each misfit by one standard unit of each direction of the prior."""
        return np.asarray(point.linear.slope @ self._simulation.moved.root / point.sd[:, None])

    def _step(self, point: Point) -> FloatArray:
        """Gauss-Newton step in standard units, walls included where the step would meet them."""
        design, weights = self._design(point), self._weights(point.misfit)
        strayed = self._simulation.moved.strayed(point.log_odds)
        step: FloatArray = np.zeros(len(strayed))
        for _ in range(_WALL_ROUNDS):
            slope, height = self._walls(point, step)
            precision = design.T @ (weights[:, None] * design) + slope.T @ slope + np.eye(len(strayed))
            pull = design.T @ (weights * point.misfit) + slope.T @ height + strayed
            step = np.asarray(-np.linalg.solve(precision, pull), dtype=np.float64)
        return np.clip(step, -LONGEST_STEP, LONGEST_STEP)

    def _walls(self, point: Point, step: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Rows and present heights of the priors that would be used up after a step."""
        moved = self._simulation.moved
        slopes, heights = [], []
        for item in point.linear.full:
            slope, edge = item.slope @ moved.root, self._edge(item)
            if item.log_share + float(slope @ step) > edge:
                slopes.append(slope / WALL_SD)
                heights.append((item.log_share - edge) / WALL_SD)
        if not slopes:
            return np.zeros((0, len(moved.start))), np.zeros(0)
        return np.array(slopes), np.array(heights)

    def _edge(self, item: Fullness) -> float:
        return (self._edges or {}).get(item.node, _EDGE)

    def _shorten(self, point: Point, step: FloatArray) -> tuple[Point, float]:
        """The step, halved until the loss falls; the best of those tried otherwise."""
        moved, found = self._simulation.moved, point
        for halving in range(_HALVINGS + 1):
            part = step / 2**halving
            tried = self._look(point.log_odds + moved.root @ part)
            if tried.loss < point.loss:
                return tried, float(np.abs(part).max())
            self._tell(f"  step halved, loss would be {tried.loss:.1f}")
        return found, 0.0


def spread_of(
    targets: Sequence[Target], apart: FloatArray, simulated_sd: FloatArray, *, allowance: float
) -> FloatArray:
    """Standard deviation of each distance: of the source, of the simulation, and the allowance."""
    stated = np.array([target.sd(above=bool(gap > 0)) for target, gap in zip(targets, apart, strict=True)])
    return np.asarray(np.sqrt(stated**2 + simulated_sd**2 + allowance**2))
