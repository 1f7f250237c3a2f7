"""The dated rules of the part: who is simulated, what is written down, how it is scored, what counts as enough."""

from __future__ import annotations

from datetime import date

from ilc.knowledge.model import FindingDef
from ilc.validation.result import RulesFile
from ilc.validation.rules_file import Resamples, StrictRules, read_rules

RULES = "2026-11-26-overlap.yaml"


class Change(StrictRules):
    """What these rules change of those they follow, and why."""

    what: str
    why: str


class Counts(StrictRules):
    """How many patients are simulated of each kind."""

    unselected: int
    network: int
    misspecified: int


class FactorCounts(StrictRules):
    """How many factors may truly contribute."""

    fewest: int
    most: int


class TestsDone(StrictRules):
    """Chance that a test of up to this burden is done."""

    burden_up_to: float
    done: float


class SecondStep(StrictRules):
    """Tests done where one of these pathways has reached its level by what is written down so far."""

    asked_for_by: dict[str, str]
    findings: list[str]
    done: float | None = None  # chance where due; that of all steps when None


class SecondTests(StrictRules):
    """Tests that first answers ask for, in the order of their steps."""

    done_where_due: float
    written_down: float
    done_without_reason: float
    steps: list[SecondStep]


class TraitGroups(StrictRules):
    """Evidence groups whose positive outcomes a trait raises."""

    told: list[str]
    examined: list[str]


class Misspecification(StrictRules):
    """How the generator of the misspecified half departs from the engine's knowledge."""

    interval_width: float  # 1: as wide as the stated intervals
    trait_on_what_is_told: float
    trait_on_what_is_examined: float
    negative_written_down_ratio: float
    traits_raise: TraitGroups


class Ranks(StrictRules):
    """Rank histogram: posterior draws per patient, and bins."""

    draws: int
    bins: int


class Bounds(StrictRules):
    """What a figure has to keep to."""

    least: float = float("-inf")
    most: float = float("inf")


class Targets(StrictRules):
    """What counts as enough."""

    calibration_slope: Bounds
    mean_excess_log_loss_nats: Bounds
    relief_ratio: Bounds
    alarms_in_vain: Bounds
    warning_signs_below_urgent: Bounds
    baseline_minus_engine_log_loss_nats: Bounds
    rank_histogram_p: Bounds


class OverlapRules(StrictRules):
    """All rules of the part, as written before the first scoring under them."""

    date: date
    part: str
    follows: str
    seed: int
    changes: list[Change]
    patients: Counts
    patients_per_batch: int
    ages_years: list[int]
    sexes: list[str]
    contributing_factors: FactorCounts
    complaint_asked: float
    intensity_asked: float
    tests_done: list[TestsDone]
    item_written_down: float
    red_flag_question_written_down: float
    only_at: dict[str, list[str]]  # finding -> the sites at which it is looked for
    second_tests: SecondTests
    watched_for: dict[str, list[str]]  # pathway -> factors it watches for beside its own
    never_below_urgent: list[str]  # findings
    misspecified: Misspecification
    worlds: int
    comparison_worlds: int
    ranks: Ranks
    bootstrap: Resamples
    exit_goal: float
    targets: Targets

    def chance_done(self, burden: float) -> float:
        """How often a first test of this burden is done."""
        return next(row.done for row in self.tests_done if burden <= row.burden_up_to)

    def chance_written(self, finding: FindingDef) -> float:
        """How often a finding of a first test that was done reaches the record."""
        asked_of_nearly_all = finding.red_flag and finding.evidence_group == "interview"
        return self.red_flag_question_written_down if asked_of_nearly_all else self.item_written_down


def read_overlap_rules() -> tuple[OverlapRules, RulesFile]:
    """The rules shipped with the package, and which file they are."""
    entries, file = read_rules(RULES)
    return OverlapRules.model_validate(entries), file
