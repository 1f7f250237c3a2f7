"""`ilc diagnose`: progress, issues in plain words, exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ilc.core import Issue, IssueSeverity
from ilc.knowledge import Knowledge, KnowledgeError, load_knowledge
from ilc.pipeline import DiagnosisRun, diagnose, write_run
from ilc.report import TextError, detect_missing_labels, detect_missing_texts, name_documents

WRITTEN, NONE_POSSIBLE, WRONG_USAGE = 0, 1, 2
_STYLE = {IssueSeverity.INFO: "dim", IssueSeverity.WARNING: "yellow", IssueSeverity.ERROR: "bold red"}


def run_diagnosis(case: Path, out: Path, languages: Sequence[str], overlay: Path | None, *, intervals: bool) -> int:
    """Diagnose and write; returns the exit status."""
    screen = Console(stderr=True, highlight=False)
    if not case.is_dir():
        _refuse(screen, f"{case} is not a folder.", "Name the folder that holds case.yaml.")
        return WRONG_USAGE
    try:
        knowledge = load_knowledge(overlay)
    except KnowledgeError as error:
        _refuse(screen, "The knowledge base was refused.", str(error))
        return WRONG_USAGE
    _name_borrowed_words(screen, knowledge, languages)
    run = _diagnose_with_progress(case, knowledge, screen, intervals=intervals)
    for issue in run.issues:
        print_issue(screen, issue)
    if run.diagnosis is None:
        screen.print("[bold]No diagnosis is possible yet.[/] Earlier reports were left as they are.")
        return NONE_POSSIBLE
    try:
        write_run(run, out, languages=languages)
    except TextError as error:
        _refuse(screen, "The reports lack words for this knowledge base.", str(error.args[0]))
        return NONE_POSSIBLE
    except OSError as error:
        _refuse(screen, f"The reports could not be written to {out}.", f"{error.strerror}. Choose another folder.")
        return NONE_POSSIBLE
    _announce(run, out, languages)
    return WRITTEN


def _refuse(screen: Console, what: str, remedy: str) -> None:
    screen.print(what, style="bold red", markup=False)
    screen.print(remedy, markup=False)


def _name_borrowed_words(screen: Console, knowledge: Knowledge, languages: Sequence[str]) -> None:
    for language in languages:
        for missing, what in (
            (detect_missing_texts(knowledge, language), "the patient's report borrows the clinician's words for"),
            (detect_missing_labels(knowledge, language), "the English label stands for"),
        ):
            if missing:
                where = f" (reports in {language})" if len(languages) > 1 else ""
                screen.print(f"   info  {what}{where}: {', '.join(missing)}", style="dim", markup=False)


def _diagnose_with_progress(case: Path, knowledge: Knowledge, screen: Console, *, intervals: bool) -> DiagnosisRun:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("Reading and reasoning", total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, description="Reading images", completed=done, total=total)
            if done == total:
                progress.update(task, description="Reasoning", total=None)

        return diagnose(case, knowledge=knowledge, intervals=intervals, progress=advance)


def print_issue(screen: Console, issue: Issue) -> None:
    """One issue with its remedy, in plain words; text from outside is never read as markup."""
    style = _STYLE[issue.severity]
    screen.print(f"{issue.severity.value:>7}  {issue.where}: {issue.message}", style=style, markup=False)
    screen.print(f"         {issue.remedy} [{issue.code}]", style="dim", markup=False)


def _announce(run: DiagnosisRun, out: Path, languages: Sequence[str]) -> None:
    diagnosis = run.diagnosis
    if diagnosis is None:
        return
    screen = Console(highlight=False)
    urgent = [flag for flag in diagnosis.red_flags if flag.level in ("emergency", "urgent", "prompt")]
    for flag in urgent:
        screen.print(f"{flag.level.upper()}: {flag.label}", style="bold red", markup=False)
    for position, language in enumerate(languages):
        html, pdf, patient_html, patient_pdf = name_documents(language, first=position == 0)
        note = f" [{language}]" if len(languages) > 1 else ""
        screen.print(f"Report for the clinician{note}: {out / html} ({pdf})", markup=False, soft_wrap=True)
        screen.print(
            f"Report for the patient{note}:   {out / patient_html} ({patient_pdf})", markup=False, soft_wrap=True
        )
