"""What T1, T2 and STIR show together, on people whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilc.imaging.dicom import Geometry, SequenceKind
from ilc.imaging.mri.bodies import measure_bodies
from ilc.imaging.mri.together.document import describe_together
from ilc.imaging.mri.together.endplates import Change
from ilc.imaging.mri.together.frame import lay_together
from ilc.imaging.mri.together.reading import read_together
from ilc.imaging.mri.together.rules import Kind, Prevented
from tests.support.mri_people import person, present, read_person, told_of
from tests.support.mri_spines import reading_of

T1, T2, STIR = SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR


def test_nothing_stands_out_in_a_healthy_person() -> None:
    reading = read_person("healthy")
    assert {kind: present(reading, kind) for kind in Kind} == {kind: set() for kind in Kind}


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        (Kind.MODIC_1, {"L4_L5"}),
        (Kind.MODIC_2, {"L1_L2"}),
        (Kind.MODIC_3, {"L5_S1"}),
        (Kind.FACET_OEDEMA, {"L3_L4.left"}),
    ],
)
def test_changes_beside_discs_are_told_apart_and_placed(kind: Kind, places: set[str]) -> None:
    assert present(read_person("endplates"), kind) == places


def test_a_fresh_fracture_an_old_one_and_a_lesion_are_told_apart() -> None:
    reading = read_person("bones")
    assert present(reading, Kind.FRACTURE_FRESH) == {"L2"}
    assert present(reading, Kind.FRACTURE_OLD) == {"L4"}
    assert present(reading, Kind.LESION) == {"L5"}
    assert present(reading, Kind.MODIC_1) == set()


def test_infection_is_not_called_modic_change_or_tumour() -> None:
    reading = read_person("infected")
    assert present(reading, Kind.INFECTION) == {"L3_L4"}
    assert present(reading, Kind.MODIC_1) == set()
    assert present(reading, Kind.LESION) == set()


def test_what_a_missing_series_prevents_is_unknown_not_absent() -> None:
    t2_alone = read_person("bones", (T2,))
    for kind in (Kind.FRACTURE_FRESH, Kind.FRACTURE_OLD, Kind.LESION, Kind.MODIC_1):
        assert {told.p for told in told_of(t2_alone, kind).values()} == {None}
    fresh = told_of(t2_alone, Kind.FRACTURE_FRESH)["L2"]
    assert set(fresh.without.values()) == {Prevented.AGE}
    assert told_of(read_person("endplates", (T1, T2)), Kind.FACET_OEDEMA)["L3_L4.left"].p is None


def test_t1_and_t2_tell_types_and_fractures_and_name_what_stir_would_add() -> None:
    plates, bones = read_person("endplates", (T1, T2)), read_person("bones", (T1, T2))
    assert present(plates, Kind.MODIC_2) == {"L1_L2"}
    assert present(bones, Kind.FRACTURE_FRESH) == {"L2"}
    old = told_of(bones, Kind.FRACTURE_OLD)["L4"]
    assert old.p is not None
    assert old.p > 0.5
    assert old.without == {STIR: Prevented.AGE_CERTAIN}
    # Dark on T1 alone is not enough to call marrow replaced.
    assert present(bones, Kind.LESION) == set()


def test_the_extent_of_a_change_is_measured() -> None:
    reading = read_person("endplates")
    lower = next(bone for bone in reading.bones if bone is not None and bone.bone.name == "L5")
    assert lower.upper is not None
    assert lower.upper.share[Change.WATER] > 0.9
    truth = person("endplates").truth.disc("L4_L5")
    assert lower.upper.reach_mm == pytest.approx(truth.modic_reach_mm, abs=1.5)


def test_a_series_that_moved_is_laid_back_over_the_reference() -> None:
    study = person("endplates")
    moved = study.geometry.affine.copy()
    moved[:3, 3] += (0.0, 5.0, -7.0)
    shifted = reading_of(replace(study, geometry=Geometry(moved, study.geometry.shape)), STIR)
    readings = {T2: reading_of(study, T2), T1: reading_of(study, T1), STIR: shifted}
    frame = lay_together(T2, readings)
    assert frame.moved_mm[STIR] == pytest.approx(np.hypot(5.0, 7.0), abs=1.0)
    assert frame.moved_mm[T1] == 0.0
    together = read_together(T2, readings, measure_bodies(readings[T2]))
    assert together is not None
    assert present(together, Kind.MODIC_1) == {"L4_L5"}


def test_a_series_of_another_place_is_left_out_and_said() -> None:
    study = person("endplates")
    moved = study.geometry.affine.copy()
    moved[:3, 3] += (0.0, 0.0, 260.0)
    far = reading_of(replace(study, geometry=Geometry(moved, study.geometry.shape)), STIR)
    readings = {T2: reading_of(study, T2), STIR: far}
    together = read_together(T2, readings, measure_bodies(readings[T2]))
    assert together is not None
    assert together.frame.kinds == (T2,)
    assert [issue.code for issue in together.issues] == ["MRI_NOT_COMPARED"]


def test_the_document_holds_every_judgement_with_what_it_rests_on() -> None:
    document = describe_together(read_person("endplates"))
    assert document["sequences"] == ["t2", "t1", "stir"]
    (modic,) = [f for f in document["findings"] if f["finding"] == "modic_1" and f["place"] == "L4_L5"]
    assert modic["p"] > 0.9
    assert modic["rests_on"] == ["t1", "t2", "stir"]
    assert modic["missing"] == []
    left = next(disc for disc in document["discs"] if disc["name"] == "L3_L4")["facets"]["left"]
    assert left["oedema_ratio"] > 1.2
