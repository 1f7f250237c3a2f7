"""Records become measurements, measurements findings, findings a diagnosis, a diagnosis documents."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilc.core import Issue, IssueSeverity
from ilc.explanation import Diagnosis
from ilc.inference.elimination import ImpossibleEvidenceError
from ilc.knowledge import Knowledge, load_knowledge
from ilc.pipeline.measure import Progress, measure
from ilc.pipeline.reason import reason
from ilc.record import CaseReading, read_case

SEED = 20261122
_CONTRADICTION = Issue(
    "FINDINGS_CONTRADICT",
    IssueSeverity.ERROR,
    "case.yaml",
    "The complaints and findings exclude each other, so no diagnosis is possible.",
    "Look for a complaint listed as present and absent, or for a finding typed at the wrong site.",
)


@dataclass(frozen=True, eq=False)
class DiagnosisRun:
    """A diagnosis with its pictures, or none and the issues that say why."""

    diagnosis: Diagnosis | None
    pictures: Mapping[str, bytes]
    issues: tuple[Issue, ...]
    knowledge: Knowledge


def diagnose(
    folder: Path | str,
    *,
    knowledge: Knowledge | None = None,
    seed: int = SEED,
    intervals: bool = True,
    progress: Progress | None = None,
) -> DiagnosisRun:
    """From a case folder to a diagnosis that explains itself.

    Parameters
    ----------
    folder : holds `case.yaml` and the files it names
    knowledge : the shipped knowledge base when None
    seed : of all random draws; same inputs, versions and seed give the same diagnosis
    intervals : work out parameter intervals and robustness too
    progress : called with the number of image files done and of all
    """
    known = knowledge or load_knowledge()
    return diagnose_case(read_case(Path(folder), known), known, seed=seed, intervals=intervals, progress=progress)


def diagnose_case(
    reading: CaseReading,
    knowledge: Knowledge,
    *,
    seed: int = SEED,
    intervals: bool = True,
    progress: Progress | None = None,
) -> DiagnosisRun:
    """The same from a case that was read before."""
    if reading.case is None:
        return DiagnosisRun(None, {}, reading.issues, knowledge)
    measured = measure(reading.case, progress)
    try:
        diagnosis = reason(knowledge, reading, measured, seed=seed, intervals=intervals)
    except ImpossibleEvidenceError:
        return DiagnosisRun(None, {}, (*reading.issues, *measured.issues, _CONTRADICTION), knowledge)
    return DiagnosisRun(diagnosis, measured.pictures, diagnosis.issues, knowledge)


def write_run(run: DiagnosisRun, out: Path, *, languages: Sequence[str]) -> None:
    """Write all documents in each language into `out`; a run that fails half-way leaves earlier output untouched.

    The documents of the first language have the plain names, those of further ones carry theirs: `report.ja.html`.

    Raises
    ------
    ValueError : the run holds no diagnosis
    """
    from ilc.report import write_reports

    if run.diagnosis is None:
        raise ValueError("there is no diagnosis to write")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        write_reports(run.diagnosis, run.knowledge, fresh, languages=languages, images=run.pictures)
        _put_in_place(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put_in_place(fresh: Path, out: Path) -> None:
    """Move finished files over the old ones; what else lies in the folder stays, but for what an earlier run made.

    An old report in a language that was not asked for this time would tell of another diagnosis than its neighbours.
    """
    from ilc.report import LANGUAGES, name_documents

    made = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
    for relative in made:
        target = out / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        (fresh / relative).replace(target)
    reports = (out / name for language in LANGUAGES for name in name_documents(language, first=False))
    earlier = [*(out / "images").glob("series-*.png"), *(path for path in reports if path.is_file())]
    for old in earlier:
        if old.relative_to(out) not in made:
            old.unlink()
