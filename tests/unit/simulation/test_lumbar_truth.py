"""The truth of a simulated spine: what was asked for is what the outlines and the voxels show."""

import numpy as np
import pytest

from ilc.simulation.lumbar import T2, LumbarPlan, SagittalGrid, SimulatedStudy, render_study
from ilc.simulation.lumbar.plan import BODIES, DISCS
from ilc.simulation.lumbar.skeleton import build_skeleton
from ilc.simulation.lumbar.truth import Truth, measure_truth

MIDLINE = SagittalGrid(n_slices=1, fine_slices=1)
PARTS = {name: number for number, name in enumerate(reversed(BODIES), start=1)}
SICK = (
    LumbarPlan()
    .with_disc("L4_L5", slip_mm=6.0, canal_ap_mm=7.0, height_mm=6.5, hydration=0.1)
    .with_disc("L5_S1", height_mm=4.0)
    .with_body("L1", wedge_ratio=0.65, fracture_oedema=1.0)
)


def truth_of(plan: LumbarPlan) -> Truth:
    return measure_truth(plan, build_skeleton(plan))


@pytest.fixture(scope="module", params=[LumbarPlan(), SICK], ids=["healthy", "sick"])
def study(request: pytest.FixtureRequest) -> SimulatedStudy:
    return render_study(request.param, (T2,), MIDLINE)


@pytest.mark.parametrize("slip_mm", [-4.0, 0.0, 3.0, 6.0, 12.0])
@pytest.mark.parametrize("level", ["L3_L4", "L4_L5", "L5_S1"])
def test_a_slip_is_exactly_what_was_asked_for_at_its_level_alone(level: str, slip_mm: float) -> None:
    truth = truth_of(LumbarPlan().with_disc(level, slip_mm=slip_mm))
    for disc in truth.discs:
        assert disc.slip_mm == pytest.approx(slip_mm if disc.level == level else 0.0, abs=1e-9)


def test_slip_percent_is_of_the_lower_endplate() -> None:
    truth = truth_of(LumbarPlan().with_disc("L4_L5", slip_mm=7.0))
    assert truth.disc("L4_L5").slip_percent == pytest.approx(100 * 7.0 / 35.0)


@pytest.mark.parametrize("canal_mm", [5.0, 7.0, 10.0, 13.0])
@pytest.mark.parametrize("slip_mm", [0.0, 6.0])
def test_the_canal_is_as_wide_as_was_asked_for(canal_mm: float, slip_mm: float) -> None:
    truth = truth_of(LumbarPlan().with_disc("L4_L5", canal_ap_mm=canal_mm, slip_mm=slip_mm))
    # Where the sac bends its outline bulges; the truth is what is painted.
    assert truth.disc("L4_L5").canal_ap_mm == pytest.approx(canal_mm, abs=0.7)
    assert truth.disc("L1_L2").canal_ap_mm == pytest.approx(15.5, abs=0.3)


@pytest.mark.parametrize("ratio", [0.5, 0.75, 1.0])
def test_a_wedge_lowers_the_front_of_its_body_alone(ratio: float) -> None:
    healthy, truth = truth_of(LumbarPlan()), truth_of(LumbarPlan().with_body("L1", wedge_ratio=ratio))
    before, after = healthy.body("L1"), truth.body("L1")
    assert after.height_front_mm / before.height_front_mm == pytest.approx(ratio)
    assert after.height_back_mm == pytest.approx(before.height_back_mm)
    assert truth.body("L3").height_front_mm == pytest.approx(healthy.body("L3").height_front_mm)


def test_a_lower_disc_is_lower_at_all_three_places() -> None:
    high, low = (
        truth_of(LumbarPlan()).disc("L4_L5"),
        truth_of(LumbarPlan().with_disc("L4_L5", height_mm=5.0)).disc("L4_L5"),
    )
    assert low.height_middle_mm == pytest.approx(high.height_middle_mm - 6.0, abs=0.1)
    assert low.height_front_mm < high.height_front_mm
    assert 0.5 < low.height_back_mm < high.height_back_mm


def test_a_healthy_spine_has_a_healthy_lordosis() -> None:
    truth = truth_of(LumbarPlan())
    assert 40.0 < truth.lordosis_deg < 60.0
    assert truth.sacral_slope_deg == pytest.approx(38.0)


def test_the_canal_of_the_segmentation_is_as_wide_as_the_truth(study: SimulatedStudy) -> None:
    skeleton = build_skeleton(SICK if study.truth.disc("L4_L5").slip_mm > 1.0 else LumbarPlan())
    for disc in study.truth.discs[1:]:
        line = skeleton.canal.section(disc.level, 14.0, 0.1)
        index = np.rint(study.geometry.lps_to_index(np.column_stack([np.zeros(len(line)), line]))).astype(int)
        labels = study.segmentation[0, index[:, 1], index[:, 2]]
        assert (labels == 100).sum() * 0.1 == pytest.approx(disc.canal_ap_mm, abs=1.2), disc.level


def test_corners_are_corners_of_the_bodies_in_the_voxels(study: SimulatedStudy) -> None:
    for body in study.truth.bodies[2:]:
        corners = np.array([body.back_low_lps_mm, body.front_low_lps_mm, body.front_high_lps_mm, body.back_high_lps_mm])
        inward = corners.mean(axis=0) - corners
        inward /= np.linalg.norm(inward, axis=1, keepdims=True)
        for distance_mm, expected in ((3.5, PARTS[body.name]), (-2.5, 0)):
            index = np.rint(study.geometry.lps_to_index(corners + distance_mm * inward)).astype(int)
            assert set(study.bodies[0, index[:, 1], index[:, 2]]) == {expected}


def test_disc_centres_lie_in_their_discs(study: SimulatedStudy) -> None:
    for number, disc in enumerate(reversed(study.truth.discs), start=201):
        index = np.rint(study.geometry.lps_to_index(disc.centre_lps_mm)).astype(int)
        assert study.segmentation[tuple(index)] == number, disc.level


def test_disc_height_in_voxels_is_the_truth(study: SimulatedStudy) -> None:
    for number, disc in enumerate(reversed(study.truth.discs), start=201):
        if disc.level == "T11_T12":
            continue
        upper = study.truth.body(BODIES[DISCS.index(disc.level)])
        along = np.subtract(upper.front_low_lps_mm, upper.back_low_lps_mm)
        up = np.array([0.0, along[2], -along[1]]) / np.linalg.norm(along)
        line = np.array(disc.centre_lps_mm) + np.arange(-12.0, 12.0, 0.1)[:, None] * up
        index = np.rint(study.geometry.lps_to_index(line)).astype(int)
        seen = (study.segmentation[0, index[:, 1], index[:, 2]] == number).sum() * 0.1
        assert seen == pytest.approx(disc.height_middle_mm, abs=1.6), disc.level


def test_labels_follow_the_contract(study: SimulatedStudy) -> None:
    labels = set(np.unique(study.segmentation).tolist())
    assert {1, 2, 3, 4, 5, 50, 100, 201, 202, 203, 204, 205} <= labels
    # Lower numbers lie lower: z falls with the row.
    rows = [np.nonzero(study.bodies[0] == number)[0].mean() for number in range(1, 6)]
    assert rows == sorted(rows, reverse=True)
    assert np.array_equal(study.bodies[study.bodies > 0], study.segmentation[study.bodies > 0])


@pytest.mark.parametrize(
    "change",
    [
        lambda: LumbarPlan().with_disc("L4_L5", hydration=1.4),
        lambda: LumbarPlan().with_disc("L4_L5", canal_ap_mm=0.0),
        lambda: LumbarPlan().with_disc("L4_L5", slip_mm=50.0),
        lambda: LumbarPlan().with_body("L1", wedge_ratio=0.0),
        lambda: LumbarPlan(discs={}),
    ],
)
def test_impossible_spines_are_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(ValueError):  # noqa: PT011 each says its own range
        change()
