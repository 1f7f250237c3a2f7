"""Everything that is assumed, by what it stands for: the entry, the numbers with one reason, the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ilc.knowledge.describe_sources import name_place
from ilc.knowledge.facts import Kind, Listing, Mention, Part, Section, Text, listed, table, text
from ilc.knowledge.grounds import render_number
from ilc.knowledge.model import Knowledge, Parameter
from ilc.knowledge.summary import ASSUMED, assumptions_of

_AGES = re.compile(r"(?P<from>\d+)_(?P<to>\d+)\.(?P<sex>any|female|male)$")
_OBVIOUS = ("accuracy.", "outcomes.")


def describe_assumptions(knowledge: Knowledge) -> Iterator[Section]:
    """One table for each kind of assumption, the most numerous first."""
    for kind, parameters in assumptions_of(knowledge).items():
        yield Section(f"{kind.value}: {len(parameters)}", (), _by_reason(knowledge, parameters))


def _by_reason(knowledge: Knowledge, parameters: Iterable[Parameter]) -> Listing:
    """Numbers of one entry that share a reason stand together."""
    groups: dict[tuple[Part, str], list[Text]] = {}
    for parameter in parameters:
        entry, what = _place(knowledge, parameter)
        said = text(f"{what} " if what else "", render_number(parameter.id, parameter.estimate))
        groups.setdefault((entry, parameter.note), []).append(said)
    rows = ((text(entry), listed(numbers), reason) for (entry, reason), numbers in groups.items())
    return table(("entry", "assumed", "because"), rows)


def _place(knowledge: Knowledge, parameter: Parameter) -> tuple[Part, str]:
    """The entry that a number belongs to, and what of it the number is."""
    if not parameter.id.startswith(ASSUMED):
        return Mention(Kind.NUMBER, parameter.id, parameter.id, defines=True), ""
    path = parameter.id.removeprefix(ASSUMED)
    what = path.split(".", 2)[2]
    for start in _OBVIOUS:
        what = what.removeprefix(start)
    if ages := _AGES.search(what):
        sex = "" if ages["sex"] == "any" else f" {ages['sex']}"
        what = f"{what[: ages.start()].rstrip('.')} {ages['from']} to {int(ages['to']) - 1}{sex}"
    return name_place(knowledge, path), what.replace(".", " ").strip()
