"""`ilc knowledge check | list | show`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ilc.inference.network_check import NetworkCheck
    from ilc.knowledge import Knowledge, KnowledgeSummary, Listing

app = typer.Typer(no_args_is_help=True, help="Look into the knowledge base and check it.")

Overlay = Annotated[Path | None, typer.Option("--knowledge", help="Folder that overlays the shipped knowledge.")]


class Kind(StrEnum):
    """What can be listed."""

    FACTORS = "factors"
    FINDINGS = "findings"
    LINKS = "links"


@app.command()
def check(knowledge: Overlay = None) -> None:
    """Load, check and measure the knowledge base; fails on any error or a clique that is too large."""
    from rich.console import Console

    from ilc.cli.run import print_issue
    from ilc.core import IssueSeverity
    from ilc.inference.network_check import LARGEST_CLIQUE_ALLOWED, check_network
    from ilc.knowledge import check_knowledge, summarise_knowledge

    screen = Console(highlight=False)
    known = _load(knowledge)
    summary, network, issues = summarise_knowledge(known), check_network(known), check_knowledge(known)
    _print_summary(screen, summary, network)
    for issue in issues:
        print_issue(screen, issue)
    for node in network.overfull:
        screen.print(f"  error  {node}: its causes alone imply more than its stated prior", style="bold red")
    too_large = network.largest_clique > LARGEST_CLIQUE_ALLOWED
    if too_large:
        screen.print(f"  error  the largest clique must not exceed {LARGEST_CLIQUE_ALLOWED}", style="bold red")
    wrong = too_large or bool(network.overfull) or any(i.severity is IssueSeverity.ERROR for i in issues)
    screen.print("The knowledge base has errors." if wrong else "The knowledge base is sound.")
    raise typer.Exit(1 if wrong else 0)


def _print_summary(screen: Console, summary: KnowledgeSummary, network: NetworkCheck) -> None:
    from ilc.inference.network_check import AGES

    screen.print(f"knowledge {summary.version}, {summary.hash[:12]}")
    screen.print(
        f"{summary.node_templates} templates, {network.nodes} nodes, {network.links} links "
        f"({summary.hypothesis_links} templates are hypotheses), {summary.findings} findings, {summary.tests} tests, "
        f"{summary.red_flags} red-flag rules, {summary.references} references"
    )
    bases = ", ".join(f"{count} {basis.value}" for basis, count in summary.by_basis.items())
    screen.print(f"{summary.parameters} parameters: {bases}; uncited: {summary.uncited}")
    screen.print(f"assumptions, each with its reason: {len(summary.assumptions)}")
    screen.print(f"largest clique with all complaints present: {network.largest_clique}")
    screen.print(f"implied prevalence in unselected people aged {', '.join(map(str, AGES))}:")
    for complaint, shares in network.implied:
        screen.print(f"  {complaint:24} {'  '.join(f'{100 * share:5.1f} %' for share in shares)}")


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
