"""The dated rules of the part: what is a prediction, what matches, what counts as enough."""

from __future__ import annotations

from datetime import date

from ilc.validation.result import RulesFile
from ilc.validation.rules_file import Amendment, Resamples, StrictRules, read_rules

RULES = "2026-11-26-cases.yaml"


class Targets(StrictRules):
    """What counts as enough: least shares, 0..1."""

    recall: float
    strict_precision: float
    overlap_recall: float
    serious_with_sign: float


class Comparison(StrictRules):
    """What somebody else reached on other patients."""

    name: str
    recall: float
    precision: float


class CaseRules(StrictRules):
    """All rules of the part."""

    date: date
    part: str
    seed: int
    folder: str  # of the checkout: gold.yaml and, below it, the case folders
    threshold: float  # of p_contributes, from which a factor is predicted
    stands_for: dict[str, str]  # pain source -> the factor it says the same as
    level_tolerance: int
    bootstrap: Resamples
    first_factors: int
    first_tests: int
    level_needed: str
    level_needed_by_pathway: dict[str, str]
    targets: Targets
    comparison: Comparison
    amendments: list[Amendment]


def read_case_rules() -> tuple[CaseRules, RulesFile]:
    """The rules shipped with the package, and which file they are."""
    entries, file = read_rules(RULES)
    return CaseRules.model_validate(entries), file
