"""The exact engine: findings in, posterior marginals and posterior worlds out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ilc.inference.elimination import Eliminated, eliminate, marginals, sample
from ilc.inference.factors import build_factor_graph
from ilc.inference.network import Evidence, FloatArray, Network
from ilc.inference.ordering import elimination_order, largest_clique
from ilc.inference.worlds import Decided, Worlds, complete_worlds


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the evidence says about every node that was not skipped."""

    network: Network
    eliminated: Eliminated
    link_variable: dict[int, int]
    skipped: frozenset[int]

    @property
    def log_evidence(self) -> float:
        """Natural log of the probability of the evidence."""
        return self.eliminated.log_evidence

    @cached_property
    def _marginals(self) -> dict[int, FloatArray]:
        return marginals(self.eliminated)

    def distribution(self, node: int) -> FloatArray:
        """Posterior distribution over the states of a node, exact.

        Raises
        ------
        KeyError : the node was skipped
        """
        observed = self.eliminated.observed.get(node)
        if observed is not None:
            certain: FloatArray = np.eye(self.network.nodes[node].states)[observed]
            return certain
        return self._marginals[node]

    @cached_property
    def p_present(self) -> FloatArray:
        """Exact probability that each node is present, shape (node,); NaN for skipped nodes."""
        nodes = range(len(self.network.nodes))
        return np.array([np.nan if i in self.skipped else 1.0 - self.distribution(i)[0] for i in nodes])

    def worlds(self, *, count: int, seed: int) -> Worlds:
        """Draw posterior worlds; the same seed gives the same worlds."""
        generator = np.random.default_rng(seed)
        drawn = sample(self.eliminated, count=count, generator=generator)
        state = drawn[:, : len(self.network.nodes)].copy()
        known = {link: drawn[:, variable] for link, variable in self.link_variable.items()}
        return complete_worlds(self.network, state, Decided(known, self.skipped), generator)


@dataclass(frozen=True, slots=True)
class Plan:
    """An elimination order, to be reused by runs whose evidence has the same targets and zeros."""

    order: tuple[int, ...]
    skippable: frozenset[int]
    largest_clique: int


def plan_elimination(
    network: Network, evidence: Sequence[Evidence], *, skippable: frozenset[int] = frozenset()
) -> Plan:
    """Find an elimination order.

    Parameters
    ----------
    network, evidence : as for `infer_posterior`
    skippable : nodes whose own posterior is not asked for, such as complaints nobody asked about
    """
    graph = build_factor_graph(network, evidence, skippable=skippable)
    order = elimination_order(graph)
    return Plan(order, skippable, largest_clique(graph, order))


def infer_posterior(network: Network, evidence: Sequence[Evidence], *, plan: Plan | None = None) -> Posterior:
    """Posterior of a network under evidence.

    Parameters
    ----------
    network : nodes in causal order
    evidence : likelihood tables
    plan : elimination order found before; found anew when None

    Returns
    -------
    exact marginals; worlds on request

    Raises
    ------
    ImpossibleEvidenceError : the evidence has probability zero
    """
    chosen = plan or plan_elimination(network, evidence)
    graph = build_factor_graph(network, evidence, skippable=chosen.skippable)
    return Posterior(network, eliminate(graph, chosen.order), dict(graph.link_variable), graph.skipped)
