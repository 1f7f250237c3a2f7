"""What each node and link is to the explanation, as plain arrays in the network's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.inference.network import Network

SLICES = ("history", "factor", "source", "complaint")
UNEXPLAINED = "unexplained"


@dataclass(frozen=True, eq=False)
class Roles:
    """One entry per node (`kind` to `modifiable`) and per link (`reversible` to `origin`)."""

    kind: tuple[str, ...]  # one of SLICES
    group: tuple[str, ...]  # "structure", "nerve", ... for factors, "" for everything else
    template: tuple[str, ...]  # concept id, shared by the instances of one template
    modifiable: NDArray[np.bool_]
    reversible: NDArray[np.bool_]  # the effect goes when the cause goes now
    mechanism: tuple[str, ...]
    origin: tuple[str, ...]  # "body" | "brain"

    def __post_init__(self) -> None:
        if len({len(self.kind), len(self.group), len(self.template), len(self.modifiable)}) != 1:
            raise ValueError("roles name different numbers of nodes")
        if len({len(self.reversible), len(self.mechanism), len(self.origin)}) != 1:
            raise ValueError("roles name different numbers of links")
        strange = set(self.kind) - set(SLICES)
        if strange:
            raise ValueError(f"unknown kind of node: {', '.join(sorted(strange))}")
        if UNEXPLAINED in self.group:
            raise ValueError(f"{UNEXPLAINED!r} is the name of what no factor explains, not of a group of factors")

    def nodes_of(self, kind: str) -> tuple[int, ...]:
        """Positions of the nodes of one kind, in causal order."""
        return tuple(i for i, own in enumerate(self.kind) if own == kind)


def check_roles(network: Network, roles: Roles, complaints: Sequence[int]) -> None:
    """Refuse roles that do not belong to this network.

    Parameters
    ----------
    network : nodes in causal order
    roles : one entry per node and link
    complaints : positions of the nodes to be explained

    Raises
    ------
    ValueError : other numbers of nodes or links; a link that leads back to an earlier slice; a node to be explained
        that is no complaint
    """
    if len(roles.kind) != len(network.nodes) or len(roles.reversible) != len(network.links):
        raise ValueError(
            f"roles of {len(roles.kind)} nodes and {len(roles.reversible)} links do not fit "
            f"{len(network.nodes)} nodes and {len(network.links)} links"
        )
    rank = [SLICES.index(kind) for kind in roles.kind]
    for link in network.links:
        if rank[link.cause] > rank[link.effect]:
            raise ValueError(f"{link.id} leads back from a {roles.kind[link.cause]} to a {roles.kind[link.effect]}")
    for node in complaints:
        if roles.kind[node] != "complaint":
            raise ValueError(f"{network.nodes[node].id} is a {roles.kind[node]}, not a complaint")
