"""`ilc read-mri`: progress, issues in plain words, exit status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ilc.cli.run import NONE_POSSIBLE, WRITTEN, WRONG_USAGE, print_issue
from ilc.imaging.dicom import SequenceKind
from ilc.imaging.mri.masks import Convention, ExternalMask, MaskNotReadable, read_mask
from ilc.imaging.mri.study import MriStudy
from ilc.imaging.mri.together.document import name_disc
from ilc.pipeline import read_mri_files, write_mri


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller states about the images."""

    sequence: str  # "t1", "t2", "stir" or empty
    mask: Path | None
    mask_by: str  # id of a convention, or empty


def run_read_mri(paths: Sequence[Path], out: Path, wanted: Wanted) -> int:
    """Read and write; returns the exit status."""
    screen = Console(stderr=True, highlight=False)
    missing = [path for path in (*paths, *([wanted.mask] if wanted.mask else [])) if not path.exists()]
    if missing:
        screen.print(f"{missing[0]} does not exist.", style="bold red", markup=False)
        return WRONG_USAGE
    if wanted.mask_by and wanted.mask_by not in set(Convention):
        screen.print(f"--mask-by is one of: {', '.join(Convention)}", style="bold red", markup=False)
        return WRONG_USAGE
    try:
        mask = _read_mask(wanted)
    except MaskNotReadable as error:
        print_issue(screen, error.issue)
        return NONE_POSSIBLE
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("Reading images", total=None)

        def advance(series: str, done: int, total: int) -> None:
            progress.update(task, description=f"Finding the spine in {series}", completed=done, total=total)

        kind = SequenceKind(wanted.sequence) if wanted.sequence else None
        reading, study = read_mri_files(paths, as_kind=kind, mask=mask, progress=advance)
    for issue in mask.issues if mask else ():
        print_issue(screen, issue)
    for issue in (*reading.issues, *study.issues):
        print_issue(screen, issue)
    try:
        write_mri(reading, study, out)
    except OSError as error:
        screen.print(f"Nothing could be written to {out}: {error.strerror}.", style="bold red", markup=False)
        return NONE_POSSIBLE
    if study.reference is None:
        screen.print("[bold]No spine was measured.[/]")
        return NONE_POSSIBLE
    screen.print(_tabulate(study))
    screen.print(f"Written to {out}", markup=False)
    return WRITTEN


def _read_mask(wanted: Wanted) -> ExternalMask | None:
    if wanted.mask is None:
        return None
    return read_mask(wanted.mask, convention=Convention(wanted.mask_by) if wanted.mask_by else None)


def _tabulate(study: MriStudy) -> Table:
    table = Table("disc", "height mm", "slip mm", "canal mm", "Pfirrmann", "p bulge", "p herniation", "p Modic")
    reading = study.reference.reading if study.reference else None
    if reading is None:
        return table
    grades = {grade.number: grade.p for grade in study.grades}
    for index in reversed(range(len(study.discs))):
        shape, p = study.discs[index], grades.get(index + 1, {})
        lengths = ("", "", "") if shape is None else (shape.height_mm, shape.slip_mm, shape.canal_mm)
        pfirrmann = p.get("pfirrmann")
        table.add_row(
            name_disc(reading.count.names, index).replace("_", "/"),
            *(value if isinstance(value, str) else f"{value:.1f}" for value in lengths),
            "" if pfirrmann is None else str(int((pfirrmann.cumsum() < 0.5).sum()) + 1),
            *(f"{p[name][1]:.2f}" if name in p else "" for name in ("bulge", "herniation", "modic")),
        )
    return table
