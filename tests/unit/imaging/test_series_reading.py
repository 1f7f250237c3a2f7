"""Series as they come from hospitals: complete, with gaps, doubled, mixed, and without tags."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import UID

from ilc.core import IssueSeverity
from ilc.imaging.dicom import (
    Plane,
    SequenceKind,
    Series,
    SeriesKind,
    SeriesReading,
    SpacingKind,
    read_pixels,
    read_series,
    read_slice,
)
from tests.support.dicom_files import (
    COLUMNS,
    PATIENT_ID,
    PATIENT_NAME,
    ROWS,
    Change,
    check_all_accounted,
    codes_of,
    mr_slice,
    pixels_of,
    set_pixels,
    with_values,
    without,
    write_file,
    write_series,
)


def read_all(folder: Path) -> SeriesReading:
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    return reading


def read_one(folder: Path) -> Series:
    reading = read_all(folder)
    assert len(reading.series) == 1
    return reading.series[0]


def test_a_clean_series_gives_no_issue(tmp_path: Path) -> None:
    write_series(tmp_path / "a" / "b")
    reading = read_all(tmp_path)
    assert reading.issues == ()
    series = reading.series[0]
    assert (series.kind, series.modality, series.plane) == (SeriesKind.VOLUME, "MR", Plane.SAGITTAL)
    assert series.sequence.kind is SequenceKind.T2
    assert series.shape == (5, ROWS, COLUMNS)
    assert series.pixel_spacing_mm == (0.8, 0.5)
    assert series.spacing_kind is SpacingKind.PATIENT
    assert series.slice_thickness_mm == 3.6
    assert series.timing.echo_time_ms == 100
    assert series.timing.field_strength_t == 1.5
    assert series.acquired_on == date(2026, 3, 5)
    assert series.n_files == 5
    assert series.paths[0] == "a/b/IM000.dcm"


def test_voxels_lie_where_their_slices_say(tmp_path: Path) -> None:
    write_series(tmp_path)
    series = read_one(tmp_path)
    voxels = read_pixels(series)
    assert voxels.dtype == np.float32
    assert series.geometry is not None
    for index in range(5):
        slice_index = series.geometry.lps_to_index((8.0 - 4.0 * index, -50.0, 60.0))
        assert slice_index == pytest.approx([index, 0.0, 0.0])
        assert np.array_equal(voxels[index], pixels_of(index))
        assert np.array_equal(read_slice(series, index), pixels_of(index))


def test_slices_are_ordered_by_place_not_by_number_or_name(tmp_path: Path) -> None:
    for index, (number, name) in enumerate([(3, "z"), (1, "y"), (2, "x"), (5, "w"), (4, "v")]):
        dataset = mr_slice(index)
        dataset.InstanceNumber = number
        write_file(dataset, tmp_path / name)
    voxels = read_pixels(read_one(tmp_path))
    assert [int(plane[0, 0]) for plane in voxels] == [0, 100, 200, 300, 400]


def test_a_missing_slice_is_said_with_its_place_and_left_blank(tmp_path: Path) -> None:
    paths = write_series(tmp_path)
    paths[2].unlink()
    reading = read_all(tmp_path)
    series = reading.series[0]
    assert series.missing_slices == (2,)
    assert series.shape[0] == 5
    issue = next(issue for issue in reading.issues if issue.code == "MISSING_SLICE")
    assert "1 of 5" in issue.message
    assert "0.0 mm" in issue.message
    assert issue.where == series.id
    voxels = read_pixels(series)
    assert not voxels[2].any()
    assert np.array_equal(voxels[3], pixels_of(3))
    assert not read_slice(series, 2).any()


def test_a_wide_gap_divides_two_blocks(tmp_path: Path) -> None:
    for index in (0, 1, 2, 12, 13, 14):
        write_file(mr_slice(index), tmp_path / f"{index:02d}")
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [3, 3]
    assert codes_of(reading) == {"SEPARATE_BLOCKS"}


def test_uneven_steps_divide_and_are_said(tmp_path: Path) -> None:
    for index, left in enumerate((8.0, 4.0, 0.0, -5.6, -9.6)):
        dataset = mr_slice(index)
        dataset.ImagePositionPatient = [left, -50.0, 60.0]
        write_file(dataset, tmp_path / str(index))
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [3, 2]
    assert codes_of(reading) == {"UNEVEN_SPACING"}


def test_slices_shifted_within_their_plane_are_said(tmp_path: Path) -> None:
    for index in range(5):
        dataset = mr_slice(index)
        dataset.ImagePositionPatient = [8.0 - 4.0 * index, -50.0 + 6.0 * (index == 2), 60.0]
        write_file(dataset, tmp_path / str(index))
    assert codes_of(read_all(tmp_path)) == {"SLICES_SHIFTED"}


def test_a_tilted_gantry_keeps_its_shear(tmp_path: Path) -> None:
    for index in range(3):
        dataset = mr_slice(index)
        dataset.ImagePositionPatient = [8.0 - 4.0 * index, -50.0, 60.0 + 1.0 * index]
        write_file(dataset, tmp_path / str(index))
    reading = read_all(tmp_path)
    geometry = reading.series[0].geometry
    assert reading.issues == ()
    assert geometry is not None
    assert geometry.index_to_lps((2, 0, 0)).tolist() == pytest.approx([0.0, -50.0, 62.0])


def test_a_copied_file_is_counted_once(tmp_path: Path) -> None:
    paths = write_series(tmp_path)
    (tmp_path / "copy.dcm").write_bytes(paths[1].read_bytes())
    reading = read_all(tmp_path)
    assert reading.series[0].shape[0] == 5
    assert codes_of(reading) == {"DUPLICATE_FILE"}


def test_the_same_image_in_another_encoding_is_counted_once(tmp_path: Path) -> None:
    write_series(tmp_path)
    dataset = mr_slice(1)
    dataset.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
    write_file(dataset, tmp_path / "zz.dcm")
    assert codes_of(read_all(tmp_path)) == {"DUPLICATE_FILE"}


def test_another_slice_at_the_same_place_is_left_out_and_named(tmp_path: Path) -> None:
    write_series(tmp_path)
    dataset = mr_slice(1)
    dataset.SOPInstanceUID = "1.2.77"
    dataset.InstanceNumber = 40
    set_pixels(dataset, pixels_of(30))
    write_file(dataset, tmp_path / "again.dcm")
    reading = read_all(tmp_path)
    assert reading.series[0].shape[0] == 5
    assert [(item.path, item.code) for item in reading.left_out] == [("again.dcm", "DUPLICATE_SLICE")]
    assert "again.dcm" not in reading.series[0].paths


def test_one_uid_for_all_slices_loses_no_slice(tmp_path: Path) -> None:
    write_series(tmp_path, change=with_values(SOPInstanceUID="1.2.5"))
    assert read_one(tmp_path).shape[0] == 5


def test_a_stack_repeated_whole_is_read_twice(tmp_path: Path) -> None:
    write_series(tmp_path / "first")
    for index in range(5):
        dataset = mr_slice(index)
        dataset.SOPInstanceUID = f"1.2.8.{index}"
        dataset.InstanceNumber = 100 + index
        set_pixels(dataset, pixels_of(index + 10))
        write_file(dataset, tmp_path / "second" / str(index))
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [5, 5]
    assert codes_of(reading) == {"REPEATED_STACK"}
    assert {path.split("/")[0] for path in reading.series[0].paths} == {"first"}
    assert {path.split("/")[0] for path in reading.series[1].paths} == {"second"}


def tilted_axial(index: int, angle_deg: float, number: int) -> Dataset:
    dataset = mr_slice(number)
    angle = np.deg2rad(angle_deg)
    normal = np.array([0.0, -np.sin(angle), np.cos(angle)])
    dataset.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, float(np.cos(angle)), float(np.sin(angle))]
    dataset.ImagePositionPatient = [
        float(value) for value in np.array([-40.0, -30.0, angle_deg * 2]) + 4.0 * index * normal
    ]
    return dataset


def test_each_angulation_of_an_axial_series_is_a_stack_of_its_own(tmp_path: Path) -> None:
    number = 0
    for angle in (-10.0, 0.0, 18.0):
        for index in range(3):
            write_file(tilted_axial(index, angle, number), tmp_path / f"{number:02d}")
            number += 1
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [3, 3, 3]
    assert {series.plane for series in reading.series} == {Plane.AXIAL}
    assert len({series.id for series in reading.series}) == 3
    assert codes_of(reading) == {"MIXED_ORIENTATIONS"}
    issue = reading.issues[0]
    assert issue.severity is IssueSeverity.INFO
    assert "3 angulations" in issue.message


def test_different_sizes_in_one_series_are_divided(tmp_path: Path) -> None:
    write_series(tmp_path, 3)
    for index in range(3, 5):
        dataset = mr_slice(index)
        set_pixels(dataset, pixels_of(index, 16, 16))
        write_file(dataset, tmp_path / f"small{index}")
    reading = read_all(tmp_path)
    assert sorted(series.shape for series in reading.series) == [(2, 16, 16), (3, ROWS, COLUMNS)]
    assert codes_of(reading) == {"MIXED_SIZES"}


def test_two_echoes_are_two_stacks_not_duplicates(tmp_path: Path) -> None:
    write_series(tmp_path / "early", change=with_values(EchoTime=20))
    for index in range(5):
        dataset = mr_slice(index)
        dataset.SOPInstanceUID = f"1.2.6.{index}"
        write_file(dataset, tmp_path / "late" / str(index))
    reading = read_all(tmp_path)
    assert [series.timing.echo_time_ms for series in reading.series] == [20, 100]
    assert "MIXED_CONTRASTS" in codes_of(reading)


@pytest.mark.parametrize(
    ("change", "code", "plane"),
    [
        (without("ImageOrientationPatient"), "ORIENTATION_MISSING", Plane.UNKNOWN),
        (without("ImagePositionPatient"), "ORIENTATION_MISSING", Plane.SAGITTAL),
        (with_values(ImageOrientationPatient=[0, 0, 0, 0, 0, 0]), "ORIENTATION_MISSING", Plane.UNKNOWN),
        (without("PixelSpacing"), "SPACING_MISSING", Plane.SAGITTAL),
        (with_values(PixelSpacing=[0.0, 0.0]), "SPACING_MISSING", Plane.SAGITTAL),
    ],
)
def test_slices_without_a_place_are_shown_but_not_measured(
    tmp_path: Path, change: Change, code: str, plane: Plane
) -> None:
    write_series(tmp_path, change=change)
    reading = read_all(tmp_path)
    series = reading.series[0]
    assert codes_of(reading) == {code}
    assert (series.kind, series.geometry, series.plane) == (SeriesKind.IMAGE, None, plane)
    assert read_pixels(series).shape == (5, ROWS, COLUMNS)


def test_no_modality_tag_is_read_from_the_kind_of_object_and_said(tmp_path: Path) -> None:
    write_series(tmp_path, change=without("Modality"))
    reading = read_all(tmp_path)
    assert reading.series[0].modality == "MR"
    assert codes_of(reading) == {"MODALITY_MISSING"}
    assert reading.issues[0].severity is IssueSeverity.INFO


def test_neither_modality_nor_known_class_stays_empty(tmp_path: Path) -> None:
    def change(dataset: Dataset) -> None:
        del dataset.Modality
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID("1.2.3.4.5")

    write_series(tmp_path, change=change)
    assert read_one(tmp_path).modality == ""


def test_no_times_and_no_words_is_unknown_and_asks(tmp_path: Path) -> None:
    write_series(tmp_path, change=without("EchoTime", "RepetitionTime", "SeriesDescription", "ScanningSequence"))
    reading = read_all(tmp_path)
    assert reading.series[0].sequence.kind is SequenceKind.UNKNOWN
    issue = reading.issues[0]
    assert (issue.code, issue.severity) == ("SEQUENCE_UNKNOWN", IssueSeverity.WARNING)
    assert "t1, t2 or stir" in issue.remedy


def test_words_against_times_are_said(tmp_path: Path) -> None:
    write_series(tmp_path, change=with_values(SeriesDescription="sag T1"))
    assert codes_of(read_all(tmp_path)) == {"SEQUENCE_CONFLICT"}


def test_field_strength_in_gauss_becomes_tesla(tmp_path: Path) -> None:
    write_series(tmp_path, change=with_values(MagneticFieldStrength=15000))
    assert read_one(tmp_path).timing.field_strength_t == 1.5


def test_rescaling_and_monochrome1(tmp_path: Path) -> None:
    change = with_values(RescaleSlope=2.0, RescaleIntercept=-10.0, PhotometricInterpretation="MONOCHROME1")
    write_series(tmp_path, 1, change)
    expected = (4095.0 - pixels_of(0).astype(np.float32)) * 2.0 - 10.0
    assert np.array_equal(read_pixels(read_one(tmp_path))[0], expected)


def test_signed_values_and_monochrome1(tmp_path: Path) -> None:
    def change(dataset: Dataset) -> None:
        set_pixels(dataset, pixels_of(0) % 100)
        dataset.PixelRepresentation = 1
        dataset.PhotometricInterpretation = "MONOCHROME1"

    write_series(tmp_path, 1, change)
    assert np.array_equal(read_pixels(read_one(tmp_path))[0], -1.0 - pixels_of(0) % 100)


def test_the_files_of_two_patients_are_an_error(tmp_path: Path) -> None:
    write_series(tmp_path / "one")
    write_series(tmp_path / "two", change=with_values(PatientID="OTHER"), series="1.2.99")
    issue = next(issue for issue in read_all(tmp_path).issues if issue.code == "MIXED_PATIENTS")
    assert issue.severity is IssueSeverity.ERROR
    assert "OTHER" not in str(issue)


def test_a_folder_without_images_says_so(tmp_path: Path) -> None:
    reading = read_all(tmp_path)
    assert reading.series == ()
    assert [(issue.code, issue.severity) for issue in reading.issues] == [("NO_IMAGES", IssueSeverity.ERROR)]


def test_nothing_of_the_patient_leaves_the_reading(tmp_path: Path) -> None:
    write_series(tmp_path, change=with_values(SeriesDescription=f"T2 {PATIENT_NAME}", ProtocolName=PATIENT_NAME))
    reading = read_all(tmp_path)
    said = repr(reading)
    for secret in ("Yamada", PATIENT_ID, "1.2.3.4"):
        assert secret not in said


def test_ids_are_stable_and_do_not_hang_on_the_folder(tmp_path: Path) -> None:
    write_series(tmp_path / "a")
    write_series(tmp_path / "b" / "c")
    first = read_series([tmp_path / "a"], tmp_path / "a").series[0]
    second = read_series([tmp_path / "b"], tmp_path).series[0]
    assert first.id == second.id
    assert (first.paths[0], second.paths[0]) == ("IM000.dcm", "b/c/IM000.dcm")


def test_progress_counts_every_file(tmp_path: Path) -> None:
    write_series(tmp_path, 3)
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    seen: list[tuple[int, int]] = []
    read_series([tmp_path], tmp_path, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_input_hashes_are_those_of_the_files(tmp_path: Path) -> None:
    import hashlib

    paths = write_series(tmp_path, 2)
    reading = read_all(tmp_path)
    assert [item.sha256 for item in reading.inputs] == [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
