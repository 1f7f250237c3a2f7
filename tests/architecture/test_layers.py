"""One direction of imports, and no package without its place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint_imports(search_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=search_path,
        env={**os.environ, "PYTHONPATH": str(search_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the source to break on purpose."""
    shutil.copytree(ROOT / "src" / "ilc", tmp_path / "ilc", ignore=shutil.ignore_patterns("__pycache__", "data"))
    return tmp_path


def test_every_package_imports_only_from_those_below_it() -> None:
    done = lint_imports(ROOT / "src")
    assert done.returncode == 0, done.stdout


def test_an_import_against_the_direction_is_refused(copy: Path) -> None:
    (copy / "ilc" / "core" / "upward.py").write_text("import ilc.inference\n")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "ilc.core.upward" in done.stdout


def test_a_package_without_a_place_in_the_layers_is_refused(copy: Path) -> None:
    (copy / "ilc" / "astrology").mkdir()
    (copy / "ilc" / "astrology" / "__init__.py").write_text("")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "astrology" in done.stdout


def test_measuring_images_and_scoring_questionnaires_do_not_know_each_other(copy: Path) -> None:
    (copy / "ilc" / "imaging" / "sideways.py").write_text("import ilc.questionnaires\n")
    assert lint_imports(copy).returncode == 1


@pytest.mark.parametrize("module", ["pydicom", "torch", "jinja2", "yaml"])
def test_reasoning_that_imports_pixels_web_or_files_is_refused(copy: Path, module: str) -> None:
    (copy / "ilc" / "inference" / "leak.py").write_text(f"import {module}\n")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "ilc.inference.leak" in done.stdout
