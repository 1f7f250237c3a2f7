"""Tables, figures and pictures of the part `smart`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ilc.core import Estimate
from ilc.validation.pictures import draw_confusion, draw_intervals
from ilc.validation.result import Json, PartResult, Table
from ilc.validation.scores import WORST, FloatArray, IntArray, Scores
from ilc.validation.smart_data import SmartPatients
from ilc.validation.smart_rules import SmartRules

TITLE = "Mechanism shares against clinicians, 232 patients"
OWN_TITLE = "Mechanism shares of the patients given"
_SOURCE = (
    "Data: patients of Smart, Blake, Staines, Thacker and Doody (2011, 2012) as published with Fop, Smart and Murphy, "
    "Annals of Applied Statistics 2017, doi 10.1214/17-AOAS1061. Age and sex are not in the file; one reference "
    "person stands for all."
)
ROWS = {
    "a": "a: model, no number from this cohort",
    "b": "b: model with this cohort's clusters (consistency check)",
    "logistic_regression": "logistic regression, 10-fold",
    "naive_bayes": "Bernoulli naive Bayes, 10-fold",
    "random_forest": "random forest, 10-fold",
}
_MEASURES = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "log_loss": "log-loss (nats)"}


def report_smart(
    rules: SmartRules,
    rows: Mapping[str, Scores],
    *,
    fold: IntArray | None,
    shares: Mapping[str, FloatArray] | None,
) -> PartResult:
    """All rows with intervals, targets and confusion; `fold` for the reference data, `shares` for the user's own."""
    tables = [_score_table(rows)]
    if fold is not None:
        tables.append(_target_table(rules, rows))
    tables += [_confusion_table(rules, name, rows[name]) for name in ("a", "b")]
    figures: dict[str, Json] = {"rows": {name: _figures(scores) for name, scores in rows.items()}}
    if fold is not None:
        figures["targets"] = {row: dict(goals) for row, goals in rules.targets.items()}
    if shares is not None:
        figures["shares"] = _share_figures(rules, shares)
    return PartResult(
        part="smart",
        title=TITLE if fold is not None else OWN_TITLE,
        rules=(rules.file,),
        tables=tuple(tables),
        figures=figures,
        text=_text(rules, rows) if fold is not None else (),
        pictures=_pictures(rules, rows) if fold is not None else {},
        files={"smart-folds.csv": _fold_file(fold)} if fold is not None else {},
    )


def report_shares(rules: SmartRules, patients: SmartPatients, shares: Mapping[str, FloatArray]) -> PartResult:
    """Patients without a stated class: how many fall into each."""
    rows = []
    for number, name in enumerate(rules.classes.values()):
        counts = [int(np.sum(shares[row].argmax(axis=1) == number)) for row in ("a", "b")]
        rows.append((name, *(f"{count}" for count in counts)))
    table = Table(f"Largest share, {patients.count} patients", ("class", "row a", "row b"), tuple(rows))
    figures: dict[str, Json] = {"shares": _share_figures(rules, shares)}
    return PartResult("smart", OWN_TITLE, (rules.file,), (table,), figures)


def _score_table(rows: Mapping[str, Scores]) -> Table:
    listed = tuple(
        (ROWS[name], *(_words(estimate) for estimate in scores.named().values())) for name, scores in rows.items()
    )
    return Table("Agreement (95 % bootstrap intervals)", ("row", *_MEASURES.values()), listed)


def _target_table(rules: SmartRules, rows: Mapping[str, Scores]) -> Table:
    listed = []
    for row, goals in rules.targets.items():
        for measure, goal in goals.items():
            value = rows[row].named()[measure].value
            verdict = "met" if _meets(measure, value, goal) else "missed"
            sign = "at most" if measure == "log_loss" else "at least"
            listed.append((row, _MEASURES[measure], f"{sign} {goal:.2f}", f"{value:.3f}", verdict))
    return Table("Targets", ("row", "measure", "target", "reached", "verdict"), tuple(listed))


def _meets(measure: str, value: float, goal: float) -> bool:
    return value <= goal if measure == "log_loss" else value >= goal


def _confusion_table(rules: SmartRules, row: str, scores: Scores) -> Table:
    names = tuple(rules.classes.values())
    listed = tuple((name, *(str(int(n)) for n in counts)) for name, counts in zip(names, scores.confusion, strict=True))
    return Table(f"Row {row}: clinicians (down) against largest share (across)", ("", *names), listed)


def _text(rules: SmartRules, rows: Mapping[str, Scores]) -> tuple[str, ...]:
    missed = [
        f"row {row}, {_MEASURES[measure]} ({rows[row].named()[measure].value:.3f}, target {goal:.2f})"
        for row, goals in rules.targets.items()
        for measure, goal in goals.items()
        if not _meets(measure, rows[row].named()[measure].value, goal)
    ]
    reference = (
        "The reference is the judgement of clinicians on the same criteria: this measures agreement with experts, not "
        "whether a mechanism is at work. Row a rests on assumed probabilities written down before any scoring. Row b "
        "adds the clusters published from a cohort these patients belong to: a consistency check, never a test. The "
        "three learners see the classes of nine tenths of the patients; the model sees none."
    )
    return (
        reference,
        f"Missed: {'; '.join(missed)}." if missed else "All targets are met.",
        *_why(rules, rows),
        _SOURCE,
        *(f"Amendment of {item}" for item in rules.amendments),
    )


def _why(rules: SmartRules, rows: Mapping[str, Scores]) -> tuple[str, ...]:
    """Where row b is right often enough but too sure: said, not tuned away."""
    scores, goals = rows["b"], rules.targets["b"]
    if scores.log_loss.value <= goals["log_loss"] or scores.accuracy.value < goals["accuracy"]:
        return ()
    sure = (
        f"Row b is right often enough but too sure: its {WORST} worst patients carry {scores.loss_of_worst:.0%} of its "
        "log-loss. The published clusters count undiscounted, beside further criteria that overlap with them; where "
        "clinicians chose a class whose own published cluster is not met, the model is sure of another. The discount "
        "was fixed before scoring and is not adjusted to these patients."
    )
    return (sure,)


def _pictures(rules: SmartRules, rows: Mapping[str, Scores]) -> dict[str, str]:
    names = tuple(rules.classes.values())
    both = [(ROWS[name], (s.accuracy, s.balanced_accuracy)) for name, s in rows.items()]
    return {
        "smart-agreement.svg": draw_intervals(both, ("accuracy", "balanced accuracy")),
        "smart-confusion.svg": draw_confusion([(f"row {name}", names, rows[name].confusion) for name in ("a", "b")]),
    }


def _fold_file(fold: IntArray) -> str:
    """Which fold each patient of the data file is held out in, by its line."""
    return "patient,fold\n" + "".join(f"{i},{number}\n" for i, number in enumerate(fold, start=1))


def _words(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _figures(scores: Scores) -> dict[str, Json]:
    found: dict[str, Json] = {
        name: {"value": e.value, "low": e.low, "high": e.high} for name, e in scores.named().items()
    }
    found["log_loss_of_ten_worst"] = scores.loss_of_worst
    found["confusion"] = [[int(n) for n in row] for row in scores.confusion]
    return found


def _share_figures(rules: SmartRules, shares: Mapping[str, FloatArray]) -> Json:
    return {
        row: [
            {"patient": i, **{name: round(float(p), 4) for name, p in zip(rules.classes, own, strict=True)}}
            for i, own in enumerate(table, start=1)
        ]
        for row, table in shares.items()
    }
