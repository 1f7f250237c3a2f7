"""Written files are correct DICOM, say what they are told to say, and come back as they were."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from ilc.imaging.dicom import SequenceKind, read_pixels, read_series
from ilc.simulation.dicom_writer import EXPLICIT_LITTLE, RLE_LOSSLESS, WritingOptions, quantise, write_dicom
from ilc.simulation.lumbar import STIR, T1, T2, LumbarPlan, SagittalGrid, SimulatedStudy, render_study

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
