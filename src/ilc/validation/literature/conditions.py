"""Conditions on simulated people: terms that must all hold, ` | ` between alternatives, `not ` turns one round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ilc.knowledge import Knowledge
from ilc.validation.literature.people import BoolArray, SimulatedGroup

_NODE = re.compile(r"(?P<id>[a-z0-9_]+)(@(?P<site>[A-Za-z0-9_.]+))?((?P<sign>>=|#)(?P<number>\d+))?")
_AGE = re.compile(r"age(?P<sign>>=|<)(?P<number>\d+)")
_FINDING = re.compile(r"finding:(?P<id>[a-z0-9_]+)(@(?P<site>[A-Za-z0-9_.]+))?(=(?P<outcome>[a-z0-9_]+))?")
_LINK = "link:"


@dataclass(frozen=True, slots=True)
class Term:
    """One statement about a person.

    `kind`: node, finding, link, age_from or age_below. `number`: least grade or least number of sites for a node
    (`by_sites`), years for an age.
    """

    kind: str
    id: str = ""
    site: str = ""
    number: int = 1
    by_sites: bool = False
    outcome: str = "present"
    negated: bool = False

    def holds(self, group: SimulatedGroup) -> BoolArray:
        """Whether it is true of each simulated person."""
        found = self._plain(group)
        return ~found if self.negated else found

    def _plain(self, group: SimulatedGroup) -> BoolArray:
        if self.kind == "age_from":
            return np.full(group.count, group.age_years >= self.number)
        if self.kind == "age_below":
            return np.full(group.count, group.age_years < self.number)
        if self.kind == "link":
            return group.active_links(self.id)
        if self.kind == "finding":
            return group.findings(self.id, self.site, self.outcome)
        states = group.states(self.id, self.site)
        if self.by_sites:
            return np.asarray((states > 0).sum(axis=1) >= self.number)
        return np.asarray((states >= self.number).any(axis=1))

    def missing(self, knowledge: Knowledge) -> str:
        """What the knowledge lacks for it, in words; empty when nothing."""
        known = {"node": knowledge.nodes, "finding": knowledge.findings, "link": knowledge.links}.get(self.kind)
        if known is None or self.id in known:
            return ""
        return f"no {self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses that must all hold; each is a tuple of alternatives."""

    clauses: tuple[tuple[Term, ...], ...]

    def holds(self, group: SimulatedGroup) -> BoolArray:
        """Whether it is true of each simulated person."""
        found: BoolArray = np.ones(group.count, dtype=bool)
        for alternatives in self.clauses:
            found &= np.logical_or.reduce([term.holds(group) for term in alternatives])
        return found

    def missing(self, knowledge: Knowledge) -> Iterator[str]:
        """Everything the knowledge lacks for it."""
        yield from (lack for clause in self.clauses for term in clause if (lack := term.missing(knowledge)))


def parse_condition(clauses: Sequence[str]) -> Condition:
    """Condition from the lines of the rules.

    Raises
    ------
    ValueError : a term cannot be understood
    """
    return Condition(tuple(tuple(_parse_term(part) for part in clause.split(" | ")) for clause in clauses))


def _parse_term(text: str) -> Term:
    negated = text.startswith("not ")
    words = text.removeprefix("not ")
    if age := _AGE.fullmatch(words):
        kind = "age_from" if age["sign"] == ">=" else "age_below"
        return Term(kind, number=int(age["number"]), negated=negated)
    if words.startswith(_LINK):
        return Term("link", words.removeprefix(_LINK), negated=negated)
    if finding := _FINDING.fullmatch(words):
        outcome = finding["outcome"] or "present"
        return Term("finding", finding["id"], finding["site"] or "", outcome=outcome, negated=negated)
    node = _NODE.fullmatch(words)
    if node is None:
        raise ValueError(f"{text!r} is no term; write a node, finding:id, link:cause->effect or age>=70")
    number = int(node["number"] or 1)
    return Term("node", node["id"], node["site"] or "", number, by_sites=node["sign"] == "#", negated=negated)
