"""What contributes to a complaint: for each factor a thick bar (contributes), a thin bar (exists), and its share.

Thickness and shape carry the meaning, colour only repeats it: the drawing says the same in black and white.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ilc.explanation.model import Probability
from ilc.report.charts.svg import (
    FAINT,
    INK,
    LIGHT,
    LINE_HEIGHT,
    PAPER,
    QUIET,
    SOLID,
    drawing,
    element,
    text,
    words_in_lines,
    wrap,
)
from ilc.report.figures import percent, share

WIDTH = 460.0
SIZE = 13.0
LABELS = 176.0
PLOT = 158.0
LEFT = LABELS + 8
HEAD = 22.0
LEAST_ROW = 31.0
FOOT = 14.0
CONTRIBUTES_HEIGHT = 11.0
EXISTS_HEIGHT = 5.0
_NUMBERS = LEFT + PLOT + 8
_TICKS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row."""

    label: str
    exists: Probability
    contributes: Probability
    share: float | None
    age_norm: float | None


def draw_bars(bars: tuple[Bar, ...], *, heads: tuple[str, str, str], description: str) -> str:
    """Draw the rows; `heads` name the bold number, the quiet number below it, and the share."""
    tops, bottom = _place_rows(bars)
    children = [*_draw_heads(heads), *_draw_axis(bottom)]
    for bar, top, end in zip(bars, tops, (*tops[1:], bottom), strict=True):
        children += _draw_row(bar, (top + end) / 2)
    return drawing(children, width=WIDTH, height=bottom + FOOT, description=description)


def _lines(bar: Bar) -> list[str]:
    return wrap(bar.label, size=SIZE, width=LABELS, most_lines=6)


def _place_rows(bars: Iterable[Bar]) -> tuple[list[float], float]:
    """The top of each row, as high as its label needs, and the bottom of the last."""
    tops, bottom = [], HEAD
    for bar in bars:
        tops.append(bottom)
        bottom += max(LEAST_ROW, len(_lines(bar)) * SIZE * LINE_HEIGHT + 3)
    return tops, bottom


def _draw_heads(heads: tuple[str, str, str]) -> list[str]:
    bold, quiet, right = heads
    return [
        text(bold, x=LEFT, y=SIZE, size=SIZE - 1, font_weight=700),
        text(quiet, x=_NUMBERS + 52, y=SIZE, size=SIZE - 1.5, fill=QUIET, text_anchor="end"),
        text(right, x=WIDTH, y=SIZE, size=SIZE - 1, font_weight=700, text_anchor="end"),
    ]


def _draw_axis(bottom: float) -> list[str]:
    children = []
    for tick in _TICKS:
        x = LEFT + PLOT * tick
        children.append(element("line", x1=x, x2=x, y1=HEAD, y2=bottom, stroke=FAINT, stroke_width=1))
        children.append(text(f"{100 * tick:.0f}", x=x, y=bottom + 12, size=10.5, fill=QUIET, text_anchor="middle"))
    return children


def _draw_row(bar: Bar, middle: float) -> list[str]:
    lines = _lines(bar)
    first = middle + SIZE * 0.36 - (len(lines) - 1) * SIZE * LINE_HEIGHT / 2
    children = words_in_lines(lines, x=0, y=first, size=SIZE)
    upper, lower = middle - 7.0, middle + 7.0
    children += [*_draw_contributes(bar.contributes, upper), *_draw_exists(bar.exists, lower)]
    if bar.age_norm is not None:
        children.append(_draw_norm(LEFT + PLOT * bar.age_norm, lower))
    children.append(text(percent(bar.contributes.p), x=_NUMBERS, y=upper + 4.5, size=SIZE, font_weight=700))
    children.append(text(percent(bar.exists.p), x=_NUMBERS, y=lower + 6, size=SIZE - 2, fill=QUIET))
    children.append(text(share(bar.share), x=WIDTH, y=upper + 4.5, size=SIZE, font_weight=700, text_anchor="end"))
    return children


def _draw_contributes(probability: Probability, middle: float) -> list[str]:
    top, height = middle - CONTRIBUTES_HEIGHT / 2, CONTRIBUTES_HEIGHT
    width = max(1.0, PLOT * probability.p)
    children = [element("rect", x=LEFT, y=top, width=width, height=height, fill=SOLID)]
    if probability.low is None or probability.high is None:
        return children
    low, high = LEFT + PLOT * probability.low, LEFT + PLOT * probability.high
    # white on the bar, black beside it
    for start, end, colour in ((low, min(high, LEFT + width), PAPER), (max(low, LEFT + width), high, INK)):
        if end > start:
            children.append(_rule((start, middle), (end, middle), colour, 1.8))
    for x in (low, high):
        colour = PAPER if x < LEFT + width else INK
        children.append(_rule((x, middle - 4.0), (x, middle + 4.0), colour, 1.8))
    return children


def _draw_exists(probability: Probability, middle: float) -> list[str]:
    top, width = middle - EXISTS_HEIGHT / 2, max(1.0, PLOT * probability.p)
    return [
        element("rect", x=LEFT, y=top, width=width, height=EXISTS_HEIGHT, fill=LIGHT, stroke=QUIET, stroke_width=0.9)
    ]


def _draw_norm(x: float, middle: float) -> str:
    corners = ((x, middle - 7), (x + 4.5, middle), (x, middle + 7), (x - 4.5, middle))
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
    return element("polygon", points=points, fill=PAPER, stroke=INK, stroke_width=1.5)


def _rule(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float) -> str:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=stroke, stroke_width=width)
