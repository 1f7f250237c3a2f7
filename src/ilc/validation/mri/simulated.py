"""Simulated people read by the shipped network, beside their exact truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ilc.core import Estimate
from ilc.validation.mri.people import mean_of_people, say_interval
from ilc.validation.result import Table
from ilc.validation.scores import Bootstrap, FloatArray, IntArray

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JudgedKind:
    """One kind of finding in one combination of sequences; present where p is at least a half."""

    kind: str
    sequences: str
    n_present: int
    n_absent: int
    sensitivity: float  # nan where none is present
    specificity: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class MeasuredKind:
    """One length or angle in one sequence; errors are found less true."""

    kind: str
    sequence: str
    n: int
    bias: float
    mean_error: Estimate  # absolute
    within: float  # share of errors within the tolerance


@dataclass(frozen=True, eq=False)
class SimulatedFound:
    """What the kept file holds, compared."""

    judged: tuple[JudgedKind, ...]
    measured: tuple[MeasuredKind, ...]
    n_people: int
    n_series: int
    n_read: int


def compare_simulated(rows: Sequence[Row], rules: Mapping[str, Any], bootstrap: Bootstrap) -> SimulatedFound:
    """Score what was judged and measured.

    Parameters
    ----------
    rows : person, sequences, what, place, truth, value
    rules : kinds that are judged, and tolerance by kind that is measured
    """
    judged = tuple(
        _judge(kind, sequences, chosen, bootstrap)
        for kind in rules["judged"]
        for sequences in rules["combinations"]
        if (chosen := [row for row in rows if (row["what"], row["sequences"]) == (kind, sequences)])
    )
    measured = tuple(
        _measure(kind, sequence, chosen, tolerance, bootstrap)
        for kind, tolerance in rules["tolerances"].items()
        for sequence in ("t1", "t2", "stir")
        if (chosen := [row for row in rows if (row["what"], row["sequences"]) == (kind, sequence)])
    )
    read = [row for row in rows if row["what"] == "read"]
    n_read = sum(float(row["value"]) == 1.0 for row in read)
    return SimulatedFound(judged, measured, len({row["person"] for row in rows}), len(read), n_read)


def _columns(rows: Sequence[Row]) -> tuple[IntArray, FloatArray, FloatArray]:
    people = np.array([int(row["person"]) for row in rows], dtype=np.int64)
    truth, value = (np.array([float(row[name]) for row in rows]) for name in ("truth", "value"))
    return people, truth, value


def _judge(kind: str, sequences: str, rows: Sequence[Row], bootstrap: Bootstrap) -> JudgedKind:
    people, truth, p = _columns(rows)
    present, said = truth > 0.5, p >= 0.5
    right = (present == said).astype(np.float64)
    return JudgedKind(
        kind=kind,
        sequences=sequences,
        n_present=int(present.sum()),
        n_absent=int((~present).sum()),
        sensitivity=float(right[present].mean()) if present.any() else float("nan"),
        specificity=float(right[~present].mean()) if (~present).any() else float("nan"),
        right=mean_of_people(people, right, bootstrap),
    )


def _measure(kind: str, sequence: str, rows: Sequence[Row], tolerance: float, bootstrap: Bootstrap) -> MeasuredKind:
    people, truth, value = _columns(rows)
    error = np.abs(value - truth)
    mean = mean_of_people(people, error, bootstrap)
    within = float((error <= tolerance).mean())
    return MeasuredKind(kind, sequence, len(rows), float((value - truth).mean()), mean, within)


def tabulate_simulated(found: SimulatedFound) -> tuple[Table, Table]:
    """One table of findings, one of lengths and angles."""
    judged = tuple(
        (
            one.kind.replace("_", " "),
            one.sequences,
            f"{one.n_present} / {one.n_absent}",
            _share(one.sensitivity),
            _share(one.specificity),
            say_interval(one.right),
        )
        for one in found.judged
    )
    measured = tuple(
        (
            one.kind.replace("_", " "),
            one.sequence,
            str(one.n),
            f"{one.bias:+.2f}",
            say_interval(one.mean_error, decimals=2),
            f"{one.within:.2f}",
        )
        for one in found.measured
    )
    title = f"{found.n_people} simulated people, {found.n_read} of {found.n_series} series read"
    return (
        Table(
            f"{title}: findings that several sequences tell together",
            ("finding", "sequences", "present / absent", "sensitivity", "specificity", "right"),
            judged,
        ),
        Table(
            f"{title}: lengths in mm and angles in degrees",
            ("what", "sequence", "n", "bias", "mean error", "within tolerance"),
            measured,
        ),
    )


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"
