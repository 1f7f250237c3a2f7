"""The chain of pain in fixed columns: history and structure; nerve, muscle, flow, brain; sources; complaints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ilc.report.charts.svg import FAINT, PAPER, QUIET, SOLID, WARM, drawing, element, text, wrap

WIDTH = 900.0
BOX = 152.0
GAP = 8.0
SIZE = 13.0
LEADING = 16.0
PADDING = 8.0
TOP = 34.0
HEADING = 22.0
_COLUMNS = 4
_MARGIN = 34.0
_STEP = (WIDTH - 2 * _MARGIN - BOX) / (_COLUMNS - 1)


@dataclass(frozen=True, slots=True)
class ChainNode:
    """A box: its column 0 to 3, the heading it stands under, and a second line in small type."""

    id: str
    label: str
    column: int
    heading: str
    detail: str


@dataclass(frozen=True, slots=True)
class ChainArrow:
    """An arrow: its width follows `p_active`; a hypothesis is dashed; the brain's arrows have the warm colour."""

    source: str
    target: str
    p_active: float
    hypothesis: bool
    brain: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    x: float
    y: float
    height: float
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def draw_chain(
    nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow], *, heads: tuple[str, ...], description: str
) -> str:
    """Draw the chain; `heads` name the four columns."""
    columns = _order(nodes, arrows)
    heights = [_column_height(column) for column in columns]
    tallest = max(heights, default=0.0)
    placed: dict[str, _Placed] = {}
    children: list[str] = []
    for index, (column, height) in enumerate(zip(columns, heights, strict=True)):
        x = _MARGIN + _STEP * index
        children.append(text(heads[index], x=x, y=18, size=SIZE, font_weight=700))
        children += _place(column, x, TOP + (tallest - height) / 2, placed)
    drawn = [piece for arrow in sorted(arrows, key=lambda a: a.p_active) for piece in _draw_arrow(arrow, placed)]
    boxes = [piece for node in nodes for piece in _draw_box(node, placed[node.id])]
    line = element("line", x1=0, x2=WIDTH, y1=26, y2=26, stroke=FAINT, stroke_width=1)
    return drawing([line, *children, *drawn, *boxes], width=WIDTH, height=TOP + tallest + 8, description=description)


def _order(nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow]) -> list[list[ChainNode]]:
    """Columns from top to bottom: headings stay together, then each box near its neighbours."""
    columns = [[node for node in nodes if node.column == index] for index in range(_COLUMNS)]
    rank = {node.id: position / max(1, len(column)) for column in columns for position, node in enumerate(column)}
    for _ in range(4):
        for column in columns:
            pull = {node.id: _pull(node.id, arrows, rank) for node in column}
            headings = list(dict.fromkeys(node.heading for node in column))
            column.sort(key=lambda node: (headings.index(node.heading), pull[node.id], node.id))
            rank |= {node.id: position / max(1, len(column)) for position, node in enumerate(column)}
    return columns


def _pull(node: str, arrows: Sequence[ChainArrow], rank: Mapping[str, float]) -> float:
    near = [
        (rank[a.target] if a.source == node else rank[a.source], a.p_active)
        for a in arrows
        if node in (a.source, a.target)
    ]
    weight = sum(p for _, p in near)
    return sum(place * p for place, p in near) / weight if weight else rank[node]


def _lines(node: ChainNode) -> tuple[str, ...]:
    return tuple(wrap(node.label, size=SIZE, width=BOX - 2 * PADDING, most_lines=3))


def _box_height(node: ChainNode) -> float:
    return LEADING * (len(_lines(node)) + (1 if node.detail else 0)) + PADDING


def _column_height(column: Sequence[ChainNode]) -> float:
    headings = len({node.heading for node in column if node.heading})
    return sum(_box_height(node) + GAP for node in column) + headings * HEADING


def _place(column: Sequence[ChainNode], x: float, y: float, placed: dict[str, _Placed]) -> list[str]:
    children: list[str] = []
    heading = ""
    for node in column:
        if node.heading != heading:
            heading = node.heading
            y += HEADING
            children.append(text(heading, x=x, y=y - 6, size=SIZE - 1, fill=QUIET))
        height = _box_height(node)
        placed[node.id] = _Placed(x, y, height, _lines(node))
        y += height + GAP
    return children


def _draw_box(node: ChainNode, place: _Placed) -> list[str]:
    box = element(
        "rect", x=place.x, y=place.y, width=BOX, height=place.height, rx=5, fill=PAPER, stroke=QUIET, stroke_width=1.2
    )
    x, y = place.x + PADDING, place.y + PADDING / 2 + SIZE
    children = [text(words, x=x, y=y + i * LEADING, size=SIZE) for i, words in enumerate(place.lines)]
    if node.detail:
        children.append(text(node.detail, x=x, y=y + len(place.lines) * LEADING, size=SIZE - 1.5, fill=QUIET))
    return [box, *children]


def _draw_arrow(arrow: ChainArrow, placed: Mapping[str, _Placed]) -> list[str]:
    source, target = placed[arrow.source], placed[arrow.target]
    width = 1.0 + 5.0 * arrow.p_active
    head = 5.0 + 0.9 * width
    end = (target.x - 1 - head, target.middle)
    if target.x > source.x:
        path = _forward((source.x + BOX, source.middle), end, placed)
    else:
        path = _within((source.x, source.middle), end)
    dashes = f"{2 + 1.6 * width:.1f} {2 + width:.1f}" if arrow.hypothesis else None
    colour = WARM if arrow.brain else SOLID
    line = element("path", d=path, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dashes)
    corners = ((end[0] + head, end[1]), (end[0], end[1] - head * 0.6), (end[0], end[1] + head * 0.6))
    tip = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return [line, element("polygon", points=tip, fill=colour)]


def _forward(start: tuple[float, float], end: tuple[float, float], placed: Mapping[str, _Placed]) -> str:
    """To a later column; columns in between are crossed where there is no box, so that no arrow seems to leave one."""
    stops = [start]
    for column in sorted({place.x for place in placed.values() if start[0] < place.x and place.x + BOX < end[0]}):
        share = (column + BOX / 2 - start[0]) / (end[0] - start[0])
        lane = _lane(column, start[1] + share * (end[1] - start[1]), placed)
        stops += [(column - 6, lane), (column + BOX + 6, lane)]
    stops.append(end)
    path = f"M{start[0]:.1f} {start[1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(stops):
        bend = (x2 - x1) / 2
        path += f"C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return path


def _lane(column: float, wanted: float, placed: Mapping[str, _Placed]) -> float:
    """The gap beside a box of a column that lies nearest to a height."""
    boxes = [place for place in placed.values() if place.x == column]
    lanes = [place.y + place.height + GAP / 2 for place in boxes]
    lanes.append(min(place.y for place in boxes) - HEADING - GAP / 2)
    return min(lanes, key=lambda lane: abs(lane - wanted))


def _within(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Within a column: out to the left and back in from the left, wider for a longer way."""
    reach = min(30.0, 14.0 + abs(end[1] - start[1]) / 12)
    curve = f"C{start[0] - reach:.1f} {start[1]:.1f} {end[0] - reach:.1f} {end[1]:.1f}"
    return f"M{start[0]:.1f} {start[1]:.1f}{curve} {end[0]:.1f} {end[1]:.1f}"
