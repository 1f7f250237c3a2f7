"""Run every check that needs no test: format, lint, types, layers, sizes, licences, knowledge."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("mypy",)),
    ("layers", ("lint-imports", "--no-cache")),
    ("sizes", ("python", "-m", "tools.ratchet")),
    ("licences", ("python", "-m", "tools.third_party")),
    ("published", ("python", "-m", "tools.publish")),
    ("knowledge", ("ilc", "knowledge", "check")),
)


def main() -> int:
    """Run all checks even when one fails; print the output of those that do."""
    failed = []
    for name, (program, *arguments) in CHECKS:
        start = time.monotonic()
        done = subprocess.run([str(BIN / program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - start
        print(f"{name:10} {'ok' if done.returncode == 0 else 'FAILED':7} {seconds:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr)
    print(
        f"Failed: {', '.join(failed)}. `make fix` repairs format and simple lint." if failed else "All checks passed."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
