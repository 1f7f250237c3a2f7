"""What every part of the validation is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ilc.knowledge import Knowledge

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Tell = Callable[[str], None]


def _tell_nobody(_words: str) -> None:
    """Progress nobody asked for."""


@dataclass(frozen=True, eq=False)
class Request:
    """What a part is asked: the knowledge to judge, where data lie, and whose patients."""

    knowledge: Knowledge
    data: Path | None = None  # folder of optional data; None where there is none
    patients: Path | None = None  # patients of the user, in the format of the part's own data
    tell: Tell = _tell_nobody


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words, ready to print."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RulesFile:
    """The dated rules a part was scored under."""

    name: str
    sha256: str


@dataclass(frozen=True, eq=False)
class PartResult:
    """What a part found. `figures` holds every number of the tables, as JSON."""

    part: str
    title: str
    rules: tuple[RulesFile, ...]
    tables: tuple[Table, ...]
    figures: Mapping[str, Json]
    text: tuple[str, ...] = ()  # paragraphs of plain Markdown: what it means, what was missed and why
    pictures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # file name -> SVG
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # further text files, as splits


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part that could not run, and why."""

    part: str
    reason: str
    remedy: str


class PartNotPossible(Exception):
    """A part lacks its data, or the data are not what it needs."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
