"""Exact posteriors under many drawn sets of numbers at once: the last axis of every table is that of the draws.

Binary effects are written as differences, so that cliques stay small. As that makes negative entries, the backward pass
differentiates the forward pass and never divides by a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ilc.inference.factors import DRAW, Factor, FactorGraph, build_factor_graph
from ilc.inference.network import Evidence, FloatArray, Network
from ilc.inference.ordering import elimination_order, table_entries

MOST_ENTRIES = 2.0**24  # of all tables together that are worked on at once


@dataclass(frozen=True, eq=False)
class DrawnPosterior:
    """Exact posteriors: `p_present` has shape (draw, node), `p_active` (draw, link); NaN for nodes left out."""

    p_present: FloatArray
    p_active: FloatArray


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """An elimination order for drawn numbers, and how many table entries each draw needs."""

    order: tuple[int, ...]
    skippable: frozenset[int]
    entries: float


def plan_drawn(network: Network, evidence: Sequence[Evidence], *, skippable: frozenset[int] = frozenset()) -> DrawnPlan:
    """Find an elimination order; numbers do not matter, only which nodes and links they belong to.

    Parameters
    ----------
    network, evidence : drawn or not
    skippable : nodes whose own posterior is not asked for
    """
    graph = build_factor_graph(network, evidence, skippable=skippable, signed=True)
    order = elimination_order(graph)
    return DrawnPlan(order, skippable, table_entries(graph, order))


def infer_drawn(network: Network, evidence: Sequence[Evidence], *, plan: DrawnPlan) -> DrawnPosterior:
    """Posterior of every node and link under each set of numbers.

    Parameters
    ----------
    network, evidence : where leaks, doses or likelihoods were drawn, the draws are their first axis
    plan : elimination order
    """
    graph = build_factor_graph(network, evidence, skippable=plan.skippable, signed=True)
    draws = max((factor.table.shape[0] for factor in graph.factors if DRAW in factor.variables), default=1)
    at_once = max(1, int(MOST_ENTRIES / plan.entries))
    parts = [
        _infer_some(network, graph, plan.order, slice(start, min(start + at_once, draws)))
        for start in range(0, draws, at_once)
    ]
    present, active = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    _follow_forward(network, graph.skipped, present, active)
    return DrawnPosterior(present, active)


def _infer_some(
    network: Network, graph: FactorGraph, order: Sequence[int], some: slice
) -> tuple[FloatArray, FloatArray]:
    """The same for some of the draws, so that tables stay in fast memory."""
    desk = _Desk.empty()
    cliques = _eliminate(graph, order, some, desk)
    hidden = [node for node in range(len(network.nodes)) if node not in graph.observed and node not in graph.skipped]
    wanted = [*((node,) for node in hidden), *(_without_draw(item.given) for item in graph.activities)]
    joints = _joints(wanted, cliques, desk)
    present, active = (np.zeros((some.stop - some.start, len(x))) for x in (network.nodes, network.links))
    for node, state in graph.observed.items():
        present[:, node] = float(state > 0)
    for number, node in enumerate(hidden):
        present[:, node] = 1.0 - joints[number][0]
    for number, item in enumerate(graph.activities, start=len(hidden)):
        share = _draws_last(item.given, some) * joints[number]
        active[:, item.link] = share.reshape(-1, share.shape[-1]).sum(axis=0)
    return present, active


def _joints(wanted: Sequence[Sequence[int]], cliques: Sequence[_Clique], desk: _Desk) -> Mapping[int, FloatArray]:
    """Posterior of each wanted set of variables, the draws last."""
    places = _by_smallest_clique(wanted, cliques)
    found: dict[int, FloatArray] = {}
    for clique, slope in _slopes(cliques, desk):
        if clique.variable in places:
            belief = desk.product([*(part.table for part in clique.parts), slope[None]])
            for number in places[clique.variable]:
                found[number] = _summed_onto(wanted[number], clique.scope, belief)
    return found


@dataclass(eq=False)
class _Part:
    """A factor laid out along the axes of a clique, with length 1 where it does not reach."""

    table: FloatArray
    source: int | None = None  # step whose message it is


@dataclass(eq=False)
class _Clique:
    """One eliminated variable: `scope` is the variable, then its separator in elimination order."""

    variable: int
    scope: tuple[int, ...]
    parts: list[_Part]
    message: FloatArray  # scaled to a peak of 1 for each draw
    peak: FloatArray
    entries: int


def _without_draw(factor: Factor) -> tuple[int, ...]:
    return tuple(variable for variable in factor.variables if variable != DRAW)


def _draws_last(factor: Factor, some: slice) -> FloatArray:
    drawn = DRAW in factor.variables
    return np.moveaxis(factor.table[some], 0, -1) if drawn else factor.table[..., None]


def _eliminate(graph: FactorGraph, order: Sequence[int], some: slice, desk: _Desk) -> list[_Clique]:
    """Forward pass: products, sums, and messages scaled for each draw by itself. Constants cancel and are left out."""
    position = {variable: step for step, variable in enumerate(order)}
    waiting: list[list[tuple[tuple[int, ...], FloatArray, int | None]]] = [[] for _ in order]
    for factor in graph.factors:
        variables = _without_draw(factor)
        if variables:
            waiting[min(position[v] for v in variables)].append((variables, _draws_last(factor, some), None))
    cliques = []
    for step, variable in enumerate(order):
        union = {v for variables, _, _ in waiting[step] for v in variables}
        scope = (variable, *sorted(union - {variable}, key=position.__getitem__))
        parts = [_Part(_along(scope, variables, table), source) for variables, table, source in waiting[step]]
        table = desk.product([part.table for part in parts])
        message = table.sum(axis=0)
        peak = np.abs(message).max(axis=tuple(range(len(scope) - 1)), keepdims=True)
        peak[peak == 0.0] = 1.0
        message /= peak
        cliques.append(_Clique(variable, scope, parts, message, peak, table.size))
        if len(scope) > 1:
            waiting[position[scope[1]]].append((scope[1:], message, step))
    return cliques


def _along(scope: Sequence[int], variables: Sequence[int], table: FloatArray) -> FloatArray:
    axes = sorted(range(len(variables)), key=lambda axis: scope.index(variables[axis]))
    sizes = {variable: table.shape[axis] for axis, variable in enumerate(variables)}
    return table.transpose([*axes, len(variables)]).reshape([sizes.get(v, 1) for v in scope] + [table.shape[-1]])


@dataclass(eq=False)
class _Desk:
    """Memory for the products of tables, used again and again: fresh memory costs more than the products."""

    halves: list[FloatArray]

    @classmethod
    def empty(cls) -> _Desk:
        return cls([np.empty(0), np.empty(0)])

    def product(self, tables: Sequence[FloatArray]) -> FloatArray:
        """Product of broadcast tables; holds until the next product is asked for."""
        first, *others = sorted(tables, key=lambda table: table.size)
        for number, table in enumerate(others):
            first = np.multiply(first, table, out=self._room(number % 2, np.broadcast_shapes(first.shape, table.shape)))
        return first

    def _room(self, half: int, shape: tuple[int, ...]) -> FloatArray:
        size = prod(shape)
        if self.halves[half].size < size:
            self.halves[half] = np.empty(size)
        return self.halves[half][:size].reshape(shape)


def _slopes(cliques: Sequence[_Clique], desk: _Desk) -> Iterator[tuple[_Clique, FloatArray]]:
    """Backward pass: derivative of the log probability of the evidence with respect to each clique's message.

    The posterior of a clique is its table times this derivative.
    """
    slopes: dict[int, FloatArray] = {}
    for step in range(len(cliques) - 1, -1, -1):
        clique = cliques[step]
        slope = slopes.pop(step) if step in slopes else 1.0 / (clique.message * clique.peak)
        for part in clique.parts:
            if part.source is not None:
                others = [other.table for other in clique.parts if other is not part]
                below = cliques[part.source]
                slopes[part.source] = _summed_to(part.table.shape, desk.product([*others, slope[None]]), below)
        yield clique, slope


def _summed_to(shape: tuple[int, ...], table: FloatArray, below: _Clique) -> FloatArray:
    """Sum over the axes that a part does not have; the result is laid out like the message of the clique below."""
    absent = tuple(axis for axis, states in enumerate(shape[:-1]) if states == 1 and table.shape[axis] > 1)
    summed = table.sum(axis=absent, keepdims=True) if absent else table
    full = np.broadcast_to(summed, (*shape[:-1], summed.shape[-1]))
    return np.asarray(full.reshape(*below.message.shape[:-1], -1) / below.peak)


def _by_smallest_clique(wanted: Sequence[Sequence[int]], cliques: Sequence[_Clique]) -> Mapping[int, list[int]]:
    """Numbers of the wanted scopes by the variable of the smallest clique that holds them."""
    by_size = sorted(cliques, key=lambda clique: clique.entries)
    held = [(sum(1 << v for v in clique.scope), clique.variable) for clique in by_size]
    found: dict[int, list[int]] = {}
    for number, variables in enumerate(wanted):
        mask = sum(1 << v for v in variables)
        found.setdefault(next(variable for scope, variable in held if scope & mask == mask), []).append(number)
    return found


def _summed_onto(wanted: Sequence[int], scope: Sequence[int], belief: FloatArray) -> FloatArray:
    """Marginal of a clique, its axes in the order of the wanted variables, then the draws."""
    kept = [axis for axis, variable in enumerate(scope) if variable in wanted]
    joint = belief.sum(axis=tuple(axis for axis in range(len(scope)) if axis not in kept))
    place = {scope[axis]: i for i, axis in enumerate(kept)}
    return np.asarray(joint.transpose([*(place[variable] for variable in wanted), len(kept)]))


def _follow_forward(network: Network, skipped: frozenset[int], present: FloatArray, active: FloatArray) -> None:
    """Fill in links into nodes that were left out, with nothing observed below them; their own states stay NaN."""
    for node in sorted(skipped):
        present[:, node] = np.nan
        for position in network.links_into[node]:
            link = network.links[position]
            if network.nodes[link.cause].states == 2:
                active[:, position] = present[:, link.cause] * (1.0 - link.dose[..., 1, 0])
            else:
                active[:, position] = np.nan
