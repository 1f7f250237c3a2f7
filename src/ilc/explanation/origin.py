"""Body or brain: where the signal of each complaint originates, and what has not been excluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ilc.explanation.contributions import Contributions
from ilc.explanation.model import OriginResult
from ilc.explanation.reasoning import Reasoning
from ilc.explanation.roles import UNEXPLAINED
from ilc.findings import Finding
from ilc.inference.network import FloatArray

BRAIN = "brain"
SUPPORTED_FROM, POSSIBLE_FROM = 0.7, 0.3
WORTH_EXCLUDING = 0.03  # contribution in the reference patient from which an unassessed body cause is listed
EXCLUDED_BELOW = 0.1
SERIOUS_UNLIKELY_BELOW = 0.01  # of existing at all, whatever it contributes
CONCEIVABLE_FROM = 0.0005  # contribution in the reference patient from which a cause counts as having been in question
BENIGN_OUTCOMES = frozenset({"absent", "normal", "low", "none", "negative"})


def has_central_finding(findings: Sequence[Finding]) -> bool:
    """Whether at least one finding of a central mechanism is positive."""
    return any(finding.rule.central and finding.outcome not in BENIGN_OUTCOMES for finding in findings)


def measure_origin(
    reasoning: Reasoning, shares: Sequence[Mapping[str, float]], reference: Sequence[Mapping[str, float]]
) -> tuple[OriginResult, ...]:
    """Body and brain shares of each complaint beside those of the reference patient.

    Parameters
    ----------
    reasoning : the person
    shares, reference : by complaint, group and "unexplained", of the person and of someone with the same complaints
        and nothing else known

    Returns
    -------
    one entry per complaint present
    """
    central = has_central_finding(reasoning.findings)
    contributes = np.nan_to_num(reasoning.contributions.p_contributes())
    at_base = np.nan_to_num(reasoning.base_contributions.p_contributes())
    found = []
    for column, complaint in enumerate(reasoning.present):
        brain, body = _p_any(reasoning, column, (BRAIN,)), _p_any(reasoning, column, _body_groups(reasoning))
        excluded, open_ = _excluded(reasoning, contributes[:, column], at_base[:, column])
        own, usual = shares[column], reference[column]
        found.append(
            OriginResult(
                complaint=str(reasoning.model.instances[complaint]),
                body=_body(own),
                brain=own.get(BRAIN, 0.0),
                unexplained=own.get(UNEXPLAINED, 0.0),
                p_any_body=body,
                p_any_brain=brain,
                body_reference=_body(usual),
                brain_reference=usual.get(BRAIN, 0.0),
                brain_status=_status(brain) if central else "indeterminate",
                excluded=excluded,
                still_to_exclude=open_,
            )
        )
    return tuple(found)


def _body(shares: Mapping[str, float]) -> float:
    return sum(share for group, share in shares.items() if group not in (BRAIN, UNEXPLAINED))


def _status(p_any_brain: float) -> str:
    if p_any_brain >= SUPPORTED_FROM:
        return "supported"
    return "possible" if p_any_brain >= POSSIBLE_FROM else "unlikely"


def _body_groups(reasoning: Reasoning) -> tuple[str, ...]:
    return tuple(sorted(set(reasoning.roles.group) - {BRAIN, ""}))


def _p_any(reasoning: Reasoning, column: int, groups: Sequence[str]) -> float:
    """Share of worlds in which an active path leads from any factor of these groups to the complaint."""
    contributions: Contributions = reasoning.contributions
    nodes = [i for i, group in enumerate(reasoning.roles.group) if group in groups]
    complaint = reasoning.present[column]
    if not nodes:
        return 0.0
    any_reaches = np.any([contributions.in_worlds(node, complaint) for node in nodes], axis=0)
    there = reasoning.worlds.state[:, complaint] > 0
    return float(any_reaches[there].mean())


def _excluded(
    reasoning: Reasoning, contributes: FloatArray, at_base: FloatArray
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Body causes looked for and found unlikely, and those worth looking for that nobody looked for; by template."""
    assessed = assessed_templates(reasoning)
    highest: dict[str, list[float]] = {}
    for node, group in enumerate(reasoning.roles.group):
        if group not in ("", BRAIN) and not reasoning.model.definitions[node].latent:
            entry = highest.setdefault(reasoning.roles.template[node], [0.0, 0.0])
            entry[0] = max(entry[0], float(contributes[node]))
            entry[1] = max(entry[1], float(at_base[node]))
    ranked = sorted(highest, key=lambda t: -highest[t][1])
    suspected = _suspected_serious(reasoning)
    excluded = tuple(
        t
        for t in ranked
        if t in assessed - suspected and highest[t][0] < EXCLUDED_BELOW and highest[t][1] >= CONCEIVABLE_FROM
    )
    still = tuple(t for t in ranked if t not in assessed and highest[t][1] >= WORTH_EXCLUDING)
    return excluded, still


def _suspected_serious(reasoning: Reasoning) -> frozenset[str]:
    """Serious causes that are not called unlikely: what a red flag may watch over is not put aside here."""
    there = reasoning.posterior.p_present
    return frozenset(
        definition.id
        for node, definition in enumerate(reasoning.model.definitions)
        if definition.serious and not there[node] < SERIOUS_UNLIKELY_BELOW
    )


def assessed_templates(reasoning: Reasoning) -> frozenset[str]:
    """Templates for which at least one finding of their own was observed."""
    found: set[str] = set()
    for item in reasoning.evidence:
        if item.kind == "finding":
            found.update(reasoning.roles.template[t.index] for t in item.evidence.targets if t.kind == "node")
    return frozenset(found)
