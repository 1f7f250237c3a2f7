"""Tables, figures, pictures and words of the part `overlap`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ilc.core import Estimate
from ilc.validation.overlap.batches import ENGINE, NETWORK, ORACLE, TOLD
from ilc.validation.overlap.drawing import draw_calibration, draw_ranks
from ilc.validation.overlap.rules import OverlapRules
from ilc.validation.overlap.scoring import BY_PROBABILITY, OUTPUTS, HalfScore, JudgeScore
from ilc.validation.overlap.targets import ALARM_NAME, HALF_WORDS, RANKED, Target, slope_name
from ilc.validation.result import Json, PartResult, RulesFile, Table

TITLE = "Overlap: simulated patients with several true factors"
_JUDGE_WORDS = {TOLD: "engine, told of the selection", ORACLE: "oracle (generator's own numbers)"}
_WHO = (
    "Patients are drawn from the network, kept with {fewest} to {most} factors that truly lead to a recorded complaint "
    "and reasoned about from what is written down of them. A factor is scored with all its sites together. The first "
    "half tests the arithmetic of the engine against its own model; only agreement with real patients can test the "
    "model itself."
)
_TOLD = (
    "Keeping patients by the number of their true factors is something no engine can know. The rows told of the "
    "selection use only posterior worlds that fit it, and are exact when the engine is right."
)
_MISSPECIFIED = (
    "In the misspecified half every number of the generator is moved within its interval, hidden traits make findings "
    "agree, and negatives go missing more often. The oracle knows the moved numbers, not the traits nor the gaps. This "
    "leaves out errors in the structure of the network."
)
_ALARMS = (
    "An alarm by a sign is a rule about a single answer, such as numbness in the saddle area: it is meant to be raised "
    "whatever else is known. How often it is raised in vain is the false-positive rate that the knowledge states for "
    "that sign, added up over all signs that were written down."
)
_SCORE_COLUMNS = ("judge", "question", "log-loss", "above the best judge", "Brier", "slope", "intercept")


def report_overlap(
    rules: OverlapRules, file: RulesFile, halves: Sequence[HalfScore], targets: Sequence[Target]
) -> PartResult:
    """Everything measured, ready to print."""
    return PartResult(
        part="overlap",
        title=TITLE,
        rules=(file,),
        tables=(
            _people_table(halves),
            _target_table(targets),
            *(_score_table(half) for half in halves),
            _rank_table(halves[0]),
            _relief_table(halves),
            _alarm_table(halves),
            _reason_table(halves),
        ),
        figures=_figures(halves, targets),
        text=_text(rules, halves, targets),
        pictures={
            "overlap-calibration.svg": draw_calibration(_curves(halves)),
            "overlap-ranks.svg": draw_ranks(list(zip(RANKED, halves[0].ranks, strict=True))),
        },
    )


def _curves(halves: Sequence[HalfScore]) -> list[tuple[str, JudgeScore]]:
    network, misspecified = halves
    return [
        ("from the network, told", network.judge(TOLD, "contributes")),
        ("from the network", network.judge(ENGINE, "contributes")),
        ("misspecified", misspecified.judge(ENGINE, "contributes")),
    ]


def _people_table(halves: Sequence[HalfScore]) -> Table:
    rows = tuple(
        (HALF_WORDS[half.half], str(half.patients), f"{half.contributing:.1f}", f"{half.findings:.0f}")
        for half in halves
    )
    return Table("Simulated patients", ("half", "patients", "true factors (mean)", "findings (mean)"), rows)


def _target_table(targets: Sequence[Target]) -> Table:
    rows = tuple(
        (HALF_WORDS[t.half], t.name, t.bound_words, _words(t.figure), "met" if t.met else "missed") for t in targets
    )
    return Table("Targets", ("half", "figure", "target", "reached", "verdict"), rows)


def _score_table(half: HalfScore) -> Table:
    rows = tuple(
        (
            _JUDGE_WORDS.get(score.judge, score.judge),
            score.output,
            _words(score.log_loss),
            _words(score.excess) if score.excess is not None else "-",
            f"{score.brier:.4f}",
            _words(score.calibration.slope),
            _words(score.calibration.intercept),
        )
        for score in half.judged
    )
    return Table(f"Judges, patients {HALF_WORDS[half.half]} (nats per factor; 95 % intervals)", _SCORE_COLUMNS, rows)


def _rank_table(network: HalfScore) -> Table:
    rows = tuple(
        (name, " ".join(str(count) for count in ranks.counts), f"{ranks.p:.2f}")
        for name, ranks in zip(RANKED, network.ranks, strict=True)
    )
    return Table("Ranks of the truth among posterior draws, from the network", ("rank of", "tenths", "p"), rows)


def _relief_table(halves: Sequence[HalfScore]) -> Table:
    rows = tuple(
        (
            HALF_WORDS[half.half],
            _words(half.relief.expected),
            _words(half.relief.engine),
            _words(half.relief.oracle),
            _words(half.relief.ratio),
            f"{half.relief.engine_factors:.2f} / {half.relief.oracle_factors:.2f}",
        )
        for half in halves
    )
    columns = ("half", "expected", "achieved", "oracle's choice", "ratio", "factors named (engine / oracle)")
    return Table("Relief by the exit set in the true world", columns, rows)


def _alarm_table(halves: Sequence[HalfScore]) -> Table:
    rows = tuple(
        (
            HALF_WORDS[half.half],
            str(half.alarms.without_serious),
            _words(half.alarms.share_without),
            f"{half.alarms.alarmed_with} of {half.alarms.with_serious}",
        )
        for half in halves
    )
    columns = ("half", "without serious disease", "of these urgent or emergency", "with serious disease: urgent")
    return Table("Alarms", columns, rows)


def _reason_table(halves: Sequence[HalfScore]) -> Table:
    """What raised the false alarms: with several signs at once, any of them would have done."""
    counted: dict[tuple[str, str], list[int]] = {}
    for number, half in enumerate(halves):
        for pathway, sign, count in half.alarms.reasons:
            counted.setdefault((pathway, sign), [0] * len(halves))[number] = count
    rows = tuple(
        (pathway, sign, *(str(count) for count in counts))
        for (pathway, sign), counts in sorted(counted.items(), key=lambda item: (-sum(item[1]), item[0]))
    )
    columns = ("pathway", "signs, or its probability", *(HALF_WORDS[half.half] for half in halves))
    return Table("What raised alarms in patients without serious disease", columns, rows)


def _text(rules: OverlapRules, halves: Sequence[HalfScore], targets: Sequence[Target]) -> tuple[str, ...]:
    missed = [f"{t.name}, {HALF_WORDS[t.half]} ({t.figure.value:.3f}; {t.bound_words})" for t in targets if not t.met]
    too_few = halves[0].too_few_worlds
    told = f"{_TOLD} {too_few} patients left fewer than a hundred such worlds and are not in these rows."
    return (
        _WHO.format(fewest=rules.contributing_factors.fewest, most=rules.contributing_factors.most),
        told if too_few else _TOLD,
        _MISSPECIFIED,
        _ALARMS,
        f"Missed: {'; '.join(missed)}." if missed else "All targets are met.",
        *_reasons_of_misses(halves, targets),
    )


def _reasons_of_misses(halves: Sequence[HalfScore], targets: Sequence[Target]) -> Iterator[str]:
    """What the figures themselves say about why a target was missed."""
    missed = {(t.half, t.name) for t in targets if not t.met}
    for output in OUTPUTS:
        told = slope_name(output, TOLD)
        if (NETWORK, slope_name(output, ENGINE)) in missed and (NETWORK, told) not in missed:
            yield (
                f"The slope of {output} as shipped is off while the same worlds are right once told of the selection: "
                "besides chance, that miss is what keeping only these patients does."
            )
    for half in halves:
        raised = sum(count for _, _, count in half.alarms.reasons)
        by_sign = sum(count for _, sign, count in half.alarms.reasons if sign != BY_PROBABILITY)
        if (half.half, ALARM_NAME) in missed:
            yield (
                f"Patients {HALF_WORDS[half.half]}: {by_sign} of {raised} alarms raised in vain come from signs, "
                f"{raised - by_sign} from a probability. They fall only where the stated false-positive rates do, or "
                "where a sign is looked for only in those suspected of the disease; the simulation looks for it in all."
            )


def _words(estimate: Estimate) -> str:
    if estimate.low == estimate.high:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _figures(halves: Sequence[HalfScore], targets: Sequence[Target]) -> dict[str, Json]:
    return {
        "halves": {half.half: _half_figures(half) for half in halves},
        "targets": [
            {"half": t.half, "name": t.name, **_three(t.figure), "bound": t.bound_words, "met": t.met} for t in targets
        ],
    }


def _half_figures(half: HalfScore) -> Json:
    judged: dict[str, Json] = {
        f"{score.judge}, {score.output}": {
            "log_loss": _three(score.log_loss),
            "excess": _three(score.excess) if score.excess is not None else None,
            "above_engine": _three(score.above_engine),
            "brier": score.brier,
            "slope": _three(score.calibration.slope),
            "intercept": _three(score.calibration.intercept),
        }
        for score in half.judged
    }
    relief, alarms = half.relief, half.alarms
    return {
        "patients": half.patients,
        "findings": half.findings,
        "contributing": half.contributing,
        "judged": judged,
        "too_few_worlds": half.too_few_worlds,
        "ranks": [{"counts": list(ranks.counts), "p": ranks.p} for ranks in half.ranks],
        "relief": {name: _three(getattr(relief, name)) for name in ("expected", "engine", "oracle", "ratio")},
        "exit_set_factors": {"engine": relief.engine_factors, "oracle": relief.oracle_factors},
        "alarms": {
            "without_serious": alarms.without_serious,
            "share_without": _three(alarms.share_without),
            "with_serious": alarms.with_serious,
            "alarmed_with": alarms.alarmed_with,
            "reasons": [{"pathway": p, "signs": signs, "patients": n} for p, signs, n in alarms.reasons],
        },
    }


def _three(estimate: Estimate) -> dict[str, Json]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
