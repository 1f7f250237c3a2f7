"""Posterior worlds: seeded, complete, and drawn forward where nothing below was observed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.network import Combine, Evidence, Link, Network, Node, Target
from tests.support.random_networks import random_evidence, random_network

COUNT = 40_000


def _pain(combine: Combine) -> Network:
    """Two causes of a graded complaint, of which a second complaint is a further effect."""
    graded = np.array([[1.0, 0.0, 0.0, 0.0], [0.3, 0.3, 0.3, 0.1]])
    onward = np.array([[1.0, 0.0], [0.8, 0.2], [0.5, 0.5], [0.1, 0.9]])
    return Network(
        (
            Node("disc", np.array([0.6, 0.4])),
            Node("facet", np.array([0.5, 0.5])),
            Node("pain", np.array([0.9, 0.05, 0.03, 0.02]), combine),
            Node("sleepless", np.array([0.95, 0.05])),
        ),
        (
            Link("disc->pain", 0, 2, graded),
            Link("facet->pain", 1, 2, graded),
            Link("pain->sleepless", 2, 3, onward),
        ),
    )


def _close(found: float, expected: float) -> bool:
    return abs(found - expected) < 5.0 * math.sqrt(max(expected * (1.0 - expected), 1e-4) / COUNT)


@pytest.mark.parametrize("combine", list(Combine))
def test_skipped_nodes_are_drawn_forward_with_their_own_chances(combine: Combine) -> None:
    network = _pain(combine)
    seen = [Evidence("seen", (Target("node", 0),), np.array([0.1, 0.9]))]
    full = infer_posterior(network, seen)
    skipping = infer_posterior(network, seen, plan=plan_elimination(network, seen, skippable=frozenset([2, 3])))
    assert skipping.skipped == {2, 3}
    assert np.isnan(skipping.p_present[2:]).all()
    worlds = skipping.worlds(count=COUNT, seed=1)
    for node in range(4):
        for state, expected in enumerate(full.distribution(node)):
            assert _close(float((worlds.state[:, node] == state).mean()), float(expected))


def test_skipped_and_drawn_nodes_depend_on_each_other_as_they_should() -> None:
    network = _pain(Combine.SUM)
    worlds = infer_posterior(network, [], plan=plan_elimination(network, [], skippable=frozenset([2, 3]))).worlds(
        count=COUNT, seed=2
    )
    for state in range(4):
        among = worlds.state[:, 2] == state
        expected = 1.0 - 0.95 * float(network.links[2].dose[state, 0])
        error = 5.0 * math.sqrt(expected * (1.0 - expected) / among.sum())
        assert abs(float((worlds.state[among, 3] > 0).mean()) - expected) < error


@pytest.mark.parametrize("combine", list(Combine))
def test_doses_given_the_states_follow_bayes(combine: Combine) -> None:
    """P(first link gives d | pain moderate, both causes present), written out by hand."""
    network = _pain(combine)
    seen = [
        Evidence("a", (Target("node", 0),), np.array([0.0, 1.0])),
        Evidence("b", (Target("node", 1),), np.array([0.0, 1.0])),
        Evidence("c", (Target("node", 2),), np.eye(4)[2]),
    ]
    worlds = infer_posterior(network, seen).worlds(count=COUNT, seed=3)
    leak, dose = network.nodes[2].leak, network.links[0].dose[1]
    joint = np.zeros((4, 4, 4))
    for own, first, second in np.ndindex(4, 4, 4):
        made = max(own, first, second) if combine is Combine.MAX else min(3, own + first + second)
        joint[own, first, second] = (made == 2) * leak[own] * dose[first] * dose[second]
    joint /= joint.sum()
    drawn = np.zeros((4, 4, 4))
    np.add.at(drawn, (worlds.leak[:, 2], worlds.dose[:, 0], worlds.dose[:, 1]), 1.0 / COUNT)
    assert all(_close(float(drawn[place]), float(joint[place])) for place in np.ndindex(4, 4, 4))


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_gives_the_same_worlds_and_another_seed_others(seed: int) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=10)
    posterior = infer_posterior(network, random_evidence(generator, network))
    first, again, other = (posterior.worlds(count=200, seed=s) for s in (7, 7, 8))
    for part in ("state", "leak", "dose"):
        assert (getattr(first, part) == getattr(again, part)).all()
    assert (first.state != other.state).any() or (first.dose != other.dose).any()


def test_observed_nodes_hold_their_state_in_every_world() -> None:
    seen = [Evidence("seen", (Target("node", 2),), np.eye(4)[3])]
    worlds = infer_posterior(_pain(Combine.MAX), seen).worlds(count=500, seed=4)
    assert (worlds.state[:, 2] == 3).all()


def test_a_link_under_evidence_keeps_the_dose_it_was_drawn_with() -> None:
    off = [Evidence("block", (Target("link", 0),), np.array([1.0, 0.0]))]
    worlds = infer_posterior(_pain(Combine.MAX), off).worlds(count=500, seed=5)
    assert (worlds.dose[:, 0] == 0).all()
    assert (worlds.state[:, 0] > 0).any()


def test_the_first_worlds_are_a_part_of_all() -> None:
    worlds = infer_posterior(_pain(Combine.MAX), []).worlds(count=100, seed=6)
    part = worlds.first(30)
    assert part.count == 30
    assert (part.state == worlds.state[:30]).all()
    assert (part.dose == worlds.dose[:30]).all()
