"""The command line: thin, and quick to start because everything heavy is imported inside the commands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ilc.cli.knowledge import app as knowledge_app

NO_DIAGNOSIS = 1

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Explains low back pain. Research and decision support for clinicians; not a medical device.",
)
app.add_typer(knowledge_app, name="knowledge")


class Language(StrEnum):
    """Languages reports can be written in."""

    EN = "en"
    JA = "ja"


@app.command()
def diagnose(
    case: Annotated[Path, typer.Argument(help="Folder with case.yaml and the files it names.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder for the reports. Default: CASE/ilc.")] = None,
    lang: Annotated[
        list[Language] | None,
        typer.Option(help="Language of the reports; name it again for a further one, written beside. Default: en."),
    ] = None,
    knowledge: Annotated[Path | None, typer.Option(help="Folder that overlays the shipped knowledge.")] = None,
    no_intervals: Annotated[  # noqa: FBT002 - a command-line flag, never passed by position
        bool, typer.Option("--no-intervals", help="Leave out parameter intervals and robustness; faster.")
    ] = False,
) -> None:
    """Diagnose one case folder and write the reports. Exit status: 0 written, 1 none possible, 2 wrong usage."""
    from ilc.cli.run import run_diagnosis

    languages = tuple(dict.fromkeys(language.value for language in lang or (Language.EN,)))
    raise typer.Exit(run_diagnosis(case, out or case / "ilc", languages, knowledge, intervals=not no_intervals))


class MriSequence(StrEnum):
    """Weightings that sagittal series are read in."""

    T1 = "t1"
    T2 = "t2"
    STIR = "stir"


@app.command("read-mri")
def read_mri(
    paths: Annotated[list[Path], typer.Argument(help="DICOM folders or NIfTI files of one person.", metavar="PATH...")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for what was read.")] = Path("mri"),
    sequence: Annotated[
        MriSequence | None, typer.Option(help="Weighting of all series, where their files do not say it.")
    ] = None,
    mask: Annotated[
        Path | None, typer.Option(help="NIfTI segmentation by another program, used instead of finding the spine.")
    ] = None,
    mask_by: Annotated[
        str, typer.Option("--mask-by", help="Whose numbers the mask has, where they do not tell it themselves.")
    ] = "",
) -> None:
    """Find and measure vertebrae, discs and canal. Exit status: 0 read, 1 nothing could be read, 2 wrong usage."""
    from ilc.cli.read_mri import Wanted, run_read_mri

    wanted = Wanted(sequence.value if sequence else "", mask, mask_by)
    raise typer.Exit(run_read_mri(paths, out, wanted))


@app.command()
def validate(
    parts: Annotated[list[str] | None, typer.Argument(metavar="[PART]...", help="Parts to run. Default: all.")] = None,
    patients: Annotated[
        Path | None, typer.Option(help="Your own patients: a file for smart, a folder of cases for robustness.")
    ] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="File for every figure, as JSON.")] = None,
) -> None:
    """Measure what the model gets right and wrong. In a checkout this writes docs/validation.md."""
    from ilc.cli.validate import run_validation

    raise typer.Exit(run_validation(parts or (), patients, json_out))


@app.command()
def version() -> None:
    """Print the version of ILC."""
    from ilc import __version__

    typer.echo(__version__)


def main() -> None:
    """Entry point of the `ilc` command."""
    app()
