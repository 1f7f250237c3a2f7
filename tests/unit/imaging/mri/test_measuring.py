"""Sizes, slips and canal of a spine whose truth is known, segmented without error."""

from __future__ import annotations

import numpy as np
import pytest

from ilc.imaging.mri.bodies import measure_bodies, measure_curve
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.discs import measure_disc_shape
from ilc.imaging.mri.instances import FIRST_DISC, label_spine
from ilc.imaging.mri.signals import fluid_at_rows, measure_disc_signal, measure_endplate
from ilc.imaging.mri.spine import arrange
from ilc.imaging.mri.view import turn_to_sagittal
from ilc.simulation.lumbar import SimulatedStudy
from tests.support.mri_spines import one_hot, reading_of, study_of

LEVELS = ("L5_S1", "L4_L5", "L3_L4", "L2_L3", "L1_L2")


@pytest.fixture(scope="module")
def slipped() -> SimulatedStudy:
    return study_of("slipped")


def test_vertebrae_are_named_from_the_sacrum_upward(slipped: SimulatedStudy) -> None:
    reading = reading_of(slipped)
    assert reading.count.names[:6] == ("L5", "L4", "L3", "L2", "L1", "T12")
    assert reading.count.sacrum_seen
    assert not reading.count.is_uncertain


def test_bodies_lie_where_they_are_in_the_patient(slipped: SimulatedStudy) -> None:
    reading = reading_of(slipped)
    for index, name in enumerate(reading.count.names[:5]):
        body = slipped.truth.body(name)
        true = np.mean(
            [body.back_low_lps_mm, body.front_low_lps_mm, body.front_high_lps_mm, body.back_high_lps_mm], axis=0
        )
        found = reading.to_lps(reading.chain.bodies[index].centre[None])[0]
        assert np.linalg.norm(found[1:] - true[1:]) < 1.5


def test_a_slip_is_measured_along_the_lower_endplate(slipped: SimulatedStudy) -> None:
    reading = reading_of(slipped)
    for index, level in enumerate(LEVELS):
        shape = measure_disc_shape(reading, index)
        assert shape is not None
        assert shape.slip_mm == pytest.approx(slipped.truth.disc(level).slip_mm, abs=1.2), level


def test_a_canal_is_measured_front_to_back(slipped: SimulatedStudy) -> None:
    reading = reading_of(slipped)
    for index, level in enumerate(LEVELS):
        shape = measure_disc_shape(reading, index)
        assert shape is not None
        assert shape.canal_mm == pytest.approx(slipped.truth.disc(level).canal_ap_mm, abs=1.0), level


def test_heights_of_bodies_are_those_of_the_plan(slipped: SimulatedStudy) -> None:
    reading = reading_of(slipped)
    for index, shape in enumerate(measure_bodies(reading)[:5]):
        true = slipped.truth.body(reading.count.names[index])
        assert shape is not None
        assert shape.height_middle_mm == pytest.approx(true.height_middle_mm, abs=1.2)
        assert shape.height_front_mm == pytest.approx(true.height_front_mm, abs=1.6)
        assert shape.height_back_mm == pytest.approx(true.height_back_mm, abs=1.6)
        assert shape.genant == 0


def test_lordosis_is_between_the_upper_endplates_of_l1_and_s1(slipped: SimulatedStudy) -> None:
    curve = measure_curve(reading_of(slipped))
    assert curve.lordosis_l1_s1_deg == pytest.approx(slipped.truth.lordosis_deg, abs=4.0)
    assert curve.sacral_slope_deg == pytest.approx(slipped.truth.sacral_slope_deg, abs=4.0)


def test_a_wet_disc_is_brighter_than_a_dry_one_against_the_same_fluid() -> None:
    reading = reading_of(study_of("plain"))
    fluid = fluid_at_rows(reading)
    signals = [measure_disc_signal(reading, index, fluid) for index in range(5)]
    assert all(signal is not None and 0.2 < signal.to_fluid < 1.2 for signal in signals)


def test_healthy_marrow_is_the_same_at_the_endplate_and_in_the_middle() -> None:
    reading = reading_of(study_of("plain"))
    for index in range(1, 5):
        plate = measure_endplate(reading, index, upper=True)
        assert plate is not None
        assert abs(plate.mean_z) < 2.0


def test_the_disc_above_the_topmost_body_has_a_number_too() -> None:
    study = study_of("plain")
    view = turn_to_sagittal(study.images["t2"], study.geometry)
    found = one_hot(view, study)
    top = np.nonzero((found[:, SpineClass.DISC] > 0.5).any(axis=(0, 2)))[0][0]
    found[:, SpineClass.BODY, : top + 4] = 0.0  # the body above the topmost disc is out of the picture
    reading = arrange(view, found)
    assert reading is not None
    whole, _ = label_spine(reading)
    n = len(reading.chain.bodies)
    assert (whole == FIRST_DISC + n).sum() > 200
    rows = [np.nonzero(whole == FIRST_DISC + number)[1].mean() for number in (n - 1, n)]
    assert rows[1] < rows[0]
