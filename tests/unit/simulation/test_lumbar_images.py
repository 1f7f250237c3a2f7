"""Simulated MRI has the contrasts, the noise and the sharpness that a radiologist expects."""

from dataclasses import replace

import numpy as np
import pytest

from ilc.simulation.lumbar import STIR, T1, T2, LumbarPlan, SagittalGrid, SimulatedStudy, render_study
from ilc.simulation.lumbar.tissues import RELAXATION, Tissue

GRID = SagittalGrid(n_slices=1, fine_slices=1)


def quiet(plan: LumbarPlan) -> SimulatedStudy:
    return render_study(plan, [replace(protocol, noise=1e-4) for protocol in (T1, T2, STIR)], GRID)


@pytest.fixture(scope="module")
def healthy() -> SimulatedStudy:
    return quiet(LumbarPlan())


@pytest.fixture(scope="module")
def sick() -> SimulatedStudy:
    plan = (
        LumbarPlan()
        .with_disc("L3_L4", hydration=0.05)
        .with_disc("L5_S1", is_infected=True)
        .with_body("L1", wedge_ratio=0.7, fracture_oedema=1.0)
    )
    return quiet(plan)


def mean_of(study: SimulatedStudy, kind: str, label: int, *, bodies: bool = False) -> float:
    labels = study.bodies if bodies else study.segmentation
    return float(np.median(study.images[kind][labels == label]))


@pytest.mark.parametrize("protocol", [T1, T2, STIR], ids=lambda protocol: protocol.kind.value)
def test_signal_follows_the_equations(protocol: object) -> None:
    assert isinstance(protocol, type(T1))
    tissue = RELAXATION[Tissue.MUSCLE]
    by_hand = 1 - np.exp(-protocol.repetition_time_ms / tissue.t1_ms)
    if protocol.inversion_time_ms is not None:
        by_hand = abs(
            1
            - 2 * np.exp(-protocol.inversion_time_ms / tissue.t1_ms)
            + np.exp(-protocol.repetition_time_ms / tissue.t1_ms)
        )
    by_hand *= tissue.density * np.exp(-protocol.echo_time_ms / tissue.t2_ms)
    assert protocol.signal(tissue) == pytest.approx(by_hand)


def test_fat_is_bright_on_t1_and_gone_on_stir_fluid_the_other_way_round() -> None:
    fat, fluid = RELAXATION[Tissue.FAT], RELAXATION[Tissue.CSF]
    assert T1.signal(fat) > 4 * T1.signal(fluid)
    assert STIR.signal(fat) < 0.05 * STIR.signal(fluid)
    assert T2.signal(fluid) > T2.signal(fat)


def test_oedema_is_dark_on_t1_and_bright_on_stir() -> None:
    marrow, oedema = RELAXATION[Tissue.MARROW], RELAXATION[Tissue.OEDEMA]
    assert T1.signal(oedema) < T1.signal(RELAXATION[Tissue.FAT])
    assert STIR.signal(oedema) > 2.0 * STIR.signal(marrow)


def test_the_canal_is_dark_on_t1_and_bright_on_t2(healthy: SimulatedStudy) -> None:
    body = 3
    assert mean_of(healthy, "t1", 100) < 0.6 * mean_of(healthy, "t1", body, bodies=True)
    assert mean_of(healthy, "t2", 100) > 1.5 * mean_of(healthy, "t2", body, bodies=True)
    assert mean_of(healthy, "stir", 100) > 3.0 * mean_of(healthy, "stir", body, bodies=True)


def test_a_dry_disc_is_dark_on_t2_and_a_healthy_one_is_not(healthy: SimulatedStudy, sick: SimulatedStudy) -> None:
    l3_l4 = 203
    assert mean_of(sick, "t2", l3_l4) < 0.5 * mean_of(healthy, "t2", l3_l4)
    assert mean_of(sick, "t2", 204) == pytest.approx(mean_of(healthy, "t2", 204), rel=0.1)


def test_a_fresh_fracture_shows_on_stir_and_t1(healthy: SimulatedStudy, sick: SimulatedStudy) -> None:
    l1 = 5
    assert mean_of(sick, "stir", l1, bodies=True) > 1.6 * mean_of(healthy, "stir", l1, bodies=True)
    assert mean_of(sick, "t1", l1, bodies=True) < 0.9 * mean_of(healthy, "t1", l1, bodies=True)


def test_an_infected_disc_is_fluid_between_two_bright_bodies(healthy: SimulatedStudy, sick: SimulatedStudy) -> None:
    assert mean_of(sick, "t2", 201) > 1.2 * mean_of(healthy, "t2", 201)
    assert mean_of(sick, "stir", 1, bodies=True) > 1.6 * mean_of(healthy, "stir", 1, bodies=True)
    assert mean_of(sick, "stir", 2, bodies=True) == pytest.approx(mean_of(healthy, "stir", 2, bodies=True), rel=0.15)


def test_noise_in_air_is_rician() -> None:
    small = SagittalGrid(n_slices=1, n_rows=96, n_columns=96, pixel_mm=3.0, fine=1, fine_slices=1)
    protocol = replace(T2, noise=0.02, acquired_share=1.0)
    study = render_study(LumbarPlan(), [protocol], small)
    air = study.images["t2"][0, 10:60, -12:]
    # Magnitude of two Gaussian parts: the mean is 1.253 of the deviation, and the spread .655 of it.
    assert air.std() / air.mean() == pytest.approx(0.655 / 1.253, rel=0.12)


def test_the_same_plan_gives_the_same_voxels_and_another_seed_another_texture() -> None:
    small = SagittalGrid(n_slices=2, n_rows=64, n_columns=64, pixel_mm=4.0, fine=1, fine_slices=1)
    first, second = (render_study(LumbarPlan(seed=3), [T2], small) for _ in range(2))
    other = render_study(LumbarPlan(seed=4), [T2], small)
    assert np.array_equal(first.images["t2"], second.images["t2"])
    assert not np.array_equal(first.images["t2"], other.images["t2"])
    assert first.truth == other.truth


def test_edges_are_softened_by_partial_volume() -> None:
    """Averaging finer points gives values between pure tissues at edges."""
    coarse = render_study(LumbarPlan(), [replace(T1, noise=1e-6, acquired_share=1.0)], replace(GRID, fine=1))
    fine = render_study(LumbarPlan(), [replace(T1, noise=1e-6, acquired_share=1.0)], GRID)
    step = [float(np.abs(np.diff(study.images["t1"][0], axis=0)).max()) for study in (coarse, fine)]
    assert step[1] < step[0]
