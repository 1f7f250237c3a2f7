"""Exports as they should not be: mixed blocks, copies, planning views, and what is no picture of slices at all."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import UID

from ilc.imaging.dicom import Plane, SequenceKind, SeriesKind, SeriesReading, read_pixels, read_series
from tests.support.dicom_files import (
    Change,
    base_dataset,
    check_all_accounted,
    codes_of,
    enhanced_mr,
    mr_slice,
    pixels_of,
    set_pixels,
    with_values,
    without,
    write_file,
    write_series,
)

AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
CORONAL = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0]
SAGITTAL = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]


def read_all(folder: Path) -> SeriesReading:
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    return reading


def placed(number: int, orientation: list[float], position: list[float], **values: object) -> Dataset:
    """A slice of series 1.2.3.4 at a place of its own."""
    dataset = mr_slice(number)
    dataset.ImageOrientationPatient = orientation
    dataset.ImagePositionPatient = position
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def test_blocks_of_one_angle_that_lie_mixed_in_depth_are_told_apart_by_their_place_in_the_plane(tmp_path: Path) -> None:
    number = 0
    for front, head in ((-30.0, 0.0), (-42.0, 6.0)):
        for index in range(4):
            write_file(placed(number, AXIAL, [-40.0, front, head + 4.0 * index]), tmp_path / str(number))
            number += 1
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [4, 4]
    assert {series.missing_slices for series in reading.series} == {()}
    assert codes_of(reading) == {"SEPARATE_BLOCKS"}
    fronts = [series.geometry.index_to_lps((0, 0, 0))[1] for series in reading.series if series.geometry is not None]
    assert fronts == pytest.approx([-30.0, -42.0])


def test_irregular_spacing_is_not_made_even(tmp_path: Path) -> None:
    heads = (0.0, 4.0, 8.0, 13.5, 17.5, 21.5)
    for number, head in enumerate(heads):
        write_file(placed(number, AXIAL, [-40.0, -30.0, head]), tmp_path / str(number))
    reading = read_all(tmp_path)
    assert codes_of(reading) == {"UNEVEN_SPACING"}
    places = [
        float(series.geometry.index_to_lps((index, 0, 0))[2])
        for series in reading.series
        if series.geometry is not None
        for index in range(series.shape[0])
    ]
    assert places == pytest.approx(heads)


def test_missing_slices_are_blank_and_never_interpolated(tmp_path: Path) -> None:
    paths = write_series(tmp_path, 9)
    for index in (3, 4, 7):
        paths[index].unlink()
    reading = read_all(tmp_path)
    series = reading.series[0]
    assert series.missing_slices == (3, 4, 7)
    assert codes_of(reading) == {"MISSING_SLICE"}
    assert [bool(plane.any()) for plane in read_pixels(series)] == [index not in (3, 4, 7) for index in range(9)]


def test_a_slice_exported_again_under_another_uid_is_a_copy_not_another_slice(tmp_path: Path) -> None:
    write_series(tmp_path)
    again = mr_slice(2)
    again.SOPInstanceUID = "1.2.88"
    again.InstanceNumber = 77
    again.SeriesDescription = "sag T2 sent again"
    write_file(again, tmp_path / "again")
    reading = read_all(tmp_path)
    assert reading.series[0].shape[0] == 5
    assert [(item.path, item.code) for item in reading.left_out] == [("again", "DUPLICATE_FILE")]


def test_a_whole_series_exported_twice_is_read_once(tmp_path: Path) -> None:
    write_series(tmp_path / "a")
    for index in range(5):
        dataset = mr_slice(index)
        dataset.SOPInstanceUID = f"1.2.66.{index}"
        write_file(dataset, tmp_path / "b" / str(index))
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [5]
    assert codes_of(reading) == {"DUPLICATE_FILE"}


def test_other_pixels_at_the_same_place_are_no_copy(tmp_path: Path) -> None:
    write_series(tmp_path)
    other = mr_slice(2)
    other.SOPInstanceUID = "1.2.88"
    other.InstanceNumber = 77
    set_pixels(other, pixels_of(50))
    write_file(other, tmp_path / "other")
    reading = read_all(tmp_path)
    assert [(item.path, item.code) for item in reading.left_out] == [("other", "DUPLICATE_SLICE")]
    assert np.array_equal(read_pixels(reading.series[0])[2], pixels_of(2))


def test_equal_frames_over_time_are_kept(tmp_path: Path) -> None:
    for number in range(6):
        dataset = placed(number, SAGITTAL, [0.0, -50.0, 60.0])
        set_pixels(dataset, pixels_of(number // 2))
        write_file(dataset, tmp_path / str(number))
    reading = read_all(tmp_path)
    assert (reading.series[0].kind, reading.series[0].shape[0]) == (SeriesKind.CINE, 6)


def large(dataset: Dataset) -> Dataset:
    dataset.PixelSpacing = [10.0, 10.0]  # 40 x 36 pixels: 400 mm
    return dataset


def test_three_planes_of_few_large_slices_are_planning_views_though_no_word_says_so(tmp_path: Path) -> None:
    number = 0
    for orientation, axis in ((SAGITTAL, 0), (CORONAL, 1), (AXIAL, 2)):
        for index in range(3):
            position = [-180.0, -180.0, 180.0 if axis < 2 else 0.0]
            position[axis] = 20.0 * (index - 1)
            write_file(large(placed(number, orientation, position)), tmp_path / str(number))
            number += 1
    reading = read_all(tmp_path)
    assert [(series.kind, series.shape[0]) for series in reading.series] == [(SeriesKind.SCOUT, 3)] * 3
    assert {series.plane for series in reading.series} == {Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL}
    assert codes_of(reading) == {"SCOUT_ONLY"}
    assert "3 planes in one series" in reading.issues[0].message


def test_few_large_slices_far_apart_are_planning_views(tmp_path: Path) -> None:
    for number in range(3):
        write_file(large(placed(number, CORONAL, [-180.0, 25.0 * number, 180.0])), tmp_path / str(number))
    reading = read_all(tmp_path)
    assert reading.series[0].kind is SeriesKind.SCOUT
    assert "far apart" in reading.issues[0].message


@pytest.mark.parametrize("step", [4.0, 5.0])
def test_a_whole_spine_is_no_planning_view(tmp_path: Path, step: float) -> None:
    for number in range(5):
        write_file(large(placed(number, SAGITTAL, [-step * number, -180.0, 180.0])), tmp_path / str(number))
    assert read_all(tmp_path).series[0].kind is SeriesKind.VOLUME


def test_an_examination_under_one_uid_is_no_planning_view(tmp_path: Path) -> None:
    for number in range(6):
        write_file(large(placed(number, SAGITTAL, [8.0 - 4.0 * number, -180.0, 180.0])), tmp_path / f"s{number}")
        axial = placed(number + 10, AXIAL, [-180.0, -180.0, 4.0 * number], RepetitionTime=4200)
        write_file(large(axial), tmp_path / f"a{number}")
    reading = read_all(tmp_path)
    assert {series.kind for series in reading.series} == {SeriesKind.VOLUME}
    assert "MIXED_ORIENTATIONS" in codes_of(reading)


def colour(dataset: Dataset) -> None:
    dataset.SamplesPerPixel = 3
    dataset.PhotometricInterpretation = "RGB"
    dataset.PlanarConfiguration = 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelData = bytes(dataset.Rows * dataset.Columns * 3)
    dataset["PixelData"].VR = "OB"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (with_values(ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"]), "Screen shots"),
        (with_values(ImageType=["DERIVED", "SECONDARY", "MIP"]), "Projections"),
        (with_values(ImageType=["DERIVED", "PRIMARY", "PROJECTION IMAGE"]), "Projections"),
        (with_values(ImageType=["DERIVED", "SECONDARY", "DOSE_INFO"]), "Dose sheets"),
        (with_values(ImageType=["ORIGINAL", "PRIMARY", "M", "MOSAIC"]), "tiled"),
        (colour, "Colour pictures"),
    ],
)
def test_what_is_only_to_look_at_is_named_and_not_measured(tmp_path: Path, change: Change, word: str) -> None:
    write_series(tmp_path, 2, change)
    reading = read_all(tmp_path)
    assert {series.kind for series in reading.series} == {SeriesKind.CAPTURE}
    issue = next(issue for issue in reading.issues if issue.code == "CAPTURE_ONLY")
    assert word in issue.message


def test_a_dose_sheet_among_secondary_captures_is_called_one(tmp_path: Path) -> None:
    sheet = base_dataset("1.2.840.10008.5.1.4.1.1.7", "1.2.2.1")
    sheet.SeriesInstanceUID = "1.2.2"
    sheet.Modality = "CT"
    sheet.SeriesDescription = "Dose Report"
    set_pixels(sheet, pixels_of(0))
    write_file(sheet, tmp_path / "sheet")
    reading = read_all(tmp_path)
    assert reading.series[0].kind is SeriesKind.CAPTURE
    assert reading.issues[0].message.startswith("Dose sheets")


def test_reformats_are_read_and_said_to_be_calculated(tmp_path: Path) -> None:
    write_series(tmp_path, change=with_values(ImageType=["DERIVED", "SECONDARY", "MPR"]))
    reading = read_all(tmp_path)
    assert (reading.series[0].kind, reading.series[0].derived) == (SeriesKind.VOLUME, True)
    assert codes_of(reading) == {"DERIVED_IMAGES"}


def test_one_position_for_slices_of_different_locations_is_no_cine(tmp_path: Path) -> None:
    for index in range(5):
        dataset = placed(index, SAGITTAL, [0.0, -50.0, 60.0], SliceLocation=4.0 * index)
        write_file(dataset, tmp_path / str(index))
    reading = read_all(tmp_path)
    series = reading.series[0]
    assert (series.kind, series.geometry, series.shape[0]) == (SeriesKind.IMAGE, None, 5)
    assert series.plane is Plane.SAGITTAL
    assert codes_of(reading) == {"GEOMETRY_NOT_VALID"}


def interleaved(folder: Path, early: Change, late: Change) -> None:
    """Two echoes of each slice in turn, as the scanner writes them."""
    for index in range(4):
        for turn, change in enumerate((early, late)):
            dataset = mr_slice(index)
            dataset.SOPInstanceUID = f"1.2.6.{index}.{turn}"
            dataset.InstanceNumber = 2 * index + turn + 1
            set_pixels(dataset, pixels_of(index + 20 * turn))
            change(dataset)
            write_file(dataset, folder / f"IM{2 * index + turn:02d}")


def test_two_echoes_slice_by_slice_are_two_stacks(tmp_path: Path) -> None:
    interleaved(tmp_path, with_values(EchoTime=15, EchoNumbers=1), with_values(EchoTime=100, EchoNumbers=2))
    reading = read_all(tmp_path)
    assert [series.sequence.kind for series in reading.series] == [SequenceKind.PD, SequenceKind.T2]
    assert [int(read_pixels(series)[2][0, 0]) for series in reading.series] == [200, 2200]
    assert "MIXED_CONTRASTS" in codes_of(reading)


@pytest.mark.parametrize("keywords", [("EchoTime",), ("EchoTime", "EchoNumbers")])
def test_two_echoes_without_their_times_are_told_by_number_or_by_turn(
    tmp_path: Path, keywords: tuple[str, ...]
) -> None:
    def echo(number: int) -> Change:
        def change(dataset: Dataset) -> None:
            dataset.EchoNumbers = number
            without(*keywords)(dataset)

        return change

    interleaved(tmp_path, echo(1), echo(2))
    reading = read_all(tmp_path)
    assert [series.shape[0] for series in reading.series] == [4, 4]
    assert [int(read_pixels(series)[2][0, 0]) for series in reading.series] == [200, 2200]
    assert codes_of(reading) & {"MIXED_CONTRASTS", "REPEATED_STACK"}


def test_reversed_order_of_slices_gives_the_same_volume(tmp_path: Path) -> None:
    write_series(tmp_path / "a")
    for index in range(5):
        dataset = mr_slice(index, series="1.2.7")
        dataset.InstanceNumber = 5 - index
        write_file(dataset, tmp_path / "b" / f"IM{4 - index}")
    first, second = read_all(tmp_path).series
    assert first.geometry == second.geometry
    assert np.array_equal(read_pixels(first), read_pixels(second))


def test_an_enhanced_object_of_two_angles_is_two_stacks(tmp_path: Path) -> None:
    dataset = enhanced_mr(6)
    shared = dataset.SharedFunctionalGroupsSequence[0]
    del shared.PlaneOrientationSequence
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        tilt = np.deg2rad(0.0 if number < 3 else 15.0)
        orientation, position = Dataset(), group.PlanePositionSequence[0]
        orientation.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, float(np.cos(tilt)), float(np.sin(tilt))]
        step = 4.0 * (number % 3)
        position.ImagePositionPatient = [-40.0, float(-step * np.sin(tilt)), float(step * np.cos(tilt))]
        group.PlaneOrientationSequence = [orientation]
    write_file(dataset, tmp_path / "one")
    reading = read_all(tmp_path)
    assert [(series.plane, series.shape[0]) for series in reading.series] == [(Plane.AXIAL, 3)] * 2
    assert codes_of(reading) == {"MIXED_ORIENTATIONS"}


def test_nothing_stated_but_pixels_is_shown_with_all_that_is_missing(tmp_path: Path) -> None:
    def bare(dataset: Dataset) -> None:
        without("Modality", "ImageOrientationPatient", "ImagePositionPatient", "PixelSpacing", "SliceThickness")(
            dataset
        )
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID("1.2.3.4.5")

    write_series(tmp_path, change=bare)
    reading = read_all(tmp_path)
    series = reading.series[0]
    assert (series.kind, series.modality, series.plane, series.shape[0]) == (SeriesKind.IMAGE, "", Plane.UNKNOWN, 5)
    assert "MODALITY_MISSING" in codes_of(reading)
    assert read_pixels(series).any()
