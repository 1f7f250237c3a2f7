"""The person every timing is taken on: 60 years old, 150 random findings, a growing number of complaints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.core import InstanceId, Presence, sites_of
from ilc.findings import Finding
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import Evidence
from ilc.inference.tracing import trace_serious
from ilc.knowledge import Knowledge, Slice, load_knowledge
from ilc.record import Complaint, Patient

FINDINGS = 150
SEED = 20261122


@dataclass(frozen=True, eq=False)
class BenchPerson:
    """One person as the engine and as the whole reasoning see them."""

    knowledge: Knowledge
    model: CausalModel
    patient: Patient
    findings: tuple[Finding, ...]
    complaints: tuple[Complaint, ...]

    @property
    def evidence(self) -> list[Evidence]:
        """Complaints and findings as likelihood tables."""
        return [item.evidence for item in collect_evidence(self.model, self.findings, self.complaints, setting="")]


def bench_person(complaints: int, *, findings: int = FINDINGS, hard: bool = False) -> BenchPerson:
    """A person with so many complaints present; the others were not asked about.

    Findings are mostly negative, as in a real work-up; in a hard person every outcome is as likely as the others.
    """
    knowledge = load_knowledge()
    generator = np.random.default_rng(SEED)
    instances = [
        InstanceId(rule.id, site)
        for rule in knowledge.findings.values()
        if rule.targets and not rule.context_only
        for site in sites_of(rule.sites)
    ]
    chosen = sorted(generator.choice(len(instances), findings, replace=False).tolist())
    observed = tuple(_observed(knowledge, instances[i], generator, hard=hard) for i in chosen)
    asked = [node for node in knowledge.nodes.values() if node.slice is Slice.COMPLAINT]
    named = [InstanceId(node.id, site) for node in asked for site in sites_of(node.sites)]
    present = tuple(Complaint(instance, Presence.PRESENT, 5.0, 400) for instance in named[:complaints])
    patient = Patient(60, "female", None, None, "", "")
    model = build_model(trace_serious(knowledge, observed, present), age_years=60, sex="female")
    return BenchPerson(knowledge, model, patient, observed, present)


def _observed(knowledge: Knowledge, instance: InstanceId, generator: np.random.Generator, *, hard: bool) -> Finding:
    """An outcome drawn as in a person without any of the targets, or any outcome."""
    rule = knowledge.findings[instance.concept]
    chances = np.array([1.0 if hard else rule.given_absent[outcome].value for outcome in rule.outcomes])
    outcome = rule.outcomes[int(generator.choice(len(chances), p=chances / chances.sum()))]
    return Finding(instance, rule, outcome, None, None, "typed")
