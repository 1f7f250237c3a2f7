"""Tables and words about alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ilc.validation.overlap.alarm_scores import BY_PROBABILITY, AlarmScore, PathwayScore
from ilc.validation.overlap.expected import ExpectedSign, expect_any
from ilc.validation.overlap.scoring import KindScore
from ilc.validation.overlap.targets import ALARM_NAME, KIND_WORDS, Target
from ilc.validation.overlap.words import interval_words, three
from ilc.validation.result import Json, Table

_ALARMS = (
    "An alarm is a pathway at urgent or emergency. It is in vain when nothing of what that pathway watches for is "
    "there. One by a sign is a rule about an answer, such as numbness in the saddle area: it is meant to be raised "
    "whatever else is known, so its alarms in vain are the false-positive rate that the knowledge states for the sign, "
    "times how often it is written down."
)


def alarm_tables(kinds: Sequence[KindScore]) -> tuple[Table, ...]:
    """Alarms as a whole, by pathway, and why they were raised in vain."""
    return (_alarm_table(kinds), _pathway_table(kinds), _reason_table(kinds))


def _alarm_table(kinds: Sequence[KindScore]) -> Table:
    rows = tuple(
        (
            KIND_WORDS[kind.kind],
            str(kind.alarms.without_serious),
            interval_words(kind.alarms.in_vain),
            f"{kind.alarms.alarmed_with} of {kind.alarms.with_serious}",
            f"{kind.alarms.passed_over.value:.0f}",
        )
        for kind in kinds
    )
    columns = (
        "patients",
        "without serious disease",
        "of these alarmed in vain",
        "with serious disease: alarmed",
        "warning signs below urgent",
    )
    return Table("Alarms", columns, rows)


def _pathway_table(kinds: Sequence[KindScore]) -> Table:
    """All simulated patients together: most of what the pathways watch for is rare."""
    pooled: dict[str, list[PathwayScore]] = {}
    for kind in kinds:
        for score in kind.alarms.pathways:
            pooled.setdefault(score.pathway, []).append(score)
    total = sum(kind.patients for kind in kinds)
    rows = []
    for pathway, scores in sorted(pooled.items()):
        there, right = sum(s.there for s in scores), sum(s.alarmed_there for s in scores)
        in_vain = sum(s.alarmed_in_vain for s in scores)
        share = f"{in_vain / (total - there):.3f}" if total > there else "-"
        rows.append((pathway, str(there), str(right), str(total - there), str(in_vain), share))
    columns = ("pathway", "it is there", "of these alarmed", "it is not", "of these alarmed (in vain)", "share")
    return Table("Each pathway by what it watches for, all simulated patients together", columns, tuple(rows))


def _reason_table(kinds: Sequence[KindScore]) -> Table:
    """With several signs at once, any of them would have done."""
    counted: dict[tuple[str, str], list[int]] = {}
    for number, kind in enumerate(kinds):
        for reason in kind.alarms.reasons:
            counted.setdefault((reason.pathway, reason.signs), [0] * len(kinds))[number] = reason.patients
    rows = tuple(
        (pathway, sign, *(str(count) for count in counts))
        for (pathway, sign), counts in sorted(counted.items(), key=lambda item: (-sum(item[1]), item[0]))
    )
    columns = ("pathway", "signs, or its probability", *(KIND_WORDS[kind.kind] for kind in kinds))
    return Table("What raised alarms in vain in patients without serious disease", columns, rows)


def expected_table(expected: tuple[ExpectedSign, ...]) -> Table:
    """What the stated numbers let expect of each sign that is urgent by itself."""
    rows = [
        (s.pathway, s.finding, f"{s.false_positive:.4f}", f"{s.written_down:.2f}", f"{s.in_vain:.4f}") for s in expected
    ]
    rows.append(("any", "", "", "", f"{expect_any(expected):.4f}"))
    columns = ("pathway", "sign", "false positives", "written down", "in vain")
    return Table("Alarms in vain to be expected of single signs, from the stated numbers alone", columns, tuple(rows))


def alarm_text(kinds: Sequence[KindScore], targets: Sequence[Target]) -> Iterator[str]:
    """What an alarm in vain is, and where those of a missed target come from."""
    yield _ALARMS
    missed = {t.kind for t in targets if t.name == ALARM_NAME and not t.met}
    for kind in kinds:
        if kind.kind in missed:
            raised = sum(reason.patients for reason in kind.alarms.reasons)
            by_sign = sum(reason.patients for reason in kind.alarms.reasons if reason.signs != BY_PROBABILITY)
            yield (
                f"Patients, {KIND_WORDS[kind.kind]}: {by_sign} of {raised} alarms in vain come from signs, "
                f"{raised - by_sign} from a probability."
            )


def alarm_figures(alarms: AlarmScore) -> Json:
    """The same as JSON."""
    return {
        "without_serious": alarms.without_serious,
        "in_vain": three(alarms.in_vain),
        "with_serious": alarms.with_serious,
        "alarmed_with": alarms.alarmed_with,
        "passed_over": alarms.passed_over.value,
        "reasons": [{"pathway": r.pathway, "signs": r.signs, "patients": r.patients} for r in alarms.reasons],
        "pathways": [
            {
                "pathway": p.pathway,
                "there": p.there,
                "alarmed_there": p.alarmed_there,
                "not_there": p.not_there,
                "alarmed_in_vain": p.alarmed_in_vain,
            }
            for p in alarms.pathways
        ],
    }
