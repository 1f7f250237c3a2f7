"""How the log probability of simulated people changes with each moved number, leaks solved again from the priors.

With worlds drawn from the model, the derivative of the mean of anything is its mean product with these scores. A link's
score is (active - strength) where its cause is present; a leak that is what the causes leave of a stated prior changes
with everything above it, so nodes are gone through from causes to effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ilc.core import sites_of
from ilc.inference.model import CausalModel, estimate_at
from ilc.inference.network import FloatArray
from ilc.knowledge.model import NodeDef
from ilc.validation.literature.people import BoolArray, SimulatedGroup
from training.knowledge_fit.moved import Moved

Float32Array = NDArray[np.float32]

NEARLY_FULL = 0.8  # share of a stated prior that its causes may imply before the fit looks after it
_ENOUGH = 50  # people with a cause
_FLOOR = 1e-6  # a leak at or below it is no longer solved from the prior


@dataclass(frozen=True, eq=False)
class Fullness:
    """How much of a stated prior the causes imply (log of the share), and its derivative by each moved number."""

    node: str
    log_share: float
    slope: FloatArray


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of one group, shape (person, moved number), and the priors that are nearly used up."""

    score: Float32Array
    full: tuple[Fullness, ...]


def score_group(group: SimulatedGroup, moved: Moved) -> Scores:
    """Scores of simulated people under the numbers they were drawn with."""
    scoring = _Scoring(group, moved)
    for node in range(len(group.model.network.nodes)):
        scoring.add_links(node)
        scoring.add_leak(node)
    return Scores(scoring.score, tuple(scoring.full))


class _Scoring:
    def __init__(self, group: SimulatedGroup, moved: Moved) -> None:
        self._group = group
        self._moved = moved
        self._model = group.model
        self.score: Float32Array = np.zeros((group.count, len(moved.start)), dtype=np.float32)
        self.full: list[Fullness] = []

    @cached_property
    def _columns_above(self) -> list[frozenset[int]]:
        """Columns that bear on each node's state: of links into it and into anything above it, and of their leaks."""
        found: list[frozenset[int]] = []
        network, definitions = self._model.network, self._model.definitions
        for node, into in enumerate(network.links_into):
            columns = {self._moved.link_column[self._model.link_definitions[link].id] for link in into}
            columns |= {column for link in into for column in found[network.links[link].cause]}
            own = self._moved.leak_column.get(definitions[node].id)
            found.append(frozenset(columns if own is None else columns | {own}))
        return found

    def add_links(self, node: int) -> None:
        worlds, network = self._group.worlds, self._model.network
        for link in network.links_into[node]:
            strength = 1.0 - network.links[link].dose[1, 0]
            caused = worlds.state[:, network.links[link].cause] > 0
            column = self._moved.link_column[self._model.link_definitions[link].id]
            self.score[:, column] += caused * ((worlds.dose[:, link] > 0) - strength)

    def add_leak(self, node: int) -> None:
        leak = 1.0 - float(self._model.network.nodes[node].leak[0])
        by_itself: FloatArray = np.asarray((self._group.worlds.leak[:, node] > 0) - leak, dtype=np.float64)
        column = self._moved.leak_column.get(self._model.definitions[node].id)
        if column is not None:
            self.score[:, column] += by_itself
        elif self._model.definitions[node].prior and self._model.network.links_into[node]:
            self._add_solved_leak(node, leak, by_itself)

    def _add_solved_leak(self, node: int, leak: float, by_itself: FloatArray) -> None:
        """A leak that is what the causes leave of the stated prior: 1 - (1 - prior) / P(no link active)."""
        none_active, slope = self._none_active(node)
        self._look_after(node, none_active, slope)
        if leak <= _FLOOR:
            return
        columns = np.flatnonzero(slope)
        rise = (1.0 - leak) / none_active * slope[columns]
        weight = (by_itself / (leak * (1.0 - leak))).astype(np.float32)
        self.score[:, columns] += weight[:, None] * rise.astype(np.float32)[None, :]

    def _none_active(self, node: int) -> tuple[float, FloatArray]:
        """P(no link into a node is active), exact, and its derivative by each moved number, from the people."""
        network, state = self._model.network, self._group.worlds.state
        links = network.links_into[node]
        strength = [1.0 - network.links[link].dose[1, 0] for link in links]
        caused = [state[:, network.links[link].cause] > 0 for link in links]
        spared: FloatArray = np.ones(self._group.count)
        for s, present in zip(strength, caused, strict=True):
            spared = spared * np.where(present, 1.0 - s, 1.0)
        mean = float(spared.mean())
        slope = np.zeros(len(self._moved.start))
        above = sorted({column for link in links for column in self._columns_above[network.links[link].cause]})
        if above:
            slope[above] += ((spared - mean).astype(np.float32) @ self.score[:, above]) / self._group.count
        for link, s, present in zip(links, strength, caused, strict=True):
            column = self._moved.link_column[self._model.link_definitions[link].id]
            slope[column] -= s * self._mean_where(present, spared, link)
        leak = 1.0 - float(network.nodes[node].leak[0])
        return (1.0 - float(self._model.stated_prior[node])) / (1.0 - leak), slope

    def _mean_where(self, present: BoolArray, spared: FloatArray, link: int) -> float:
        """Mean over all people of `spared` in those with the cause; a rare cause counts by its prior."""
        cause = self._model.network.links[link].cause
        prior = float(self._model.stated_prior[cause])
        if np.isnan(prior) or present.sum() >= _ENOUGH:
            return float((spared * present).mean())
        strength = 1.0 - float(self._model.network.links[link].dose[1, 0])
        return prior * (1.0 - strength) * float(spared.mean())

    def _look_after(self, node: int, none_active: float, slope: FloatArray) -> None:
        stated = stated_prior(self._model, node, age_years=self._group.age_years, sex=self._group.sex)
        implied = 1.0 - none_active
        if stated is not None and implied > NEARLY_FULL * stated:
            name = f"{self._model.instances[node]} at {self._group.age_years} ({self._group.sex})"
            self.full.append(Fullness(name, float(np.log(implied / stated)), -slope / implied))


def stated_prior(model: CausalModel, node: int, *, age_years: int, sex: str) -> float | None:
    """The prior of one site as the knowledge states it, whatever the causes imply; None where none is stated."""
    definition = model.definitions[node]
    band = estimate_at(definition.prior, age_years=age_years, sex=sex)
    if band is None:
        return None
    if definition.prior_unit == "site":
        return band.estimate.value
    return 1.0 - float((1.0 - band.estimate.value) ** _fraction(definition, model.instances[node].site))


def _fraction(definition: NodeDef, site: str) -> float:
    weights = definition.site_weights or dict.fromkeys(sites_of(definition.sites), 1.0)
    return weights.get(site, 0.0) / sum(weights.values())
