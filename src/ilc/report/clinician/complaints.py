"""Each complaint by itself: what contributes, where the signal originates, what is excluded and what is not."""

from __future__ import annotations

from ilc.explanation.factor_results import LIKELY_FROM, POSSIBLE_FROM, band_of
from ilc.explanation.model import ComplaintResult, FactorResult, OriginResult, Probability
from ilc.report.charts.bars import Bar, draw_bars
from ilc.report.clinician.leading import band_run, factor_name, leading_factors, probability_line
from ilc.report.clinician.sides import ALIKE_WITHIN, Told, name_factor, name_sides, name_told, tell_complaints
from ilc.report.document import (
    Block,
    Card,
    Column,
    Details,
    Drawing,
    Facts,
    Grid,
    Line,
    Paragraph,
    Run,
    Section,
    Table,
    line,
)
from ilc.report.figures import percent, share
from ilc.report.material import Material

MOST_BARS = 10
SOURCE_FROM_P = 0.05


def compose_complaints(material: Material) -> Section:
    """Compose one part for each complaint that is present, then name the others."""
    texts = material.texts
    complaints = material.diagnosis.complaints
    denied = [material.words.node(c.id) for c in complaints if not c.present and c.asked]
    unasked = [material.words.node(c.id) for c in complaints if not c.present and not c.asked]
    intro = texts.say("complaint.intro", possible=percent(POSSIBLE_FROM), likely=percent(LIKELY_FROM))
    notes = [Paragraph(line(intro), "note"), Paragraph(line(texts.say("bars.caption")), "note")]
    if denied:
        notes.append(Paragraph(line(texts.say("complaint.denied", complaints=texts.join(denied)))))
    if unasked:
        notes.append(Paragraph(line(texts.say("complaint.unasked", complaints=texts.join(unasked)))))
    parts = tuple(_compose_complaint(material, told) for told in tell_complaints(material))
    return Section("complaints", texts.say("complaint.title"), tuple(notes), parts)


def draw_factors(material: Material, told: Told, *, most: int) -> Drawing:
    """Draw the leading factors of a complaint."""
    texts = material.texts
    bars = tuple(
        Bar(
            label=name_factor(material, told, factor),
            exists=factor.p_exists,
            contributes=factor.p_contributes[told.first.id],
            share=factor.share.get(told.first.id),
            age_norm=factor.age_norm,
        )
        for factor in leading_factors(material, told.first.id)[:most]
    )
    heads = (texts.say("bars.contributes"), texts.say("bars.exists"), texts.say("bars.share"))
    description = texts.say("bars.description", complaint=name_sides(material, told))
    return Drawing(draw_bars(bars, heads=heads, description=description), description, "")


def tabulate_factors(material: Material, told: Told, *, caption: str) -> Table:
    """Return every leading factor of a complaint with its numbers, closed by what is unexplained."""
    texts = material.texts
    rows = [_row(material, told, factor) for factor in leading_factors(material, told.first.id)]
    blank = line("–")
    rest = line(Run(share(told.first.unexplained), "strong"))
    rows.append((line(texts.say("complaint.unexplained")), blank, blank, blank, blank, rest))
    columns = (
        Column(texts.say("complaint.column_factor"), 6),
        Column(texts.say("complaint.column_exists"), 5),
        Column(texts.say("complaint.column_norm"), 2, "right"),
        Column(texts.say("complaint.column_contributes"), 5),
        Column(texts.say("complaint.column_direct"), 2, "right"),
        Column(texts.say("complaint.column_share"), 2, "right"),
    )
    return Table(caption, columns, tuple(rows))


def _compose_complaint(material: Material, told: Told) -> Section:
    texts = material.texts
    complaint, name = told.first, name_sides(material, told)
    blocks: list[Block] = []
    if len(told.complaints) > 1:
        side = material.words.node(complaint.id)
        blocks.append(Paragraph(line(texts.say("complaint.told_once", side=side, within=share(ALIKE_WITHIN))), "note"))
    if leading_factors(material, complaint.id):
        table = tabulate_factors(material, told, caption=texts.say("complaint.table", complaint=name))
        shown: tuple[Block, ...] = (
            draw_factors(material, told, most=MOST_BARS),
            Details(table.caption, (table,)),
        )
    else:
        shown = (Paragraph(line(texts.say("complaint.nothing"))),)
    sources = _tabulate_sources(material, told)
    opened = (Details(sources.caption, (sources,)),) if sources else ()
    facts = Facts((*_describe_shares(material, complaint), *_describe_sources(material, complaint)))
    blocks.append(Grid(2, (Card("", "", shown), Card("", "", (facts, *opened)))))
    origins = [origin for origin in material.diagnosis.origin if origin.complaint == complaint.id]
    blocks += [Facts(_describe_origin(material, origin)) for origin in origins]
    anchor = complaint.id.replace("@", "-").replace(".", "-")
    return Section(f"complaint-{anchor}", name_told(material, told), tuple(blocks))


def _row(material: Material, told: Told, factor: FactorResult) -> tuple[Line, ...]:
    complaint = told.first.id
    contributes = factor.p_contributes[complaint]
    direct = factor.p_direct.get(complaint)
    return (
        factor_name(material, factor, name_factor(material, told, factor)),
        (*probability_line(factor.p_exists), Run(" "), band_run(material, factor.band)),
        line("–" if factor.age_norm is None else percent(factor.age_norm)),
        (*probability_line(contributes), Run(" "), band_run(material, band_of(contributes.p))),
        line("–" if direct is None else percent(direct)),
        line(Run(share(factor.share.get(complaint)), "strong")),
    )


def describe_groups(material: Material, complaint: ComplaintResult, *, shown_from: float = 0.0) -> str:
    """Return "Structure 41 %, Muscle and fascia 25 %, ..." with what is unexplained."""
    texts = material.texts
    groups = [
        texts.say("complaint.group", group=texts.choose("group", group), share=share(part))
        for group, part in sorted(complaint.group_share.items(), key=lambda item: (-item[1], item[0]))
        if part >= shown_from
    ]
    rest = texts.say("complaint.group", group=texts.say("complaint.unexplained"), share=share(complaint.unexplained))
    return " · ".join([*groups, rest])


def _describe_shares(material: Material, complaint: ComplaintResult) -> list[tuple[str, Line]]:
    texts = material.texts
    pairs = [(texts.say("complaint.groups"), line(describe_groups(material, complaint)))]
    mechanisms = material.diagnosis.mechanisms.get(complaint.id, {})
    if mechanisms:
        named = [
            texts.say("complaint.group", group=texts.choose("mechanism", name), share=percent(p))
            for name, p in sorted(mechanisms.items(), key=lambda item: (-item[1], item[0]))
        ]
        pairs.append((texts.say("complaint.mechanisms"), line(" · ".join(named))))
    return pairs


def _leading_sources(material: Material, complaint: str) -> list[tuple[FactorResult, Probability]]:
    found = []
    for factor in material.diagnosis.factors:
        contribution = factor.p_contributes.get(complaint)
        if factor.kind == "source" and contribution is not None and contribution.p >= SOURCE_FROM_P:
            found.append((-contribution.p, factor.id, factor, contribution))
    return [(factor, contribution) for _, _, factor, contribution in sorted(found, key=lambda item: item[:2])]


def _describe_sources(material: Material, complaint: ComplaintResult) -> list[tuple[str, Line]]:
    texts = material.texts
    named = [
        texts.say("complaint.group", group=material.words.node(factor.id), share=percent(contribution.p))
        for factor, contribution in _leading_sources(material, complaint.id)
    ]
    return [(texts.say("complaint.sources"), line(" · ".join(named)))] if named else []


def _tabulate_sources(material: Material, told: Told) -> Table | None:
    texts = material.texts
    rows = tuple(
        (
            line(material.words.node(factor.id)),
            probability_line(factor.p_exists),
            (*probability_line(contribution), Run(" "), band_run(material, band_of(contribution.p))),
        )
        for factor, contribution in _leading_sources(material, told.first.id)
    )
    if not rows:
        return None
    columns = (
        Column(texts.say("complaint.column_source"), 4),
        Column(texts.say("complaint.column_exists"), 3),
        Column(texts.say("complaint.column_contributes"), 3),
    )
    return Table(texts.say("complaint.sources_table", complaint=name_sides(material, told)), columns, rows)


def _describe_origin(material: Material, origin: OriginResult) -> tuple[tuple[str, Line], ...]:
    texts = material.texts
    shares = texts.say(
        "origin.shares", body=share(origin.body), brain=share(origin.brain), unexplained=share(origin.unexplained)
    )
    reference = texts.say("origin.reference", body=share(origin.body_reference), brain=share(origin.brain_reference))
    some = texts.say("origin.some", body=percent(origin.p_any_body), brain=percent(origin.p_any_brain))
    excluded = material.words.nodes(origin.excluded) or texts.say("origin.nothing")
    open_causes = material.words.nodes(origin.still_to_exclude) or texts.say("origin.nothing")
    status = line(
        Run(texts.choose("brain_status", origin.brain_status), "strong"),
        " " + texts.choose("brain_meaning", origin.brain_status),
    )
    return (
        (texts.say("origin.title"), line(Run(shares, "strong"), f"; {reference}")),
        (texts.say("origin.any"), line(some)),
        (texts.say("origin.status"), status),
        (texts.say("origin.excluded"), line(excluded)),
        (texts.say("origin.still_to_exclude"), line(Run(open_causes, "strong"))),
    )
