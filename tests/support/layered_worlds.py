"""Random patients: history -> factors -> pain sources -> complaints, with worlds drawn forward from leaks and links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from ilc.explanation.roles import Roles
from ilc.inference.network import Combine, Link, Network, Node, combined
from ilc.inference.worlds import Worlds

GROUPS = ("structure", "nerve", "muscle_fascia", "flow", "brain", "serious")
MECHANISMS = ("nociceptive", "neuropathic", "nociplastic")


@dataclass(frozen=True, slots=True)
class Size:
    """How many nodes of each slice, how many causes a node may have, and how strongly links act (from, to)."""

    history: int
    factors: int
    sources: int
    complaints: int
    causes: int
    strength: tuple[float, float] = (0.3, 0.9)
    leak: tuple[float, float] = (0.05, 0.4)
    reversible: float = 0.7


SMALL = Size(history=1, factors=4, sources=2, complaints=2, causes=3)


def random_patient(generator: Generator, size: Size = SMALL) -> tuple[Network, Roles]:
    """A layered network; complaints have four states and doses that add up, some factors have three states."""
    kinds = ["history"] * size.history + ["factor"] * size.factors + ["source"] * size.sources
    kinds += ["complaint"] * size.complaints
    nodes: list[Node] = []
    links: list[Link] = []
    for position, kind in enumerate(kinds):
        states = 4 if kind == "complaint" else int(generator.choice([2, 2, 2, 3])) if kind == "factor" else 2
        combine = Combine.SUM if kind == "complaint" and generator.random() < 0.7 else Combine.MAX
        off = 1.0 - generator.uniform(*size.leak) * (0.2 if kind in {"source", "complaint"} else 1.0)
        nodes.append(
            Node(f"{kind}{position}", np.array([off, *generator.dirichlet(np.ones(states - 1)) * (1 - off)]), combine)
        )
        causes = _causes(generator, kinds, position, size.causes)
        links += [_link(generator, (cause, position), (nodes, size.strength)) for cause in causes]
    templates = [f"t{i // 2}" for i in range(len(kinds))]
    roles = Roles(
        kind=tuple(kinds),
        group=tuple(str(generator.choice(GROUPS[:4])) if kind == "factor" else "" for kind in kinds),
        template=tuple(f"{kind}.{t}" for kind, t in zip(kinds, templates, strict=True)),
        modifiable=np.array([kind == "factor" and generator.random() < 0.7 for kind in kinds]),
        reversible=generator.random(len(links)) < size.reversible,
        mechanism=tuple(str(generator.choice(MECHANISMS)) for _ in links),
        origin=tuple("brain" if generator.random() < 0.2 else "body" for _ in links),
    )
    return Network(tuple(nodes), tuple(links)), roles


def _causes(generator: Generator, kinds: list[str], position: int, most: int) -> list[int]:
    kind = kinds[position]
    rank = {"history": 0, "factor": 1, "source": 2, "complaint": 3}
    if kind == "history":
        return []
    allowed = [i for i in range(position) if rank[kinds[i]] in {rank[kind] - 1, rank[kind]}]
    if kind == "complaint":
        allowed = [i for i in allowed if kinds[i] == "source"]
    if generator.random() < 0.15:
        allowed += [i for i in range(position) if i not in allowed]
    count = min(len(allowed), int(generator.integers(1, most + 1)))
    return sorted(int(i) for i in generator.choice(allowed, size=count, replace=False)) if allowed else []


def _link(generator: Generator, ends: tuple[int, int], made: tuple[list[Node], tuple[float, float]]) -> Link:
    nodes, strength = made
    cause, effect = ends
    table = np.zeros((nodes[cause].states, nodes[effect].states))
    table[0, 0] = 1.0
    for state in range(1, nodes[cause].states):
        on = generator.uniform(*strength)
        table[state] = [1 - on, *generator.dirichlet(np.ones(nodes[effect].states - 1)) * on]
    return Link(f"{nodes[cause].id}->{nodes[effect].id}", cause, effect, table)


def draw_worlds(generator: Generator, network: Network, *, count: int) -> Worlds:
    """Worlds without evidence, from causes to effects."""
    state = np.zeros((count, len(network.nodes)), dtype=np.uint8)
    leak = np.zeros_like(state)
    dose = np.zeros((count, len(network.links)), dtype=np.uint8)
    for position, node in enumerate(network.nodes):
        leak[:, position] = generator.choice(node.states, size=count, p=node.leak)
        top = node.states - 1
        table = np.array([[combined(node.combine, a, b, top=top) for b in range(top + 1)] for a in range(top + 1)])
        made = leak[:, position]
        for link in network.links_into[position]:
            arrow = network.links[link]
            total = np.cumsum(arrow.dose, axis=1)[state[:, arrow.cause]]
            dose[:, link] = (generator.random(count)[:, None] >= total[:, :-1]).sum(axis=1)
            made = table[made, dose[:, link]]
        state[:, position] = made
    return Worlds(network, state, leak, dose)


def complaints_of(roles: Roles) -> tuple[int, ...]:
    """Positions of the complaints."""
    return roles.nodes_of("complaint")
