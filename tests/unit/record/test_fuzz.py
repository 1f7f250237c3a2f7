"""Whatever stands in case.yaml: a case or a reason, never an exception."""

import json
import tempfile
import time
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ilc.record import CaseReading, read_case
from ilc.record.case_file import parse_case_text
from ilc.record.issue_log import IssueLog
from tests.support.case_folders import ENOUGH, read_text
from tests.support.small_knowledge import small_knowledge

KNOWLEDGE = small_knowledge()
WORDS = st.sampled_from(
    [
        *("case_id", "date", "patient", "age", "birth_date", "sex", "history", "pregnant", "height", "weight_kg"),
        *("complaints", "id", "side", "intensity", "present", "since", "findings", "value", "unit", "observed_on"),
        *("questionnaires", "items", "total", "imaging", "diary", "low_back_pain", "leg_pain", "leg_pain@left", "both"),
        *(
            "fever",
            "crp",
            "straight_leg_raise@both",
            "facet_block@all",
            "phq9",
            "odi",
            "absent",
            "unknown",
            "yes",
            "no",
        ),
        *(
            "12 mg/L",
            "3 months",
            "2026-11-22",
            "9999-12-31",
            "0001-01-01",
            "172 cm",
            "left",
            "male",
            "54",
            "7",
            "",
            ".",
        ),
        *("../x", "/x", "mri", "\x00", "a\nb", "💥", "-1", "1e999", "nan", "99999999999999999999", "@", "crp@"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(WORDS | st.text(max_size=8), children, max_size=5)
    ),
    max_leaves=25,
)
SECTIONS = st.fixed_dictionaries(
    {"patient": VALUES | st.just({"age": 54}), "complaints": VALUES | st.just(["low_back_pain"])},
    optional=dict.fromkeys(
        ("case_id", "visit", "date", "findings", "questionnaires", "imaging", "diary", "schema"), VALUES
    ),
)


def check(reading: CaseReading) -> None:
    assert reading.case is not None or reading.issues
    for issue in reading.issues:
        assert len(str(issue)) < 2500
        assert "\n" not in str(issue)


def read_bytes(content: bytes) -> CaseReading:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "case.yaml").write_bytes(content)
        return read_case(Path(folder), KNOWLEDGE)


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"? ? ? ?")
@example(b"%TAG ! x\n--- !y z")
@example(b'"\\ud800": 1')
def test_any_bytes(content: bytes) -> None:
    check(read_bytes(content))


@given(st.text(alphabet=":{}[]-,&*!?|>%@`'\"# \n\tab1.~<=", max_size=80))
def test_any_punctuation(text: str) -> None:
    check(read_bytes(text.encode()))


@given(SECTIONS)
@settings(max_examples=400)
def test_any_values_in_the_right_places(sections: dict[str, object]) -> None:
    check(read_bytes(json.dumps(sections).encode()))


@given(st.integers(min_value=0, max_value=len(ENOUGH)), st.integers(min_value=0, max_value=30), st.text(max_size=6))
def test_a_damaged_case(at: int, removed: int, inserted: str) -> None:
    check(read_bytes((ENOUGH[:at] + inserted + ENOUGH[at + removed :]).encode("utf-8", "surrogatepass")))


@given(SECTIONS)
def test_the_same_file_reads_the_same(sections: dict[str, object]) -> None:
    content = json.dumps(sections).encode()
    first, second = read_bytes(content), read_bytes(content)
    assert first.issues == second.issues
    assert (first.case is None) == (second.case is None)


def test_a_large_hostile_file_is_answered_quickly(tmp_path: Path) -> None:
    started = time.process_time()
    for text in (
        "patient: {" + ", ".join(f"k{number}: {{}}" for number in range(12_000)) + "}",
        "".join(f"%TAG !a{number}! x\n" for number in range(40_000)) + "--- {}",
        "findings: {" + ", ".join(f"finding_{number}@all: 1" for number in range(12_000)) + "}\npatient: {age: 54}",
        "x: " + "y" * 2_000_000,
    ):
        check(read_text(tmp_path, text))
    assert parse_case_text("[" * 1_000_000, IssueLog()) is None
    assert time.process_time() - started < 5.0
