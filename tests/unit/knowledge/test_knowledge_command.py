"""`ilc knowledge check`: one screen when all is well, every error told, the exit status."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ilc.cli.main import app
from tests.support.knowledge_files import SMALL, Spoilt, edited, with_entry, write_files

LINES_OF_A_SCREEN = 50
_DEFINITIONS = (
    "Disc material beyond the disc space.",
    "A root pressed on.",
    "A root that is irritated.",
    "Infection of the spine.",
)
_WEIGHTS = "  site_weights: {L1_L2: 1, L2_L3: 1, L3_L4: 2, L4_L5.left: 9, L4_L5.right: 8, L5_S1: 7}\n"


def _sound() -> dict[str, str]:
    """The small knowledge base with room for every prior and a mark on every factor."""
    texts = edited("nodes/factors.yaml", _WEIGHTS, "")
    for words in _DEFINITIONS:
        marked = f"definition: {words}\n  not_confirmable: {{raise: one weak test only}}"
        texts = edited("nodes/factors.yaml", f"definition: {words}", marked, texts)
    return texts


def check(tmp_path: Path, texts: Mapping[str, str], *arguments: str) -> Result:
    folder = write_files(tmp_path, {**texts, "overlay.yaml": "replace: true\n"})
    return CliRunner().invoke(app, ["knowledge", "check", *arguments, "--knowledge", str(folder)])


def test_a_sound_knowledge_base_ends_with_0_on_one_screen(tmp_path: Path) -> None:
    done = check(tmp_path, _sound())
    assert done.exit_code == 0, done.output
    assert "error" not in done.stdout
    assert done.stdout.rstrip().endswith("The knowledge base is sound.")
    assert len(done.stdout.splitlines()) < LINES_OF_A_SCREEN
    assert "uncited numbers: 0; unresolved sources: 0" in done.stdout
    assert "of 4 factors findings can raise 0 above 0.8 and lower 4 below 0.05" in done.stdout
    assert "2.8 2.8 (1-20)" in done.stdout


@pytest.mark.parametrize(
    "spoilt",
    [
        Spoilt(
            "no finding decides",
            "nodes/factors.yaml",
            "{raise: one weak test only}\n  serious",
            "{}\n  serious",
            "NOT_RAISED",
            "nodes.spinal_infection",
        ),
        Spoilt(
            "pain", "plausible.yaml", "[0.05, 0.01, 0.2]", "[0.5, 0.4, 0.6]", "IMPLAUSIBLE", "plausible is 40 to 60 %"
        ),
        Spoilt(
            "no rule", "red_flags.yaml", "factors: [spinal_infection]", "factors: []", "SERIOUS_UNRULED", "infection"
        ),
        Spoilt("no room", "nodes/history.yaml", "[0.2, 0.1, 0.3]", "[0.9, 0.8, 0.95]", "OVERFULL", "disc_herniation"),
    ],
    ids=str,
)
def test_any_violation_ends_with_1_and_is_told(tmp_path: Path, spoilt: Spoilt) -> None:
    done = check(tmp_path, edited(spoilt.file, spoilt.old, spoilt.new, _sound()))
    assert done.exit_code == 1
    assert f"error KNOWLEDGE_{spoilt.code}: 1" in done.stdout
    assert spoilt.message in done.stdout
    assert done.stdout.rstrip().endswith("The knowledge base has errors.")


def test_long_lists_are_counted_and_told_in_full_on_demand(tmp_path: Path) -> None:
    books = "\n".join(
        f"@book{{b{n}, author = {{Old, O.}}, year = 1990, title = {{T}}, url = {{https://x.org/{n}}}}}"
        for n in range(9)
    )
    texts = {**_sound(), "references.bib": SMALL["references.bib"] + books}
    short, full = check(tmp_path, texts), check(tmp_path, texts, "--all")
    assert short.exit_code == full.exit_code == 0
    assert "info KNOWLEDGE_REFERENCE_UNUSED: 9" in short.stdout
    assert "and 8 more (--all lists them)" in short.stdout
    assert "references.b8" not in short.stdout
    assert all(f"references.b{n}: nothing cites this reference." in full.stdout for n in range(9))


def test_every_error_is_told_however_many_there_are(tmp_path: Path) -> None:
    done = check(tmp_path, SMALL)
    assert done.exit_code == 1
    assert "error KNOWLEDGE_NOT_RAISED: 4" in done.stdout
    for factor in ("disc_herniation", "root_compression", "root_inflammation", "spinal_infection"):
        assert f"nodes.{factor}: raised to" in done.stdout


def test_assumptions_are_counted_by_kind_and_listed_on_demand(tmp_path: Path) -> None:
    short, full = check(tmp_path, _sound()), check(tmp_path, _sound(), "--assumptions")
    assert "27 assumptions, each with its reason (--assumptions lists them): 9 accuracy of a finding, 7" in short.stdout
    line = "  leg_pain: leak 0.01 (0.005 to 0.02). other causes"
    assert line in full.stdout
    assert line not in short.stdout


def test_a_refused_knowledge_base_ends_with_1_and_says_why(tmp_path: Path) -> None:
    done = check(tmp_path, with_entry("nodes/history.yaml", "x: {}"))
    assert done.exit_code == 1
    assert "nodes.x" in done.stderr
