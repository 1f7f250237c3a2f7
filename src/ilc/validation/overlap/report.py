"""Tables, figures, pictures and words of the part `overlap`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ilc.validation.overlap.alarm_report import alarm_figures, alarm_tables, alarm_text, expected_table
from ilc.validation.overlap.batches import ENGINE, NETWORK, ORACLE, TOLD
from ilc.validation.overlap.drawing import draw_calibration, draw_ranks
from ilc.validation.overlap.expected import ExpectedSign
from ilc.validation.overlap.rules import OverlapRules
from ilc.validation.overlap.scoring import CONTRIBUTES, JudgeScore, KindScore
from ilc.validation.overlap.targets import KIND_WORDS, RANKED, Target
from ilc.validation.overlap.words import interval_words, three
from ilc.validation.result import Json, PartResult, RulesFile, Table

TITLE = "Overlap: simulated patients with several true factors"
_JUDGE_WORDS = {TOLD: "engine, told of the selection", ORACLE: "oracle (generator's own numbers)"}
_WHO = (
    "Patients are drawn from the network and reasoned about from what is written down of them. All who complain are "
    "kept for calibration; beside them those with {fewest} to {most} factors that truly lead to a recorded complaint, "
    "from the network and from misspecified ones. A factor is scored with all its sites together. Patients from the "
    "network test the arithmetic of the engine against its own model; only agreement with real patients can test the "
    "model itself."
)
_TOLD = (
    "Keeping patients by the number of their true factors is something no engine can know. The rows told of the "
    "selection use only posterior worlds that fit it, and are exact when the engine is right."
)
_MISSPECIFIED = (
    "For the misspecified patients every number of the generator is moved within its interval, hidden traits make "
    "findings agree, and negatives go missing more often. The oracle knows the moved numbers, not the traits nor the "
    "gaps. This leaves out errors in the structure of the network."
)
_SCORE_COLUMNS = ("judge", "question", "log-loss", "above the best judge", "Brier", "slope", "intercept")


def report_overlap(
    rules: OverlapRules,
    file: RulesFile,
    kinds: Sequence[KindScore],
    targets: Sequence[Target],
    expected: tuple[ExpectedSign, ...],
) -> PartResult:
    """Everything measured, ready to print."""
    return PartResult(
        part="overlap",
        title=TITLE,
        rules=(file,),
        tables=(
            _change_table(rules),
            _people_table(kinds),
            _target_table(targets),
            *(_score_table(kind) for kind in kinds),
            _rank_table(kinds),
            _relief_table(kinds),
            *alarm_tables(kinds),
            expected_table(expected),
        ),
        figures=_figures(kinds, targets, expected),
        text=_text(rules, kinds, targets),
        pictures={
            "overlap-calibration.svg": draw_calibration(_curves(kinds)),
            "overlap-ranks.svg": draw_ranks(list(zip(RANKED, kinds[0].ranks, strict=True))),
        },
    )


def _change_table(rules: OverlapRules) -> Table:
    rows = tuple((change.what, change.why) for change in rules.changes)
    return Table(f"Changes of {rules.date} against `{rules.follows}`", ("change", "because"), rows)


def _curves(kinds: Sequence[KindScore]) -> list[tuple[str, JudgeScore]]:
    unselected, network, misspecified = kinds
    return [
        (KIND_WORDS[unselected.kind], unselected.judge(ENGINE, CONTRIBUTES)),
        (f"{KIND_WORDS[network.kind]}, told", network.judge(TOLD, CONTRIBUTES)),
        (KIND_WORDS[misspecified.kind], misspecified.judge(ENGINE, CONTRIBUTES)),
    ]


def _people_table(kinds: Sequence[KindScore]) -> Table:
    rows = tuple(
        (KIND_WORDS[kind.kind], str(kind.patients), f"{kind.contributing:.1f}", f"{kind.findings:.0f}")
        for kind in kinds
    )
    return Table("Simulated patients", ("patients", "number", "true factors (mean)", "findings (mean)"), rows)


def _target_table(targets: Sequence[Target]) -> Table:
    rows = tuple(
        (KIND_WORDS[t.kind], t.name, t.bound_words, interval_words(t.figure), "met" if t.met else "missed")
        for t in targets
    )
    return Table("Targets", ("patients", "figure", "target", "reached", "verdict"), rows)


def _score_table(kind: KindScore) -> Table:
    rows = tuple(
        (
            _JUDGE_WORDS.get(score.judge, score.judge),
            score.output,
            interval_words(score.log_loss),
            interval_words(score.excess) if score.excess is not None else "-",
            f"{score.brier:.4f}",
            interval_words(score.calibration.slope),
            interval_words(score.calibration.intercept),
        )
        for score in kind.judged
    )
    return Table(f"Judges, {KIND_WORDS[kind.kind]} (nats per factor; 95 % intervals)", _SCORE_COLUMNS, rows)


def _rank_table(kinds: Sequence[KindScore]) -> Table:
    rows = tuple(
        (KIND_WORDS[kind.kind], name, " ".join(str(count) for count in ranks.counts), f"{ranks.p:.2f}")
        for kind in kinds[:2]
        for name, ranks in zip(RANKED, kind.ranks, strict=True)
    )
    return Table("Ranks of the truth among posterior draws", ("patients", "rank of", "tenths", "p"), rows)


def _relief_table(kinds: Sequence[KindScore]) -> Table:
    rows = tuple(
        (
            KIND_WORDS[kind.kind],
            interval_words(kind.relief.expected),
            interval_words(kind.relief.engine),
            interval_words(kind.relief.oracle),
            interval_words(kind.relief.ratio),
            f"{kind.relief.engine_factors:.2f} / {kind.relief.oracle_factors:.2f}",
        )
        for kind in kinds
        if kind.relief is not None
    )
    columns = ("patients", "expected", "achieved", "oracle's choice", "ratio", "factors named (engine / oracle)")
    return Table("Relief by the exit set in the true world", columns, rows)


def _text(rules: OverlapRules, kinds: Sequence[KindScore], targets: Sequence[Target]) -> tuple[str, ...]:
    missed = [f"{t.name}, {KIND_WORDS[t.kind]} ({t.figure.value:.3f}; {t.bound_words})" for t in targets if not t.met]
    return (
        _WHO.format(fewest=rules.contributing_factors.fewest, most=rules.contributing_factors.most),
        " ".join((_TOLD, *_selection_words(kinds))),
        _MISSPECIFIED,
        f"Missed: {'; '.join(missed)}." if missed else "All targets are met.",
        *alarm_text(kinds, targets),
    )


def _selection_words(kinds: Sequence[KindScore]) -> Iterator[str]:
    """What the selection does to the slope, and in whom it could not be told."""
    network = next(kind for kind in kinds if kind.kind == NETWORK)
    shipped, told = (network.judge(judge, CONTRIBUTES).calibration.slope.value for judge in (ENGINE, TOLD))
    yield f"So chosen, the slope of contributes is {shipped:.3f} as shipped and {told:.3f} told of the selection."
    if network.too_few_worlds:
        yield f"{network.too_few_worlds} patients left fewer than a hundred such worlds and are not in the rows told."


def _figures(
    kinds: Sequence[KindScore], targets: Sequence[Target], expected: tuple[ExpectedSign, ...]
) -> dict[str, Json]:
    return {
        "kinds": {kind.kind: _kind_figures(kind) for kind in kinds},
        "targets": [
            {"kind": t.kind, "name": t.name, **three(t.figure), "bound": t.bound_words, "met": t.met} for t in targets
        ],
        "expected_signs": [
            {"finding": s.finding, "false_positive": s.false_positive, "written": s.written_down, "in_vain": s.in_vain}
            for s in expected
        ],
    }


def _kind_figures(kind: KindScore) -> Json:
    judged: dict[str, Json] = {f"{score.judge}, {score.output}": _judge_figures(score) for score in kind.judged}
    relief = kind.relief
    return {
        "patients": kind.patients,
        "findings": kind.findings,
        "contributing": kind.contributing,
        "judged": judged,
        "too_few_worlds": kind.too_few_worlds,
        "ranks": [{"counts": list(ranks.counts), "p": ranks.p} for ranks in kind.ranks],
        "relief": None
        if relief is None
        else {
            **{name: three(getattr(relief, name)) for name in ("expected", "engine", "oracle", "ratio")},
            "factors": {"engine": relief.engine_factors, "oracle": relief.oracle_factors},
        },
        "alarms": alarm_figures(kind.alarms),
    }


def _judge_figures(score: JudgeScore) -> Json:
    return {
        "log_loss": three(score.log_loss),
        "excess": three(score.excess) if score.excess is not None else None,
        "above_engine": three(score.above_engine),
        "brier": score.brier,
        "slope": three(score.calibration.slope),
        "intercept": three(score.calibration.intercept),
    }
