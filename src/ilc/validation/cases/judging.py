"""What the software makes of one case: no images, no intervals, no documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ilc.core import InstanceId
from ilc.explanation.model import NextTest
from ilc.explanation.next_tests import suggest_tests
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.explanation.relief_results import search_ways_out
from ilc.explanation.serious import judge_red_flags
from ilc.explanation.world_bits import unpack_worlds
from ilc.findings import Finding, collect_findings, detect_red_flags
from ilc.inference.elimination import ImpossibleEvidenceError
from ilc.knowledge import Knowledge
from ilc.questionnaires import score_questionnaires
from ilc.record import Case
from ilc.validation.result import PartNotPossible

FACTOR, SOURCE = "factor", "source"


@dataclass(frozen=True, slots=True)
class JudgedNode:
    """A factor or pain source at a site: whether it exists, and leads to each complaint recorded as present."""

    id: InstanceId
    kind: str  # "factor" | "source"
    p_exists: float
    p_contributes: Mapping[str, float]

    @property
    def best(self) -> tuple[str, float]:
        """The complaint it most probably leads to."""
        return max(self.p_contributes.items(), key=lambda item: item[1], default=("", 0.0))


@dataclass(frozen=True, eq=False)
class Judgement:
    """Everything scored of one case at one stage."""

    nodes: tuple[JudgedNode, ...]
    upstream: Mapping[InstanceId, frozenset[InstanceId]]  # whatever may lead to a node
    any_level: Mapping[tuple[str, str], float]  # concept, side -> leads to one and the same complaint from any level
    present: frozenset[str]  # findings recorded as present
    levels: Mapping[str, str]  # serious pathway -> how urgent
    safety_tests: tuple[NextTest, ...]
    information_tests: tuple[NextTest, ...]


def judge_case(knowledge: Knowledge, case: Case, *, seed: int, with_tests: bool) -> Judgement:
    """Reason about one case.

    Parameters
    ----------
    knowledge : to judge with
    case : findings typed and questionnaires; images are not read
    seed : of all random draws
    with_tests : work out the next tests too

    Raises
    ------
    PartNotPossible : its findings exclude each other
    """
    scored = score_questionnaires(case, knowledge)
    findings, _ = collect_findings(knowledge, (*case.findings, *scored.findings))
    try:
        reasoning = reason_about(knowledge, case.patient, findings=findings, complaints=case.complaints, seed=seed)
    except ImpossibleEvidenceError as error:
        reason = f"The findings of the case {case.case_id} exclude each other."
        raise PartNotPossible(reason, "Look for a complaint or finding entered at the wrong site.") from error
    return _judge(reasoning, findings, seed=seed, with_tests=with_tests)


def _judge(reasoning: Reasoning, findings: tuple[Finding, ...], *, seed: int, with_tests: bool) -> Judgement:
    outcomes = detect_red_flags(reasoning.knowledge, findings)
    flags = judge_red_flags(reasoning.model, reasoning.evidence, outcomes, reasoning.posterior, plan=reasoning.plan)
    tests = suggest_tests(reasoning, search_ways_out(reasoning), flags, seed=seed) if with_tests else None
    return Judgement(
        nodes=_nodes(reasoning),
        upstream=_upstream(reasoning),
        any_level=_any_level(reasoning),
        present=frozenset(finding.id.concept for finding in findings if finding.outcome == "present"),
        levels={flag.id: flag.level for flag in flags},
        safety_tests=tests.safety if tests else (),
        information_tests=tests.information if tests else (),
    )


def _shown(reasoning: Reasoning) -> list[int]:
    definitions = reasoning.model.definitions
    return [i for i, d in enumerate(definitions) if d.slice.value in (FACTOR, SOURCE) and not d.latent]


def _nodes(reasoning: Reasoning) -> tuple[JudgedNode, ...]:
    model = reasoning.model
    names = [str(model.instances[complaint]) for complaint in reasoning.present]
    contributes = np.nan_to_num(reasoning.contributions.p_contributes())
    return tuple(
        JudgedNode(
            id=model.instances[node],
            kind=model.definitions[node].slice.value,
            p_exists=float(reasoning.posterior.p_present[node]),
            p_contributes=dict(zip(names, contributes[node].tolist(), strict=True)),
        )
        for node in _shown(reasoning)
    )


def _upstream(reasoning: Reasoning) -> dict[InstanceId, frozenset[InstanceId]]:
    """Causes come before their effects, so one pass in order is enough."""
    model = reasoning.model
    found: dict[InstanceId, frozenset[InstanceId]] = {}
    for node, instance in enumerate(model.instances):
        causes = {model.network.links[link].cause for link in model.network.links_into[node]}
        names = [model.instances[cause] for cause in causes]
        found[instance] = frozenset(names).union(*(found[name] for name in names))
    return found


def _any_level(reasoning: Reasoning) -> dict[tuple[str, str], float]:
    contributions = reasoning.contributions
    groups: dict[tuple[str, str], list[int]] = {}
    for node in _shown(reasoning):
        instance = reasoning.model.instances[node]
        groups.setdefault((instance.concept, instance.side), []).append(node)
    there = unpack_worlds(contributions.present, contributions.worlds).sum(axis=-1)
    found = {}
    for key, nodes in groups.items():
        bits = np.bitwise_or.reduce(contributions.reaches[nodes], axis=0)
        reached = unpack_worlds(bits, contributions.worlds).sum(axis=-1)
        found[key] = float((reached / np.maximum(there, 1)).max(initial=0.0))
    return found
