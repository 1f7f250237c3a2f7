"""A slow road to the same answers, one world and one node at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import permutations, product

from ilc.explanation.roles import UNEXPLAINED, Roles
from ilc.inference.network import combined
from ilc.inference.worlds import Worlds

Game = Callable[[frozenset[object]], bool]


def slow_states(worlds: Worlds, roles: Roles, world: int, removed: Collection[int], *, never_arisen: bool) -> list[int]:
    """State of every node of one world after a removal, by recursion from effects to causes."""
    network = worlds.network
    known: dict[int, int] = {}

    def state(node: int) -> int:
        if node not in known:
            known[node] = compute(node)
        return known[node]

    def compute(node: int) -> int:
        if roles.kind[node] == "history":
            return int(worlds.state[world, node])
        if node in removed:
            return 0
        spec = network.nodes[node]
        reached = int(worlds.leak[world, node])
        for link in network.links_into[node]:
            left_behind = not roles.reversible[link] and not never_arisen
            if left_behind or state(network.links[link].cause) > 0:
                reached = combined(spec.combine, reached, int(worlds.dose[world, link]), top=spec.states - 1)
        return reached

    return [state(node) for node in range(len(network.nodes))]


def slow_paths(worlds: Worlds, world: int, complaint: int) -> list[tuple[int, ...]]:
    """Every path of active links to a complaint, as node sequences of at least two nodes; none when it is absent."""
    network = worlds.network
    found: list[tuple[int, ...]] = []

    def extend(path: tuple[int, ...]) -> None:
        for link in network.links_into[path[0]]:
            if worlds.dose[world, link] > 0:
                longer = (network.links[link].cause, *path)
                found.append(longer)
                extend(longer)

    extend((complaint,))
    return found


def slow_game(worlds: Worlds, roles: Roles, world: int, complaint: int) -> Game:
    """Does the complaint persist when only these players (factors, "unexplained") remain."""
    network = worlds.network

    def persists(node: int, kept: frozenset[object]) -> bool:
        kind = roles.kind[node]
        if kind == "history":
            return bool(worlds.state[world, node] > 0)
        acts = kind in {"source", "complaint"}
        if kind == "factor" and node not in kept:
            return False
        if worlds.leak[world, node] > 0 and (not acts or UNEXPLAINED in kept):
            return True
        return any(carries(link, kept, acts=acts) for link in network.links_into[node])

    def carries(link: int, kept: frozenset[object], *, acts: bool) -> bool:
        if worlds.dose[world, link] == 0:
            return False
        cause = network.links[link].cause
        kind = roles.kind[cause]
        if acts and kind == "history":
            return UNEXPLAINED in kept
        if not roles.reversible[link]:
            if not acts:
                return True
            if kind == "factor":
                return cause in kept
        return persists(cause, kept)

    return lambda kept: persists(complaint, kept)


def slow_owen(group_of: Mapping[object, str], game: Game) -> dict[object, float]:
    """Owen values: mean gain over every order of groups and every order within each group."""
    groups: dict[str, list[object]] = {}
    for player, group in group_of.items():
        groups.setdefault(group, []).append(player)
    total: dict[object, float] = dict.fromkeys(group_of, 0.0)
    orders = 0
    for outer in permutations(groups):
        for inner in product(*(list(permutations(groups[group])) for group in outer)):
            orders += 1
            kept: frozenset[object] = frozenset()
            before = game(kept)
            for player in (player for part in inner for player in part):
                kept |= {player}
                after = game(kept)
                total[player] += float(after) - float(before)
                before = after
    return {player: value / orders for player, value in total.items()}
