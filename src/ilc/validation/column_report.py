"""Tables and figures of the part `column`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilc.core import Estimate
from ilc.validation.pictures import draw_confusion
from ilc.validation.result import Json, PartResult, RulesFile, Table
from ilc.validation.scores import (
    Bootstrap,
    FloatArray,
    IntArray,
    measure_accuracy,
    measure_area,
    measure_balanced,
    score_classes,
)

TITLE = "Spinopelvic numbers as findings"
_SOURCE = (
    "Data: Vertebral Column, UCI Machine Learning Repository (CC BY 4.0), 155 of its people. Age, sex, level of the "
    "slip and its unit are not in the file; the rules say what was assumed."
)


@dataclass(frozen=True, eq=False)
class ColumnFound:
    """What the model and the learner say of each person; all arrays run over people."""

    classes: tuple[str, ...]
    truth: IntArray
    p_slip: FloatArray
    p_herniation: FloatArray
    called: NDArray[np.int64]
    slip_found: NDArray[np.bool_]
    mismatch_found: NDArray[np.bool_]
    learnt: FloatArray  # (person, class)
    largest_identity_gap_deg: float
    identity_tolerance_deg: float


def report_column(found: ColumnFound, file: RulesFile, bootstrap: Bootstrap, rules: Mapping[str, Any]) -> PartResult:
    """Accuracy of the calls, areas under the curve, what was found in each group, and the identity check."""
    certain = np.eye(len(found.classes))[found.called]
    model, learner = (score_classes(found.truth, p, bootstrap) for p in (_above_zero(certain), found.learnt))
    areas = _areas(found)
    tables = (
        Table(
            "Three classes (95 % bootstrap intervals)",
            ("row", "accuracy", "balanced accuracy"),
            (
                ("model, nothing learnt here", _words(model.accuracy), _words(model.balanced_accuracy)),
                ("logistic regression, 10-fold", _words(learner.accuracy), _words(learner.balanced_accuracy)),
            ),
        ),
        Table(
            "Area under the curve", ("question", "area"), tuple((name, f"{area:.3f}") for name, area in areas.items())
        ),
        _group_table(found),
        Table(
            "Labels (down) against calls of the model (across)",
            ("", *found.classes),
            tuple(
                (name, *(str(int(n)) for n in row)) for name, row in zip(found.classes, model.confusion, strict=True)
            ),
        ),
    )
    figures: dict[str, Json] = {
        "accuracy": measure_accuracy(found.truth, certain),
        "balanced_accuracy": measure_balanced(found.truth, certain),
        "learner_accuracy": learner.accuracy.value,
        "learner_balanced_accuracy": learner.balanced_accuracy.value,
        "areas": dict(areas),
        "confusion": [[int(n) for n in row] for row in model.confusion],
        "largest_identity_gap_deg": found.largest_identity_gap_deg,
    }
    grid = [("calls of the model", found.classes, model.confusion)]
    return PartResult(
        "column", TITLE, (file,), tables, figures, _text(found, rules), {"column-confusion.svg": draw_confusion(grid)}
    )


def _areas(found: ColumnFound) -> dict[str, float]:
    dh, sl = (found.truth == found.classes.index(name) for name in ("DH", "SL"))
    return {
        "P(slip): spondylolisthesis against the rest": measure_area(sl, found.p_slip),
        "P(herniation): herniation against normal": measure_area(dh[~sl], found.p_herniation[~sl]),
    }


def _group_table(found: ColumnFound) -> Table:
    rows = []
    for number, name in enumerate(found.classes):
        own = found.truth == number
        means = [float(np.mean(values[own])) for values in (found.p_slip, found.p_herniation)]
        counts = [int(values[own].sum()) for values in (found.slip_found, found.mismatch_found)]
        rows.append((name, str(int(own.sum())), *(str(n) for n in counts), *(f"{p:.3f}" for p in means)))
    columns = ("label", "people", "slip found", "lordosis too small", "mean P(slip)", "mean P(herniation)")
    return Table("What was found in each group", columns, tuple(rows))


def _text(found: ColumnFound, rules: Mapping[str, Any]) -> tuple[str, ...]:
    gap, tolerance = found.largest_identity_gap_deg, found.identity_tolerance_deg
    holds = "holds" if gap <= tolerance + 1e-9 else "does NOT hold"
    spread = float(np.ptp(found.p_herniation))
    identity = (
        f"Pelvic incidence = pelvic tilt + sacral slope {holds} in everybody within {tolerance:g} degrees (largest gap "
        f"{gap:.3f}): the numbers are what they say."
    )
    meaning = (
        f"{rules['decision']['expected']} P(herniation) differs by at most {spread:.3f} between people, so its area "
        "under the curve says nothing of use. A slip of 5 percent counts here, as the knowledge base defines it; "
        "it is also seen in people labelled herniation or normal, who are then called slips. Alignment says little of "
        "pain: this part shows as much what the model does not conclude as what it does."
    )
    return identity, meaning, _SOURCE


def _above_zero(p: FloatArray) -> FloatArray:
    kept = np.maximum(p, 1e-6)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def _words(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"
