"""`ilc knowledge check | list | show`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ilc.knowledge import Knowledge, Listing

app = typer.Typer(no_args_is_help=True, help="Look into the knowledge base and check it.")

Overlay = Annotated[Path | None, typer.Option("--knowledge", help="Folder that overlays the shipped knowledge.")]


class Kind(StrEnum):
    """What can be listed."""

    FACTORS = "factors"
    FINDINGS = "findings"
    LINKS = "links"


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
        print_assumptions(screen, summary)
    print_network(screen, known, network)
    print_issues(screen, issues, everything=everything)
    wrong = has_errors(issues)
    screen.print("The knowledge base has errors." if wrong else "The knowledge base is sound.")
    raise typer.Exit(1 if wrong else 0)


@app.command(name="list")
def list_(kind: Kind, knowledge: Overlay = None) -> None:
    """List factors, findings or links with their numbers."""
    from rich.console import Console

    from ilc.knowledge import list_factors, list_findings, list_links

    known = _load(knowledge)
    maker = {Kind.FACTORS: list_factors, Kind.FINDINGS: list_findings, Kind.LINKS: list_links}[kind]
    _print_listing(Console(highlight=False), maker(known))


@app.command()
def show(id_: Annotated[str, typer.Argument(metavar="ID")], knowledge: Overlay = None) -> None:
    """Show one factor, link, finding or test with every number, its interval and its source."""
    from rich.console import Console

    from ilc.knowledge import describe_entry

    screen = Console(highlight=False)
    try:
        sections = describe_entry(_load(knowledge), id_)
    except KeyError as error:
        Console(stderr=True).print(str(error.args[0]), markup=False)
        raise typer.Exit(2) from None
    for section in sections:
        screen.print(section.title, style="bold", markup=False)
        for name, value in section.lines:
            screen.print(f"  {name}: {value}", markup=False)
        if section.listing is not None:
            _print_listing(screen, section.listing)


def _print_listing(screen: Console, listing: Listing) -> None:
    from rich.table import Table

    table = Table(*listing.columns, box=None, header_style="bold")
    for row in listing.rows:
        table.add_row(*row)
    screen.print(table)


def _load(overlay: Path | None) -> Knowledge:
    from rich.console import Console

    from ilc.knowledge import KnowledgeError, load_knowledge

    try:
        return load_knowledge(overlay)
    except KnowledgeError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(1) from None
