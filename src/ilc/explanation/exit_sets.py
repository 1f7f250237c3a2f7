"""Smallest sets of modifiable factors whose complete removal now would take most of the pain away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilc.explanation.contributions import Contributions
from ilc.explanation.model import ExitSet
from ilc.explanation.removal import simulate_removal
from ilc.explanation.roles import Roles
from ilc.explanation.world_bits import average_worlds, pack_worlds
from ilc.inference.network import FloatArray, Network
from ilc.inference.worlds import Worlds

GOALS = (0.5, 0.8)
LARGEST_SET = 4
MOST_PLAYERS = 12
MOST_RUNNERS_UP = 3
CANDIDATE_P_EXISTS = 0.15
CANDIDATE_P_CONTRIBUTES = 0.01
WORTH_ADDING = 0.01  # a further factor that adds less is not named when no set reaches the goal
_SETS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class ExitSearch:
    """All sets looked at, smallest first, and what each leaves of the complaints in every world.

    A player is what one removal takes away: all candidate instances of one template.
    """

    network: Network
    players: tuple[tuple[int, ...], ...]  # node positions removed together
    sets: tuple[tuple[int, ...], ...]  # players of each set; the first set is empty
    remaining: NDArray[np.float32]  # (set, world): intensity left, summed over the complaints
    remaining_without_all: NDArray[
        np.float32
    ]  # (world,): with every candidate removed, also those not among the players

    def reductions(self, weights: ArrayLike | None = None) -> FloatArray:
        """Expected reduction of each set: 1 - mean remaining intensity / mean intensity.

        Parameters
        ----------
        weights : of the worlds, shape (world,) or (draw, world); None for equally likely worlds

        Returns
        -------
        shape (set,) or (draw, set), 0..1; 0 throughout where there is no pain
        """
        left = self._mean(self.remaining, weights)
        return _reduction(left, left[..., :1])

    def best_possible(self, weights: ArrayLike | None = None) -> FloatArray:
        """Expected reduction with every candidate removed, shape () or (draw,)."""
        left = self._mean(np.vstack([self.remaining[0], self.remaining_without_all]), weights)
        return np.asarray(_reduction(left, left[..., :1])[..., 1])

    def choose(self, reductions: FloatArray, goal: float) -> NDArray[np.int64]:
        """The set to name for a goal: the smallest that reaches it, among equals the one that reduces more.

        Where none reaches it: the smallest set within `WORTH_ADDING` of the largest reduction.

        Parameters
        ----------
        reductions : as from `reductions`, shape (..., set)
        goal : expected reduction asked for, 0..1

        Returns
        -------
        number of the set, shape (...,)
        """
        reaches = reductions >= goal
        near = reductions >= reductions.max(axis=-1, keepdims=True) - WORTH_ADDING
        allowed = np.where(reaches.any(axis=-1, keepdims=True), reaches, near)
        sizes = np.array([len(members) for members in self.sets])
        return np.asarray(np.where(allowed, reductions - 2.0 * sizes, -np.inf).argmax(axis=-1))

    def names(self, number: int) -> tuple[str, ...]:
        """Ids of all instances a set removes."""
        nodes = sorted(node for player in self.sets[number] for node in self.players[player])
        return tuple(self.network.nodes[node].id for node in nodes)

    def _mean(self, remaining: NDArray[np.float32], weights: ArrayLike | None) -> FloatArray:
        if weights is None:
            return np.asarray(remaining.mean(axis=-1, dtype=np.float64))
        weight = np.asarray(weights, dtype=np.float64)
        weight = weight / weight.sum(axis=-1, keepdims=True)
        return np.asarray(weight.astype(np.float32) @ remaining.T, dtype=np.float64)


def _reduction(left: FloatArray, before: FloatArray) -> FloatArray:
    before = np.broadcast_to(before, left.shape)
    return np.asarray(1.0 - np.divide(left, before, out=np.ones(left.shape), where=before > 0))


def detect_candidates(
    worlds: Worlds, roles: Roles, contributions: Contributions, weights: ArrayLike | None = None
) -> tuple[int, ...]:
    """Modifiable factors that exist often enough and contribute to some complaint, in causal order.

    Returns
    -------
    positions of factors present in `CANDIDATE_P_EXISTS` of the worlds or more that reach some complaint in
    `CANDIDATE_P_CONTRIBUTES` of the worlds with it or more
    """
    exists = average_worlds(pack_worlds(worlds.state > 0), worlds.count, weights)
    reaches = np.nan_to_num(contributions.p_contributes(weights)).max(axis=1, initial=0.0)
    return tuple(
        node
        for node in roles.nodes_of("factor")
        if roles.modifiable[node] and exists[node] >= CANDIDATE_P_EXISTS and reaches[node] >= CANDIDATE_P_CONTRIBUTES
    )


def search_exit_sets(
    worlds: Worlds, roles: Roles, candidates: Sequence[int], *, complaints: Sequence[int], intensity: FloatArray
) -> ExitSearch:
    """Remove every set of up to `LARGEST_SET` of the leading players, in every world.

    The leading `MOST_PLAYERS` players are those with the largest sum of two reductions: removed alone, and kept alone
    (how much less is gained when everything but this player goes).

    Parameters
    ----------
    worlds : equally likely, or to be weighted later
    roles : of the network's nodes and links
    candidates : positions of the modifiable factors to consider; the instances of one template go together
    complaints : positions of the complaints that are present
    intensity : of each state of each complaint on the 0-10 scale, shape (complaint, state)

    Returns
    -------
    what each set leaves, for choosing under any weights
    """
    players = _players(roles, candidates)
    every = tuple(range(len(players)))
    trials = [(), every, *((p,) for p in every), *(tuple(q for q in every if q != p) for p in every)]
    left = _remaining(worlds, roles, _nodes(players, trials), complaints=complaints, intensity=intensity)
    mean = left.mean(axis=1, dtype=np.float64)
    alone, kept = mean[0] - mean[2 : 2 + len(players)], mean[2 + len(players) :] - mean[1]
    leading = sorted(sorted(every, key=lambda p: -(alone[p] + kept[p]))[:MOST_PLAYERS])
    chosen = tuple(players[p] for p in leading)
    sets = tuple(
        members
        for size in range(min(LARGEST_SET, len(chosen)) + 1)
        for members in combinations(range(len(chosen)), size)
    )
    remaining = _remaining(worlds, roles, _nodes(chosen, sets), complaints=complaints, intensity=intensity)
    return ExitSearch(worlds.network, chosen, sets, remaining, left[1])


def _players(roles: Roles, candidates: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    grouped: dict[str, list[int]] = {}
    for node in sorted(candidates):
        grouped.setdefault(roles.template[node], []).append(node)
    return tuple(tuple(nodes) for nodes in grouped.values())


def _nodes(players: Sequence[Sequence[int]], sets: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    return [tuple(node for player in members for node in players[player]) for members in sets]


def _remaining(
    worlds: Worlds,
    roles: Roles,
    sets: Sequence[Sequence[int]],
    *,
    complaints: Sequence[int],
    intensity: FloatArray,
) -> NDArray[np.float32]:
    """Intensity left, summed over complaints, shape (set, world)."""
    found = np.zeros((len(sets), worlds.count), dtype=np.float32)
    table = intensity.astype(np.float32)
    for start in range(0, len(sets), _SETS_AT_ONCE):
        part = sets[start : start + _SETS_AT_ONCE]
        removal = simulate_removal(worlds, roles, part, complaints=complaints, never_arisen=False)
        for row, states in enumerate(removal.after):
            found[start : start + len(part)] += table[row][states]
    return found


def choose_exit_sets(
    search: ExitSearch, *, goals: Sequence[float] = GOALS, weights: ArrayLike | None = None
) -> tuple[ExitSet, ...]:
    """Name the smallest set for each goal, with runners-up, or the best that can be had.

    Runners-up reach the goal too, are not the named set with something added, and hold nothing that could be left out;
    smaller ones come first, then those that reduce more. Assumes complete removal; not a recommendation of treatment.

    Parameters
    ----------
    search : what each set leaves
    goals : expected reductions, 0..1
    weights : of the worlds, shape (world,); None for equally likely worlds

    Returns
    -------
    one entry per goal
    """
    reductions = search.reductions(weights)
    found = []
    for goal in goals:
        best = int(search.choose(reductions, goal))
        reached = bool(reductions[best] >= goal)
        runners_up = _runners_up(search, reductions, goal, best) if reached else ()
        found.append(
            ExitSet(
                goal=goal,
                reached=reached,
                factors=search.names(best),
                expected_reduction=float(reductions[best]),
                best_possible=float(search.best_possible(weights)),
                runners_up=tuple((search.names(other), float(reductions[other])) for other in runners_up),
            )
        )
    return tuple(found)


def _runners_up(search: ExitSearch, reductions: FloatArray, goal: float, best: int) -> tuple[int, ...]:
    reaching = sorted(
        np.flatnonzero(reductions >= goal).tolist(), key=lambda number: (len(search.sets[number]), -reductions[number])
    )
    minimal: list[int] = []
    for number in reaching:
        members = set(search.sets[number])
        if not any(members > set(search.sets[smaller]) for smaller in minimal):
            minimal.append(number)
    return tuple(number for number in minimal if number != best)[:MOST_RUNNERS_UP]
