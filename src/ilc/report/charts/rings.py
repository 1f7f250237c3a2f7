"""Growth rings: a tree cut across, a ring for each thing seen, and how many of ten people without pain have it too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ilc.report.charts.calm import (
    LEADING,
    SKY,
    SMALL,
    WIDTH,
    WOOD,
    WOOD_LIGHT,
    WOOD_PALE,
    Words,
    badge,
    break_lines,
    disc,
    draw_people,
    stack,
    stroke,
    wave,
)
from ilc.report.charts.svg import FAINT, QUIET, drawing, element

_CENTRE = (WIDTH / 2, 131.0)
_BARK = 124.0
_INNERMOST, _OUTERMOST = 30.0, 104.0
_TEXT_LEFT = 36.0
_PEOPLE_STEP = 20.0
_COUNT_LEFT = 243.0
_YEARS = 13


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing seen: its name, how common it is in words and of ten people, and whether it may play a part."""

    name: str
    common: str
    of_ten: int | None
    remark: str  # "may play a part"; empty for what is likely not the reason


def draw_tree(rings: Sequence[Ring], *, description: str) -> str:
    """Draw the tree with its numbered rings: dashed where they may play a part."""
    children = _draw_wood()
    for index, ring in enumerate(rings):
        children += _draw_ring(ring, index, len(rings))
    return drawing(children, width=WIDTH, height=2 * _CENTRE[1], description=description)


def draw_rows(rings: Sequence[Ring], *, description: str) -> str:
    """Draw a row for each ring: its name and how many of ten people have it too."""
    children: list[str] = []
    y = 2.0
    for index, ring in enumerate(rings):
        drawn, y = _draw_row(ring, index, y)
        children += drawn
    return drawing(children, width=WIDTH, height=y, description=description)


def _draw_wood() -> list[str]:
    bark = element("path", d=wave(_BARK, _CENTRE, seed=0.7), fill=WOOD_LIGHT, stroke=WOOD, stroke_width=5)
    inside = element("path", d=wave(_BARK - 9, _CENTRE, seed=0.7), fill=WOOD_PALE, stroke=WOOD, stroke_width=0.8)
    years = [
        stroke(wave(10 + index * (_BARK - 24) / _YEARS, _CENTRE, seed=0.4 + index / 9), "#e0cba4", 1.0)
        for index in range(_YEARS)
    ]
    return [bark, inside, *years, disc(*_CENTRE, 4.0, fill=WOOD)]


def _draw_ring(ring: Ring, index: int, count: int) -> list[str]:
    step = (_OUTERMOST - _INNERMOST) / max(1, count - 1)
    radius = (_INNERMOST + _OUTERMOST) / 2 if count == 1 else _INNERMOST + step * index
    line = stroke(
        wave(radius, _CENTRE, seed=0.5 + index / 4),
        SKY if ring.remark else WOOD,
        4.0,
        dashes="9 9" if ring.remark else None,
    )
    angle = math.radians(-150 + 137.5 * index)  # the angle by which leaves avoid each other: badges do not meet
    x, y = _CENTRE[0] + radius * math.cos(angle), _CENTRE[1] + radius * math.sin(angle)
    return [line, *badge(index + 1, x, y)]


def _draw_row(ring: Ring, index: int, y: float) -> tuple[list[str], float]:
    rule = element("line", x1=0.0, x2=WIDTH, y1=y, y2=y, stroke=FAINT, stroke_width=1)
    heading = [Words(ring.name, bold=True)] + ([Words(ring.remark, SMALL)] if ring.remark else [])
    number = badge(index + 1, 13.0, y + 20)
    drawn, y = stack(heading, x=_TEXT_LEFT, y=y + 9, width=WIDTH - _TEXT_LEFT)
    children = [rule, *number, *drawn]
    if ring.of_ten is None:
        words, y = stack([Words(ring.common, SMALL, fill=QUIET)], x=_TEXT_LEFT, y=y, width=WIDTH - _TEXT_LEFT)
        return [*children, *words], y + 12
    children += draw_people(ring.of_ten, x=_TEXT_LEFT, y=y + 7, step=_PEOPLE_STEP)
    count = Words(ring.common, SMALL, fill=QUIET)
    lines = break_lines(count.words, size=count.size, width=WIDTH - _COUNT_LEFT)
    middle = y + 24 - len(lines) * SMALL * LEADING / 2  # beside the figures
    words, end = stack([count], x=_COUNT_LEFT, y=max(y, middle), width=WIDTH - _COUNT_LEFT)
    return [*children, *words], max(y + 53, end + 10)
