"""Each complaint by itself: what contributes, where the signal originates, what is excluded and what is not."""

from __future__ import annotations

from ilc.explanation.factor_results import LIKELY_FROM, POSSIBLE_FROM, band_of
from ilc.explanation.model import ComplaintResult, FactorResult, OriginResult, Probability
from ilc.report.charts.bars import Bar, draw_bars
from ilc.report.document import Block, Column, Drawing, Facts, Line, Paragraph, Run, Section, Table, line
from ilc.report.figures import percent, percent_interval, points, share
from ilc.report.material import Material

SHOWN_FROM_P = 0.05
SHOWN_FROM_SHARE = 0.03
MOST_ROWS = 14
MOST_BARS = 10


def compose_complaints(material: Material) -> Section:
    """Compose one part for each complaint that is present, then name the others."""
    texts = material.texts
    complaints = material.diagnosis.complaints
    denied = [material.words.node(c.id) for c in complaints if not c.present and c.asked]
    unasked = [material.words.node(c.id) for c in complaints if not c.present and not c.asked]
    intro = texts.say("complaint.intro", possible=percent(POSSIBLE_FROM), likely=percent(LIKELY_FROM))
    notes = [Paragraph(line(intro), "note")]
    if denied:
        notes.append(Paragraph(line(texts.say("complaint.denied", complaints=texts.join(denied)))))
    if unasked:
        notes.append(Paragraph(line(texts.say("complaint.unasked", complaints=texts.join(unasked)))))
    parts = tuple(_compose_complaint(material, complaint) for complaint in material.present)
    return Section("complaints", texts.say("complaint.title"), tuple(notes), parts)


def leading_factors(material: Material, complaint: str) -> list[FactorResult]:
    """The factors that matter to a complaint, by share, then by the chance that they contribute."""
    found = []
    for factor in material.factors:
        contribution = factor.p_contributes.get(complaint)
        part = factor.share.get(complaint) or 0.0
        if contribution is not None and (contribution.p >= SHOWN_FROM_P or part >= SHOWN_FROM_SHARE):
            found.append((-part, -contribution.p, factor.id, factor))
    return [factor for *_, factor in sorted(found, key=lambda item: item[:3])][:MOST_ROWS]


def probability_line(probability: Probability) -> Line:
    """Return "71 % (52-84 %)"."""
    interval = percent_interval(probability)
    return line(Run(percent(probability.p), "strong"), Run(f" ({interval})" if interval else "", "figure"))


def band_run(material: Material, name: str) -> Run:
    """Return a band as a tag."""
    return Run(material.texts.choose("band", name), "tag")


def factor_name(material: Material, factor: FactorResult) -> Line:
    """Return a factor's name, with a tag where its number is an assumption."""
    tag = line(" ", Run(material.texts.say("tag.expert_only"), "tag")) if factor.expert_only else ()
    return line(material.words.node(factor.id), *tag)


def _compose_complaint(material: Material, complaint: ComplaintResult) -> Section:
    texts = material.texts
    intensity = points(complaint.intensity_nrs)
    title = material.words.node(complaint.id)
    if complaint.intensity_nrs is not None:
        title = texts.say("complaint.heading", name=title, intensity=intensity)
    factors = leading_factors(material, complaint.id)
    blocks: list[Block] = []
    if factors:
        blocks += [_draw(material, complaint, factors), _tabulate(material, complaint, factors)]
    else:
        blocks.append(Paragraph(line(texts.say("complaint.nothing"))))
    blocks.append(_compose_shares(material, complaint))
    sources = _tabulate_sources(material, complaint)
    if sources is not None:
        blocks.append(sources)
    for origin in material.diagnosis.origin:
        if origin.complaint == complaint.id:
            blocks += _compose_origin(material, origin)
    return Section(f"complaint-{complaint.id.replace('@', '-').replace('.', '-')}", title, tuple(blocks))


def _draw(material: Material, complaint: ComplaintResult, factors: list[FactorResult]) -> Drawing:
    texts = material.texts
    bars = tuple(
        Bar(
            label=material.words.node(factor.id),
            exists=factor.p_exists,
            contributes=factor.p_contributes[complaint.id],
            share=factor.share.get(complaint.id),
            age_norm=factor.age_norm,
        )
        for factor in factors[:MOST_BARS]
    )
    heads = (texts.say("bars.exists"), texts.say("bars.contributes"), texts.say("bars.share"))
    name = material.words.node(complaint.id)
    description = texts.say("bars.description", complaint=name)
    svg = draw_bars(bars, heads=heads, description=description)
    return Drawing(svg, description, texts.say("bars.caption"))


def _tabulate(material: Material, complaint: ComplaintResult, factors: list[FactorResult]) -> Table:
    texts = material.texts
    rows = [_row(material, complaint.id, factor) for factor in factors]
    blank = line("–")
    rest = line(Run(share(complaint.unexplained), "strong"))
    rows.append((line(texts.say("complaint.unexplained")), blank, blank, blank, blank, rest))
    columns = (
        Column(texts.say("complaint.column_factor"), 6),
        Column(texts.say("complaint.column_exists"), 5),
        Column(texts.say("complaint.column_norm"), 2, "right"),
        Column(texts.say("complaint.column_contributes"), 5),
        Column(texts.say("complaint.column_direct"), 2, "right"),
        Column(texts.say("complaint.column_share"), 2, "right"),
    )
    return Table(texts.say("complaint.table", complaint=material.words.node(complaint.id)), columns, tuple(rows))


def _row(material: Material, complaint: str, factor: FactorResult) -> tuple[Line, ...]:
    contributes = factor.p_contributes[complaint]
    direct = factor.p_direct.get(complaint)
    return (
        factor_name(material, factor),
        (*probability_line(factor.p_exists), Run(" "), band_run(material, factor.band)),
        line("–" if factor.age_norm is None else percent(factor.age_norm)),
        (*probability_line(contributes), Run(" "), band_run(material, band_of(contributes.p))),
        line("–" if direct is None else percent(direct)),
        line(Run(share(factor.share.get(complaint)), "strong")),
    )


def _compose_shares(material: Material, complaint: ComplaintResult) -> Facts:
    texts = material.texts
    groups = [
        texts.say("complaint.group", group=texts.choose("group", group), share=share(part))
        for group, part in sorted(complaint.group_share.items(), key=lambda item: (-item[1], item[0]))
    ]
    rest = texts.say("complaint.group", group=texts.say("complaint.unexplained"), share=share(complaint.unexplained))
    pairs = [(texts.say("complaint.groups"), line(" · ".join([*groups, rest])))]
    mechanisms = material.diagnosis.mechanisms.get(complaint.id, {})
    if mechanisms:
        named = [
            texts.say("complaint.group", group=texts.choose("mechanism", name), share=percent(p))
            for name, p in sorted(mechanisms.items(), key=lambda item: (-item[1], item[0]))
        ]
        pairs.append((texts.say("complaint.mechanisms"), line(" · ".join(named))))
    return Facts(tuple(pairs))


def _tabulate_sources(material: Material, complaint: ComplaintResult) -> Table | None:
    texts = material.texts
    found = []
    for factor in material.diagnosis.factors:
        contribution = factor.p_contributes.get(complaint.id)
        if factor.kind == "source" and contribution is not None and contribution.p >= SHOWN_FROM_P:
            found.append((-contribution.p, factor.id, factor, contribution))
    rows = tuple(
        (
            line(material.words.node(factor.id)),
            probability_line(factor.p_exists),
            (*probability_line(contribution), Run(" "), band_run(material, band_of(contribution.p))),
        )
        for _, _, factor, contribution in sorted(found, key=lambda item: item[:2])
    )
    if not rows:
        return None
    columns = (
        Column(texts.say("complaint.column_source"), 4),
        Column(texts.say("complaint.column_exists"), 3),
        Column(texts.say("complaint.column_contributes"), 3),
    )
    return Table(texts.say("complaint.sources"), columns, rows)


def _compose_origin(material: Material, origin: OriginResult) -> list[Block]:
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
    return [
        Facts(
            (
                (texts.say("origin.title"), line(Run(shares, "strong"), f"; {reference}")),
                (texts.say("origin.any"), line(some)),
                (texts.say("origin.status"), status),
                (texts.say("origin.excluded"), line(excluded)),
                (texts.say("origin.still_to_exclude"), line(Run(open_causes, "strong"))),
            )
        )
    ]
