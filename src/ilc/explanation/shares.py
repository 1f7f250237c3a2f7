"""Shares of a complaint: in each world the Owen value of the game "does it persist if only these factors remain"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilc.explanation.coalitions import MakeUp, Weighing, weigh_coalitions
from ilc.explanation.contributions import Contributions
from ilc.explanation.roles import UNEXPLAINED, Roles
from ilc.explanation.supports import Supports, trace_supports
from ilc.explanation.world_bits import Bits, unpack_worlds
from ilc.inference.network import FloatArray
from ilc.inference.worlds import Worlds

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of one complaint in each world: columns add up to 1 where it is present and are 0 elsewhere."""

    complaint: int
    present: BoolArray  # (world,)
    factors: tuple[int, ...]  # positions of the factors with a share in some world
    groups: tuple[str, ...]  # of `factors`
    by_factor: FloatArray  # (factor, world)
    unexplained: FloatArray  # (world,)

    def share(self, weights: ArrayLike | None = None) -> Mapping[int, float]:
        """Mean share of each factor (position) over the worlds with the complaint.

        Parameters
        ----------
        weights : of the worlds, shape (world,); None for equally likely worlds

        Returns
        -------
        shares of `factors`, which with the unexplained share add up to 1; empty when no world holds the complaint
        """
        weight = self._weight(weights)
        return {} if weight is None else dict(zip(self.factors, (self.by_factor @ weight).tolist(), strict=True))

    def group_share(self, weights: ArrayLike | None = None) -> Mapping[str, float]:
        """Mean share of each group and of "unexplained", adding up to 1; empty when no world holds the complaint."""
        weight = self._weight(weights)
        if weight is None:
            return {}
        found = dict.fromkeys(sorted(set(self.groups)), 0.0)
        for group, own in zip(self.groups, (self.by_factor @ weight).tolist(), strict=True):
            found[group] += own
        return found | {UNEXPLAINED: float(self.unexplained @ weight)}

    def _weight(self, weights: ArrayLike | None) -> FloatArray | None:
        given = np.ones(len(self.present)) if weights is None else np.asarray(weights, dtype=np.float64)
        weight = np.where(self.present, given, 0.0)
        total = float(weight.sum())
        return np.asarray(weight / total) if total > 0.0 else None


def measure_shares(worlds: Worlds, roles: Roles, contributions: Contributions) -> tuple[Shares, ...]:
    """Divide each complaint among the factors, and what no factor explains, in every world.

    The players are the factors, grouped as `roles` says, and "unexplained" as a group of its own: own leaks of sources
    and complaints, and history that acts on them without a factor. A coalition keeps the complaint going when it would
    persist if all other factors were removed now; an irreversible link from a factor to a source or complaint belongs
    to that factor and lasts while it remains.

    Parameters
    ----------
    worlds, roles : as given to `measure_contributions`
    contributions : paths as bits

    Returns
    -------
    one entry per complaint, in the order of `contributions.complaints`

    Raises
    ------
    ValueError : a factor that acts on a complaint has no group
    """
    supports = trace_supports(worlds, roles, contributions)
    columns = range(len(contributions.complaints))
    return tuple(_measure_complaint(roles, contributions, supports, column) for column in columns)


@dataclass(frozen=True, eq=False)
class _Games:
    """One complaint's game in every world, reduced to what decides it."""

    factors: tuple[int, ...]
    group: IntArray  # of each factor, as a number
    single: BoolArray  # (factor, world)
    singles: IntArray  # (group, world): how many factors of the group suffice alone
    has_members: BoolArray  # (group, world)
    others: IntArray  # (world,): groups, "unexplained" among them, that hold singles and no members


def _measure_complaint(roles: Roles, contributions: Contributions, supports: Supports, column: int) -> Shares:
    worlds = contributions.worlds
    unexplained = unpack_worlds(supports.unexplained[column], worlds)
    games = _games(roles, supports, unexplained, (contributions, column))
    of_single = np.zeros(games.singles.shape)
    of_group = np.divide(1.0, games.others, out=np.zeros(worlds), where=games.others > 0)
    by_factor = np.zeros(games.single.shape)
    joint = np.flatnonzero(games.has_members.any(axis=0))
    if len(joint):
        values = _solve_patterns(games, supports, (contributions, column), joint)
        of_single[:, joint] = values.single
        of_group[joint] = values.further_group
        by_factor[:, joint] = values.member
    plain = ~games.has_members & (games.singles > 0)
    np.divide(np.broadcast_to(of_group, plain.shape), games.singles, out=of_single, where=plain)
    by_factor += games.single * of_single[games.group]
    return Shares(
        complaint=contributions.complaints[column],
        present=unpack_worlds(contributions.present[column], worlds),
        factors=games.factors,
        groups=tuple(roles.group[node] for node in games.factors),
        by_factor=by_factor,
        unexplained=np.asarray(unexplained * of_group, dtype=np.float64),
    )


def _games(roles: Roles, supports: Supports, unexplained: BoolArray, place: tuple[Contributions, int]) -> _Games:
    contributions, column = place
    acts = (supports.single[:, column] | supports.members[:, column]).any(axis=1)
    factors = tuple(int(node) for node in np.flatnonzero(acts))
    nameless = [contributions.network.nodes[node].id for node in factors if not roles.group[node]]
    if nameless:
        raise ValueError(f"factors without a group act on a complaint: {', '.join(nameless)}")
    names = sorted({roles.group[node] for node in factors})
    group = np.array([names.index(roles.group[node]) for node in factors], dtype=np.int64)
    belongs = (np.arange(len(names))[:, None] == group).astype(np.float32)
    single = unpack_worlds(supports.single[list(factors), column], contributions.worlds)
    member = unpack_worlds(supports.members[list(factors), column], contributions.worlds)
    singles = (belongs @ single.astype(np.float32)).astype(np.int64)
    has_members = (belongs @ member.astype(np.float32)) > 0
    others = ((singles > 0) & ~has_members).sum(axis=0) + unexplained
    return _Games(factors, group, single, singles, has_members, others)


@dataclass(frozen=True, eq=False)
class _Values:
    """Owen values of each member, of one single player of each group that has members, and of a further group."""

    member: FloatArray  # (factor, world)
    single: FloatArray  # (group, world)
    further_group: FloatArray  # (world,)


def _solve_patterns(games: _Games, supports: Supports, place: tuple[Contributions, int], joint: IntArray) -> _Values:
    """Solve each distinct game once."""
    contributions, column = place
    network, worlds = contributions.network, contributions.worlds
    heads = [node for node in games.factors if supports.heads[node, column].any()]
    links = [link for link, bits in supports.links.items() if bits[column].any()]
    acting: list[Bits] = [supports.heads[node, column] for node in heads]
    acting += [supports.links[i][column] for i in links]
    flags = unpack_worlds(np.array(acting), worlds)[:, joint]
    counts = np.vstack([games.singles * games.has_members, games.others])[:, joint].astype(np.uint16)
    rows = np.hstack([np.packbits(flags, axis=0).T, np.ascontiguousarray(counts.T).view(np.uint8)])
    _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    arrows = [(network.links[i].cause, network.links[i].effect) for i in links]
    solver = _Solver(games, len(first))
    for number, (flag, count) in enumerate(zip(flags[:, first].T, counts[:, first].T.tolist(), strict=True)):
        acts = [heads[i] for i in np.flatnonzero(flag[: len(heads)])]
        solver.add(number, acts, [arrows[i] for i in np.flatnonzero(flag[len(heads) :])], count)
    values = solver.solve()
    each = inverse.reshape(-1)
    return _Values(values.member[:, each], values.single[:, each], values.further_group[each])


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A game to be solved with others of its make-up."""

    number: int
    members: tuple[tuple[int, ...], ...]  # by group of the make-up
    groups: tuple[int, ...]  # of the make-up, as numbered in the games
    worth: int


class _Solver:
    """Collects games, then solves all games of one make-up in one product."""

    def __init__(self, games: _Games, count: int) -> None:
        self.row = {node: i for i, node in enumerate(games.factors)}
        self.group = dict(zip(games.factors, games.group.tolist(), strict=True))
        self.values = _Values(
            np.zeros((len(games.factors), count)), np.zeros((len(games.singles), count)), np.zeros(count)
        )
        self.waiting: dict[MakeUp, list[_Waiting]] = {}

    def add(self, number: int, heads: Sequence[int], arrows: Sequence[tuple[int, int]], counts: Sequence[int]) -> None:
        """Take a game: factors that act, who holds up whom, singles of each group and the number of further groups."""
        grouped: dict[int, list[int]] = {}
        members = sorted({*heads, *(cause for cause, _ in arrows)})
        for node in members:
            grouped.setdefault(self.group[node], []).append(node)
        groups = tuple(sorted(grouped, key=lambda g: (-len(grouped[g]), -counts[g], g)))
        make_up = MakeUp(tuple((len(grouped[g]), counts[g]) for g in groups), counts[-1])
        weighing = weigh_coalitions(make_up)
        by_group = tuple(tuple(grouped[g]) for g in groups)
        worth = _worth(weighing, by_group, heads, arrows)
        self.waiting.setdefault(make_up, []).append(_Waiting(number, by_group, groups, worth))

    def solve(self) -> _Values:
        """Values of all games taken, in their order."""
        for make_up, games in self.waiting.items():
            solved = weigh_coalitions(make_up).values([game.worth for game in games])
            numbers = [game.number for game in games]
            rows = np.array([[self.row[node] for part in game.members for node in part] for game in games])
            self.values.member[rows.T, numbers] = solved[:, : rows.shape[1]].T
            groups = np.array([game.groups for game in games])
            self.values.single[groups.T, numbers] = solved[:, rows.shape[1] : -1].T
            self.values.further_group[numbers] = solved[:, -1]
        return self.values


def _worth(
    weighing: Weighing, members: Sequence[Sequence[int]], heads: Sequence[int], arrows: Sequence[tuple[int, int]]
) -> int:
    """Bit k: in coalition k some head stands."""
    held_up: dict[int, list[int]] = {}
    for cause, effect in arrows:
        held_up.setdefault(effect, []).append(cause)
    holds = dict(zip(chain(*members), chain(*weighing.holds), strict=True))
    stands: dict[int, int] = {}
    for node in sorted(holds):
        support = -1
        if node in held_up:
            support = 0
            for cause in held_up[node]:
                support |= stands[cause]
        stands[node] = holds[node] & support
    worth = 0
    for head in heads:
        worth |= stands[head]
    return worth
