"""Existence beside contribution beside share, one row a factor, with parameter intervals and the age norm."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.explanation.model import Probability
from ilc.report.charts.svg import FAINT, INK, LIGHT, QUIET, SOLID, WARM, drawing, element, text, wrap
from ilc.report.figures import percent, share

WIDTH = 900.0
ROW = 38.0
TOP = 40.0
LABELS = 262.0
PLOT = 218.0
NUMBER = 58.0
SIZE = 13.5
_LEFT_EXISTS = LABELS + 8
_LEFT_CONTRIBUTES = _LEFT_EXISTS + PLOT + NUMBER + 14
_LEFT_SHARE = _LEFT_CONTRIBUTES + PLOT + NUMBER + 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One row."""

    label: str
    exists: Probability
    contributes: Probability
    share: float | None
    age_norm: float | None


@dataclass(frozen=True, slots=True)
class _Style:
    left: float
    fill: str
    edge: str


_EXISTS = _Style(_LEFT_EXISTS, LIGHT, QUIET)
_CONTRIBUTES = _Style(_LEFT_CONTRIBUTES, SOLID, SOLID)


def draw_bars(bars: tuple[Bar, ...], *, heads: tuple[str, str, str], description: str) -> str:
    """Draw the rows; `heads` name the three columns."""
    height = TOP + ROW * len(bars) + 24
    bottom = TOP + ROW * len(bars)
    children = []
    for left, head in zip((_LEFT_EXISTS, _LEFT_CONTRIBUTES, _LEFT_SHARE), heads, strict=True):
        children.append(text(head, x=left, y=22, size=SIZE, font_weight=700))
    for style in (_EXISTS, _CONTRIBUTES):
        children += _draw_axis(style.left, bottom)
    for index, bar in enumerate(bars):
        children += _draw_row(bar, TOP + ROW * index)
    return drawing(children, width=WIDTH, height=height, description=description)


def _draw_axis(left: float, bottom: float) -> list[str]:
    children = []
    for tick in (0.0, 0.5, 1.0):
        x = left + PLOT * tick
        children.append(element("line", x1=x, x2=x, y1=TOP - 6, y2=bottom, stroke=FAINT, stroke_width=1))
        children.append(text(f"{100 * tick:.0f}", x=x, y=bottom + 15, size=11, fill=QUIET, text_anchor="middle"))
    return children


def _draw_row(bar: Bar, top: float) -> list[str]:
    middle = top + ROW / 2
    lines = wrap(bar.label, size=SIZE, width=LABELS - 6, most_lines=2)
    first = middle + SIZE * 0.36 - (len(lines) - 1) * SIZE * 0.6
    children = [text(words, x=0, y=first + i * SIZE * 1.2, size=SIZE) for i, words in enumerate(lines)]
    children += _draw_probability(bar.exists, _EXISTS, middle)
    if bar.age_norm is not None:
        x = _LEFT_EXISTS + PLOT * bar.age_norm
        points = (
            f"{x:.1f},{middle - 11:.1f} {x + 5:.1f},{middle:.1f} {x:.1f},{middle + 11:.1f} {x - 5:.1f},{middle:.1f}"
        )
        children.append(element("polygon", points=points, fill="#ffffff", stroke=WARM, stroke_width=2))
    children += _draw_probability(bar.contributes, _CONTRIBUTES, middle)
    children.append(text(share(bar.share), x=_LEFT_SHARE, y=middle + SIZE * 0.36, size=SIZE, font_weight=700))
    return children


def _draw_probability(probability: Probability, style: _Style, middle: float) -> list[str]:
    width = max(1.0, PLOT * probability.p)
    children = [
        element(
            "rect",
            x=style.left,
            y=middle - 7,
            width=width,
            height=14,
            fill=style.fill,
            stroke=style.edge,
            stroke_width=1,
        )
    ]
    if probability.low is not None and probability.high is not None:
        low, high = style.left + PLOT * probability.low, style.left + PLOT * probability.high
        children += [
            _rule((low, middle), (high, middle), "#ffffff", 4.0),
            _rule((low, middle), (high, middle), INK, 1.6),
        ]
        children += [_rule((x, middle - 4.5), (x, middle + 4.5), INK, 1.6) for x in (low, high)]
    x = style.left + PLOT + 6
    children.append(text(percent(probability.p), x=x, y=middle + SIZE * 0.36, size=SIZE))
    return children


def _rule(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float) -> str:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=stroke, stroke_width=width)
