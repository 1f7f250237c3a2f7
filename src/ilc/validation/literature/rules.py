"""The dated rules of the part: which rows, in whom, how words were mapped, what counts."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from ilc.validation.result import RulesFile
from ilc.validation.rules_file import read_rules

RULES = "2026-11-26-literature.yaml"
EXPLANATIONS = "2026-11-26-literature-explanations.yaml"

Role = Literal["input", "fitted", "emergent", "held_out"]
Measure = Literal["share", "odds_ratio", "risk_ratio", "lr_positive", "lr_negative", "correlation"]
IntervalKind = Literal["stated", "wilson", "range", "computed", "bracket", "none"]
COUNTED_ROLES: tuple[Role, ...] = ("emergent", "held_out")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Targets(_Strict):
    """Shares of rows that have to lie inside the published interval."""

    counted_inside: float
    held_out_inside: float


class Scoring(_Strict):
    """What counts as enough, and which intervals are too wide to count."""

    targets: Targets
    widest_interval: float  # highest over lowest


class FitRules(_Strict):
    """How the fit of link strengths uses the fitted rows."""

    allowance: float  # standard deviation on the scale of log odds or logs
    huber: float
    vague_sd: float


class Population(_Strict):
    """Ages [from, to) and the share of women; ages are equally frequent unless mean and sd are given."""

    ages: tuple[float, float]
    female: float
    stated: str
    mean: float | None = None
    sd: float | None = None


class PublishedNumber(_Strict):
    """A value with its interval, or a count out of so many."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    of: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.value is None) == (self.count is None) or (self.count is None) != (self.of is None):
            raise ValueError("give either value (with low and high) or count and of")
        if (self.low is None) != (self.high is None):
            raise ValueError("give both ends of an interval or none")
        return self


class Row(_Strict):
    """One published quantity, and how it is computed in simulated people."""

    id: str
    section: str
    role: Role
    says: str
    published: PublishedNumber
    interval: IntervalKind
    source: str
    population: str
    measure: Measure
    of: list[str]
    mapping: str
    parameter: str = ""
    setting: str = ""
    among: list[str] = []
    given: list[str] = []
    known: bool = False
    count: bool = True
    why: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.measure == "share") == bool(self.given):
            raise ValueError(f"{self.id}: ratios and correlations compare with `given`, shares do not")
        if self.count == bool(self.why):
            raise ValueError(f"{self.id}: say in `why` why a row does not count, and only then")
        if self.interval == "wilson" and self.published.count is None and self.published.low is None:
            raise ValueError(f"{self.id}: a Wilson interval needs counts")
        return self


class LeftOut(_Strict):
    """Something the sources state that no row asks, and why."""

    what: str
    reason: str


class Amendment(_Strict):
    """A later correction of a plain mistake."""

    date: date
    changed: list[str]
    reason: str


class LiteratureRules(_Strict):
    """All rules, as committed before the first scoring."""

    date: date
    part: str
    seed: int
    worlds_per_group: int
    ages_years: list[int]
    sexes: list[str]
    scoring: Scoring
    fit: FitRules
    populations: dict[str, Population]
    rows: list[Row]
    left_out: list[LeftOut]
    amendments: list[Amendment]

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        ids = [row.id for row in self.rows]
        if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            raise ValueError(f"rows stand twice: {', '.join(twice)}")
        if strange := sorted({row.population for row in self.rows} - set(self.populations)):
            raise ValueError(f"no such population: {', '.join(strange)}")
        return self


class Explanations(_Strict):
    """Why rows are missed; this file may grow, the rules may not."""

    date: date
    explanations: dict[str, str]


def read_literature_rules() -> tuple[LiteratureRules, RulesFile]:
    """The rules shipped with the package, and which file they are."""
    entries, file = read_rules(RULES)
    return LiteratureRules.model_validate(entries), file


def read_explanations() -> dict[str, str]:
    """Row -> why it is missed."""
    entries, _ = read_rules(EXPLANATIONS)
    return Explanations.model_validate(entries).explanations
