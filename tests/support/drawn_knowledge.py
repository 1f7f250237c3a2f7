"""The slow road to parameter intervals: draw every number, build the network anew, reason again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from ilc.core import Estimate, Presence
from ilc.explanation.contributions import measure_contributions
from ilc.explanation.reasoning import roles_of
from ilc.findings import Finding
from ilc.inference.engine import Plan, infer_posterior, plan_elimination
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import build_model
from ilc.inference.network import FloatArray
from ilc.knowledge.model import FindingDef, Knowledge, NodeDef, Slice
from ilc.record.case import Complaint, Patient

# A part of the shipped network that is small enough to be drawn and reasoned about thousands of times.
NODES = (
    "persistent_pain",
    "disc_degeneration",
    "facet_arthropathy",
    "spondylolisthesis",
    "central_stenosis",
    "neurogenic_claudication",
    "discogenic_pain",
    "facet_pain",
    "sensitised_pain",
    "central_sensitisation",
    "depression",
    "fear_avoidance",
    "low_back_pain",
    "walking_limitation",
)
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Person:
    """One person with everything observed."""

    patient: Patient
    findings: tuple[Finding, ...]
    complaints: tuple[Complaint, ...]


class _Numbers:
    """One draw of every number, by name."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._standard: dict[str, float] = {}

    def _shift(self, name: str) -> float:
        if name not in self._standard:
            self._standard[name] = float(self._generator.standard_normal())
        return self._standard[name]

    def probability(self, name: str, stated: Estimate) -> Estimate:
        low, value, high = (np.log(p / (1.0 - p)) for p in (stated.low, stated.value, stated.high))
        drawn = value + self._shift(name) * (high - low) / (2.0 * NORMAL_95)
        p = float(1.0 / (1.0 + np.exp(-drawn)))
        return Estimate(p, p, p)

    def ratio(self, name: str, stated: Estimate) -> Estimate:
        width = (np.log(stated.high) - np.log(stated.low)) / (2.0 * NORMAL_95)
        drawn = float(stated.value * np.exp(self._shift(name) * width))
        return Estimate(drawn, drawn, drawn)

    def column(self, name: str, stated: Mapping[str, Estimate]) -> Mapping[str, Estimate]:
        """Two outcomes share one number; of more, each is drawn, as only one of them was observed."""
        if set(stated) == {"present", "absent"}:
            p = self.probability(f"{name}.present", stated["present"]).value
            return {"present": Estimate(p, p, p), "absent": Estimate(1.0 - p, 1.0 - p, 1.0 - p)}
        return {outcome: self.probability(f"{name}.{outcome}", p) for outcome, p in stated.items()}

    def node(self, node: NodeDef) -> NodeDef:
        prior = tuple(replace(band, estimate=self.probability(band.parameter, band.estimate)) for band in node.prior)
        leak = None if node.leak is None else self.probability(node.leak_parameter, node.leak)
        return replace(node, prior=prior, leak=leak)

    def rule(self, rule: FindingDef) -> FindingDef:
        targets = tuple(
            replace(part, given_present=self.column(f"{rule.id}.{part.node or part.link}", part.given_present))
            for part in rule.targets
        )
        absent = self.column(f"{rule.id}.absent", rule.given_absent)
        mixed = self.column(f"{rule.id}.mixed", rule.given_mixed)
        return replace(rule, targets=targets, given_absent=absent, given_mixed=mixed)


def draw_knowledge(knowledge: Knowledge, generator: Generator) -> Knowledge:
    """The knowledge base with every number of the model drawn once."""
    numbers = _Numbers(generator)
    settings = {
        key: replace(s, ratios={node: numbers.ratio(f"{key}.{node}", r) for node, r in s.ratios.items()})
        for key, s in knowledge.settings.items()
    }
    return replace(
        knowledge,
        nodes={key: numbers.node(node) for key, node in knowledge.nodes.items()},
        links={
            key: replace(x, strength=numbers.probability(x.parameter, x.strength)) for key, x in knowledge.links.items()
        },
        findings={key: numbers.rule(rule) for key, rule in knowledge.findings.items()},
        settings=settings,
    )


def part_of(knowledge: Knowledge, nodes: Sequence[str]) -> Knowledge:
    """The knowledge base with only some nodes, the links between them, and the findings that test nothing else."""
    kept = frozenset(nodes)
    links = {key: x for key, x in knowledge.links.items() if {x.cause, x.effect} <= kept}
    findings = {
        key: rule
        for key, rule in knowledge.findings.items()
        if rule.targets and all((t.node in kept if t.node else t.link in links) for t in rule.targets)
    }
    return replace(
        knowledge,
        nodes=MappingProxyType({key: node for key, node in knowledge.nodes.items() if key in kept}),
        links=MappingProxyType(links),
        findings=MappingProxyType(findings),
    )


@dataclass(frozen=True, eq=False)
class Reference:
    """Outputs under every draw: existence (draw, node), contribution (draw, node, complaint)."""

    exists: FloatArray
    contributes: FloatArray


def draw_reference(knowledge: Knowledge, person: Person, *, draws: int, worlds: int, generator: Generator) -> Reference:
    """Reason anew under every draw; contributions are shares of so many worlds each."""
    plan: Plan | None = None
    exists, contributes = [], []
    for number in range(draws):
        drawn = draw_knowledge(knowledge, generator)
        model = build_model(drawn, age_years=person.patient.age_years, sex=person.patient.sex)
        findings = [replace(finding, rule=drawn.findings[finding.rule.id]) for finding in person.findings]
        collected = collect_evidence(model, findings, person.complaints, setting=person.patient.setting)
        evidence = [item.evidence for item in collected]
        asked = frozenset(i for i, d in enumerate(model.definitions) if d.slice is Slice.COMPLAINT)
        plan = plan or plan_elimination(model.network, evidence, skippable=asked)
        posterior = infer_posterior(model.network, evidence, plan=plan)
        exists.append(posterior.p_present)
        present = tuple(model.node(c.id) for c in person.complaints if c.presence is Presence.PRESENT)
        traced = measure_contributions(posterior.worlds(count=worlds, seed=number), roles_of(model), present)
        contributes.append(np.nan_to_num(traced.p_contributes()))
    return Reference(np.array(exists), np.array(contributes))


def without_sampling_noise(drawn: FloatArray, worlds: int) -> FloatArray:
    """Draw shares of worlds towards their mean by as much as sampling so many worlds has spread them."""
    middle, noise = drawn.mean(axis=0), (drawn * (1.0 - drawn)).mean(axis=0) / worlds
    kept = np.sqrt(np.maximum(0.0, 1.0 - noise / np.maximum(drawn.var(axis=0), 1e-12)))
    return np.asarray(middle + kept * (drawn - middle))
