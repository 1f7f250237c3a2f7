"""Evidence reduction: what is observed, denied or never asked leaves as little as possible to be multiplied."""

from __future__ import annotations

from string import ascii_letters

import numpy as np
import pytest

from ilc.inference.factors import DIRECT_TABLE_LIMIT, FactorGraph, build_factor_graph
from ilc.inference.network import Combine, Evidence, Link, Network, Node, Target
from tests.support.brute_force import enumerate_joint
from tests.support.random_networks import random_evidence, random_network

CAUSES = 12


def _effect_of_many(*, states: int = 2, combine: Combine = Combine.MAX, causes: int = CAUSES) -> Network:
    leak = np.full(states, 0.1 / (states - 1))
    leak[0] = 0.9
    table = np.zeros((2, states))
    table[0, 0] = 1.0
    table[1] = 1.0 / states
    nodes = [Node(f"cause{i}", np.array([0.7, 0.3])) for i in range(causes)]
    links = [Link(f"cause{i}->effect", i, causes, table) for i in range(causes)]
    return Network((*nodes, Node("effect", leak, combine)), tuple(links))


def _seen(node: int, state: int, *, states: int = 2) -> Evidence:
    return Evidence("seen", (Target("node", node),), np.eye(states)[state])


def _total(graph: FactorGraph) -> float:
    """Sum of the product of all factors, by one plain einsum."""
    letter = {
        variable: ascii_letters[i] for i, variable in enumerate(sorted({v for f in graph.factors for v in f.variables}))
    }
    scopes = ",".join("".join(letter[v] for v in factor.variables) for factor in graph.factors)
    return float(np.einsum(f"{scopes}->", *(factor.table for factor in graph.factors), optimize="greedy"))


@pytest.mark.parametrize("combine", list(Combine))
def test_an_absent_effect_says_something_about_each_cause_by_itself(combine: Combine) -> None:
    graph = build_factor_graph(_effect_of_many(states=4, combine=combine), [_seen(CAUSES, 0, states=4)])
    assert max(len(factor.variables) for factor in graph.factors) == 1
    assert len(graph.cardinality) == CAUSES + 1


def test_a_present_effect_of_a_few_causes_becomes_one_table() -> None:
    graph = build_factor_graph(_effect_of_many(causes=5), [_seen(5, 1)])
    assert len(graph.cardinality) == 6
    assert max(factor.table.size for factor in graph.factors) == 2**5


def test_a_present_effect_of_many_causes_becomes_a_chain_of_small_tables() -> None:
    graph = build_factor_graph(_effect_of_many(), [_seen(CAUSES, 1)])
    assert 2**CAUSES > DIRECT_TABLE_LIMIT
    assert max(len(factor.variables) for factor in graph.factors) == 3


def test_an_unobserved_effect_becomes_a_chain_too() -> None:
    graph = build_factor_graph(_effect_of_many(), [])
    assert max(len(factor.variables) for factor in graph.factors) == 3


def test_what_nobody_asked_about_and_nothing_hangs_on_is_left_out() -> None:
    network = _effect_of_many()
    graph = build_factor_graph(network, [], skippable=frozenset([CAUSES]))
    assert graph.skipped == {CAUSES}
    assert not any(CAUSES in factor.variables for factor in graph.factors)


def test_what_is_observed_is_never_left_out() -> None:
    graph = build_factor_graph(_effect_of_many(), [_seen(CAUSES, 1)], skippable=frozenset([CAUSES]))
    assert graph.skipped == frozenset()


def test_a_cause_of_something_observed_is_never_left_out() -> None:
    graph = build_factor_graph(_effect_of_many(), [_seen(CAUSES, 1)], skippable=frozenset(range(CAUSES + 1)))
    assert graph.skipped == frozenset()


def test_evidence_on_a_link_keeps_its_effect() -> None:
    watched = Evidence("block", (Target("link", 0),), np.array([0.3, 0.8]))
    graph = build_factor_graph(_effect_of_many(), [watched], skippable=frozenset([CAUSES]))
    assert graph.skipped == frozenset()
    assert set(graph.link_variable) == {0}


def test_observing_two_states_of_one_node_is_refused() -> None:
    with pytest.raises(ValueError, match="contradictory"):
        build_factor_graph(_effect_of_many(), [_seen(0, 0), _seen(0, 1)])


@pytest.mark.parametrize("seed", range(20))
def test_the_factors_multiply_to_the_probability_of_the_evidence(seed: int) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=6)
    evidence = random_evidence(generator, network)
    total = sum(enumerate_joint(network, evidence).values())
    assert _total(build_factor_graph(network, evidence)) == pytest.approx(total, rel=1e-10)
