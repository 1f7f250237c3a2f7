"""Owen values of "does it persist" games, for all games that share their make-up at once.

A game is made up of groups. Some of its players keep the complaint going alone: `singles`, all alike. The others do so
only together with others: `members`. As soon as a coalition holds a single player it achieves everything, so only
coalitions of members need to be looked at, and only whole groups without singles can have come before a group that
still has something to gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ilc.inference.network import FloatArray

MOST_COALITIONS = 1 << 14  # beyond, orders of arrival are drawn instead of counted
ORDERS_DRAWN = 400
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Groups with members as (members, singles), and the number of further groups that hold singles only."""

    groups: tuple[tuple[int, int], ...]
    others: int


class Weighing(Protocol):
    """How the Owen values of games with one make-up follow from what coalitions of members achieve."""

    @property
    def holds(self) -> tuple[tuple[int, ...], ...]:
        """`holds[group][member]`: an integer whose bit k is set where coalition k holds that member."""

    def values(self, worths: Sequence[int]) -> FloatArray:
        """Owen values of several games.

        Parameters
        ----------
        worths : for each game, an integer whose bit k says whether coalition k keeps the complaint going

        Returns
        -------
        shape (game, slot); slots are members group by group, then one single player of each group (0 where it has
        none), then one whole further group (0 where there is none)
        """


@lru_cache(maxsize=4096)
def weigh_coalitions(make_up: MakeUp) -> Weighing:
    """Coalitions that matter for the Owen values of a make-up.

    Parameters
    ----------
    make_up : groups, their members and singles

    Returns
    -------
    exact values up to `MOST_COALITIONS` coalitions; beyond that means over seeded orders of arrival, with which the
    values of all players of a game still add up to 1
    """
    return _count(make_up) if _coalitions(make_up) <= MOST_COALITIONS else draw_orders(make_up)


def _clean(make_up: MakeUp) -> list[int]:
    return [group for group, (_, singles) in enumerate(make_up.groups) if singles == 0]


def _coalitions(make_up: MakeUp) -> int:
    clean = len(_clean(make_up))
    return sum(1 << (clean - (singles == 0) + members) for members, singles in make_up.groups)


@dataclass(frozen=True, eq=False)
class _Block:
    """Coalitions "some of one group, after some whole groups": bit `before * 2**members + part` from `start` on."""

    start: int
    before: FloatArray  # chance of each set of groups having come before, shape (2**clean groups,)
    gains: FloatArray  # of the worth of each part of the group, for each member and a single; shape (part, member + 1)
    constant: float  # of the single: it achieves everything


@dataclass(frozen=True, eq=False)
class _Counted:
    """Every coalition that matters, counted; the last block belongs to the further groups."""

    holds: tuple[tuple[int, ...], ...]
    blocks: tuple[_Block, ...]
    size: int

    def values(self, worths: Sequence[int]) -> FloatArray:
        """Owen values, shape (game, slot)."""
        table = _bits(worths, self.size)
        members, singles = [], []
        for block in self.blocks:
            shape = (len(worths), len(block.before), len(block.gains))
            part = table[:, block.start : block.start + shape[1] * shape[2]].reshape(shape)
            worth = np.einsum("b,gbp->gp", block.before, part.astype(np.float64))
            values = worth @ block.gains
            members.append(values[:, :-1])
            singles.append(values[:, -1:] + block.constant)
        return np.hstack([*members, *singles])


def _count(make_up: MakeUp) -> _Counted:
    clean = _clean(make_up)
    holds = [[0] * members for members, _ in make_up.groups]
    blocks = []
    start = 0
    total = len(make_up.groups) + make_up.others
    for group, (members, singles) in [*enumerate(make_up.groups), (-1, (0, make_up.others))]:
        before = [g for g in clean if g != group]
        variables = members + len(before)
        for member in range(members):
            holds[group][member] |= _column(member, variables) << start
        for place, other in enumerate(before):
            whole = _column(members + place, variables) << start
            holds[other] = [bits | whole for bits in holds[other]]
        chances = _chances_before(len(before), total)
        gains, constant = _gains(members, min(singles, 1) if group < 0 else singles)
        blocks.append(_Block(start, chances, gains, constant * float(chances.sum())))
        start += 1 << variables
    return _Counted(tuple(tuple(row) for row in holds), tuple(blocks), start)


@lru_cache(maxsize=1024)
def _column(variable: int, variables: int) -> int:
    """Integer whose bit k is bit `variable` of k, for k below 2**variables."""
    half = 1 << variable
    found = ((1 << half) - 1) << half
    for doubled in range(variable + 1, variables):
        found |= found << (1 << doubled)
    return found


@lru_cache(maxsize=1024)
def _chances_before(clean: int, groups: int) -> FloatArray:
    """Chance that exactly these of the `clean` groups, and no others of `groups`, came before a given group."""
    sizes = np.bitwise_count(np.arange(1 << clean))
    by_size = [factorial(s) * factorial(max(groups - s - 1, 0)) / factorial(groups) for s in range(clean + 1)]
    return np.asarray(np.array(by_size)[sizes])


@lru_cache(maxsize=1024)
def _gains(members: int, singles: int) -> tuple[FloatArray, float]:
    """Weights of the worth of each part of a group in the values of its members and of one single, and a constant."""
    people = members + singles
    parts = np.arange(1 << members)
    sizes = np.bitwise_count(parts).astype(int)
    by_size = [factorial(s) * factorial(max(people - s - 1, 0)) / factorial(max(people, 1)) for s in range(members + 1)]
    chance = np.array(by_size)
    gains = np.zeros((len(parts), members + 1))
    for member in range(members):
        inside = (parts >> member) & 1 == 1
        gains[:, member] = np.where(inside, chance[np.maximum(sizes - 1, 0)], -chance[sizes])
    if singles:
        gains[:, -1] = -chance[sizes]
    return gains, float(-gains[:, -1].sum())


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Orders of arrival drawn at random; bit `order * (players + 1) + arrived` is the coalition that has arrived."""

    holds: tuple[tuple[int, ...], ...]
    place: NDArray[np.int64]  # (order, player): how many came before
    slot: NDArray[np.int64]  # of each player
    share: FloatArray  # of each player in its slot
    sure: NDArray[np.bool_]  # (order, arrived): a single player has arrived
    slots: int

    def values(self, worths: Sequence[int]) -> FloatArray:
        """Mean gain at arrival, shape (game, slot)."""
        found = np.zeros((len(worths), self.slots))
        orders = np.arange(len(self.place))[:, None]
        for game, worth in enumerate(worths):
            achieved = _bits([worth], self.sure.size).reshape(self.sure.shape) | self.sure
            gains = np.diff(achieved.astype(np.float64), axis=1)[orders, self.place].mean(axis=0)
            np.add.at(found[game], self.slot, gains * self.share)
        return found


def draw_orders(make_up: MakeUp) -> Weighing:
    """Draw orders of arrival, each with its reverse; seeded by the make-up, so that the same game has the same values.

    Parameters
    ----------
    make_up : groups, their members and singles
    """
    players = [(g, m, n) for g, (m, n) in enumerate(make_up.groups)]
    further = [(len(make_up.groups) + i, 0, 1) for i in range(make_up.others)]
    group = np.array([g for g, m, n in [*players, *further] for _ in range(m + n)])
    is_single = np.array([i >= m for _, m, n in [*players, *further] for i in range(m + n)])
    generator = np.random.default_rng([_SEED, make_up.others, *(x for pair in make_up.groups for x in pair)])
    half = ORDERS_DRAWN // 2
    turn = generator.random((half, len(players) + len(further))).argsort(axis=1)[:, group]
    arrival = turn + generator.random((half, len(group)))
    place = np.vstack([arrival, -arrival]).argsort(axis=1).argsort(axis=1)
    arrived = place[:, None, :] < np.arange(len(group) + 1)[:, None]
    sure = (arrived & is_single).any(axis=2)
    holds = _integers(arrived.reshape(-1, len(group)).T)
    member_slot = np.cumsum(~is_single) - 1
    first_single = int((~is_single).sum())
    slot = np.where(is_single, first_single + np.minimum(group, len(players)), member_slot)
    crowd = np.bincount(slot, minlength=first_single + len(players) + 1)
    by_group = tuple(tuple(holds[i] for i in np.flatnonzero((group == g) & ~is_single)) for g in range(len(players)))
    return _Drawn(by_group, place, slot, 1.0 / crowd[slot], sure, len(crowd))


def _bits(worths: Sequence[int], size: int) -> NDArray[np.bool_]:
    width = -(-size // 8)
    raw = np.frombuffer(b"".join(worth.to_bytes(width, "little") for worth in worths), dtype=np.uint8)
    table = np.unpackbits(raw.reshape(len(worths), width), axis=1, count=size, bitorder="little")
    return table.view(np.bool_)


def _integers(flags: NDArray[np.bool_]) -> list[int]:
    return [int.from_bytes(row.tobytes(), "little") for row in np.packbits(flags, axis=1, bitorder="little")]
