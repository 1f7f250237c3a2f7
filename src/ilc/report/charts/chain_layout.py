"""Where the boxes of the chain of pain stand: pure geometry, no drawing.

Columns from left to right: history (small, no box), structure, function (nerve, muscle, flow), sources, complaints.
The brain has a band of its own below structure and function, over the width of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ilc.report.charts.svg import LINE_HEIGHT, measure_text, wrap

WIDTH = 940.0
BOX = 158.0
SMALL_BOX = 104.0  # history
SIZE = 12.5
SMALL = 11.5
PADDING = 5.0
GAP = 6.0
HEADING = 20.0
TOP = 31.0
BAND_PADDING = 10.0
MOST_LINES = 8
Point = tuple[float, float]
HISTORY, STRUCTURE, FUNCTION, SOURCE, COMPLAINT = range(5)
_MARGIN = 34.0
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class ChainNode:
    """A box: its column, the heading it stands under, and a second line in small type; brain boxes go to the band."""

    id: str
    label: str
    column: int
    heading: str
    detail: str
    brain: bool = False


@dataclass(frozen=True, slots=True)
class ChainArrow:
    """An arrow: its width is `p_active`; a hypothesis is dashed; the brain's arrows also have a colour."""

    source: str
    target: str
    p_active: float
    hypothesis: bool
    brain: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A box on the page with its label in lines; `heading` is set where a heading stands above it."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    detail: tuple[str, ...]
    heading: str = ""
    beside: bool = False  # the detail stands at the end of the last line

    @property
    def top(self) -> float:
        """The upper end, with the heading where there is one."""
        return self.y - (HEADING if self.heading else 0.0)

    @property
    def bottom(self) -> float:
        """The lower end."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes by node, the left edges of the columns, the band of the brain (top and bottom), and the height."""

    placed: Mapping[str, Placed]
    columns: tuple[float, ...]
    band: tuple[float, float] | None
    height: float


def lay_out(nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow]) -> Layout:
    """Place every box: inner columns from the top, the band below them, outer columns beside what they touch."""
    columns = column_edges(has_history=any(node.column == HISTORY for node in nodes))
    inner = _order_inner([node for node in nodes if node.column in (STRUCTURE, FUNCTION) and not node.brain], arrows)
    placed = _stack_inner(inner, columns)
    bottom = max((box.y + box.height for box in placed.values()), default=TOP)
    brain = [node for node in nodes if node.brain]
    band = None
    if brain:
        top = bottom + (2 * GAP if placed else 0)
        boxes, end = _stack_band(brain, arrows, columns, top)
        placed |= boxes
        band, bottom = (top, end), end
    for column in (SOURCE, COMPLAINT, HISTORY):
        chosen = [node for node in nodes if node.column == column and not node.brain]
        placed |= _place_beside(chosen, arrows, columns[column], placed, bottom)
    bottom = max((box.y + box.height for box in placed.values()), default=TOP)
    return Layout(placed, columns, band, max(bottom, band[1] if band else 0.0) + 6)


def column_edges(*, has_history: bool) -> tuple[float, ...]:
    """Left edges of the five columns; without history the others use its place."""
    first = SMALL_BOX + _MARGIN if has_history else _MARGIN
    step = (WIDTH - 1 - first - BOX) / 3
    return (0.0, *(first + step * number for number in range(4)))


def spread(wanted: Sequence[tuple[float, float]], *, top: float, bottom: float, gap: float) -> list[float]:
    """Tops of boxes, given wanted middle and height in order: none overlap, each near its wish."""
    tops: list[float] = []
    edge = top
    for middle, height in wanted:
        tops.append(max(edge, middle - height / 2))
        edge = tops[-1] + height + gap
    limit = max(bottom, top + sum(height + gap for _, height in wanted) - gap)
    for index in range(len(tops) - 1, -1, -1):
        tops[index] = min(tops[index], limit - wanted[index][1])
        limit = tops[index] - gap
    return tops


def find_route(start: Point, end: Point, placed: Mapping[str, Placed]) -> list[Point]:
    """To a later column; columns in between are crossed where nothing stands, so that no arrow seems to leave a box."""
    stops = [start]
    between = {place.x for place in placed.values() if start[0] < place.x and place.x + place.width < end[0]}
    for column in sorted(between):
        boxes = [place for place in placed.values() if place.x == column]
        width = boxes[0].width
        share = (column + width / 2 - start[0]) / (end[0] - start[0])
        lane = find_lane(boxes, start[1] + share * (end[1] - start[1]))
        stops += [(column - 6, lane), (column + width + 6, lane)]
    return [*stops, end]


def find_lane(boxes: Sequence[Placed], wanted: float) -> float:
    """The height nearest to the wanted one at which neither a box nor a heading of a column stands."""
    half = GAP / 2
    if not any(box.top - half < wanted < box.bottom + half for box in boxes):
        return wanted
    lanes = [end for box in boxes for end in (box.bottom + half, box.top - half)]
    return min(lanes, key=lambda lane: abs(lane - wanted))


def measure_box(node: ChainNode) -> Placed:
    """A box with its lines at no place yet; every label is told in full, in as many lines as it needs."""
    small = node.column == HISTORY
    size, width = (SMALL, SMALL_BOX) if small else (SIZE, BOX)
    inner = width - (0 if small else 2 * PADDING)
    lines = tuple(wrap(node.label, size=size, width=inner, most_lines=MOST_LINES))
    detail = tuple(wrap(node.detail, size=SMALL, width=inner, most_lines=MOST_LINES)) if node.detail else ()
    last = measure_text(lines[-1], size) + measure_text(node.detail, SMALL) + size
    beside = len(detail) == 1 and last <= inner
    height = (len(lines) * size + (0 if beside else len(detail)) * SMALL) * LINE_HEIGHT + PADDING
    return Placed(0.0, 0.0, width, height, lines, detail, beside=beside)


def _at(box: Placed, x: float, y: float, heading: str = "") -> Placed:
    return replace(box, x=x, y=y, heading=heading)


def _order_inner(nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow]) -> dict[int, list[ChainNode]]:
    """Each column from top to bottom: headings stay together, then each box near its neighbours."""
    columns = {column: [node for node in nodes if node.column == column] for column in (STRUCTURE, FUNCTION)}
    rank = {node.id: place / max(1, len(column)) for column in columns.values() for place, node in enumerate(column)}
    for _ in range(_ROUNDS):
        for column in columns.values():
            pull = {node.id: _pull(node.id, arrows, rank) for node in column}
            headings = list(dict.fromkeys(node.heading for node in column))
            column.sort(key=lambda node: (headings.index(node.heading), pull[node.id], node.id))
            rank |= {node.id: place / max(1, len(column)) for place, node in enumerate(column)}
    return columns


def _pull(node: str, arrows: Sequence[ChainArrow], rank: Mapping[str, float]) -> float:
    """The mean place of a node's neighbours, weighted by their arrows; its own place without any."""
    ends = [(a.target if a.source == node else a.source, a.p_active) for a in arrows if node in (a.source, a.target)]
    near = [(rank[end], p) for end, p in ends if end in rank]
    weight = sum(p for _, p in near)
    return sum(place * p for place, p in near) / weight if weight else rank.get(node, 0.0)


def _stack_inner(columns: Mapping[int, Sequence[ChainNode]], edges: tuple[float, ...]) -> dict[str, Placed]:
    stacks = {column: _stack(nodes, edges[column], TOP) for column, nodes in columns.items()}
    tallest = max(end for _, end in stacks.values())
    placed: dict[str, Placed] = {}
    for column, (_, end) in stacks.items():
        placed |= _stack(columns[column], edges[column], TOP + (tallest - end) / 2)[0]
    return placed


def _stack(nodes: Sequence[ChainNode], x: float, y: float) -> tuple[dict[str, Placed], float]:
    """Boxes below each other, a heading above the first of each group; returns them and where they end."""
    placed: dict[str, Placed] = {}
    heading = ""
    for node in nodes:
        new = node.heading if node.heading != heading else ""
        heading = node.heading
        y += HEADING if new else 0
        box = _at(measure_box(node), x, y, new)
        placed[node.id] = box
        y += box.height + GAP
    return placed, y - GAP if nodes else y


def _stack_band(
    nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow], edges: tuple[float, ...], top: float
) -> tuple[dict[str, Placed], float]:
    """The brain in two columns: what only acts on others of the brain left, what they act on right."""
    ids = {node.id for node in nodes}
    acted_on = {a.target for a in arrows if a.source in ids}
    acting = {a.source for a in arrows if a.target in ids}
    left = [node for node in nodes if node.id in acting and node.id not in acted_on]
    right = [node for node in nodes if node not in left]
    placed: dict[str, Placed] = {}
    start, ends = top + BAND_PADDING + HEADING, [top]
    for column, members in ((STRUCTURE, left), (FUNCTION, right)):
        plain = [ChainNode(n.id, n.label, n.column, "", n.detail, brain=True) for n in members]
        boxes, end = _stack(plain, edges[column], start)
        placed |= boxes
        ends.append(end)
    return placed, max(ends) + BAND_PADDING


def _place_beside(
    nodes: Sequence[ChainNode], arrows: Sequence[ChainArrow], x: float, placed: Mapping[str, Placed], bottom: float
) -> dict[str, Placed]:
    """A column whose boxes stand beside what they touch."""
    middle = {name: box.middle for name, box in placed.items()}
    centre = (TOP + bottom) / 2
    wish = {node.id: _pull(node.id, arrows, middle) or centre for node in nodes}
    ordered = sorted(nodes, key=lambda node: (wish[node.id], node.id))
    boxes = [measure_box(node) for node in ordered]
    wanted = [(wish[node.id], box.height) for node, box in zip(ordered, boxes, strict=True)]
    tops = spread(wanted, top=TOP, bottom=bottom, gap=GAP)
    return {node.id: _at(box, x, y) for node, box, y in zip(ordered, boxes, tops, strict=True)}
