"""From network and evidence to a list of small tables: evidence reduction first, then chains of binary combinations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ilc.inference.network import Evidence, FloatArray, Network, combination_table

DIRECT_TABLE_LIMIT = 512  # entries; an observed effect with few causes becomes one table instead of a chain


@dataclass(frozen=True, eq=False)
class Factor:
    """A table over variables, one axis each."""

    variables: tuple[int, ...]
    table: FloatArray


@dataclass(eq=False)
class FactorGraph:
    """Variables 0..nodes-1 are the network's nodes; then link doses that evidence asks for; then accumulators."""

    cardinality: list[int]
    factors: list[Factor] = field(default_factory=list)
    observed: dict[int, int] = field(default_factory=dict)
    link_variable: dict[int, int] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()

    def new_variable(self, states: int) -> int:
        """Add a variable and return its number."""
        self.cardinality.append(states)
        return len(self.cardinality) - 1

    def add(self, variables: Sequence[int], table: FloatArray) -> None:
        """Add a factor, with observed variables already cut to their state."""
        keep = tuple(v for v in variables if v not in self.observed)
        cut = tuple(self.observed[v] if v in self.observed else slice(None) for v in variables)
        self.factors.append(Factor(keep, np.asarray(table[cut])))


def build_factor_graph(
    network: Network, evidence: Sequence[Evidence], *, skippable: frozenset[int] = frozenset()
) -> FactorGraph:
    """Turn a network with evidence into factors whose product is P(everything, evidence).

    Parameters
    ----------
    network : nodes in causal order
    evidence : likelihood tables; a table over one node with a single non-zero entry observes that node exactly
    skippable : nodes whose own posterior is not asked for; left out where nothing observed lies below them

    Returns
    -------
    factors over node variables, dose variables of links under evidence, and accumulators
    """
    graph = FactorGraph([node.states for node in network.nodes], skipped=_barren(network, evidence, skippable))
    graph.observed.update(_hard_observations(evidence))
    for item in evidence:
        for target in item.targets:
            if target.kind == "link" and target.index not in graph.link_variable:
                effect = network.nodes[network.links[target.index].effect]
                graph.link_variable[target.index] = graph.new_variable(effect.states)
    for position in range(len(network.nodes)):
        if position not in graph.skipped:
            _add_node(graph, network, position)
    for item in evidence:
        _add_evidence(graph, network, item)
    return graph


def _barren(network: Network, evidence: Sequence[Evidence], skippable: frozenset[int]) -> frozenset[int]:
    """Skippable nodes without evidence of their own or below them: they change nothing above."""
    asked: set[int] = set()
    for item in evidence:
        for target in item.targets:
            asked.add(target.index if target.kind == "node" else network.links[target.index].effect)
    barren: set[int] = set()
    for node in range(len(network.nodes) - 1, -1, -1):
        below = {network.links[link].effect for link in network.links_from[node]}
        if node in skippable and node not in asked and below <= barren:
            barren.add(node)
    return frozenset(barren)


def _hard_observations(evidence: Sequence[Evidence]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for item in evidence:
        if len(item.targets) == 1 and item.targets[0].kind == "node" and np.count_nonzero(item.table) == 1:
            state = int(np.flatnonzero(item.table)[0])
            node = item.targets[0].index
            if found.setdefault(node, state) != state:
                raise ValueError(f"contradictory exact observations of node {node} ({item.id})")
    return found


def _add_node(graph: FactorGraph, network: Network, position: int) -> None:
    node = network.nodes[position]
    inputs = [_dose_input(graph, network, link) for link in network.links_into[position]]
    if graph.observed.get(position) == 0:
        graph.add((), np.asarray(node.leak[0]))
        for variable, table in inputs:
            graph.add((variable,), table[:, 0])
        return
    combine = combination_table(node.combine, node.states)
    if position in graph.observed and _joint_size(graph, inputs) <= DIRECT_TABLE_LIMIT:
        table = node.leak
        for _, dose in inputs:
            table = np.einsum("...a,cd,adb->...cb", table, dose, combine)
        graph.add((*[variable for variable, _ in inputs], position), table)
        return
    previous: int | None = None
    for number, (variable, dose) in enumerate(inputs):
        last = number == len(inputs) - 1
        current = position if last else graph.new_variable(node.states)
        if previous is None:
            graph.add((variable, current), np.einsum("a,cd,adb->cb", node.leak, dose, combine))
        else:
            graph.add((previous, variable, current), np.einsum("cd,adb->acb", dose, combine))
        previous = current
    if not inputs:
        graph.add((position,), node.leak)


def _joint_size(graph: FactorGraph, inputs: Sequence[tuple[int, FloatArray]]) -> int:
    size = 1
    for variable, _ in inputs:
        size *= 1 if variable in graph.observed else graph.cardinality[variable]
    return size


def _dose_input(graph: FactorGraph, network: Network, link_position: int) -> tuple[int, FloatArray]:
    """The variable an effect listens to and its dose table: the cause itself, or the link's own dose variable."""
    link = network.links[link_position]
    variable = graph.link_variable.get(link_position)
    if variable is None:
        return link.cause, link.dose
    graph.add((link.cause, variable), link.dose)
    return variable, np.eye(network.nodes[link.effect].states)


def _add_evidence(graph: FactorGraph, network: Network, item: Evidence) -> None:
    table = item.table
    variables = []
    for axis, target in enumerate(item.targets):
        if target.kind == "link":
            states = network.nodes[network.links[target.index].effect].states
            active = np.minimum(np.arange(states), 1)
            table = np.take(table, active, axis=axis)
            variables.append(graph.link_variable[target.index])
        else:
            variables.append(target.index)
    graph.add(variables, table)
