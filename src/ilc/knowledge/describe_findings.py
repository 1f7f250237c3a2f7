"""What is told of a finding and of the test that brings it: what it is evidence of, and how strong."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ilc.core import SiteKind
from ilc.knowledge.accuracy import ABSENT, PRESENT
from ilc.knowledge.facts import (
    Kind,
    Listing,
    Section,
    Text,
    listed,
    mention,
    mention_target,
    render_estimate,
    section,
    table,
    text,
)
from ilc.knowledge.grounds import ground_of
from ilc.knowledge.model import FindingDef, FindingTarget, Knowledge


def finding_rows_of(knowledge: Knowledge, targets: Collection[str]) -> Listing:
    """Findings that are evidence of some nodes or links, with their accuracy as used."""
    columns = (
        "finding",
        "by",
        "evidence of",
        "sensitivity",
        "specificity",
        "likelihood ratios",
        "discount",
        "rests on",
    )
    aims = [
        (finding, target)
        for finding in knowledge.findings.values()
        for target in finding.targets
        if (target.node or target.link) in targets
    ]
    rows = (
        (
            text(mention(knowledge, Kind.FINDING, finding.id)),
            text(mention(knowledge, Kind.TEST, finding.test), _at_each(finding)),
            text(mention_target(knowledge, target.node, target.link)) if len(targets) > 1 else "",
            *_rates(finding, target),
            ratios_of(finding, target),
            f"{target.quality:g}" if target.quality < 1.0 else "",
            text(*ground_of(knowledge, target.parameters), f". {finding.note}" if finding.note else ""),
        )
        for finding, target in aims
    )
    return table(columns, rows)


def ratios_of(finding: FindingDef, target: FindingTarget) -> str:
    """Likelihood ratio of each outcome, as used."""
    return ", ".join(
        f"{outcome} {target.given_present[outcome].value / finding.given_absent[outcome].value:.2g}"
        for outcome in finding.outcomes
    )


def _rates(finding: FindingDef, target: FindingTarget) -> tuple[str, str]:
    if set(finding.outcomes) != {PRESENT, ABSENT}:
        return "", ""
    return render_estimate(target.given_present[PRESENT]), render_estimate(finding.given_absent[ABSENT])


def _at_each(finding: FindingDef) -> str:
    return "" if finding.sites is SiteKind.WHOLE else f", by {finding.sites.value.replace('_', ' and ')}"


def _validity(finding: FindingDef) -> str:
    return f"{finding.validity_days} days" if finding.validity_days else "for ever"


def _bands(finding: FindingDef) -> str:
    return ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in finding.bands.items())


def describe_finding(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Question, test, validity, and for each target the chance of each outcome."""
    finding = knowledge.findings[id_]
    lines = [
        ("label", finding.label),
        ("question", finding.question),
        ("evidence of", "context only; it moves no odds" if finding.context_only else finding.test_kind.value),
        ("group", finding.evidence_group),
        ("sites", finding.sites.value.replace("_", " and ")),
        ("test", text(mention(knowledge, Kind.TEST, finding.test))),
        ("outcomes", ", ".join(finding.outcomes)),
        (f"bands in {finding.unit}", _bands(finding)),
        ("valid", _validity(finding)),
        ("red flag", "yes" if finding.red_flag else ""),
        ("positive sign of the brain part", "yes" if finding.central else ""),
        ("note", finding.note),
    ]
    yield section(f"finding {id_}", lines)
    for target in finding.targets:
        about = mention_target(knowledge, target.node, target.link)
        lines_of_target = [
            ("evidence of", text(about)),
            ("discount", f"{target.quality:g}" if target.quality < 1.0 else ""),
            ("rests on", ground_of(knowledge, target.parameters)),
        ]
        yield section(f"given {about.id}", lines_of_target, _outcomes(finding, target))


def _outcomes(finding: FindingDef, target: FindingTarget) -> Listing:
    columns = ("outcome", "if on", "if off", "if on with others", "likelihood ratio")
    rows = (
        (
            outcome,
            render_estimate(target.given_present[outcome]),
            render_estimate(finding.given_absent[outcome]),
            render_estimate(finding.given_mixed[outcome]) if finding.given_mixed else "",
            f"{target.given_present[outcome].value / finding.given_absent[outcome].value:.3g}",
        )
        for outcome in finding.outcomes
    )
    return table(columns, rows)


def describe_test(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Burden of a test, and every finding it brings."""
    test = knowledge.tests[id_]
    kinds = [name for name, holds in (("invasive", test.invasive), ("imaging", test.imaging)) if holds]
    lines = [("label", test.label), ("burden", f"{test.burden:g}"), ("kind", ", ".join(kinds)), ("note", test.note)]
    found = [finding for finding in knowledge.findings.values() if finding.test == id_]
    listing = table(_COLUMNS, (_row(knowledge, finding) for finding in found)) if found else None
    yield section(f"test {id_}", lines, listing)


_COLUMNS = ("finding", "question", "evidence of, with likelihood ratios", "valid", "rests on")


def _row(knowledge: Knowledge, finding: FindingDef) -> tuple[Text | str, ...]:
    aims = (
        text(mention_target(knowledge, target.node, target.link), f": {ratios_of(finding, target)}")
        for target in finding.targets
    )
    marks = [name for name, holds in (("red flag", finding.red_flag), ("brain sign", finding.central)) if holds]
    named = mention(knowledge, Kind.FINDING, finding.id, defines=True)
    bands = f" [{_bands(finding)} {finding.unit}]" if finding.bands else ""
    used = [parameter for target in finding.targets for parameter in target.parameters]
    return (
        text(named, _at_each(finding), f" ({', '.join(marks)})" if marks else ""),
        text(finding.question, bands),
        listed(aims, "; ") or text("context only"),
        _validity(finding),
        ground_of(knowledge, used),
    )
