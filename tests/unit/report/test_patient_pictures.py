"""The patient's pictures: whole words, true counts, calm, legible on a phone and without colour."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from ilc.report.charts.calm import SKY, break_lines, draw_people
from ilc.report.charts.house import ROOMS, Room, draw_house
from ilc.report.charts.pipe import Day, draw_pipe
from ilc.report.charts.rings import Ring, draw_rows, draw_tree
from ilc.report.charts.steps import Step, draw_steps
from ilc.report.charts.svg import measure_text
from tests.support.svg_boxes import PLAIN_TAGS, SVG, find_overflows, find_small_letters

HOSTILE = "<script>alert(\"x\")</script> & 'more'"
ENGLISH = "holding back from moves for fear of pain and a very long name of something that was seen on the scan"
JAPANESE = "背骨の間にあるやわらかいクッション（椎間板）の水分が少なくなっていて、年齢とともに多くの人に見られる変化"
ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LABELS = (HOSTILE, ENGLISH, JAPANESE, ONE_WORD, "short")
SIGNS = ("history", "structure", "nerve", "muscle_fascia", "flow", "brain", "source", "complaint")


def six_rings(words: str) -> list[Ring]:
    return [Ring(words, words, None if n == 5 else 2 * n, words if n % 2 else "") for n in range(6)]


DRAWN: dict[str, Callable[[str], str]] = {
    "tree": lambda words: draw_tree(six_rings(words), description=words),
    "rows": lambda words: draw_rows(six_rings(words), description=words),
    "house": lambda words: draw_house({room: Room(words, words) for room in ROOMS}, description=words),
    "pipe": lambda words: draw_pipe(Day(words, words), Day("short", words), same=words, description=words),
    "steps": lambda words: draw_steps(
        [Step(words, sign, words if n else "") for n, sign in enumerate(SIGNS)], description=words
    ),
}


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - made here


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_plain_svg_with_words_for_those_who_do_not_see_it(name: str) -> None:
    root = parse(DRAWN[name](HOSTILE))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= PLAIN_TAGS
    assert not {key for element in root.iter() for key in element.attrib} & {"style", "onload", "href", "class"}
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == HOSTILE
    assert root.attrib["aria-labelledby"] == title.attrib["id"]


@pytest.mark.parametrize("words", LABELS)
@pytest.mark.parametrize("name", DRAWN)
def test_long_words_in_any_script_stay_in_their_place_and_are_legible(name: str, words: str) -> None:
    svg = DRAWN[name](words)
    assert find_overflows(svg) == []
    assert find_small_letters(svg) == []


@pytest.mark.parametrize("words", LABELS)
def test_no_letter_of_a_label_is_lost(words: str) -> None:
    lines = break_lines(words, size=16, width=150)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(measure_text(item, 16) <= 150 for item in lines)


def test_words_that_leave_the_picture_are_found() -> None:
    assert find_overflows(
        '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="40">'
        '<text x="0" y="20" font-size="16">far too long for it</text></svg>'
    ) == ["far too long for it"]
    assert find_overflows(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><rect x="0" y="0" width="60" height="40"/>'
        '<text x="5" y="20" font-size="16">too long for its box</text></svg>'
    ) == ["too long for its box"]


@pytest.mark.parametrize("count", range(11))
def test_as_many_figures_are_dark_as_people_of_ten(count: int) -> None:
    figures = draw_people(count, x=0, y=0)
    assert len(figures) == 10
    assert sum(f'fill="{SKY}"' in figure for figure in figures) == count
    assert [f'fill="{SKY}"' in figure for figure in figures] == [n < count for n in range(10)]


def test_a_ring_that_may_play_a_part_is_dashed_so_that_it_shows_without_colour() -> None:
    dashed = [
        draw_tree([Ring("a", "b", 3, remark)], description="x").count("stroke-dasharray")
        for remark in ("", "may play a part")
    ]
    assert dashed == [0, 1]


def test_only_rooms_with_something_to_say_have_a_number_and_words() -> None:
    root = parse(draw_house({"warmth": Room("Warm room", "tight muscles")}, description="x"))
    assert [element.text for element in root.iter(f"{SVG}text")] == ["1", "1", "Warm room", "tight muscles"]


def test_the_quiet_parts_of_the_house_are_drawn_finer_than_the_speaking_ones() -> None:
    quiet, full = (draw_house({room: Room("a", "b") for room in rooms}, description="x") for rooms in ((), ROOMS))
    assert quiet.count('stroke-width="2.6"') == 0
    assert full.count('stroke-width="2.6"') > 10


def test_both_days_show_the_same_pipe() -> None:
    root = parse(draw_pipe(Day("w", "w"), Day("c", "c"), same="s", description="x"))
    walls = [path.attrib["d"] for path in root.iter(f"{SVG}path") if path.attrib.get("stroke-width") == "5"]
    shapes = {wall.count("C") for wall in walls}
    assert (len(walls), shapes) == (4, {1})


def test_the_boxes_of_the_chain_stand_in_order_and_are_joined() -> None:
    steps = [
        Step(words, "structure", joint) for words, joint in (("one", ""), ("two", "leads to"), ("three", "is felt as"))
    ]
    root = parse(draw_steps(steps, description="x"))
    tops = [float(rect.attrib["y"]) for rect in root.iter(f"{SVG}rect")]
    assert tops == sorted(tops)
    assert [element.text for element in root.iter(f"{SVG}text")] == ["one", "leads to", "two", "is felt as", "three"]
    assert draw_steps(steps, description="x") == draw_steps(steps, description="x")
