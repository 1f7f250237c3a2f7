"""Contributions under drawn numbers, from exact marginals of nodes and links and one set of worlds.

Marginals under every draw are exact; whether a path of active links leads to a complaint is known in worlds under the
numbers as stated. A regression over those worlds carries the marginals over. It is linear, and a path through several
links is not: how the estimate bends is taken from following the paths link by link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.explanation.mixture import BoolArray
from ilc.inference.intervals import carry_over, inside
from ilc.inference.network import FloatArray, Network

SHORT_WAY = 0.1  # part of the way from the stated to the drawn marginals over which the slope is taken
HALF_A_WORLD = 0.5  # added to counts so that no odds ratio is 0 or infinite


@dataclass(frozen=True, eq=False)
class Traced:
    """Worlds under the numbers as stated: what is present, what is active, and what reaches each complaint."""

    network: Network
    complaints: tuple[int, ...]
    present: BoolArray  # (world, node); never for nodes whose posterior is not asked for
    active: BoolArray  # (world, link)
    reaches: BoolArray  # (world, node, complaint)


def carry_contributions(traced: Traced, p_present: FloatArray, p_active: FloatArray) -> FloatArray:
    """Contributions under each draw.

    Parameters
    ----------
    traced : worlds under the numbers as stated
    p_present, p_active : exact under each draw, shapes (draw, node) and (draw, link)

    Returns
    -------
    shape (draw, node, complaint)
    """
    worlds, nodes, complaints = traced.reaches.shape
    features = np.concatenate([traced.present, traced.active], axis=1)
    known = np.concatenate([p_present, p_active], axis=1)
    linear = carry_over(features, traced.reaches.reshape(worlds, -1), known)
    bent = np.zeros((len(known), nodes, complaints))
    middle = features.mean(axis=0)
    for column in range(complaints):
        paths = _Paths(traced, column)
        here, near, far = (paths.follow(middle + way * (known - middle)) for way in (0.0, SHORT_WAY, 1.0))
        bent[:, :, column] = far - here - (near - here) / SHORT_WAY
    return inside(linear.reshape(bent.shape) + bent, traced.reaches.mean(axis=0))


@dataclass(frozen=True, slots=True)
class _Step:
    """A link on the way to a complaint; `odds` ratio and `scale` tie its activity to whether its effect leads on."""

    link: int
    effect: int
    odds: float
    scale: float


class _Paths:
    """Chance of reaching one complaint, followed backward from it through the links as if ways on were independent.

    The odds ratio of "the link is active" and "its effect leads on" is kept as in the worlds, and so is the ratio of
    what is reached to what independent ways would reach.
    """

    def __init__(self, traced: Traced, column: int) -> None:
        self._traced = traced
        self._end = traced.complaints[column]
        self._reaches = traced.reaches[:, :, column]
        self._order = [
            node
            for node in range(self._reaches.shape[1] - 1, -1, -1)
            if node != self._end and self._reaches[:, node].any()
        ]
        known = {*self._order, self._end}
        self._steps = {
            node: [
                self._step(link)
                for link in traced.network.links_from[node]
                if traced.network.links[link].effect in known and traced.active[:, link].any()
            ]
            for node in self._order
        }
        self._present = traced.present.mean(axis=0)
        self._factor = {node: self._shortfall(node) for node in self._order}

    def _step(self, link: int) -> _Step:
        effect = self._traced.network.links[link].effect
        if effect == self._end:
            return _Step(link, effect, 1.0, 1.0)
        active, onward = self._traced.active[:, link], self._reaches[:, effect]
        both, neither = (active & onward).sum() + HALF_A_WORLD, (~active & ~onward).sum() + HALF_A_WORLD
        one, other = (active & ~onward).sum() + HALF_A_WORLD, (~active & onward).sum() + HALF_A_WORLD
        odds = float(both * neither / (one * other))
        expected = float(_together(np.array(active.mean()), np.array(onward.mean()), odds))
        return _Step(link, effect, odds, float((active & onward).mean()) / max(expected, 1e-12))

    def _shortfall(self, node: int) -> float:
        seen = self._reaches[:, node].mean() / self._present[node]
        ways = [
            (self._traced.active[:, step.link] & (self._reaches[:, step.effect] | (step.effect == self._end))).mean()
            for step in self._steps[node]
        ]
        return float(seen / max(_any(ways, self._present[node]), 1e-12))

    def follow(self, known: FloatArray) -> FloatArray:
        """Chance that each node reaches the complaint, shape (draw, node), from marginals (draw, node and link)."""
        nodes = self._reaches.shape[1]
        found = np.zeros((len(known), nodes))
        found[:, self._end] = 1.0
        for node in self._order:
            p = np.clip(known[:, node], 1e-9, 1.0)
            ways = []
            for step in self._steps[node]:
                active = np.clip(known[:, nodes + step.link], 0.0, 1.0)
                ways.append(step.scale * _together(active, found[:, step.effect], step.odds))
            found[:, node] = p * np.minimum(1.0, self._factor[node] * _any(ways, p))
        return found


def _any(ways: Sequence[FloatArray], present: FloatArray) -> FloatArray:
    """Chance, given that a node is present, of at least one of several ways on, taken as independent."""
    missed: FloatArray = np.ones(np.shape(present))
    for way in ways:
        missed = missed * (1.0 - np.clip(way / present, 0.0, 1.0))
    return 1.0 - missed


def _together(first: FloatArray, second: FloatArray, odds: float) -> FloatArray:
    """P(both) of two events with these probabilities and odds ratio (Plackett, J Am Stat Assoc 1965, 60: 516-522)."""
    if abs(odds - 1.0) < 1e-6:
        return first * second
    total = 1.0 + (first + second) * (odds - 1.0)
    root = np.sqrt(np.maximum(total**2 - 4.0 * odds * (odds - 1.0) * first * second, 0.0))
    both = (total - root) / (2.0 * (odds - 1.0))
    return np.asarray(np.clip(both, np.maximum(0.0, first + second - 1.0), np.minimum(first, second)))
