"""Orders of elimination: greedy by fill-in per neighbour with seeded noise, the cheapest of several tries."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from ilc.inference.factors import DRAW, FactorGraph

TRIES, TRIES_IF_HARD = 4, 16
NOISE = 0.3  # how much the cost of a step may be misjudged on purpose, so that tries differ
GOOD_ENOUGH_BITS, HARD_BITS = 19.0, 22.0  # total work, as a power of two: no further try; many more tries


def elimination_order(graph: FactorGraph) -> tuple[int, ...]:
    """Order that makes small cliques.

    Parameters
    ----------
    graph : factors over variables

    Returns
    -------
    every unobserved variable once, first eliminated first; the same graph always gives the same order
    """
    neighbours = _neighbours(graph)
    sizes = _Sizes.of(graph)
    best: tuple[int, ...] = ()
    least = float("inf")
    for attempt in range(TRIES_IF_HARD):
        noise = NOISE if attempt else 0.0
        tried = _greedy(dict(neighbours), sizes, random.Random(attempt), noise=noise, most=least)  # noqa: S311 - no secret
        if tried is not None:
            best, least = tried
        if least < 2.0 ** (HARD_BITS if attempt + 1 >= TRIES else GOOD_ENOUGH_BITS):
            break
    return best


def largest_clique(graph: FactorGraph, order: Sequence[int]) -> int:
    """Variables in the largest clique that an order makes, without computing any table."""
    neighbours = _neighbours(graph)
    largest = 0
    for variable in order:
        around = neighbours.pop(variable)
        largest = max(largest, around.bit_count() + 1)
        _connect(neighbours, variable, around)
    return largest


def table_entries(graph: FactorGraph, order: Sequence[int]) -> float:
    """Entries of all tables that an order makes, without computing any."""
    neighbours, sizes, total = _neighbours(graph), _Sizes.of(graph), 0.0
    for variable in order:
        around = neighbours.pop(variable)
        total += sizes.entries(around | 1 << variable)
        _connect(neighbours, variable, around)
    return total


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Bit masks of the variables with each number of states."""

    masks: tuple[tuple[float, int], ...]

    @classmethod
    def of(cls, graph: FactorGraph) -> _Sizes:
        by_states: dict[int, int] = {}
        for variable, states in enumerate(graph.cardinality):
            by_states[states] = by_states.get(states, 0) | (1 << variable)
        return cls(tuple((log2(states), mask) for states, mask in by_states.items()))

    def entries(self, members: int) -> float:
        """Entries of a table over some variables."""
        return float(2.0 ** sum(bits * (members & mask).bit_count() for bits, mask in self.masks))


def _neighbours(graph: FactorGraph) -> dict[int, int]:
    found = {v: 0 for v in range(len(graph.cardinality)) if v not in graph.observed and v not in graph.skipped}
    for factor in graph.factors:
        variables = [v for v in factor.variables if v != DRAW]
        scope = sum(1 << v for v in variables)
        for v in variables:
            found[v] |= scope & ~(1 << v)
    return found


def _connect(neighbours: dict[int, int], variable: int, around: int) -> list[int]:
    """Join the neighbours of an eliminated variable to each other and return them."""
    members = _bits(around)
    gone = ~(1 << variable)
    for v in members:
        neighbours[v] = (neighbours[v] | around) & ~(1 << v) & gone
    return members


def _greedy(
    neighbours: dict[int, int], sizes: _Sizes, chance: random.Random, *, noise: float, most: float
) -> tuple[tuple[int, ...], float] | None:
    """One order and its work in table entries; None once the work reaches `most`."""

    def cost(variable: int) -> float:
        around = neighbours[variable]
        missing = sum((around & ~neighbours[v]).bit_count() - 1 for v in _bits(around))
        price = missing / (around.bit_count() + 1)
        return price * (1.0 + noise * chance.random()) if noise else price

    costs = {v: cost(v) for v in neighbours}
    order: list[int] = []
    work = 0.0
    while costs:
        variable = min(costs, key=costs.__getitem__)
        order.append(variable)
        adds_fill = costs.pop(variable) > 0.0
        around = neighbours.pop(variable)
        work += sizes.entries(around | 1 << variable)
        if work >= most:
            return None
        touched = around
        for v in _connect(neighbours, variable, around):
            touched |= neighbours[v] if adds_fill else 0
        for v in _bits(touched):
            costs[v] = cost(v)
    return tuple(order), work


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
