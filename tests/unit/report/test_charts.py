"""The drawings: true to their numbers, safe, readable without colour."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from ilc.explanation.model import Probability
from ilc.report.charts.bars import PLOT, Bar, draw_bars
from ilc.report.charts.chain import BOX, ChainArrow, ChainNode, draw_chain
from ilc.report.charts.svg import measure_text, wrap
from ilc.report.coverage import TYPEFACES

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(\"x\")</script> & 'more'"
HEADS = ("Exists", "Contributes", "Share")
COLUMNS = ("One", "Two", "Three", "Four")


def bar(label: str = "Muscle tension", exists: float = 0.5, contributes: float = 0.25) -> Bar:
    return Bar(label, Probability(exists, exists - 0.1, exists + 0.1), Probability(contributes), 0.2, 0.4)


def node(id_: str, column: int, heading: str = "", label: str = "") -> ChainNode:
    return ChainNode(id_, label or id_, column, heading, "")


def arrow(source: str, target: str, p: float = 0.5, *, hypothesis: bool = False) -> ChainArrow:
    return ChainArrow(source, target, p_active=p, hypothesis=hypothesis, brain=False)


NODES = [
    node("slip", 0, "Structure"),
    node("canal", 0, "Structure"),
    node("fear", 1, "Brain"),
    node("muscle", 1, "Muscle"),
    node("nerve pain", 2),
    node("leg", 3),
]
ARROWS = [
    arrow("slip", "canal", 0.9),
    arrow("canal", "nerve pain", 0.2),
    arrow("fear", "muscle", hypothesis=True),
    arrow("nerve pain", "leg"),
]
LONG_LABEL = draw_chain(
    [node("a", 0, label=HOSTILE), node("b", 3)], [arrow("a", "b")], heads=COLUMNS, description=HOSTILE
)
DRAWINGS = {
    "bars": draw_bars((bar(HOSTILE),), heads=HEADS, description=HOSTILE),
    "chain": draw_chain(
        [node("a", 0, label=HOSTILE), node("b", 3)], [arrow("a", "b")], heads=COLUMNS, description=HOSTILE
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_plain_svg_with_a_description_and_hostile_text_stays_text(name: str) -> None:
    root = ET.fromstring(DRAWINGS[name])  # noqa: S314 - made here
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "text", "line", "rect", "path", "polygon", "circle"}
    assert not {key for element in root.iter() for key in element.attrib} & {"style", "onload", "href", "class"}
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == HOSTILE
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == title.attrib["id"]


def test_equal_drawings_give_equal_text_and_different_ones_different_ids() -> None:
    assert draw_bars((bar(),), heads=HEADS, description="x") == draw_bars((bar(),), heads=HEADS, description="x")
    ids = [re.findall(r'id="(\w+)"', draw_bars((bar(label),), heads=HEADS, description="x"))[0] for label in "ab"]
    assert ids[0] != ids[1]


def test_the_length_of_a_bar_is_its_probability() -> None:
    root = ET.fromstring(draw_bars((bar(exists=0.5, contributes=0.25),), heads=HEADS, description="x"))  # noqa: S314
    widths = [float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect")]
    assert widths == [pytest.approx(PLOT * 0.5), pytest.approx(PLOT * 0.25)]


def test_an_age_norm_is_a_diamond_and_without_one_there_is_none() -> None:
    with_norm = draw_bars((bar(),), heads=HEADS, description="x")
    without = draw_bars((Bar("a", Probability(0.5), Probability(0.5), None, None),), heads=HEADS, description="x")
    assert (with_norm.count("<polygon"), without.count("<polygon")) == (1, 0)


def test_a_wider_arrow_means_a_higher_chance_and_dashes_a_hypothesis() -> None:
    root = ET.fromstring(draw_chain(NODES, ARROWS, heads=COLUMNS, description="x"))  # noqa: S314
    paths = list(root.iter(f"{SVG}path"))
    widths = sorted(float(path.attrib["stroke-width"]) for path in paths)
    assert widths[0] < widths[-1]
    assert sum("stroke-dasharray" in path.attrib for path in paths) == 1
    assert len(paths) == len(ARROWS) == sum(1 for _ in root.iter(f"{SVG}polygon"))


def test_boxes_of_a_column_do_not_overlap_and_columns_stand_apart() -> None:
    root = ET.fromstring(draw_chain(NODES, ARROWS, heads=COLUMNS, description="x"))  # noqa: S314
    boxes = [[float(rect.attrib[key]) for key in ("x", "y", "width", "height")] for rect in root.iter(f"{SVG}rect")]
    assert len(boxes) == len(NODES)
    for i, (x1, y1, w1, h1) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[i + 1 :]:
            assert x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1


def test_an_arrow_that_skips_a_column_crosses_it_beside_the_boxes() -> None:
    root = ET.fromstring(draw_chain(NODES, ARROWS, heads=COLUMNS, description="x"))  # noqa: S314
    boxes = [[float(rect.attrib[key]) for key in ("x", "y", "height")] for rect in root.iter(f"{SVG}rect")]
    second = sorted({x for x, _, _ in boxes})[1]
    skipping = next(path.attrib["d"] for path in root.iter(f"{SVG}path") if path.attrib["d"].count("C") == 3)
    stops = [[float(number) for number in piece.split()[-2:]] for piece in re.split("[MC]", skipping)[1:]]
    (before, lane), (after, same) = stops[1:3]
    assert lane == same
    assert before < second < second + BOX < after
    assert not any(y < lane < y + height for x, y, height in boxes if x == second)


def test_long_labels_are_wrapped_and_cut_to_their_box() -> None:
    lines = wrap("Foraminal stenosis of the exiting root " * 4, size=13, width=120, most_lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(measure_text(item, 13) <= 120 for item in lines)
    assert measure_text("腰痛", 10) == 20


@pytest.mark.parametrize("path", TYPEFACES, ids=lambda path: path.name)
@pytest.mark.parametrize("label", ["Narrow spinal canal, L4/5", "Numbness or tingling of the leg, left", "exists 96 %"])
def test_the_width_of_a_label_is_never_underestimated_by_much(label: str, path: Path) -> None:
    font = TTFont(path)
    letters, widths = font.getBestCmap(), font["hmtx"].metrics
    width = sum(widths[letters[ord(letter)]][0] for letter in label) / font["head"].unitsPerEm
    assert measure_text(label, 1.0) >= 0.97 * width
