"""Red-flag rules: what was asked, what was not, and how urgent the answers are by rule alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilc.findings.model import Finding
from ilc.knowledge.model import Knowledge, RedFlagRule

LEVELS = ("none", "watch", "prompt", "urgent", "emergency")  # rising


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one red-flag rule says of the findings alone."""

    rule: RedFlagRule
    level: str
    why: tuple[str, ...]  # "finding=outcome" that fulfilled the clause of this level
    unasked: tuple[str, ...]
    p_floor: float


def level_rank(level: str) -> int:
    """Position of a level in rising order; "not_excluded" ranks with "none"."""
    return LEVELS.index(level) if level in LEVELS else 0


def detect_red_flags(knowledge: Knowledge, findings: Sequence[Finding]) -> tuple[RuleOutcome, ...]:
    """Apply every red-flag rule.

    Parameters
    ----------
    knowledge : the rules
    findings : observed findings of any kind; a finding at any site counts for the person

    Returns
    -------
    one outcome per rule, in the order of the data
    """
    observed: dict[str, set[str]] = {}
    for finding in findings:
        observed.setdefault(finding.id.concept, set()).add(finding.outcome)
    return tuple(_apply(rule, observed) for rule in knowledge.red_flags.values())


def _apply(rule: RedFlagRule, observed: dict[str, set[str]]) -> RuleOutcome:
    unasked = tuple(finding for finding in rule.screening if finding not in observed)
    for level in reversed(LEVELS):
        met = [clause for clause in rule.clauses.get(level, ()) if all(_holds(atom, observed) for atom in clause)]
        if met:
            why = tuple(sorted({atom for clause in met for atom in clause}))
            floor = rule.floor.get(level)
            return RuleOutcome(rule, level, why, unasked, floor.value if floor else 0.0)
    return RuleOutcome(rule, "none", (), unasked, 0.0)


def _holds(atom: str, observed: dict[str, set[str]]) -> bool:
    finding, _, outcome = atom.partition("=")
    return outcome in observed.get(finding, set())
