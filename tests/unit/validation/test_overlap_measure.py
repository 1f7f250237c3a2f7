"""The whole part on a few patients: complete, reproducible, the same however many processes work."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np

from ilc.validation.overlap import OverlapRules, measure_overlap, read_overlap_rules
from ilc.validation.overlap.batches import ENGINE, KINDS, NETWORK, Batch, score_batch
from ilc.validation.overlap.people import Models
from ilc.validation.overlap.run import plan_batches, score_patients
from ilc.validation.parts import PARTS
from ilc.validation.result import PartResult, Request
from tests.support.quick_diagnosis import shipped_knowledge


def few(patients: int, *, batch: int) -> OverlapRules:
    rules, _ = read_overlap_rules()
    counts = rules.patients.model_copy(update=dict.fromkeys(KINDS, patients))
    fewer = rules.bootstrap.model_copy(update={"draws": 20})
    return rules.model_copy(
        update={"patients": counts, "patients_per_batch": batch, "worlds": 1024, "bootstrap": fewer}
    )


@lru_cache(maxsize=1)
def result() -> PartResult:
    return measure_overlap(Request(shipped_knowledge()), rules=few(6, batch=6), processes=1)


def test_batches_cover_all_patients_of_every_kind() -> None:
    batches = plan_batches(few(10, batch=4))
    assert [(b.kind, b.number, b.patients) for b in batches[:3]] == [
        ("unselected", 0, 4),
        ("unselected", 1, 4),
        ("unselected", 2, 2),
    ]
    assert {b.kind for b in batches} == set(KINDS)
    assert sum(b.patients for b in batches) == 30


def test_every_target_of_the_rules_has_a_figure_and_a_verdict() -> None:
    targets = next(table for table in result().tables if table.title == "Targets")
    names = " ".join(row[1] for row in targets.rows)
    for words in (
        "ranks",
        "calibration slope",
        "above the oracle",
        "relief achieved",
        "alarms in vain",
        "warning sign below urgent",
        "naive Bayes",
        "single",
    ):
        assert words in names
    assert all(row[-1] in {"met", "missed"} for row in targets.rows)


def test_figures_are_json_and_pictures_are_drawings() -> None:
    assert json.loads(json.dumps(dict(result().figures), allow_nan=False))["kinds"]["network"]["patients"] == 6
    assert all(picture.startswith("<svg") for picture in result().pictures.values())


def test_the_part_is_registered() -> None:
    assert {"overlap", "robustness"} <= set(PARTS)


def test_two_processes_say_the_same_as_one() -> None:
    rules = few(2, batch=1)
    words: list[str] = []
    alone = score_patients(shipped_knowledge(), rules, processes=1, tell=words.append)
    spread = score_patients(shipped_knowledge(), rules, processes=2, tell=words.append)
    assert words[-1] == "overlap: 6 of 6 simulated patients"
    for kind, patients in alone.items():
        for one, other in zip(patients, spread[kind], strict=True):
            assert np.array_equal(one.predictions[ENGINE].contributes, other.predictions[ENGINE].contributes)
            assert one.relief == other.relief


def test_the_engine_knows_more_than_the_complaints_alone() -> None:
    """Factors that truly contribute get a higher probability than those that do not."""
    patients = score_batch(Models(shipped_knowledge()), few(8, batch=8), Batch(NETWORK, 0, 8))
    true = np.concatenate([p.predictions[ENGINE].contributes[p.contributes] for p in patients])
    false = np.concatenate([p.predictions[ENGINE].contributes[~p.contributes] for p in patients])
    assert true.mean() > false.mean() + 0.2
