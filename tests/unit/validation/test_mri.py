"""The figures of the part `mri`, on small made-up data and beside scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from ilc.validation.mri.grading import measure_calibration, measure_kappa, score_binary
from ilc.validation.mri.numbering import count_right, read_centres
from ilc.validation.mri.outlines import draw_counts
from ilc.validation.mri.people import resample_people
from ilc.validation.mri.segmentation import measure_dice
from ilc.validation.mri.simulated import compare_simulated, tabulate_simulated
from ilc.validation.scores import Bootstrap

BOOTSTRAP = Bootstrap(200, 7, 0.95)
PLACED = {"1_t2": {1: (100.0, 50.0), 2: (70.0, 50.0), 3: (40.0, 52.0)}}


def test_dice_of_halves_that_overlap_by_half() -> None:
    a, b = np.zeros((2, 4, 4), dtype=bool), np.zeros((2, 4, 4), dtype=bool)
    a[:, :2], b[:, 1:3] = True, True
    assert measure_dice(a, b) == 0.5
    assert measure_dice(a[:0], b[:0]) == 1.0


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 5, 300)
    said = np.clip(truth + rng.integers(-1, 2, 300), 0, 4)
    assert measure_kappa(truth, said) == pytest.approx(cohen_kappa_score(truth, said, weights="linear"))


def test_calibration_error_of_a_forecast_that_is_always_a_fifth_too_high() -> None:
    present = np.array([True] * 30 + [False] * 70)
    assert measure_calibration(np.full(100, 0.5), present) == pytest.approx(0.2)


def test_a_picture_is_right_only_where_every_number_is() -> None:
    shifted = {"1_t2": {1: (130.0, 48.0), 2: (100.0, 50.0), 3: (70.0, 50.0)}}
    near = {"1_t2": {1: (104.0, 50.0), 2: (70.0, 54.0), 3: (40.0, 52.0), 4: (12.0, 55.0)}}
    assert [one.is_right for one in count_right(PLACED, near, within=0.25)] == [True]
    assert [one.n_right for one in count_right(PLACED, shifted, within=0.25)] == [0]
    assert [one.n_right for one in count_right(PLACED, {}, within=0.25)] == [0]
    assert draw_counts(count_right(PLACED, near, within=0.25), PLACED, near, 4) == {}
    assert "1_t2" in draw_counts(count_right(PLACED, shifted, within=0.25), PLACED, shifted, 4)["mri-wrong-counts.svg"]


def test_sixty_pictures_of_sixty_people_have_their_discs_placed() -> None:
    centres = read_centres()
    assert len(centres) == 60
    assert len({name.split("_")[0] for name in centres}) == 60
    for discs in centres.values():
        assert sorted(discs) == list(range(1, len(discs) + 1))
        assert len(discs) >= 5


def test_people_are_resampled_as_wholes() -> None:
    people = np.array([1] * 50 + [2] * 50)
    values = np.array([1.0] * 50 + [0.0] * 50)
    estimate = resample_people(people, lambda chosen: float(values[chosen].mean()), BOOTSTRAP)
    assert (estimate.value, estimate.low, estimate.high) == (0.5, 0.0, 1.0)


def test_discs_that_were_not_graded_are_left_out() -> None:
    rows = [
        {"patient": "1", "disc": "1", "slip": "0.9"},
        {"patient": "1", "disc": "2", "slip": "0.2"},
        {"patient": "2", "disc": "1", "slip": ""},
        {"patient": "2", "disc": "2", "slip": "0.1"},
    ]
    present = {(1, 1): True, (1, 2): False, (2, 1): True}
    grade = score_binary("slip", rows, present, BOOTSTRAP)
    assert (grade.n_discs, grade.n_present, grade.area.value) == (2, 1, 1.0)


def test_simulated_people_are_compared_by_sequence_and_kind() -> None:
    names = ("person", "sequences", "what", "place", "truth", "value")
    rows = [
        dict(zip(names, row, strict=True))
        for row in (
            ("0", "t2", "read", "", "1", "1"),
            ("1", "t2", "read", "", "1", "0"),
            ("0", "t1+t2", "modic_1", "L4_L5", "1", "0.9"),
            ("0", "t1+t2", "modic_1", "L5_S1", "1", "0.2"),
            ("1", "t1+t2", "modic_1", "L4_L5", "0", "0.1"),
            ("0", "t2", "slip_mm", "L4_L5", "6", "5.5"),
            ("1", "t2", "slip_mm", "L4_L5", "0", "1.5"),
        )
    ]
    rules = {"judged": ["modic_1"], "combinations": ["t1+t2", "t2+stir"], "tolerances": {"slip_mm": 0.7}}
    found = compare_simulated(rows, rules, BOOTSTRAP)
    (judged,), (measured,) = found.judged, found.measured
    assert (judged.sensitivity, judged.specificity, judged.n_present) == (0.5, 1.0, 2)
    assert judged.right.value == pytest.approx(2 / 3)
    assert (measured.bias, measured.mean_error.value, measured.within) == (0.5, 1.0, 0.5)
    assert (found.n_people, found.n_series, found.n_read) == (2, 2, 1)
    assert tabulate_simulated(found)[0].rows[0][0] == "modic 1"
