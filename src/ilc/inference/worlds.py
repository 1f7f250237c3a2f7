"""Posterior worlds: each one a complete story of this patient, with every node, leak and link decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ilc.inference.elimination import draw_rows
from ilc.inference.factors import dose_given_activity
from ilc.inference.network import FloatArray, Network, combination_table

StateArray = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Worlds:
    """Equally likely worlds.

    `state` has shape (world, node), `leak` (world, node) the dose of the node's own leak, `dose` (world, link) the dose
    the link gives; a link is active where its dose is above 0.
    """

    network: Network
    state: StateArray
    leak: StateArray
    dose: StateArray

    @property
    def count(self) -> int:
        """Number of worlds."""
        return len(self.state)

    def first(self, count: int) -> Worlds:
        """The first so many of these worlds, still equally likely."""
        return Worlds(self.network, self.state[:count], self.leak[:count], self.dose[:count])


@dataclass(frozen=True, slots=True)
class Decided:
    """What is known of worlds beside node states: activity of links under evidence, and nodes still to be drawn."""

    active: Mapping[int, StateArray]
    skipped: frozenset[int]


def complete_worlds(network: Network, state: StateArray, decided: Decided, generator: Generator) -> Worlds:
    """Decide leaks and links given the states of the nodes.

    Parameters
    ----------
    state : shape (world, node); skipped nodes are drawn here, in place, from their causes
    decided : links already decided, and nodes without anything observed below them

    Returns
    -------
    worlds whose leaks and links are drawn from their distribution given the states
    """
    leak = np.zeros((len(state), len(network.nodes)), dtype=np.uint8)
    dose = np.zeros((len(state), len(network.links)), dtype=np.uint8)
    completion = _Completion(Worlds(network, state, leak, dose), decided, generator)
    for position, node in enumerate(network.nodes):
        if node.states == 2:
            completion.draw_binary(position)
        else:
            completion.draw_graded(position)
    return completion.worlds


@dataclass(frozen=True, eq=False)
class _Completion:
    """Filters forward over the links into a node, then draws the doses backward from the node's state, in place."""

    worlds: Worlds
    decided: Decided
    generator: Generator

    def draw_graded(self, position: int) -> None:
        """A node with several states: distributions over the state reached so far."""
        worlds, network = self.worlds, self.worlds.network
        node, links = network.nodes[position], network.links_into[position]
        made_by = combination_table(node.combine, node.states).reshape(
            -1, node.states
        )  # [state so far and dose, state]
        reached: FloatArray = np.broadcast_to(node.leak, (worlds.count, node.states))
        pairs = []
        for link in links:
            both = reached[:, :, None] * self._chances(link)[:, None, :]
            pairs.append(both.reshape(worlds.count, -1))
            reached = pairs[-1] @ made_by
        if position in self.decided.skipped:
            worlds.state[:, position] = draw_rows(reached, self.generator)
        current = worlds.state[:, position].astype(np.int64)
        for number in range(len(links) - 1, -1, -1):
            drawn = draw_rows(pairs[number] * made_by.T[current], self.generator)
            current, given = np.divmod(drawn, node.states)
            worlds.dose[:, links[number]] = given
        worlds.leak[:, position] = current

    def draw_binary(self, position: int) -> None:
        """A node that is only absent or present: a chain of ORs needs single chances, not tables."""
        worlds, network = self.worlds, self.worlds.network
        links = network.links_into[position]
        chances = [self._chances(link)[:, 1] for link in links]
        reached: list[FloatArray] = [np.full(worlds.count, network.nodes[position].leak[1])]
        for chance in chances:
            reached.append(reached[-1] + (1.0 - reached[-1]) * chance)
        if position in self.decided.skipped:
            worlds.state[:, position] = self.generator.random(worlds.count) < reached[-1]
        current = worlds.state[:, position] > 0
        for number in range(len(links) - 1, -1, -1):
            before, chance = reached[number], chances[number]
            point = self.generator.random(worlds.count) * reached[number + 1]
            by_link = current & (point < chance)
            # Of the ways to be present with an active link, `before` of them had been present without it.
            worlds.dose[:, links[number]] = by_link
            current = current & (~by_link | (point < chance * before))
        worlds.leak[:, position] = current

    def _chances(self, link_position: int) -> FloatArray:
        """Chances of each dose of a link, shape (world, dose)."""
        link = self.worlds.network.links[link_position]
        cause = self.worlds.state[:, link.cause]
        active = self.decided.active.get(link_position)
        chances: FloatArray = link.dose[cause] if active is None else dose_given_activity(link)[cause, active]
        return chances
