"""What is told of an entry, before it is known where: texts that name entries and sources, tables, sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from ilc.core import Estimate
from ilc.knowledge.model import Knowledge


class Kind(StrEnum):
    """Kinds of entries, by the name of their section in the data."""

    NODE = "nodes"
    LINK = "links"
    FINDING = "findings"
    NUMBER = "parameters"
    TEST = "tests"
    RED_FLAG = "red_flags"
    SELF_CARE = "self_care"
    INSTRUMENT = "questionnaires"
    SETTING = "settings"
    PLAUSIBLE = "plausible"
    LEFT_OUT = "left_out"
    SOURCE = "references"


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry named in a text; where pages are written, a link to it, or (`defines`) the place that others link to."""

    kind: Kind
    id: str
    words: str
    defines: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """A source and the place in it."""

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the catalogue of the reports, by its key."""

    key: str


Part: TypeAlias = str | Mention | Cited | Said
Text: TypeAlias = tuple[Part, ...]
NO_SENTENCES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, lines of name and text, and a table where there is one."""

    title: str
    lines: tuple[tuple[str, Text], ...]
    listing: Listing | None = None


def text(*parts: Part) -> Text:
    """A text of these parts; empty ones are left out."""
    return tuple(part for part in parts if part != "")


def listed(texts: Iterable[Text], separator: str = ", ") -> Text:
    """Texts one after the other."""
    parts: list[Part] = []
    for one in texts:
        parts += [separator, *one] if parts and one else [*one]
    return tuple(parts)


def section(title: str, lines: Iterable[tuple[str, Sequence[Part]]], listing: Listing | None = None) -> Section:
    """A section without the lines that say nothing; plain words may stand for texts."""
    kept = ((name, _as_text(said)) for name, said in lines)
    return Section(title, tuple((name, said) for name, said in kept if said), listing)


def table(columns: Iterable[str], rows: Iterable[Iterable[Sequence[Part]]]) -> Listing:
    """A table; plain words may stand for texts, and columns that say nothing in any row are left out."""
    names = tuple(columns)
    cells = [tuple(map(_as_text, row)) for row in rows]
    kept = [place for place in range(len(names)) if place == 0 or any(row[place] for row in cells)]
    return Listing(tuple(names[place] for place in kept), tuple(tuple(row[place] for place in kept) for row in cells))


def _as_text(said: Sequence[Part]) -> Text:
    return text(said) if isinstance(said, str) else tuple(said)


def render_plain(said: Text, sentences: Mapping[str, str] = NO_SENTENCES) -> str:
    """A text for a terminal: entries by id, numbers by value, sources by key and place."""
    return "".join(_plain(part, sentences) for part in said)


def _plain(part: Part, sentences: Mapping[str, str]) -> str:
    if isinstance(part, Mention):
        return part.words if part.kind is Kind.NUMBER and not part.defines else part.id
    if isinstance(part, Cited):
        return f"{part.key}, {part.place}" if part.place else part.key
    return sentences.get(part.key, part.key) if isinstance(part, Said) else part


def render_estimate(estimate: Estimate) -> str:
    """Value and interval: `0.12 (0.05 to 0.3)`."""
    if estimate.low == estimate.high:
        return f"{estimate.value:.3g}"
    return f"{estimate.value:.3g} ({estimate.low:.3g} to {estimate.high:.3g})"


def parts_of(sections: Iterable[Section]) -> Iterator[Part]:
    """Every part of every text of some sections."""
    for one in sections:
        for _, said in one.lines:
            yield from said
        for row in one.listing.rows if one.listing else ():
            for cell in row:
                yield from cell


def mention(knowledge: Knowledge, kind: Kind, id_: str, *, defines: bool = False) -> Mention:
    """An entry by its label."""
    return Mention(kind, id_, _WORDS[kind](knowledge, id_) if kind in _WORDS else id_, defines)


def mention_target(knowledge: Knowledge, node: str, link: str) -> Mention:
    """What a finding is evidence of: a node, or a link."""
    return mention(knowledge, Kind.NODE, node) if node else mention(knowledge, Kind.LINK, link)


def _name_link(knowledge: Knowledge, id_: str) -> str:
    return " → ".join(knowledge.nodes[end].label for end in id_.split("->"))


_WORDS: Mapping[Kind, Callable[[Knowledge, str], str]] = {
    Kind.NODE: lambda knowledge, id_: knowledge.nodes[id_].label,
    Kind.PLAUSIBLE: lambda knowledge, id_: knowledge.nodes[id_].label,
    Kind.LINK: _name_link,
    Kind.FINDING: lambda knowledge, id_: knowledge.findings[id_].label,
    Kind.TEST: lambda knowledge, id_: knowledge.tests[id_].label,
    Kind.RED_FLAG: lambda knowledge, id_: knowledge.red_flags[id_].label,
    Kind.INSTRUMENT: lambda knowledge, id_: knowledge.instruments[id_].label,
    Kind.SETTING: lambda knowledge, id_: knowledge.settings[id_].label,
}
