"""`ilc diagnose --lang`: named once or again, in the order of the names."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ilc.cli import run
from ilc.cli.main import Language, app
from ilc.cli.run import _name_borrowed_words as name_borrowed_words
from ilc.knowledge import load_knowledge
from ilc.report import LANGUAGES


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The languages that the command asks for; nothing is diagnosed."""
    found: list[Sequence[str]] = []

    def keep(case: Path, out: Path, languages: Sequence[str], overlay: Path | None, *, intervals: bool) -> int:
        found.append(languages)
        return 0

    monkeypatch.setattr(run, "run_diagnosis", keep)
    return found


@pytest.mark.parametrize(
    ("options", "languages"),
    [
        ([], ("en",)),
        (["--lang", "ja"], ("ja",)),
        (["--lang", "en", "--lang", "ja"], ("en", "ja")),
        (["--lang", "ja", "--lang", "en", "--lang", "ja"], ("ja", "en")),
    ],
)
def test_languages_are_written_in_the_order_they_are_named(
    options: list[str], languages: tuple[str, ...], asked: list[Sequence[str]]
) -> None:
    assert CliRunner().invoke(app, ["diagnose", "some_case", *options]).exit_code == 0
    assert asked == [languages]


def test_a_language_without_reports_is_wrong_usage(asked: list[Sequence[str]]) -> None:
    assert CliRunner().invoke(app, ["diagnose", "some_case", "--lang", "tlh"]).exit_code == 2
    assert asked == []


def test_every_language_of_the_catalogues_can_be_asked_for() -> None:
    assert tuple(language.value for language in Language) == LANGUAGES


def test_what_an_overlay_leaves_without_words_is_named_for_each_language(capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    from rich.console import Console

    knowledge = load_knowledge()
    new = replace(knowledge.nodes["muscle_tension"], id="gravity_trouble")
    overlaid = replace(knowledge, nodes={**knowledge.nodes, new.id: new})
    name_borrowed_words(Console(width=200), overlaid, ("en", "ja"))
    said = capsys.readouterr().out
    assert "borrows the clinician's words for (reports in en): node.gravity_trouble.name" in said
    assert "the English label stands for (reports in ja): label.node.gravity_trouble" in said
    assert "the English label stands for (reports in en)" not in said
