"""The part `cases`: read, judge, match, score, report."""

from __future__ import annotations

from collections.abc import Iterator

from ilc.validation.cases.given import BEFORE, WITH, GivenCase, read_cases
from ilc.validation.cases.judging import Judgement, judge_case
from ilc.validation.cases.matching import match_case
from ilc.validation.cases.report import report_cases
from ilc.validation.cases.rules import CaseRules, read_case_rules
from ilc.validation.cases.scoring import ScoredCase, score_cases
from ilc.validation.cases.stages import SeriousRow, check_serious, find_lead
from ilc.validation.result import PartResult, Request


def measure_cases(request: Request) -> PartResult:
    """Score the published cases, or cases of the user, against what was confirmed in each.

    Raises
    ------
    PartNotPossible : a case or what was confirmed in it cannot be used
    """
    rules, file = read_case_rules()
    scored = []
    given = read_cases(request, rules)
    for number, case in enumerate(given, start=1):
        request.tell(f"cases: {case.name}, {number} of {len(given)}")
        scored.append(score_case(case, request, rules))
    figures = score_cases(scored, rules)
    return report_cases(rules, file, scored, figures, own=request.patients is not None)


def score_case(given: GivenCase, request: Request, rules: CaseRules) -> ScoredCase:
    """One case at its one or two stages."""
    knowledge = request.knowledge
    final = judge_case(knowledge, given.case, seed=rules.seed, with_tests=False)
    before = judge_case(knowledge, given.before, seed=rules.seed, with_tests=True) if given.before else None
    return ScoredCase(
        name=given.name,
        overlap=given.gold.overlap,
        match=match_case(final, given.gold, rules),
        lead=find_lead(before, given.gold, rules) if before else None,
        serious=tuple(_serious(before, final, given, rules)),
    )


def _serious(before: Judgement | None, final: Judgement, given: GivenCase, rules: CaseRules) -> Iterator[SeriousRow]:
    if before is not None:
        yield from check_serious(before, BEFORE, given.gold, rules)
    yield from check_serious(final, WITH, given.gold, rules)
