"""The leading whole paths to a complaint: from a cause that arose by itself, over active links, to the complaint."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ilc.explanation.contributions import Contributions
from ilc.explanation.roles import Roles
from ilc.explanation.world_bits import Bits, count_worlds

SMALLEST_SHARE = 0.01  # whole paths in fewer worlds are not looked for
_ORIGINS = ("history", "factor")


@dataclass(frozen=True, slots=True)
class WholePath:
    """A path that begins where nothing else is at work, and the share of worlds (complaint present) that hold it."""

    steps: tuple[str, ...]  # node ids or template ids, first cause first, complaint last
    complaint: int
    share: float


@dataclass(frozen=True, slots=True, order=True)
class _Suffix:
    """The last steps of paths: in which worlds they run on from each node that bears the first of these steps."""

    priority: tuple[int, int]  # worlds, negative; then order of discovery
    steps: tuple[str, ...] = field(compare=False)
    worlds: Mapping[int, Bits] = field(compare=False)  # node -> worlds; empty once the path is whole


def measure_whole_paths(
    contributions: Contributions, roles: Roles, complaint: int, *, names: tuple[str, ...], limit: int
) -> tuple[WholePath, ...]:
    """Find the whole paths that hold in most worlds, best first.

    A path is whole in a world when its links are active, its first node is a history node or factor, and no active link
    leads to that node. Steps with the same name are counted as one path: with node ids as names each instance is a path
    of its own; with templates a path counts in every world in which any of its instances runs.

    Parameters
    ----------
    contributions : paths as bits
    roles : of the network's nodes
    complaint : position of a complaint that was traced
    names : name of each node in the paths: its id, or its template
    limit : largest number of paths

    Returns
    -------
    at most `limit` paths, each in at least `SMALLEST_SHARE` of the worlds with the complaint, in falling order
    """
    present = contributions.present[contributions.complaints.index(complaint)]
    total = int(count_worlds(present))
    begins = _beginnings(contributions, roles)
    waiting = [_Suffix((-total, 0), (names[complaint],), {complaint: present})]
    found: list[WholePath] = []
    discovered = 0
    while waiting and len(found) < limit:
        suffix = heapq.heappop(waiting)
        if not suffix.worlds:
            found.append(WholePath(suffix.steps, complaint, -suffix.priority[0] / total))
            continue
        for name, worlds in _longer(contributions, suffix.worlds, names).items():
            whole = {node: bits & begins[node] for node, bits in worlds.items()}
            unfinished = {node: bits & ~begins[node] for node, bits in worlds.items()}
            for part, keep in ((whole, False), (unfinished, True)):
                size = _size(part)
                if size >= max(1, SMALLEST_SHARE * total):
                    discovered += 1
                    steps = (name, *suffix.steps)
                    heapq.heappush(waiting, _Suffix((-size, discovered), steps, part if keep else {}))
    return tuple(found)


def _beginnings(contributions: Contributions, roles: Roles) -> Bits:
    """Worlds in which each node, if a history node or factor, has no active link into it."""
    network = contributions.network
    begins = np.zeros((len(network.nodes), contributions.active.shape[1]), dtype=np.uint64)
    for node, links in enumerate(network.links_into):
        if roles.kind[node] in _ORIGINS:
            begins[node] = ~np.bitwise_or.reduce(contributions.active[list(links)], axis=0)
    return begins


def _longer(
    contributions: Contributions, worlds: Mapping[int, Bits], names: tuple[str, ...]
) -> dict[str, dict[int, Bits]]:
    """One step further back, by the name of the cause."""
    network = contributions.network
    found: dict[str, dict[int, Bits]] = {}
    for node, bits in worlds.items():
        for link in network.links_into[node]:
            here = bits & contributions.active[link]
            if here.any():
                cause = network.links[link].cause
                known = found.setdefault(names[cause], {})
                known[cause] = known[cause] | here if cause in known else here
    return found


def _size(worlds: Mapping[int, Bits]) -> int:
    return int(count_worlds(np.bitwise_or.reduce(list(worlds.values()), axis=0)))
