"""Time the reading of T1, T2 and STIR beside the architectures of other programs, in one run: part of `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ilc.simulation.dicom_writer import WritingOptions, write_dicom
from ilc.simulation.lumbar import STIR, T1, T2, LumbarPlan, SagittalGrid, render_study

ROOT = Path(__file__).resolve().parent.parent
TRAINING_PYTHON = ROOT / ".venv-train" / "bin" / "python"
GRID = SagittalGrid(n_slices=15, n_rows=384, n_columns=384, pixel_mm=0.75, slice_step_mm=4.4, fine=1, fine_slices=1)
SERIES = 3
BUDGET_S, BUDGET_MB, LEAST_RATIO = 8.0, 1500.0, 20.0


def main() -> int:
    """Print seconds, memory and ratios; 1 where a budget is not kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = render_study(LumbarPlan(seed=5), (T1, T2, STIR), GRID)
        write_dicom(study, folder / "mri", WritingOptions(seed_name="bench"))
        wall, peak = _time_reading(folder / "mri", folder / "out")
    kept = wall <= BUDGET_S and peak <= BUDGET_MB
    print(f"ilc read-mri, T1 + T2 + STIR, 15 slices of 384 x 384 each: {wall:.1f} s (budget {BUDGET_S:g} s),", end=" ")
    print(f"{peak:.0f} MB (budget {BUDGET_MB:g} MB), files, measurements, grades and pictures included")
    for anchor in _time_anchors():
        study_s = SERIES * anchor["volume_s"]
        ratio = study_s / wall
        kept &= ratio >= LEAST_RATIO
        print(
            f"  {anchor['name']}: {anchor['parameters'] / 1e6:.0f} million parameters, "
            f"{anchor['patch_s']:.1f} s a patch, {study_s:.0f} s for three series (network alone), "
            f"{anchor['peak_mb']:.0f} MB: {ratio:.0f} times as long"
        )
    return 0 if kept else 1


def _time_reading(images: Path, out: Path) -> tuple[float, float]:
    """Wall seconds and peak megabytes of the whole command, start of Python included; the faster of two runs."""
    command = [sys.executable, "-c", _RUN, str(images), str(out)]
    told = [
        json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
        for _ in range(2)
    ]
    return min(one["s"] for one in told), max(one["mb"] for one in told)


# One process, timed from before the first import to the last file written.
_RUN = """
import time; start = time.perf_counter()
import json, resource, sys; from pathlib import Path
from ilc.pipeline import read_mri_files, write_mri
write_mri(*read_mri_files([Path(sys.argv[1])]), Path(sys.argv[2]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"s": time.perf_counter() - start, "mb": peak}))
"""


def _time_anchors() -> list[dict[str, Any]]:
    command = [str(TRAINING_PYTHON), "-m", "benchmarks.anchors"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
