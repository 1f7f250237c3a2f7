"""Factors with all their sites together: in which worlds each exists, and in which it leads to a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.explanation.contributions import Contributions
from ilc.explanation.world_bits import unpack_worlds
from ilc.inference.model import CausalModel
from ilc.inference.network import FloatArray
from ilc.inference.worlds import Worlds

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors scored, each with the nodes of all its sites. Latent ones are not reported, so they are left out."""

    names: tuple[str, ...]
    nodes: tuple[tuple[int, ...], ...]
    serious: tuple[bool, ...]


def factors_of(model: CausalModel) -> Factors:
    """All factors of a model that are reported."""
    members: dict[str, list[int]] = {}
    serious: dict[str, bool] = {}
    for node, definition in enumerate(model.definitions):
        if definition.slice.value == "factor" and not definition.latent:
            members.setdefault(definition.id, []).append(node)
            serious[definition.id] = definition.serious
    return Factors(tuple(members), tuple(tuple(nodes) for nodes in members.values()), tuple(serious.values()))


def existing(factors: Factors, worlds: Worlds) -> BoolArray:
    """Whether each factor exists at any site, shape (factor, world)."""
    return np.array([(worlds.state[:, list(nodes)] > 0).any(axis=1) for nodes in factors.nodes])


def contributing(factors: Factors, contributions: Contributions) -> BoolArray:
    """Whether each factor leads to any complaint from any site, shape (factor, world)."""
    bits = [np.bitwise_or.reduce(contributions.reaches[list(nodes)], axis=(0, 1)) for nodes in factors.nodes]
    return np.array([unpack_worlds(row, contributions.worlds) for row in bits])


def smoothed_share(found: BoolArray) -> FloatArray:
    """Share of worlds, shape (factor,); half a world is added on either side, so none is 0 or 1."""
    return np.asarray((found.sum(axis=1) + 0.5) / (found.shape[1] + 1.0))


def any_of(rows: BoolArray, chosen: Sequence[bool]) -> BoolArray:
    """Whether any of the chosen rows holds, shape (world,)."""
    return np.asarray(rows[np.array(chosen, dtype=bool)].any(axis=0))
