"""Calibration curves and rank histograms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ilc.report.charts.svg import FAINT, INK, LIGHT, PAPER, QUIET, SOLID, drawing, element, text
from ilc.validation.overlap.metrics import RankHistogram
from ilc.validation.overlap.scoring import JudgeScore

_PLOT_PX, _LEFT_PX, _TOP_PX, _GAP_PX, _FOOT_PX = 230.0, 52.0, 44.0, 34.0, 50.0
_EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_LEAST_IN_BIN = 8  # fewer predictions say nothing about a share


def draw_calibration(curves: Sequence[tuple[str, JudgeScore]]) -> str:
    """Share of factors that truly contribute (up) against the probability given (across), a plot for each judge."""
    width = _LEFT_PX + (_PLOT_PX + _GAP_PX) * len(curves)
    height = _TOP_PX + _PLOT_PX + _FOOT_PX
    parts = [_paper(width, height)]
    described = []
    for number, (title, score) in enumerate(curves):
        points = _points(score)
        parts += _curve(title, points, left=_LEFT_PX + number * (_PLOT_PX + _GAP_PX))
        described.append(f"{title}: " + ", ".join(f"{p:.2f} given, {share:.2f} true" for p, share, _ in points))
    return drawing(parts, width=width, height=height, description="; ".join(described))


def _points(score: JudgeScore) -> list[tuple[float, float, int]]:
    """Mean probability, share that is true, and count of each bin."""
    p, truth = score.p.ravel(), score.truth.ravel()
    place = np.clip(np.searchsorted(_EDGES, p, side="right") - 1, 0, len(_EDGES) - 2)
    found = []
    for number in range(len(_EDGES) - 1):
        inside = place == number
        count = int(inside.sum())
        if count >= _LEAST_IN_BIN:
            found.append((float(p[inside].mean()), float(truth[inside].mean()), count))
    return found


def _curve(title: str, points: Sequence[tuple[float, float, int]], *, left: float) -> list[str]:
    bottom = _TOP_PX + _PLOT_PX
    parts = [text(title, x=left, y=24.0, size=13, font_weight=600)]
    for tick in range(6):
        share = tick / 5
        x, y = left + _PLOT_PX * share, bottom - _PLOT_PX * share
        parts.append(_line((x, _TOP_PX), (x, bottom), FAINT))
        parts.append(_line((left, y), (left + _PLOT_PX, y), FAINT))
        parts.append(text(f"{share:.1f}", x=x, y=bottom + 16, size=11, fill=QUIET, text_anchor="middle"))
        parts.append(text(f"{share:.1f}", x=left - 5, y=y + 4, size=11, fill=QUIET, text_anchor="end"))
    parts.append(_line((left, bottom), (left + _PLOT_PX, _TOP_PX), QUIET))
    parts.append(text("probability given", x=left + _PLOT_PX / 2, y=bottom + 36, size=12, text_anchor="middle"))
    for p, share, count in points:
        x, y, spread = left + _PLOT_PX * p, bottom - _PLOT_PX * share, 1.96 * (share * (1.0 - share) / count) ** 0.5
        high, low = min(1.0, share + spread), max(0.0, share - spread)
        parts.append(_line((x, bottom - _PLOT_PX * high), (x, bottom - _PLOT_PX * low), SOLID))
        parts.append(element("circle", cx=x, cy=y, r=4, fill=SOLID))
    return parts


def draw_ranks(histograms: Sequence[tuple[str, RankHistogram]]) -> str:
    """How often the truth falls into each tenth of the posterior draws; the line is what chance alone would give."""
    width = _LEFT_PX + (_PLOT_PX + _GAP_PX + 40.0) * len(histograms)
    height = _TOP_PX + _PLOT_PX * 0.7 + _FOOT_PX
    parts = [_paper(width, height)]
    for number, (title, ranks) in enumerate(histograms):
        parts += _bars(f"{title} (p {ranks.p:.2f})", ranks.counts, left=_LEFT_PX + number * (_PLOT_PX + _GAP_PX + 40.0))
    described = "; ".join(f"{title}: {list(ranks.counts)}" for title, ranks in histograms)
    return drawing(parts, width=width, height=height, description=described)


def _bars(title: str, counts: Sequence[int], *, left: float) -> list[str]:
    tall, mean = _PLOT_PX * 0.7, sum(counts) / len(counts)
    bottom, top = _TOP_PX + tall, max(*counts, 1) * 1.1
    wide = _PLOT_PX / len(counts)
    parts = [text(title, x=left, y=24.0, size=12, font_weight=600)]
    for number, count in enumerate(counts):
        high = tall * count / top
        box = {"x": left + wide * number + 1, "y": bottom - high, "width": wide - 2, "height": high}
        parts.append(element("rect", **box, fill=LIGHT, stroke=SOLID))
        middle = left + wide * (number + 0.5)
        parts.append(text(str(count), x=middle, y=bottom - 6.0, size=10, fill=QUIET, text_anchor="middle"))
    parts.append(_line((left, bottom - tall * mean / top), (left + _PLOT_PX, bottom - tall * mean / top), INK))
    parts.append(text("rank of the truth, tenths", x=left + _PLOT_PX / 2, y=bottom + 20, size=12, text_anchor="middle"))
    return parts


def _paper(width: float, height: float) -> str:
    return element("rect", x=0, y=0, width=width, height=height, fill=PAPER, stroke=LIGHT)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=colour, stroke_width=1.5)
