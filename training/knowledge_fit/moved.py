"""The numbers a fit moves: strengths of links, and leaks of factors and pain sources that state no prior, as log odds.

Leaks of complaints stay. How much pain nobody can explain is a rule of the reasoning (excluding causes in the body
raises what is unexplained before it raises the brain), not something that prevalences may bend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ilc.core import Estimate
from ilc.core.estimate import expit, logit
from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge
from ilc.knowledge.fitted import leak_place, strength_place
from ilc.knowledge.model import Slice
from ilc.knowledge.number import inputs_of
from training.knowledge_fit.targets import Target

ENDS_SD = 1.96
EDGE = 1e-6  # keeps log odds finite; far below any strength
LEAST_SD = 0.02
SHARED = 0.5  # part of the variance that strengths into one pain source share


@dataclass(frozen=True, eq=False)
class Moved:
    """Each moved number by its place: where it starts, how far it may stray (log odds), and its column.

    `root` is the square root of the prior covariance, shape (number, number). What is assumed of all causes of one pain
    source answers one question, how often it hurts in a given week; half of that doubt is common to them.
    """

    links: tuple[str, ...]
    leaks: tuple[str, ...]
    start: FloatArray
    sd: FloatArray
    root: FloatArray

    def strayed(self, log_odds: FloatArray) -> FloatArray:
        """How far numbers are from where they started, in independent standard units, shape (number,)."""
        return np.asarray(np.linalg.solve(self.root, log_odds - self.start))

    @property
    def places(self) -> tuple[str, ...]:
        """Place in the model of each column."""
        return (*(strength_place(id_) for id_ in self.links), *(leak_place(id_) for id_ in self.leaks))

    @cached_property
    def link_column(self) -> Mapping[str, int]:
        """Link to column."""
        return {id_: i for i, id_ in enumerate(self.links)}

    @cached_property
    def leak_column(self) -> Mapping[str, int]:
        """Node to column."""
        return {id_: len(self.links) + i for i, id_ in enumerate(self.leaks)}


def moved_numbers(knowledge: Knowledge, targets: list[Target], *, vague_sd: float) -> Moved:
    """All strengths and leaks with their assumed intervals as 95 %.

    A strength computed by a formula from the number of a target keeps its value but gets `vague_sd`, so that the
    source is not counted twice.
    """
    asked = {id_ for target in targets for id_ in target.answers}
    start, sd = [], []
    for link in knowledge.links.values():
        twice = bool(asked & set(inputs_of(knowledge.parameters[link.parameter])))
        start.append(_log_odds(link.strength.value))
        sd.append(vague_sd if twice else _spread(link.strength))
    free = [node for node in knowledge.nodes.values() if node.slice is not Slice.COMPLAINT]
    leaks = [(node.id, node.leak) for node in free if node.leak is not None]
    for _, leak in leaks:
        start.append(_log_odds(leak.value))
        sd.append(_spread(leak))
    effects = [*(link.effect for link in knowledge.links.values()), *(id_ for id_, _ in leaks)]
    source = {node.id for node in knowledge.nodes.values() if node.slice is Slice.SOURCE}
    groups = [effect if effect in source else "" for effect in effects]
    spread = np.array(sd)
    return Moved(tuple(knowledge.links), tuple(id_ for id_, _ in leaks), np.array(start), spread, _root(groups, spread))


def _root(groups: Sequence[str], sd: FloatArray) -> FloatArray:
    """Square root of the covariance: marginal spreads as given, correlated by SHARED within a named group."""
    together = np.array([[a == b and a != "" for b in groups] for a in groups])
    correlation = np.where(together, SHARED, 0.0)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(sd[:, None] * np.linalg.cholesky(correlation))


def put_numbers(knowledge: Knowledge, moved: Moved, log_odds: FloatArray) -> Knowledge:
    """The knowledge with other strengths and leaks; intervals do not matter to a simulation and shrink to the value."""
    links = {
        id_: replace(link, strength=_exactly(log_odds[moved.link_column[id_]])) for id_, link in knowledge.links.items()
    }
    nodes = {
        id_: replace(node, leak=_exactly(log_odds[moved.leak_column[id_]])) if id_ in moved.leak_column else node
        for id_, node in knowledge.nodes.items()
    }
    return replace(knowledge, links=MappingProxyType(links), nodes=MappingProxyType(nodes))


def _exactly(log_odds: float) -> Estimate:
    p = expit(float(log_odds))
    return Estimate(p, p, p)


def _log_odds(p: float) -> float:
    return logit(min(max(p, EDGE), 1.0 - EDGE))


def _spread(estimate: Estimate) -> float:
    return max(LEAST_SD, (_log_odds(estimate.high) - _log_odds(estimate.low)) / (2.0 * ENDS_SD))
