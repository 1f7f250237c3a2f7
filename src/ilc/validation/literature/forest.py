"""A forest plot: the published interval of each row as a line, the simulated number as a dot on it or beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10

from ilc.report.charts.svg import FAINT, INK, LIGHT, PAPER, QUIET, SOLID, WARM, drawing, element, text, wrap

_LABEL_PX, _PLOT_PX, _ROW_PX, _TOP_PX, _FOOT_PX, _EDGE_PX = 420.0, 420.0, 20.0, 46.0, 30.0, 24.0
_LOWEST_RATIO, _HIGHEST_RATIO = 0.1, 30.0
_RATIO_TICKS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_SHARE_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

Across = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A published value with its interval, and the simulated one."""

    label: str
    published: float
    low: float
    high: float
    simulated: float
    inside: bool


def draw_forest(rows: Sequence[ForestRow], *, logarithmic: bool) -> str:
    """One line a row; ratios on a logarithmic scale, shares from 0 to 1."""
    width = _LABEL_PX + _PLOT_PX + _EDGE_PX
    height = _TOP_PX + _ROW_PX * len(rows) + _FOOT_PX
    across = _across_log if logarithmic else _across_share
    ticks = _RATIO_TICKS if logarithmic else _SHARE_TICKS
    parts = [element("rect", x=0, y=0, width=width, height=height, fill=PAPER, stroke=LIGHT), *_legend()]
    bottom = height - _FOOT_PX
    for tick in ticks:
        parts.append(_line((across(tick), _TOP_PX - 6.0), (across(tick), bottom), FAINT, 1.0))
        parts.append(text(f"{tick:g}", x=across(tick), y=bottom + 16.0, size=11, fill=QUIET, text_anchor="middle"))
    for number, row in enumerate(rows):
        parts += _draw_row(row, _TOP_PX + _ROW_PX * (number + 0.5), across)
    described = "; ".join(
        f"{row.label}: published {row.published:.3g} ({row.low:.3g} to {row.high:.3g}), simulated {row.simulated:.3g}"
        for row in rows
    )
    return drawing(parts, width=width, height=height, description=described or "no rows")


def _draw_row(row: ForestRow, y: float, across: Across) -> list[str]:
    label = wrap(row.label, size=11.0, width=_LABEL_PX - 16.0, most_lines=1)[0]
    middle = across(row.published)
    colour = SOLID if row.inside else WARM
    return [
        text(label, x=8.0, y=y + 4.0, size=11),
        _line((across(row.low), y), (across(row.high), y), QUIET, 2.0),
        _line((middle, y - 5.0), (middle, y + 5.0), QUIET, 2.0),
        element("circle", cx=across(row.simulated), cy=y, r=4, fill=colour),
    ]


def _legend() -> list[str]:
    parts = [_line((_LABEL_PX, 18.0), (_LABEL_PX + 26.0, 18.0), QUIET, 2.0)]
    parts.append(text("published", x=_LABEL_PX + 32.0, y=22.0, size=12, fill=INK))
    for words, colour, x in (("simulated, inside", SOLID, 110.0), ("outside", WARM, 240.0)):
        parts.append(element("circle", cx=_LABEL_PX + x, cy=18.0, r=4, fill=colour))
        parts.append(text(words, x=_LABEL_PX + x + 8.0, y=22.0, size=12, fill=INK))
    return parts


def _across_share(value: float) -> float:
    return _LABEL_PX + _PLOT_PX * min(max(value, 0.0), 1.0)


def _across_log(value: float) -> float:
    kept = min(max(value, _LOWEST_RATIO), _HIGHEST_RATIO)
    span = log10(_HIGHEST_RATIO) - log10(_LOWEST_RATIO)
    return _LABEL_PX + _PLOT_PX * (log10(kept) - log10(_LOWEST_RATIO)) / span


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> str:
    (x1, y1), (x2, y2) = start, end
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width)
