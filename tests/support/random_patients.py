"""Complaints and findings of made-up people, drawn from a knowledge base with a seed."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ilc.core import InstanceId, Presence, sites_of
from ilc.findings import Finding
from ilc.inference.model import CausalModel, build_model
from ilc.knowledge.model import Knowledge, Slice
from ilc.record.case import Complaint, Patient
from tests.support.drawn_knowledge import Person


def random_complaints(
    model: CausalModel, generator: Generator, *, present: int, absent: int = 0
) -> tuple[Complaint, ...]:
    """Some complaints present at a random intensity and some absent; the rest unknown."""
    nodes = [node for node, definition in enumerate(model.definitions) if definition.slice is Slice.COMPLAINT]
    chosen = generator.permutation(nodes)[: present + absent]
    found = []
    for number, node in enumerate(chosen):
        here = number < present
        nrs = float(generator.integers(1, 11)) if here else None
        state = Presence.PRESENT if here else Presence.ABSENT
        found.append(Complaint(model.instances[int(node)], state, nrs, None))
    return tuple(found)


def random_findings(model: CausalModel, generator: Generator, *, count: int) -> tuple[Finding, ...]:
    """Finding instances that move odds, drawn at random, each with a random outcome."""
    knowledge = model.knowledge
    instances = [
        InstanceId(rule.id, site)
        for rule in knowledge.findings.values()
        if rule.targets and not rule.context_only
        for site in sites_of(rule.sites)
    ]
    found = []
    for position in sorted(generator.choice(len(instances), size=min(count, len(instances)), replace=False)):
        rule = knowledge.findings[instances[position].concept]
        outcome = str(generator.choice(np.array(rule.outcomes)))
        found.append(Finding(instances[position], rule, outcome, None, None, "typed"))
    return tuple(found)


def person_at_random(knowledge: Knowledge, *, seed: int, complaints: int, findings: int) -> Person:
    """A 60-year-old woman with complaints and findings drawn at random."""
    model = build_model(knowledge, age_years=60, sex="female")
    generator = np.random.default_rng(seed)
    return Person(
        Patient(60, "female", None, None, "", ""),
        random_findings(model, generator, count=findings),
        random_complaints(model, generator, present=complaints),
    )
