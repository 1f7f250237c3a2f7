"""Posterior worlds: each one a complete story of this patient, with every node, leak and link decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ilc.inference.elimination import draw_rows
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
    """What is known of worlds beside the states of the nodes: doses of links under evidence; nodes still to be drawn."""

    doses: Mapping[int, StateArray]
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
    count = len(state)
    leak = np.zeros((count, len(network.nodes)), dtype=np.uint8)
    dose = np.zeros((count, len(network.links)), dtype=np.uint8)
    for position in range(len(network.nodes)):
        _complete_node(network, position, state, decided, (leak, dose), generator)
    return Worlds(network, state, leak, dose)


def _complete_node(
    network: Network,
    position: int,
    state: StateArray,
    decided: Decided,
    out: tuple[StateArray, StateArray],
    generator: Generator,
) -> None:
    """Filter forward over the links into a node, then draw the doses backward from the node's state."""
    leak, dose = out
    node = network.nodes[position]
    if node.states == 2:
        _complete_binary_node(network, position, state, decided, out, generator)
        return
    combine = combination_table(node.combine, node.states)
    links = network.links_into[position]
    chances = [_dose_chances(network, link, state, decided) for link in links]
    reached: list[FloatArray] = [np.broadcast_to(node.leak, (len(state), node.states))]
    for chance in chances:
        reached.append(np.einsum("na,nd,adb->nb", reached[-1], chance, combine))
    if position in decided.skipped:
        state[:, position] = draw_rows(np.asarray(reached[-1]), generator)
    current = state[:, position].astype(np.int64)
    for number in range(len(links) - 1, -1, -1):
        fits = combine[:, :, current].transpose(2, 0, 1)
        joint = reached[number][:, :, None] * chances[number][:, None, :] * fits
        drawn = draw_rows(joint.reshape(len(state), -1), generator)
        current, given = np.divmod(drawn, node.states)
        dose[:, links[number]] = given
    leak[:, position] = current


def _complete_binary_node(
    network: Network,
    position: int,
    state: StateArray,
    decided: Decided,
    out: tuple[StateArray, StateArray],
    generator: Generator,
) -> None:
    """The same for a node that is only absent or present: a chain of ORs needs single chances, not tables."""
    leak, dose = out
    links = network.links_into[position]
    chances = [_dose_chances(network, link, state, decided)[:, 1] for link in links]
    reached: list[FloatArray] = [np.full(len(state), network.nodes[position].leak[1])]
    for chance in chances:
        reached.append(reached[-1] + (1.0 - reached[-1]) * chance)
    if position in decided.skipped:
        state[:, position] = generator.random(len(state)) < reached[-1]
    current = state[:, position] > 0
    for number in range(len(links) - 1, -1, -1):
        before, chance = reached[number], chances[number]
        point = generator.random(len(state)) * reached[number + 1]
        by_link = current & (point < chance)
        # Of the ways to be present with an active link, `before` of them had been present without it.
        dose[:, links[number]] = by_link
        current = current & (~by_link | (point < chance * before))
    leak[:, position] = current


def _dose_chances(network: Network, link_position: int, state: StateArray, decided: Decided) -> FloatArray:
    link = network.links[link_position]
    known = decided.doses.get(link_position)
    if known is not None:
        exact: FloatArray = np.eye(link.dose.shape[1])[known]
        return exact
    chances: FloatArray = link.dose[state[:, link.cause]]
    return chances
