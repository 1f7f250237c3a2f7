"""The causal network as the engine sees it: nodes with leaks, links with doses, evidence as likelihood tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Combine(StrEnum):
    """How the doses that reach a node make its state."""

    MAX = "max"  # existence and grades: noisy-OR, noisy-MAX
    SUM = "sum"  # intensity: doses add up to the highest state


@dataclass(frozen=True, eq=False)
class Node:
    """A node: `leak[d]` is the chance that it gets dose d without any modelled cause.

    Where many sets of numbers were drawn, their axis comes first.
    """

    id: str
    leak: FloatArray
    combine: Combine = Combine.MAX

    def __post_init__(self) -> None:
        totals = self.leak.sum(axis=-1)
        if self.leak.ndim > 2 or self.states < 2 or np.abs(totals - 1.0).max() > 1e-9 or self.leak.min() < 0:
            raise ValueError(f"leak of {self.id} is not a distribution over at least two doses")

    @property
    def states(self) -> int:
        """Number of states; 0 means absent."""
        return int(self.leak.shape[-1])


@dataclass(frozen=True, eq=False)
class Link:
    """An arrow: `dose[s, d]` is the chance that a cause in state s gives dose d; an absent cause gives none.

    Where many sets of numbers were drawn, their axis comes first.
    """

    id: str
    cause: int
    effect: int
    dose: FloatArray

    def __post_init__(self) -> None:
        rows = self.dose.sum(axis=-1)
        none_if_absent = bool((self.dose[..., 0, 0] == 1.0).all())
        if self.dose.ndim > 3 or self.dose.min() < 0 or np.abs(rows - 1.0).max() > 1e-9 or not none_if_absent:
            raise ValueError(f"dose table of {self.id} is not a distribution for each state of its cause")
        if self.cause >= self.effect:
            raise ValueError(f"{self.id}: causes must come before their effects")


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes in causal order and the links between them."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        for link in self.links:
            shape = (self.nodes[link.cause].states, self.nodes[link.effect].states)
            if link.dose.shape[-2:] != shape:
                raise ValueError(f"{link.id}: dose table has shape {link.dose.shape}, expected {shape}")

    @cached_property
    def index(self) -> dict[str, int]:
        """Node id to position."""
        return {node.id: i for i, node in enumerate(self.nodes)}

    @cached_property
    def links_into(self) -> tuple[tuple[int, ...], ...]:
        """For each node, the positions of the links that end in it."""
        into: list[list[int]] = [[] for _ in self.nodes]
        for i, link in enumerate(self.links):
            into[link.effect].append(i)
        return tuple(tuple(links) for links in into)

    @cached_property
    def links_from(self) -> tuple[tuple[int, ...], ...]:
        """For each node, the positions of the links that start in it."""
        out: list[list[int]] = [[] for _ in self.nodes]
        for i, link in enumerate(self.links):
            out[link.cause].append(i)
        return tuple(tuple(links) for links in out)


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What a finding depends on: the state of a node, or whether a link is active (0 or 1)."""

    kind: str  # "node" | "link"
    index: int


@dataclass(frozen=True, eq=False)
class Evidence:
    """One observation as the likelihood of its outcome given the joint state of its targets.

    `table` has one axis per target, in their order; a link's axis has two entries (inactive, active). Where many sets
    of numbers were drawn, their axis comes first.
    """

    id: str
    targets: tuple[Target, ...]
    table: FloatArray

    def __post_init__(self) -> None:
        drawn = self.table.ndim - len(self.targets)
        if drawn not in (0, 1) or self.table.min() < 0 or self.table.max() <= 0:
            raise ValueError(f"likelihood table of {self.id} does not fit its targets")
        if len(set(self.targets)) != len(self.targets):
            raise ValueError(f"evidence {self.id} names a target twice")


def combined(combine: Combine, first: int, second: int, *, top: int) -> int:
    """State that two doses make together; `top` is the highest state."""
    return max(first, second) if combine is Combine.MAX else min(top, first + second)


def combination_table(combine: Combine, states: int) -> FloatArray:
    """Indicator [state so far, dose, new state]."""
    table = np.zeros((states, states, states))
    for first in range(states):
        for second in range(states):
            table[first, second, combined(combine, first, second, top=states - 1)] = 1.0
    return table
