"""Part `column`: what the knowledge base makes of spinopelvic numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilc.core import LEVELS, InstanceId, Presence
from ilc.findings import collect_findings
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import Evidence, Target
from ilc.knowledge import Knowledge
from ilc.record.case import TypedFinding
from ilc.validation.baselines import predict_held_out, split_folds
from ilc.validation.column_report import ColumnFound, report_column
from ilc.validation.data_folder import read_data_text
from ilc.validation.result import PartNotPossible, PartResult, Request
from ilc.validation.rules_file import read_rules
from ilc.validation.scores import Bootstrap, FloatArray, IntArray

RULES = "2026-11-22-column.yaml"
DATA = "uci-vertebral-column/column_3C_odd.dat"
CLASSES = ("DH", "SL", "NO")
_MOST_PEOPLE = 20_000
Signs = tuple[bool, bool]  # slip, mismatch


@dataclass(frozen=True, eq=False)
class ColumnPeople:
    """Spinopelvic numbers, shape (person, number), in the order of the rules, and the label of each person."""

    numbers: FloatArray
    truth: IntArray


def measure_column(request: Request) -> PartResult:
    """Score what the findings of the rules say of slip and herniation.

    Raises
    ------
    PartNotPossible : data or scikit-learn are missing, or the file cannot be read
    """
    rules, file = read_rules(RULES)
    people = parse_column(read_data_text(request, DATA), tuple(rules["columns"]))
    fold = split_folds(people.truth, rules["baseline"])
    signs = detect_signs(people, rules)
    p_slip, p_herniation = infer_signs(request.knowledge, signs, rules)
    learnt = predict_held_out(people.numbers, people.truth, fold, rules["baseline"])["logistic_regression"]
    found = ColumnFound(
        classes=CLASSES,
        truth=people.truth,
        p_slip=p_slip,
        p_herniation=p_herniation,
        called=decide(p_slip, p_herniation, rules["decision"]),
        slip_found=np.array([slip for slip, _ in signs]),
        mismatch_found=np.array([mismatch for _, mismatch in signs]),
        learnt=learnt,
        largest_identity_gap_deg=measure_identity_gap(people, tuple(rules["columns"])),
        identity_tolerance_deg=float(rules["identity_tolerance_deg"]),
    )
    report = rules["report"]
    return report_column(
        found, file, Bootstrap(report["bootstrap_draws"], report["bootstrap_seed"], report["interval"]), rules
    )


def parse_column(text: str, columns: tuple[str, ...]) -> ColumnPeople:
    """Numbers, then the label, one person a line.

    Raises
    ------
    PartNotPossible : a line does not have these fields
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    remedy = f"Each line: {', '.join(columns)}, then {', '.join(CLASSES)}."
    if not 0 < len(lines) <= _MOST_PEOPLE:
        raise PartNotPossible(f"The file of people has {len(lines)} lines.", remedy)
    numbers = np.zeros((len(lines), len(columns)))
    truth = np.zeros(len(lines), dtype=np.int64)
    for i, fields in enumerate(lines):
        if len(fields) != len(columns) + 1 or fields[-1] not in CLASSES:
            raise PartNotPossible(f"Line {i + 1} of the people cannot be read.", remedy)
        try:
            numbers[i] = [float(field) for field in fields[:-1]]
        except ValueError as error:
            raise PartNotPossible(f"Line {i + 1} of the people holds something else than numbers.", remedy) from error
        truth[i] = CLASSES.index(fields[-1])
    if not np.isfinite(numbers).all():
        raise PartNotPossible("The file of people holds numbers that are not finite.", remedy)
    return ColumnPeople(numbers, truth)


def measure_identity_gap(people: ColumnPeople, columns: tuple[str, ...]) -> float:
    """Largest difference between pelvic incidence and tilt plus slope, in degrees; geometry says none."""
    incidence, tilt, slope = (
        people.numbers[:, columns.index(name)] for name in ("pelvic_incidence", "pelvic_tilt", "sacral_slope")
    )
    return float(np.abs(incidence - tilt - slope).max())


def detect_signs(people: ColumnPeople, rules: Mapping[str, Any]) -> list[Signs]:
    """Whether each person has a slip, and lordosis too small for the pelvis, by the thresholds of the rules."""
    columns, findings = list(rules["columns"]), rules["findings"]
    slip = np.abs(people.numbers[:, columns.index("slip")]) >= findings["slip"]["present_from_percent"]
    incidence = people.numbers[:, columns.index("pelvic_incidence")]
    mismatch = incidence - people.numbers[:, columns.index("lumbar_lordosis")]
    wide = mismatch > findings["mismatch"]["present_above_deg"]
    return [(bool(a), bool(b)) for a, b in zip(slip, wide, strict=True)]


def infer_signs(knowledge: Knowledge, signs: list[Signs], rules: Mapping[str, Any]) -> tuple[FloatArray, FloatArray]:
    """P(slip at any level) and P(herniation at any level and side) of each person; equal signs are inferred once."""
    model = build_model(knowledge, age_years=rules["person"]["age_years"], sex=rules["person"]["sex"])
    known = {one: _infer(knowledge, model, one, rules["findings"]) for one in set(signs)}
    table = np.array([known[one] for one in signs])
    return table[:, 0], table[:, 1]


def _infer(knowledge: Knowledge, model: CausalModel, signs: Signs, rules: Mapping[str, Any]) -> tuple[float, float]:
    typed = _typed(signs, rules)
    findings, _ = collect_findings(knowledge, typed)
    evidence = [item.evidence for item in collect_evidence(model, findings, (), setting="")]
    return (
        _p_any(model, evidence, "spondylolisthesis"),
        _p_any(model, evidence, "disc_herniation"),
    )


def _typed(signs: Signs, rules: Mapping[str, Any]) -> list[TypedFinding]:
    slip, mismatch = signs
    finding = rules["slip"]["finding"]
    places = (rules["slip"]["level"],) if slip else LEVELS
    seen = [(InstanceId(finding, place), slip) for place in places]
    seen.append((InstanceId(rules["mismatch"]["finding"]), mismatch))
    return [
        TypedFinding(id_, (Presence.PRESENT if there else Presence.ABSENT).value, None, None, "typed", "people")
        for id_, there in seen
    ]


def _p_any(model: CausalModel, evidence: list[Evidence], template: str) -> float:
    """Exact chance that a factor exists at any site: one minus that of the world where it is nowhere."""
    nowhere = [
        Evidence(f"no {instance}", (Target("node", node),), np.array([1.0, 0.0]))
        for node, instance in enumerate(model.instances)
        if instance.concept == template
    ]
    skippable = frozenset(i for i, d in enumerate(model.definitions) if d.slice.value == "complaint")

    def log_evidence(pieces: list[Evidence]) -> float:
        plan = plan_elimination(model.network, pieces, skippable=skippable)
        return infer_posterior(model.network, pieces, plan=plan).log_evidence

    return 1.0 - float(np.exp(log_evidence([*evidence, *nowhere]) - log_evidence(evidence)))


def decide(p_slip: FloatArray, p_herniation: FloatArray, decision: Mapping[str, Any]) -> NDArray[np.int64]:
    """Class of each person by the rules: slip first, then herniation, else normal."""
    herniated = np.where(p_herniation >= decision["herniation_from"], CLASSES.index("DH"), CLASSES.index("NO"))
    return np.where(p_slip >= decision["slip_from"], CLASSES.index("SL"), herniated).astype(np.int64)
