"""The knowledge base as tables and sections, for a terminal or a page; prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ilc.core import Issue, IssueSeverity
from ilc.knowledge.describe_findings import describe_finding, describe_test, ratios_of
from ilc.knowledge.describe_nodes import describe_link, describe_node
from ilc.knowledge.describe_rules import describe_instrument, describe_red_flag, describe_self_care, describe_setting
from ilc.knowledge.describe_sources import bibliography_of, describe_left_out, describe_number, describe_source
from ilc.knowledge.facts import (
    Kind,
    Listing,
    Section,
    Text,
    listed,
    mention,
    mention_target,
    render_estimate,
    table,
    text,
)
from ilc.knowledge.grounds import name_basis
from ilc.knowledge.model import FindingDef, Knowledge, LinkDef, NodeDef
from ilc.knowledge.refusal import KnowledgeError, closest
from ilc.knowledge.usage import uses_of_references

Describer = Callable[[Knowledge, str], Iterator[Section]]


def entries_of_kind(knowledge: Knowledge) -> Mapping[Kind, tuple[Iterable[str], Describer]]:
    """The ids of each kind that can be told about, and how."""
    return {
        Kind.NODE: (knowledge.nodes, describe_node),
        Kind.LINK: (knowledge.links, describe_link),
        Kind.FINDING: (knowledge.findings, describe_finding),
        Kind.NUMBER: (knowledge.parameters, describe_number),
        Kind.RED_FLAG: (knowledge.red_flags, describe_red_flag),
        Kind.TEST: (knowledge.tests, describe_test),
        Kind.SELF_CARE: (knowledge.self_care, describe_self_care),
        Kind.INSTRUMENT: (knowledge.instruments, describe_instrument),
        Kind.SETTING: (knowledge.settings, describe_setting),
        Kind.LEFT_OUT: (knowledge.left_out, describe_left_out),
        Kind.SOURCE: (knowledge.references, describe_source),
    }


def describe_entry(knowledge: Knowledge, id_: str) -> tuple[Section, ...]:
    """Everything the knowledge base says of an id: node, link, finding, number, rule, source, ...

    Raises
    ------
    KnowledgeError : no entry has this id; the remedy names the nearest
    """
    kinds = entries_of_kind(knowledge)
    sections = [found for ids, describe in kinds.values() if id_ in ids for found in describe(knowledge, id_)]
    if sections:
        return (*sections, *(() if id_ in knowledge.references else bibliography_of(knowledge, sections)))
    known = [key for ids, _ in kinds.values() for key in ids]
    message = f"the knowledge base has no entry {id_!r}."
    raise KnowledgeError(
        [Issue("KNOWLEDGE_UNKNOWN_ID", IssueSeverity.ERROR, "knowledge", message, closest(id_, known))]
    )


def list_factors(knowledge: Knowledge) -> Listing:
    """History, factors, pain sources and complaints, each with how common it is or how often it arises by itself."""
    columns = ("id", "label", "slice", "group", "sites", "how common", "basis")
    nodes = knowledge.nodes.values()
    return table(columns, (_node_row(knowledge, node) for node in nodes if not node.latent))


def list_findings(knowledge: Knowledge) -> Listing:
    """What can be observed, what it is evidence of, and its likelihood ratios as used."""
    columns = ("id", "label", "group", "sites", "evidence of", "likelihood ratios", "basis")
    return table(columns, (_finding_row(knowledge, finding) for finding in knowledge.findings.values()))


def list_links(knowledge: Knowledge) -> Listing:
    """Which cause acts on which effect, how strongly, and how sure that is."""
    columns = ("id", "strength", "mechanism", "origin", "evidence", "reversible", "basis")
    return table(columns, (_link_row(knowledge, link) for link in knowledge.links.values()))


def list_tests(knowledge: Knowledge) -> Listing:
    """What can be done next, lightest first, with how many findings it brings."""
    found = [finding.test for finding in knowledge.findings.values()]
    rows = (
        (
            text(mention(knowledge, Kind.TEST, test.id)),
            test.label,
            f"{test.burden:g}",
            "yes" if test.invasive else "no",
            str(found.count(test.id)),
        )
        for test in sorted(knowledge.tests.values(), key=lambda test: test.burden)
    )
    return table(("id", "label", "burden", "invasive", "findings"), rows)


def list_sources(knowledge: Knowledge) -> Listing:
    """Every reference with how many entries cite it."""
    uses = uses_of_references(knowledge)
    rows = (
        (
            text(mention(knowledge, Kind.SOURCE, entry.key)),
            entry.citation,
            entry.identifier,
            str(len(uses.get(entry.key, ()))),
        )
        for entry in knowledge.references.values()
    )
    return table(("key", "citation", "identifier", "cited by"), rows)


def list_parameters(knowledge: Knowledge) -> Listing:
    """Every number on record with its value, unit and basis."""
    rows = (
        (number.id, render_estimate(number.estimate), number.unit, number.estimand.value, name_basis(number.basis))
        for number in knowledge.parameters.values()
    )
    return table(("id", "value", "unit", "is a number of", "basis"), rows)


def list_red_flags(knowledge: Knowledge) -> Listing:
    """Every red-flag rule with what it watches over and its levels."""
    rows = (
        (text(mention(knowledge, Kind.RED_FLAG, rule.id)), rule.label, ", ".join(rule.factors), ", ".join(rule.action))
        for rule in knowledge.red_flags.values()
    )
    return table(("id", "label", "watches over", "levels"), rows)


def _node_row(knowledge: Knowledge, node: NodeDef) -> tuple[Text | str, ...]:
    group = node.group.value if node.group else ""
    used = [band.parameter for band in node.prior] or [node.leak_parameter]
    named = text(mention(knowledge, Kind.NODE, node.id))
    return (named, node.label, node.slice.value, group, node.sites.value, _frequency(node), _basis(knowledge, used))


def _frequency(node: NodeDef) -> str:
    if node.leak is not None:
        return f"arises by itself: {render_estimate(node.leak)}"
    values = [band.estimate.value for band in node.prior]
    span = f"{values[0]:.3g}" if min(values) == max(values) else f"{min(values):.3g} to {max(values):.3g} by age or sex"
    return f"{span}, per {node.prior_unit}"


def _finding_row(knowledge: Knowledge, finding: FindingDef) -> tuple[Text | str, ...]:
    aims = listed(text(mention_target(knowledge, target.node, target.link)) for target in finding.targets)
    ratios = "; ".join(dict.fromkeys(ratios_of(finding, target) for target in finding.targets))
    used = [parameter for target in finding.targets for parameter in target.parameters]
    named, group, sites = mention(knowledge, Kind.FINDING, finding.id), finding.evidence_group, finding.sites.value
    evidence_of = aims or text("context only")
    return (text(named), finding.label, group, sites, evidence_of, ratios, _basis(knowledge, used))


def _link_row(knowledge: Knowledge, link: LinkDef) -> tuple[Text | str, ...]:
    strength, reversible = render_estimate(link.strength), "yes" if link.reversible else "no"
    named, basis = text(mention(knowledge, Kind.LINK, link.id)), _basis(knowledge, [link.parameter])
    return (named, strength, link.mechanism.value, link.origin, link.evidence.value, reversible, basis)


def _basis(knowledge: Knowledge, parameters: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name_basis(knowledge.parameters[id_].basis) for id_ in parameters))
