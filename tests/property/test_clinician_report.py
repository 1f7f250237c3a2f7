"""Whoever it is for, the clinician's report says what the diagnosis holds and nothing else, safety first."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from ilc.explanation.model import (
    Diagnosis,
)
from ilc.report import diagnosis_to_json, read_diagnosis_json
from ilc.report.charts.bars import CONTRIBUTES_HEIGHT, PLOT
from ilc.report.charts.origin import PLOT as ORIGIN_PLOT
from ilc.report.charts.svg import measure_text
from ilc.report.clinician.chain import shown_links
from ilc.report.clinician.complaints import MOST_BARS
from ilc.report.clinician.compose import compose_clinician_report
from ilc.report.clinician.leading import leading_factors
from ilc.report.clinician.safety import action_text
from ilc.report.clinician.sides import tell_complaints
from ilc.report.document import (
    Block,
    Bullets,
    Card,
    Details,
    Document,
    Drawing,
    Grid,
    Line,
    Notice,
    Paragraph,
    Table,
)
from ilc.report.figures import log10_weight, percent, points, share, small
from ilc.report.html import render_html
from ilc.report.material import RAISED, Material, gather
from ilc.report.texts import Texts, read_texts
from tests.support.check_each import check_each
from tests.support.made_up_diagnoses import people
from tests.support.made_up_numbers import with_numbers
from tests.support.quick_diagnosis import EXAMPLES, diagnosis_of, shipped_knowledge
from tests.support.report_documents import blocks_of, plain, section_of, walk_blocks
from tests.support.svg_boxes import SVG, find_overflows

MADE_UP = 299
CASE = "hidden_infection"
LABEL_FIXED = (0.0, 0.03, 0.05, 0.1, 0.2, 0.5, 0.7, 0.8, 1.0)  # thresholds that the report names


@dataclass(frozen=True, eq=False)
class Person:
    """A diagnosis read back from its JSON, and the report written from it."""

    material: Material
    told: str  # diagnosis.json
    document: Document
    html: str
    text: str

    @property
    def diagnosis(self) -> Diagnosis:
        return self.material.diagnosis

    @property
    def drawings(self) -> Iterator[Drawing]:
        return (block for block in blocks_of(self.document) if isinstance(block, Drawing))


def visible_text(html: str) -> str:
    """What a reader sees of a page; quick, as pages made here are well formed."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def read_back(written: str) -> Diagnosis:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diagnosis.json"
        path.write_text(written, encoding="utf-8")
        return read_diagnosis_json(path)


def write(diagnosis: Diagnosis, language: str = "en") -> Person:
    """The report, from nothing but the JSON and the catalogues."""
    written = diagnosis_to_json(diagnosis)
    material = gather(read_back(written), shipped_knowledge(), read_texts(language), {})
    document = compose_clinician_report(material)
    html = render_html(document)
    return Person(material, written, document, html, visible_text(html))


@lru_cache(maxsize=1)
def diagnoses() -> tuple[Diagnosis, ...]:
    knowledge = shipped_knowledge()
    made_up = people(knowledge, count=MADE_UP, seed=23)
    numbered = [with_numbers(item, knowledge, np.random.default_rng([7, i])) for i, item in enumerate(made_up)]
    return (diagnosis_of(EXAMPLES / CASE), *numbered)


@lru_cache(maxsize=1)
def everybody() -> tuple[Person, ...]:
    return tuple(write(diagnosis) for diagnosis in diagnoses())


def everyone(check: Callable[[Person], object]) -> None:
    check_each(everybody(), check)


def figures_in(value: object) -> Iterator[float]:
    """Every number of a JSON value."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from figures_in(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def percentages(text: str) -> set[str]:
    """Every figure in per cent, also the low end of an interval."""
    return set(re.findall(r"[<>]?[\d.]+(?=(?:–[<>]?[\d.]+)?[\u00a0 ]%)", text))


def test_every_percentage_comes_from_the_diagnosis_or_the_catalogues() -> None:
    knowledge = shipped_knowledge()
    labels = [item.label for group in (knowledge.nodes, knowledge.findings, knowledge.tests) for item in group.values()]
    written = percentages(" ".join([*labels, *read_texts("en").sentences.values()]))

    def check(person: Person) -> None:
        told = json.loads(person.told)
        values = {value for value in (*figures_in(told), *LABEL_FIXED) if 0 <= value <= 1}
        allowed = written | {shown.rstrip("%\u00a0") for v in values for shown in (percent(v), share(v))}
        shown = percentages(person.text)
        assert len(shown) > 20
        assert shown <= allowed

    everyone(check)


def test_every_weight_expected_gain_and_intensity_comes_from_the_diagnosis() -> None:
    def check(person: Person) -> None:
        told = person.diagnosis
        weights = {log10_weight(reason.log_odds) for factor in told.factors for reason in factor.reasons.contributions}
        cards = [block for block in section_of(person.document, "factors").blocks if isinstance(block, Card)]
        for card in cards:
            summary = " ".join(plain(line) for pair in card.blocks if hasattr(pair, "pairs") for _, line in pair.pairs)
            assert set(re.findall(r"[+−]\d+\.\d\d", summary)) <= weights
        known = {small(t.gain) for t in (*told.next_tests.safety, *told.next_tests.information)}
        known |= {small(t.information_bits) for t in (*told.next_tests.safety, *told.next_tests.information)}
        tables = [block for block in section_of(person.document, "next-tests").blocks if isinstance(block, Table)]
        shown = {text for t in tables for row in t.rows for text in map(plain, row) if re.fullmatch(r"\d\.\d{3}", text)}
        assert shown <= known
        felt = {points(c.intensity_nrs) for c in told.complaints}
        assert set(re.findall(r"([\d.]+)/10\b", person.text)) <= felt

    everyone(check)


def test_every_panel_and_row_is_a_factor_of_the_diagnosis() -> None:
    def check(person: Person) -> None:
        words = person.material.words
        names = {words.node(factor.id) for factor in person.diagnosis.factors}
        panels = [block.title for block in section_of(person.document, "factors").blocks if isinstance(block, Card)]
        assert set(panels) <= names
        rest = [block for block in section_of(person.document, "factors").blocks if isinstance(block, Details)]
        rows = [
            plain(row[0]) for item in rest for table in item.blocks if isinstance(table, Table) for row in table.rows
        ]
        assert sorted([*panels, *rows]) == sorted(words.node(factor.id) for factor in person.diagnosis.factors)

    everyone(check)


def bars_of(person: Person, section: str) -> list[list[tuple[float, float]]]:
    """Width over plot and height of the bars of each drawing of factors in a section."""
    found = []
    for block in walk_blocks(section_of(person.document, section).blocks):
        if isinstance(block, Drawing) and not block.size:
            rects = list(ET.fromstring(block.svg).iter(f"{SVG}rect"))  # noqa: S314 - made here
            found.append([(float(rect.attrib["width"]) / PLOT, float(rect.attrib["height"])) for rect in rects])
    return found


def test_bars_are_as_long_as_their_probabilities() -> None:
    def check(person: Person) -> None:
        for told in tell_complaints(person.material):
            anchor = f"complaint-{told.first.id}".replace("@", "-").replace(".", "-")
            leading = leading_factors(person.material, told.first.id)
            if not leading:
                assert bars_of(person, anchor) == []
                continue
            (bars,) = bars_of(person, anchor)
            thick = [width for width, height in bars if height == CONTRIBUTES_HEIGHT]
            thin = [width for width, height in bars if height != CONTRIBUTES_HEIGHT]
            shown = leading[: len(thick)]
            wanted = [max(1 / PLOT, factor.p_contributes[told.first.id].p) for factor in shown]
            assert thick == pytest.approx(wanted, abs=1e-4)
            assert thin == pytest.approx([max(1 / PLOT, factor.p_exists.p) for factor in shown], abs=1e-4)

    everyone(check)


def numbers_in(svg: str) -> list[str]:
    """The figures in per cent that a drawing prints, in the order of reading."""
    words = [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - made here
    return [word for word in words if re.fullmatch(r"[<>]?[\d.]+\u00a0%|–", word)]


def test_each_number_stands_beside_its_own_factor_in_the_drawing_and_in_the_table() -> None:
    def check(person: Person) -> None:
        for told in tell_complaints(person.material):
            complaint, leading = told.first.id, leading_factors(person.material, told.first.id)
            if not leading:
                continue
            section = section_of(person.document, f"complaint-{complaint}".replace("@", "-").replace(".", "-"))
            blocks = list(walk_blocks(section.blocks))
            drawing = next(block for block in blocks if isinstance(block, Drawing))
            triples = [
                (percent(item.p_contributes[complaint].p), percent(item.p_exists.p), share(item.share.get(complaint)))
                for item in leading
            ]
            drawn = numbers_in(drawing.svg)
            assert drawn == [number for triple in triples for number in triple][: len(drawn)]
            assert len(drawn) == 3 * min(len(leading), MOST_BARS)
            table = next(block for block in blocks if isinstance(block, Table))
            for row, (contributes, exists, part) in zip(table.rows, triples, strict=False):
                assert plain(row[1]).startswith(exists)
                assert plain(row[3]).startswith(contributes)
                assert plain(row[5]) == part
            assert plain(table.rows[-1][5]) == share(told.first.unexplained)

    everyone(check)


def test_red_flags_are_told_with_their_own_probability_reason_and_action() -> None:
    def check(person: Person) -> None:
        notice = section_of(person.document, "red-flags").blocks[0]
        assert isinstance(notice, Notice)
        words, texts = person.material.words, person.material.texts
        lines = [notice.title, *(plain(line) for block in notice.blocks for line in lines_of(block))]
        for flag in (flag for flag in person.diagnosis.red_flags if flag.level in RAISED):
            name = texts.say("safety.flag", level=texts.choose("level", flag.level), label=flag.label)
            said = " ".join(lines) if notice.title == name else next(line for line in lines if line.startswith(name))
            assert percent(flag.p) in said
            assert action_text(person.material, flag) in said
            assert all(words.observed(clause) in said for clause in flag.why)

    everyone(check)


def lines_of(block: Block) -> tuple[Line, ...]:
    return block.items if isinstance(block, Bullets) else (block.line,) if isinstance(block, Paragraph) else ()


def test_shares_drawn_are_shares_computed() -> None:
    def check(person: Person) -> None:
        origins = {origin.complaint: origin for origin in person.diagnosis.origin}
        grids = [block for block in section_of(person.document, "glance").blocks if isinstance(block, Grid)]
        title = person.material.texts.say("origin.card")
        cards = [cell for grid in grids for cell in grid.cells if cell.title == title]
        told = sorted(tell_complaints(person.material), key=lambda item: -(item.first.intensity_nrs or 0.0))[:4]
        wanted = [origins[item.first.id] for item in told if item.first.id in origins]
        assert len(cards) == (1 if wanted else 0)
        if wanted:
            drawing = next(block for block in cards[0].blocks if isinstance(block, Drawing))
            rects = list(ET.fromstring(drawing.svg).iter(f"{SVG}rect"))[3:]  # noqa: S314 - made here
            drawn = [float(rect.attrib["width"]) / ORIGIN_PLOT for rect in rects]
            shares = [part for origin in wanted for part in (origin.body, origin.brain, origin.unexplained)]
            assert drawn == pytest.approx(shares, abs=1e-4)

    everyone(check)


def test_every_arrow_is_a_link_of_the_diagnosis_and_those_left_out_are_counted() -> None:
    def check(person: Person) -> None:
        shown = shown_links(person.material)
        wide = [drawing for drawing in person.drawings if drawing.size == "wide"]
        assert len(wide) == (1 if shown else 0)
        for drawing in wide:
            assert drawing.svg.count("<path") == len(shown)
            assert f"{len(person.diagnosis.chain) - len(shown)} weaker" in drawing.caption

    everyone(check)


def test_red_flags_always_come_first_the_most_urgent_first_and_none_is_missing() -> None:
    def check(person: Person) -> None:
        first = person.document.sections[0]
        assert first.id == "red-flags"
        notice = first.blocks[0]
        assert isinstance(notice, Notice)
        flags = person.diagnosis.red_flags
        levels = [flag.level for flag in flags if flag.level in RAISED]
        assert notice.tone == (min(levels, key=RAISED.index) if levels else notice.tone)
        assert (notice.tone in RAISED[:3]) == any(level in RAISED[:3] for level in levels)
        text = person.text
        head = text[: text.index(person.material.texts.say("glance.title"))]
        assert all(flag.label in head for flag in flags)
        unasked = [finding for flag in flags for finding in flag.unasked]
        assert all(person.material.words.finding(finding) in head for finding in unasked)

    everyone(check)


def find_run_over(svg: str) -> list[str]:
    """The words that begin beside a bar or box and run into it."""
    root = ET.fromstring(svg)  # noqa: S314 - made here
    boxes = [[float(rect.attrib[key]) for key in ("x", "y", "width", "height")] for rect in root.iter(f"{SVG}rect")]
    found = []
    for element in (text for text in root.iter(f"{SVG}text") if "text-anchor" not in text.attrib):
        left, base, size = (float(element.attrib[key]) for key in ("x", "y", "font-size"))
        right = left + measure_text(element.text or "", size)
        found += [
            element.text or ""
            for x, y, width, height in boxes
            if left < x < right - 1 and y < base and base - 0.75 * size < y + height and width > 0
        ]
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_word_of_a_drawing_overflows_or_lies_on_another(language: str) -> None:
    chosen = diagnoses() if language == "en" else diagnoses()[:60]
    for number, diagnosis in enumerate(chosen):
        person = everybody()[number] if language == "en" else write(diagnosis, language)
        for drawing in person.drawings:
            assert find_overflows(drawing.svg) == [], f"person {number}"
            assert find_run_over(drawing.svg) == [], f"person {number}"


def only_places(texts: Texts) -> Texts:
    """The catalogue without its words: only the places for values are left."""
    bare = {
        key: " ".join(f"{{{name}}}" for _, name, _, _ in Formatter().parse(sentence) if name is not None) + " "
        for key, sentence in texts.sentences.items()
    }
    return Texts(texts.language, bare)


def test_no_word_stands_outside_the_catalogues_the_knowledge_and_the_diagnosis() -> None:
    knowledge = shipped_knowledge()
    groups = (knowledge.nodes, knowledge.findings, knowledge.tests, knowledge.settings, knowledge.red_flags)
    labels = [item.label for group in groups for item in group.values()]
    cited = [f"{item.citation} {item.identifier}" for item in knowledge.references.values()]
    known = " ".join([*labels, *cited]).lower()
    for diagnosis in diagnoses()[:20]:
        written = diagnosis_to_json(diagnosis)
        material = gather(read_back(written), knowledge, only_places(read_texts("en")), {})
        words = set(re.findall(r"[a-z]{3,}", visible_text(render_html(compose_clinician_report(material))).lower()))
        allowed = known + written.replace("_", " ").lower()
        assert {word for word in words if word not in allowed} == set()
