"""People of an age and a sex, and their networks: what checks of the knowledge as a whole are made on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ilc.inference.model import CausalModel, build_model
from ilc.knowledge.model import Knowledge

SEXES = ("female", "male")


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """An age and a sex."""

    age_years: int
    sex: str

    def __str__(self) -> str:
        return f"{'woman' if self.sex == 'female' else 'man'} of {self.age_years}"


class People:
    """The networks of several people, each built once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._models: dict[Person, CausalModel] = {}

    def model(self, person: Person) -> CausalModel:
        """Network of one person before any finding; the nodes of all people stand in the same order."""
        if person not in self._models:
            self._models[person] = build_model(self.knowledge, age_years=person.age_years, sex=person.sex)
        return self._models[person]


def name_people(people: Iterable[Person]) -> str:
    """Ages by sex: `women of 25, 45; men of 80`."""
    ages = {sex: [str(person.age_years) for person in sorted(people) if person.sex == sex] for sex in SEXES}
    words = {"female": "women", "male": "men"}
    return "; ".join(f"{words[sex]} of {', '.join(found)}" for sex, found in ages.items() if found)
