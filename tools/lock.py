"""Resolve the dependencies of pyproject.toml and write the lock files: exact versions and hashes, no registry named."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
UV = ROOT / ".venv" / "bin" / "uv"

# Each lock keeps to the versions of the one before it, so that what is tested is what runs.
LOCKS = (
    ("run", ("build",), None),
    ("dev", ("build", "dev"), "run"),
    ("bench", ("build", "dev", "bench"), "dev"),
)


def write_lock(name: str, *, groups: tuple[str, ...], after: str | None) -> None:
    """Write requirements/<name>.txt."""
    command = [str(UV), "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "make lock", "--upgrade"]
    for group in groups:
        command += ["--group", group]
    if after is not None:
        command += ["--constraint", str(REQUIREMENTS / f"{after}.txt")]
    command += ["--output-file", f"requirements/{name}.txt"]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> int:
    """Write every lock, in order."""
    for name, groups, after in LOCKS:
        write_lock(name, groups=groups, after=after)
        print(f"wrote requirements/{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
