"""The whole explanation of one person, from findings to a structured result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import Presence
from ilc.explanation.bounds import Bounds, measure_bounds
from ilc.explanation.contributions import Contributions
from ilc.explanation.exit_sets import choose_exit_sets
from ilc.explanation.factor_results import evaluate_factors
from ilc.explanation.model import (
    ChainLink,
    ChainPath,
    ComplaintResult,
    ExitSet,
    FactorResult,
    NextTests,
    OriginResult,
    Probability,
    RedFlagResult,
    ReliefResult,
    Robustness,
    SelfCare,
)
from ilc.explanation.next_tests import suggest_tests
from ilc.explanation.origin import assessed_templates, measure_origin
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.explanation.relief_results import measure_relief, search_ways_out
from ilc.explanation.robustness import measure_robustness
from ilc.explanation.roles import UNEXPLAINED
from ilc.explanation.self_care import SelfCareGround, choose_self_care, observed_outcomes
from ilc.explanation.serious import highest_level, judge_red_flags
from ilc.explanation.shares import measure_shares
from ilc.explanation.whole_paths import measure_whole_paths
from ilc.findings import Finding, detect_red_flags
from ilc.knowledge.model import Knowledge
from ilc.record.case import Complaint, Patient

LEADING_PATHS = 5
CHAIN_FROM = 0.01


@dataclass(frozen=True, slots=True)
class Explanation:
    """What reasoning says of one person; the pipeline adds what was read and measured."""

    red_flags: tuple[RedFlagResult, ...]
    factors: tuple[FactorResult, ...]
    mechanisms: dict[str, dict[str, float]]
    origin: tuple[OriginResult, ...]
    chain: tuple[ChainLink, ...]
    paths: tuple[ChainPath, ...]
    complaints: tuple[ComplaintResult, ...]
    relief: tuple[ReliefResult, ...]
    exit_sets: tuple[ExitSet, ...]
    next_tests: NextTests
    self_care: tuple[SelfCare, ...]
    not_assessed: tuple[str, ...]
    robustness: tuple[Robustness, ...]


def explain(
    knowledge: Knowledge,
    patient: Patient,
    *,
    findings: Sequence[Finding],
    complaints: Sequence[Complaint],
    seed: int,
    intervals: bool = True,
) -> Explanation:
    """Reason about one person and explain the result.

    Parameters
    ----------
    knowledge, patient, findings, complaints : what is known
    seed : of all random draws; the same inputs and seed give the same result
    intervals : work out parameter intervals and robustness too
    """
    reasoning = reason_about(knowledge, patient, findings=findings, complaints=complaints, seed=seed)
    flags = judge_red_flags(
        reasoning.model,
        reasoning.evidence,
        detect_red_flags(knowledge, findings),
        reasoning.posterior,
        plan=reasoning.plan,
    )
    shares = measure_shares(reasoning.worlds, reasoning.roles, reasoning.contributions)
    reference = measure_shares(reasoning.base_worlds, reasoning.roles, reasoning.base_contributions)
    own = [item.group_share() for item in shares]
    bounds = measure_bounds(reasoning) if intervals else None
    factors = evaluate_factors(reasoning, shares, bounds)
    search = search_ways_out(reasoning)
    exit_sets = choose_exit_sets(search) if reasoning.present else ()
    return Explanation(
        red_flags=flags,
        factors=factors,
        mechanisms=_mechanisms(reasoning),
        origin=measure_origin(reasoning, own, [item.group_share() for item in reference]),
        chain=_chain(reasoning, bounds),
        paths=_paths(reasoning),
        complaints=_complaints(reasoning, own),
        relief=measure_relief(reasoning, exit_sets),
        exit_sets=exit_sets,
        next_tests=suggest_tests(reasoning, search, flags, seed=seed),
        self_care=_self_care(reasoning, factors, flags),
        not_assessed=_not_assessed(reasoning),
        robustness=measure_robustness(reasoning, seed=seed) if intervals else (),
    )


def _name(reasoning: Reasoning, node: int) -> str:
    return str(reasoning.model.instances[node])


def _mechanisms(reasoning: Reasoning) -> dict[str, dict[str, float]]:
    contributions = reasoning.contributions
    table = np.nan_to_num(contributions.p_mechanism())
    return {
        _name(reasoning, complaint): {m: float(table[row, i]) for i, m in enumerate(contributions.mechanisms)}
        for row, complaint in enumerate(reasoning.present)
    }


def _chain(reasoning: Reasoning, bounds: Bounds | None) -> tuple[ChainLink, ...]:
    """Links that lie on an active path to a complaint in at least one world in a hundred, strongest first."""
    contributions: Contributions = reasoning.contributions
    active, carries = contributions.p_active(), np.nan_to_num(contributions.carries())
    found = []
    for position in np.argsort(-carries, kind="stable"):
        if carries[position] < CHAIN_FROM:
            break
        link = reasoning.model.network.links[position]
        definition = reasoning.model.link_definitions[position]
        low = high = None
        if bounds is not None:
            low, high = float(bounds.active_low[position]), float(bounds.active_high[position])
        found.append(
            ChainLink(
                source=_name(reasoning, link.cause),
                target=_name(reasoning, link.effect),
                p_active=Probability(float(active[position]), low, high),
                mechanism=definition.mechanism.value,
                origin=definition.origin,
                evidence=definition.evidence.value,
                reversible=definition.reversible,
                carries=float(carries[position]),
            )
        )
    return tuple(found)


def _paths(reasoning: Reasoning) -> tuple[ChainPath, ...]:
    names = tuple(str(instance) for instance in reasoning.model.instances)
    found = []
    for complaint in reasoning.present:
        leading = measure_whole_paths(
            reasoning.contributions, reasoning.roles, complaint, names=names, limit=LEADING_PATHS
        )
        found += [ChainPath(path.steps, names[complaint], path.share) for path in leading]
    return tuple(found)


def _complaints(reasoning: Reasoning, shares: Sequence[Mapping[str, float]]) -> tuple[ComplaintResult, ...]:
    by_node = dict(zip(reasoning.present, shares, strict=True))
    asked = {str(c.id): c for c in reasoning.complaints if c.presence is not Presence.UNKNOWN}
    found = []
    for node, definition in enumerate(reasoning.model.definitions):
        if definition.slice.value != "complaint":
            continue
        name = _name(reasoning, node)
        own = by_node.get(node)
        entry = asked.get(name)
        found.append(
            ComplaintResult(
                id=name,
                label=definition.label,
                present=own is not None,
                asked=entry is not None,
                intensity_nrs=entry.intensity_nrs if entry else None,
                unexplained=own[UNEXPLAINED] if own else None,
                group_share={group: share for group, share in own.items() if group != UNEXPLAINED} if own else {},
            )
        )
    return tuple(found)


def _not_assessed(reasoning: Reasoning) -> tuple[str, ...]:
    assessed = assessed_templates(reasoning)
    return tuple(
        definition.id
        for definition in reasoning.knowledge.nodes.values()
        if definition.slice.value == "factor" and not definition.latent and definition.id not in assessed
    )


def _self_care(
    reasoning: Reasoning, factors: Sequence[FactorResult], flags: Sequence[RedFlagResult]
) -> tuple[SelfCare, ...]:
    exists: dict[str, float] = {}
    contributes: dict[str, float] = {}
    for factor in factors:
        template = factor.id.partition("@")[0]
        best = max((p.p for p in factor.p_contributes.values()), default=0.0)
        exists[template] = max(exists.get(template, 0.0), factor.p_exists.p)
        contributes[template] = max(contributes.get(template, 0.0), best)
    ground = SelfCareGround(observed_outcomes(reasoning.findings), exists, contributes, highest_level(flags))
    return choose_self_care(reasoning.knowledge, ground)
