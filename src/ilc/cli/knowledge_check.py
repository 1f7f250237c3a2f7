"""What `ilc knowledge check` prints: one screen when all is well, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from ilc.core import Issue, IssueSeverity
from ilc.inference.confirmable import CONFIRMED_ABOVE, EXCLUDED_BELOW
from ilc.inference.network_check import (
    AGES,
    LARGEST_CLIQUE_ALLOWED,
    LARGEST_ERROR,
    NetworkCheck,
    plausible_at,
)
from ilc.inference.people import SEXES, Person
from ilc.knowledge import Knowledge, KnowledgeSummary
from ilc.knowledge.describe_assumptions import describe_assumptions
from ilc.knowledge.facts import render_plain

MOST_IN_FULL = 3  # issues of one kind that are told one by one, unless all are asked for or they are errors
_STYLE = {IssueSeverity.INFO: "dim", IssueSeverity.WARNING: "yellow", IssueSeverity.ERROR: "bold red"}


def has_errors(issues: Iterable[Issue]) -> bool:
    """Whether any issue is an error."""
    return any(issue.severity is IssueSeverity.ERROR for issue in issues)


def print_summary(screen: Console, summary: KnowledgeSummary) -> None:
    """How much there is, and what it rests on."""
    screen.print(f"knowledge {summary.version}, {summary.hash[:12]}")
    screen.print(
        f"{summary.node_templates} templates, {summary.node_instances} nodes, {summary.links} links "
        f"({summary.hypothesis_links} are hypotheses), {summary.findings} findings, {summary.tests} tests, "
        f"{summary.red_flags} red-flag rules, {summary.references} references, {summary.left_out} left out"
    )
    bases = ", ".join(f"{count} {basis.value}" for basis, count in summary.by_basis.items())
    screen.print(f"{summary.parameters} numbers: {bases}; fitted together from assumed ones: {summary.fitted}")
    screen.print(f"uncited numbers: {len(summary.uncited)}; unresolved sources: {len(summary.unresolved)}")
    kinds = ", ".join(f"{len(found)} {kind.value}" for kind, found in summary.assumptions.items())
    total = sum(len(found) for found in summary.assumptions.values())
    screen.print(f"{total} assumptions, each with its reason (--assumptions lists them): {kinds}")


def print_assumptions(screen: Console, knowledge: Knowledge) -> None:
    """Every assumed number with its reason."""
    for section in describe_assumptions(knowledge):
        screen.print(section.title, style="bold")
        for row in section.listing.rows if section.listing else ():
            entry, numbers, reason = map(render_plain, row)
            screen.print(f"  {entry}: {numbers}. {reason}", markup=False)


def print_network(screen: Console, knowledge: Knowledge, network: NetworkCheck) -> None:
    """What the network as a whole does."""
    clique = f"{network.largest_clique} variables, at most {LARGEST_CLIQUE_ALLOWED} allowed"
    screen.print(f"largest clique with all complaints present: {clique}")
    ages = ", ".join(map(str, AGES))
    error = f"{network.largest_error:.1g}, at most {LARGEST_ERROR:g} allowed"
    screen.print(f"stated priors against the network without findings (ages {ages}, both sexes): off by {error}")
    confirmed = sum(reach.raised > CONFIRMED_ABOVE for reach in network.reaches)
    excluded = sum(reach.lowered < EXCLUDED_BELOW for reach in network.reaches)
    screen.print(
        f"of {len(network.reaches)} factors findings can raise {confirmed} above {CONFIRMED_ABOVE:g} "
        f"and lower {excluded} below {EXCLUDED_BELOW:g}"
    )
    screen.print(f"implied prevalence in percent (plausible) in unselected people, women and men of {ages}:")
    for complaint, shares in network.implied.items():
        cells = (_implied(knowledge, complaint, age, [shares[Person(age, sex)] for sex in SEXES]) for age in AGES)
        screen.print(f"  {complaint:20}" + "".join(f"{cell:>22}" for cell in cells))


def _implied(knowledge: Knowledge, complaint: str, age: int, shares: Sequence[float]) -> str:
    ranges = [plausible_at(knowledge, complaint, Person(age, sex)) for sex in SEXES]
    stated = [allowed for allowed in ranges if allowed is not None]
    low, high = (min(r.low for r in stated), max(r.high for r in stated)) if stated else (0.0, 1.0)
    return f"{100 * shares[0]:.1f} {100 * shares[1]:.1f} ({100 * low:g}-{100 * high:g})"


def print_issues(screen: Console, issues: Sequence[Issue], *, everything: bool) -> None:
    """Errors one by one; long lists of others as one line, with the first of them as example."""
    for severity in (IssueSeverity.ERROR, IssueSeverity.WARNING, IssueSeverity.INFO):
        groups: dict[str, list[Issue]] = {}
        for issue in issues:
            if issue.severity is severity:
                groups.setdefault(issue.code, []).append(issue)
        for found in groups.values():
            _print_group(screen, found, everything=everything or severity is IssueSeverity.ERROR)


def _print_group(screen: Console, found: Sequence[Issue], *, everything: bool) -> None:
    first = found[0]
    style = _STYLE[first.severity]
    remedies = list(dict.fromkeys(issue.remedy for issue in found))
    screen.print(f"{first.severity.value} {first.code}: {len(found)}", style=style, markup=False)
    in_full = everything or len(found) <= MOST_IN_FULL
    for issue in found if in_full else found[:1]:
        screen.print(f"  {issue.where}: {issue.message}", style=style, markup=False)
        if len(remedies) > 1 and in_full:
            screen.print(f"    {issue.remedy}", style="dim", markup=False)
    if not in_full:
        screen.print(f"  and {len(found) - 1} more (--all lists them)", style="dim")
    if len(remedies) == 1 or not in_full:
        screen.print(f"    {first.remedy}", style="dim", markup=False)
