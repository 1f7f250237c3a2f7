"""Two roads, one answer: the engine against a junction tree of another make, on random and on shipped networks."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ilc.inference.engine import infer_posterior
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import Evidence, Link, Network, Target
from ilc.knowledge import load_knowledge
from tests.support.agrum_networks import agrum_chains, agrum_marginals, agrum_network
from tests.support.random_networks import random_evidence, random_network

EXACT = 1e-9


def _assert_equal(network: Network, evidence: list[Evidence]) -> None:
    expected, log_evidence = agrum_marginals(network, agrum_network(network, evidence), evidence)
    posterior = infer_posterior(network, evidence)
    assert posterior.log_evidence == pytest.approx(log_evidence, abs=EXACT)
    for node, distribution in enumerate(expected):
        assert np.abs(posterior.distribution(node) - distribution).max() <= EXACT


@pytest.mark.parametrize("binary", [True, False], ids=["noisy-or", "noisy-max and sums"])
@pytest.mark.parametrize("seed", range(25))
def test_random_networks_with_soft_hard_and_link_evidence(seed: int, *, binary: bool) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=int(generator.integers(8, 16)), binary=binary)
    _assert_equal(network, random_evidence(generator, network))


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_of_writing_a_network_for_pyagrum_agree(seed: int) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=10)
    evidence = random_evidence(generator, network)
    made = agrum_network(network, evidence), agrum_chains(network, evidence)
    (one, log_one), (other, log_other) = (agrum_marginals(network, each, evidence) for each in made)
    assert log_one == pytest.approx(log_other, abs=EXACT)
    assert max(np.abs(a - b).max() for a, b in zip(one, other, strict=True)) <= EXACT


def test_a_network_without_evidence() -> None:
    _assert_equal(random_network(np.random.default_rng(3), nodes=12), [])


@cache
def _model(age_years: int, sex: str) -> CausalModel:
    return build_model(load_knowledge(), age_years=age_years, sex=sex)


def _above(network: Network, names: list[str]) -> Network:
    """The part of a network that leads to some nodes; a general junction tree cannot hold the whole at full size."""
    kept = {network.index[name] for name in names}
    waiting = list(kept)
    while waiting:
        causes = {network.links[link].cause for link in network.links_into[waiting.pop()]}
        waiting += causes - kept
        kept |= causes
    order = sorted(kept)
    place = {node: i for i, node in enumerate(order)}
    links = [
        Link(link.id, place[link.cause], place[link.effect], link.dose) for link in network.links if link.effect in kept
    ]
    return Network(tuple(network.nodes[node] for node in order), tuple(links))


@pytest.mark.parametrize(("age_years", "sex"), [(25, "female"), (85, "male")])
@pytest.mark.parametrize("complaint", ["widespread_pain", "groin_pain@left"])
def test_the_shipped_network_above_a_complaint(age_years: int, sex: str, complaint: str) -> None:
    network = _above(_model(age_years, sex).network, [complaint])
    seen = Evidence("seen", (Target("node", network.index[complaint]),), np.array([0.0, 0.2, 0.7, 1.0]))
    _assert_equal(network, [seen])


def test_the_second_road_would_notice_a_wrong_engine() -> None:
    """The comparison itself is tested: a slightly different strength must show."""
    network = random_network(np.random.default_rng(1), nodes=10, binary=True)
    soft = Evidence("soft", (Target("node", 9),), np.array([0.2, 0.9]))
    other = Evidence("soft", (Target("node", 9),), np.array([0.2, 0.9001]))
    expected, _ = agrum_marginals(network, agrum_network(network, [other]), [other])
    found = infer_posterior(network, [soft])
    assert max(np.abs(found.distribution(i) - d).max() for i, d in enumerate(expected)) > EXACT
