"""Fitting grade models: what is learnt, what is missing, and how the expert's table is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.mri_grades.fit import Example, fit_model
from training.mri_grades.targets import TARGETS, Target, read_gradings

TARGET = Target("narrowing", "Disc narrowing", ("absent", "present"), ("t2_height_mm", "t2_noise"), ("t2",))
HEADER = (
    "Patient,IVD label,Modic,UP endplate,LOW endplate,Spondylolisthesis,Disc herniation,Disc narrowing,Disc bulging"
)


def examples(n: int = 240) -> tuple[list[Example], list[int]]:
    """Discs whose height tells whether they are called narrow, with some doubt."""
    rng = np.random.default_rng(2)
    heights = rng.normal(8.0, 2.0, n)
    labels = (heights + rng.normal(0.0, 0.7, n) < 7.0).astype(int)
    found = [
        Example(i // 6, i % 6 + 1, {"t2_height_mm": float(h), "t2_noise": float(rng.normal())})
        for i, h in enumerate(heights)
    ]
    return found, [int(label) for label in labels]


def test_a_low_disc_is_called_narrow_and_a_high_one_is_not() -> None:
    model = fit_model(TARGET, *examples(), seed=1)
    low, high = model.predict({"t2_height_mm": 4.0, "t2_noise": 0.0}), model.predict({"t2_height_mm": 11.0})
    assert low is not None
    assert high is not None
    assert low[1] > 0.9
    assert high[1] < 0.1
    assert low.sum() == pytest.approx(1.0)


def test_probabilities_agree_with_frequencies_where_it_was_learnt() -> None:
    found, labels = examples()
    model = fit_model(TARGET, found, labels, seed=1)
    p = [model.predict(example.values) for example in found]
    assert np.mean([one[1] for one in p if one is not None]) == pytest.approx(np.mean(labels), abs=0.02)
    assert model.base_rates[1] == pytest.approx(np.mean(labels), abs=1e-3)


def test_nothing_is_said_without_the_sequence_it_needs() -> None:
    assert fit_model(TARGET, *examples(), seed=1).predict({"t1_height_mm": 4.0}) is None


def test_an_endplate_change_on_either_side_counts_for_the_disc(tmp_path: Path) -> None:
    path = tmp_path / "gradings.csv"
    path.write_text(f"{HEADER},Pfirrman grade\n7,1,0,0,1,0,0,1,0,4\n7,2,2,0,0,0,0,0,1,3\n", "utf-8")
    rows = read_gradings(path)
    by_name = {target.name: target for target in TARGETS}
    assert [by_name["endplate"].class_of(rows[7, disc]) for disc in (1, 2)] == [1, 0]
    assert [by_name["modic"].class_of(rows[7, disc]) for disc in (1, 2)] == [0, 1]
    assert by_name["pfirrmann"].class_of(rows[7, 1]) == 3
