"""Orders of elimination: complete, repeatable, and small where the network allows it."""

from __future__ import annotations

import numpy as np
import pytest

from ilc.inference.elimination import eliminate
from ilc.inference.factors import FactorGraph, build_factor_graph
from ilc.inference.network import Evidence, Link, Network, Node, Target
from ilc.inference.ordering import elimination_order, largest_clique
from tests.support.random_networks import random_evidence, random_network

HALF = np.array([0.5, 0.5])
ARROW = np.array([[1.0, 0.0], [0.4, 0.6]])


def _binary(nodes: int, arrows: list[tuple[int, int]]) -> Network:
    return Network(
        tuple(Node(f"n{i}", np.array([0.9, 0.1])) for i in range(nodes)),
        tuple(Link(f"n{a}->n{b}", a, b, ARROW) for a, b in arrows),
    )


def _graph(seed: int) -> FactorGraph:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=14)
    return build_factor_graph(network, random_evidence(generator, network))


@pytest.mark.parametrize("seed", range(10))
def test_every_unobserved_variable_comes_once(seed: int) -> None:
    graph = _graph(seed)
    order = elimination_order(graph)
    hidden = set(range(len(graph.cardinality))) - set(graph.observed) - set(graph.skipped)
    assert set(order) == hidden
    assert len(order) == len(hidden)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_graph_always_gives_the_same_order(seed: int) -> None:
    assert elimination_order(_graph(seed)) == elimination_order(_graph(seed))


@pytest.mark.parametrize("seed", range(10))
def test_the_largest_clique_is_that_of_the_tables_really_made(seed: int) -> None:
    graph = _graph(seed)
    order = elimination_order(graph)
    made = max(bucket.table.ndim for bucket in eliminate(graph, order).buckets)
    assert largest_clique(graph, order) == made


def test_a_chain_needs_no_table_larger_than_a_pair() -> None:
    graph = build_factor_graph(_binary(60, [(i, i + 1) for i in range(59)]), [])
    assert largest_clique(graph, elimination_order(graph)) == 2


def test_forty_causes_of_one_effect_need_only_triples() -> None:
    network = _binary(41, [(i, 40) for i in range(40)])
    seen = Evidence("seen", (Target("node", 40),), np.array([0.2, 0.8]))
    graph = build_factor_graph(network, [seen])
    assert largest_clique(graph, elimination_order(graph)) == 3


def test_a_ladder_is_crossed_the_short_way() -> None:
    """Two rows of 30 joined at each rung: the order must walk along the ladder, not split it."""
    arrows = [(2 * i, 2 * i + 1) for i in range(30)] + [(j, j + 2) for j in range(58)]
    graph = build_factor_graph(_binary(60, arrows), [])
    assert largest_clique(graph, elimination_order(graph)) <= 5


def test_nothing_to_eliminate_is_fine() -> None:
    seen = Evidence("seen", (Target("node", 0),), np.array([0.0, 1.0]))
    assert elimination_order(build_factor_graph(_binary(1, []), [seen])) == ()
