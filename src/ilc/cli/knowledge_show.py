"""Sections and tables of the knowledge base on a terminal: a table where it fits, else one paragraph for each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ilc.knowledge.facts import NO_SENTENCES, Listing, Section, render_plain

_INDENT = 2


def print_sections(screen: Console, sections: Iterable[Section], sentences: Mapping[str, str]) -> None:
    """Headings, their lines and their tables."""
    for section in sections:
        screen.print(section.title, style="bold", markup=False)
        for name, said in section.lines:
            _print_indented(screen, Text(f"{name}: {render_plain(said, sentences)}"), _INDENT)
        if section.listing is not None:
            print_listing(screen, section.listing, sentences)


def print_listing(screen: Console, listing: Listing, sentences: Mapping[str, str] = NO_SENTENCES) -> None:
    """A table, or its rows one by one on a terminal that is too narrow."""
    rows = [[render_plain(cell, sentences) for cell in row] for row in listing.rows]
    table = Table(*listing.columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    if Measurement.get(screen, screen.options, table).maximum < screen.width - _INDENT:
        screen.print(Padding(table, (0, 0, 0, _INDENT), expand=False))
        return
    for row in rows:
        _print_row(screen, listing.columns, row)


def _print_row(screen: Console, columns: Sequence[str], row: Sequence[str]) -> None:
    _print_indented(screen, Text(row[0], style="bold"), _INDENT)
    said = "; ".join(f"{name}: {cell}" for name, cell in zip(columns[1:], row[1:], strict=True) if cell)
    _print_indented(screen, Text(said), 2 * _INDENT)


def _print_indented(screen: Console, said: Text, indent: int) -> None:
    screen.print(Padding(said, (0, 0, 0, indent), expand=False))
