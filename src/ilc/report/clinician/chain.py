"""The chain of pain: a drawing, the same arrows as a table, and its leading paths."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.model import ChainLink, ChainPath
from ilc.knowledge.model import Slice
from ilc.report.charts.chain import ChainWords, draw_chain
from ilc.report.charts.chain_layout import COMPLAINT, FUNCTION, HISTORY, SOURCE, STRUCTURE, ChainArrow, ChainNode
from ilc.report.clinician.leading import probability_line
from ilc.report.document import Block, Column, Details, Drawing, Line, Paragraph, Run, Section, Table, line
from ilc.report.figures import percent, points
from ilc.report.material import Material

CARRIES_FROM = 0.1
MOST_ARROWS = 28
PATHS_A_COMPLAINT = 3
_FUNCTION = ("nerve", "muscle_fascia", "flow")
_TOP_DOWN = ("serious", "history", "structure", *_FUNCTION, "brain")
_HEADS = (
    "chain.column_before",
    "chain.column_structure",
    "chain.column_function",
    "chain.column_sources",
    "chain.column_complaints",
)


def compose_chain(material: Material) -> Section:
    """Compose the chain; without a strong enough arrow the section says so."""
    texts = material.texts
    links = shown_links(material)
    if not links:
        return Section("chain", texts.say("chain.title"), (Paragraph(line(texts.say("chain.none"))),))
    left_out = len(material.diagnosis.chain) - len(links)
    caption = texts.say("chain.caption", percent=percent(CARRIES_FROM), left_out=left_out)
    tables = [_tabulate(material, links)]
    if material.diagnosis.paths:
        tables.append(_tabulate_paths(material))
    twin = Details(texts.say("chain.table"), tuple(tables))
    blocks: tuple[Block, ...] = (_draw(material, links, caption), twin)
    return Section("chain", texts.say("chain.title"), blocks)


def shown_links(material: Material) -> list[ChainLink]:
    """Return the arrows that carry enough, strongest first."""
    links = [link for link in material.diagnosis.chain if link.carries >= CARRIES_FROM]
    return sorted(links, key=lambda link: (-link.carries, link.source, link.target))[:MOST_ARROWS]


def _draw(material: Material, links: list[ChainLink], caption: str) -> Drawing:
    texts = material.texts
    ids = list(dict.fromkeys(end for link in links for end in (link.source, link.target)))
    nodes = [_place(material, node) for node in sorted(ids, key=lambda node: _rank(material, node))]
    arrows = [
        ChainArrow(
            link.source,
            link.target,
            p_active=link.p_active.p,
            hypothesis=link.evidence == "hypothesis",
            brain=link.origin == "brain",
        )
        for link in links
    ]
    before, structure, function, sources, complaints = (texts.say(key) for key in _HEADS)
    words = ChainWords(
        (before, structure, function, sources, complaints), texts.choose("group", "brain"), _describe(material)
    )
    return Drawing(draw_chain(nodes, arrows, words), words.description, caption, "wide")


def _describe(material: Material) -> str:
    """What the drawing shows, with its most probable path: for those who do not see it."""
    texts = material.texts
    strongest = max(material.diagnosis.paths, key=lambda path: path.p_active, default=None)
    if strongest is None:
        return texts.say("chain.description")
    names = " → ".join(material.words.node(node) for node in strongest.nodes)
    path = texts.say("chain.strongest", path=names, p=percent(strongest.p_active))
    return f"{texts.say('chain.description')} {path}"


def _rank(material: Material, instance: str) -> tuple[int, str]:
    group = _group(material, instance)
    return (_TOP_DOWN.index(group) if group in _TOP_DOWN else len(_TOP_DOWN)), instance


def _group(material: Material, instance: str) -> str:
    definition = material.knowledge.nodes[InstanceId.parse(instance).concept]
    if definition.slice is Slice.HISTORY:
        return "history"
    return definition.group.value if definition.group else ""


def _place(material: Material, instance: str) -> ChainNode:
    slice_ = material.knowledge.nodes[InstanceId.parse(instance).concept].slice
    label = material.words.node(instance)
    if slice_ is Slice.COMPLAINT:
        return ChainNode(instance, label, COMPLAINT, "", _intensity(material, instance))
    if slice_ is Slice.SOURCE:
        return ChainNode(instance, label, SOURCE, "", _existence(material, instance))
    group = _group(material, instance)
    if group == "history":
        return ChainNode(instance, label, HISTORY, "", _existence(material, instance))
    if group == "brain":
        return ChainNode(instance, label, FUNCTION, "", _existence(material, instance), brain=True)
    column = FUNCTION if group in _FUNCTION else STRUCTURE
    heading = "" if group == "structure" else material.texts.choose("group", group)
    return ChainNode(instance, label, column, heading, _existence(material, instance))


def _existence(material: Material, instance: str) -> str:
    for factor in material.diagnosis.factors:
        if factor.id == instance:
            return material.texts.say("chain.exists", p=percent(factor.p_exists.p))
    return ""


def _intensity(material: Material, instance: str) -> str:
    for complaint in material.diagnosis.complaints:
        if complaint.id == instance and complaint.intensity_nrs is not None:
            return material.texts.say("chain.intensity", intensity=points(complaint.intensity_nrs))
    return ""


def _tabulate(material: Material, links: list[ChainLink]) -> Table:
    texts = material.texts
    rows = tuple(_row(material, link) for link in links)
    columns = (
        Column(texts.say("chain.column_from"), 4),
        Column(texts.say("chain.column_to"), 4),
        Column(texts.say("chain.column_p"), 4, "right"),
        Column(texts.say("chain.column_carries"), 2, "right"),
        Column(texts.say("chain.column_mechanism"), 4),
        Column(texts.say("chain.column_evidence"), 3),
        Column(texts.say("chain.column_source"), 3),
    )
    return Table(texts.say("chain.table"), columns, rows)


def _row(material: Material, link: ChainLink) -> tuple[Line, ...]:
    texts = material.texts
    mechanism = texts.say(
        "chain.mechanism",
        mechanism=texts.choose("mechanism", link.mechanism),
        origin=texts.choose("origin_word", link.origin),
    )
    evidence = line(Run(texts.choose("evidence_grade", link.evidence), "tag" if link.evidence == "hypothesis" else ""))
    return (
        line(material.words.node(link.source)),
        line(material.words.node(link.target)),
        probability_line(link.p_active),
        line(percent(link.carries)),
        line(mechanism),
        evidence,
        _sources(material, link),
    )


def _sources(material: Material, link: ChainLink) -> Line:
    key = f"{InstanceId.parse(link.source).concept}->{InstanceId.parse(link.target).concept}"
    definition = material.knowledge.links.get(key)
    parameter = material.knowledge.parameters.get(definition.parameter) if definition else None
    cited = material.citations.cite(source.key for source in parameter.sources) if parameter else ()
    return cited or line(Run(material.texts.say("tag.assumption"), "quiet"))


def _tabulate_paths(material: Material) -> Table:
    texts = material.texts
    shown: dict[str, list[ChainPath]] = {}
    for path in sorted(material.diagnosis.paths, key=lambda path: -path.p_active):
        shown.setdefault(path.complaint, []).append(path)
    rows = tuple(
        (line(" → ".join(material.words.node(node) for node in path.nodes)), line(percent(path.p_active)))
        for paths in shown.values()
        for path in paths[:PATHS_A_COMPLAINT]
    )
    columns = (Column(texts.say("chain.column_path"), 8), Column(texts.say("chain.column_p"), 1, "right"))
    return Table(texts.say("chain.paths"), columns, rows)
