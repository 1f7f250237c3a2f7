"""Before the deciding test: what leads, and which tests are named; and how serious causes are treated at each stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ilc.findings import level_rank
from ilc.validation.cases.gold import CONTRIBUTES, CaseGold
from ilc.validation.cases.judging import FACTOR, JudgedNode, Judgement
from ilc.validation.cases.matching import answers
from ilc.validation.cases.rules import CaseRules


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the first confirmed factor and the first deciding test stand before that test; 0 = not listed."""

    factor: str
    factor_rank: int
    p_contributes: float
    test: str
    test_list: str  # "safety" | "information" | ""
    test_rank: int
    reached: bool


@dataclass(frozen=True, slots=True)
class SeriousRow:
    """How a serious cause is treated at one stage."""

    pathway: str
    stage: str
    signs: tuple[str, ...]  # recorded as present
    level: str
    needed: str  # "" = anything but `none`
    reached: bool


def find_lead(judgement: Judgement, gold: CaseGold, rules: CaseRules) -> Lead:
    """Rank of the best confirmed factor, and of the best deciding test."""
    factor, rank, p = _first_confirmed(judgement, gold, rules)
    test, listed, test_rank = _first_test(judgement, gold)
    reached = 0 < rank <= rules.first_factors or 0 < test_rank <= rules.first_tests
    return Lead(factor, rank, p, test, listed, test_rank, reached)


def _first_confirmed(judgement: Judgement, gold: CaseGold, rules: CaseRules) -> tuple[str, int, float]:
    """Factors of one side with all their levels and their own source count as one."""
    groups: dict[tuple[str, str], list[JudgedNode]] = {}
    for node in judgement.nodes:
        concept = rules.stands_for.get(node.id.concept, node.id.concept)
        if node.kind == FACTOR or node.id.concept in rules.stands_for:
            groups.setdefault((concept, node.id.side), []).append(node)
    best = {key: max(node.best[1] for node in nodes) for key, nodes in groups.items()}
    confirmed = [item for item in gold.factors if item.judged == CONTRIBUTES]
    for rank, key in enumerate(sorted(best, key=lambda key: (-best[key], key)), start=1):
        for node in groups[key]:
            if best[key] > 0.0 and any(answers(node.id, item, rules) for item in confirmed):
                return "@".join(part for part in key if part), rank, best[key]
    return "", 0, 0.0


def _first_test(judgement: Judgement, gold: CaseGold) -> tuple[str, str, int]:
    listed = [
        (rank, name, own)
        for name, tests in (("safety", judgement.safety_tests), ("information", judgement.information_tests))
        for rank, test in enumerate(tests, start=1)
        for own in (test.test, *(finding.partition("@")[0] for finding in test.findings))
        if own in gold.tests
    ]
    rank, name, own = min(listed, default=(0, "", ""))
    return own, name, rank


def check_serious(judgement: Judgement, stage: str, gold: CaseGold, rules: CaseRules) -> Iterator[SeriousRow]:
    """Each serious pathway of the gold: urgent where a sign is recorded, else not called absent."""
    for pathway, known in gold.serious.items():
        signs = tuple(sign for sign in known if sign in judgement.present)
        level = judgement.levels[pathway]
        needed = rules.level_needed_by_pathway.get(pathway, rules.level_needed) if signs else ""
        reached = level_rank(level) >= level_rank(needed) if signs else level != "none"
        yield SeriousRow(pathway, stage, signs, level, needed, reached)
