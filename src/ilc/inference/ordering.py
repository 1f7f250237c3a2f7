"""Orders of elimination: greedy by fill-in per neighbour with seeded noise, the cheapest of several tries."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log2

from ilc.inference.factors import DRAW, FactorGraph

TRIES, TRIES_IF_HARD = 4, 10
POWER = 1.25  # how strongly a step with many neighbours is forgiven the pairs it joins
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
    return _best_order(tuple(_neighbours(graph).items()), _Sizes.of(graph))


@lru_cache(maxsize=512)
def _best_order(neighbours: tuple[tuple[int, int], ...], sizes: _Sizes) -> tuple[int, ...]:
    """The same for who is next to whom: kept, since a change of numbers asks for the same orders again."""
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


def _connect(neighbours: dict[int, int], variable: int, around: int) -> int:
    """Join the neighbours of an eliminated variable to each other; returns those that got a new neighbour."""
    gone, joined = ~(1 << variable), 0
    for v in _bits(around):
        before = neighbours[v]
        after = (before | around) & ~(1 << v) & gone
        if after & ~before:
            joined |= 1 << v
        neighbours[v] = after
    return joined


def _greedy(
    neighbours: dict[int, int], sizes: _Sizes, chance: random.Random, *, noise: float, most: float
) -> tuple[tuple[int, ...], float] | None:
    """One order and its work in table entries; None once the work reaches `most`."""

    def cost(variable: int) -> float:
        around = neighbours[variable]
        count, missing, left = around.bit_count(), 0, around
        while left:
            low = left & -left
            left ^= low
            missing += (around & ~neighbours[low.bit_length() - 1]).bit_count()
        price = (missing - count) / float((count + 1) ** POWER)
        return price * (1.0 + noise * chance.random()) if noise else price

    costs = {v: cost(v) for v in neighbours}
    order: list[int] = []
    work = 0.0
    while costs:
        variable = min(costs, key=costs.__getitem__)
        order.append(variable)
        del costs[variable]
        around = touched = neighbours.pop(variable)
        work += sizes.entries(around | 1 << variable)
        if work >= most:
            return None
        for v in _bits(_connect(neighbours, variable, around)):
            touched |= neighbours[v]
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
