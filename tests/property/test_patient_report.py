"""Whoever it is for, the patient's report says what the diagnosis holds, safety first, and nothing that frightens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from html import unescape
from typing import Any

import numpy as np
import pytest

from ilc.core import InstanceId
from ilc.explanation import Diagnosis, ObservedFinding, explain
from ilc.findings import level_rank
from ilc.report import LANGUAGES, diagnosis_to_json
from ilc.report.document import Card, Document, Drawing, Facts, Notice, Table
from ilc.report.figures import tenths
from ilc.report.html import render_html
from ilc.report.material import gather
from ilc.report.patient.compose import compose_patient_report
from ilc.report.patient.parts import PRIVATE
from ilc.report.texts import read_texts
from tests.support.check_each import check_each
from tests.support.made_up_diagnoses import people
from tests.support.quick_diagnosis import shipped_knowledge
from tests.support.random_people import make_up_findings, make_up_person, rules_of
from tests.support.reading_grade import ALARMING, OVER_PROMISING, reading_grade
from tests.support.report_documents import Page, blocks_of, plain, section_of
from tests.support.sample_diagnosis import sample_diagnosis
from tests.support.svg_boxes import find_overflows, find_small_letters

MADE_UP, REASONED = 294, 6
COMFORT = frozenset({"rings", "house", "pipe", "days"})
RAISED = ("emergency", "urgent", "prompt")
HIGHEST_GRADE = 8.0


@dataclass(frozen=True, eq=False)
class Person:
    """A diagnosis, what its JSON says, and the report written from it."""

    diagnosis: Diagnosis
    told: dict[str, Any]
    document: Document
    html: str

    @property
    def text(self) -> str:
        return Page(self.html).text

    @property
    def sections(self) -> list[str]:
        return [section.id for section in self.document.sections]

    def raised(self) -> list[dict[str, Any]]:
        """The red flags this person must be told of."""
        return [flag for flag in self.told["red_flags"] if flag["level"] in RAISED]


def reasoned(seed: int) -> Diagnosis:
    """A made-up person whose diagnosis was reasoned out."""
    rng = np.random.default_rng(seed)
    person = make_up_person(rng)
    person = person.plus(make_up_findings(rng, rules_of(red_flag=False), 20))
    person = person.plus(make_up_findings(rng, rules_of(red_flag=True), 10))
    found = explain(
        shipped_knowledge(),
        person.patient,
        findings=person.findings,
        complaints=person.complaints,
        seed=seed,
        intervals=False,
    )
    observed = tuple(
        ObservedFinding(str(item.id), item.rule.label, item.outcome, None, "", "typed", "", True, ())
        for item in person.findings
    )
    values = {part.name: getattr(found, part.name) for part in fields(found)}
    return replace(sample_diagnosis(), findings=observed, **values)


def write(diagnosis: Diagnosis) -> Person:
    """The report of a diagnosis, in English."""
    document = compose_patient_report(gather(diagnosis, shipped_knowledge(), read_texts("en"), {}))
    return Person(diagnosis, json.loads(diagnosis_to_json(diagnosis)), document, render_html(document))


@lru_cache(maxsize=1)
def everybody() -> tuple[Person, ...]:
    diagnoses = people(shipped_knowledge(), count=MADE_UP, seed=11) + [reasoned(seed) for seed in range(REASONED)]
    return tuple(write(diagnosis) for diagnosis in diagnoses)


def everyone(check: Callable[[Person], object]) -> None:
    check_each(everybody(), check)


def concept_of(instance: str) -> str:
    return InstanceId.parse(instance).concept


def names_of(person: Person, *, kinds: tuple[str, ...] = ("factor",)) -> dict[str, list[dict[str, Any]]]:
    """Everyday name -> the factors of the JSON that are called so."""
    words = gather(person.diagnosis, shipped_knowledge(), read_texts("en"), {}).words
    named: dict[str, list[dict[str, Any]]] = {}
    for factor in person.told["factors"]:
        if factor["kind"] in kinds:
            named.setdefault(words.plain_node(factor["id"]).lower(), []).append(factor)
    return named


def contribution(factor: dict[str, Any]) -> float:
    return max((float(chance["p"]) for chance in factor["p_contributes"].values()), default=0.0)


def band(p: float) -> str:
    return "likely plays a part" if p >= 0.7 else "may play a part" if p >= 0.2 else ""


def rows_of(person: Person) -> Iterator[list[str]]:
    if "rings" in person.sections:
        for block in section_of(person.document, "rings").blocks:
            if isinstance(block, Table):
                yield from ([plain(cell) for cell in row] for row in block.rows)


def test_there_are_three_hundred_people_of_every_kind() -> None:
    found = everybody()
    assert len(found) == MADE_UP + REASONED >= 300
    seen = {section for person in found for section in person.sections}
    assert seen >= {"first", "message", "parts", *COMFORT, "route", "origin", "steps", "ask", "help", "looked"}
    assert sum(bool(person.raised()) for person in found) > 50
    assert sum(not person.raised() for person in found) > 20


def test_every_part_that_is_named_is_a_factor_of_the_diagnosis_with_its_chance() -> None:
    def check(person: Person) -> None:
        if "parts" not in person.sections:
            return
        named = names_of(person)
        for card in section_of(person.document, "parts").blocks:
            if isinstance(card, Card):
                assert card.tag == band(max(map(contribution, named[card.title.lower()])))
                assert not any(factor["serious"] for factor in named[card.title.lower()])

    everyone(check)


def test_every_ring_is_a_factor_that_is_there_with_its_own_number() -> None:
    def check(person: Person) -> None:
        named = names_of(person)
        for name, part, common in rows_of(person):
            factor = max(named[name.lower()], key=lambda f: (contribution(f), f["p_exists"]["p"]))
            assert factor["p_exists"]["p"] >= 0.5
            assert factor["assessed"]
            assert part in (band(contribution(factor)), "likely plays no part")
            norm = factor["age_norm"]
            if norm is None:
                assert "no good count" in common
            else:
                n = tenths(norm)
                assert common == {0: "Fewer than 1 in 10", 10: "Almost all"}.get(n, f"About {n} in 10")

    everyone(check)


def test_the_house_names_only_factors_that_are_probably_there() -> None:
    def check(person: Person) -> None:
        if "house" not in person.sections:
            return
        facts = next(b for b in section_of(person.document, "house").blocks if isinstance(b, Facts))
        named = names_of(person)
        for _, value in facts.pairs:
            parts = plain(value).split(": ", 1)[1].split(". ")[0].lower()
            rooms = [name for name in sorted(named, key=len, reverse=True) if name in parts]
            assert rooms
            for name in rooms:
                if name in parts:
                    assert max(f["p_exists"]["p"] for f in named[name]) >= 0.5
                    parts = parts.replace(name, "")
            assert re.sub(r"and|[ ,]", "", parts) == ""

    everyone(check)


def test_there_is_no_number_that_neither_the_diagnosis_nor_the_catalogue_holds() -> None:
    catalogue = set(re.findall(r"\d+", " ".join(read_texts("en").sentences.values())))

    def check(person: Person) -> None:
        counts = {str(tenths(f["age_norm"])) for f in person.told["factors"] if f["age_norm"] is not None}
        unasked = sum(len(flag["unasked"]) for flag in person.told["red_flags"])
        allowed = catalogue | counts | {str(n) for n in range(unasked)} | set(person.told["on"].split("-"))
        pictures = {str(n) for n in range(1, 7)}  # rings and rooms are numbered
        assert set(re.findall(r"\d+", person.text)) <= allowed | pictures

    everyone(check)


def holds(atom: str, person: Person) -> bool:
    """Whether a contraindication of the knowledge is met, judged from the JSON alone."""
    if atom.startswith("red_flag>="):
        highest = max(level_rank(flag["level"]) for flag in person.told["red_flags"])
        return highest >= level_rank(atom.removeprefix("red_flag>="))
    if atom.startswith("factor:"):
        name, _, limit = atom.removeprefix("factor:").partition(">")
        chances = [f["p_exists"]["p"] for f in person.told["factors"] if concept_of(f["id"]) == name]
        return max(chances, default=0.0) > float(limit)
    finding, _, outcome = atom.partition("=")
    return any(concept_of(f["id"]) == finding and f["outcome"] == outcome for f in person.told["findings"])


def test_no_step_is_offered_against_what_forbids_it_and_what_was_not_asked_is_to_be_asked_first() -> None:
    texts, knowledge = read_texts("en"), shipped_knowledge()
    titles = {texts.say(f"self_care.{item}.title"): item for item in knowledge.self_care}

    def check(person: Person) -> None:
        cards = [] if "steps" not in person.sections else section_of(person.document, "steps").blocks
        for card in cards:
            if not isinstance(card, Card):
                continue
            facts = next(block for block in card.blocks if isinstance(block, Facts))
            said = {name: plain(value) for name, value in facts.pairs}
            asked = {concept_of(f["id"]) for f in person.told["findings"]}
            for atom in knowledge.self_care[titles[card.title]].never_with:
                assert not holds(atom, person), (card.title, atom)
                finding = atom.partition("=")[0]
                if "=" in atom and not atom.startswith("red_flag") and finding not in asked:
                    assert texts.say(f"finding.{finding}") in said["Ask first"]

    everyone(check)


def test_a_red_flag_is_always_first_and_comfort_gives_way_to_it() -> None:
    texts = read_texts("en")

    def check(person: Person) -> None:
        raised = person.raised()
        assert ("first" in person.sections) == bool(raised)
        if not raised:
            return
        assert person.sections[0] == "first"
        assert not ({"message"} | COMFORT) & set(person.sections)
        notices = [b for b in section_of(person.document, "first").blocks if isinstance(b, Notice)]
        assert [notice.tone for notice in notices] == sorted((f["level"] for f in raised), key=RAISED.index)
        assert all(texts.say(f"patient_flag.{flag['id']}") in person.text for flag in raised)

    everyone(check)


def test_serious_and_private_things_are_named_nowhere_outside_their_own_message() -> None:
    texts, knowledge = read_texts("en"), shipped_knowledge()
    serious = [id_ for id_, node in knowledge.nodes.items() if node.serious]
    silent = [texts.say(f"node.{id_}.name").lower() for id_ in (*serious, *PRIVATE)]
    silent += [
        texts.say(f"finding.{rule.id}").lower()
        for rule in knowledge.findings.values()
        if {target.node for target in rule.targets} & PRIVATE
    ]

    def check(person: Person) -> None:
        parts = person.html.split('<section id="')
        rest = "".join(part for part in parts if not part.startswith(("first", "help")))
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", rest)).split()).lower()
        assert [name for name in silent if name in text] == []

    everyone(check)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_leaves_its_place_in_a_picture_and_all_can_be_read_on_a_phone(language: str) -> None:
    texts = read_texts(language)

    def check(person: Person) -> None:
        for block in blocks_of(compose_patient_report(gather(person.diagnosis, shipped_knowledge(), texts, {}))):
            if isinstance(block, Drawing):
                assert find_overflows(block.svg) == []
                assert find_small_letters(block.svg) == []
                assert block.description

    everyone(check)


def test_every_page_is_easy_calm_and_promises_nothing() -> None:
    def check(person: Person) -> None:
        assert ALARMING.search(person.text) is None
        assert OVER_PROMISING.search(person.text) is None
        bare = re.sub(r"<(style|svg).*?</\1>", "", person.html, flags=re.S)
        sentences = re.sub(r"<(?:p|li|h\d|dt|dd|td|th|span|figcaption)[^>]*>", ". ", bare)
        assert reading_grade(re.sub(r"<[^>]+>", "", sentences)) <= HIGHEST_GRADE

    everyone(check)


def test_every_page_is_a_draft_and_tells_when_to_get_help() -> None:
    def check(person: Person) -> None:
        assert person.document.ribbon.startswith("Draft")
        assert "a draft until your clinician has signed it" in person.text
        assert {"help", "unknown", "looked"} <= set(person.sections)

    everyone(check)
