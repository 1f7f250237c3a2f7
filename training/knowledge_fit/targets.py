"""What the fit answers to: the fitted rows of the literature rules, and how common complaints may be by age."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from ilc.knowledge import Knowledge
from ilc.validation.literature.conditions import parse_condition
from ilc.validation.literature.counting import Question, ask, population_shares
from ilc.validation.literature.people import Crowd
from ilc.validation.literature.published import Published, published_of, published_sd, scaled
from ilc.validation.literature.rules import LiteratureRules, Population, PublishedNumber, Row

OLDEST_SIMULATED = 85


@dataclass(frozen=True, eq=False)
class Target:
    """A question with the published answer; `answers`: parameters or rows it stands for."""

    name: str
    question: Question
    published: Published
    answers: tuple[str, ...]

    @property
    def scaled(self) -> float:
        """The published answer on the scale of comparison."""
        return scaled(self.published.value, self.question.row.measure)

    def sd(self, *, above: bool) -> float:
        """Its standard deviation on the side where the model lies."""
        found = published_sd(self.published, self.question.row.measure, above=above)
        if found is None:
            raise ValueError(f"{self.name} has no interval to fit to")
        return found


def targets_of(knowledge: Knowledge, rules: LiteratureRules, crowd: Crowd) -> list[Target]:
    """All targets the knowledge has words for."""
    found = [*_rows(rules, crowd), *_plausible(knowledge, crowd)]
    return [target for target in found if not target.question.missing(knowledge)]


def _rows(rules: LiteratureRules, crowd: Crowd) -> Iterator[Target]:
    for row in rules.rows:
        published = published_of(row)
        if row.role == "fitted" and published.low is not None:
            answers = (row.parameter,) if row.parameter else (f"literature.{row.id}",)
            yield Target(row.id, ask(row, rules, crowd), published, answers)


def _plausible(knowledge: Knowledge, crowd: Crowd) -> Iterator[Target]:
    for complaint, plausible in knowledge.plausible.items():
        for band in plausible.bands:
            number = PublishedNumber(value=band.estimate.value, low=band.estimate.low, high=band.estimate.high)
            name = f"plausible.{complaint}.{band.age_from}_{band.age_to}"
            female = {"female": 1.0, "male": 0.0}.get(band.sex, 0.5)
            ages = (float(band.age_from), float(min(band.age_to, OLDEST_SIMULATED)))
            who = Population(ages=ages, female=female, stated="assumed range")
            row = Row(
                id=name,
                section="complaints",
                role="fitted",
                says=name,
                published=number,
                interval="range",
                source="assumed range",
                population=name,
                measure="share",
                of=[complaint],
                mapping="any grade, either side",
            )
            question = ask_of(row, who, crowd)
            yield Target(name, question, published_of(row), (band.parameter,))


def ask_of(row: Row, who: Population, crowd: Crowd) -> Question:
    """A question to people who are not among the populations of the rules."""
    parts = (parse_condition(row.among), parse_condition(row.given), parse_condition(row.of))
    return Question(row, *parts, population_shares(who, crowd.groups))


def hash_of_rows(rules: LiteratureRules) -> str:
    """SHA-256 of the fitted rows, their populations and how the fit uses them."""
    rows = [row for row in rules.rows if row.role == "fitted"]
    content = {
        "rows": [row.model_dump(exclude={"says", "source", "mapping"}) for row in rows],
        "populations": {row.population: rules.populations[row.population].model_dump() for row in rows},
        "fit": rules.fit.model_dump(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
