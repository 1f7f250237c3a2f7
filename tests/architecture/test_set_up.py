"""The set-up says kindly what is missing, and touches nothing then."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("sh", "dirname", "cut", "sed", "rm")

TOO_OLD = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\n[ "$1" = --version ]\n'
NO_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexec "{python}" "$@"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the set-up reads, with a PATH of its own in bin/."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "setup.sh", tmp_path / "tools")
    (tmp_path / "bin").mkdir()
    for program in PROGRAMS:
        found = shutil.which(program)
        assert found is not None
        (tmp_path / "bin" / program).symlink_to(found)
    return tmp_path


def set_up(checkout: Path, python3: str) -> subprocess.CompletedProcess[str]:
    program = checkout / "bin" / "python3"
    program.write_text(python3)
    program.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHON", "VIRTUAL_ENV")}
    return subprocess.run(
        ["tools/setup.sh", "run"],
        cwd=checkout,
        env={**environment, "PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_named_with_what_to_install(checkout: Path) -> None:
    done = set_up(checkout, TOO_OLD)
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert "apt install python3" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_is_named_with_what_to_install(checkout: Path) -> None:
    done = set_up(checkout, NO_VENV.format(python=sys.executable))
    assert done.returncode == 1
    assert "no venv module" in done.stderr
    assert "apt install python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()
