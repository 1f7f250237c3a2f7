"""How one part acts on the next: a few boxes under each other, joined by arrows with words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilc.report.charts.calm import (
    GLOW,
    LEADING,
    LEAF,
    LEAF_LIGHT,
    SIZE,
    SKY,
    SKY_LIGHT,
    SMALL,
    WIDTH,
    WOOD,
    WOOD_LIGHT,
    WOOD_PALE,
    Words,
    break_lines,
    disc,
    set_words,
    stroke,
)
from ilc.report.charts.svg import INK, PAPER, QUIET, drawing, element

_TEXT_LEFT = 66.0
_TEXT_WIDTH = WIDTH - _TEXT_LEFT - 16
_LEAST_BOX = 58.0
_ARROW = 40.0
_ICON = 34.0
# what a box speaks of -> its colour and the wash behind its sign
_TONES = {
    "history": (QUIET, PAPER),
    "structure": (WOOD, WOOD_LIGHT),
    "nerve": (SKY, SKY_LIGHT),
    "muscle_fascia": (WOOD, GLOW),
    "flow": (SKY, SKY_LIGHT),
    "brain": (LEAF, LEAF_LIGHT),
    "source": (INK, WOOD_PALE),
    "complaint": (INK, WOOD_PALE),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A box: its words, what kind of thing it is (a key of the signs), and the words on the arrow that leads to it."""

    words: str
    sign: str
    joint: str


def draw_steps(steps: Sequence[Step], *, description: str) -> str:
    """Draw the boxes from the top to the bottom."""
    children: list[str] = []
    y = 2.0
    for step in steps:
        if step.joint:
            drawn, y = _draw_arrow(step.joint, y)
            children += drawn
        drawn, y = _draw_box(step, y)
        children += drawn
    return drawing(children, width=WIDTH, height=y + 2, description=description)


def _draw_box(step: Step, y: float) -> tuple[list[str], float]:
    colour, wash = _TONES[step.sign]
    lines = break_lines(step.words, size=SIZE, width=_TEXT_WIDTH)
    tall = len(lines) * SIZE * LEADING
    height = max(_LEAST_BOX, tall + 22)
    box = element("rect", x=1.5, y=y, width=WIDTH - 3, height=height, rx=12, fill=PAPER, stroke=colour, stroke_width=2)
    words, _ = set_words(Words(step.words, bold=True), x=_TEXT_LEFT, y=y + (height - tall) / 2 - 1, width=_TEXT_WIDTH)
    middle = y + height / 2
    return [box, disc(_ICON, middle, 20.0, fill=wash), *_draw_sign(step.sign, middle, colour), *words], y + height


def _draw_arrow(joint: str, y: float) -> tuple[list[str], float]:
    words, end = set_words(Words(joint, SMALL, fill=QUIET), x=_TEXT_LEFT, y=y + 9, width=_TEXT_WIDTH)
    bottom = max(y + _ARROW, end + 9)
    line = stroke(f"M{_ICON} {y + 4}V{bottom - 5}", INK, 2.4)
    tip = stroke(f"M{_ICON - 6} {bottom - 12:.1f}L{_ICON} {bottom - 4:.1f}L{_ICON + 6} {bottom - 12:.1f}", INK, 2.4)
    return [line, tip, *words], bottom


def _draw_sign(sign: str, y: float, colour: str) -> list[str]:
    x = _ICON
    paths = {
        "history": f"M{x - 9} {y}a9 9 0 1 0 9 -9a9 9 0 0 0 -7.500 4M{x - 9} {y - 9}v5h5M{x} {y - 4}v5l4 2",
        "structure": f"M{x - 12} {y - 1}L{x} {y - 11}L{x + 12} {y - 1}"
        f"M{x - 8} {y - 1}v11M{x + 8} {y - 1}v11M{x - 11} {y + 10}h22",
        "nerve": f"M{x} {y - 12}v8M{x} {y - 4}q0 7 -8 15M{x} {y - 4}q0 7 8 15M{x} {y - 4}v15",
        "muscle_fascia": f"M{x - 12} {y}q12 -13 24 0q-12 13 -24 0ZM{x - 6} {y}h12M{x - 13} {y}h-2M{x + 13} {y}h2",
        "flow": f"M{x} {y - 11}q9 10 9 14a9 8 0 0 1 -18 0q0 -4 9 -14Z",
        "brain": f"M{x - 9} {y + 11}v-3q0 -7 9 -7t9 7v3M{x} {y - 11}a5.500 5.500 0 1 1 -0.100 0Z",
        "source": f"M{x - 9} {y + 6}q3 -3 3 -8q0 -8 6 -8t6 8q0 5 3 8ZM{x - 3} {y + 10}q3 2 6 0",
        "complaint": f"M{x - 2} {y - 12}a4 4 0 1 1 -0.100 0M{x - 3} {y - 3}q-5 5 -2 14M{x - 3} {y - 2}l8 6l-6 4"
        f"M{x + 9} {y + 2}l4 -2M{x + 9} {y + 7}l4 1",
    }
    return [stroke(paths[sign], colour, 2.2)]
