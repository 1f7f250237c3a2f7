"""What remains of each complaint, in every world, when factors are removed now or had never arisen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilc.explanation.roles import Roles, check_roles
from ilc.explanation.world_bits import Bits, pack_worlds, unpack_worlds
from ilc.inference.network import Combine, FloatArray
from ilc.inference.worlds import StateArray, Worlds

SETS_AT_ONCE = 64  # keeps what is worked on inside the processor's cache


@dataclass(frozen=True, eq=False)
class Removal:
    """Complaints before and after sets of factors went, world by world."""

    complaints: tuple[int, ...]
    sets: tuple[tuple[int, ...], ...]
    before: StateArray  # (complaint, world)
    after: StateArray  # (complaint, set, world)

    def p_gone(self, weights: ArrayLike | None = None) -> FloatArray:
        """Share of the worlds with a complaint in which it is gone, shape (complaint, set); NaN where it never is."""
        weight = np.ones(self.before.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
        had = (self.before > 0) * weight
        gone = np.array([(after == 0) @ here for after, here in zip(self.after, had, strict=True)])
        return _divided(gone.reshape(self.after.shape[:2]), had.sum(axis=1)[:, None])

    def expected_remaining(self, intensity: FloatArray, weights: ArrayLike | None = None) -> FloatArray:
        """Mean intensity that remains, shape (complaint, set).

        Parameters
        ----------
        intensity : of each state of each complaint on the 0-10 scale, shape (complaint, state); state 0 is 0
        weights : of the worlds, shape (world,); None for equally likely worlds
        """
        weight = np.ones(self.before.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
        found = np.zeros(self.after.shape[:2])
        for row, states in enumerate(self.after):
            for state in range(1, intensity.shape[1]):
                found[row] += intensity[row, state] * ((states == state) @ weight)
        return np.asarray(found / weight.sum())

    def expected_reduction(self, intensity: FloatArray, weights: ArrayLike | None = None) -> FloatArray:
        """1 - mean remaining intensity / mean intensity before, shape (complaint, set); NaN where there was none."""
        untouched = Removal(self.complaints, ((),), self.before, self.before[:, None, :])
        before = untouched.expected_remaining(intensity, weights)
        return 1.0 - _divided(self.expected_remaining(intensity, weights), before)


def _divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    whole = np.broadcast_to(whole, part.shape)
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))


def simulate_removal(
    worlds: Worlds,
    roles: Roles,
    sets: Sequence[Sequence[int]],
    *,
    complaints: Sequence[int],
    never_arisen: bool,
) -> Removal:
    """Take sets of factors away in every world and see what is left of the complaints.

    Removed now (`never_arisen=False`): the factors of a set are off; any other node stays as far as its own leak,
    active irreversible links from causes present before, and active reversible links from causes that stay make it.
    Never arisen (`never_arisen=True`): every effect needs a cause that is still there, irreversible links included.
    Leaks and the doses of links are those of the world; history nodes stay.

    Parameters
    ----------
    worlds : equally likely, or to be weighted when averaged
    roles : of the network's nodes and links
    sets : positions of factors, any number in each set
    complaints : positions of complaint nodes
    never_arisen : which of the two questions is asked

    Returns
    -------
    states of the complaints before and after

    Raises
    ------
    ValueError : something in a set is no factor; roles or complaints do not belong to the network
    """
    check_roles(worlds.network, roles, complaints)
    named = tuple(tuple(members) for members in sets)
    for node in {node for members in named for node in members}:
        if roles.kind[node] != "factor":
            raise ValueError(f"{worlds.network.nodes[node].id} is a {roles.kind[node]}; only factors can be removed")
    before = np.ascontiguousarray(worlds.state[:, list(complaints)].T)
    after = np.repeat(before[:, None, :], len(named), axis=1)
    plan = _plan(worlds, roles, {node for members in named for node in members}, complaints, never_arisen=never_arisen)
    for start in range(0, len(named), SETS_AT_ONCE):
        chosen = named[start : start + SETS_AT_ONCE]
        for row, states in _remaining_states(plan, chosen):
            after[row, start : start + len(chosen)] = states
    return Removal(tuple(complaints), named, before, after)


@dataclass(frozen=True, eq=False)
class _Effect:
    """A node that may go: where it stays whatever is removed, and the links from causes that may go."""

    node: int
    stays: Bits  # (word,)
    live: tuple[tuple[int, Bits], ...]  # cause, worlds in which its link is active
    row: int  # among the complaints; -1 for any other node


@dataclass(frozen=True, eq=False)
class _Doses:
    """Doses that reach a complaint, each as planes "at least 1", "at least 2", ... of shape (dose, word)."""

    combine: Combine
    stays: Bits
    live: tuple[tuple[int, Bits], ...]


@dataclass(frozen=True, eq=False)
class _Plan:
    worlds: int
    effects: tuple[_Effect, ...]  # in causal order
    doses: dict[int, _Doses]  # complaint row -> doses


def _plan(worlds: Worlds, roles: Roles, removed: set[int], complaints: Sequence[int], *, never_arisen: bool) -> _Plan:
    network = worlds.network
    loosens = np.ones(len(network.links), dtype=bool) if never_arisen else roles.reversible
    touched = set(removed)
    for node in range(len(network.nodes)):
        if any(loosens[link] and network.links[link].cause in touched for link in network.links_into[node]):
            touched.add(node)
    matters = _ancestors(worlds, complaints) & touched
    active = pack_worlds(worlds.dose > 0)
    leak = pack_worlds(worlds.leak > 0)
    effects, doses = [], {}
    for node in sorted(matters):
        live = [i for i in network.links_into[node] if loosens[i] and network.links[i].cause in matters]
        firm = [i for i in network.links_into[node] if i not in live]
        row = complaints.index(node) if node in complaints else -1
        stays = np.bitwise_or.reduce(np.vstack([leak[node], active[firm]]), axis=0)
        effects.append(_Effect(node, stays, tuple((network.links[i].cause, active[i]) for i in live), row))
        if row >= 0:
            doses[row] = _doses(worlds, node, firm, live)
    return _Plan(worlds.count, tuple(effects), doses)


def _ancestors(worlds: Worlds, complaints: Sequence[int]) -> set[int]:
    found = set(complaints)
    for node in range(len(worlds.network.nodes) - 1, -1, -1):
        if any(worlds.network.links[link].effect in found for link in worlds.network.links_from[node]):
            found.add(node)
    return found


def _doses(worlds: Worlds, node: int, firm: Sequence[int], live: Sequence[int]) -> _Doses:
    spec = worlds.network.nodes[node]
    given = [worlds.leak[:, node], *(worlds.dose[:, link] for link in firm)]
    levels = np.arange(1, spec.states)
    sure: NDArray[np.int64] = (np.maximum if spec.combine is Combine.MAX else np.add).reduce(given, dtype=np.int64)
    planes = tuple(
        (worlds.network.links[link].cause, pack_worlds(worlds.dose[:, link, None] >= levels)) for link in live
    )
    return _Doses(spec.combine, pack_worlds(sure[:, None] >= levels), planes)


def _remaining_states(plan: _Plan, sets: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, StateArray]]:
    """Yield each complaint that may go, with its states, shape (set, world)."""
    persists: dict[int, Bits] = {}
    for effect in plan.effects:
        stays = np.repeat(effect.stays[None, :], len(sets), axis=0)
        for cause, active in effect.live:
            stays |= active & persists[cause]
        stays[[effect.node in members for members in sets]] = 0
        persists[effect.node] = stays
        if effect.row >= 0:
            yield effect.row, _combined_states(plan.doses[effect.row], persists, plan.worlds)


def _combined_states(doses: _Doses, persists: dict[int, Bits], worlds: int) -> StateArray:
    reached: list[Bits] = list(doses.stays)
    for cause, planes in doses.live:
        given = [plane & persists[cause] for plane in planes]
        reached = [_at_least(level, reached, given, doses.combine) for level in range(1, len(reached) + 1)]
    total: NDArray[np.uint8] = np.zeros((1, 1), dtype=np.uint8)
    for plane in reached:
        total = total + unpack_worlds(np.atleast_2d(plane), worlds).view(np.uint8)
    return total


def _at_least(level: int, first: Sequence[Bits], second: Sequence[Bits], combine: Combine) -> Bits:
    """Where two doses together make at least `level`: one of them alone, or, when doses add up, both in part."""
    found = first[level - 1] | second[level - 1]
    if combine is Combine.SUM:
        for part in range(1, level):
            found = found | (first[part - 1] & second[level - part - 1])
    return found
