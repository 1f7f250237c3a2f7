"""A document as a tree of blocks, free of markup. HTML and PDF are two ways to write the same tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one tone ("", "strong", "quiet", "tag", "alert", "cite", "figure": stays on one line).

    `target` links to an anchor; `lang` names a language other than that of the document.
    """

    text: str
    tone: str = ""
    target: str = ""
    lang: str = ""


Line: TypeAlias = tuple[Run, ...]


def line(*parts: str | Run) -> Line:
    """Return a line of text from strings and runs."""
    return tuple(
        part if isinstance(part, Run) else Run(part) for part in parts if part and (isinstance(part, str) or part.text)
    )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. Tones: "", "lead", "note", "small"."""

    kind: ClassVar[str] = "paragraph"
    line: Line
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list. Tones: "", "checks", "numbers", and "brief": numbers close to each other."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Line, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `width` is relative to the others."""

    head: str
    width: int = 2
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column heads the rows."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.caption!r}: every row needs {len(self.columns)} cells")

    def without_empty_columns(self) -> Table:
        """Return the table without columns in which no row says anything."""
        kept = [index for index in range(len(self.columns)) if any(row[index] for row in self.rows)]
        rows = tuple(tuple(row[index] for index in kept) for row in self.rows)
        return Table(self.caption, tuple(self.columns[index] for index in kept), rows)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A vector drawing made here, with what it shows in words.

    Sizes: "" shrinks with the page, "wide" keeps its letters legible and can be moved sideways on a narrow screen.
    """

    kind: ClassVar[str] = "drawing"
    svg: str
    description: str
    caption: str
    size: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A key picture of the patient's images."""

    name: str
    data: bytes
    description: str
    caption: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures beside each other."""

    kind: ClassVar[str] = "gallery"
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class References:
    """The numbered list that citations link to: number, citation, identifier."""

    kind: ClassVar[str] = "references"
    items: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Steps that lead from one to the next; `joints` are the words between them."""

    kind: ClassVar[str] = "route"
    steps: tuple[str, ...]
    joints: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.joints) != len(self.steps) - 1:
            raise ValueError("a route has one joint between each two steps")


@dataclass(frozen=True, slots=True)
class Notice:
    """A framed message. Tones: "emergency", "urgent", "prompt", "watch", "calm"."""

    kind: ClassVar[str] = "notice"
    tone: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A group of blocks that belong together; `tag` says a word about it. In a grid it may have no title."""

    kind: ClassVar[str] = "card"
    title: str
    tag: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What is opened on demand on a screen and stands in the appendix on paper, such as the table of a drawing."""

    kind: ClassVar[str] = "details"
    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cards beside each other, two or three in a row where the page is wide enough."""

    kind: ClassVar[str] = "grid"
    columns: int
    cells: tuple[Card, ...]


Block: TypeAlias = (
    Paragraph | Bullets | Facts | Table | Drawing | Gallery | References | Route | Notice | Card | Details | Grid
)


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a document."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Labels:
    """The few words the writers need themselves."""

    contents: str
    page: str  # with {n} and {of}
    running: str
    appendix: str = ""  # title of the appendix, for a document with details
    see_appendix: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One report. Kinds: "clinician", "patient"."""

    kind: str
    language: str
    title: str
    subtitle: str
    ribbon: str
    opening: Paragraph | Facts | None
    sections: tuple[Section, ...]
    closing: str
    on: str  # ISO date
    labels: Labels
    front: int = 0  # so many sections make up the first page; contents and a page break follow them
