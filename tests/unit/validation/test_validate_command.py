"""`ilc validate`: parts, data that are not there, patients of the user, exit status."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ilc.cli.main import app
from ilc.validation import PARTS, PartResult, Request, Skipped, measure_parts
from ilc.validation.data_folder import VARIABLE, read_bounded_text, read_data_folder
from ilc.validation.result import PartNotPossible
from tests.support.small_knowledge import small_knowledge

PATIENTS = '"Criterion4" "Criterion8" "Criterion13"\n"one" 2 1 2\n"two" 1 2 1\n"three" NA NA NA\n'


def validate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, arguments)])


def test_an_unknown_part_is_wrong_usage_and_the_parts_are_listed() -> None:
    done = validate("astrology")
    assert done.exit_code == 2
    assert "astrology" in done.stderr
    assert "smart" in done.stderr


def test_without_data_a_part_is_skipped_with_the_reason_and_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    done = validate("smart", "column", "--json", tmp_path / "figures.json")
    assert done.exit_code == 0
    assert "smart: skipped. The folder of optional data is not there." in done.stderr
    assert VARIABLE in done.stderr
    parts = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["parts"]
    assert set(parts) == {"smart", "column"}
    assert all("skipped" in part for part in parts.values())


def test_patients_of_the_user_are_scored_without_touching_the_documents(tmp_path: Path) -> None:
    file, figures = tmp_path / "mine.txt", tmp_path / "figures.json"
    file.write_text(PATIENTS, encoding="utf-8")
    done = validate("--patients", file, "--json", figures)
    assert done.exit_code == 0, done.output
    assert "docs" not in done.stderr
    shares = json.loads(figures.read_text(encoding="utf-8"))["parts"]["smart"]["figures"]["shares"]["a"]
    assert shares[0]["central"] > shares[2]["central"] > shares[1]["central"]
    assert shares[1]["nociceptive"] > shares[2]["nociceptive"] > shares[0]["nociceptive"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("column", "--patients", "README.md"), "cannot be scored by: column"),
        (("--patients", "no_such_file.txt"), "is not there"),
    ],
)
def test_patients_where_they_do_not_fit_are_wrong_usage(arguments: tuple[str, ...], told: str) -> None:
    done = validate(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr.replace("\n", " ")


def test_a_file_of_patients_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text('"Criterion4"\n"one" maybe\n', encoding="utf-8")
    done = validate("--patients", file)
    assert done.exit_code == 2
    assert "Line 2, Criterion4" in done.stderr
    assert "maybe" not in done.output


def test_one_part_that_cannot_run_does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Request) -> PartResult:
        raise PartNotPossible("no data", "fetch it")

    def answer(_: Request) -> PartResult:
        return PartResult("column", "Column", (), (), {})

    fake: dict[str, Any] = {"smart": replace(PARTS["smart"], measure=refuse)}
    fake["column"] = replace(PARTS["column"], measure=answer)
    monkeypatch.setattr("ilc.validation.parts.PARTS", fake)
    first, second = measure_parts(["smart", "column"], Request(small_knowledge()))
    assert first == Skipped("smart", "no data", "fetch it")
    assert isinstance(second, PartResult)


def test_the_folder_of_data_is_the_one_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert read_data_folder() == tmp_path
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    assert read_data_folder() is None


def test_files_from_outside_are_bounded_and_must_be_text(tmp_path: Path) -> None:
    large, binary = tmp_path / "large.txt", tmp_path / "binary.txt"
    large.write_bytes(b"x" * 5_000_001)
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (large, binary, tmp_path / "none.txt"):
        with pytest.raises(PartNotPossible):
            read_bounded_text(path)
