"""Two roads, one answer: many sets of numbers solved in one pass against each set by itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import Generator

from ilc.inference.drawn import infer_drawn, plan_drawn
from ilc.inference.engine import infer_posterior
from ilc.inference.network import Evidence, FloatArray, Link, Network, Node, Target
from tests.support.brute_force import enumerate_joint
from tests.support.random_networks import random_evidence, random_network

DRAWS = 5
EXACT = 1e-10
SEED_WITH_A_LAST_LINK = 4


def _varied(table: FloatArray, generator: Generator) -> FloatArray:
    """Several distributions with the zeros of the first."""
    drawn = table * generator.uniform(0.3, 1.7, size=(DRAWS, *table.shape))
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def _drawn(network: Network, evidence: list[Evidence], generator: Generator) -> tuple[Network, list[Evidence]]:
    nodes = tuple(Node(n.id, _varied(n.leak, generator), n.combine) for n in network.nodes)
    links = tuple(Link(x.id, x.cause, x.effect, _varied(x.dose, generator)) for x in network.links)
    tables = [
        item
        if np.count_nonzero(item.table) == 1
        else Evidence(item.id, item.targets, item.table * generator.uniform(0.5, 2.0, (DRAWS, *item.table.shape)))
        for item in evidence
    ]
    return Network(nodes, links), tables


def _one(network: Network, evidence: list[Evidence], draw: int) -> tuple[Network, list[Evidence]]:
    nodes = tuple(Node(n.id, n.leak[draw], n.combine) for n in network.nodes)
    links = tuple(Link(x.id, x.cause, x.effect, x.dose[draw]) for x in network.links)
    tables = [Evidence(e.id, e.targets, e.table[draw] if e.table.ndim > len(e.targets) else e.table) for e in evidence]
    return Network(nodes, links), tables


def _case(seed: int, *, binary: bool) -> tuple[Network, list[Evidence], Network, list[Evidence]]:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=int(generator.integers(3, 6)), binary=binary)
    evidence = random_evidence(generator, network)
    return network, evidence, *_drawn(network, evidence, generator)


def _p_active(network: Network, evidence: list[Evidence], link: int) -> float:
    """By enumeration with the link's dose made explicit."""
    watch = Evidence("watch", (Target("link", link),), np.ones(2))
    joint = enumerate_joint(network, [*evidence, watch])
    gates = sorted({t.index for item in [*evidence, watch] for t in item.targets if t.kind == "link"})
    place = gates.index(link)
    return sum(w for (_, doses), w in joint.items() if doses[place] > 0) / sum(joint.values())


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("seed", range(15))
def test_each_draw_has_the_marginals_of_its_own_network(seed: int, *, binary: bool) -> None:
    network, evidence, many, tables = _case(seed, binary=binary)
    found = infer_drawn(many, tables, plan=plan_drawn(network, evidence))
    for draw in range(DRAWS):
        alone = infer_posterior(*_one(many, tables, draw))
        assert np.abs(found.p_present[draw] - alone.p_present).max() <= EXACT


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_the_activity_of_every_link_is_exact(seed: int, *, binary: bool) -> None:
    network, evidence, many, tables = _case(seed, binary=binary)
    found = infer_drawn(many, tables, plan=plan_drawn(network, evidence))
    one, its_evidence = _one(many, tables, 1)
    for link in range(len(network.links)):
        assert found.p_active[1, link] == pytest.approx(_p_active(one, its_evidence, link), abs=EXACT)


def test_links_into_what_nobody_asked_about_follow_their_cause() -> None:
    network, evidence, many, tables = _case(SEED_WITH_A_LAST_LINK, binary=True)
    last = len(network.nodes) - 1
    kept = [(e, t) for e, t in zip(evidence, tables, strict=True) if not _touches(network, e, last)]
    plan = plan_drawn(network, [e for e, _ in kept], skippable=frozenset([last]))
    assert network.links_into[last]
    found = infer_drawn(many, [t for _, t in kept], plan=plan)
    assert np.isnan(found.p_present[:, last]).all()
    for link in network.links_into[last]:
        one, its_evidence = _one(many, [t for _, t in kept], 0)
        assert found.p_active[0, link] == pytest.approx(_p_active(one, its_evidence, link), abs=EXACT)


def _touches(network: Network, item: Evidence, node: int) -> bool:
    return any((t.index if t.kind == "node" else network.links[t.index].effect) == node for t in item.targets)


@pytest.mark.parametrize("seed", range(8))
def test_numbers_as_they_stand_are_one_draw(seed: int) -> None:
    network, evidence, _, _ = _case(seed, binary=False)
    found = infer_drawn(network, evidence, plan=plan_drawn(network, evidence))
    assert found.p_present.shape == (1, len(network.nodes))
    assert np.abs(found.p_present[0] - infer_posterior(network, evidence).p_present).max() <= EXACT
