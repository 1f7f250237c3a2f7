"""What the documents promise exists: verbs, versions, tests, decisions."""

import re
import tomllib
from pathlib import Path

import pytest

import ilc

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VERBS = set(re.findall(r"^([a-z]+):.*##", MAKEFILE, flags=re.MULTILINE))
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FRAGMENT_KINDS = {"added", "changed", "fixed", "removed", "knowledge", "safety"}


def test_the_version_is_said_once_and_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == ilc.__version__


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_verb_in_a_document_exists(page: Path) -> None:
    assert set(re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8"))) <= VERBS


def test_the_readme_lists_every_verb() -> None:
    assert set(re.findall(r"`make ([a-z]+)`", (ROOT / "README.md").read_text(encoding="utf-8"))) >= VERBS


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_build_runs_the_command_of_the_readme() -> None:
    assert "make test " in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_control_of_a_hazard_names_tests_that_exist() -> None:
    text = (ROOT / "docs" / "safety" / "hazards.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    defined: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        defined |= set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    assert named
    assert named - defined == set()


def test_every_hazard_has_a_control_with_a_test_or_says_that_it_is_open() -> None:
    text = (ROOT / "docs" / "safety" / "hazards.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| H\d+", line)]
    assert rows
    assert [row for row in rows if "`test_" not in row and "**open**" not in row] == []


def test_every_decision_has_its_date_and_three_parts() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert decisions
    for path in decisions:
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md", path.name), path.name
        text = path.read_text(encoding="utf-8").lower()
        assert all(f"## {part}" in text for part in ("context", "decision", "consequences")), path.name


def test_every_changelog_fragment_has_a_known_kind() -> None:
    names = [path.name for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    assert names
    assert [name for name in names if name.split(".")[-2] not in FRAGMENT_KINDS] == []
