"""Two roads, one answer: the engine against full enumeration on random networks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ilc.inference.engine import infer_posterior
from ilc.inference.network import Evidence, Network, Target
from tests.support.brute_force import brute_force_marginals, enumerate_joint
from tests.support.random_networks import random_evidence, random_network

SEEDS = range(60)


def _case(seed: int) -> tuple[Network, list[Evidence]]:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=int(generator.integers(2, 8)))
    return network, random_evidence(generator, network)


@pytest.mark.parametrize("seed", SEEDS)
def test_marginals_and_evidence_equal_enumeration(seed: int) -> None:
    network, evidence = _case(seed)
    expected, total = brute_force_marginals(network, evidence)
    posterior = infer_posterior(network, evidence)
    assert posterior.log_evidence == pytest.approx(math.log(total), abs=1e-9)
    for node, distribution in enumerate(expected):
        assert np.abs(posterior.distribution(node) - distribution).max() <= 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_worlds_average_to_the_marginals(seed: int) -> None:
    network, evidence = _case(seed)
    posterior = infer_posterior(network, evidence)
    worlds = posterior.worlds(count=20_000, seed=seed)
    for node in range(len(network.nodes)):
        p = posterior.p_present[node]
        error = math.sqrt(max(p * (1 - p), 1e-4) / worlds.count)
        assert abs((worlds.state[:, node] > 0).mean() - p) < 5 * error


@pytest.mark.parametrize("seed", range(12))
def test_link_activity_in_worlds_equals_enumeration_with_the_link_made_explicit(seed: int) -> None:
    network, evidence = _case(seed)
    if not network.links:
        pytest.skip("this seed drew a network without links")
    link = seed % len(network.links)
    watch = Evidence("watch", (Target("link", link),), np.ones(2))
    joint = enumerate_joint(network, [*evidence, watch])
    gates = sorted({t.index for item in [*evidence, watch] for t in item.targets if t.kind == "link"})
    place = gates.index(link)
    p = sum(w for (_, doses), w in joint.items() if doses[place] > 0) / sum(joint.values())
    worlds = infer_posterior(network, evidence).worlds(count=20_000, seed=seed)
    error = math.sqrt(max(p * (1 - p), 1e-4) / worlds.count)
    assert abs((worlds.dose[:, link] > 0).mean() - p) < 5 * error


def test_every_world_is_consistent_with_its_own_leaks_and_links() -> None:
    for seed in range(20):
        network, evidence = _case(seed)
        worlds = infer_posterior(network, evidence).worlds(count=500, seed=seed)
        for node, spec in enumerate(network.nodes):
            doses = [worlds.leak[:, node].astype(int)]
            doses += [worlds.dose[:, link].astype(int) for link in network.links_into[node]]
            made = (
                np.max(doses, axis=0) if spec.combine == "max" else np.minimum(np.sum(doses, axis=0), spec.states - 1)
            )
            assert (made == worlds.state[:, node]).all()
        for link, arrow in enumerate(network.links):
            assert (worlds.dose[worlds.state[:, arrow.cause] == 0, link] == 0).all()
