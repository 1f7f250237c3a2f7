"""The images of the example patients: `python -m ilc.simulation.examples [FOLDER]` writes them again, the same ones."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from ilc.simulation.dicom_writer import WritingOptions, write_dicom
from ilc.simulation.lumbar import STIR, T1, T2, LumbarPlan, SagittalGrid, SimulatedStudy, render_study


def _slip_and_stenosis() -> LumbarPlan:
    """A degenerative slip of L4 on L5 that narrows the canal, with some oedema at its endplates and facets."""
    plan = LumbarPlan(seed=41, marrow_fat=0.50, muscle_fat=0.18, fat_thickness_mm=16.0)
    plan = plan.with_disc("L2_L3", hydration=0.6).with_disc("L3_L4", hydration=0.5, height_mm=9.5, bulge_mm=1.4)
    plan = plan.with_disc(
        "L4_L5",
        height_mm=6.5,
        hydration=0.15,
        bulge_mm=2.0,
        slip_mm=6.0,
        canal_ap_mm=7.0,
        endplate_oedema=0.6,
        facet_oedema=0.7,
        facet_effusion_mm=1.6,
        ligament_thickness_mm=5.0,
    )
    return plan.with_disc("L5_S1", height_mm=8.0, hydration=0.3)


PLANS: Mapping[str, LumbarPlan] = {"slip_and_stenosis": _slip_and_stenosis()}
GRID = SagittalGrid()
_DEFAULT = Path(__file__).resolve().parents[3] / "examples"


def render_example(name: str) -> SimulatedStudy:
    """The examination of one example patient, with its truth."""
    return render_study(PLANS[name], (T1, T2, STIR), GRID)


def main(arguments: list[str]) -> int:
    """Write <folder>/<example>/mri/<sequence>/ for every example with images."""
    folder = Path(arguments[0]) if arguments else _DEFAULT
    for name in PLANS:
        files = write_dicom(render_example(name), folder / name / "mri", WritingOptions(seed_name=name))
        size = sum(path.stat().st_size for path in files)
        sys.stdout.write(f"{name}: {len(files)} files, {size / 1e6:.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
