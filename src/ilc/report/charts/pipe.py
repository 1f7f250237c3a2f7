"""The same narrow pipe on two days: warm and moving, cold and still."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.report.charts.calm import CHILL, GLOW, SKY, SKY_LIGHT, SMALL, WIDTH, WOOD, Words, disc, set_words, stroke
from ilc.report.charts.svg import INK, PAPER, QUIET, drawing, element

_GAP = 16.0
_PANEL = (WIDTH - _GAP) / 2
_SCENE = 178.0
_PIPE = 132.0  # from the top of a panel to the middle of the pipe


@dataclass(frozen=True, slots=True)
class Day:
    """What stands over a day and under it."""

    title: str
    words: str


def draw_pipe(warm: Day, cold: Day, *, same: str, description: str) -> str:
    """Draw both days beside each other; `same` says that the pipe is one and the same."""
    lefts = (0.0, _PANEL + _GAP)
    children: list[str] = []
    tops = []
    for left, day in zip(lefts, (warm, cold), strict=True):
        drawn, end = set_words(Words(day.title, bold=True), x=left, y=0.0, width=_PANEL)
        children += drawn
        tops.append(end + 8)
    top = max(tops)
    children += [*_draw_warm(lefts[0], top), *_draw_cold(lefts[1], top)]
    ends = []
    for left, day in zip(lefts, (warm, cold), strict=True):
        drawn, end = set_words(Words(day.words, SMALL), x=left, y=top + _SCENE + 6, width=_PANEL)
        children += drawn
        ends.append(end)
    drawn, end = set_words(Words(same, SMALL, fill=QUIET), x=WIDTH / 2, y=max(ends) + 10, width=WIDTH, anchor="middle")
    return drawing([*children, *drawn], width=WIDTH, height=end + 4, description=description)


def _draw_warm(left: float, top: float) -> list[str]:
    x, y = left + 38, top + 40
    rays = "".join(f"M{x + 20 * a:.1f} {y + 20 * b:.1f}l{8 * a:.1f} {8 * b:.1f}" for a, b in _AROUND)
    person = [
        disc(left + 122, top + 34, 8.0, fill=PAPER, stroke=INK, stroke_width=2.2),
        stroke(
            f"M{left + 121} {top + 43}l-3 22l-11 20M{left + 118} {top + 65}l14 8l5 13"
            f"M{left + 120} {top + 48}l-12 10M{left + 120} {top + 48}l13 8l9 -4",
            INK,
            2.6,
        ),
        stroke(f"M{left + 92} {top + 88}h58", QUIET, 1.2),
    ]
    middle = top + _PIPE
    flow = [
        stroke(
            f"M{left + 12} {middle + dy}C{left + 60} {middle + dy} {left + 66} {middle + dy / 3:.1f} {left + 86} "
            f"{middle + dy / 3:.1f}S{left + 118} {middle + dy} {left + 152} {middle + dy}",
            SKY,
            2.4,
        )
        for dy in (-13.0, 0.0, 13.0)
    ]
    heads = [stroke(f"M{left + 145} {middle + dy - 5}l8 5l-8 5", SKY, 2.4) for dy in (-13.0, 0.0, 13.0)]
    sun = [disc(x, y, 14.0, fill=GLOW, stroke=WOOD, stroke_width=2.2), stroke(rays, WOOD, 2.2)]
    return [_frame(left, top, GLOW), *sun, *person, *_draw_wall(left, middle), *flow, *heads]


_AROUND = ((1.0, 0.0), (0.71, 0.71), (0.0, 1.0), (-0.71, 0.71), (-1.0, 0.0), (-0.71, -0.71), (0.0, -1.0), (0.71, -0.71))


def _draw_cold(left: float, top: float) -> list[str]:
    cloud = f"M{left + 22} {top + 46}q-10 0 -10 -9t12 -9q3 -13 17 -11q10 1 12 9q14 -1 14 10t-11 10Z"
    flakes = "".join(
        f"M{left + x} {top + y}m-4 0h8m-4 -4v8m-3 -7l6 6m0 -6l-6 6"
        for x, y in ((24.0, 62.0), (44.0, 70.0), (62.0, 60.0))
    )
    person = [
        disc(left + 116, top + 32, 8.0, fill=PAPER, stroke=INK, stroke_width=2.2),
        stroke(
            f"M{left + 115} {top + 41}q-5 12 -3 26h20v19M{left + 114} {top + 48}q8 10 16 10",
            INK,
            2.6,
        ),
        stroke(f"M{left + 103} {top + 38}v48M{left + 103} {top + 70}h26v16", QUIET, 2.0),
        stroke(f"M{left + 92} {top + 88}h58", QUIET, 1.2),
    ]
    middle = top + _PIPE
    flow = [
        stroke(f"M{left + x} {middle + dy}q5 -5 10 0t10 0", SKY, 2.4)
        for x, dy in ((14.0, -11.0), (18.0, 5.0), (44.0, -3.0), (12.0, 17.0), (118.0, 2.0))
    ]
    return [
        _frame(left, top, CHILL),
        stroke(cloud, QUIET, 2.0, fill=PAPER),
        stroke(flakes, SKY, 1.6),
        *person,
        *_draw_wall(left, middle),
        *flow,
    ]


def _frame(left: float, top: float, fill: str) -> str:
    return element("rect", x=left, y=top, width=_PANEL, height=_SCENE, rx=12, fill=fill)


def _draw_wall(left: float, middle: float) -> list[str]:
    """The pipe with one narrow place, filled with water."""
    right = left + _PANEL - 8
    walls = []
    for side in (-1.0, 1.0):
        wide, narrow = middle + 26 * side, middle + 9 * side
        there = f"H{left + 52}C{left + 68} {wide} {left + 68} {narrow} {left + 86} {narrow}"
        walls.append(f"M{left + 8} {wide}{there}S{left + 104} {wide} {left + 120} {wide}H{right}")
    low, high = middle + 26, middle + 9
    back = f"L{right} {low}H{left + 120}C{left + 104} {low} {left + 104} {high} {left + 86} {high}"
    back += f"S{left + 68} {low} {left + 52} {low}H{left + 8}Z"
    return [element("path", d=walls[0] + back, fill=SKY_LIGHT), *(stroke(wall, WOOD, 5.0) for wall in walls)]
