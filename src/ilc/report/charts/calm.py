"""What the patient's pictures share: one width that is a phone's, warm quiet colours, whole labels, small figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilc.report.charts.svg import INK, PAPER, QUIET, element, text, wrap

WIDTH = 360.0  # one unit is one pixel on a phone
SIZE = 16.0
SMALL = 14.5
LEADING = 1.32

WOOD = "#8a5a1c"
WOOD_LIGHT = "#f3e6cd"
WOOD_PALE = "#fbf6ea"
LEAF = "#2f6b4f"
LEAF_LIGHT = "#dcebe2"
SKY = "#2b5d86"
SKY_LIGHT = "#dbe8f2"
GLOW = "#fdf3dc"
CHILL = "#eef2f6"
STILL = "#9aa6b1"  # parts of a picture that this person's page does not speak of

_ANY_NUMBER = 1000  # of lines
_CORNERS = 90  # of a round line


@dataclass(frozen=True, slots=True)
class Words:
    """A text to be set within a width."""

    words: str
    size: float = SIZE
    bold: bool = False
    fill: str = INK


def break_lines(words: str, *, size: float, width: float) -> list[str]:
    """Return the whole text in lines that fit; nothing is left out: the picture grows instead."""
    return wrap(words, size=size, width=width, most_lines=_ANY_NUMBER)


def set_words(item: Words, *, x: float, y: float, width: float, anchor: str = "start") -> tuple[list[str], float]:
    """Return the lines of a text from the top edge `y`, and where the next thing may begin."""
    step = item.size * LEADING
    weight = 700 if item.bold else 400
    middle = "middle" if anchor == "middle" else None
    lines = break_lines(item.words, size=item.size, width=width)
    drawn = [
        text(
            words,
            x=x,
            y=y + item.size + index * step,
            size=item.size,
            font_weight=weight,
            fill=item.fill,
            text_anchor=middle,
        )
        for index, words in enumerate(lines)
    ]
    return drawn, y + len(lines) * step


def stroke(path: str, colour: str, width: float, *, fill: str = "none", dashes: str | None = None) -> str:
    """Return a path with round ends."""
    return element(
        "path",
        d=path,
        fill=fill,
        stroke=colour,
        stroke_width=width,
        stroke_linecap="round",
        stroke_linejoin="round",
        stroke_dasharray=dashes,
    )


def disc(x: float, y: float, radius: float, **attributes: object) -> str:
    """Return a circle."""
    return element("circle", cx=x, cy=y, r=radius, **attributes)


def badge(number: int, x: float, y: float) -> list[str]:
    """Return a number in a circle, the thread between a picture and its words."""
    return [
        disc(x, y, 11.0, fill=INK, stroke=PAPER, stroke_width=2),
        text(str(number), x=x, y=y + 5.2, size=14.5, fill=PAPER, font_weight=700, text_anchor="middle"),
    ]


def draw_person(x: float, y: float, *, filled: bool) -> str:
    """Return a small standing figure, 18 wide and 34 high, from its top left corner."""
    path = (
        f"M{x + 9:.1f} {y + 1:.1f}a4.5 4.5 0 1 1 -0.1 0Z"
        f"M{x + 3.5:.1f} {y + 12:.1f}h11q3 0 3 3v9q0 1.5 -1.5 1.5t-1.5 -1.5v-6.5v14q0 2 -2 2t-2 -2"
        "v-8h-1v8q0 2 -2 2t-2 -2v-14v6.5q0 1.5 -1.5 1.5t-1.5 -1.5v-9q0 -3 3 -3Z"
    )
    return element("path", d=path, fill=SKY if filled else PAPER, stroke=SKY if filled else QUIET, stroke_width=1.2)


def draw_people(count: int, *, x: float, y: float, step: float = 30.0) -> list[str]:
    """Return ten figures, the first `count` of them filled."""
    return [draw_person(x + step * index, y, filled=index < count) for index in range(10)]


def wave(radius: float, centre: tuple[float, float], *, seed: float) -> str:
    """Return a closed, slightly uneven round line, as a tree grows it; the same every time."""
    points = []
    for index in range(_CORNERS):
        angle = index / _CORNERS * 2 * math.pi
        uneven = 1 + 0.022 * math.sin(3 * angle + seed) + 0.014 * math.sin(5 * angle + 2.3 * seed)
        points.append((centre[0] + radius * uneven * math.cos(angle), centre[1] + radius * uneven * math.sin(angle)))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def stack(rows: Sequence[Words], *, x: float, y: float, width: float) -> tuple[list[str], float]:
    """Return several texts under each other, and where the next thing may begin."""
    drawn: list[str] = []
    for row in rows:
        lines, y = set_words(row, x=x, y=y, width=width)
        drawn += lines
    return drawn, y


def pen(*, strong: bool, colour: str, fill: str) -> Mapping[str, object]:
    """Return how a part of a picture is drawn: with colour where this person's page speaks of it, else in grey."""
    return {
        "stroke": colour if strong else STILL,
        "stroke_width": 2.6 if strong else 1.3,
        "fill": fill if strong else PAPER,
        "stroke_linejoin": "round",
        "stroke_linecap": "round",
    }
