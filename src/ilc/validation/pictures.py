"""Small drawings of validation figures."""

from __future__ import annotations

from collections.abc import Sequence

from ilc.core import Estimate
from ilc.report.charts.svg import FAINT, INK, LIGHT, PAPER, QUIET, SOLID, WARM, drawing, element, measure_text, text
from ilc.validation.scores import IntArray

Point = tuple[float, float]
Interval = tuple[str, Sequence[Estimate]]
Confusion = tuple[str, Sequence[str], IntArray]

_LABEL_PX, _PLOT_PX, _ROW_PX, _SIZE = 330.0, 380.0, 34.0, 13.0
_COLOURS = (SOLID, WARM)
_CELL_PX, _SIDE_PX = 76.0, 150.0


def draw_intervals(rows: Sequence[Interval], measures: Sequence[str]) -> str:
    """Values between a lowest tenth and 1 with their intervals, one line a row, one colour a measure."""
    lowest = min(int(10 * estimate.low) / 10 for _, estimates in rows for estimate in estimates)
    height = 40.0 + _ROW_PX * len(rows) + 30.0

    def across(value: float) -> float:
        return _LABEL_PX + _PLOT_PX * (value - lowest) / (1.0 - lowest)

    parts = [_paper(_LABEL_PX + _PLOT_PX + 30.0, height), *_legend(measures)]
    ticks = round((1.0 - lowest) * 10) + 1
    bottom = 40.0 + _ROW_PX * len(rows)
    for tick in range(ticks):
        value = lowest + tick / 10
        parts.append(_line((across(value), 34.0), (across(value), bottom), FAINT, 1.0))
        parts.append(text(f"{value:.1f}", x=across(value), y=bottom + 17, size=11, fill=QUIET, text_anchor="middle"))
    for number, (label, estimates) in enumerate(rows):
        middle = 40.0 + _ROW_PX * (number + 0.5)
        parts.append(text(label, x=8.0, y=middle + 4, size=_SIZE - 1))
        for place, estimate in enumerate(estimates):
            y = middle + 9.0 * (place - (len(estimates) - 1) / 2)
            colour = _COLOURS[place % len(_COLOURS)]
            parts.append(_line((across(estimate.low), y), (across(estimate.high), y), colour, 2.0))
            parts.append(element("circle", cx=across(estimate.value), cy=y, r=4, fill=colour))
    described = "; ".join(
        f"{label}: " + ", ".join(f"{m} {e.value:.2f}" for m, e in zip(measures, own, strict=True))
        for label, own in rows
    )
    return drawing(parts, width=_LABEL_PX + _PLOT_PX + 30.0, height=height, description=described)


def draw_confusion(grids: Sequence[Confusion]) -> str:
    """Counts by reference class (down) and predicted class (across), one grid beside the other."""
    columns = max(len(names) for _, names, _ in grids)
    each = _SIDE_PX + _CELL_PX * columns + 30.0
    height = 80.0 + _CELL_PX * 0.6 * columns
    parts = [_paper(each * len(grids), height)]
    for number, grid in enumerate(grids):
        parts += _grid(grid, left=each * number)
    described = "; ".join(f"{title}: {counts.tolist()}" for title, _, counts in grids)
    return drawing(parts, width=each * len(grids), height=height, description=described)


def _grid(grid: Confusion, *, left: float) -> list[str]:
    title, names, counts = grid
    parts = [text(title, x=left + 8, y=22.0, size=_SIZE, font_weight=600)]
    tall = _CELL_PX * 0.6
    for i, name in enumerate(names):
        short = name.split()[0]
        x = left + _SIDE_PX + _CELL_PX * (i + 0.5)
        parts.append(text(short, x=x, y=52.0, size=11, fill=QUIET, text_anchor="middle"))
        parts.append(text(name, x=left + _SIDE_PX - 8, y=60.0 + tall * (i + 0.5) + 4, size=11, text_anchor="end"))
        for j in range(len(names)):
            share = counts[i, j] / max(1, counts[i].sum())
            corner_x, corner_y = left + _SIDE_PX + _CELL_PX * j, 60.0 + tall * i
            box = {"x": corner_x, "y": corner_y, "width": _CELL_PX, "height": tall, "stroke": FAINT}
            parts.append(element("rect", **box, fill=SOLID if i == j else WARM, fill_opacity=0.75 * float(share)))
            parts.append(
                text(
                    str(int(counts[i, j])),
                    x=corner_x + _CELL_PX / 2,
                    y=corner_y + tall / 2 + 5,
                    size=14,
                    text_anchor="middle",
                    fill=PAPER if share > 0.6 else INK,
                )
            )
    return parts


def _legend(measures: Sequence[str]) -> list[str]:
    parts, x = [], _LABEL_PX
    for place, measure in enumerate(measures):
        parts.append(element("circle", cx=x + 5, cy=16, r=4, fill=_COLOURS[place % len(_COLOURS)]))
        parts.append(text(measure, x=x + 14, y=20.0, size=12))
        x += 30.0 + measure_text(measure, 12)
    return parts


def _paper(width: float, height: float) -> str:
    return element("rect", x=0, y=0, width=width, height=height, fill=PAPER, stroke=LIGHT)


def _line(start: Point, end: Point, colour: str, width: float) -> str:
    (x1, y1), (x2, y2) = start, end
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width)
