"""The command line starts quickly: nothing heavy is imported before a command needs it."""

import subprocess
import sys

import pytest

import ilc

HEAVY = ("numpy", "scipy", "pydicom", "nibabel", "jinja2", "typst", "PIL", "pydantic", "yaml", "gdcm")


@pytest.mark.parametrize("module", ["ilc", "ilc.cli.main"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, atexit; from ilc.cli.main import main; "
        f"atexit.register(lambda: print('HEAVY', *sorted(set(sys.modules) & {set(HEAVY)!r}))); "
        "sys.argv = ['ilc', '--help']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "diagnose" in done.stdout
    assert done.stdout.splitlines()[-1].split() == ["HEAVY"]


@pytest.mark.parametrize("name", ["read_case", "diagnose"])
def test_the_two_public_functions_come_from_the_package_itself(name: str) -> None:
    assert callable(getattr(ilc, name))
    assert name in dir(ilc)
