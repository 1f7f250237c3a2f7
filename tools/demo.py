"""Diagnose every example patient and say where the reports are."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ILC = ROOT / ".venv" / "bin" / "ilc"
OUT = ROOT / "out"


def main() -> int:
    """Write out/<example>/ for each case folder of examples/."""
    cases = sorted(path.parent for path in (ROOT / "examples").glob("*/case.yaml"))
    if not cases:
        print("examples/ holds no case folder.", file=sys.stderr)
        return 1
    failed = []
    for case in cases:
        print(f"== {case.name}", flush=True)
        target = OUT / case.name
        done = subprocess.run([str(ILC), "diagnose", str(case), "-o", str(target)], cwd=ROOT, check=False)
        if done.returncode != 0:
            failed.append(case.name)
    print("\nReports, to open in a browser:")
    for case in cases:
        if case.name not in failed:
            print(f"  out/{case.name}/report.html   for the clinician (report.pdf beside it)")
            print(f"  out/{case.name}/patient.html  for the patient")
    if failed:
        print(f"\nNo diagnosis was written for: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
