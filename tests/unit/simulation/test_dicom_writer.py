"""Written files are correct DICOM, say what they are told to say, and come back as they were."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from ilc.imaging.dicom import Plane, SequenceKind, read_pixels, read_series
from ilc.simulation.dicom_writer import (
    EXPLICIT_LITTLE,
    RLE_LOSSLESS,
    SECONDARY_CAPTURE_STORAGE,
    WritingOptions,
    quantise,
    write_axial,
    write_dicom,
    write_localiser,
)
from ilc.simulation.lumbar import (
    STIR,
    T1,
    T2,
    AxialGrid,
    LumbarPlan,
    SagittalGrid,
    SimulatedAxial,
    SimulatedStudy,
    plan_disc_stacks,
    render_axial,
    render_localiser,
    render_study,
)

GRID = SagittalGrid(n_slices=3, n_rows=48, n_columns=40, pixel_mm=5.0, fine=1, fine_slices=1)
OPTIONS = WritingOptions(seed_name="test")
# Types 1 and 2 of MR Image Storage that apply here.
REQUIRED = (
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"),
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"),
    *("ReferringPhysicianName", "AccessionNumber", "Modality", "SeriesNumber", "InstanceNumber", "Manufacturer"),
    *("PositionReferenceIndicator", "PatientPosition", "ImageType", "ImageOrientationPatient", "ImagePositionPatient"),
    *("PixelSpacing", "SliceThickness", "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelData", "MRAcquisitionType"),
    *("ScanningSequence", "SequenceVariant", "ScanOptions", "RepetitionTime", "EchoTime", "EchoTrainLength"),
)


@pytest.fixture(scope="module")
def study() -> SimulatedStudy:
    return render_study(LumbarPlan(), [T1, T2, STIR], GRID)


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, RLE_LOSSLESS, "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"])
def test_voxels_and_places_come_back(tmp_path: Path, study: SimulatedStudy, syntax: str) -> None:
    write_dicom(study, tmp_path, replace(OPTIONS, transfer_syntax=syntax))
    reading = read_series([tmp_path], tmp_path)
    assert reading.issues == ()
    assert [series.sequence.kind for series in reading.series] == [SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR]
    for series in reading.series:
        image = study.images[series.sequence.kind.value]
        assert np.array_equal(read_pixels(series), quantise(image))
        assert series.geometry is not None
        assert np.allclose(series.geometry.affine, study.geometry.affine, atol=1e-5)
        assert series.slice_thickness_mm == 4.0


def test_required_attributes_of_an_mr_image_are_there(tmp_path: Path, study: SimulatedStudy) -> None:
    path = write_dicom(study, tmp_path, OPTIONS)[0]
    dataset = pydicom.dcmread(path)
    assert [keyword for keyword in REQUIRED if keyword not in dataset] == []
    assert str(dataset.PatientName) == "Simulated^Patient"
    assert dataset.file_meta.TransferSyntaxUID == RLE_LOSSLESS
    assert all(len(str(value)) <= 16 for value in dataset.ImagePositionPatient)


def test_uids_follow_from_the_seed_and_differ_by_slice(tmp_path: Path, study: SimulatedStudy) -> None:
    first = write_dicom(study, tmp_path / "a", OPTIONS)
    again = write_dicom(study, tmp_path / "b", OPTIONS)
    other = write_dicom(study, tmp_path / "c", replace(OPTIONS, seed_name="other"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    uids = [pydicom.dcmread(path).SOPInstanceUID for path in (*first, *other)]
    assert len(set(uids)) == len(uids)
    assert all(uid.is_valid for uid in uids)


def test_what_a_scanner_may_leave_out_can_be_left_out(tmp_path: Path, study: SimulatedStudy) -> None:
    options = replace(OPTIONS, with_modality=False, with_timing=False, with_description=False)
    write_dicom(study, tmp_path, options)
    reading = read_series([tmp_path], tmp_path)
    assert {issue.code for issue in reading.issues} == {"MODALITY_MISSING", "SEQUENCE_UNKNOWN"}
    assert {series.sequence.kind for series in reading.series} == {SequenceKind.UNKNOWN}


def test_a_japanese_name_can_be_written(tmp_path: Path, study: SimulatedStudy) -> None:
    options = replace(OPTIONS, character_set="\\ISO 2022 IR 87", patient_name="Simulated^Patient=模擬^患者")
    path = write_dicom(study, tmp_path, options)[0]
    dataset = pydicom.dcmread(path)
    assert str(dataset.PatientName.ideographic) == "模擬^患者"
    assert list(dataset.SpecificCharacterSet) == ["", "ISO 2022 IR 87"]


# Faults and habits of real exports


@pytest.fixture(scope="module")
def tall() -> SimulatedStudy:
    return render_study(LumbarPlan(), [T2], replace(GRID, n_slices=7))


@pytest.fixture(scope="module")
def axial() -> SimulatedAxial:
    plan = LumbarPlan(has_axial_detail=True)
    grid = AxialGrid(n_rows=48, n_columns=40, pixel_mm=3.5, fine_slices=1)
    return render_axial(plan, [T2], plan_disc_stacks(plan, n_slices=3, n_discs=3), grid)


def codes_and_shapes(folder: Path) -> tuple[list[str], list[tuple[int, ...]]]:
    reading = read_series([folder], folder)
    return [issue.code for issue in reading.issues], [series.shape for series in reading.series]


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (replace(OPTIONS, missing_slices=(3,)), ["MISSING_SLICE"]),
        (replace(OPTIONS, repeated_slices=(2,)), ["DUPLICATE_SLICE"]),
        (replace(OPTIONS, copied_slices=(2,)), ["DUPLICATE_FILE"]),
        (replace(OPTIONS, with_geometry=False), ["ORIENTATION_MISSING"]),
        (OPTIONS.without_tags(), ["MODALITY_MISSING", "SEQUENCE_UNKNOWN"]),
        (replace(OPTIONS, as_secondary_capture=True), ["CAPTURE_ONLY"]),
    ],
    ids=["missing", "repeated", "copied", "no_geometry", "no_tags", "capture"],
)
def test_each_fault_is_the_one_that_reading_reports(
    tmp_path: Path, tall: SimulatedStudy, options: WritingOptions, codes: list[str]
) -> None:
    write_dicom(tall, tmp_path, options)
    assert codes_and_shapes(tmp_path) == (codes, [(7, 48, 40)])


def test_without_tags_leaves_none_that_tells_the_weighting(tmp_path: Path, tall: SimulatedStudy) -> None:
    path = write_dicom(tall, tmp_path, OPTIONS.without_tags())[0]
    dataset = pydicom.dcmread(path)
    telling = ("SequenceName", "EchoTime", "RepetitionTime", "InversionTime", "SeriesDescription", "Modality")
    assert [keyword for keyword in telling if keyword in dataset] == []
    assert "ImagePositionPatient" in dataset


def test_a_secondary_capture_is_an_8_bit_picture_without_place(tmp_path: Path, tall: SimulatedStudy) -> None:
    path = write_dicom(tall, tmp_path, replace(OPTIONS, as_secondary_capture=True))[3]
    dataset = pydicom.dcmread(path)
    assert dataset.SOPClassUID == SECONDARY_CAPTURE_STORAGE
    assert dataset.BitsStored == 8
    assert "ImageOrientationPatient" not in dataset
    assert "EchoTime" not in dataset
    picture, slice_ = dataset.pixel_array.astype(float).ravel(), tall.images["t2"][3].ravel()
    assert np.corrcoef(picture, slice_)[0, 1] > 0.98


def test_stacks_of_different_angulation_share_a_series_or_not(tmp_path: Path, axial: SimulatedAxial) -> None:
    mixed, apart = tmp_path / "mixed", tmp_path / "apart"
    write_axial(axial, mixed, OPTIONS)
    write_axial(axial, apart, OPTIONS, split="by_stack")
    assert codes_and_shapes(mixed) == (["MIXED_ORIENTATIONS"], [(3, 48, 40)] * 3)
    assert codes_and_shapes(apart) == ([], [(3, 48, 40)] * 3)
    assert len({pydicom.dcmread(path).SeriesInstanceUID for path in mixed.rglob("*.dcm")}) == 1
    assert len({pydicom.dcmread(path).SOPInstanceUID for path in mixed.rglob("*.dcm")}) == 9


def test_axial_voxels_and_places_come_back(tmp_path: Path, axial: SimulatedAxial) -> None:
    write_axial(axial, tmp_path, OPTIONS)
    found = read_series([tmp_path], tmp_path).series
    for stack in axial.stacks:
        centre = stack.geometry.index_to_lps((1, 20, 20))
        series = min(found, key=lambda one: abs(float(one.geometry.lps_to_index(centre)[0]) - 1) if one.geometry else 9)
        assert series.geometry is not None
        assert series.plane is Plane.AXIAL
        # Reading sorts slices along the normal, whatever order they were written in.
        for index in range(3):
            at = round(float(series.geometry.lps_to_index(stack.geometry.index_to_lps((index, 0, 0)))[0]))
            assert np.array_equal(read_pixels(series)[at], quantise(stack.images["t2"][index]))


def test_a_localiser_shows_three_planes_and_is_known_as_one(tmp_path: Path, tall: SimulatedStudy) -> None:
    write_localiser(render_localiser(LumbarPlan(), T2), tmp_path, OPTIONS)
    write_dicom(tall, tmp_path, OPTIONS)
    reading = read_series([tmp_path], tmp_path)
    scouts = [series for series in reading.series if series.paths[0].startswith("localiser")]
    assert {series.plane for series in scouts} == {Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL}
    assert {issue.code for issue in reading.issues} == {"SCOUT_ONLY"}
    assert len(reading.series) == 4


def test_field_strength_and_timing_are_those_of_the_protocol(tmp_path: Path) -> None:
    protocol = replace(T2, field_strength_t=3.0, repetition_time_ms=3333.33333333, echo_time_ms=97.123456789)
    study = render_study(LumbarPlan(), [protocol], replace(GRID, n_slices=1))
    dataset = pydicom.dcmread(write_dicom(study, tmp_path, OPTIONS)[0])
    assert (dataset.MagneticFieldStrength, dataset.RepetitionTime, dataset.EchoTime) == (3.0, 3333.333, 97.123)
