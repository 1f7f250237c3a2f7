"""Red flags: the highest of rule, isolated network and full network; nothing that is not serious can lower a level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ilc.explanation.model import RedFlagResult
from ilc.findings import LEVELS, RuleOutcome, level_rank
from ilc.inference.engine import Plan, Posterior, infer_posterior
from ilc.inference.evidence import PatientEvidence
from ilc.inference.model import CausalModel
from ilc.inference.network import Evidence
from ilc.inference.serious import infer_isolated, probability_of_any
from ilc.knowledge.model import RedFlagRule


def _if_serious(item: PatientEvidence) -> Evidence:
    """The evidence itself, or the same without any weight where a serious level may not rest on it."""
    if item.finding is None or item.finding.rule.red_flag:
        return item.evidence
    return Evidence(item.id, item.evidence.targets, np.ones_like(item.evidence.table))


def serious_evidence(evidence: Sequence[PatientEvidence]) -> list[PatientEvidence]:
    """Complaints, setting and red-flag findings: all that a level may rest on."""
    return [item for item in evidence if item.finding is None or item.finding.rule.red_flag]


def judge_red_flags(
    model: CausalModel,
    evidence: Sequence[PatientEvidence],
    rules: Sequence[RuleOutcome],
    posterior: Posterior,
    *,
    plan: Plan,
) -> tuple[RedFlagResult, ...]:
    """Judge every serious pathway.

    Parameters
    ----------
    model, evidence : the person's network and all evidence
    rules : what the red-flag rules say of the findings
    posterior : given all evidence
    plan : elimination order of `posterior`

    Returns
    -------
    most urgent first; the level rests on serious evidence only, the probability is the highest of all three ways
    """
    base = infer_posterior(model.network, [_if_serious(item) for item in evidence], plan=plan)
    found = [_judge(model, evidence, outcome, (base, posterior)) for outcome in rules]
    return tuple(sorted(found, key=lambda flag: (-level_rank(flag.level), -flag.p)))


def _judge(
    model: CausalModel,
    evidence: Sequence[PatientEvidence],
    outcome: RuleOutcome,
    posteriors: tuple[Posterior, Posterior],
) -> RedFlagResult:
    rule = outcome.rule
    nodes = [i for i, definition in enumerate(model.definitions) if definition.id in rule.factors]
    base, full = (probability_of_any([float(p.p_present[i]) for i in nodes]) for p in posteriors)
    isolated = infer_isolated(model, nodes, serious_evidence(evidence)) if nodes else 0.0
    level = max(outcome.level, _level_from_p(rule, max(isolated, base)), key=level_rank)
    if level == "none" and outcome.unasked:
        level = "not_excluded"
    return RedFlagResult(
        id=rule.id,
        label=rule.label,
        asked=not outcome.unasked,
        unasked=outcome.unasked,
        level=level,
        p=max(outcome.p_floor, isolated, base, full),
        p_rule=outcome.p_floor,
        p_isolated=isolated,
        p_full=full,
        why=outcome.why,
        action=rule.action.get(level, ""),
        factors=rule.factors,
    )


def _level_from_p(rule: RedFlagRule, p: float) -> str:
    for level in reversed(LEVELS):
        threshold = rule.level_from_p.get(level)
        if threshold is not None and p >= threshold:
            return level
    return "none"


def highest_level(flags: Sequence[RedFlagResult]) -> str:
    """The most urgent level of all pathways; "none" where nothing speaks for any."""
    return max((flag.level for flag in flags if flag.level in LEVELS), key=level_rank, default="none")
