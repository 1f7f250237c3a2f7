"""Where the signal of each complaint originates: one bar a complaint, body, brain and unexplained side by side.

Body is solid, brain striped, unexplained empty: three surfaces that differ without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilc.report.charts.bars import LABELS, LEFT
from ilc.report.charts.svg import (
    INK,
    LINE_HEIGHT,
    PAPER,
    QUIET,
    SOLID,
    WARM,
    drawing,
    element,
    measure_text,
    text,
    words_in_lines,
    wrap,
)

WIDTH = 460.0
SIZE = 13.0
PLOT = 124.0
SMALL = 11.5
HEIGHT = 14.0
STRIPE = 5.0
_SWATCH = 12.0
_WORDS = LEFT + PLOT + 8


@dataclass(frozen=True, slots=True)
class OriginRow:
    """One complaint: its shares (body, brain, unexplained; they add to 1) the same in words, and a note."""

    label: str
    shares: tuple[float, float, float]
    words: str
    note: str


def draw_origin(rows: Sequence[OriginRow], *, names: tuple[str, str, str], description: str) -> str:
    """Draw the bars; `names` are the three origins, in the order of the shares."""
    children, y = _draw_legend(names)
    for row in rows:
        drawn, y = _draw_row(row, y)
        children += drawn
    return drawing(children, width=WIDTH, height=y, description=description)


def _draw_legend(names: tuple[str, str, str]) -> tuple[list[str], float]:
    """Swatches with their names, on as many lines as they need."""
    children: list[str] = []
    x, y = 0.0, 0.0
    for index, name in enumerate(names):
        width = _SWATCH + 6 + measure_text(name, SIZE - 1) + 18
        if x and x + width > WIDTH:
            x, y = 0.0, y + 18
        children += _draw_part(index, x, y + 1, _SWATCH, _SWATCH)
        children.append(text(name, x=x + _SWATCH + 6, y=y + 11, size=SIZE - 1))
        x += width
    return children, y + 20


def _draw_row(row: OriginRow, y: float) -> tuple[list[str], float]:
    """The label left, the bar on the same axis as the bars of the factors, its shares and the note beside it."""
    label = wrap(row.label, size=SIZE, width=LABELS, most_lines=6)
    words = wrap(row.words, size=SMALL, width=WIDTH - _WORDS, most_lines=4)
    note = wrap(row.note, size=SMALL - 1, width=WIDTH - _WORDS, most_lines=4)
    height = max(len(label) * SIZE, (len(words) + len(note)) * SMALL, HEIGHT) * LINE_HEIGHT + 4
    children = words_in_lines(label, x=0, y=y + SIZE, size=SIZE)
    x = LEFT
    for index, part in enumerate(row.shares):
        children += _draw_part(index, x, y + 3, PLOT * part, HEIGHT)
        x += PLOT * part
    children += words_in_lines(words, x=_WORDS, y=y + SIZE, size=SMALL, font_weight=700)
    below = y + SIZE + len(words) * SMALL * LINE_HEIGHT
    return [*children, *words_in_lines(note, x=_WORDS, y=below, size=SMALL - 1, fill=QUIET)], y + height


def _draw_part(index: int, x: float, y: float, width: float, height: float) -> list[str]:
    fill = (SOLID, PAPER, PAPER)[index]
    box = element("rect", x=x, y=y, width=width, height=height, fill=fill, stroke=INK, stroke_width=1)
    return [box, *(_draw_stripes(x, y, width, height) if index == 1 else [])]


def _draw_stripes(x: float, y: float, width: float, height: float) -> list[str]:
    """Slanted lines, each cut to the box."""
    stripes = []
    foot = -height + STRIPE / 2
    while foot < width:
        start, end = max(foot, 0.0), min(foot + height, width)
        if end > start:
            ends = {"x1": x + start, "y1": y + height - (start - foot), "x2": x + end, "y2": y + height - (end - foot)}
            stripes.append(element("line", **ends, stroke=WARM, stroke_width=2))
        foot += STRIPE
    return stripes
