"""The numbers a fit moves: strengths of links, and leaks of nodes that state no prior, as log odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ilc.core import Estimate
from ilc.core.estimate import expit, logit
from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge
from ilc.knowledge.fitted import leak_place, strength_place
from ilc.knowledge.number import inputs_of
from training.knowledge_fit.targets import Target

ENDS_SD = 1.96
EDGE = 1e-6  # keeps log odds finite; far below any strength
LEAST_SD = 0.02


@dataclass(frozen=True, eq=False)
class Moved:
    """Each moved number by its place: where it starts, how far it may stray (log odds), and its column."""

    links: tuple[str, ...]
    leaks: tuple[str, ...]
    start: FloatArray
    sd: FloatArray

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
    leaks = [(node.id, node.leak) for node in knowledge.nodes.values() if node.leak is not None]
    for _, leak in leaks:
        start.append(_log_odds(leak.value))
        sd.append(_spread(leak))
    return Moved(tuple(knowledge.links), tuple(id_ for id_, _ in leaks), np.array(start), np.array(sd))


def put_numbers(knowledge: Knowledge, moved: Moved, log_odds: FloatArray) -> Knowledge:
    """The knowledge with other strengths and leaks; intervals do not matter to a simulation and shrink to the value."""
    links = {
        id_: replace(link, strength=_exactly(log_odds[moved.link_column[id_]])) for id_, link in knowledge.links.items()
    }
    nodes = {
        id_: node if node.leak is None else replace(node, leak=_exactly(log_odds[moved.leak_column[id_]]))
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
