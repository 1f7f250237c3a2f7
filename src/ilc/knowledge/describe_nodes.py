"""What is told of a history, factor, pain source or complaint, and of a link between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ilc.core import SiteKind
from ilc.knowledge.describe_findings import finding_rows_of
from ilc.knowledge.facts import Kind, Listing, Part, Said, Section, Text, listed, mention, section, table, text
from ilc.knowledge.grounds import cite, ground_of, name_basis, render_number
from ilc.knowledge.model import AgeBand, Knowledge, LinkDef, NodeDef, SelfCareItem, Slice

SITES = {
    SiteKind.WHOLE: "whole person",
    SiteKind.LEVEL: "each level",
    SiteKind.LEVEL_SIDE: "each level and side",
    SiteKind.VERTEBRA: "each vertebra",
    SiteKind.ROOT_SIDE: "each root (L4, L5, S1) and side",
    SiteKind.SIDE: "each side",
}
_SEXES = {"female": "women", "male": "men"}
_CODE_SYSTEMS = {"sct": "SNOMED CT"}
_SITE_MAPS = {
    "same": "",
    "traversing_root": " (of the root that passes)",
    "exiting_root": " (of the root that leaves)",
    "all": " (of any place)",
}
_INTENSITIES = "mild, moderate, severe"


def describe_node(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Definition, frequency, causes, effects, findings, settings, self-care and red flags of a node."""
    node = knowledge.nodes[id_]
    yield section(f"{node.slice.value} {id_}", _lines(knowledge, node))
    if node.prior or node.age_norm:
        yield Section(f"how common, per {node.prior_unit or 'person'}", (), _frequency(knowledge, node))
    if node.id in knowledge.plausible:
        bands = knowledge.plausible[node.id].bands
        yield Section("range in which the share of people who have it must lie", (), _bands(knowledge, bands))
    links = knowledge.links.values()
    causes = [link for link in links if link.effect == id_]
    effects = [link for link in links if link.cause == id_]
    if causes:
        yield Section("acted on by", (), _link_table(knowledge, "cause", causes))
    if effects:
        yield Section("acts on", (), _link_table(knowledge, "effect", effects))
    arrows = {link.id for link in (*causes, *effects)}
    for title, rows in (
        ("shown by", finding_rows_of(knowledge, {id_})),
        ("its part in the pain is shown by", finding_rows_of(knowledge, arrows)),
    ):
        if rows.rows:
            yield Section(title, (), rows)
    yield from _around(knowledge, id_)


def _lines(knowledge: Knowledge, node: NodeDef) -> Iterable[tuple[str, Text | str]]:
    leak = text()
    if node.leak is not None:
        grounds = ground_of(knowledge, [node.leak_parameter])
        leak = text(render_number(node.leak_parameter, node.leak), " (", *grounds, ")")
    watching = [rule for rule in knowledge.red_flags.values() if node.id in rule.factors]
    watched = listed(text(mention(knowledge, Kind.RED_FLAG, rule.id)) for rule in watching)
    return (
        ("label", node.label),
        ("definition", node.definition),
        ("group", node.group.value.replace("_", " and ") if node.group else ""),
        ("sites", SITES[node.sites]),
        ("arises by itself", leak),
        ("serious", text("yes; red-flag rule: ", *watched) if node.serious else ""),
        ("can be changed", _changeable(node)),
        ("findings can make it", _confirmable(node)),
        ("codes", ", ".join(f"{_CODE_SYSTEMS[system]} {code}" for system, code in node.codes.items())),
    )


def _changeable(node: NodeDef) -> str:
    if node.slice is not Slice.FACTOR or node.latent:
        return ""
    return "yes; it may be part of an exit set" if node.modifiable else "no; it is never part of an exit set"


def _confirmable(node: NodeDef) -> str:
    if node.slice is not Slice.FACTOR or node.latent:
        return ""
    ways = {"raise": "likely", "lower": "unlikely"}
    able = " and ".join(words for way, words in ways.items() if way not in node.not_confirmable)
    unable = [f"not {ways[way]}: {why}" for way, why in node.not_confirmable.items()]
    return "; ".join([able, *unable] if able else unable)


def _frequency(knowledge: Knowledge, node: NodeDef) -> Listing:
    keys = sorted({(band.age_from, band.age_to, band.sex) for band in (*node.prior, *node.age_norm)})
    columns = ("who", "in all people", "in people without pain", "rests on")
    rows = []
    for age_from, age_to, sex in keys:
        found = [_at(bands, age_from, age_to, sex) for bands in (node.prior, node.age_norm)]
        values = [text(render_number(band.parameter, band.estimate)) if band else text() for band in found]
        grounds = ground_of(knowledge, [band.parameter for band in found if band])
        rows.append((_people(age_from, age_to, sex), *values, grounds))
    return table(columns, rows)


def _at(bands: Iterable[AgeBand], age_from: int, age_to: int, sex: str) -> AgeBand | None:
    return next((b for b in bands if (b.age_from, b.age_to, b.sex) == (age_from, age_to, sex)), None)


def _bands(knowledge: Knowledge, bands: Iterable[AgeBand]) -> Listing:
    rows = (
        (
            _people(band.age_from, band.age_to, band.sex),
            text(render_number(band.parameter, band.estimate)),
            ground_of(knowledge, [band.parameter]),
        )
        for band in bands
    )
    return table(("who", "share", "rests on"), rows)


def _people(age_from: int, age_to: int, sex: str) -> str:
    ages = f"{age_from} to {age_to - 1}"
    return f"{_SEXES[sex]} of {ages}" if sex in _SEXES else ages


def _link_table(knowledge: Knowledge, end: str, links: Sequence[LinkDef]) -> Listing:
    columns = (end, "strength", "dose", "evidence", "mechanism", "reversible", "rests on")
    rows = []
    for link in links:
        other = mention(knowledge, Kind.NODE, link.cause if end == "cause" else link.effect)
        rows.append((text(other, _SITE_MAPS[link.site_map]), *_link_cells(knowledge, link)))
    return table(columns, rows)


def _link_cells(knowledge: Knowledge, link: LinkDef) -> tuple[Text | str, ...]:
    note = f". {link.note}" if link.note else ""
    return (
        text(render_number(link.parameter, link.strength)),
        f"{_INTENSITIES} {', '.join(f'{p:g}' for p in link.dose)}" if len(link.dose) > 1 else "",
        link.evidence.value,
        f"{link.mechanism.value}, {link.origin}",
        "yes" if link.reversible else "no",
        text(*ground_of(knowledge, [link.parameter]), note),
    )


def _around(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Where it is more frequent, and what the person can do."""
    settings = [setting for setting in knowledge.settings.values() if id_ in setting.ratios]
    if settings:
        rows = (
            (
                text(mention(knowledge, Kind.SETTING, setting.id)),
                text(render_number(setting.parameters[id_], setting.ratios[id_])),
                ground_of(knowledge, [setting.parameters[id_]]),
            )
            for setting in settings
        )
        yield Section("more or less likely in", (), table(("setting", "odds times", "rests on"), rows))
    items = knowledge.self_care.values()
    helping = [_self_care_row(item, "helps") for item in items if id_ in item.helps]
    withheld = [_self_care_row(item, f"withheld {limit}") for item in items if (limit := _limit(item, id_))]
    if helping or withheld:
        yield Section("self-care", (), table(("what", "here it", "rests on"), [*helping, *withheld]))


def _limit(item: SelfCareItem, id_: str) -> str:
    start = f"factor:{id_}>"
    return next((f"above {term.removeprefix(start)}" for term in item.never_with if term.startswith(start)), "")


def _self_care_row(item: SelfCareItem, what: str) -> tuple[Text | str, ...]:
    return (
        name_self_care(item),
        what,
        text(name_basis(item.evidence), ": " if item.sources else "", *cite(item.sources)),
    )


def name_self_care(item: SelfCareItem) -> Text:
    """A self-care item by its title in the reports."""
    title: Part = Said(f"self_care.{item.id}.title")
    return text(title)


def describe_link(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Both ends, strength, mechanism and ground of a link, and the findings that test it."""
    link = knowledge.links[id_]
    names = ("strength", _INTENSITIES, "evidence", "mechanism", "reversible", "rests on")
    ends = [
        ("cause", text(mention(knowledge, Kind.NODE, link.cause))),
        ("effect", text(mention(knowledge, Kind.NODE, link.effect), _SITE_MAPS[link.site_map])),
    ]
    cells = _link_cells(knowledge, link)
    yield section(f"link {id_}", [*ends, *zip(names, cells, strict=True)])
    shown = finding_rows_of(knowledge, {id_})
    if shown.rows:
        yield Section("shown by", (), shown)
