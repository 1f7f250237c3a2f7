"""Japanese says what English says: complete, calm and plain for patients, in the terms of the field for clinicians."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import ilc
from ilc.core import Issue, IssueSeverity
from ilc.imaging.dicom import notices
from ilc.knowledge import Knowledge, load_knowledge
from ilc.report import detect_missing_labels, detect_missing_texts
from ilc.report.coverage import drawable
from ilc.report.languages import CLOSE, OPEN, translate_diagnosis, translate_knowledge
from ilc.report.texts import find_placeholders, read_texts
from tests.support.japanese import ALARMING, POLITE, PROMISING, foreign_words, rare_kanji
from tests.support.sample_diagnosis import sample_diagnosis
from tests.unit.report.test_plain_words import FAMILIES as PATIENT_FAMILIES

SOURCE = Path(ilc.__file__).parent
TRANSLATIONS = ("label", "issue")
LABELLED = ("node", "finding", "test", "red_flag", "setting")
LONGEST_SENTENCE = 62
# Names, how often, and what a picture shows need no verb.
BRIEF = (".picture", ".mind", ".often")
_PLACE = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def sentences() -> dict[str, str]:
    return dict(read_texts("ja").sentences)


def patient_sentences() -> dict[str, str]:
    return {key: text for key, text in sentences().items() if key.split(".")[0] in PATIENT_FAMILIES}


def clinician_sentences() -> dict[str, str]:
    return {key: text for key, text in sentences().items() if key.split(".")[0] not in PATIENT_FAMILIES}


def said(text: str) -> str:
    """A text without its places."""
    return _PLACE.sub("", text)


def test_every_english_text_has_a_japanese_one() -> None:
    missing = {key: text for key, text in read_texts("en").sentences.items() if key not in sentences()}
    assert missing == {}, "write these keys into src/ilc/report/texts/ja"


def test_no_japanese_text_outlives_its_english_one() -> None:
    own = {key for key in sentences() if key.split(".")[0] not in TRANSLATIONS}
    assert own - read_texts("en").sentences.keys() == set()


def test_a_japanese_text_has_the_places_of_the_english_one() -> None:
    english = read_texts("en").sentences
    wrong = {
        key: text
        for key, text in sentences().items()
        if key in english and find_placeholders(text) != find_placeholders(english[key])
    }
    assert wrong == {}


def test_everything_the_knowledge_knows_has_a_japanese_name(knowledge: Knowledge) -> None:
    assert detect_missing_labels(knowledge, "ja") == ()
    assert detect_missing_texts(knowledge, "ja") == ()


def test_english_needs_no_names_beside_those_of_the_knowledge(knowledge: Knowledge) -> None:
    assert detect_missing_labels(knowledge, "en") == ()


def test_no_name_is_left_over_from_earlier_knowledge(knowledge: Knowledge) -> None:
    known = {
        "node": knowledge.nodes.keys(),
        "finding": knowledge.findings.keys(),
        "test": knowledge.tests.keys(),
        "red_flag": knowledge.red_flags.keys(),
        "setting": knowledge.settings.keys(),
        "outcome": {outcome for finding in knowledge.findings.values() for outcome in finding.outcomes},
    }
    parts = [key.split(".") for key in sentences() if key.startswith("label.")]
    assert [part for part in parts if part[1] in known and part[2] not in known[part[1]]] == []


def test_every_outcome_has_a_japanese_word(knowledge: Knowledge) -> None:
    outcomes = {outcome for finding in knowledge.findings.values() for outcome in finding.outcomes}
    said_of = sentences()
    assert {one for one in outcomes if not {f"outcome.{one}", f"label.outcome.{one}"} & said_of.keys()} == set()


@pytest.mark.parametrize("family", LABELLED)
def test_no_two_things_share_a_name(family: str) -> None:
    names = Counter(text for key, text in sentences().items() if key.startswith(f"label.{family}."))
    assert [name for name, count in names.items() if count > 1] == []


def _codes() -> Iterator[str]:
    """The code of every problem that leaves a diagnosis possible."""
    yield from notices._FILES
    yield from notices._SERIES
    for path in [*(SOURCE / "record").glob("*.py"), *(SOURCE / "questionnaires").glob("*.py"), *_FINDINGS, *_MRI]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                yield from (word for word in [str(node.value.value)] if word.startswith("AXIAL_"))
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
            given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
            if name in ("warn", "inform", "fault", "Issue", "_issue", "Unknown"):
                yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


_FINDINGS = tuple((SOURCE / "findings").glob("*.py"))
_MRI = (
    *(SOURCE / "imaging" / "mri").glob("*.py"),
    *(SOURCE / "imaging" / "mri" / "axial").glob("*.py"),
    *(SOURCE / "imaging" / "mri" / "together").glob("*.py"),
    SOURCE / "pipeline" / "reason.py",
)


def test_every_problem_of_the_data_is_told_in_japanese() -> None:
    codes = set(_codes())
    assert len(codes) > 60
    told = {key.split(".")[1] for key in sentences() if key.startswith("issue.")}
    assert (codes - told, told - codes) == (set(), set())
    for code in codes:
        assert {f"issue.{code}.message", f"issue.{code}.remedy"} <= sentences().keys()


@pytest.mark.parametrize("code", ["FINDING_STALE", "SYSTEM_FILE", "NEVER_HEARD_OF"])
def test_a_problem_keeps_the_values_of_its_case_in_the_words_of_the_source(code: str) -> None:
    from dataclasses import replace

    issue = Issue(code, IssueSeverity.INFO, "case.yaml:3", "Observed 40 days before.", "Observe again.")
    told = translate_diagnosis(replace(sample_diagnosis(), issues=(issue,)), read_texts("ja")).issues[0]
    original = f"{OPEN}Observed 40 days before.{CLOSE}"
    expected = {
        "FINDING_STALE": f"所見が古く、現在は不明として扱う。（原文：{original}）",
        "SYSTEM_FILE": "システムが残したファイルで、画像ではない。",
        "NEVER_HEARD_OF": original,
    }
    assert told.message == expected[code]
    assert (told.code, told.where, told.severity) == (issue.code, issue.where, issue.severity)


def test_english_reports_take_knowledge_and_diagnosis_as_they_are(knowledge: Knowledge) -> None:
    english = read_texts("en")
    assert translate_knowledge(knowledge, english) is knowledge
    assert translate_diagnosis(sample_diagnosis(), english) == sample_diagnosis()


def test_patients_read_only_kanji_in_everyday_use() -> None:
    assert {key: rare for key, text in patient_sentences().items() if (rare := rare_kanji(text))} == {}


def test_patients_read_no_alarming_word() -> None:
    assert {key: found[0] for key, text in patient_sentences().items() if (found := ALARMING.search(text))} == {}


@pytest.mark.parametrize("text", ["椎間板の変性", "骨が壊れる", "手遅れになる", "すり減った軟骨", "気のせいです"])
def test_the_list_of_alarming_words_catches(text: str) -> None:
    assert ALARMING.search(text)


def test_patients_are_promised_nothing() -> None:
    assert {key: found[0] for key, text in patient_sentences().items() if (found := PROMISING.search(text))} == {}


def test_no_sentence_for_patients_is_long() -> None:
    long = {
        key: part
        for key, text in patient_sentences().items()
        for part in re.split("[。？]", said(text))
        if len(part) > LONGEST_SENTENCE
    }
    assert long == {}


def test_patients_are_spoken_to_politely_and_clinicians_briefly() -> None:
    ends = re.compile(r"([^。？]+)。")
    rude = {
        key: end
        for key, text in patient_sentences().items()
        if not key.endswith(BRIEF)
        for end in ends.findall(said(text))
        if not POLITE.search(end) and not end.endswith("：")
    }
    assert rude == {}
    wordy = {
        key: end for key, text in clinician_sentences().items() for end in ends.findall(text) if POLITE.search(end)
    }
    assert wordy == {}


def test_names_fit_into_a_sentence() -> None:
    names = {
        key: text
        for key, text in patient_sentences().items()
        if key.split(".")[0] in ("finding", "test") or key.endswith((".name", ".sided"))
    }
    assert {key: name for key, name in names.items() if re.search("[。！？]|(?:です|ます)$", name)} == {}


def test_no_text_holds_words_of_another_language() -> None:
    foreign = {key: words for key, text in sentences().items() if (words := foreign_words(said(text)))}
    assert foreign == {}


def test_no_text_is_empty_or_untidy() -> None:
    untidy = re.compile(r"  |[、。]{2}|[(),;:!?]$|[\u3040-\u9fff] [\u3040-\u9fff]")
    found = {
        key: text
        for key, text in sentences().items()
        if not key.endswith(".signature") and not key.startswith("label.unit.")
        if not text.strip() or untidy.search(text)
    }
    assert found == {}


def test_every_letter_can_be_drawn() -> None:
    letters = {letter for text in sentences().values() for letter in text}
    assert {letter for letter in letters if ord(letter) not in drawable()} == set()


def test_the_list_of_kanji_in_everyday_use_is_whole() -> None:
    from tests.support.joyo_kanji import JOYO

    assert len(JOYO) == 2136
    assert rare_kanji("腰痛 椎間板 脊柱 膀胱 疼痛") == {"膀", "胱", "疼"}
