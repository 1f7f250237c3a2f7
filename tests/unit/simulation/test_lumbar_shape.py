"""Spines with four, five or six lumbar vertebrae, curved spines, and people drawn at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilc.simulation.lumbar import (
    T2,
    HerniationPlan,
    LumbarPlan,
    Odds,
    SagittalGrid,
    ScoliosisPlan,
    SimulatedStudy,
    draw_grid,
    draw_plan,
    draw_protocols,
    render_study,
)
from ilc.simulation.lumbar.curve import SpineCurve
from ilc.simulation.lumbar.people import HEALTHY
from ilc.simulation.lumbar.skeleton import build_skeleton
from ilc.simulation.lumbar.tissues import RELAXATION, Tissue, relaxation_of
from ilc.simulation.lumbar.truth import Truth, measure_truth

COARSE = SagittalGrid(n_slices=1, fine=1, fine_slices=1, pixel_mm=1.2, n_rows=256, n_columns=176)
CURVED = LumbarPlan(scoliosis=ScoliosisPlan(16.0, "L2", 60.0, rotation_deg=-6.0))


def truth_of(plan: LumbarPlan) -> Truth:
    return measure_truth(plan, build_skeleton(plan))


# Number of lumbar vertebrae


@pytest.mark.parametrize("count", [4, 5, 6])
def test_the_truth_says_how_many_lumbar_vertebrae_there_are(count: int) -> None:
    truth = truth_of(LumbarPlan.with_count(count))  # type: ignore[arg-type]
    lumbar = [body for body in truth.bodies if body.is_lumbar]
    assert (truth.n_lumbar, len(lumbar)) == (count, count)
    assert [body.label for body in lumbar] == list(range(count, 0, -1))
    assert lumbar[-1].name == f"L{count}"
    assert truth.discs[-1].level == f"L{count}_S1"
    assert truth.bodies[0].name.startswith("T1")
    assert 35.0 < truth.lordosis_deg < 65.0


def test_five_lumbar_vertebrae_are_the_usual_plan() -> None:
    assert LumbarPlan.with_count(5) == LumbarPlan()


@pytest.mark.parametrize("count", [4, 6])
def test_labels_count_from_the_lowest_lumbar_vertebra_upward(count: int) -> None:
    study = render_study(LumbarPlan.with_count(count), (T2,), COARSE)  # type: ignore[arg-type]
    for body in study.truth.bodies:
        centre = np.mean([body.back_low_lps_mm, body.front_high_lps_mm], axis=0)
        index = tuple(np.rint(study.geometry.lps_to_index(centre)).astype(int))
        if 0 <= index[1] < COARSE.n_rows:
            assert study.bodies[index] == body.label
    for number, disc in enumerate(reversed(study.truth.discs), start=201):
        index = tuple(np.rint(study.geometry.lps_to_index(disc.centre_lps_mm)).astype(int))
        if 0 <= index[1] < COARSE.n_rows:
            assert study.segmentation[index] == number


def test_a_transitional_sacrum_keeps_a_disc() -> None:
    usual, transitional = (build_skeleton(LumbarPlan(s1_s2_disc_mm=height)) for height in (2.6, 6.0))
    heights = [
        float(np.linalg.norm(skeleton.sacral_discs[0].back_high - skeleton.sacral_discs[0].back_low))
        for skeleton in (usual, transitional)
    ]
    assert heights == pytest.approx([2.6, 6.0])
    assert np.allclose(usual.sacrum[0].corners, transitional.sacrum[0].corners)


# Lateral curve


def test_straight_and_patient_points_belong_together() -> None:
    curve = SpineCurve.of(build_skeleton(CURVED), CURVED.scoliosis)
    rng = np.random.default_rng(3)
    straight = rng.uniform((-40.0, -30.0, -140.0), (40.0, 60.0, 90.0), (500, 3))
    assert np.allclose(curve.to_straight(curve.to_patient(straight)), straight, atol=0.02)


def test_the_apex_lies_as_far_to_the_side_as_asked_and_the_sacrum_in_the_middle() -> None:
    truth = truth_of(replace(CURVED, scoliosis=ScoliosisPlan(16.0, "L2", 50.0)))
    l2 = truth.body("L2")
    x, _, z = max(truth.midline_lps_mm)
    assert x == pytest.approx(16.0, abs=0.1)
    assert l2.back_low_lps_mm[2] < z < l2.back_high_lps_mm[2]
    assert abs(truth.disc("L5_S1").centre_lps_mm[0]) < 4.0
    assert 20.0 < truth.cobb_deg < 60.0
    assert truth_of(LumbarPlan()).cobb_deg == 0.0


def test_a_curve_to_the_right_mirrors_one_to_the_left() -> None:
    left, right = (truth_of(LumbarPlan(scoliosis=ScoliosisPlan(side * 12.0))) for side in (1.0, -1.0))
    assert [x for x, _, _ in left.midline_lps_mm] == pytest.approx([-x for x, _, _ in right.midline_lps_mm])
    assert left.cobb_deg == pytest.approx(right.cobb_deg)


@pytest.fixture(scope="module")
def curved() -> SimulatedStudy:
    grid = replace(COARSE, n_slices=13, slice_step_mm=4.0)
    return render_study(replace(CURVED, has_axial_detail=False), (replace(T2, noise=1e-4),), grid)


def test_the_midsagittal_slice_leaves_the_canal_at_the_apex(curved: SimulatedStudy) -> None:
    middle = curved.segmentation[6]
    l2, s1 = (curved.truth.body("L2"), curved.truth.disc("L5_S1"))
    row_l2 = int(curved.geometry.lps_to_index(l2.back_low_lps_mm)[1])
    row_s1 = int(curved.geometry.lps_to_index(s1.centre_lps_mm)[1])
    assert not (middle[row_l2] == 100).any()
    assert (middle[row_s1] == 100).any()


def test_truth_points_of_a_curved_spine_lie_in_their_parts(curved: SimulatedStudy) -> None:
    for number, disc in enumerate(reversed(curved.truth.discs), start=201):
        index = tuple(np.rint(curved.geometry.lps_to_index(disc.centre_lps_mm)).astype(int))
        if 0 <= index[1] < COARSE.n_rows:
            assert curved.segmentation[index] == number, disc.level
    for point in curved.truth.midline_lps_mm:
        slice_, row, column = np.rint(curved.geometry.lps_to_index(point)).astype(int)
        at_disc = point[2] > curved.truth.disc("L5_S1").centre_lps_mm[2] and 0 <= row < COARSE.n_rows
        assert not at_disc or curved.segmentation[slice_, row, column] == 100


def test_a_curved_spine_without_curvature_is_the_straight_one() -> None:
    """Cutting a block and painting where the slice lies are two roads to one picture."""
    grid = replace(COARSE, n_slices=3, fine_slices=3)
    quiet = replace(T2, noise=1e-4)
    straight = render_study(LumbarPlan(), (quiet,), grid)
    cut = render_study(LumbarPlan(scoliosis=ScoliosisPlan(0.0)), (quiet,), grid)
    # Planes are a little more than a millimetre apart: beside the midline a slice may just miss the spinous processes.
    differing = (straight.segmentation[1] != cut.segmentation[1]).mean()
    assert differing < 0.004
    spine = straight.bodies[1] > 0
    assert np.median(cut.images["t2"][1][spine]) == pytest.approx(np.median(straight.images["t2"][1][spine]), rel=0.05)


# People


def test_the_same_generator_draws_the_same_person() -> None:
    first, again, other = (draw_plan(np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_all_people_are_possible_and_differ() -> None:
    plans = [draw_plan(np.random.default_rng(seed)) for seed in range(120)]
    truths = [truth_of(plan) for plan in plans]
    assert all(disc.height_middle_mm > 2.0 for truth in truths for disc in truth.discs)
    assert all(body.height_middle_mm > 5.0 for truth in truths for body in truth.bodies)
    assert {truth.n_lumbar for truth in truths} == {4, 5, 6}
    lordosis = np.array([truth.lordosis_deg for truth in truths])
    assert 30.0 < np.median(lordosis) < 60.0
    assert lordosis.std() > 5.0


def test_every_pathology_comes_up_and_none_in_healthy_people() -> None:
    def seen(odds: Odds) -> set[str]:
        found: set[str] = set()
        for seed in range(60):
            plan = draw_plan(np.random.default_rng(seed), odds)
            for disc in plan.discs.values():
                found |= {f"modic_{kind}" for kind in (disc.modic_above, disc.modic_below) if kind}
                found |= {"antero"} if disc.slip_mm > 0 else {"retro"} if disc.slip_mm < 0 else set()
                found |= {"infection"} if disc.is_infected else set()
                found |= {"node"} if disc.defect_above_mm + disc.defect_below_mm > 0 else set()
                found |= {"tear"} if disc.has_high_intensity_zone else set()
                found |= {"narrow"} if disc.canal_ap_mm < 9.5 else set()
                found |= {"effusion"} if disc.facet_effusion_mm > 0 else set()
                found |= {"synovitis"} if disc.facet_synovitis > 0 else set()
                if disc.herniation is not None:
                    found |= {"extrusion" if disc.herniation.migration_mm else "protrusion"}
            for body in plan.bodies.values():
                if min(body.wedge_ratio, body.middle_ratio, body.back_ratio) < 1.0:
                    found |= {"fresh" if body.fracture_oedema else "old"}
                found |= {"lesion"} if body.lesions else set()
            found |= {"curve"} if plan.scoliosis else set()
        return found

    assert seen(HEALTHY) == set()
    assert seen(Odds()) == {
        *("modic_1", "modic_2", "modic_3", "antero", "retro", "infection", "node", "tear", "narrow", "effusion"),
        *("synovitis", "extrusion", "protrusion", "fresh", "old", "lesion", "curve"),
    }


@pytest.mark.parametrize("seed", range(4))
def test_a_person_on_a_random_scanner_can_be_imaged(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan, protocols, grid = draw_plan(rng), draw_protocols(rng), draw_grid(rng)
    small = replace(grid, n_slices=2, n_rows=96, n_columns=96, pixel_mm=2.8, fine=1, fine_slices=1)
    study = render_study(plan, protocols, small)
    for image in study.images.values():
        assert np.isfinite(image).all()
        assert image.max() > 0.1


def test_a_chance_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Odds(slip=1.5)


# Tissue of a person


def test_a_person_departs_at_most_thirty_percent_and_fat_stays_nulled() -> None:
    for seed in range(20):
        drawn = relaxation_of(field_strength_t=1.5, seed=seed)
        for tissue, typical in RELAXATION.items():
            assert 0.699 < drawn[tissue].t1_ms / typical.t1_ms < 1.301
            assert 0.699 < drawn[tissue].t2_ms / typical.t2_ms < 1.301
        assert abs(drawn[Tissue.FAT].t1_ms / 240.0 - 1.0) < 0.07


def test_people_on_random_scanners_have_the_contrast_of_each_weighting() -> None:
    for seed in range(40):
        t1, t2, stir = draw_protocols(np.random.default_rng(seed))
        tissue = relaxation_of(field_strength_t=t2.field_strength_t, seed=seed)
        fat, fluid, cord, muscle = (tissue[name] for name in (Tissue.FAT, Tissue.CSF, Tissue.CORD, Tissue.MUSCLE))
        assert t2.signal(fluid) > t2.signal(fat)
        assert t2.signal(fluid) > 1.25 * t2.signal(cord) > t2.signal(muscle)
        assert t1.signal(fat) > 2.0 * t1.signal(fluid)
        assert stir.signal(fat) < 0.15 * stir.signal(fluid)


def test_at_3_t_tissue_recovers_more_slowly_and_a_longer_inversion_time_nulls_fat() -> None:
    high = relaxation_of(field_strength_t=3.0, seed=None)
    assert high[Tissue.MUSCLE].t1_ms == pytest.approx(898.0, rel=0.02)
    assert high[Tissue.MUSCLE].t2_ms < RELAXATION[Tissue.MUSCLE].t2_ms
    assert 195.0 < high[Tissue.FAT].t1_ms * np.log(2.0) < 225.0
    assert relaxation_of(field_strength_t=1.5, seed=None) == RELAXATION


def test_bias_changes_brightness_smoothly() -> None:
    plain, biased = (
        render_study(LumbarPlan(), (replace(T2, noise=1e-5, bias=bias),), COARSE).images["t2"][0] for bias in (0.0, 0.2)
    )
    ratio = (biased / plain)[plain > 0.1]
    assert 0.05 < ratio.std() < 0.4
    assert np.quantile(np.abs(np.diff((biased / plain)[128][plain[128] > 0.1])), 0.9) < 0.05


@pytest.mark.parametrize(
    "change",
    [
        lambda: ScoliosisPlan(90.0),
        lambda: LumbarPlan(scoliosis=ScoliosisPlan(10.0, "L9")),
        lambda: LumbarPlan(s1_s2_disc_mm=30.0),
        lambda: LumbarPlan.with_count(4).with_disc("L4_L5", herniation=HerniationPlan(5.0)),
    ],
)
def test_impossible_shapes_are_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises((ValueError, KeyError)):
        change()
