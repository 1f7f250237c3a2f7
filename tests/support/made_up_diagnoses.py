"""Whole diagnoses made up from the shipped knowledge without reasoning: quick, and with every factor and flag in turn.

Only what is chosen from the results is real: the self-care, judged as for a real person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from ilc.core import InstanceId, sites_of
from ilc.explanation.model import (
    ChainPath,
    ComplaintResult,
    Diagnosis,
    FactorResult,
    ObservedFinding,
    Probability,
    Reason,
    Reasons,
    RedFlagResult,
    SelfCare,
)
from ilc.explanation.self_care import SelfCareGround, choose_self_care
from ilc.explanation.serious import highest_level
from ilc.knowledge.model import FindingDef, Knowledge, NodeDef, Slice
from tests.support.sample_diagnosis import sample_diagnosis
from tests.support.sample_parts import make_origin

QUIET_LEVELS = ("none", "not_excluded", "watch")
LEVELS = (*QUIET_LEVELS * 5, "prompt", "prompt", "urgent", "emergency")
COMMON = ("central_stenosis", "disc_degeneration", "muscle_tension", "poor_blood_flow", "poor_sleep")
STATUSES = ("supported", "possible", "indeterminate", "unlikely")
_FACTORS, _FINDINGS, _PATHS = 14, 18, 8


def make_up_diagnosis(knowledge: Knowledge, rng: Generator) -> Diagnosis:
    """Return the diagnosis of somebody who does not exist: factors, findings, flags and paths at random."""
    complaints = _complaints(knowledge, rng)
    names = [complaint.id for complaint in complaints if complaint.present]
    nodes = _factor_nodes(knowledge, rng)
    findings = _findings(knowledge, nodes, rng)
    factors = tuple(_factor(node, names, findings, rng) for node in nodes)
    sources = tuple(_factor(node, names, findings, rng) for node in _choose(_of(knowledge, Slice.SOURCE), 5, rng))
    levels = QUIET_LEVELS if rng.random() < 0.6 else LEVELS
    flags = tuple(_flag(knowledge, id_, str(rng.choice(levels))) for id_ in knowledge.red_flags)
    origin = tuple(make_origin(name, 0.5, 0.2, str(rng.choice(STATUSES))) for name in names)
    return replace(
        sample_diagnosis(),
        complaints=complaints,
        findings=findings,
        factors=factors + sources,
        red_flags=flags,
        origin=origin,
        paths=_paths(knowledge, names, rng),
        self_care=_self_care(knowledge, factors + sources, findings, flags),
    )


def _of(knowledge: Knowledge, slice_: Slice) -> list[NodeDef]:
    return [node for node in knowledge.nodes.values() if node.slice is slice_ and not node.latent]


def _factor_nodes(knowledge: Knowledge, rng: Generator) -> list[NodeDef]:
    """Any factors, and more often than others some that have pictures of their own."""
    chosen = _choose(_of(knowledge, Slice.FACTOR), _FACTORS, rng)
    more = [knowledge.nodes[id_] for id_ in COMMON if rng.random() < 0.5]
    return list({node.id: node for node in (*chosen, *more)}.values())


def _choose(nodes: Sequence[NodeDef], count: int, rng: Generator) -> list[NodeDef]:
    return [nodes[i] for i in rng.choice(len(nodes), min(count, len(nodes)), replace=False)]


def _instance(node: NodeDef, rng: Generator) -> str:
    site = str(rng.choice(sites_of(node.sites)))
    return f"{node.id}@{site}" if site else node.id


def _complaints(knowledge: Knowledge, rng: Generator) -> tuple[ComplaintResult, ...]:
    chosen = _choose(_of(knowledge, Slice.COMPLAINT), int(rng.integers(1, 5)), rng)
    rest = MappingProxyType({"structure": 0.6})
    return tuple(ComplaintResult(_instance(node, rng), node.label, True, True, 5.0, 0.4, rest) for node in chosen)


def _findings(knowledge: Knowledge, nodes: Sequence[NodeDef], rng: Generator) -> tuple[ObservedFinding, ...]:
    """Any findings at random, and pictures of some of the factors."""
    rules = list(knowledge.findings.values())
    chosen = [rules[index] for index in rng.choice(len(rules), _FINDINGS, replace=False)]
    own = {node.id for node in nodes if rng.random() < 0.7}
    seen = [rule for rule in rules if rule.evidence_group == "imaging" and own & {t.node for t in rule.targets}]
    return tuple(_observed(rule, rng) for rule in {rule.id: rule for rule in (*chosen, *seen)}.values())


def _observed(rule: FindingDef, rng: Generator) -> ObservedFinding:
    site = str(rng.choice(sites_of(rule.sites)))
    id_ = f"{rule.id}@{site}" if site else rule.id
    return ObservedFinding(id_, rule.label, str(rng.choice(rule.outcomes)), None, "", "typed", "", True, ())


def _factor(
    node: NodeDef, complaints: Sequence[str], findings: Sequence[ObservedFinding], rng: Generator
) -> FactorResult:
    p, norm = float(rng.beta(0.6, 0.6)), float(rng.random())
    contributes = {name: Probability(float(p * rng.beta(0.7, 0.9))) for name in complaints}
    highest = max((chance.p for chance in contributes.values()), default=0.0)
    reasons = tuple(
        Reason(finding.id, finding.outcome, float(rng.normal(0.3, 1.0)), "direct", (), False) for finding in findings
    )
    return FactorResult(
        id=_instance(node, rng),
        label=node.label,
        kind=node.slice.value,
        group=node.group.value if node.group else "",
        serious=node.serious,
        modifiable=node.modifiable,
        assessed=bool(rng.random() < 0.8),
        p_exists=Probability(p),
        band="likely" if p >= 0.7 else "possible" if p >= 0.2 else "low",
        p_reference=p,
        prior=0.2,
        age_norm=norm if node.age_norm or rng.random() < 0.2 else None,
        p_contributes=MappingProxyType(contributes),
        p_direct=MappingProxyType(dict.fromkeys(complaints, 0.0)),
        share=MappingProxyType(dict.fromkeys(complaints, 0.0)),
        incidental=p > 0.5 and highest < 0.3 and node.slice is Slice.FACTOR,
        reasons=Reasons(0.0, reasons),
        reasons_contributes=MappingProxyType({}),
        would_change=(),
        expert_only=bool(rng.random() < 0.3),
        sources=(),
    )


def _flag(knowledge: Knowledge, id_: str, wanted: str) -> RedFlagResult:
    rule = knowledge.red_flags[id_]
    level = wanted if wanted in ("none", "not_excluded", *rule.action) else "none"
    unasked = tuple(rule.screening) if level == "not_excluded" else ()
    return RedFlagResult(
        id_, rule.label, not unasked, unasked, level, 0.1, 0.0, 0.1, 0.1, (), rule.action.get(level, ""), rule.factors
    )


def _paths(knowledge: Knowledge, complaints: Sequence[str], rng: Generator) -> tuple[ChainPath, ...]:
    before = [node for slice_ in (Slice.HISTORY, Slice.FACTOR, Slice.FACTOR) for node in _of(knowledge, slice_)]
    found = []
    for _ in range(_PATHS):
        first = _choose(before, int(rng.integers(0, 4)), rng)
        last = _choose(_of(knowledge, Slice.SOURCE), 1, rng)
        complaint = str(rng.choice(list(complaints)))
        nodes = (*(_instance(node, rng) for node in (*first, *last)), complaint)
        found.append(ChainPath(nodes, complaint, float(rng.random())))
    return tuple(found)


def _self_care(
    knowledge: Knowledge,
    factors: Sequence[FactorResult],
    findings: Sequence[ObservedFinding],
    flags: Sequence[RedFlagResult],
) -> tuple[SelfCare, ...]:
    outcomes: dict[str, frozenset[str]] = {}
    for finding in findings:
        concept = InstanceId.parse(finding.id).concept
        outcomes[concept] = outcomes.get(concept, frozenset()) | {finding.outcome}
    ground = SelfCareGround(
        outcomes,
        highest_by_concept(factors, {factor.id: factor.p_exists.p for factor in factors}),
        highest_by_concept(
            factors, {f.id: max((chance.p for chance in f.p_contributes.values()), default=0.0) for f in factors}
        ),
        highest_level(flags),
    )
    return choose_self_care(knowledge, ground)


def highest_by_concept(factors: Sequence[FactorResult], values: Mapping[str, float]) -> dict[str, float]:
    """The highest value over the instances of each concept."""
    highest: dict[str, float] = {}
    for factor in factors:
        concept = InstanceId.parse(factor.id).concept
        highest[concept] = max(highest.get(concept, 0.0), values[factor.id])
    return highest


def people(knowledge: Knowledge, *, count: int, seed: int) -> list[Diagnosis]:
    """So many diagnoses, the same for the same seed."""
    return [make_up_diagnosis(knowledge, np.random.default_rng([seed, number])) for number in range(count)]
