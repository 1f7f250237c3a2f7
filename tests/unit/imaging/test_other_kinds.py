"""What is no stack of slices: radiographs, fluoroscopy, planning views, screen shots, reports."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from ilc.core import IssueSeverity
from ilc.imaging.dicom import Series, SeriesKind, SeriesReading, SpacingKind, read_series, read_slice
from tests.support.dicom_files import (
    base_dataset,
    check_all_accounted,
    codes_of,
    mr_slice,
    pixels_of,
    set_pixels,
    write_file,
)


def read_all(folder: Path) -> SeriesReading:
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    return reading


def read_one(folder: Path) -> Series:
    reading = read_all(folder)
    assert len(reading.series) == 1
    return reading.series[0]


def test_scouts_captures_and_documents_are_recognised(tmp_path: Path) -> None:
    scout = mr_slice(0, series="1.2.1")
    scout.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    write_file(scout, tmp_path / "scout")
    capture = base_dataset("1.2.840.10008.5.1.4.1.1.7", "1.2.2.1")
    capture.SeriesInstanceUID = "1.2.2"
    set_pixels(capture, pixels_of(0))
    write_file(capture, tmp_path / "capture")
    report = base_dataset("1.2.840.10008.5.1.4.1.1.88.11", "1.2.4.1")
    write_file(report, tmp_path / "report")
    sheet = base_dataset("1.2.840.10008.5.1.4.1.1.104.1", "1.2.4.2")
    sheet.EncapsulatedDocument = b"%PDF-1.4"
    write_file(sheet, tmp_path / "sheet")
    reading = read_all(tmp_path)
    assert {series.kind for series in reading.series} == {SeriesKind.SCOUT, SeriesKind.CAPTURE}
    assert {item.path for item in reading.left_out} == {"report", "sheet"}
    assert codes_of(reading) == {"SCOUT_ONLY", "CAPTURE_ONLY", "DOCUMENT_OBJECT"}
    assert {issue.severity for issue in reading.issues} == {IssueSeverity.INFO}


def radiograph(number: int, **values: object) -> Dataset:
    dataset = base_dataset("1.2.840.10008.5.1.4.1.1.1.1", f"1.5.1.{number}")
    dataset.SeriesInstanceUID = "1.5.1"
    dataset.Modality = "DX"
    dataset.InstanceNumber = number
    set_pixels(dataset, pixels_of(number))
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def test_two_radiographs_of_one_series_stand_alone(tmp_path: Path) -> None:
    write_file(radiograph(1, ViewPosition="AP", ImagerPixelSpacing=[0.14, 0.14]), tmp_path / "ap")
    write_file(radiograph(2, ViewPosition="LL", ImagerPixelSpacing=[0.14, 0.14]), tmp_path / "lateral")
    reading = read_all(tmp_path)
    assert [(series.kind, series.view) for series in reading.series] == [
        (SeriesKind.IMAGE, "AP"),
        (SeriesKind.IMAGE, "LL"),
    ]
    assert {series.spacing_kind for series in reading.series} == {SpacingKind.DETECTOR}
    assert codes_of(reading) == {"SPACING_AT_DETECTOR"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"PixelSpacing": [0.14, 0.14], "ImagerPixelSpacing": [0.14, 0.14]}, SpacingKind.DETECTOR),
        ({"PixelSpacing": [0.11, 0.11], "ImagerPixelSpacing": [0.14, 0.14]}, SpacingKind.PATIENT),
        ({"PixelSpacing": [0.11, 0.11], "PixelSpacingCalibrationType": "FIDUCIAL"}, SpacingKind.PATIENT),
        ({"PixelSpacing": [0.11, 0.11]}, SpacingKind.UNKNOWN),
        ({}, SpacingKind.UNKNOWN),
    ],
)
def test_a_radiograph_is_in_millimetres_of_the_patient_only_when_it_says_so(
    tmp_path: Path, values: dict[str, object], kind: SpacingKind
) -> None:
    write_file(radiograph(1, **values), tmp_path / "film")
    assert read_one(tmp_path).spacing_kind is kind


def test_a_fluoroscopy_run_is_a_cine_with_its_frame_time(tmp_path: Path) -> None:
    dataset = base_dataset("1.2.840.10008.5.1.4.1.1.12.2", "1.6.1.1")
    dataset.SeriesInstanceUID = "1.6.1"
    dataset.Modality = "RF"
    dataset.FrameTime = "66.7"
    set_pixels(dataset, np.stack([pixels_of(index) for index in range(6)]))
    write_file(dataset, tmp_path / "run")
    series = read_one(tmp_path)
    assert (series.kind, series.shape[0], series.frame_time_ms) == (SeriesKind.CINE, 6, 66.7)
    assert np.array_equal(read_slice(series, 4), pixels_of(4))
