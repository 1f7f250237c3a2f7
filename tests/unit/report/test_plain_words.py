"""What patients read is plain, calm and complete for everything the knowledge knows."""

import re
from dataclasses import replace

import pytest

from ilc.knowledge import Knowledge, load_knowledge
from ilc.knowledge.model import Slice
from ilc.report import detect_missing_texts
from ilc.report.patient.comfort import MOTOR_DEFICITS
from ilc.report.patient.days import OWN, TOLD
from ilc.report.patient.house import NARROWINGS
from ilc.report.patient.parts import PRIVATE
from ilc.report.texts import read_texts
from tests.support.reading_grade import ALARMING, OVER_PROMISING, count_syllables, reading_grade
from tests.support.sample_knowledge import sample_knowledge

HIGHEST_GRADE = 8.0
LONGEST_SENTENCE_WORDS = 28
# Families of texts that stand in the patient's report.
FAMILIES = (
    *("message", "days", "days_reason", "route_sentence"),
    *("patient", "plain_site", "first", "first_calm", "patient_level", "patient_level_title", "patient_flag"),
    *("patient_action", "looked", "looked_group", "parts", "part_band", "how_common", "rings", "route", "origin_plain"),
    *("origin_brain", "house", "pipe", "steps", "ask", "help", "unknown", "node", "finding", "test", "self_care"),
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def patient_sentences() -> dict[str, str]:
    return {key: text for key, text in read_texts("en").sentences.items() if key.split(".")[0] in FAMILIES}


def test_everything_the_knowledge_knows_has_everyday_words(knowledge: Knowledge) -> None:
    assert detect_missing_texts(knowledge) == ()


def test_a_missing_word_is_told() -> None:
    sample = sample_knowledge()
    unknown = replace(sample.nodes["muscle_tension"], id="gravity_trouble")
    missing = detect_missing_texts(replace(sample, nodes={**sample.nodes, unknown.id: unknown}))
    assert missing == ("node.gravity_trouble.name", "node.gravity_trouble.about")


def test_no_word_is_left_over_from_earlier_knowledge(knowledge: Knowledge) -> None:
    known = {
        "node": set(knowledge.nodes),
        "finding": set(knowledge.findings),
        "test": set(knowledge.tests),
        "self_care": set(knowledge.self_care),
        "patient_flag": set(knowledge.red_flags),
        "patient_action": set(knowledge.red_flags),
    }
    parts = [key.split(".") for key in read_texts("en").sentences]
    assert [part for part in parts if part[0] in known and part[1] not in known[part[0]]] == []


def test_every_action_text_belongs_to_a_pathway_and_level(knowledge: Knowledge) -> None:
    named = {key for flag in knowledge.red_flags.values() for key in flag.action.values()}
    assert {key for key in read_texts("en").sentences if key.startswith("red_flag.")} == named


def test_clinicians_have_a_name_for_everything(knowledge: Knowledge) -> None:
    for group in (knowledge.nodes, knowledge.findings, knowledge.tests, knowledge.red_flags, knowledge.settings):
        assert [id_ for id_, entry in group.items() if not entry.label.strip()] == []


def test_what_the_reports_single_out_exists(knowledge: Knowledge) -> None:
    assert knowledge.findings.keys() >= MOTOR_DEFICITS
    assert knowledge.nodes.keys() >= {*NARROWINGS, *PRIVATE, *OWN}
    assert knowledge.findings.keys() >= TOLD.keys()


def test_the_sample_speaks_the_words_of_the_knowledge(knowledge: Knowledge) -> None:
    sample = sample_knowledge()
    for name in ("nodes", "findings", "tests", "red_flags", "self_care", "settings"):
        assert getattr(sample, name).keys() <= getattr(knowledge, name).keys(), name
    assert all(sample.nodes[id_].slice is knowledge.nodes[id_].slice for id_ in sample.nodes)


def test_patients_read_no_alarming_word() -> None:
    assert {key: found[0] for key, text in patient_sentences().items() if (found := ALARMING.search(text))} == {}


@pytest.mark.parametrize(
    "word",
    [
        *("Degenerated disc", "wear and tear", "a torn disc", "bone on bone", "Severe stenosis", "worn out joints"),
        *("your spine is crumbling", "nerve damage", "abnormal scan", "a disc out of place", "a broken back"),
        *("brittle bones", "scar tissue", "bone spurs", "a squeezed nerve", "it cracked", "it wears down"),
    ],
)
def test_the_list_of_alarming_words_catches(word: str) -> None:
    assert ALARMING.search(word)


def test_patients_are_promised_nothing() -> None:
    assert {key: found[0] for key, text in patient_sentences().items() if (found := OVER_PROMISING.search(text))} == {}


@pytest.mark.parametrize("family", FAMILIES)
def test_patients_texts_are_easy_to_read(family: str) -> None:
    texts = [text for key, text in patient_sentences().items() if key.split(".")[0] == family]
    assert texts
    assert reading_grade("\n".join(texts)) <= HIGHEST_GRADE


def test_every_longer_text_is_easy_by_itself() -> None:
    grades = {key: reading_grade(text) for key, text in patient_sentences().items() if len(text.split()) >= 12}
    assert {key: grade for key, grade in grades.items() if grade > HIGHEST_GRADE} == {}


def test_no_sentence_is_long() -> None:
    for key, text in patient_sentences().items():
        longest = max(len(sentence.split()) for sentence in re.split(r"[.!?]", text))
        assert longest <= LONGEST_SENTENCE_WORDS, key


def test_names_fit_into_a_sentence() -> None:
    names = [
        text
        for key, text in patient_sentences().items()
        if key.split(".")[0] in ("finding", "test") or key.endswith((".name", ".sided"))
    ]
    assert [name for name in names if (name[0].isupper() and not name.startswith("X-ray")) or name.endswith(".")] == []


def test_serious_factors_are_not_explained_away(knowledge: Knowledge) -> None:
    texts = read_texts("en")
    serious = [n.id for n in knowledge.nodes.values() if n.slice is Slice.FACTOR and n.serious]
    assert serious
    assert [id_ for id_ in serious if texts.has(f"node.{id_}.about")] == []


@pytest.mark.parametrize(
    ("word", "count"), [("pain", 1), ("muscle", 2), ("back", 1), ("emergency", 4), ("moved", 1), ("clinician", 3)]
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_hard_texts_have_a_high_grade() -> None:
    easy = "The cat sat on the mat. It was warm."
    hard = "Multilevel degenerative spondylolisthesis necessitates comprehensive neurophysiological investigation."
    assert reading_grade(easy) < 3
    assert reading_grade(hard) > 15
