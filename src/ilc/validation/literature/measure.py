"""Part `literature`: simulate the people of each source and compute what it counted."""

from __future__ import annotations

from ilc.validation.literature.report import Account, report_literature
from ilc.validation.literature.rules import read_explanations, read_literature_rules
from ilc.validation.literature.scoring import differing_parameters, score_rows
from ilc.validation.result import PartResult, Request


def measure_literature(request: Request) -> PartResult:
    """Every row of the rules with the knowledge given."""
    rules, file = read_literature_rules()
    results = score_rows(request.knowledge, rules, rules.rows, tell=request.tell)
    differing = differing_parameters(request.knowledge, rules.rows)
    return report_literature(rules, file, Account(results, read_explanations(), differing))
