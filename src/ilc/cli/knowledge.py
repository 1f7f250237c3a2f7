"""`ilc knowledge check | list | show`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ilc.knowledge import Knowledge

app = typer.Typer(no_args_is_help=True, help="Look into the knowledge base and check it.")

Overlay = Annotated[Path | None, typer.Option("--knowledge", help="Folder that overlays the shipped knowledge.")]


class Kind(StrEnum):
    """What can be listed."""

    FACTORS = "factors"
    FINDINGS = "findings"
    LINKS = "links"
    TESTS = "tests"
    SOURCES = "sources"
    PARAMETERS = "parameters"
    RED_FLAGS = "red-flags"


Listed = Annotated[bool, typer.Option("--assumptions", help="List every assumed number with its reason.")]
InFull = Annotated[bool, typer.Option("--all", help="Print every warning and information in full.")]


@app.command()
def check(
    knowledge: Overlay = None,
    *,
    assumptions: Listed = False,
    everything: InFull = False,
) -> None:
    """Load, check and measure the knowledge base; ends with 1 on any error."""
    from rich.console import Console

    from ilc.cli.knowledge_check import has_errors, print_assumptions, print_issues, print_network, print_summary
    from ilc.inference.network_check import check_network
    from ilc.knowledge import check_knowledge, summarise_knowledge

    screen = Console(highlight=False, soft_wrap=True)
    known = _load(knowledge)
    summary, network = summarise_knowledge(known), check_network(known)
    issues = [*network.issues, *check_knowledge(known)]
    print_summary(screen, summary)
    if assumptions:
        print_assumptions(screen, known)
    print_network(screen, known, network)
    print_issues(screen, issues, everything=everything)
    wrong = has_errors(issues)
    screen.print("The knowledge base has errors." if wrong else "The knowledge base is sound.")
    raise typer.Exit(1 if wrong else 0)


@app.command(name="list")
def list_(kind: Kind, knowledge: Overlay = None) -> None:
    """List what the knowledge base holds of one kind, with its numbers."""
    from rich.console import Console

    from ilc.cli.knowledge_show import print_listing
    from ilc.knowledge import describe

    makers = {
        Kind.FACTORS: describe.list_factors,
        Kind.FINDINGS: describe.list_findings,
        Kind.LINKS: describe.list_links,
        Kind.TESTS: describe.list_tests,
        Kind.SOURCES: describe.list_sources,
        Kind.PARAMETERS: describe.list_parameters,
        Kind.RED_FLAGS: describe.list_red_flags,
    }
    print_listing(Console(highlight=False), makers[kind](_load(knowledge)))


@app.command()
def show(id_: Annotated[str, typer.Argument(metavar="ID")], knowledge: Overlay = None) -> None:
    """Show one entry with every number, its interval and its source.

    A factor, link, finding, test, number, source, red-flag rule, self-care item, questionnaire or setting.
    """
    from rich.console import Console

    from ilc.cli.knowledge_show import print_sections
    from ilc.knowledge import KnowledgeError, describe_entry
    from ilc.report.texts import read_texts

    screen, sentences = Console(highlight=False), read_texts("en").sentences
    try:
        sections = describe_entry(_load(knowledge), id_)
    except KnowledgeError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(2) from None
    print_sections(screen, sections, sentences)


def _load(overlay: Path | None) -> Knowledge:
    from rich.console import Console

    from ilc.knowledge import KnowledgeError, load_knowledge

    try:
        return load_knowledge(overlay)
    except KnowledgeError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(1) from None
