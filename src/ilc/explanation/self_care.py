"""Self-care from this person's own factors, checked against everything that speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilc.explanation.model import SelfCare
from ilc.findings import Finding, level_rank
from ilc.knowledge.model import Knowledge, SelfCareItem

HELPFUL_FROM = 0.3  # contribution of a factor from which an item that helps it is offered


@dataclass(frozen=True, eq=False)
class SelfCareGround:
    """What the choice rests on; probabilities are by template, the highest over its instances."""

    outcomes: Mapping[str, frozenset[str]]  # finding -> outcomes observed
    p_exists: Mapping[str, float]
    p_contributes: Mapping[str, float]
    red_flag_level: str


def observed_outcomes(findings: Sequence[Finding]) -> dict[str, frozenset[str]]:
    """Outcomes by finding, over all sites."""
    found: dict[str, frozenset[str]] = {}
    for finding in findings:
        found[finding.id.concept] = found.get(finding.id.concept, frozenset()) | {finding.outcome}
    return found


def choose_self_care(knowledge: Knowledge, ground: SelfCareGround) -> tuple[SelfCare, ...]:
    """Items that help a factor of this person, offered or withheld with the reason.

    Returns
    -------
    offered first, by how much their factors contribute
    """
    found = []
    for item in knowledge.self_care.values():
        helped = tuple(f for f in item.helps if ground.p_contributes.get(f, 0.0) >= HELPFUL_FROM)
        if helped:
            found.append(_judge(item, helped, ground))
    return tuple(sorted(found, key=lambda care: (not care.offered, -_strength(care, ground), care.id)))


def _strength(care: SelfCare, ground: SelfCareGround) -> float:
    return max(ground.p_contributes[factor] for factor in care.because)


def _judge(item: SelfCareItem, helped: tuple[str, ...], ground: SelfCareGround) -> SelfCare:
    met = tuple(atom for atom in item.never_with if _holds(atom, ground))
    unasked = tuple(atom for atom in item.never_with if _is_unasked(atom, ground))
    return SelfCare(item.id, not met, helped, met, unasked, tuple(source.key for source in item.sources))


def _holds(atom: str, ground: SelfCareGround) -> bool:
    if atom.startswith("red_flag>="):
        return level_rank(ground.red_flag_level) >= level_rank(atom.removeprefix("red_flag>="))
    if atom.startswith("factor:"):
        factor, _, limit = atom.removeprefix("factor:").partition(">")
        return ground.p_exists.get(factor, 0.0) > float(limit)
    finding, _, outcome = atom.partition("=")
    return outcome in ground.outcomes.get(finding, frozenset())


def _is_unasked(atom: str, ground: SelfCareGround) -> bool:
    return "=" in atom and not atom.startswith("red_flag") and atom.partition("=")[0] not in ground.outcomes
