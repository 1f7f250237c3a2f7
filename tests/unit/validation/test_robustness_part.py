"""The part `robustness`: every flip of every case, counted by change."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from ilc.explanation.robustness import CHANGES, FLIP_AT, LEAST_CHANGE
from ilc.validation.result import PartNotPossible, PartResult, Request
from ilc.validation.robustness import CHANGE_WORDS, measure_case_robustness
from tests.support.quick_diagnosis import ROOT, shipped_knowledge

CASES = ROOT / "tests" / "published" / "cases"


@lru_cache(maxsize=1)
def result() -> PartResult:
    return measure_case_robustness(Request(shipped_knowledge(), patients=CASES / "C47-T1"))


def test_every_change_of_a_diagnosis_has_its_words_and_its_row() -> None:
    assert set(CHANGE_WORDS) == set(CHANGES)
    assert [row[0] for row in result().tables[0].rows] == list(CHANGE_WORDS.values())


def test_flips_cross_one_half_and_are_counted_once_each() -> None:
    by_change, flips = result().tables
    assert sum(int(row[2]) + int(row[3]) for row in by_change.rows) == len(flips.rows)
    figures = json.loads(json.dumps(dict(result().figures)))
    (case,) = figures["cases"]
    assert len(case["flips"]) == len(flips.rows)
    for flip in case["flips"]:
        assert (flip["before"] >= FLIP_AT) == (flip["after"] < FLIP_AT)
        assert abs(flip["after"] - flip["before"]) >= LEAST_CHANGE


def test_a_folder_without_cases_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PartNotPossible, match="No case folder"):
        measure_case_robustness(Request(shipped_knowledge(), patients=tmp_path))


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "patients.txt"
    file.write_text("one\n", encoding="utf-8")
    with pytest.raises(PartNotPossible, match="no folder of cases"):
        measure_case_robustness(Request(shipped_knowledge(), patients=file))


def test_of_a_case_told_in_two_stages_only_the_last_is_looked_at(tmp_path: Path) -> None:
    text = "patient: {age: 50}\ncomplaints: [low_back_pain]\n"
    for name in ("one-T0", "one-T1", "two-T0", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "case.yaml").write_text(text, encoding="utf-8")
    figures = measure_case_robustness(Request(shipped_knowledge(), patients=tmp_path)).figures
    cases = figures["cases"]
    assert isinstance(cases, list)
    assert [one["case"] for one in cases if isinstance(one, dict)] == ["one-T1", "three", "two-T0"]
