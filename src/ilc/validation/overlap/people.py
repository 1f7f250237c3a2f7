"""Patients drawn from a generator: a world of the network, and the part of it that is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ilc.core import Presence
from ilc.explanation.contributions import measure_contributions
from ilc.explanation.reasoning import roles_of
from ilc.explanation.relief_results import STATE_NRS
from ilc.explanation.world_bits import unpack_worlds
from ilc.findings import Finding
from ilc.inference.model import CausalModel, build_model
from ilc.inference.worlds import Decided, Worlds, complete_worlds
from ilc.knowledge import Knowledge
from ilc.record import Complaint, Patient
from ilc.validation.overlap.charting import Charting
from ilc.validation.overlap.factors import BoolArray, factors_of
from ilc.validation.overlap.rules import FactorCounts, OverlapRules

WORLDS_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class SimulatedPatient:
    """What is known of a patient, and the truth hidden behind it."""

    patient: Patient
    complaints: tuple[Complaint, ...]
    findings: tuple[Finding, ...]
    truth: Worlds  # one world of the generator's model


@dataclass(frozen=True, eq=False)
class Models:
    """Models of one set of numbers, built once for each age and sex."""

    knowledge: Knowledge
    _models: dict[tuple[int, str], CausalModel] = field(default_factory=dict)

    def of(self, patient: Patient) -> CausalModel:
        """The model of a patient's age and sex."""
        key = (patient.age_years, patient.sex)
        if key not in self._models:
            self._models[key] = build_model(self.knowledge, age_years=key[0], sex=key[1])
        return self._models[key]


@dataclass(frozen=True, eq=False)
class Generator:
    """Draws patients from one set of numbers; `wanted` keeps those with so many contributing factors, None all."""

    models: Models
    rules: OverlapRules
    charting: Charting
    random: np.random.Generator
    wanted: FactorCounts | None

    def draw_patient(self) -> SimulatedPatient:
        """A patient with a recorded complaint, and with as many contributing factors as wanted."""
        while True:
            age, sex = self.random.choice(self.rules.ages_years), self.random.choice(self.rules.sexes)
            patient = Patient(int(age), str(sex), None, None, "", "")
            model = self.models.of(patient)
            worlds = draw_worlds(model, count=WORLDS_AT_ONCE, generator=self.random)
            nodes = [node for node, d in enumerate(model.definitions) if d.slice.value == "complaint"]
            asked = self.random.random((WORLDS_AT_ONCE, len(nodes))) < self.rules.complaint_asked
            fits = np.flatnonzero(self._fits(model, worlds, nodes, asked))
            if len(fits):
                world = int(fits[0])
                truth = one_world(worlds, world)
                complaints = self._complaints(model, truth, [n for n, a in zip(nodes, asked[world], strict=True) if a])
                return SimulatedPatient(patient, complaints, self.charting.draw(model, truth, self.random), truth)

    def _fits(self, model: CausalModel, worlds: Worlds, nodes: Sequence[int], asked: BoolArray) -> BoolArray:
        hurts = ((worlds.state[:, list(nodes)] > 0) & asked).any(axis=1)
        if self.wanted is None:
            return np.asarray(hurts)
        contributions = measure_contributions(worlds, roles_of(model), nodes)
        leads = unpack_worlds(contributions.reaches, worlds.count) & asked.T
        counts = np.sum([leads[list(sites)].any(axis=(0, 1)) for sites in factors_of(model).nodes], axis=0)
        return np.asarray(hurts & (counts >= self.wanted.fewest) & (counts <= self.wanted.most))

    def _complaints(self, model: CausalModel, truth: Worlds, nodes: Sequence[int]) -> tuple[Complaint, ...]:
        found = []
        for node in nodes:
            grade = int(truth.state[0, node])
            rated = grade > 0 and self.random.random() < self.rules.intensity_asked
            presence = Presence.PRESENT if grade else Presence.ABSENT
            found.append(Complaint(model.instances[node], presence, STATE_NRS[grade] if rated else None, None))
        return tuple(found)


def draw_worlds(model: CausalModel, *, count: int, generator: np.random.Generator) -> Worlds:
    """Worlds of unselected people, drawn forward from causes to effects."""
    nodes = len(model.network.nodes)
    state = np.zeros((count, nodes), dtype=np.uint8)
    return complete_worlds(model.network, state, Decided({}, frozenset(range(nodes))), generator)


def one_world(worlds: Worlds, number: int) -> Worlds:
    """A single world out of many."""
    only = slice(number, number + 1)
    return Worlds(worlds.network, worlds.state[only], worlds.leak[only], worlds.dose[only])
