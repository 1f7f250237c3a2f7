"""What keeps a complaint going in each world: factors that do so alone, and factors that need other factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ilc.explanation.contributions import Contributions
from ilc.explanation.roles import Roles
from ilc.explanation.world_bits import Bits, pack_worlds
from ilc.inference.worlds import Worlds

_ACTS = ("source", "complaint")


@dataclass(frozen=True, eq=False)
class Supports:
    """Who keeps each complaint going, one bit per world; first axes (node, complaint) unless said otherwise.

    In a world, a complaint goes on when a `single` factor remains, or `unexplained` does, or a factor of `heads`
    remains that stands: a factor stands when it remains and either stands by itself or one of its `links` leads from a
    factor that stands. Factors and links that make no difference to this are left out.
    """

    single: Bits
    heads: Bits
    members: Bits  # factors that matter only together with others
    links: Mapping[int, Bits]  # link -> (complaint, word)
    unexplained: Bits  # (complaint, word): own leak of a source or the complaint, or history acting without a factor


def trace_supports(worlds: Worlds, roles: Roles, contributions: Contributions) -> Supports:
    """Reduce every world to the factors and links that decide whether each complaint goes on.

    Parameters
    ----------
    worlds, roles : as given to `measure_contributions`
    contributions : paths as bits

    Returns
    -------
    players of each world's game and what they need
    """
    alone = _stand_alone(worlds, roles, contributions)
    lasting, passing, unexplained = _last_actors(worlds, roles, contributions)
    single = lasting | (passing & alone[:, None])
    heads = passing & ~single
    links = _needed_links(roles, contributions, alone, (single, heads))
    kept_heads = _without_dead_ends(contributions, alone, heads, links)
    members = kept_heads.copy()
    for position, bits in links.items():
        members[contributions.network.links[position].cause] |= bits
    used = {position: bits for position, bits in links.items() if bits.any()}
    return Supports(single, kept_heads, members, used, unexplained)


def _stand_alone(worlds: Worlds, roles: Roles, contributions: Contributions) -> Bits:
    """Where a factor would stay though all other factors went now, shape (node, word)."""
    alone = pack_worlds(worlds.leak > 0)
    for position, link in enumerate(contributions.network.links):
        if roles.kind[link.cause] == "history" or not roles.reversible[position]:
            alone[link.effect] |= contributions.active[position]
    return alone


def _last_actors(worlds: Worlds, roles: Roles, contributions: Contributions) -> tuple[Bits, Bits, Bits]:
    """Factors acting on sources or complaints by irreversible and by reversible links, and what acts without any."""
    reaches = contributions.reaches
    lasting, passing = np.zeros_like(reaches), np.zeros_like(reaches)
    leak = pack_worlds(worlds.leak > 0)
    unexplained = np.zeros(reaches.shape[1:], dtype=np.uint64)
    for node, kind in enumerate(roles.kind):
        if kind in _ACTS:
            unexplained |= leak[node] & reaches[node]
    for position, link in enumerate(contributions.network.links):
        if roles.kind[link.effect] not in _ACTS:
            continue
        bits = contributions.on_path[position]
        if roles.kind[link.cause] == "history":
            unexplained |= bits
        elif roles.kind[link.cause] == "factor":
            (passing if roles.reversible[position] else lasting)[link.cause] |= bits
    return lasting, passing, unexplained


def _needed_links(
    roles: Roles, contributions: Contributions, alone: Bits, acting: tuple[Bits, Bits]
) -> dict[int, Bits]:
    """Reversible links that hold up a head, or what holds it up; not those from a factor that suffices alone anyway."""
    single, heads = acting
    network = contributions.network
    need = heads.copy()
    links: dict[int, Bits] = {}
    for node in range(len(network.nodes) - 1, -1, -1):
        if roles.kind[node] != "factor" or not need[node].any():
            continue
        for position in network.links_into[node]:
            cause = network.links[position].cause
            if roles.kind[cause] == "factor" and roles.reversible[position]:
                bits = contributions.active[position] & need[node] & ~single[cause]
                links[position] = bits
                need[cause] |= bits & ~alone[cause]
    return links


def _without_dead_ends(contributions: Contributions, alone: Bits, heads: Bits, links: dict[int, Bits]) -> Bits:
    """Drop, in place, links from factors that nothing holds up any more; return the heads left."""
    network = contributions.network
    stands: dict[int, Bits] = {}
    for position in sorted(links, key=lambda i: (network.links[i].effect, i)):
        cause, effect = network.links[position].cause, network.links[position].effect
        links[position] = links[position] & (alone[cause] | stands.get(cause, np.zeros_like(alone[cause])))
        stands[effect] = stands[effect] | links[position] if effect in stands else links[position]
    kept = np.zeros_like(heads)
    for node, bits in stands.items():
        kept[node] = heads[node] & bits
    return kept
