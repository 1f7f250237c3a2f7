"""Why a factor has its probability: the strongest pieces in a line each, and all of them as a table that adds up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ilc.explanation.model import FactorResult, Reason, Reasons
from ilc.report.document import Column, Line, Run, Table, line
from ilc.report.figures import log10_weight, percent
from ilc.report.material import Material

MOST_JUDGEMENTS = 6
SMALL_LOG_ODDS = 0.1  # pieces that move the odds by less than a tenth everywhere are told together
TOLD = 3


def summarise_reasons(material: Material, factor: FactorResult) -> dict[str, Line]:
    """Return the strongest pieces for, against, and of other explanations."""
    pieces = sorted(factor.reasons.contributions, key=lambda reason: (-abs(reason.log_odds), reason.evidence))
    large = [reason for reason in pieces if abs(reason.log_odds) >= SMALL_LOG_ODDS]
    own = [reason for reason in large if reason.kind == "direct"]
    nothing = line(Run(material.texts.say("factor.nothing"), "quiet"))
    return {
        "for": _list(material, [reason for reason in own if reason.log_odds > 0]) or nothing,
        "against": _list(material, [reason for reason in own if reason.log_odds < 0]) or nothing,
        "competing": _list(material, [reason for reason in large if reason.kind != "direct"]),
    }


def _list(material: Material, reasons: list[Reason]) -> Line:
    runs: list[Run] = []
    for reason in reasons[:TOLD]:
        said = material.texts.say(
            "factor.weighed", evidence=_name(material, reason), weight=log10_weight(reason.log_odds)
        )
        runs += [*line("; " if runs else ""), Run(said), *_cited(material, reason)]
    return line(*runs)


def _name(material: Material, reason: Reason) -> str:
    outcome = f": {material.words.outcome(reason.outcome)}" if reason.outcome else ""
    return f"{material.words.evidence(reason.evidence)}{outcome}"


def _cited(material: Material, reason: Reason) -> Line:
    """The sources of a weight; a weight of a finding without one is an assumption and says so."""
    cited = material.citations.cite(reason.sources)
    if not cited:
        assumed = reason.kind == "direct"
        return line(" ", Run(material.texts.say("tag.assumption"), "quiet")) if assumed else ()
    expert = line(" ", Run(material.texts.say("tag.expert_only"), "tag")) if reason.expert_only else ()
    return line(" ", *cited, *expert)


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


def tabulate_reasons(material: Material, factor: FactorResult) -> list[Table]:
    """Return all reasons for existence and contributions; many complaints make several tables."""
    texts, name = material.texts, material.words.node(factor.id)
    judgements = _judgements(material, factor)
    tables = []
    for start in range(0, len(judgements), MOST_JUDGEMENTS):
        number = start // MOST_JUDGEMENTS + 1
        caption = texts.say("reason.table", factor=name)
        if start:
            caption = texts.say("reason.table_more", n=number, factor=name)
        tables.append(_tabulate(material, judgements[start : start + MOST_JUDGEMENTS], caption))
    return tables


def _tabulate(material: Material, judgements: list[_Judgement], caption: str) -> Table:
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
    return Table(caption, columns, tuple(rows))


def _weights(judgements: list[_Judgement]) -> dict[Reason, list[float]]:
    """Log odds by piece of evidence, one for each judgement; the same evidence stands in one row."""
    found: dict[Reason, list[float]] = {}
    for column, judgement in enumerate(judgements):
        for reason in judgement.reasons.contributions:
            row = found.setdefault(replace(reason, log_odds=0.0), [0.0] * len(judgements))
            row[column] += reason.log_odds
    return found


def _reason_row(material: Material, reason: Reason, log_odds: list[float]) -> tuple[Line, ...]:
    return (
        line(_name(material, reason)),
        line(material.texts.choose("reason_kind", reason.kind)),
        *(line(log10_weight(value)) for value in log_odds),
        _cited(material, reason),
    )
