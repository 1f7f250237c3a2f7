"""Alarms in vain by single signs that the stated false-positive rates let expect, before anything is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ilc.core import sites_of
from ilc.findings import level_rank
from ilc.knowledge import Knowledge
from ilc.knowledge.model import FindingDef, RedFlagRule
from ilc.validation.overlap.alarms import ALARM_FROM
from ilc.validation.overlap.rules import OverlapRules

PRESENT = "present"


@dataclass(frozen=True, slots=True)
class ExpectedSign:
    """A sign that raises a pathway to urgent or above by itself."""

    pathway: str
    finding: str
    false_positive: float  # P(present | nothing it tests is there), at each site
    written_down: float  # chance that it is looked for and written down without any reason to
    in_vain: float  # share of people without anything it tests who are alarmed by it


def expect_single_signs(knowledge: Knowledge, rules: OverlapRules) -> tuple[ExpectedSign, ...]:
    """Every such sign, the most frequent first; a sign of several pathways is named for the first."""
    found: dict[str, ExpectedSign] = {}
    for rule in knowledge.red_flags.values():
        for finding in _alone(rule):
            definition = knowledge.findings[finding]
            if finding not in found and definition.targets:
                found[finding] = _expect(rule.id, definition, _chance_written(knowledge, definition, rules), rules)
    return tuple(sorted(found.values(), key=lambda sign: (-sign.in_vain, sign.finding)))


def expect_any(signs: tuple[ExpectedSign, ...]) -> float:
    """Share alarmed by any of them, as if they were independent."""
    spared = 1.0
    for sign in signs:
        spared *= 1.0 - sign.in_vain
    return 1.0 - spared


def _alone(rule: RedFlagRule) -> Iterator[str]:
    for level, clauses in rule.clauses.items():
        if level_rank(level) >= level_rank(ALARM_FROM):
            for clause in clauses:
                finding, _, outcome = next(iter(clause)).partition("=")
                if len(clause) == 1 and outcome == PRESENT:
                    yield finding


def _expect(pathway: str, definition: FindingDef, written: float, rules: OverlapRules) -> ExpectedSign:
    false_positive = definition.given_absent[PRESENT].value
    places = len(rules.only_at.get(definition.id, sites_of(definition.sites)))
    in_vain = 1.0 - (1.0 - false_positive * written) ** places
    return ExpectedSign(pathway, definition.id, false_positive, written, in_vain)


def _chance_written(knowledge: Knowledge, definition: FindingDef, rules: OverlapRules) -> float:
    second = rules.second_tests
    if any(definition.id in step.findings for step in second.steps):
        return second.done_without_reason * second.written_down
    return rules.chance_done(knowledge.tests[definition.test].burden) * rules.chance_written(definition)
