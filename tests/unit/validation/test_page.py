"""The page and the figures: one part is written without touching the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ilc.validation.page import put_section, render_json, render_section, write_page
from ilc.validation.result import PartResult, RulesFile, Skipped, Table
from tests.support.small_knowledge import small_knowledge

RESULT = PartResult(
    part="smart",
    title="Shares",
    rules=(RulesFile("2000-01-01-smart.yaml", "a" * 64),),
    tables=(Table("Agreement", ("row", "value"), (("a|b", "0.5"),)),),
    figures={"value": 0.5},
    text=("What it means.",),
    pictures={"shares.svg": "<svg/>"},
    files={"folds.csv": "patient,fold\n"},
)


def test_a_section_says_its_rules_its_knowledge_and_its_tables() -> None:
    section = render_section(RESULT, small_knowledge())
    assert "2000-01-01-smart.yaml" in section
    assert "aaaaaaaaaaaaaaaa" in section
    assert "000000000000" in section
    assert "| a\\|b | 0.5 |" in section
    assert "What it means." in section


def test_a_part_replaces_its_own_section_and_no_other() -> None:
    page = put_section(put_section("# Validation\n", "one", "first\n"), "two", "second\n")
    again = put_section(page, "one", "new \\1\n")
    assert "first" not in again
    assert "new \\1" in again
    assert "second" in again
    assert put_section(again, "one", "new \\1\n") == again


def test_the_page_and_what_lies_beside_it_are_written(tmp_path: Path) -> None:
    page = write_page(tmp_path, [RESULT], small_knowledge())
    text = page.read_text(encoding="utf-8")
    for name in ("shares.svg", "folds.csv"):
        assert f"(validation/{name})" in text
        assert (tmp_path / "validation" / name).is_file()
    write_page(tmp_path, [RESULT], small_knowledge())
    assert page.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.rglob(".*")] == []


def test_figures_name_versions_and_what_was_skipped() -> None:
    written = json.loads(render_json([RESULT, Skipped("column", "no data", "fetch it")], small_knowledge()))
    assert written["parts"]["smart"]["figures"] == {"value": 0.5}
    assert written["parts"]["column"] == {"skipped": "no data", "remedy": "fetch it"}
    assert written["versions"]["knowledge"] == "2000.1.1"


def test_a_figure_that_is_no_number_is_refused() -> None:
    broken = PartResult("smart", "Shares", (), (), {"value": float("nan")})
    with pytest.raises(ValueError, match="not JSON compliant"):
        render_json([broken], small_knowledge())
