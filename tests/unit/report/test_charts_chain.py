"""The chain of pain: boxes in fixed columns that never meet, arrows true to their numbers."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilc.report.charts.chain import WIDEST, ChainWords, draw_chain
from ilc.report.charts.chain_layout import (
    COMPLAINT,
    FUNCTION,
    HISTORY,
    PADDING,
    SIZE,
    SMALL,
    SOURCE,
    STRUCTURE,
    WIDTH,
    ChainArrow,
    ChainNode,
    Placed,
    find_lane,
    lay_out,
    measure_box,
    spread,
)
from ilc.report.charts.svg import measure_text
from tests.support.sample_knowledge import sample_knowledge

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(\"x\")</script> & 'more'"
WORDS = ChainWords(("Before", "Structure", "Function", "Source", "Complaint"), "Brain", HOSTILE)
JAPANESE = "腰椎変性すべり症に伴う脊柱管狭窄（第4・第5腰椎間）による馬尾性間欠跛行"


def node(id_: str, column: int, *, heading: str = "", label: str = "", brain: bool = False) -> ChainNode:
    return ChainNode(id_, label or id_, column, heading, "96 %", brain=brain)


def arrow(source: str, target: str, p: float = 0.5, *, hypothesis: bool = False) -> ChainArrow:
    return ChainArrow(source, target, p_active=p, hypothesis=hypothesis, brain=False)


NODES = [
    node("work", HISTORY),
    node("slip", STRUCTURE),
    node("canal", STRUCTURE),
    node("root", FUNCTION, heading="Nerve"),
    node("muscle", FUNCTION, heading="Muscle"),
    node("fear", FUNCTION, brain=True),
    node("nerve pain", SOURCE),
    node("leg", COMPLAINT),
]
ARROWS = [
    arrow("work", "slip", 0.3),
    arrow("slip", "canal", 0.9),
    arrow("canal", "root", 0.4),
    arrow("canal", "nerve pain", 0.2),
    arrow("fear", "muscle", hypothesis=True),
    arrow("nerve pain", "leg"),
]


def labels() -> st.SearchStrategy[str]:
    """The longest names of the knowledge, and Japanese ones, whose letters are a full square wide."""
    known = sorted((item.label for item in sample_knowledge().nodes.values()), key=len)[-20:]
    return st.sampled_from(known).map(lambda label: f"{label}, L4/5 left") | st.text(
        alphabet=JAPANESE, min_size=1, max_size=40
    )


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[ChainNode], list[ChainArrow]]:
    """Any boxes in any columns, joined in any way."""
    count = draw(st.integers(1, 24))
    nodes = []
    for number in range(count):
        column = draw(st.sampled_from((HISTORY, STRUCTURE, FUNCTION, SOURCE, COMPLAINT)))
        brain = column == FUNCTION and draw(st.booleans())
        heading = draw(st.sampled_from(("Nerve", "Muscle and fascia", "神経"))) if column == FUNCTION else ""
        nodes.append(ChainNode(str(number), draw(labels()), column, heading, "exists 96 %", brain=brain))
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=28))
    arrows = [
        ChainArrow(str(a), str(b), p_active=draw(st.floats(0, 1)), hypothesis=draw(st.booleans()), brain=False)
        for a, b in sorted(pairs)
        if a != b
    ]
    return nodes, arrows


def overlap(one: Placed, other: Placed) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (beside or one.y + one.height <= other.y or other.y + other.height <= one.y)


@settings(max_examples=150, deadline=None)
@given(chains())
def test_no_two_boxes_overlap_and_all_stay_on_the_page(chain: tuple[list[ChainNode], list[ChainArrow]]) -> None:
    nodes, arrows = chain
    layout = lay_out(nodes, arrows)
    boxes = list(layout.placed.values())
    assert layout.placed.keys() == {item.id for item in nodes}
    assert not any(overlap(one, other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])
    assert all(box.x >= 0 and box.x + box.width <= WIDTH and box.y >= 0 for box in boxes)
    assert all(box.y + box.height <= layout.height for box in boxes)


@settings(max_examples=150, deadline=None)
@given(chains())
def test_every_label_is_told_in_full_and_fits_its_box(chain: tuple[list[ChainNode], list[ChainArrow]]) -> None:
    for item in chain[0]:
        box = measure_box(item)
        small = item.column == HISTORY
        size, inner = (SMALL, box.width) if small else (SIZE, box.width - 2 * PADDING)
        assert "".join(box.lines).replace(" ", "") == item.label.replace(" ", "")
        assert all(measure_text(words, size) <= inner for words in box.lines)
        if box.beside:
            assert measure_text(box.lines[-1], size) + measure_text(item.detail, SMALL) < inner


@settings(max_examples=60, deadline=None)
@given(chains())
def test_every_chain_can_be_drawn_with_one_path_and_one_head_an_arrow(
    chain: tuple[list[ChainNode], list[ChainArrow]],
) -> None:
    nodes, arrows = chain
    root = ET.fromstring(draw_chain(nodes, arrows, WORDS))  # noqa: S314 - made here
    assert sum(1 for _ in root.iter(f"{SVG}path")) == len(arrows)
    assert sum(1 for _ in root.iter(f"{SVG}polygon")) == len(arrows)


@given(st.lists(st.tuples(st.floats(-50, 900), st.floats(10, 90)), max_size=12))
def test_boxes_that_want_the_same_place_move_apart_in_their_order(wanted: list[tuple[float, float]]) -> None:
    wanted = sorted(wanted)
    tops = spread(wanted, top=0.0, bottom=400.0, gap=8.0)
    ends = [top + height for top, (_, height) in zip(tops, wanted, strict=True)]
    assert all(start >= end + 8.0 - 1e-6 for end, start in zip(ends, tops[1:], strict=False))
    needed = sum(height + 8.0 for _, height in wanted) - 8.0
    assert all(top >= -1e-6 for top in tops)
    assert not ends or max(ends) <= max(400.0, needed) + 1e-6


@settings(max_examples=150, deadline=None)
@given(chains(), st.floats(0, 900))
def test_arrows_cross_a_column_where_neither_a_box_nor_a_heading_stands(
    chain: tuple[list[ChainNode], list[ChainArrow]], wanted: float
) -> None:
    boxes = list(lay_out(*chain).placed.values())
    for column in {box.x for box in boxes}:
        members = [box for box in boxes if box.x == column]
        lane = find_lane(members, wanted)
        assert not any(box.top < lane < box.bottom for box in members)


def test_columns_stand_in_their_order_and_the_brain_below_structure_and_function() -> None:
    layout = lay_out(NODES, ARROWS)
    left = [layout.placed[name].x for name in ("work", "slip", "root", "nerve pain", "leg")]
    assert left == sorted(left)
    assert len(set(left)) == len(left)
    assert layout.band is not None
    top, bottom = layout.band
    for item in NODES:
        box = layout.placed[item.id]
        inside = top <= box.y and box.y + box.height <= bottom
        assert inside == item.brain or item.column in (HISTORY, SOURCE, COMPLAINT)


def test_the_width_of_an_arrow_is_its_chance_and_dashes_are_a_hypothesis() -> None:
    root = ET.fromstring(draw_chain(NODES, ARROWS, WORDS))  # noqa: S314 - made here
    paths = list(root.iter(f"{SVG}path"))
    widths = sorted(float(path.attrib["stroke-width"]) for path in paths)
    assert widths == pytest.approx(sorted(WIDEST * item.p_active for item in ARROWS), abs=0.01)
    assert sum("stroke-dasharray" in path.attrib for path in paths) == 1


def test_an_arrow_that_skips_a_column_crosses_it_beside_the_boxes() -> None:
    root = ET.fromstring(draw_chain(NODES, ARROWS, WORDS))  # noqa: S314 - made here
    layout = lay_out(NODES, ARROWS)
    function = layout.columns[FUNCTION]
    skipping = next(path.attrib["d"] for path in root.iter(f"{SVG}path") if path.attrib["d"].count("C") == 3)
    stops = [[float(number) for number in piece.split()[-2:]] for piece in re.split("[MC]", skipping)[1:]]
    (before, lane), (after, same) = stops[1:3]
    boxes = [box for box in layout.placed.values() if box.x == function]
    assert lane == same
    assert before < function < function + boxes[0].width < after
    assert not any(box.y < lane < box.y + box.height for box in boxes)


def test_without_history_the_other_columns_take_its_place() -> None:
    without = lay_out(NODES[1:], ARROWS[1:]).columns
    assert without[STRUCTURE] < lay_out(NODES, ARROWS).columns[STRUCTURE]


def test_the_drawing_is_plain_svg_and_hostile_text_stays_text() -> None:
    drawn = draw_chain([node("a", STRUCTURE, label=HOSTILE), node("b", COMPLAINT)], [arrow("a", "b")], WORDS)
    root = ET.fromstring(drawn)  # noqa: S314 - made here
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "text", "line", "rect", "path", "polygon"}
    assert not {key for element in root.iter() for key in element.attrib} & {"style", "onload", "href", "class"}
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == HOSTILE
