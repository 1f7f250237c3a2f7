"""The chain of pain drawn: boxes in fixed columns, arrows as wide as their chance, hypotheses dashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ilc.report.charts.chain_layout import (
    BOX,
    FUNCTION,
    HISTORY,
    PADDING,
    SIZE,
    SMALL,
    STRUCTURE,
    WIDTH,
    ChainArrow,
    ChainNode,
    Layout,
    Placed,
    Point,
    find_route,
    lay_out,
)
from ilc.report.charts.svg import (
    FAINT,
    INK,
    LINE_HEIGHT,
    PAPER,
    QUIET,
    SOLID,
    WARM,
    drawing,
    element,
    text,
    words_in_lines,
)

WIDEST = 7.0  # an arrow that is active for sure
NARROWEST = 0.8
_REACH = 30.0


@dataclass(frozen=True, slots=True)
class ChainWords:
    """Heads of the columns (history, structure, function, sources, complaints), the band, and the description."""

    heads: tuple[str, str, str, str, str]
    brain: str
    description: str


def draw_chain(nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow], words: ChainWords) -> str:
    """Draw the chain."""
    layout = lay_out(nodes, arrows)
    ports = _share_ports(arrows, layout.placed)
    children = [*_draw_heads(nodes, words, layout), *_draw_band(words.brain, layout)]
    for arrow in sorted(arrows, key=lambda arrow: arrow.p_active):
        children += _draw_arrow(arrow, ports[arrow.source, arrow.target], layout.placed)
    for node in nodes:
        children += _draw_box(node, layout.placed[node.id])
    return drawing(children, width=WIDTH, height=layout.height, description=words.description)


def _draw_heads(nodes: Sequence[ChainNode], words: ChainWords, layout: Layout) -> list[str]:
    children = [element("line", x1=0, x2=WIDTH, y1=24, y2=24, stroke=FAINT, stroke_width=1)]
    for column, head in enumerate(words.heads):
        if column == HISTORY and not any(node.column == HISTORY for node in nodes):
            continue
        children.append(text(head, x=layout.columns[column], y=16, size=SIZE, font_weight=700))
    return children


def _draw_band(name: str, layout: Layout) -> list[str]:
    if layout.band is None:
        return []
    top, bottom = layout.band
    left, right = layout.columns[STRUCTURE] - 26, layout.columns[FUNCTION] + BOX + 12
    frame = element(
        "rect",
        x=left,
        y=top,
        width=right - left,
        height=bottom - top,
        rx=8,
        fill="#f6f3ee",
        stroke=WARM,
        stroke_width=1,
    )
    return [frame, text(name, x=left + 8, y=top + 16, size=SIZE, font_weight=700)]


def _draw_box(node: ChainNode, place: Placed) -> list[str]:
    small = node.column == HISTORY
    size, padding = (SMALL, 0.0) if small else (SIZE, PADDING)
    x, y = place.x + padding, place.y + PADDING / 2 + size * 0.9
    children = []
    if not small:
        frame = {"fill": PAPER, "stroke": INK if node.column > FUNCTION else QUIET, "stroke_width": 1.2}
        children.append(element("rect", x=place.x, y=place.y, width=place.width, height=place.height, rx=4, **frame))
    if place.heading:
        children.append(text(place.heading, x=place.x, y=place.y - 6, size=SMALL, fill=QUIET))
    children += words_in_lines(place.lines, x=x, y=y, size=size)
    after = y + len(place.lines) * size * LINE_HEIGHT - (size - SMALL) * 0.9
    if place.beside:
        right, last = x + place.width - 2 * padding, y + (len(place.lines) - 1) * size * LINE_HEIGHT
        return [*children, text(node.detail, x=right, y=last, size=SMALL, fill=QUIET, text_anchor="end")]
    return [*children, *words_in_lines(place.detail, x=x, y=after, size=SMALL, fill=QUIET)]


def _share_ports(
    arrows: Sequence[ChainArrow], placed: Mapping[str, Placed]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Heights at which each arrow leaves and arrives: those of one box stand below each other, in the order they go."""
    ports: dict[tuple[str, str], list[float]] = {(a.source, a.target): [0.0, 0.0] for a in arrows}
    for end in (0, 1):
        for name, box in placed.items():
            mine = [key for key in ports if key[end] == name]
            mine.sort(key=lambda key: (placed[key[1 - end]].middle, key))
            for place, key in enumerate(mine):
                ports[key][end] = box.y + box.height * (place + 1) / (len(mine) + 1)
    return {key: (leave, arrive) for key, (leave, arrive) in ports.items()}


def _draw_arrow(arrow: ChainArrow, port: tuple[float, float], placed: Mapping[str, Placed]) -> list[str]:
    source, target = placed[arrow.source], placed[arrow.target]
    width = max(NARROWEST, WIDEST * arrow.p_active)
    head = 5.0 + 0.8 * width
    leave, arrive = port
    back = target.x < source.x  # to an earlier column: it arrives from the right
    tip = (target.x + target.width + 1 if back else target.x - 1, arrive)
    end = (tip[0] + (head if back else -head), arrive)
    if back:
        path = _curve([(source.x, leave), end])
    elif target.x > source.x:
        path = _curve(find_route((source.x + source.width, leave), end, placed))
    else:
        path = _loop((source.x, leave), end)
    dashes = f"{3 + 1.4 * width:.1f} {2.5 + width:.1f}" if arrow.hypothesis else None
    colour = WARM if arrow.brain else SOLID
    line = element("path", d=path, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dashes)
    corners = (tip, (end[0], end[1] - head * 0.6), (end[0], end[1] + head * 0.6))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return [line, element("polygon", points=points, fill=colour)]


def _curve(stops: Sequence[Point]) -> str:
    path = f"M{stops[0][0]:.1f} {stops[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(stops):
        bend = (x2 - x1) / 2
        path += f"C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return path


def _loop(start: Point, end: Point) -> str:
    """Within a column: out to the left and back in from the left."""
    reach = min(_REACH, 16.0 + abs(end[1] - start[1]) / 12)
    curve = f"C{start[0] - reach:.1f} {start[1]:.1f} {end[0] - reach:.1f} {end[1]:.1f}"
    return f"M{start[0]:.1f} {start[1]:.1f}{curve} {end[0]:.1f} {end[1]:.1f}"
