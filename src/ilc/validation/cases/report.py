"""Tables, figures, picture and words of the part `cases`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ilc.core import Estimate
from ilc.validation.cases.drawing import draw_factors
from ilc.validation.cases.gold import CONTRIBUTES
from ilc.validation.cases.matching import FalsePrediction, GoldRow
from ilc.validation.cases.rules import CaseRules
from ilc.validation.cases.scoring import CaseFigures, ScoredCase
from ilc.validation.cases.stages import Lead
from ilc.validation.result import Json, PartResult, RulesFile, Table

TITLE = "Published cases: confirmed causes found, serious ones not missed"
OWN_TITLE = "Cases of your own against what was confirmed in them"
_WHAT = (
    "Case reports tell of rare and missed disease; they test the software and set none of its numbers. A factor is "
    "predicted where it leads to any recorded complaint with a probability of {threshold:g} or more. Strict precision "
    "calls everything false that the source does not confirm, also what it never looked for; the judged-only figure "
    "leaves out what it does not judge. {before} of {false} false predictions lie before a confirmed factor in the "
    "chain and would be read as its causes; they count as false all the same."
)
_NAMES = {
    "recall": "recall of confirmed factors",
    "strict_precision": "precision, strict",
    "judged_precision": "precision, judged only",
    "overlap_recall": "recall where several causes overlap",
    "lead": "led to it before the deciding test",
    "serious_with_sign": "serious cause urgent where a warning sign is recorded",
    "serious_without_sign": "serious cause not called absent where none is",
}
_GOLD_COLUMNS = ("case", "factor", "judged", "exists", "contributes", "strongest to", "any level", "verdict")
_LEAD_COLUMNS = ("case", "confirmed factor", "rank", "contributes", "deciding test", "listed", "verdict")
_SERIOUS_COLUMNS = ("case", "pathway", "stage", "warning signs recorded", "level", "needed", "verdict")


def report_cases(
    rules: CaseRules, file: RulesFile, cases: Sequence[ScoredCase], figures: CaseFigures, *, own: bool
) -> PartResult:
    """Everything scored, ready to print; targets and comparison only for the published cases."""
    return PartResult(
        part="cases",
        title=OWN_TITLE if own else TITLE,
        rules=(file,),
        tables=(
            _figure_table(rules, figures, own=own),
            _gold_table(cases),
            _false_table(cases),
            _lead_table(cases),
            _serious_table(cases),
        ),
        figures=_figures(rules, cases, figures),
        text=tuple(_text(rules, cases, figures, own=own)),
        pictures={"cases-factors.svg": draw_factors(cases, threshold=rules.threshold)},
    )


def _targets(rules: CaseRules) -> dict[str, float]:
    return rules.targets.model_dump()


def _figure_table(rules: CaseRules, figures: CaseFigures, *, own: bool) -> Table:
    targets = {} if own else _targets(rules)
    compared = {"recall": rules.comparison.recall, "strict_precision": rules.comparison.precision}
    rows = []
    for key, name in _NAMES.items():
        estimate: Estimate | None = getattr(figures, key)
        goal = targets.get(key)
        met = estimate is not None and goal is not None and estimate.value >= goal
        row = [name, _words(estimate), f"at least {goal:.2f}" if goal is not None else "-"]
        row.append("-" if goal is None else "met" if met else "missed")
        rows.append((*row, *(() if own else (_number(compared.get(key)),))))
    columns = ("figure", "reached", "target", "verdict", *(() if own else ("elsewhere",)))
    return Table("Figures, with the deciding test known unless said (95 % intervals over cases)", columns, tuple(rows))


def _gold_table(cases: Sequence[ScoredCase]) -> Table:
    rows = tuple((case.name, *_gold_cells(row)) for case in cases for row in case.match.rows)
    return Table("What was judged in each case, with the deciding test known", _GOLD_COLUMNS, rows)


def _gold_cells(row: GoldRow) -> tuple[str, ...]:
    node = row.node
    named = row.gold.name if node is None or str(node.id) == row.gold.name else f"{row.gold.name} ({node.id})"
    exists = _number(node.p_exists if node is not None else None)
    judged, complaint = row.gold.judged, row.complaint or "-"
    return named, judged, exists, _number(row.p_contributes), complaint, _number(row.p_any_level), _verdict(row)


def _verdict(row: GoldRow) -> str:
    if row.gold.judged == CONTRIBUTES:
        return "found" if row.reached else "missed"
    return "claimed" if row.reached else "kept below"


def _false_table(cases: Sequence[ScoredCase]) -> Table:
    rows = tuple(
        (case.name, str(one.node.id), one.node.best[0], _number(one.node.best[1]), _why_false(one))
        for case in cases
        for one in case.match.false
    )
    return Table("Predictions that are not confirmed", ("case", "factor", "to", "contributes", "in the source"), rows)


def _why_false(one: FalsePrediction) -> str:
    if one.judged:
        return one.judged
    return "not judged; before a confirmed factor" if one.before_confirmed else "not judged"


def _lead_table(cases: Sequence[ScoredCase]) -> Table:
    rows = []
    for case in cases:
        if case.lead is not None:
            lead = case.lead
            place = f"{lead.test_list} {lead.test_rank}" if lead.test_rank else "-"
            rank = str(lead.factor_rank) if lead.factor_rank else "-"
            cells = (lead.factor or "-", rank, _number(lead.p_contributes), lead.test or "-", place)
            rows.append((case.name, *cells, "led there" if lead.reached else "did not"))
    return Table("Before the deciding test", _LEAD_COLUMNS, tuple(rows))


def _serious_table(cases: Sequence[ScoredCase]) -> Table:
    rows = tuple(
        (
            case.name,
            row.pathway,
            row.stage,
            ", ".join(row.signs) or "none",
            row.level,
            f"{row.needed} or more" if row.needed else "not called absent",
            "kept" if row.reached else "missed",
        )
        for case in cases
        for row in case.serious
    )
    return Table("Serious causes", _SERIOUS_COLUMNS, rows)


def _text(rules: CaseRules, cases: Sequence[ScoredCase], figures: CaseFigures, *, own: bool) -> Iterator[str]:
    false = [one for case in cases for one in case.match.false]
    before = sum(one.before_confirmed for one in false)
    yield _WHAT.format(threshold=rules.threshold, before=before, false=len(false))
    if own:
        return
    missed = [
        f"{_NAMES[key]} ({_words(estimate)}; at least {goal:.2f})"
        for key, goal in _targets(rules).items()
        if (estimate := getattr(figures, key)) is None or estimate.value < goal
    ]
    yield f"Missed: {'; '.join(missed)}." if missed else "All targets are met."
    yield (
        f"Elsewhere: {rules.comparison.name}. Other patients, another mix of cases and another way of counting: "
        "the figures stand side by side and prove nothing about each other."
    )
    for item in rules.amendments:
        yield f"Amendment of {item.date.isoformat()}: {item.reason}"


def _words(estimate: Estimate | None) -> str:
    if estimate is None:
        return "nothing to count"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _figures(rules: CaseRules, cases: Sequence[ScoredCase], figures: CaseFigures) -> dict[str, Json]:
    shares: dict[str, Json] = {}
    for key in _NAMES:
        estimate: Estimate | None = getattr(figures, key)
        three = {"value": estimate.value, "low": estimate.low, "high": estimate.high} if estimate else None
        shares[key] = dict(three) if three else None
    return {"shares": shares, "targets": dict(_targets(rules)), "cases": [_case_figures(case) for case in cases]}


def _case_figures(case: ScoredCase) -> Json:
    judged: list[Json] = [
        {
            "factor": row.gold.name,
            "node": str(row.node.id) if row.node else None,
            "judged": row.gold.judged,
            "p_exists": row.node.p_exists if row.node else None,
            "p_contributes": row.p_contributes,
            "p_any_level": row.p_any_level,
            "complaint": row.complaint,
            "verdict": _verdict(row),
        }
        for row in case.match.rows
    ]
    false: list[Json] = [
        {"factor": str(one.node.id), "p_contributes": one.node.best[1], "in_the_source": _why_false(one)}
        for one in case.match.false
    ]
    serious: list[Json] = [
        {"pathway": row.pathway, "stage": row.stage, "signs": list(row.signs), "level": row.level, "kept": row.reached}
        for row in case.serious
    ]
    return {
        "case": case.name,
        "overlap": case.overlap,
        "judged": judged,
        "false": false,
        "lead": _lead_figures(case.lead),
        "serious": serious,
    }


def _lead_figures(lead: Lead | None) -> Json:
    if lead is None:
        return None
    return {
        "factor": lead.factor,
        "factor_rank": lead.factor_rank,
        "test": lead.test,
        "test_list": lead.test_list,
        "test_rank": lead.test_rank,
        "reached": lead.reached,
    }
