"""One picture: how probably each judged factor contributes."""

from __future__ import annotations

from collections.abc import Sequence

from ilc.report.charts.svg import FAINT, LIGHT, PAPER, QUIET, SOLID, WARM, drawing, element, text
from ilc.validation.cases.gold import CONTRIBUTES
from ilc.validation.cases.scoring import ScoredCase

_LABEL_PX, _PLOT_PX, _ROW_PX, _TOP_PX = 330.0, 380.0, 19.0, 44.0


def draw_factors(cases: Sequence[ScoredCase], *, threshold: float) -> str:
    """One line a judged factor; filled where the source confirms it, open where it holds it for beside the point."""
    rows = [(case.name, row) for case in cases for row in case.match.rows]
    bottom = _TOP_PX + _ROW_PX * len(rows)
    width, height = _LABEL_PX + _PLOT_PX + 30.0, bottom + 30.0
    parts = [element("rect", x=0, y=0, width=width, height=height, fill=PAPER, stroke=LIGHT), *_legend()]
    for tick in range(0, 11, 2):
        parts += [_upright(tick / 10, bottom, FAINT), _tick(tick / 10, bottom)]
    parts.append(_upright(threshold, bottom, QUIET))
    for number, (case, row) in enumerate(rows):
        y = _TOP_PX + _ROW_PX * (number + 0.5)
        confirmed = row.gold.judged == CONTRIBUTES
        parts.append(text(f"{case}  {row.gold.name}", x=8.0, y=y + 4, size=11))
        parts.append(_dot(_across(row.p_contributes), y, confirmed=confirmed))
    described = "; ".join(f"{case} {row.gold.name}, {row.gold.judged}: {row.p_contributes:.2f}" for case, row in rows)
    return drawing(parts, width=width, height=height, description=described)


def _across(p: float) -> float:
    return _LABEL_PX + _PLOT_PX * p


def _upright(p: float, bottom: float, colour: str) -> str:
    x = _across(p)
    return element("line", x1=x, y1=_TOP_PX - 6, x2=x, y2=bottom, stroke=colour, stroke_width=1)


def _tick(p: float, bottom: float) -> str:
    return text(f"{p:.1f}", x=_across(p), y=bottom + 17, size=11, fill=QUIET, text_anchor="middle")


def _dot(x: float, y: float, *, confirmed: bool) -> str:
    colour = SOLID if confirmed else WARM
    return element("circle", cx=x, cy=y, r=4, fill=colour if confirmed else PAPER, stroke=colour, stroke_width=2)


def _legend() -> list[str]:
    return [
        _dot(_LABEL_PX + 6, 18.0, confirmed=True),
        text("confirmed", x=_LABEL_PX + 16, y=22.0, size=12),
        _dot(_LABEL_PX + 106, 18.0, confirmed=False),
        text("incidental or excluded", x=_LABEL_PX + 116, y=22.0, size=12),
    ]
