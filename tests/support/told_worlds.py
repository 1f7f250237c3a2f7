"""Worlds told by hand: who is there, what acts on what, and what arose by itself in each world."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ilc.explanation.contributions import Contributions, measure_contributions
from ilc.explanation.roles import Roles
from ilc.inference.network import Combine, Link, Network, Node, combined
from ilc.inference.worlds import Worlds

_SLICES = {"history", "source", "complaint"}


@dataclass(frozen=True, eq=False)
class Told:
    """Worlds with their roles, by name."""

    worlds: Worlds
    roles: Roles

    def at(self, name: str) -> int:
        """Position of a node."""
        return self.worlds.network.index[name]

    @property
    def complaints(self) -> tuple[int, ...]:
        """Positions of the complaints."""
        return self.roles.nodes_of("complaint")

    @property
    def contributions(self) -> Contributions:
        """Paths to all complaints."""
        return measure_contributions(self.worlds, self.roles, self.complaints)


def tell_worlds(nodes: str, links: str, arisen: Sequence[Collection[str]], *, idle: Collection[str] = ()) -> Told:
    """Make worlds.

    Parameters
    ----------
    nodes : "history:injury structure:slip source:root_pain complaint:leg_pain", causes first; a factor bears its group
    links : "slip->stenosis slip=>compression root_pain->leg_pain*3"; "=>" is irreversible, "*3" the dose given
    arisen : for each world, the nodes that arose by themselves
    idle : links (as "cause->effect") that are active in no world
    """
    named = [word.split(":") for word in nodes.split()]
    position = {name: i for i, (_, name) in enumerate(named)}
    made = tuple(_node(kind, name) for kind, name in named)
    told = [_read_link(word) for word in links.split()]
    told.sort(key=lambda item: position[item[1]])
    arrows = tuple(_link(made, position, item) for item in told)
    network = Network(made, arrows)
    doses = [0 if arrow.id in idle else item[2] for arrow, item in zip(arrows, told, strict=True)]
    roles = Roles(
        kind=tuple(kind if kind in _SLICES else "factor" for kind, _ in named),
        group=tuple("" if kind in _SLICES else kind for kind, _ in named),
        template=tuple(name.split("@")[0] for _, name in named),
        modifiable=np.array([kind not in _SLICES for kind, _ in named]),
        reversible=np.array([item[3] for item in told], dtype=bool),
        mechanism=tuple("neuropathic" if "root" in arrow.id else "nociceptive" for arrow in arrows),
        origin=("body",) * len(arrows),
    )
    return Told(_live(network, doses, arisen), roles)


def _node(kind: str, name: str) -> Node:
    states = 4 if kind == "complaint" else 2
    return Node(name, np.full(states, 1 / states), Combine.SUM if kind == "complaint" else Combine.MAX)


def _read_link(word: str) -> tuple[str, str, int, bool]:
    arrow, _, dose = word.partition("*")
    sign = "=>" if "=>" in arrow else "->"
    cause, effect = arrow.split(sign)
    return cause, effect, int(dose or 1), sign == "->"


def _link(made: Sequence[Node], position: dict[str, int], item: tuple[str, str, int, bool]) -> Link:
    cause, effect = position[item[0]], position[item[1]]
    table = np.full((made[cause].states, made[effect].states), 1 / made[effect].states)
    table[0] = np.eye(made[effect].states)[0]
    return Link(f"{item[0]}->{item[1]}", cause, effect, table)


def _live(network: Network, doses: Sequence[int], arisen: Sequence[Collection[str]]) -> Worlds:
    state = np.zeros((len(arisen), len(network.nodes)), dtype=np.uint8)
    leak = np.zeros_like(state)
    dose = np.zeros((len(arisen), len(network.links)), dtype=np.uint8)
    for world, by_themselves in enumerate(arisen):
        for node, spec in enumerate(network.nodes):
            leak[world, node] = reached = int(spec.id in by_themselves)
            for link in network.links_into[node]:
                if state[world, network.links[link].cause]:
                    dose[world, link] = doses[link]
                    reached = combined(spec.combine, reached, doses[link], top=spec.states - 1)
            state[world, node] = reached
    return Worlds(network, state, leak, dose)
