"""Orders of elimination: greedy by clique size with seeded noise, the cheapest of several tries."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import log2

from ilc.inference.factors import FactorGraph

TRIES = 16
NOISE_BITS = 2.0  # how much the size of a clique may be misjudged on purpose, so that tries differ
GOOD_ENOUGH_BITS = 17.0  # total work below which no further try is worth its time


def elimination_order(graph: FactorGraph) -> tuple[int, ...]:
    """Order that makes small cliques.

    Parameters
    ----------
    graph : factors over variables

    Returns
    -------
    every unobserved variable once, first eliminated first; the same graph always gives the same order
    """
    best: tuple[int, ...] = ()
    least = float("inf")
    for attempt in range(TRIES):
        noise = NOISE_BITS if attempt else 0.0
        order, work = _greedy(graph, random.Random(attempt), noise_bits=noise, most=least)  # noqa: S311 - not for secrets
        if order is not None and work < least:
            best, least = order, work
        if least < 2.0**GOOD_ENOUGH_BITS:
            break
    return best


def largest_clique(graph: FactorGraph, order: Sequence[int]) -> int:
    """Variables in the largest clique that an order makes, without computing any table."""
    neighbours = _neighbours(graph)
    largest = 0
    for variable in order:
        around = neighbours.pop(variable)
        members = _bits(around)
        largest = max(largest, len(members) + 1)
        for v in members:
            neighbours[v] = (neighbours[v] | around) & ~(1 << v) & ~(1 << variable)
    return largest


def _neighbours(graph: FactorGraph) -> dict[int, int]:
    found = {v: 0 for v in range(len(graph.cardinality)) if v not in graph.observed and v not in graph.skipped}
    for factor in graph.factors:
        scope = sum(1 << v for v in factor.variables)
        for v in factor.variables:
            found[v] |= scope & ~(1 << v)
    return found


def _greedy(
    graph: FactorGraph, noise: random.Random, *, noise_bits: float, most: float
) -> tuple[tuple[int, ...] | None, float]:
    weight = [log2(c) for c in graph.cardinality]
    neighbours = _neighbours(graph)

    def cost(variable: int) -> float:
        size = weight[variable] + sum(weight[v] for v in _bits(neighbours[variable]))
        return size + noise_bits * noise.random() if noise_bits else size

    costs = {v: cost(v) for v in neighbours}
    order: list[int] = []
    work = 0.0
    while costs:
        variable = min(costs, key=costs.__getitem__)
        order.append(variable)
        del costs[variable]
        around = neighbours.pop(variable)
        members = _bits(around)
        work += 2.0 ** (weight[variable] + sum(weight[v] for v in members))
        if work >= most:
            return None, work
        for v in members:
            neighbours[v] = (neighbours[v] | around) & ~(1 << v) & ~(1 << variable)
        for v in members:
            costs[v] = cost(v)
    return tuple(order), work


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
