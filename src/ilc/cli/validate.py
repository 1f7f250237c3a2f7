"""`ilc validate`: which parts, whose patients, where the figures go; exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ilc.knowledge import KnowledgeError, load_knowledge
from ilc.validation import PARTS, PartResult, Request, Skipped, measure_parts
from ilc.validation.data_folder import read_checkout, read_data_folder
from ilc.validation.page import write_json, write_page

DONE, NOT_POSSIBLE, WRONG_USAGE = 0, 1, 2


def run_validation(parts: Sequence[str], patients: Path | None, json_out: Path | None) -> int:
    """Measure the parts named, or all; print their tables; returns the exit status."""
    screen = Console(stderr=True, highlight=False)
    names = list(dict.fromkeys(parts)) or _fitting(patients)
    refusal = _refuse(names, patients)
    if refusal:
        screen.print(refusal, style="bold red", markup=False)
        return WRONG_USAGE
    try:
        knowledge = load_knowledge()
    except KnowledgeError as error:
        screen.print(str(error), markup=False)
        return NOT_POSSIBLE
    with screen.status("Validating") as status:
        request = Request(knowledge, read_data_folder(), patients, tell=status.update)
        results = measure_parts(names, request)
    for result in results:
        _print_result(result, screen)
    checkout = read_checkout()
    done = [result for result in results if isinstance(result, PartResult)]
    try:
        if json_out is not None:
            write_json(json_out, results, knowledge)
        if checkout is not None and patients is None and done:
            screen.print(f"Written: {write_page(checkout / 'docs', done, knowledge)}", markup=False, soft_wrap=True)
    except OSError as error:
        screen.print(f"The figures could not be written: {error.strerror}.", style="bold red", markup=False)
        return NOT_POSSIBLE
    return WRONG_USAGE if patients is not None and not done else DONE


def _fitting(patients: Path | None) -> list[str]:
    """All parts; with patients of the user, those that read such a file or folder."""
    if patients is None:
        return list(PARTS)
    kind = "folder" if patients.is_dir() else "file"
    return [name for name, part in PARTS.items() if part.patients == kind]


def _refuse(names: Sequence[str], patients: Path | None) -> str:
    if unknown := [name for name in names if name not in PARTS]:
        return f"There is no part {', '.join(unknown)}. Parts: {', '.join(PARTS)}."
    if patients is not None:
        if other := [name for name in names if not PARTS[name].patients]:
            return f"Patients of your own cannot be scored by: {', '.join(other)}."
        if not patients.exists():
            return f"{patients} is not there."
    return ""


def _print_result(result: PartResult | Skipped, screen: Console) -> None:
    if isinstance(result, Skipped):
        screen.print(f"{result.part}: skipped. {result.reason}", style="yellow", markup=False)
        screen.print(f"  {result.remedy}", style="dim", markup=False)
        return
    printer = Console(highlight=False)
    printer.print(result.title, style="bold", markup=False)
    for table in result.tables:
        shown = Table(*table.columns, title=table.title, title_justify="left", box=None, header_style="bold")
        for row in table.rows:
            shown.add_row(*row)
        printer.print(shown)
    for paragraph in result.text:
        printer.print(paragraph, markup=False)
