"""Each factor by itself: existence, contributions, shares, reasons, and what would change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import InstanceId, sites_of
from ilc.explanation.bounds import Bounds
from ilc.explanation.model import Change, FactorResult, Probability, Reasons
from ilc.explanation.origin import assessed_templates
from ilc.explanation.reasoning import Reasoning
from ilc.explanation.reasons import ReasonGround, descendants_of, explain_contribution, explain_existence
from ilc.explanation.shares import Shares
from ilc.findings import Finding
from ilc.inference.evidence import finding_evidence
from ilc.inference.model import estimate_at
from ilc.inference.network import FloatArray
from ilc.knowledge.model import Basis

POSSIBLE_FROM, LIKELY_FROM = 0.2, 0.7
INCIDENTAL_EXISTS, INCIDENTAL_CONTRIBUTES = 0.5, 0.3
EXPLAINED_CONTRIBUTIONS = 6  # leading factors of each complaint whose contribution is explained
WORTH_A_CHANGE = 0.05
MOST_CHANGES = 4


def band_of(p: float) -> str:
    """Words beside the number: low, possible or likely."""
    if p >= LIKELY_FROM:
        return "likely"
    return "possible" if p >= POSSIBLE_FROM else "low"


@dataclass(frozen=True, eq=False)
class FactorGround:
    """What the results of all factors are written from."""

    reasoning: Reasoning
    reasons: ReasonGround
    bounds: Bounds | None
    shares: Sequence[Mapping[int, float]]  # by complaint, factor -> share
    contributes: FloatArray
    direct: FloatArray
    assessed: frozenset[str]


def evaluate_factors(reasoning: Reasoning, shares: Sequence[Shares], bounds: Bounds | None) -> tuple[FactorResult, ...]:
    """Evaluate every factor, history node and pain source by itself.

    Parameters
    ----------
    reasoning : the person
    shares : by complaint present
    bounds : parameter intervals, or None to leave them out
    """
    contributions = reasoning.contributions
    contributes = np.nan_to_num(contributions.p_contributes())
    leading = frozenset(np.flatnonzero(contributes.max(axis=1, initial=0.0) >= WORTH_A_CHANGE).tolist())
    descendants = descendants_of(reasoning.model)
    ground = FactorGround(
        reasoning,
        ReasonGround(reasoning.model, reasoning.evidence, reasoning.mixture, descendants, leading),
        bounds,
        [own.share() for own in shares],
        contributes,
        np.nan_to_num(contributions.p_direct()),
        assessed_templates(reasoning),
    )
    explained = _leading(ground)
    return tuple(
        _evaluate(ground, node, explained.get(node, ()))
        for node, definition in enumerate(reasoning.model.definitions)
        if definition.slice.value != "complaint" and not definition.latent
    )


def _leading(ground: FactorGround) -> Mapping[int, tuple[int, ...]]:
    """Columns of the complaints whose contribution is explained, for the leading factors."""
    kinds = np.array([kind in ("factor", "source") for kind in ground.reasoning.roles.kind])
    found: dict[int, list[int]] = {}
    for column in range(len(ground.reasoning.present)):
        ranked = np.argsort(-(ground.contributes[:, column] * kinds), kind="stable")[:EXPLAINED_CONTRIBUTIONS]
        for node in ranked:
            if ground.contributes[node, column] >= WORTH_A_CHANGE:
                found.setdefault(int(node), []).append(column)
    return {node: tuple(columns) for node, columns in found.items()}


def _evaluate(ground: FactorGround, node: int, explained: tuple[int, ...]) -> FactorResult:
    reasoning = ground.reasoning
    definition = reasoning.model.definitions[node]
    names = [str(reasoning.model.instances[c]) for c in reasoning.present]
    p = float(reasoning.posterior.p_present[node])
    contributes = ground.contributes[node]
    prior, base = float(reasoning.prior[node]), float(reasoning.base.p_present[node])
    reasons = explain_existence(
        ground.reasons, node, reasoning.mixture_state[:, node], prior=prior, base=base, posterior=p
    )
    own = _own_findings(reasoning, node)
    sources, expert_only = _sources(reasoning, node, reasons)
    norm = estimate_at(definition.age_norm, age_years=reasoning.patient.age_years, sex=reasoning.patient.sex)
    incidental = p >= INCIDENTAL_EXISTS and bool(names) and float(contributes.max()) < INCIDENTAL_CONTRIBUTES
    return FactorResult(
        id=str(reasoning.model.instances[node]),
        label=definition.label,
        kind=definition.slice.value,
        group=definition.group.value if definition.group else "",
        serious=definition.serious,
        modifiable=definition.modifiable,
        assessed=bool(own),
        p_exists=_exists(ground, node, p),
        band=band_of(p),
        p_reference=base,
        prior=prior,
        age_norm=norm.estimate.value if norm else None,
        p_contributes={name: _contributes(ground, node, column) for column, name in enumerate(names)},
        p_direct={name: float(ground.direct[node, column]) for column, name in enumerate(names)},
        share={name: own.get(node, 0.0) for name, own in zip(names, ground.shares, strict=True)},
        incidental=incidental and definition.slice.value == "factor",
        reasons=reasons,
        reasons_contributes={names[column]: _contribution_reasons(ground, node, column) for column in explained},
        would_change=_changes(reasoning, node, p) if explained or own else (),
        expert_only=expert_only,
        sources=sources,
    )


def _exists(ground: FactorGround, node: int, p: float) -> Probability:
    if ground.bounds is None:
        return Probability(p)
    return Probability(p, float(ground.bounds.exists_low[node]), float(ground.bounds.exists_high[node]))


def _contributes(ground: FactorGround, node: int, column: int) -> Probability:
    p = float(ground.contributes[node, column])
    if ground.bounds is None or p <= 0.0:
        return Probability(p)
    low, high = ground.bounds.contributes_low[node, column], ground.bounds.contributes_high[node, column]
    return Probability(p, float(low), float(high))


def _contribution_reasons(ground: FactorGround, node: int, column: int) -> Reasons:
    reasoning = ground.reasoning
    complaint = reasoning.present[column]
    base = float(np.nan_to_num(reasoning.base_contributions.p_contributes()[node, column]))
    return explain_contribution(
        ground.reasons,
        node,
        reasoning.reaches(node, complaint),
        base=base,
        posterior=float(ground.contributes[node, column]),
    )


def _own_findings(reasoning: Reasoning, node: int) -> tuple[Finding, ...]:
    return tuple(
        item.finding
        for item in reasoning.evidence
        if item.finding is not None and any(t.kind == "node" and t.index == node for t in item.evidence.targets)
    )


def _sources(reasoning: Reasoning, node: int, reasons: Reasons) -> tuple[tuple[str, ...], bool]:
    """Bibliography keys behind a factor's probability, and whether there are none."""
    definition, knowledge = reasoning.model.definitions[node], reasoning.knowledge
    band = estimate_at(definition.prior, age_years=reasoning.patient.age_years, sex=reasoning.patient.sex)
    numbers = [band.parameter if band else definition.leak_parameter]
    keys: dict[str, None] = {}
    for number in numbers:
        parameter = knowledge.parameters.get(number)
        if parameter is not None and parameter.basis is not Basis.ASSUMPTION:
            keys.update((source.key, None) for source in parameter.sources)
    for reason in reasons.contributions:
        if reason.kind == "direct":
            keys.update((key, None) for key in reason.sources)
    return tuple(keys), not keys


def _changes(reasoning: Reasoning, node: int, p: float) -> tuple[Change, ...]:
    """Unobserved findings that test this node alone, and where each outcome would take its probability."""
    observed = {str(finding.id) for finding in reasoning.findings}
    definition, instance = reasoning.model.definitions[node], reasoning.model.instances[node]
    found = []
    for rule in reasoning.knowledge.findings.values():
        if not any(target.node == definition.id for target in rule.targets) or len(rule.targets) != 1:
            continue
        for site in sites_of(rule.sites):
            finding_id = InstanceId(rule.id, site)
            if str(finding_id) in observed or not _may_test(finding_id, instance):
                continue
            for outcome in rule.outcomes:
                change = _change(reasoning, node, p, Finding(finding_id, rule, outcome, None, None, "typed"))
                if change is not None:
                    found.append(change)
    ranked = sorted(found, key=lambda c: (-abs(c.p_after - p) * c.p_outcome, c.finding, c.outcome))
    return tuple(ranked[:MOST_CHANGES])


def _may_test(finding: InstanceId, node: InstanceId) -> bool:
    sides = not finding.side or not node.side or finding.side == node.side
    return sides and (not finding.place or not node.place or finding.place == node.place)


def _change(reasoning: Reasoning, node: int, p: float, finding: Finding) -> Change | None:
    pieces = finding_evidence(reasoning.model, finding)
    if len(pieces) != 1 or len(pieces[0].evidence.targets) != 1:
        return None
    target = pieces[0].evidence.targets[0]
    if target.kind != "node" or target.index != node:
        return None
    off, on = (float(x) for x in pieces[0].evidence.table)
    chance = p * on + (1.0 - p) * off
    after = p * on / chance
    if abs(after - p) < WORTH_A_CHANGE:
        return None
    return Change(str(finding.id), finding.outcome, chance, after)
