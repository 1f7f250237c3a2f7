"""One person's model, evidence, exact posterior and posterior worlds: what every part of the explanation reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import Presence
from ilc.explanation.contributions import Contributions, measure_contributions
from ilc.explanation.mixture import BoolArray, Component, Mixture, join
from ilc.explanation.roles import Roles
from ilc.findings import Finding
from ilc.inference.engine import Plan, Posterior, infer_posterior, plan_elimination
from ilc.inference.evidence import PatientEvidence, collect_evidence
from ilc.inference.model import CausalModel, Variation, build_model
from ilc.inference.network import Evidence, FloatArray
from ilc.inference.tracing import trace_serious
from ilc.inference.worlds import Worlds
from ilc.knowledge.model import Knowledge
from ilc.record.case import Complaint, Patient

WORLDS = 4096
COMPARISON_WORLDS = 2048
POWERS = (1.0, 0.7, 0.4, 0.0)  # of the likelihoods of the findings in each draw
MIXED_WORLDS = (2048, 2048, 2048, 2048)  # how many worlds of each draw are joined to ask about parts of the evidence


@dataclass(frozen=True, eq=False)
class Reasoning:
    """Everything inferred about one person."""

    model: CausalModel
    patient: Patient
    findings: tuple[Finding, ...]
    complaints: tuple[Complaint, ...]
    evidence: tuple[PatientEvidence, ...]
    plan: Plan
    posterior: Posterior
    base: Posterior  # complaints and setting only: the reference patient
    prior: FloatArray  # exact existence in unselected people, shape (node,)
    worlds: Worlds
    base_worlds: Worlds
    roles: Roles
    present: tuple[int, ...]  # nodes of the complaints that are present
    contributions: Contributions
    base_contributions: Contributions
    mixture: Mixture
    mixture_state: BoolArray  # whether each node exists in each joined world, shape (world, node)
    mixture_contributions: tuple[Contributions, ...]

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base behind the model."""
        return self.model.knowledge

    def reaches(self, node: int, complaint: int) -> BoolArray:
        """Whether a factor leads to a complaint in each joined world."""
        parts = zip(self.mixture_contributions, MIXED_WORLDS, strict=True)
        return np.concatenate([part.in_worlds(node, complaint)[:count] for part, count in parts])


def roles_of(model: CausalModel) -> Roles:
    """What each node and link of a model is, as plain arrays."""
    definitions = model.definitions
    return Roles(
        kind=tuple(d.slice.value for d in definitions),
        group=tuple(d.group.value if d.group else "" for d in definitions),
        template=tuple(d.id for d in definitions),
        modifiable=np.array([d.modifiable for d in definitions]),
        reversible=np.array([link.reversible for link in model.link_definitions], dtype=bool),
        mechanism=tuple(link.mechanism.value for link in model.link_definitions),
        origin=tuple(link.origin for link in model.link_definitions),
    )


def reason_about(
    knowledge: Knowledge,
    patient: Patient,
    *,
    findings: Sequence[Finding],
    complaints: Sequence[Complaint],
    seed: int,
) -> Reasoning:
    """Infer everything the explanation needs.

    Parameters
    ----------
    knowledge : nodes, links and findings with their numbers
    patient : age and sex choose the priors, the setting the selection
    findings : observed findings under their rules
    complaints : complaints that were asked
    seed : of all random draws; the same inputs and seed give the same result
    """
    traced_knowledge = trace_serious(knowledge, findings, complaints)
    model = build_model(traced_knowledge, age_years=patient.age_years, sex=patient.sex)
    evidence = collect_evidence(model, findings, complaints, setting=patient.setting)
    plan = plan_elimination(model.network, _likelihoods(evidence, 1.0), skippable=_unasked(model))
    runs = [infer_posterior(model.network, _likelihoods(evidence, power), plan=plan) for power in POWERS]
    counts = (WORLDS, *MIXED_WORLDS[1:-1], COMPARISON_WORLDS)
    drawn = [run.worlds(count=n, seed=seed + i) for i, (run, n) in enumerate(zip(runs, counts, strict=True))]
    roles = roles_of(model)
    present = tuple(model.node(c.id) for c in complaints if c.presence is Presence.PRESENT)
    traced = tuple(measure_contributions(worlds, roles, present) for worlds in drawn)
    mixed = [worlds.first(count) for worlds, count in zip(drawn, MIXED_WORLDS, strict=True)]
    return Reasoning(
        model=model,
        patient=patient,
        findings=tuple(findings),
        complaints=tuple(complaints),
        evidence=evidence,
        plan=plan,
        posterior=runs[0],
        base=runs[-1],
        prior=_prior_presence(model),
        worlds=drawn[0],
        base_worlds=drawn[-1],
        roles=roles,
        present=present,
        contributions=traced[0],
        base_contributions=traced[-1],
        mixture=_mixture(evidence, mixed, runs),
        mixture_state=np.concatenate([worlds.state > 0 for worlds in mixed]),
        mixture_contributions=traced,
    )


def _mixture(evidence: Sequence[PatientEvidence], mixed: Sequence[Worlds], runs: Sequence[Posterior]) -> Mixture:
    components = [
        Component(worlds, power, run.log_evidence, log_likelihoods(evidence, worlds))
        for worlds, power, run in zip(mixed, POWERS, runs, strict=True)
    ]
    return join(evidence, components)


def _unasked(model: CausalModel) -> frozenset[int]:
    """Complaints may be left out of the exact network where nobody asked about them."""
    return frozenset(i for i, d in enumerate(model.definitions) if d.slice.value == "complaint")


def _likelihoods(evidence: Sequence[PatientEvidence], power: float) -> list[Evidence]:
    """Findings with their likelihoods raised to a power; complaints and setting as they are."""
    return [
        Evidence(item.id, item.evidence.targets, item.evidence.table**power)
        if item.kind == "finding"
        else item.evidence
        for item in evidence
    ]


def _prior_presence(model: CausalModel) -> FloatArray:
    """Stated priors, and what the network implies where only a leak is stated."""
    plan = plan_elimination(model.network, [], skippable=_unasked(model))
    implied = infer_posterior(model.network, [], plan=plan).p_present
    return np.where(np.isnan(model.stated_prior), implied, model.stated_prior)


def log_likelihoods(evidence: Sequence[PatientEvidence], worlds: Worlds) -> FloatArray:
    """Natural log of the likelihood of each piece of evidence in each world, shape (evidence, world)."""
    return np.array([log_likelihood(item.evidence, worlds) for item in evidence]).reshape(-1, worlds.count)


def log_likelihood(evidence: Evidence, worlds: Worlds) -> FloatArray:
    """Natural log of the likelihood of one piece of evidence in each world, shape (world,)."""
    place = tuple(
        worlds.state[:, t.index] if t.kind == "node" else np.minimum(worlds.dose[:, t.index], 1)
        for t in evidence.targets
    )
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(evidence.table[place]))


@dataclass(frozen=True, slots=True)
class Varied:
    """Existence and contributions under a changed model."""

    p_exists: FloatArray  # (node,) in the order of the changed model
    p_contributes: FloatArray  # (node, complaint)
    model: CausalModel


def reason_varied(reasoning: Reasoning, variation: Variation, *, power_of_discounted: float, seed: int) -> Varied:
    """Existence and contributions when the model is changed.

    Parameters
    ----------
    reasoning : as stated
    variation : the change of priors or links
    power_of_discounted : exponent put on the likelihoods of findings whose quality is below 1; 0 takes the discount off
    seed : of the worlds drawn
    """
    patient = reasoning.patient
    model = (
        reasoning.model
        if variation.keeps_model
        else build_model(reasoning.knowledge, age_years=patient.age_years, sex=patient.sex, variation=variation)
    )
    evidence = collect_evidence(model, reasoning.findings, reasoning.complaints, setting=patient.setting)
    tables = [_requalified(item, power_of_discounted) for item in evidence]
    same_structure = len(model.network.links) == len(reasoning.model.network.links)
    plan = reasoning.plan if same_structure else plan_elimination(model.network, tables, skippable=_unasked(model))
    posterior = infer_posterior(model.network, tables, plan=plan)
    worlds = posterior.worlds(count=COMPARISON_WORLDS // 2, seed=seed)
    present = tuple(model.node(reasoning.model.instances[c]) for c in reasoning.present)
    traced = measure_contributions(worlds, roles_of(model), present)
    return Varied(posterior.p_present, traced.p_contributes(), model)


def _requalified(item: PatientEvidence, power: float) -> Evidence:
    quality = min((part.quality for part in item.finding.rule.targets), default=1.0) if item.finding else 1.0
    if quality >= 1.0:
        return item.evidence
    exponent = 1.0 / quality if power == 0.0 else power
    return Evidence(item.id, item.evidence.targets, item.evidence.table**exponent)
