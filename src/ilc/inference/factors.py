"""From network and evidence to a list of small tables: evidence reduction first, then chains of binary combinations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ilc.inference.network import Evidence, FloatArray, Link, Network, combination_table

DIRECT_TABLE_LIMIT = 512  # entries; an observed effect with few causes becomes one table instead of a chain
DRAW = -1  # in front of the variables of a table whose first axis is that of drawn sets of numbers


@dataclass(frozen=True, eq=False)
class Factor:
    """A table over variables, one axis each."""

    variables: tuple[int, ...]
    table: FloatArray


@dataclass(frozen=True, eq=False)
class Activity:
    """How to read off whether a link is active: the share of a table's entries in which it is."""

    link: int
    given: Factor


@dataclass(eq=False)
class FactorGraph:
    """Variables 0..nodes-1 are the network's nodes; then activities of links under evidence; then accumulators."""

    cardinality: list[int]
    factors: list[Factor] = field(default_factory=list)
    observed: dict[int, int] = field(default_factory=dict)
    link_variable: dict[int, int] = field(default_factory=dict)  # 0 inactive, 1 active
    activities: list[Activity] = field(default_factory=list)
    skipped: frozenset[int] = frozenset()

    def new_variable(self, states: int) -> int:
        """Add a variable and return its number."""
        self.cardinality.append(states)
        return len(self.cardinality) - 1

    def add(self, variables: Sequence[int], table: FloatArray) -> None:
        """Add a factor, with observed variables already cut to their state."""
        self.factors.append(self.cut(variables, table))

    def cut(self, variables: Sequence[int], table: FloatArray) -> Factor:
        """A table without its observed variables; an axis before all others is that of the draws."""
        named = variables if table.ndim == len(variables) else (DRAW, *variables)
        keep = tuple(v for v in named if v not in self.observed)
        place = tuple(self.observed[v] if v in self.observed else slice(None) for v in named)
        return Factor(keep, np.asarray(table[place]))


def build_factor_graph(
    network: Network, evidence: Sequence[Evidence], *, skippable: frozenset[int] = frozenset(), signed: bool = False
) -> FactorGraph:
    """Turn a network with evidence into factors whose product is P(everything, evidence).

    Parameters
    ----------
    network : nodes in causal order
    evidence : likelihood tables; a table over one node with a single non-zero entry observes that node exactly
    skippable : nodes whose own posterior is not asked for; left out where nothing observed lies below them
    signed : write binary effects as "anything" minus "nothing came on", which makes smaller cliques and negative
        entries: good for marginals, not for drawing; notes how to read off the activity of every link

    Returns
    -------
    factors over node variables, activities of links under evidence, and accumulators
    """
    graph = FactorGraph([node.states for node in network.nodes], skipped=_barren(network, evidence, skippable))
    graph.observed.update(_hard_observations(evidence))
    for item in evidence:
        for target in item.targets:
            if target.kind == "link" and target.index not in graph.link_variable:
                graph.link_variable[target.index] = graph.new_variable(2)
    for position in range(len(network.nodes)):
        if position not in graph.skipped:
            _add_node(graph, network, position, signed=signed)
    for item in evidence:
        graph.add([graph.link_variable[t.index] if t.kind == "link" else t.index for t in item.targets], item.table)
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


@dataclass(frozen=True, eq=False)
class _Input:
    """What an effect listens to for one of its links: a dose table over `variables`, flattened into one axis."""

    link: int
    variables: tuple[int, ...]
    dose: FloatArray  # (..., joint state of the variables, dose)


def _add_node(graph: FactorGraph, network: Network, position: int, *, signed: bool) -> None:
    node = network.nodes[position]
    inputs = [_input(graph, network, link) for link in network.links_into[position]]
    if graph.observed.get(position) == 0:
        graph.add((), node.leak[..., 0])
        for item in inputs:
            graph.add(item.variables, _unfold(graph, item.dose[..., 0], item.variables, folded=1))
        return
    combine = combination_table(node.combine, node.states)
    if not inputs:
        graph.add((position,), node.leak)
    elif signed and node.states == 2:
        _add_difference(graph, position, node.leak, inputs)
    elif position in graph.observed and _joint_size(graph, inputs) <= DIRECT_TABLE_LIMIT:
        _add_table(graph, position, (node.leak, inputs, combine), activities=signed)
    else:
        _add_chain(graph, position, (node.leak, inputs, combine), activities=signed)


def _add_difference(graph: FactorGraph, position: int, leak: FloatArray, inputs: Sequence[_Input]) -> None:
    """P(present) = P(anything) - P(nothing came on): one accumulator (0 nothing, 1 anything) joined to each input.

    Source: Diez and Galan, Int J Intell Syst 2003, 18: 165-177.
    """
    term = graph.new_variable(2)
    nothing = leak[..., 0]
    rows = [np.stack([nothing, -nothing], axis=-1), np.broadcast_to([0.0, 1.0], (*nothing.shape, 2))]
    graph.add((term, position), np.stack(rows, axis=-2))
    for item in inputs:
        off, on = item.dose[..., 0], item.dose[..., 1]
        variables = (term, *item.variables)
        graph.add(variables, _unfold(graph, np.stack([off, np.ones_like(off)], axis=-2), variables, folded=2))
        share = _unfold(graph, np.stack([np.zeros_like(on), on], axis=-2), variables, folded=2)
        graph.activities.append(Activity(item.link, graph.cut(variables, share)))


def _add_table(
    graph: FactorGraph, position: int, parts: tuple[FloatArray, list[_Input], FloatArray], *, activities: bool
) -> None:
    """One table over all inputs of an observed effect.

    `before` holds the chances of each state reached by the inputs so far, `after` the chance of going on from each
    state to the observed one.
    """
    leak, inputs, combine = parts
    states = len(combine)
    variables = [v for item in inputs for v in item.variables]
    after = [np.eye(states)[:, graph.observed[position], None]]
    for item in reversed(inputs):
        onward = (combine.reshape(-1, states) @ after[-1]).reshape(*after[-1].shape[:-2], states, states, -1)
        made = item.dose[..., None, :, :] @ onward
        after.append(made.reshape(*made.shape[:-2], -1))
    after.reverse()
    whole = leak[..., None, :] @ after[0]
    graph.add(variables, _unfold(graph, whole, variables, folded=2))
    before = leak[..., None, :]
    for number, item in enumerate(inputs if activities else ()):
        others = (before @ after[number + 1])[..., :, None, :]
        idle = (others * item.dose[..., None, :, :1]).reshape(*whole.shape[:-1], -1)
        share = _unfold(graph, _active(whole, idle), variables, folded=2)
        graph.activities.append(Activity(item.link, graph.cut(variables, share)))
        made = _advanced(before, item.dose, combine)
        before = made.reshape(*made.shape[:-3], -1, states)


def _add_chain(
    graph: FactorGraph, position: int, parts: tuple[FloatArray, list[_Input], FloatArray], *, activities: bool
) -> None:
    """One small table for each input, from the state reached so far to the state reached with it."""
    leak, inputs, combine = parts
    reached = leak[..., None, :]
    previous: tuple[int, ...] = ()
    for number, item in enumerate(inputs):
        current = position if number == len(inputs) - 1 else graph.new_variable(len(combine))
        variables = (*previous, *item.variables, current)
        whole = _advanced(reached, item.dose, combine)
        graph.add(variables, _unfold(graph, whole, variables, folded=3))
        if activities:
            share = _active(whole, reached[..., :, None, :] * item.dose[..., None, :, :1])
            graph.activities.append(
                Activity(item.link, graph.cut(variables, _unfold(graph, share, variables, folded=3)))
            )
        previous, reached = (current,), np.eye(len(combine))


def _advanced(reached: FloatArray, dose: FloatArray, combine: FloatArray) -> FloatArray:
    """Chances of each state after one more input, shape (..., row of `reached`, joint state of the input, state)."""
    spread = (reached @ combine.reshape(len(combine), -1)).reshape(*reached.shape, len(combine))
    return np.asarray(dose[..., None, :, :] @ spread)


def _active(whole: FloatArray, idle: FloatArray) -> FloatArray:
    """Share of a table that is not due to the idle link."""
    whole, idle = np.broadcast_arrays(whole, idle)
    return 1.0 - np.divide(idle, whole, out=np.ones(whole.shape), where=whole > 0.0)


def _unfold(graph: FactorGraph, table: FloatArray, variables: Sequence[int], *, folded: int) -> FloatArray:
    """Give each variable its axis again where the last axes, `folded` in number, hold several of them."""
    return table.reshape(*table.shape[: table.ndim - folded], *(graph.cardinality[v] for v in variables))


def _joint_size(graph: FactorGraph, inputs: Sequence[_Input]) -> int:
    size = 1
    for item in inputs:
        for variable in item.variables:
            size *= 1 if variable in graph.observed else graph.cardinality[variable]
    return size


def _input(graph: FactorGraph, network: Network, position: int) -> _Input:
    """The cause itself, or the link's own activity where evidence asks about it."""
    link = network.links[position]
    variable = graph.link_variable.get(position)
    if variable is None:
        return _Input(position, (link.cause,), link.dose)
    graph.add((link.cause, variable), activity_table(link))
    given = dose_given_activity(link)
    if given.shape[-3] == 2:  # an active link has its cause: the activity says it all
        return _Input(position, (variable,), given[..., 1, :, :])
    return _Input(position, (link.cause, variable), given.reshape(*given.shape[:-3], -1, given.shape[-1]))


def activity_table(link: Link) -> FloatArray:
    """P(active | cause), shape (..., state of the cause, 2)."""
    return np.stack([link.dose[..., 0], 1.0 - link.dose[..., 0]], axis=-1)


def dose_given_activity(link: Link) -> FloatArray:
    """P(dose | state of the cause, active or not), shape (..., state of the cause, 2, dose)."""
    given = np.zeros((*link.dose.shape[:-1], 2, link.dose.shape[-1]))
    given[..., 0, 0] = 1.0
    some = 1.0 - link.dose[..., :1]
    given[..., 1, 1:] = np.divide(link.dose[..., 1:], some, out=np.zeros_like(link.dose[..., 1:]), where=some > 0.0)
    return given
