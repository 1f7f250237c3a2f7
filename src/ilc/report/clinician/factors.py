"""Every factor evaluated by itself: the prior, what speaks for and against, what would change it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ilc.explanation.factor_results import band_of
from ilc.explanation.model import FactorResult, Reason, Reasons
from ilc.report.clinician.complaints import band_run, probability_line
from ilc.report.document import Block, Card, Column, Facts, Line, Paragraph, Run, Section, Table, line
from ilc.report.figures import log10_weight, percent, share
from ilc.report.material import Material

PANEL_FROM_CONTRIBUTION = 0.1
LINE_FROM_CONTRIBUTION = 0.03
MOST_JUDGEMENTS = 6
SMALL_LOG_ODDS = 0.1  # pieces that move the odds by less than a tenth everywhere are told together


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
        blocks.append(_tabulate_rest(material, rest))
    return Section("factors", texts.say("factor.title"), tuple(blocks))


def _has_panel(material: Material, factor: FactorResult) -> bool:
    seen = factor.assessed and factor.band != "low"
    return seen or factor.incidental or material.highest_contribution(factor) >= PANEL_FROM_CONTRIBUTION


def _compose_panel(material: Material, factor: FactorResult) -> Card:
    texts = material.texts
    blocks: list[Block] = [Facts(_facts(material, factor))]
    if factor.incidental:
        blocks.append(Paragraph(line(Run(texts.say("factor.incidental"), "strong"))))
    judgements = _judgements(material, factor)
    starts = range(0, len(judgements), MOST_JUDGEMENTS)
    blocks += [_tabulate_reasons(material, judgements[start : start + MOST_JUDGEMENTS]) for start in starts]
    if factor.would_change:
        blocks.append(_tabulate_changes(material, factor))
    return Card(
        material.words.node(factor.id), texts.say("factor.band", band=texts.choose("band", factor.band)), tuple(blocks)
    )


def _facts(material: Material, factor: FactorResult) -> tuple[tuple[str, Line], ...]:
    texts = material.texts
    background = texts.say("factor.background", prior=percent(factor.prior), reference=percent(factor.p_reference))
    if factor.age_norm is not None:
        background = f"{background}; {texts.say('factor.norm', norm=percent(factor.age_norm))}"
    pairs = [
        (texts.say("factor.exists"), probability_line(factor.p_exists)),
        (texts.say("factor.compared"), line(background)),
    ]
    pairs += _contributions(material, factor)
    tags = _tags(material, factor)
    if tags:
        pairs.append((texts.say("factor.tags"), tags))
    if factor.sources:
        pairs.append((texts.say("factor.sources"), material.citations.cite(factor.sources)))
    return tuple(pairs)


def _contributions(material: Material, factor: FactorResult) -> list[tuple[str, Line]]:
    """One line for each complaint it may contribute to; the others are named together."""
    texts = material.texts
    pairs: list[tuple[str, Line]] = []
    hardly = []
    for complaint in material.present:
        contribution, name = factor.p_contributes.get(complaint.id), material.words.node(complaint.id)
        if contribution is None or contribution.p < LINE_FROM_CONTRIBUTION:
            hardly.append(name)
            continue
        part = texts.say("factor.share", share=share(factor.share.get(complaint.id)))
        tag = band_run(material, band_of(contribution.p))
        value = (*probability_line(contribution), Run(" "), tag, Run(f" {part}"))
        pairs.append((texts.say("factor.contributes", complaint=name), value))
    if hardly:
        below = texts.say("factor.hardly", p=percent(LINE_FROM_CONTRIBUTION))
        pairs.append((below, line(texts.join(hardly))))
    return pairs


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


@dataclass(frozen=True, slots=True)
class _Judgement:
    """One probability of a factor with its reasons: a column of the table of reasons."""

    head: str
    reasons: Reasons
    p: float


def _judgements(material: Material, factor: FactorResult) -> list[_Judgement]:
    found = [_Judgement(material.texts.say("factor.exists"), factor.reasons, factor.p_exists.p)]
    for complaint, reasons in sorted(factor.reasons_contributes.items()):
        found.append(_Judgement(material.words.node(complaint), reasons, factor.p_contributes[complaint].p))
    return found


def _tabulate_reasons(material: Material, judgements: list[_Judgement]) -> Table:
    """Evidence in rows, what it moves in columns; each column adds up from its prior to its probability."""
    texts = material.texts
    blank = line("")
    priors = [line(log10_weight(judgement.reasons.prior_log_odds)) for judgement in judgements]
    results = [line(Run(percent(judgement.p), "strong")) for judgement in judgements]
    weights = _weights(judgements)
    large = [reason for reason, row in weights.items() if max(map(abs, row)) >= SMALL_LOG_ODDS]
    ordered = sorted(large, key=lambda reason: (-max(weights[reason]), reason.evidence, reason.outcome))
    rows: list[tuple[Line, ...]] = [(line(Run(texts.say("reason.prior"), "quiet")), blank, *priors, blank)]
    rows += [_reason_row(material, reason, weights[reason]) for reason in ordered]
    rest = [row for reason, row in weights.items() if reason not in large]
    if rest:
        together = [line(log10_weight(sum(column))) for column in zip(*rest, strict=True)]
        rows.append((line(Run(texts.count("reason.small", len(rest)), "quiet")), blank, *together, blank))
    rows.append((line(Run(texts.say("reason.result"), "strong")), blank, *results, blank))
    columns = (
        Column(texts.say("reason.column_evidence"), 9),
        Column(texts.say("reason.column_kind"), 3),
        *(Column(judgement.head, 3, "right") for judgement in judgements),
        Column(texts.say("reason.column_sources"), 3),
    )
    return Table(texts.say("reason.table"), columns, tuple(rows))


def _weights(judgements: list[_Judgement]) -> dict[Reason, list[float]]:
    """Log odds by piece of evidence, one for each judgement; the same evidence stands in one row."""
    found: dict[Reason, list[float]] = {}
    for column, judgement in enumerate(judgements):
        for reason in judgement.reasons.contributions:
            row = found.setdefault(replace(reason, log_odds=0.0), [0.0] * len(judgements))
            row[column] += reason.log_odds
    return found


def _reason_row(material: Material, reason: Reason, log_odds: list[float]) -> tuple[Line, ...]:
    texts = material.texts
    cited = material.citations.cite(reason.sources)
    assumed = line(Run(texts.say("tag.assumption"), "quiet")) if reason.kind == "direct" else line("")
    expert = line(" ", Run(texts.say("tag.expert_only"), "tag")) if reason.expert_only and cited else ()
    outcome = f": {material.words.outcome(reason.outcome)}" if reason.outcome else ""
    return (
        line(material.words.evidence(reason.evidence), outcome),
        line(texts.choose("reason_kind", reason.kind)),
        *(line(log10_weight(value)) for value in log_odds),
        (*cited, *expert) if cited else assumed,
    )


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
    return Table(texts.say("change.table"), columns, rows)


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
