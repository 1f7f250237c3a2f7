"""The house of this person's back: roof and pillars, window, stove and thermometer, and the one who lives there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilc.report.charts.calm import (
    GLOW,
    LEAF,
    LEAF_LIGHT,
    SKY,
    SKY_LIGHT,
    SMALL,
    STILL,
    WIDTH,
    WOOD,
    WOOD_LIGHT,
    WOOD_PALE,
    Words,
    badge,
    pen,
    stack,
    stroke,
)
from ilc.report.charts.svg import FAINT, INK, PAPER, drawing, element

ROOMS = ("roof", "air", "warmth", "resident")  # in the order of their numbers
_GROUND = 262.0
_TEXT_LEFT = 36.0
_BADGES = {"roof": (180.0, 84.0), "air": (264.0, 141.0), "warmth": (101.0, 181.0), "resident": (208.0, 176.0)}


@dataclass(frozen=True, slots=True)
class Room:
    """What a part of the house is called, and what this person has there."""

    title: str
    words: str


def draw_house(rooms: Mapping[str, Room], *, description: str) -> str:
    """Draw the house; rooms that are given have colour, a number and their words, the others stand in grey."""
    filled = [room for room in ROOMS if room in rooms]
    children = [
        *_draw_garden(),
        element("rect", x=70, y=128, width=220, height=_GROUND - 128, fill=PAPER, stroke=STILL, stroke_width=1.3),
        *_draw_roof(strong="roof" in rooms),
        *_draw_window(strong="air" in rooms),
        *_draw_warmth(strong="warmth" in rooms),
        *_draw_resident(strong="resident" in rooms),
    ]
    y = _GROUND + 18
    for number, room in enumerate(filled, start=1):
        children += badge(number, *_BADGES[room])
        drawn, y = _draw_words(rooms[room], number, y)
        children += drawn
    return drawing(children, width=WIDTH, height=y, description=description)


def _draw_words(room: Room, number: int, y: float) -> tuple[list[str], float]:
    rule = element("line", x1=0.0, x2=WIDTH, y1=y, y2=y, stroke=FAINT, stroke_width=1)
    rows = (Words(room.title, bold=True), Words(room.words, SMALL))
    drawn, end = stack(rows, x=_TEXT_LEFT, y=y + 9, width=WIDTH - _TEXT_LEFT)
    return [rule, *badge(number, 13.0, y + 20), *drawn], end + 12


def _draw_garden() -> list[str]:
    ground = stroke(f"M8 {_GROUND}H352", STILL, 1.6)
    tree = [
        stroke(f"M34 {_GROUND}V206", WOOD, 4),
        element("circle", cx=34, cy=190, r=24, fill=LEAF_LIGHT, stroke=LEAF, stroke_width=1.3),
        stroke("M34 206v-16M34 200l8 -7M34 196l-8 -7", LEAF, 1.3),
    ]
    shrubs = stroke(f"M304 {_GROUND}q-2 -18 14 -18q4 -10 14 -4q14 2 12 22Z", LEAF, 1.3, fill=LEAF_LIGHT)
    return [ground, *tree, shrubs]


def _draw_roof(*, strong: bool) -> list[str]:
    main = pen(strong=strong, colour=INK, fill=WOOD_LIGHT)
    tiles = "M132 76h96M108 94h144M84 112h192" + "".join(f"M{x} 94v18" for x in range(120, 250, 30))
    tiles += "".join(f"M{x} 76v18" for x in range(135, 240, 30)) + "M180 58v18"
    pillars = [element("rect", x=x, y=128, width=13, height=_GROUND - 128, **main) for x in (70, 277)]
    line = str(main["stroke"])
    return [
        element("path", d="M46 128L180 30L314 128Z", **main),
        stroke(tiles, line, 1.0),
        *pillars,
    ]


def _draw_window(*, strong: bool) -> list[str]:
    main = pen(strong=strong, colour=SKY, fill=SKY_LIGHT)
    line, width = str(main["stroke"]), float(str(main["stroke_width"]))
    curtain = "M224 142q8 14 2 25t4 23h-14v-48Z"
    return [
        element("rect", x=214, y=140, width=50, height=50, **main),
        stroke("M239 140v50M214 165h50", line, 1.2),
        element("path", d=curtain, **(dict(main) | {"fill": PAPER})),
        stroke("M258 154q8 -7 16 0t16 0t16 0t16 0M258 172q8 -7 16 0t16 0t16 0t16 0t16 0", line, width * 0.7),
    ]


def _draw_warmth(*, strong: bool) -> list[str]:
    main = pen(strong=strong, colour=WOOD, fill=GLOW)
    line, width = str(main["stroke"]), float(str(main["stroke_width"]))
    return [
        stroke("M118 200V128", line, width * 1.3),
        element("rect", x=96, y=200, width=44, height=52, rx=5, **main),
        element("path", d="M104 240v-14q14 -14 28 0v14Z", **(dict(main) | {"fill": PAPER})),
        stroke("M118 238q-7 -6 0 -14q7 8 0 14Z", line, width * 0.7, fill=GLOW if strong else PAPER),
        stroke(f"M102 252v{_GROUND - 252}M134 252v{_GROUND - 252}", line, width),
        stroke("M86 214q-6 -7 0 -14t0 -14M150 214q6 -7 0 -14t0 -14", line, width * 0.7),
        # a thermometer on the wall
        element("path", d="M160 146q5 0 5 5v26a8 8 0 1 1 -10 0v-26q0 -5 5 -5Z", **(dict(main) | {"fill": PAPER})),
        stroke("M160 182V162", line, width * 1.4),
    ]


def _draw_resident(*, strong: bool) -> list[str]:
    chair = pen(strong=strong, colour=LEAF, fill=LEAF_LIGHT)
    body = pen(strong=strong, colour=INK, fill=WOOD_PALE)
    line, width = str(body["stroke"]), float(str(body["stroke_width"]))
    cup = str(chair["stroke"])
    return [
        element("path", d=f"M178 {_GROUND}v-44q0 -9 9 -9t9 9v22h46v-8q0 -6 6 -6t6 6v30Z", **chair),
        element("path", d=f"M200 240q-3 -28 12 -30q14 2 14 18l18 4v{_GROUND - 236}h-8v-18h-34Z", **body),
        element("circle", cx=213, cy=199, r=10.5, **body),
        stroke("M220 220l14 -2", line, width),
        stroke("M234 212h9v6q0 3 -4.500 3t-4.500 -3ZM236 208q-2 -3 0 -5M240 208q-2 -3 0 -5", cup, 1.5),
    ]
