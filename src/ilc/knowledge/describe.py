"""The knowledge base as plain tables and sections, for a terminal or a page; prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ilc.core import Estimate, Issue, IssueSeverity
from ilc.knowledge.model import AgeBand, FindingDef, Knowledge, LinkDef, NodeDef, Parameter, SourceRef
from ilc.knowledge.number import inputs_of
from ilc.knowledge.refusal import KnowledgeError, closest
from ilc.knowledge.usage import uses_of_parameters, uses_of_references


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, lines of name and value, and a table where there is one."""

    title: str
    lines: tuple[tuple[str, str], ...]
    listing: Listing | None = None


def list_factors(knowledge: Knowledge) -> Listing:
    """History, factors, pain sources and complaints, each with how common it is or how often it arises by itself."""
    columns = ("id", "label", "slice", "group", "sites", "how common", "basis")
    nodes = knowledge.nodes.values()
    return Listing(columns, tuple(_node_row(knowledge, node) for node in nodes if not node.latent))


def list_findings(knowledge: Knowledge) -> Listing:
    """What can be observed, what it is evidence of, and its likelihood ratios as used."""
    columns = ("id", "label", "group", "sites", "evidence of", "likelihood ratios", "basis")
    return Listing(columns, tuple(_finding_row(knowledge, finding) for finding in knowledge.findings.values()))


def list_links(knowledge: Knowledge) -> Listing:
    """Which cause acts on which effect, how strongly, and how sure that is."""
    columns = ("id", "strength", "mechanism", "origin", "evidence", "reversible", "basis")
    return Listing(columns, tuple(_link_row(knowledge, link) for link in knowledge.links.values()))


def describe_entry(knowledge: Knowledge, id_: str) -> tuple[Section, ...]:
    """Everything the knowledge base says of an id: node, link, finding, parameter, rule, reference, ...

    Raises
    ------
    KnowledgeError : no entry has this id; the remedy names the nearest
    """
    sections = [section for describe in _DESCRIBE for section in describe(knowledge, id_)]
    if sections:
        return tuple(sections)
    known = [key for entries in _all_entries(knowledge) for key in entries]
    message = f"the knowledge base has no entry {id_!r}."
    raise KnowledgeError(
        [Issue("KNOWLEDGE_UNKNOWN_ID", IssueSeverity.ERROR, "knowledge", message, closest(id_, known))]
    )


def print_estimate(estimate: Estimate) -> str:
    """Value and interval: `0.12 (0.05 to 0.3)`."""
    if estimate.low == estimate.high:
        return f"{estimate.value:.3g}"
    return f"{estimate.value:.3g} ({estimate.low:.3g} to {estimate.high:.3g})"


def _all_entries(knowledge: Knowledge) -> tuple[Iterable[str], ...]:
    return (
        knowledge.nodes,
        knowledge.links,
        knowledge.findings,
        knowledge.parameters,
        knowledge.tests,
        knowledge.red_flags,
        knowledge.self_care,
        knowledge.instruments,
        knowledge.settings,
        knowledge.references,
    )


def _node_row(knowledge: Knowledge, node: NodeDef) -> tuple[str, ...]:
    group = node.group.value if node.group else ""
    used = [band.parameter for band in node.prior] or [node.leak_parameter]
    return (node.id, node.label, node.slice.value, group, node.sites.value, _frequency(node), _basis(knowledge, used))


def _frequency(node: NodeDef) -> str:
    if node.leak is not None:
        return f"arises by itself: {print_estimate(node.leak)}"
    values = [band.estimate.value for band in node.prior]
    span = f"{values[0]:.3g}" if min(values) == max(values) else f"{min(values):.3g} to {max(values):.3g} by age or sex"
    return f"{span}, per {node.prior_unit}"


def _finding_row(knowledge: Knowledge, finding: FindingDef) -> tuple[str, ...]:
    aims = ", ".join(target.node or target.link for target in finding.targets) or "context only"
    ratios = "; ".join(dict.fromkeys(_ratios(finding, position) for position in range(len(finding.targets))))
    used = [parameter for target in finding.targets for parameter in target.parameters]
    group, sites = finding.evidence_group, finding.sites.value
    return (finding.id, finding.label, group, sites, aims, ratios, _basis(knowledge, used))


def _ratios(finding: FindingDef, position: int) -> str:
    given_present = finding.targets[position].given_present
    return ", ".join(
        f"{outcome} {given_present[outcome].value / finding.given_absent[outcome].value:.2g}"
        for outcome in finding.outcomes
    )


def _link_row(knowledge: Knowledge, link: LinkDef) -> tuple[str, ...]:
    strength, reversible = print_estimate(link.strength), "yes" if link.reversible else "no"
    basis = _basis(knowledge, [link.parameter])
    return (link.id, strength, link.mechanism.value, link.origin, link.evidence.value, reversible, basis)


def _basis(knowledge: Knowledge, parameters: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(knowledge.parameters[id_].basis.value for id_ in parameters))


def _describe_node(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if id_ not in knowledge.nodes:
        return
    node = knowledge.nodes[id_]
    codes = ", ".join(f"{system} {code}" for system, code in node.codes.items())
    lines = [
        ("label", node.label),
        ("definition", node.definition),
        ("slice", node.slice.value),
        ("group", node.group.value if node.group else ""),
        ("sites", node.sites.value),
        ("how common", _frequency(node)),
        ("modifiable", "yes" if node.modifiable else ""),
        ("serious", "yes" if node.serious else ""),
        ("codes", codes),
    ]
    yield _section(f"{node.slice.value} {id_}", lines)
    for title, bands in (("prior by age and sex", node.prior), ("in people without pain", node.age_norm)):
        if bands:
            yield Section(title, (), _bands_listing(bands))
    used = [band.parameter for band in (*node.prior, *node.age_norm)] + [node.leak_parameter] * bool(node.leak)
    yield from _numbers_of(knowledge, used)
    for title, links in (
        ("acted on by", [link for link in knowledge.links.values() if link.effect == id_]),
        ("acts on", [link for link in knowledge.links.values() if link.cause == id_]),
    ):
        if links:
            yield Section(title, (), _links_listing(knowledge, links))
    shown = [f for f in knowledge.findings.values() if any(target.node == id_ for target in f.targets)]
    if shown:
        columns = list_findings(knowledge).columns
        yield Section("shown by", (), Listing(columns, tuple(_finding_row(knowledge, finding) for finding in shown)))


def _describe_link(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if id_ not in knowledge.links:
        return
    link = knowledge.links[id_]
    dose = ", ".join(f"{p:g}" for p in link.dose) if len(link.dose) > 1 else ""
    lines = [
        ("strength", print_estimate(link.strength)),
        ("mild, moderate, severe", dose),
        ("sites", link.site_map),
        ("mechanism", link.mechanism.value),
        ("origin", link.origin),
        ("evidence", link.evidence.value),
        ("reversible", "yes" if link.reversible else "no"),
        ("note", link.note),
    ]
    yield _section(f"link {id_}", lines)
    yield from _numbers_of(knowledge, [link.parameter])


def _describe_finding(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if id_ not in knowledge.findings:
        return
    finding = knowledge.findings[id_]
    validity = f"{finding.validity_days} days" if finding.validity_days else "for ever"
    lines = [
        ("label", finding.label),
        ("question", finding.question),
        ("evidence of", finding.test_kind.value),
        ("group", finding.evidence_group),
        ("sites", finding.sites.value),
        ("test", knowledge.tests[finding.test].label),
        ("valid", validity),
        ("red flag", "yes" if finding.red_flag else ""),
        ("note", finding.note),
    ]
    lines += [(f"{name} ({finding.unit})", f"{low:g} to {high:g}") for name, (low, high) in finding.bands.items()]
    yield _section(f"finding {id_}", lines)
    for target in finding.targets:
        rows = tuple(
            (
                outcome,
                print_estimate(target.given_present[outcome]),
                print_estimate(finding.given_absent[outcome]),
                f"{target.given_present[outcome].value / finding.given_absent[outcome].value:.3g}",
            )
            for outcome in finding.outcomes
        )
        title = f"given {target.node or target.link} (discount {target.quality:g})"
        yield Section(title, (), Listing(("outcome", "if on", "if off", "likelihood ratio"), rows))
    yield from _numbers_of(knowledge, [id_ for target in finding.targets for id_ in target.parameters])


def _describe_parameter(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if id_ not in knowledge.parameters:
        return
    yield from _numbers_of(knowledge, [id_])
    places = uses_of_parameters(knowledge).get(id_, ())
    yield Section("used by", (), Listing(("place",), tuple((place,) for place in places)))


def _describe_reference(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if id_ not in knowledge.references:
        return
    reference = knowledge.references[id_]
    lines = [("citation", reference.citation), ("identifier", reference.identifier)]
    yield _section(f"reference {id_}", lines)
    places = uses_of_references(knowledge).get(id_, ())
    yield Section("cited by", (), Listing(("entry",), tuple((place,) for place in places)))


def _describe_rule(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if id_ not in knowledge.red_flags:
        return
    rule = knowledge.red_flags[id_]
    lines = [
        ("label", rule.label),
        ("watches over", ", ".join(rule.factors)),
        ("asks first", ", ".join(rule.screening)),
        ("sources", _cited(knowledge, rule.sources)),
    ]
    yield _section(f"red flag {id_}", lines)
    rows = tuple(
        (level, " and ".join(sorted(alternative)), rule.action.get(level, ""))
        for level, alternatives in rule.clauses.items()
        for alternative in alternatives
    )
    yield Section("levels", (), Listing(("level", "when", "action"), rows))


def _describe_others(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    if test := knowledge.tests.get(id_):
        kinds = [name for name, holds in (("invasive", test.invasive), ("imaging", test.imaging)) if holds]
        lines = [("label", test.label), ("burden", f"{test.burden:g}"), ("kind", ", ".join(kinds)), ("note", test.note)]
        yield _section(f"test {id_}", lines)
    if item := knowledge.self_care.get(id_):
        lines = [("helps", ", ".join(item.helps)), ("never with", ", ".join(item.never_with))]
        lines += [("evidence", item.evidence.value), ("sources", _cited(knowledge, item.sources))]
        yield _section(f"self-care {id_}", lines)
    if form := knowledge.instruments.get(id_):
        lines = [("label", form.label), ("range", f"{form.minimum:g} to {form.maximum:g}, {form.scoring}")]
        lines += [("items", str(form.items)), ("finding", form.finding), ("sources", _cited(knowledge, form.sources))]
        yield _section(f"questionnaire {id_}", lines)
    if setting := knowledge.settings.get(id_):
        lines = [(node, print_estimate(ratio)) for node, ratio in setting.ratios.items()]
        yield _section(f"setting {id_}", [("label", setting.label), *lines])
        yield from _numbers_of(knowledge, setting.parameters.values())


_DESCRIBE: tuple[Callable[[Knowledge, str], Iterator[Section]], ...] = (
    _describe_node,
    _describe_link,
    _describe_finding,
    _describe_parameter,
    _describe_rule,
    _describe_others,
    _describe_reference,
)


def _numbers_of(knowledge: Knowledge, parameters: Iterable[str]) -> Iterator[Section]:
    """Each number once, and after a derived one what it was computed from."""
    waiting, told = list(parameters), set[str]()
    while waiting:
        parameter = knowledge.parameters[waiting.pop(0)]
        if parameter.id not in told:
            told.add(parameter.id)
            waiting = [*inputs_of(parameter), *waiting]
            yield _parameter_section(knowledge, parameter)


def _parameter_section(knowledge: Knowledge, parameter: Parameter) -> Section:
    lines = [
        ("value", f"{print_estimate(parameter.estimate)} {parameter.unit}"),
        ("is a number of", parameter.estimand.value),
        ("population", f"{parameter.population} ({parameter.conditioning})"),
        ("counted by", parameter.unit_of_analysis),
        ("basis", parameter.basis.value),
        ("sources", _cited(knowledge, parameter.sources)),
        ("quality", f"{parameter.quality:g}"),
        ("reviewed", parameter.reviewed),
        ("note", parameter.note),
    ]
    return _section(f"number {parameter.id}", lines)


def _cited(knowledge: Knowledge, sources: Iterable[SourceRef]) -> str:
    cited = [(knowledge.references[source.key], source.place) for source in sources]
    return "; ".join(f"{reference.citation} [{place}] {reference.identifier}".strip() for reference, place in cited)


def _bands_listing(bands: Iterable[AgeBand]) -> Listing:
    rows = tuple(
        (f"{band.age_from} to {band.age_to - 1}", band.sex, print_estimate(band.estimate), band.parameter)
        for band in bands
    )
    return Listing(("age in years", "sex", "probability", "number"), rows)


def _links_listing(knowledge: Knowledge, links: Iterable[LinkDef]) -> Listing:
    return Listing(list_links(knowledge).columns, tuple(_link_row(knowledge, link) for link in links))


def _section(title: str, lines: Iterable[tuple[str, str]]) -> Section:
    return Section(title, tuple((name, value) for name, value in lines if value))
