"""Every factor evaluated by itself: the prior, what speaks for and against, what would change it."""

from __future__ import annotations

from ilc.explanation.model import FactorResult
from ilc.report.clinician.leading import probability_line
from ilc.report.clinician.reasons import summarise_reasons, tabulate_reasons
from ilc.report.document import Block, Card, Column, Details, Facts, Line, Paragraph, Run, Section, Table, line
from ilc.report.figures import log10_weight, percent, share
from ilc.report.material import Material

PANEL_FROM_CONTRIBUTION = 0.1
LINE_FROM_CONTRIBUTION = 0.03
TOLD = 3


def compose_factors(material: Material) -> Section:
    """Compose a panel for each factor that matters or was seen, then one line for each of the others."""
    texts = material.texts
    shown = sorted(
        (factor for factor in material.factors if _has_panel(material, factor)),
        key=lambda factor: (-material.highest_contribution(factor), -factor.p_exists.p, factor.id),
    )
    rest = [factor for factor in material.diagnosis.factors if factor not in shown]
    blocks: list[Block] = [Paragraph(line(texts.say("factor.intro")), "note")]
    blocks += [_compose_panel(material, factor) for factor in shown]
    if rest:
        table = _tabulate_rest(material, rest)
        blocks.append(Details(table.caption, (table,)))
    return Section("factors", texts.say("factor.title"), tuple(blocks))


def _has_panel(material: Material, factor: FactorResult) -> bool:
    seen = factor.assessed and factor.band != "low"
    return seen or factor.incidental or material.highest_contribution(factor) >= PANEL_FROM_CONTRIBUTION


def _compose_panel(material: Material, factor: FactorResult) -> Card:
    """The factor at a glance; all reasons with their numbers open below."""
    texts = material.texts
    name = material.words.node(factor.id)
    blocks: list[Block] = []
    if factor.incidental:
        blocks.append(Paragraph(line(Run(texts.say("factor.incidental"), "strong"))))
    blocks.append(Facts(_facts(material, factor)))
    tables = tabulate_reasons(material, factor)
    if factor.would_change:
        tables.append(_tabulate_changes(material, factor))
    blocks.append(Details(texts.say("reason.table", factor=name), tuple(tables)))
    return Card(name, texts.say("factor.band", band=texts.choose("band", factor.band)), tuple(blocks))


def _facts(material: Material, factor: FactorResult) -> tuple[tuple[str, Line], ...]:
    texts = material.texts
    background = texts.say("factor.background", prior=percent(factor.prior), reference=percent(factor.p_reference))
    if factor.age_norm is not None:
        background = f"{texts.say('factor.norm', norm=percent(factor.age_norm))}; {background}"
    pairs = [
        (texts.say("factor.exists"), (*probability_line(factor.p_exists), Run(f" · {background}", "quiet"))),
        (texts.say("factor.contributes"), _contributions(material, factor)),
        *((texts.say(f"factor.{key}"), value) for key, value in summarise_reasons(material, factor).items()),
    ]
    if factor.would_change:
        pairs.append((texts.say("factor.would_change"), _changes(material, factor)))
    pairs.append((texts.say("factor.tags"), line(*_tags(material, factor), " ", *_sources(material, factor))))
    return tuple(pair for pair in pairs if pair[1])


def _sources(material: Material, factor: FactorResult) -> Line:
    return material.citations.cite(factor.sources)


def _contributions(material: Material, factor: FactorResult) -> Line:
    """Each complaint it may contribute to; the others are named together."""
    texts = material.texts
    runs: list[Run] = []
    hardly = []
    for complaint in material.present:
        contribution, name = factor.p_contributes.get(complaint.id), material.words.node(complaint.id)
        if contribution is None or contribution.p < LINE_FROM_CONTRIBUTION:
            hardly.append(name)
            continue
        part = texts.say("factor.share", share=share(factor.share.get(complaint.id)))
        runs += [Run(f"{name} "), *probability_line(contribution), Run(f", {part}; ")]
    if hardly:
        below = texts.say("factor.hardly", p=share(LINE_FROM_CONTRIBUTION), complaints=texts.join(hardly))
        return line(*runs, Run(below, "quiet"))
    return line(*runs[:-1], runs[-1].text.removesuffix("; ")) if runs else ()


def _changes(material: Material, factor: FactorResult) -> Line:
    texts = material.texts
    shown = [
        texts.say(
            "factor.change",
            finding=material.words.finding(change.finding),
            outcome=material.words.outcome(change.outcome),
            after=percent(change.p_after),
        )
        for change in factor.would_change[:TOLD]
    ]
    return line("; ".join(shown))


def _tags(material: Material, factor: FactorResult) -> Line:
    texts = material.texts
    group = texts.choose("group", factor.group) if factor.group else ""
    words = [
        group,
        texts.say("tag.serious") if factor.serious else "",
        texts.say("tag.modifiable") if factor.modifiable else texts.say("tag.not_modifiable"),
        "" if factor.assessed else texts.say("tag.not_assessed"),
        texts.say("tag.expert_only") if factor.expert_only else "",
    ]
    runs = [Run(word, "tag") for word in words if word]
    return tuple(piece for run in runs for piece in (run, Run(" ")))[:-1]


def _tabulate_changes(material: Material, factor: FactorResult) -> Table:
    texts = material.texts
    rows = tuple(
        (
            line(material.words.finding(change.finding)),
            line(material.words.outcome(change.outcome)),
            line(percent(change.p_outcome)),
            line(percent(factor.p_exists.p), " → ", Run(percent(change.p_after), "strong")),
        )
        for change in factor.would_change
    )
    columns = (
        Column(texts.say("change.column_finding"), 6),
        Column(texts.say("change.column_outcome"), 3),
        Column(texts.say("change.column_chance"), 3, "right"),
        Column(texts.say("change.column_after"), 4, "right"),
    )
    return Table(texts.say("change.table", factor=material.words.node(factor.id)), columns, rows)


def _tabulate_rest(material: Material, factors: list[FactorResult]) -> Table:
    texts = material.texts
    order = sorted(factors, key=lambda factor: (factor.kind, -factor.p_exists.p, factor.id))
    rows = tuple(
        (
            line(material.words.node(factor.id)),
            line(texts.choose("slice", factor.kind)),
            probability_line(factor.p_exists),
            line(percent(factor.prior)),
            line(percent(material.highest_contribution(factor))),
            _strongest_reason(material, factor),
        )
        for factor in order
    )
    columns = (
        Column(texts.say("rest.column_factor"), 6),
        Column(texts.say("rest.column_kind"), 3),
        Column(texts.say("rest.column_exists"), 5),
        Column(texts.say("rest.column_prior"), 2, "right"),
        Column(texts.say("rest.column_contributes"), 3, "right"),
        Column(texts.say("rest.column_reason"), 8),
    )
    return Table(texts.say("rest.table"), columns, rows)


def _strongest_reason(material: Material, factor: FactorResult) -> Line:
    """The finding of its own that moved it most; "not assessed" where there is none."""
    own = [reason for reason in factor.reasons.contributions if reason.kind == "direct" and reason.outcome]
    if not own:
        return line(Run(material.texts.say("tag.not_assessed"), "quiet"))
    reason = max(own, key=lambda reason: (abs(reason.log_odds), reason.evidence))
    name, outcome = material.words.evidence(reason.evidence), material.words.outcome(reason.outcome)
    return line(material.texts.say("rest.reason", evidence=name, outcome=outcome, weight=log10_weight(reason.log_odds)))
