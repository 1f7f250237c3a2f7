"""Simulated unselected people, an age and a sex at a time: worlds drawn forward, findings drawn from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ilc.core import InstanceId, sites_of
from ilc.inference.evidence import likelihood_table
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import FloatArray
from ilc.inference.worlds import Decided, Worlds, complete_worlds
from ilc.knowledge import Knowledge

BoolArray = NDArray[np.bool_]
StateArray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Which groups are drawn, how many people in each, and from which seed."""

    ages_years: tuple[int, ...]
    sexes: tuple[str, ...]
    worlds_per_group: int
    seed: int

    @property
    def groups(self) -> tuple[tuple[int, str], ...]:
        """Age and sex of each group."""
        return tuple((age, sex) for age in self.ages_years for sex in self.sexes)


@dataclass(frozen=True, eq=False)
class SimulatedGroup:
    """People of one age and sex. What is asked of them twice is worked out once."""

    model: CausalModel
    age_years: int
    sex: str
    worlds: Worlds
    seed: int
    _outcomes: dict[InstanceId, StateArray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of people."""
        return self.worlds.count

    def states(self, node: str, site: str) -> StateArray:
        """States of a node at its sites that lie within `site`, shape (person, site)."""
        return self.worlds.state[:, self._places(node, site)]

    def active_links(self, link: str) -> BoolArray:
        """Whether a link is at work anywhere."""
        positions = self._links.get(link, [])
        return np.asarray((self.worlds.dose[:, positions] > 0).any(axis=1))

    def findings(self, finding: str, site: str, outcome: str) -> BoolArray:
        """Whether a finding has this outcome at any of its sites within `site`."""
        rule = self.model.knowledge.findings[finding]
        number = rule.outcomes.index(outcome)
        sites = [place for place in sites_of(rule.sites) if lies_within(place, site)]
        return np.asarray(np.any([self._outcome(InstanceId(finding, place)) == number for place in sites], axis=0))

    def selection(self, setting: str) -> FloatArray:
        """How much more often each person attends a setting than a person with nothing it selects."""
        weight = np.ones(self.count)
        if setting:
            for node, ratio in self.model.knowledge.settings[setting].ratios.items():
                weight *= ratio.value ** (self.states(node, "") > 0).sum(axis=1)
        return weight

    @cached_property
    def _links(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, link in enumerate(self.model.link_definitions):
            found.setdefault(link.id, []).append(position)
        return found

    @cached_property
    def _instances(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for position, instance in enumerate(self.model.instances):
            found.setdefault(instance.concept, []).append((position, instance.site))
        return found

    def _places(self, node: str, site: str) -> list[int]:
        return [position for position, place in self._instances[node] if lies_within(place, site)]

    def _outcome(self, instance: InstanceId) -> StateArray:
        """Number of the outcome that each person shows."""
        if instance not in self._outcomes:
            rule = self.model.knowledge.findings[instance.concept]
            random = np.random.default_rng([self.seed, self.age_years, len(self.sex), crc32(str(instance).encode())])
            drawn = random.random(self.count)
            reached = np.zeros(self.count)
            number = np.zeros(self.count, dtype=np.uint8)
            for outcome in rule.outcomes[:-1]:
                reached += self._chances(instance, outcome)
                number += drawn >= reached
            self._outcomes[instance] = number
        return self._outcomes[instance]

    def _chances(self, instance: InstanceId, outcome: str) -> FloatArray:
        """Chance of an outcome of a finding in each person, from what the finding tests."""
        rule = self.model.knowledge.findings[instance.concept]
        targets, table = likelihood_table(self.model, rule, instance, outcome)
        at = tuple(
            self.worlds.state[:, target.index]
            if target.kind == "node"
            else np.minimum(self.worlds.dose[:, target.index], 1)
            for target in targets
        )
        return np.asarray(table[at])


def lies_within(place: str, site: str) -> bool:
    """Whether a site is the one asked for or part of it: `L4_L5.left` lies within `L4_L5` and within `left`."""
    return not site or place == site or site in place.split(".")


def draw_group(knowledge: Knowledge, crowd: Crowd, *, age_years: int, sex: str) -> SimulatedGroup:
    """Unselected people of one age and sex; the same crowd gives the same people."""
    model = build_model(knowledge, age_years=age_years, sex=sex)
    random = np.random.default_rng([crowd.seed, age_years, len(sex)])
    nodes = len(model.network.nodes)
    state = np.zeros((crowd.worlds_per_group, nodes), dtype=np.uint8)
    worlds = complete_worlds(model.network, state, Decided({}, frozenset(range(nodes))), random)
    return SimulatedGroup(model, age_years, sex, worlds, crowd.seed)


def draw_groups(knowledge: Knowledge, crowd: Crowd) -> Iterator[SimulatedGroup]:
    """All groups, one at a time, so that only one is held."""
    for age, sex in crowd.groups:
        yield draw_group(knowledge, crowd, age_years=age, sex=sex)


def group_shares(ages: Sequence[tuple[int, str]], weights: Sequence[float]) -> FloatArray:
    """Weights of the groups put to sum 1.

    Raises
    ------
    ValueError : no group has any weight
    """
    found = np.asarray(weights, dtype=float)
    if len(found) != len(ages) or found.sum() <= 0:
        raise ValueError("the population fits none of the simulated ages and sexes")
    return np.asarray(found / found.sum())
