"""Random small networks with noisy-OR, noisy-MAX and summed effects, and mixed soft and exact evidence."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ilc.inference.network import Combine, Evidence, Link, Network, Node, Target


def random_network(generator: Generator, *, nodes: int, binary: bool = False) -> Network:
    """A network of `nodes` nodes in causal order, each with up to four causes."""
    made = []
    for i in range(nodes):
        states = 2 if binary else int(generator.choice([2, 2, 3, 4]))
        combine = Combine.SUM if states > 2 and generator.random() < 0.4 else Combine.MAX
        leak = generator.dirichlet(np.ones(states) * 1.5)
        made.append(Node(f"n{i}", leak, combine))
    links = []
    for effect in range(1, nodes):
        causes = generator.choice(effect, size=min(effect, int(generator.integers(0, 5))), replace=False)
        for cause in sorted(int(c) for c in causes):
            table = generator.dirichlet(np.ones(made[effect].states), size=made[cause].states)
            table[0] = np.eye(made[effect].states)[0]
            links.append(Link(f"n{cause}->n{effect}", cause, effect, table))
    return Network(tuple(made), tuple(links))


def random_evidence(generator: Generator, network: Network) -> list[Evidence]:
    """Soft likelihoods on nodes, links and pairs, and one or two exact observations."""
    found = []
    nodes = len(network.nodes)
    for number, node in enumerate(generator.choice(nodes, size=min(nodes, 3), replace=False)):
        found.append(
            Evidence(f"soft{number}", (Target("node", int(node)),), generator.random(network.nodes[node].states) + 0.05)
        )
    exact = int(generator.integers(nodes))
    state = int(generator.integers(network.nodes[exact].states))
    found.append(Evidence("exact", (Target("node", exact),), np.eye(network.nodes[exact].states)[state] * 0.7))
    for number in range(min(2, len(network.links))):
        link = int(generator.integers(len(network.links)))
        found.append(Evidence(f"link{number}", (Target("link", link),), generator.random(2) + 0.05))
    if nodes >= 2:
        pair = sorted(int(v) for v in generator.choice(nodes, size=2, replace=False))
        shape = tuple(network.nodes[v].states for v in pair)
        found.append(Evidence("pair", tuple(Target("node", v) for v in pair), generator.random(shape) + 0.05))
    return found
