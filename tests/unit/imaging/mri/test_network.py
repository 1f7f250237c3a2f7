"""The shipped network on simulated spines: what it finds, and what it refuses to find."""

from __future__ import annotations

import numpy as np
import pytest

from ilc.imaging.dicom import Geometry, SequenceKind
from ilc.imaging.mri.attempts import Attempt, read_as_is_or_turned
from ilc.imaging.mri.contrast import detect_contrast
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import turn_to_sagittal
from ilc.simulation.lumbar import STIR, T1, T2, LumbarPlan, SimulatedStudy, render_study
from tests.support.mri_spines import GRID, turned

LUMBAR = ("L5", "L4", "L3", "L2", "L1")


@pytest.fixture(scope="module")
def study() -> SimulatedStudy:
    return render_study(LumbarPlan(seed=7), (T1, T2, STIR), GRID)


def read(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]], geometry: Geometry) -> Attempt:
    return read_as_is_or_turned(turn_to_sagittal(values, geometry))


def sound(attempt: Attempt) -> SpineReading:
    assert attempt.reading is not None
    assert attempt.reading.quality.is_sound, attempt.reading.quality.faults
    return attempt.reading


@pytest.mark.parametrize("kind", ["t1", "t2", "stir"])
def test_vertebrae_are_found_and_named_in_every_sequence(study: SimulatedStudy, kind: str) -> None:
    reading = sound(read(study.images[kind], study.geometry))
    assert reading.count.names[:5] == LUMBAR
    for index, name in enumerate(LUMBAR):
        body = study.truth.body(name)
        true = np.mean(
            [body.back_low_lps_mm, body.front_low_lps_mm, body.front_high_lps_mm, body.back_high_lps_mm], axis=0
        )
        assert np.linalg.norm(reading.to_lps(reading.chain.bodies[index].centre[None])[0][1:] - true[1:]) < 4.0


@pytest.mark.parametrize("kind", ["t1", "t2", "stir"])
def test_the_sequence_is_told_from_the_picture(study: SimulatedStudy, kind: str) -> None:
    seen = detect_contrast(sound(read(study.images[kind], study.geometry)))
    assert seen.kind in (SequenceKind(kind), SequenceKind.UNKNOWN)


def test_one_slice_is_enough(study: SimulatedStudy) -> None:
    grid = study.geometry
    affine = np.eye(4)
    affine[:3, :3] = grid.directions * grid.spacing_mm
    affine[:3, 3] = grid.index_to_lps([1, 0, 0])
    one = study.images["t2"][1:2]
    assert sound(read(one, Geometry(affine, one.shape))).count.names[:5] == LUMBAR


def test_a_picture_on_its_head_is_turned_and_that_is_said(study: SimulatedStudy) -> None:
    upside_down = np.ascontiguousarray(study.images["t2"][:, ::-1])
    attempt = read(upside_down, study.geometry)
    assert sound(attempt).count.names[:5] == LUMBAR
    assert attempt.turned == (True, False)


def test_a_turned_grid_is_not_a_turned_picture(study: SimulatedStudy) -> None:
    flips = (False, True, False)
    stored = np.flip(study.images["t2"], 1)
    attempt = read(np.ascontiguousarray(stored), turned(study.geometry, (0, 1, 2), flips))
    assert attempt.turned == (False, False)
    assert sound(attempt).count.names[:5] == LUMBAR


@pytest.mark.parametrize("what", ["noise", "nothing", "stripes"])
def test_no_spine_is_found_where_there_is_none(study: SimulatedStudy, what: str) -> None:
    shape = study.images["t2"].shape
    rows = np.mgrid[: shape[1], : shape[2]][0]
    pictures = {
        "noise": np.random.default_rng(3).random(shape),
        "nothing": np.zeros(shape),
        "stripes": np.broadcast_to(np.sin(rows / 6.0), shape),
    }
    attempt = read(pictures[what].astype(np.float32), study.geometry)
    assert attempt.reading is None or not attempt.reading.quality.is_sound
