"""The dated rules of the part: who is simulated, what is written down, how it is scored, what counts as enough."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from ilc.validation.result import RulesFile
from ilc.validation.rules_file import read_rules

RULES = "2026-11-22-overlap.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Counts(_Strict):
    """How many patients each half simulates."""

    network: int
    misspecified: int


class FactorCounts(_Strict):
    """How many factors may truly contribute."""

    fewest: int
    most: int


class TestsDone(_Strict):
    """Chance that a test of up to this burden is done."""

    burden_up_to: float
    done: float


class TraitGroups(_Strict):
    """Evidence groups whose positive outcomes a trait raises."""

    told: list[str]
    examined: list[str]


class Misspecification(_Strict):
    """How the generator of the second half departs from the engine's knowledge."""

    interval_width: float  # 1: as wide as the stated intervals
    trait_on_what_is_told: float
    trait_on_what_is_examined: float
    negative_written_down_ratio: float
    traits_raise: TraitGroups


class Ranks(_Strict):
    """Rank histogram: posterior draws per patient, and bins."""

    draws: int
    bins: int


class Bootstrap(_Strict):
    """Resamples of patients for intervals."""

    draws: int
    interval: float


class Bounds(_Strict):
    """What a figure has to keep to."""

    least: float = float("-inf")
    most: float = float("inf")


class Targets(_Strict):
    """What counts as enough."""

    calibration_slope: Bounds
    mean_excess_log_loss_nats: Bounds
    relief_ratio: Bounds
    urgent_without_serious_disease: Bounds
    baseline_minus_engine_log_loss_nats: Bounds
    rank_histogram_p: Bounds


class OverlapRules(_Strict):
    """All rules of the part, as written before its first scoring."""

    date: date
    part: str
    seed: int
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
    misspecified: Misspecification
    worlds: int
    comparison_worlds: int
    ranks: Ranks
    bootstrap: Bootstrap
    exit_goal: float
    targets: Targets


def read_overlap_rules() -> tuple[OverlapRules, RulesFile]:
    """The rules shipped with the package, and which file they are."""
    entries, file = read_rules(RULES)
    return OverlapRules.model_validate(entries), file
