"""Write simulated volumes as DICOM: one MR Image Storage object per slice, as a scanner would, or with its faults."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.scanner import SimulatedStudy
from ilc.simulation.lumbar.tissues import Protocol

if TYPE_CHECKING:
    from pydicom import Dataset

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
_NAMESPACE = uuid.UUID("b2a9c0de-51ce-5e1f-9c1a-1c0000000001")
_GREY_PER_SIGNAL = 500.0
_BITS = 12


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """How the files are written. `seed_name` decides every UID."""

    seed_name: str
    transfer_syntax: str = RLE_LOSSLESS
    with_modality: bool = True
    with_timing: bool = True  # EchoTime, RepetitionTime, InversionTime, ScanningSequence, SequenceName
    with_description: bool = True
    character_set: str = "ISO_IR 192"
    patient_name: str = "Simulated^Patient"
    study_date: str = "20261102"


def uid_of(*names: object) -> str:
    """A UID that follows from names alone: the same names give the same UID anywhere."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join(str(name) for name in names)).int}"


def write_dicom(study: SimulatedStudy, folder: Path, options: WritingOptions) -> tuple[Path, ...]:
    """Write every sequence of a study into a folder of its own below `folder`; returns the files in order."""
    written: list[Path] = []
    for number, (kind, voxels) in enumerate(study.images.items(), start=1):
        target = folder / kind
        target.mkdir(parents=True, exist_ok=True)
        series = _Series(study.geometry, study.protocols[kind], study.grid.slice_thickness_mm, number)
        for index in range(voxels.shape[0]):
            path = target / f"IM{index + 1:04d}.dcm"
            _save(build_slice(series, quantise(voxels[index]), index, options), path, options.transfer_syntax)
            written.append(path)
    return tuple(written)


@dataclass(frozen=True, slots=True)
class _Series:
    geometry: Geometry
    protocol: Protocol
    slice_thickness_mm: float
    number: int


def quantise(image: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Grey values as stored: 12 bits."""
    return np.asarray(np.clip(np.rint(image * _GREY_PER_SIGNAL), 0, 2**_BITS - 1), dtype=np.uint16)


def build_slice(series: _Series, pixels: NDArray[np.uint16], index: int, options: WritingOptions) -> Dataset:
    """One slice as an uncompressed data set."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID

    name, kind = options.seed_name, series.protocol.kind.value
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(MR_IMAGE_STORAGE)
    meta.MediaStorageSOPInstanceUID = UID(uid_of(name, kind, index))
    meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE)
    meta.ImplementationClassUID = UID(uid_of("implementation"))
    meta.ImplementationVersionName = "ILC_SIMULATION"
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = options.character_set.split("\\") if options.character_set else ""
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    _set_study(dataset, options)
    _set_series(dataset, series, options)
    _set_place(dataset, series, index)
    _set_pixels(dataset, pixels)
    return dataset


def _set_study(dataset: Dataset, options: WritingOptions) -> None:
    dataset.StudyInstanceUID = uid_of(options.seed_name, "study")
    dataset.FrameOfReferenceUID = uid_of(options.seed_name, "frame")
    dataset.PatientName = options.patient_name
    dataset.PatientID = f"SIM-{uuid.uuid5(_NAMESPACE, options.seed_name).hex[:8].upper()}"
    dataset.PatientBirthDate = ""
    dataset.PatientSex = ""
    dataset.PatientPosition = "HFS"
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = options.study_date
    dataset.StudyTime = dataset.SeriesTime = "101500"
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = "1"
    dataset.Manufacturer = "ILC simulation"
    dataset.PositionReferenceIndicator = ""
    dataset.BodyPartExamined = "LSPINE"
    if options.with_description:
        dataset.StudyDescription = "Simulated lumbar spine"


def _set_series(dataset: Dataset, series: _Series, options: WritingOptions) -> None:
    protocol = series.protocol
    dataset.SeriesInstanceUID = uid_of(options.seed_name, protocol.kind.value, "series")
    dataset.SeriesNumber = series.number
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "SE"]
    dataset.MRAcquisitionType = "2D"
    dataset.SequenceVariant = "SK"
    dataset.ScanOptions = ""
    dataset.MagneticFieldStrength = 1.5
    dataset.FlipAngle = 90
    dataset.EchoTrainLength = 3 if protocol.kind.value == "t1" else 15
    if options.with_modality:
        dataset.Modality = "MR"
    if options.with_description:
        dataset.SeriesDescription = f"sag {protocol.kind.value.upper()} TSE"
    if options.with_timing:
        dataset.EchoTime = protocol.echo_time_ms
        dataset.RepetitionTime = protocol.repetition_time_ms
        dataset.ScanningSequence = "SE"
        dataset.SequenceName = "*tse2d1"
        if protocol.inversion_time_ms is not None:
            dataset.InversionTime = protocol.inversion_time_ms
            dataset.ScanningSequence = ["SE", "IR"]
            dataset.SequenceName = "*tir2d1"


def _set_place(dataset: Dataset, series: _Series, index: int) -> None:
    geometry = series.geometry
    directions = geometry.directions
    position = geometry.index_to_lps((index, 0, 0))
    dataset.InstanceNumber = index + 1
    dataset.ImageOrientationPatient = [_decimal(value) for value in (*directions[:, 2], *directions[:, 1])]
    dataset.ImagePositionPatient = [_decimal(value) for value in position]
    dataset.SliceLocation = _decimal(float(position @ geometry.normal))
    dataset.PixelSpacing = [_decimal(value) for value in geometry.spacing_mm[1:]]
    dataset.SpacingBetweenSlices = _decimal(geometry.spacing_mm[0])
    dataset.SliceThickness = _decimal(series.slice_thickness_mm)


def _set_pixels(dataset: Dataset, pixels: NDArray[np.uint16]) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = (int(size) for size in pixels.shape)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, _BITS, _BITS - 1
    dataset.PixelRepresentation = 0
    low, high = (float(value) for value in np.percentile(pixels, (1.0, 99.5)))
    dataset.WindowCenter, dataset.WindowWidth = _decimal((low + high) / 2), _decimal(max(high - low, 1.0))
    dataset.PixelData = pixels.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"


def _save(dataset: Dataset, path: Path, transfer_syntax: str) -> None:
    if transfer_syntax != EXPLICIT_LITTLE:
        dataset.compress(transfer_syntax, generate_instance_uid=False)
    dataset.save_as(path, enforce_file_format=True)


def _decimal(value: float) -> str:
    """A decimal string of at most 16 characters, as the standard wants."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
