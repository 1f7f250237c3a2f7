"""The drawings: true to their numbers, safe, readable without colour."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from ilc.explanation.model import Probability
from ilc.report.charts.bars import CONTRIBUTES_HEIGHT, EXISTS_HEIGHT, LEFT, PLOT, Bar, draw_bars
from ilc.report.charts.origin import PLOT as ORIGIN_PLOT
from ilc.report.charts.origin import OriginRow, draw_origin
from ilc.report.charts.svg import measure_text, wrap
from ilc.report.coverage import TYPEFACES

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(\"x\")</script> & 'more'"
HEADS = ("Exists", "Contributes", "Share")


def bar(label: str = "Muscle tension", exists: float = 0.5, contributes: float = 0.25) -> Bar:
    return Bar(label, Probability(exists, exists - 0.1, exists + 0.1), Probability(contributes), 0.2, 0.4)


DRAWINGS = {
    "bars": draw_bars((bar(HOSTILE),), heads=HEADS, description=HOSTILE),
    "origin": draw_origin([OriginRow(HOSTILE, (0.5, 0.3, 0.2), HOSTILE, HOSTILE)], names=HEADS, description=HOSTILE),
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


def test_the_length_of_a_bar_is_its_probability_and_the_thick_one_says_that_it_contributes() -> None:
    root = ET.fromstring(draw_bars((bar(exists=0.5, contributes=0.25),), heads=HEADS, description="x"))  # noqa: S314
    bars = [rect.attrib for rect in root.iter(f"{SVG}rect")]
    assert [float(bar["width"]) for bar in bars] == pytest.approx([PLOT * 0.25, PLOT * 0.5])
    assert [float(bar["height"]) for bar in bars] == [CONTRIBUTES_HEIGHT, EXISTS_HEIGHT]
    assert CONTRIBUTES_HEIGHT > 2 * EXISTS_HEIGHT


def test_the_interval_of_a_bar_reaches_from_its_low_to_its_high_end() -> None:
    one = Bar("a", Probability(0.5), Probability(0.5, 0.3, 0.8), None, None)
    root = ET.fromstring(draw_bars((one,), heads=HEADS, description="x"))  # noqa: S314 - made here
    level = [line.attrib for line in root.iter(f"{SVG}line") if line.attrib["y1"] == line.attrib["y2"]]
    ends = sorted({float(line[key]) for line in level for key in ("x1", "x2")})
    assert ends == pytest.approx([LEFT + PLOT * p for p in (0.3, 0.5, 0.8)], abs=0.01)


def test_the_shares_of_an_origin_fill_the_whole_bar_and_differ_without_colour() -> None:
    row = OriginRow("Back", (0.5, 0.3, 0.2), "50 · 30 · 20", "")
    root = ET.fromstring(draw_origin([row], names=HEADS, description="x"))  # noqa: S314 - made here
    parts = [rect.attrib for rect in root.iter(f"{SVG}rect")][3:]
    widths = [float(part["width"]) for part in parts]
    assert widths == pytest.approx([0.5 * ORIGIN_PLOT, 0.3 * ORIGIN_PLOT, 0.2 * ORIGIN_PLOT], abs=0.01)
    assert parts[0]["fill"] != parts[2]["fill"]
    striped = [float(line.attrib["x1"]) for line in root.iter(f"{SVG}line")]
    assert any(x >= float(parts[1]["x"]) for x in striped)


def test_an_age_norm_is_a_diamond_and_without_one_there_is_none() -> None:
    with_norm = draw_bars((bar(),), heads=HEADS, description="x")
    without = draw_bars((Bar("a", Probability(0.5), Probability(0.5), None, None),), heads=HEADS, description="x")
    assert (with_norm.count("<polygon"), without.count("<polygon")) == (1, 0)


def test_long_labels_are_wrapped_and_cut_to_their_box() -> None:
    lines = wrap("Foraminal stenosis of the exiting root " * 4, size=13, width=120, most_lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(measure_text(item, 13) <= 120 for item in lines)
    assert measure_text("腰痛", 10) == 20


def test_japanese_breaks_between_letters_but_no_line_starts_with_a_closing_mark() -> None:
    words = "腰椎椎間板ヘルニア（L4/5左）、神経根の圧迫と炎症。"
    lines = wrap(words, size=10, width=70, most_lines=20)
    assert "".join(lines) == words
    assert all(measure_text(item, 10) <= 70 for item in lines)
    assert not any(item.startswith(("、", "。", "）", "ー")) or item.endswith("（") for item in lines)


@given(st.text(alphabet="aW1 -/腰（）、ー", max_size=80), st.floats(20, 200))
def test_no_line_is_wider_than_its_box_and_no_letter_is_lost(words: str, width: float) -> None:
    lines = wrap(words, size=13, width=width, most_lines=10_000)
    assert all(measure_text(item, 13) <= width or len(item) == 1 for item in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize("path", TYPEFACES, ids=lambda path: path.name)
@pytest.mark.parametrize("label", ["Narrow spinal canal, L4/5", "Numbness or tingling of the leg, left", "exists 96 %"])
def test_the_width_of_a_label_is_never_underestimated_by_much(label: str, path: Path) -> None:
    font = TTFont(path)
    letters, widths = font.getBestCmap(), font["hmtx"].metrics
    width = sum(widths[letters[ord(letter)]][0] for letter in label) / font["head"].unitsPerEm
    assert measure_text(label, 1.0) >= 0.97 * width
