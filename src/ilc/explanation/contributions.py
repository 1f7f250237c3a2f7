"""Which factors lead to which complaint in which world: paths of active links, counted world by world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilc.explanation.roles import Roles, check_roles
from ilc.explanation.world_bits import Bits, average_worlds, pack_worlds, unpack_worlds
from ilc.inference.network import FloatArray, Network
from ilc.inference.worlds import Worlds


@dataclass(frozen=True, eq=False)
class Contributions:
    """Paths of active links to each complaint, one bit per world.

    A link is active where its dose is above 0. Bits of a complaint are 0 in worlds in which it is absent, so every `p_`
    below is a share of the worlds in which that complaint is present; NaN for a complaint present in no world.
    """

    network: Network
    worlds: int
    complaints: tuple[int, ...]
    present: Bits  # (complaint, word): the complaint is present
    active: Bits  # (link, word)
    reaches: Bits  # (node, complaint, word): a path of active links leads there; a complaint reaches itself
    direct: Bits  # (node, complaint, word): its own link, or its active link to a source whose own link, is active
    on_path: Bits  # (link, complaint, word): the link lies on an active path to the complaint
    mechanisms: tuple[str, ...]
    by_mechanism: Bits  # (complaint, mechanism, word)

    def in_worlds(self, node: int, complaint: int) -> NDArray[np.bool_]:
        """Whether `node` (position) reaches `complaint` (position), shape (world,)."""
        return unpack_worlds(self.reaches[node, self.complaints.index(complaint)], self.worlds)

    def p_contributes(self, weights: ArrayLike | None = None) -> FloatArray:
        """Share of worlds in which a path of active links leads from each node to each complaint.

        Parameters
        ----------
        weights : of the worlds, shape (world,) or (draw, world); None for equally likely worlds

        Returns
        -------
        shape (node, complaint) or (draw, node, complaint)
        """
        return self._share(self.reaches, weights, complaint_axis=1)

    def p_direct(self, weights: ArrayLike | None = None) -> FloatArray:
        """Share of worlds in which each node acts as the last step; shapes as in `p_contributes`."""
        return self._share(self.direct, weights, complaint_axis=1)

    def p_mechanism(self, weights: ArrayLike | None = None) -> FloatArray:
        """Share of worlds in which each mechanism brings about each complaint.

        The mechanism is that of the link into the pain source; that of the source's own link to the complaint where the
        source arose by itself; that of the link itself where a cause acts on the complaint without a source. Several
        can be at work in one world, so they need not add up to 1.

        Returns
        -------
        shape (complaint, mechanism) or (draw, complaint, mechanism), mechanisms in the order of `mechanisms`
        """
        return self._share(self.by_mechanism, weights, complaint_axis=0)

    def p_active(self, weights: ArrayLike | None = None) -> FloatArray:
        """Share of all worlds in which each link is active, shape (link,) or (draw, link)."""
        return average_worlds(self.active, self.worlds, weights)

    def carries(self, weights: ArrayLike | None = None) -> FloatArray:
        """Share of worlds with any complaint present in which each link lies on an active path to one.

        Returns
        -------
        shape (link,) or (draw, link)
        """
        on_any = np.bitwise_or.reduce(self.on_path, axis=1)
        any_present = np.bitwise_or.reduce(self.present, axis=0)
        total = average_worlds(any_present, self.worlds, weights)
        return _divided(average_worlds(on_any, self.worlds, weights), total[..., None])

    def _share(self, bits: Bits, weights: ArrayLike | None, *, complaint_axis: int) -> FloatArray:
        total = average_worlds(self.present, self.worlds, weights)
        shape = (*total.shape[:-1], *((1, -1) if complaint_axis == 1 else (-1, 1)))
        return _divided(average_worlds(bits, self.worlds, weights), total.reshape(shape))


def _divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))


def measure_contributions(worlds: Worlds, roles: Roles, complaints: Sequence[int]) -> Contributions:
    """Trace every path of active links to each complaint, in every world.

    Parameters
    ----------
    worlds : equally likely, or to be weighted when averaged
    roles : of the network's nodes and links
    complaints : positions of complaint nodes

    Returns
    -------
    paths as bits, and their averages on request

    Raises
    ------
    ValueError : roles or complaints that do not belong to the network
    """
    network = worlds.network
    check_roles(network, roles, complaints)
    chosen = list(complaints)
    active = pack_worlds(worlds.dose > 0)
    present = pack_worlds(worlds.state[:, chosen] > 0)
    reaches = np.zeros((len(network.nodes), *present.shape), dtype=np.uint64)
    reaches[chosen, range(len(chosen))] = present
    for node in range(len(network.nodes) - 1, -1, -1):
        for link in network.links_from[node]:
            reaches[node] |= active[link] & reaches[network.links[link].effect]
    effects = [link.effect for link in network.links]
    mechanisms, by_mechanism = _trace_mechanisms(worlds, roles, active, chosen)
    return Contributions(
        network=network,
        worlds=worlds.count,
        complaints=tuple(complaints),
        present=present,
        active=active,
        reaches=reaches,
        direct=_trace_last_steps(network, roles, active, chosen),
        on_path=active[:, None, :] & reaches[effects],
        mechanisms=mechanisms,
        by_mechanism=by_mechanism,
    )


def _trace_last_steps(network: Network, roles: Roles, active: Bits, complaints: Sequence[int]) -> Bits:
    own = np.zeros((len(network.nodes), len(complaints), active.shape[1]), dtype=np.uint64)
    for column, complaint in enumerate(complaints):
        for link in network.links_into[complaint]:
            own[network.links[link].cause, column] |= active[link]
    direct = own.copy()
    for position, link_to_source in enumerate(network.links):
        cause, source = link_to_source.cause, link_to_source.effect
        if roles.kind[source] == "source" and roles.kind[cause] != "source":
            direct[cause] |= active[position] & own[source]
    return direct


def _trace_mechanisms(
    worlds: Worlds, roles: Roles, active: Bits, complaints: Sequence[int]
) -> tuple[tuple[str, ...], Bits]:
    network = worlds.network
    names = tuple(dict.fromkeys(roles.mechanism))
    row = {name: i for i, name in enumerate(names)}
    leak = pack_worlds(worlds.leak > 0)
    found = np.zeros((len(complaints), len(names), active.shape[1]), dtype=np.uint64)
    for column, complaint in enumerate(complaints):
        for last in network.links_into[complaint]:
            cause = network.links[last].cause
            own = row[roles.mechanism[last]]
            if roles.kind[cause] != "source":
                found[column, own] |= active[last]
                continue
            found[column, own] |= active[last] & leak[cause]
            for link in network.links_into[cause]:
                found[column, row[roles.mechanism[link]]] |= active[last] & active[link]
    return names, found
