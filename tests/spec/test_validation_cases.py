"""Published cases scored: what was confirmed is kept as first written, and no serious cause is called absent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ilc.cli.main import app
from ilc.validation.cases import measure_cases
from ilc.validation.cases.given import GivenCase, read_cases
from ilc.validation.cases.gold import CONTRIBUTES
from ilc.validation.cases.rules import read_case_rules
from ilc.validation.result import Request
from tests.support.quick_diagnosis import ROOT, shipped_knowledge

PUBLISHED = ROOT / "tests" / "published"
# Of gold.yaml and all case.yaml. It changes only with an amendment in the rules that says what was mistaken and why.
AS_AMENDED = "f51c1439f826d98abf7202ec8218742f0433c3f809f6189bdf639ed06c359425"
MINE = """cases:
  - case:
      patient: {age: 54}
      complaints: [low_back_pain]
      findings: {facet_block: full, facet_block_confirmed: present}
    gold: {factors: [{factor: facet_arthropathy, judged: contributes}, {factor: anxiety, judged: excluded}]}
"""


@pytest.fixture(scope="module")
def given() -> tuple[GivenCase, ...]:
    return read_cases(Request(shipped_knowledge()), read_case_rules()[0])


def test_cases_and_what_was_confirmed_are_as_the_last_amendment_left_them() -> None:
    kept = hashlib.sha256()
    for path in [PUBLISHED / "gold.yaml", *sorted(PUBLISHED.rglob("case.yaml"))]:
        kept.update(path.read_bytes())
    assert kept.hexdigest() == AS_AMENDED


def test_every_judgement_says_what_it_rests_on(given: tuple[GivenCase, ...]) -> None:
    assert len(given) == 20
    assert [one.name for one in given if not all(item.said for item in one.gold.factors)] == []


def test_every_case_has_a_confirmed_cause_two_stages_and_a_test_that_decided_it(given: tuple[GivenCase, ...]) -> None:
    for one in given:
        assert any(item.judged == CONTRIBUTES for item in one.gold.factors), one.name
        assert one.before is not None, one.name
        assert one.gold.tests, one.name


def test_overlapping_causes_are_those_of_the_six_cases_where_each_was_confirmed(given: tuple[GivenCase, ...]) -> None:
    assert [one.name for one in given if one.gold.overlap] == ["C33", "C37", "C43", "C47", "C50", "C67"]


@pytest.mark.slow
def test_in_no_published_case_is_the_serious_cause_called_absent() -> None:
    figures = json.loads(json.dumps(dict(measure_cases(Request(shipped_knowledge())).figures)))
    rows = [row for case in figures["cases"] for row in case["serious"]]
    assert len(rows) == 20
    assert [row for row in rows if row["level"] == "none"] == []


def test_a_case_of_ones_own_in_a_single_file_is_scored_and_not_written_into_the_documents(tmp_path: Path) -> None:
    file, out = tmp_path / "mine.yaml", tmp_path / "figures.json"
    file.write_text(MINE, encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", "cases", "--patients", str(file), "--json", str(out)])
    assert done.exit_code == 0, done.output
    assert "docs" not in done.stderr
    (case,) = json.loads(out.read_text(encoding="utf-8"))["parts"]["cases"]["figures"]["cases"]
    assert [(row["factor"], row["verdict"]) for row in case["judged"]] == [
        ("facet_arthropathy", "found"),
        ("anxiety", "kept below"),
    ]


def test_a_folder_without_what_was_confirmed_is_skipped_with_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["validate", "cases", "--patients", str(tmp_path)])
    assert done.exit_code == 2
    assert "What was confirmed is missing" in done.stderr
    assert "docs/how-to/validate.md" in done.stderr.replace("\n", " ")
