"""Small DICOM files for tests: correct ones, and the ways in which real exports go wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from ilc.imaging.dicom import SeriesReading

MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
EXPLICIT = "1.2.840.10008.1.2.1"
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL_NORMAL = (-1.0, 0.0, 0.0)
ROWS, COLUMNS = 40, 36
PATIENT_NAME = "Yamada^Hanako"
PATIENT_ID = "PAT-4711"

Change = Callable[[Dataset], object]


def pixels_of(index: int, rows: int = ROWS, columns: int = COLUMNS) -> NDArray[np.uint16]:
    """Values that differ by slice, row and column, as 12 bits."""
    row, column = np.mgrid[:rows, :columns]
    return np.asarray((index * 100 + row * 7 + column * 3) % 4096, dtype=np.uint16)


def base_dataset(sop_class: str, uid: str) -> FileDataset:
    """An object with everything but an image."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = UID(uid)
    meta.TransferSyntaxUID = UID(EXPLICIT)
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = UID(sop_class)
    dataset.SOPInstanceUID = UID(uid)
    dataset.PatientName = PATIENT_NAME
    dataset.PatientID = PATIENT_ID
    dataset.StudyInstanceUID = "1.2.3"
    dataset.StudyDate = "20260305"
    dataset.Modality = "MR"
    return dataset


def set_pixels(dataset: Dataset, pixels: NDArray[np.uint16]) -> None:
    """Store 12-bit grey values."""
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = (int(size) for size in pixels.shape[-2:])
    if pixels.ndim == 3:
        dataset.NumberOfFrames = pixels.shape[0]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"


def mr_slice(index: int, *, series: str = "1.2.3.4", step_mm: float = 4.0) -> FileDataset:
    """Slice `index` of a sagittal T2 series, from the patient's left to the right."""
    dataset = base_dataset(MR, f"{series}.{index + 1}")
    dataset.SeriesInstanceUID = series
    dataset.SeriesNumber = 3
    dataset.InstanceNumber = index + 1
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "SE"]
    dataset.ScanningSequence = "SE"
    dataset.EchoTime = 100
    dataset.RepetitionTime = 3500
    dataset.MagneticFieldStrength = 1.5
    dataset.SeriesDescription = "sag T2"
    dataset.ImageOrientationPatient = list(SAGITTAL)
    dataset.ImagePositionPatient = [8.0 - step_mm * index, -50.0, 60.0]
    dataset.PixelSpacing = [0.8, 0.5]
    dataset.SliceThickness = 3.6
    set_pixels(dataset, pixels_of(index))
    return dataset


def write_file(dataset: Dataset, path: Path) -> Path:
    """Write a data set as a DICOM file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_series(
    folder: Path, n_slices: int = 5, change: Change | None = None, *, series: str = "1.2.3.4"
) -> list[Path]:
    """Write a sagittal series; `change` alters each slice before it is written."""
    paths = []
    for index in range(n_slices):
        dataset = mr_slice(index, series=series)
        if change is not None:
            change(dataset)
        paths.append(write_file(dataset, folder / f"IM{index:03d}.dcm"))
    return paths


def without(*keywords: str) -> Change:
    """Remove attributes."""

    def change(dataset: Dataset) -> None:
        for keyword in keywords:
            if keyword in dataset:
                delattr(dataset, keyword)

    return change


def with_values(**values: object) -> Change:
    """Set attributes."""

    def change(dataset: Dataset) -> None:
        for keyword, value in values.items():
            setattr(dataset, keyword, value)

    return change


def enhanced_mr(n_frames: int = 4, *, shuffled: bool = False) -> FileDataset:
    """One enhanced multi-frame MR object: shared orientation and spacing, position and rescaling by frame."""
    dataset = base_dataset(ENHANCED_MR, "1.2.9.1")
    dataset.SeriesInstanceUID = "1.2.9"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    dataset.EchoPulseSequence = "SPIN"
    orientation, measures, timing = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = list(SAGITTAL)
    measures.PixelSpacing = [0.8, 0.5]
    measures.SliceThickness = 3.6
    timing.RepetitionTime = 600
    modifier = Dataset()
    modifier.InversionRecovery = "NO"
    modifier.SpectrallySelectedSuppression = "NONE"
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.MRTimingAndRelatedParametersSequence = Sequence([timing])
    shared.MRModifierSequence = Sequence([modifier])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    order = list(range(n_frames))[::-1] if shuffled else list(range(n_frames))
    dataset.PerFrameFunctionalGroupsSequence = Sequence([_frame_group(index) for index in order])
    set_pixels(dataset, np.stack([pixels_of(index) for index in order]))
    return dataset


def _frame_group(index: int) -> Dataset:
    position, echo, transformation, group = Dataset(), Dataset(), Dataset(), Dataset()
    position.ImagePositionPatient = [8.0 - 4.0 * index, -50.0, 60.0]
    echo.EffectiveEchoTime = 9.5
    transformation.RescaleSlope = 2.0
    transformation.RescaleIntercept = float(index)
    group.PlanePositionSequence = Sequence([position])
    group.MREchoSequence = Sequence([echo])
    group.PixelValueTransformationSequence = Sequence([transformation])
    return group


def check_all_accounted(reading: SeriesReading, root: Path) -> None:
    """Every file is in a series or left out with a reason, none in both, and each reason is an issue."""
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() or path.is_symlink()}
    files = {name for name in files if not (root / name).is_dir()}
    used = [path for series in reading.series for path in series.paths]
    left = [item.path for item in reading.left_out]
    assert len(left) == len(set(left))
    assert set(used).isdisjoint(left)
    assert files <= set(used) | set(left)
    assert {item.code for item in reading.left_out} <= {issue.code for issue in reading.issues}
    assert {item.path for item in reading.inputs} == set(used)


def codes_of(reading: SeriesReading) -> set[str]:
    """Codes of all issues."""
    return {issue.code for issue in reading.issues}
