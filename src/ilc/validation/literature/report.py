"""Tables, figures and words of the part `literature`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ilc.validation.literature.forest import ForestRow, draw_forest
from ilc.validation.literature.rules import LiteratureRules, Measure
from ilc.validation.literature.scoring import RowResult
from ilc.validation.result import Json, PartResult, RulesFile, Table

TITLE = "The network as a whole against what the literature counted"
_SECTIONS = {
    "complaints": "How common complaints are",
    "causes": "How common causes are, in whom",
    "imaging": "Imaging findings and low back pain",
    "signs": "Signs and factors",
    "mood": "Mood, stress and low back pain",
    "together": "How causes go together",
    "function": "Blocks and tests",
}
_ROLE_WORDS = {"input": "input", "fitted": "fitted", "emergent": "emergent", "held_out": "held out"}
_COLUMNS = ("what", "published", "simulated", "inside", "z", "role", "counted")
_UNEXPLAINED = "not explained yet"


@dataclass(frozen=True, eq=False)
class Account:
    """Results with what is known about the misses, and where the knowledge base and the rules differ."""

    results: Sequence[RowResult]
    explanations: Mapping[str, str]
    differing: Sequence[str]


def report_literature(rules: LiteratureRules, file: RulesFile, account: Account) -> PartResult:
    """Everything the part says."""
    results = account.results
    figures: dict[str, Json] = {
        "shares": _share_figures(rules, results),
        "rows": [_row_figures(result, account.explanations) for result in results],
        "left_out": [{"what": item.what, "reason": item.reason} for item in rules.left_out],
    }
    return PartResult(
        part="literature",
        title=TITLE,
        rules=(file,),
        tables=(
            _summary(rules, results),
            *_section_tables(results),
            _misses(account),
            _left_out(rules),
        ),
        figures=figures,
        text=tuple(_text(rules, account)),
        pictures=_pictures(results),
    )


def missed(result: RowResult) -> bool:
    """Whether a row counts and the published interval does not hold the simulated number."""
    return result.counted and not result.inside


def _summary(rules: LiteratureRules, results: Sequence[RowResult]) -> Table:
    rows = []
    for name, chosen, target in _groups(rules, results):
        inside = sum(bool(result.inside) for result in chosen)
        share = f"{inside / len(chosen):.0%}" if chosen else "none"
        verdict = ("met" if _meets(chosen, target) else "missed") if target is not None else ""
        rows.append((name, f"{inside} of {len(chosen)}", share, "" if target is None else f"{target:.0%}", verdict))
    return Table("Rows inside the published interval", ("rows", "inside", "share", "target", "verdict"), tuple(rows))


def _groups(
    rules: LiteratureRules, results: Sequence[RowResult]
) -> Iterator[tuple[str, list[RowResult], float | None]]:
    counted = [result for result in results if result.counted]
    held_out = [result for result in counted if result.row.role == "held_out"]
    yield "counted (emergent and held out)", counted, rules.scoring.targets.counted_inside
    yield "held out", held_out, rules.scoring.targets.held_out_inside
    yield "emergent", [result for result in counted if result.row.role == "emergent"], None
    yield "counted, not quoted in a reason", [result for result in counted if not result.row.known], None
    fitted = [result for result in results if result.row.role == "fitted" and result.inside is not None]
    yield "fitted (not counted)", fitted, None


def _meets(chosen: Sequence[RowResult], target: float) -> bool:
    return bool(chosen) and sum(bool(result.inside) for result in chosen) / len(chosen) >= target


def _section_tables(results: Sequence[RowResult]) -> Iterator[Table]:
    for section, title in _SECTIONS.items():
        rows = tuple(_row_words(result) for result in results if result.row.section == section)
        if rows:
            yield Table(title, _COLUMNS, rows)


def _row_words(result: RowResult) -> tuple[str, ...]:
    row = result.row
    what = f"{row.says} ({row.id})"
    if result.simulated is None:
        return what, _published_words(result), "; ".join(result.missing), "", "", _ROLE_WORDS[row.role], "no"
    inside = {True: "yes", False: "no", None: ""}[result.inside]
    z = "" if result.z is None else f"{result.z:+.1f}"
    return (
        what,
        _published_words(result),
        _simulated_words(result),
        inside,
        z,
        _ROLE_WORDS[row.role],
        "yes" if result.counted else "no",
    )


def _published_words(result: RowResult) -> str:
    measure, number = result.row.measure, result.published
    if number.low is None or number.high is None:
        return f"{_words(number.value, measure)} (no interval)"
    ends = f"{_words(number.low, measure)} to {_words(number.high, measure)}"
    return f"{_words(number.value, measure)} ({ends}, {result.row.interval})"


def _simulated_words(result: RowResult) -> str:
    if result.value is None or result.interval is None:
        return ""
    low, high = (_words(end, result.row.measure) for end in result.interval)
    return f"{_words(result.value, result.row.measure)} ({low} to {high})"


def _words(value: float, measure: Measure) -> str:
    if measure == "share":
        return f"{100 * value:.1f} %" if value >= 0.01 else f"{100 * value:.2f} %"
    return f"{value:.2f}"


def _misses(account: Account) -> Table:
    rows = tuple(
        (
            result.row.id,
            _published_words(result),
            _simulated_words(result),
            account.explanations.get(result.row.id, _UNEXPLAINED),
        )
        for result in account.results
        if missed(result)
    )
    return Table("Counted rows that are missed, and why", ("row", "published", "simulated", "why"), rows)


def _left_out(rules: LiteratureRules) -> Table:
    rows = tuple((item.what, item.reason) for item in rules.left_out)
    return Table("Left out", ("what", "why"), rows)


def _text(rules: LiteratureRules, account: Account) -> Iterator[str]:
    yield (
        f"For each published quantity, people like those of its source are simulated from the network alone "
        f"({rules.worlds_per_group} for each of {len(rules.ages_years) * len(rules.sexes)} ages and sexes), selected "
        "as the source selected them, and the same quantity is computed; its Monte-Carlo interval stands beside it. "
        "Inputs and fitted rows are shown, not counted. A number that comes out says that the parts of the model fit "
        "together, not that any of its arrows is a cause."
    )
    unmet = [
        name for name, chosen, goal in _groups(rules, account.results) if goal is not None and not _meets(chosen, goal)
    ]
    yield f"Missed: {'; '.join(unmet)}." if unmet else "Both targets are met."
    if account.differing:
        yield f"Numbers that changed since the rules were written: {'; '.join(account.differing)}."
    lacking = [f"{result.row.id} ({'; '.join(result.missing)})" for result in account.results if result.missing]
    if lacking:
        yield f"This knowledge base lacks the words for: {', '.join(lacking)}."
    for amendment in rules.amendments:
        changed = ", ".join(amendment.changed) or "no rule"
        yield f"Amendment of {amendment.date} ({changed}): {amendment.reason}"


def _share_figures(rules: LiteratureRules, results: Sequence[RowResult]) -> Json:
    return {
        name: {"inside": sum(bool(r.inside) for r in chosen), "of": len(chosen), "target": target}
        for name, chosen, target in _groups(rules, results)
    }


def _row_figures(result: RowResult, explanations: Mapping[str, str]) -> Json:
    row, number = result.row, result.published
    published: dict[str, Json] = {
        "value": number.value,
        "low": number.low,
        "high": number.high,
        "interval": row.interval,
    }
    found: dict[str, Json] = {
        "id": row.id,
        "section": row.section,
        "role": row.role,
        "measure": row.measure,
        "source": row.source,
        "published": published | {"interval": row.interval},
        "counted": result.counted,
        "known": row.known,
    }
    if result.simulated is None or result.interval is None:
        return found | {"missing": list(result.missing)}
    low, high = result.interval
    simulated: dict[str, Json] = {
        "value": result.value,
        "low": low,
        "high": high,
        "people": round(result.simulated.people),
    }
    found |= {"simulated": simulated, "inside": result.inside, "z": result.z}
    return found | ({"explanation": explanations.get(row.id, _UNEXPLAINED)} if missed(result) else {})


def _pictures(results: Sequence[RowResult]) -> dict[str, str]:
    shown = [r for r in results if r.row.role != "input" and r.value is not None and r.published.low is not None]
    shares = [_forest_row(result) for result in shown if result.row.measure == "share"]
    ratios = [_forest_row(result) for result in shown if result.row.measure not in ("share", "correlation")]
    return {
        "literature-shares.svg": draw_forest(shares, logarithmic=False),
        "literature-ratios.svg": draw_forest(ratios, logarithmic=True),
    }


def _forest_row(result: RowResult) -> ForestRow:
    number = result.published
    low, high = (number.value if end is None else end for end in (number.low, number.high))
    value = number.value if result.value is None else result.value
    label = f"{result.row.says} ({_ROLE_WORDS[result.row.role]})"
    return ForestRow(label, number.value, low, high, value, inside=bool(result.inside))
