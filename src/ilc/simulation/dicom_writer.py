"""Write simulated volumes as DICOM: one MR Image Storage object per slice, as a scanner would, or with its faults."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry
from ilc.simulation.lumbar.axial import SimulatedAxial
from ilc.simulation.lumbar.localiser import LOCALISER_THICKNESS_MM, SimulatedLocaliser
from ilc.simulation.lumbar.scanner import SimulatedStudy
from ilc.simulation.lumbar.tissues import Protocol

if TYPE_CHECKING:
    from pydicom import Dataset

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
SECONDARY_CAPTURE_STORAGE = "1.2.840.10008.5.1.4.1.1.7"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
_NAMESPACE = uuid.UUID("b2a9c0de-51ce-5e1f-9c1a-1c0000000001")
_GREY_PER_SIGNAL = 500.0
_BITS = 12
_CAPTURE_BITS = 8


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """How the files are written. `seed_name` decides every UID."""

    seed_name: str
    transfer_syntax: str = RLE_LOSSLESS
    with_modality: bool = True
    with_timing: bool = True  # EchoTime, RepetitionTime, InversionTime, ScanningSequence, SequenceName
    with_description: bool = True
    with_geometry: bool = True  # position, orientation, spacing and thickness
    as_secondary_capture: bool = False  # 8-bit pictures of the slices, as an archive exports them
    repeated_slices: tuple[int, ...] = ()  # acquired twice at one place, each with noise of its own
    copied_slices: tuple[int, ...] = ()  # the same object in two files
    missing_slices: tuple[int, ...] = ()
    character_set: str = "ISO_IR 192"
    patient_name: str = "Simulated^Patient"
    study_date: str = "20261102"

    def without_tags(self) -> WritingOptions:
        """The same, without any attribute that tells what kind of images these are."""
        return replace(self, with_modality=False, with_timing=False, with_description=False)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One slice to be written: slice `index` of a grid."""

    geometry: Geometry
    index: int
    pixels: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class SeriesToWrite:
    """Slices of one series in the order they are written. `name` decides its folder and UIDs."""

    name: str
    description: str
    protocol: Protocol
    slice_thickness_mm: float
    number: int
    frames: tuple[Frame, ...]
    is_localiser: bool = False


def uid_of(*names: object) -> str:
    """A UID that follows from names alone: the same names give the same UID anywhere."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join(str(name) for name in names)).int}"


def write_dicom(study: SimulatedStudy, folder: Path, options: WritingOptions) -> tuple[Path, ...]:
    """Write every sequence of a study into a folder of its own below `folder`; returns the files in order."""
    written: list[Path] = []
    for number, (kind, voxels) in enumerate(study.images.items(), start=1):
        protocol, thickness = study.protocols[kind], study.grid.slice_thickness_mm
        frames = frames_of([(study.geometry, voxels)])
        series = SeriesToWrite(kind, f"sag {kind.upper()} TSE", protocol, thickness, number, frames)
        written += write_series(series, folder, options)
    return tuple(written)


def write_axial(
    axial: SimulatedAxial,
    folder: Path,
    options: WritingOptions,
    *,
    split: Literal["by_sequence", "by_stack"] = "by_sequence",
) -> tuple[Path, ...]:
    """Write axial stacks; `by_sequence` puts stacks of different angulation into one series, as many scanners do."""
    written: list[Path] = []
    number = 10
    for kind, protocol in axial.protocols.items():
        groups = [axial.stacks] if split == "by_sequence" else [(stack,) for stack in axial.stacks]
        for group in groups:
            number += 1
            name = f"{kind}_tra" if split == "by_sequence" else f"{kind}_tra_{group[0].stack.name}"
            frames = frames_of([(stack.geometry, stack.images[kind]) for stack in group])
            thickness = axial.grid.slice_thickness_mm
            series = SeriesToWrite(name, f"tra {kind.upper()} TSE", protocol, thickness, number, frames)
            written += write_series(series, folder, options)
    return tuple(written)


def write_localiser(localiser: SimulatedLocaliser, folder: Path, options: WritingOptions) -> tuple[Path, ...]:
    """Write the three planes of a localiser as one series."""
    frames = frames_of(list(zip(localiser.geometries, localiser.images, strict=True)))
    series = SeriesToWrite(
        "localiser", "localizer 3 plane", localiser.protocol, LOCALISER_THICKNESS_MM, 0, frames, is_localiser=True
    )
    return write_series(series, folder, options)


def frames_of(volumes: Sequence[tuple[Geometry, NDArray[np.float32]]]) -> tuple[Frame, ...]:
    """The slices of grids one after another."""
    return tuple(
        Frame(geometry, index, quantise(voxels[index]))
        for geometry, voxels in volumes
        for index in range(voxels.shape[0])
    )


def write_series(series: SeriesToWrite, folder: Path, options: WritingOptions) -> tuple[Path, ...]:
    """Write one series into a folder of its own below `folder`; returns the files in order."""
    from pydicom.uid import UID

    target = folder / series.name
    target.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for position in range(len(series.frames)):
        if position in options.missing_slices:
            continue
        stem = f"IM{position + 1:04d}"
        path = target / f"{stem}.dcm"
        _save(build_slice(series, position, options), path, options.transfer_syntax)
        written.append(path)
        if position in options.copied_slices:
            written.append(target / f"{stem}_COPY.dcm")
            written[-1].write_bytes(path.read_bytes())
        if position in options.repeated_slices:
            again = build_slice(_acquired_again(series, position), position, options)
            again.SOPInstanceUID = UID(uid_of(options.seed_name, series.name, position, "again"))
            again.file_meta.MediaStorageSOPInstanceUID = again.SOPInstanceUID
            written.append(target / f"{stem}_AGAIN.dcm")
            _save(again, written[-1], options.transfer_syntax)
    return tuple(written)


def _acquired_again(series: SeriesToWrite, position: int) -> SeriesToWrite:
    """The series with other noise in one slice."""
    frame = series.frames[position]
    noise = np.random.default_rng([position, 17]).integers(-4, 5, frame.pixels.shape)
    pixels = np.clip(frame.pixels.astype(np.int64) + noise, 0, 2**_BITS - 1).astype(np.uint16)
    frames = (*series.frames[:position], replace(frame, pixels=pixels), *series.frames[position + 1 :])
    return replace(series, frames=frames)


def quantise(image: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Grey values as stored: 12 bits."""
    return np.asarray(np.clip(np.rint(image * _GREY_PER_SIGNAL), 0, 2**_BITS - 1), dtype=np.uint16)


def build_slice(series: SeriesToWrite, position: int, options: WritingOptions) -> Dataset:
    """One slice as an uncompressed data set."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    storage = SECONDARY_CAPTURE_STORAGE if options.as_secondary_capture else MR_IMAGE_STORAGE
    meta.MediaStorageSOPClassUID = UID(storage)
    meta.MediaStorageSOPInstanceUID = UID(uid_of(options.seed_name, series.name, position))
    meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE)
    meta.ImplementationClassUID = UID(uid_of("implementation"))
    meta.ImplementationVersionName = "ILC_SIMULATION"
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = options.character_set.split("\\") if options.character_set else ""
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    _set_study(dataset, options)
    _set_series(dataset, series, options)
    dataset.InstanceNumber = position + 1
    frame = series.frames[position]
    if options.as_secondary_capture:
        dataset.ConversionType = "WSD"
        _set_capture(dataset, frame.pixels)
        return dataset
    _set_acquisition(dataset, series, options)
    if options.with_geometry:
        _set_place(dataset, frame, series.slice_thickness_mm)
    _set_pixels(dataset, frame.pixels)
    return dataset


def _set_study(dataset: Dataset, options: WritingOptions) -> None:
    dataset.StudyInstanceUID = uid_of(options.seed_name, "study")
    if options.with_geometry and not options.as_secondary_capture:
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


def _set_series(dataset: Dataset, series: SeriesToWrite, options: WritingOptions) -> None:
    dataset.SeriesInstanceUID = uid_of(options.seed_name, series.name, "series")
    dataset.SeriesNumber = series.number
    if options.with_modality:
        dataset.Modality = "MR"
    if options.with_description:
        dataset.SeriesDescription = series.description


def _set_acquisition(dataset: Dataset, series: SeriesToWrite, options: WritingOptions) -> None:
    protocol = series.protocol
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER" if series.is_localiser else "M", "SE"]
    dataset.MRAcquisitionType = "2D"
    dataset.SequenceVariant = "SK"
    dataset.ScanOptions = ""
    dataset.MagneticFieldStrength = protocol.field_strength_t
    dataset.FlipAngle = 90
    dataset.EchoTrainLength = 3 if protocol.kind.value == "t1" else 15
    if options.with_timing:
        dataset.EchoTime = round(protocol.echo_time_ms, 3)
        dataset.RepetitionTime = round(protocol.repetition_time_ms, 3)
        dataset.ScanningSequence = "SE"
        dataset.SequenceName = "*tse2d1"
        if protocol.inversion_time_ms is not None:
            dataset.InversionTime = round(protocol.inversion_time_ms, 3)
            dataset.ScanningSequence = ["SE", "IR"]
            dataset.SequenceName = "*tir2d1"


def _set_place(dataset: Dataset, frame: Frame, slice_thickness_mm: float) -> None:
    geometry = frame.geometry
    directions = geometry.directions
    position = geometry.index_to_lps((frame.index, 0, 0))
    dataset.ImageOrientationPatient = [_decimal(value) for value in (*directions[:, 2], *directions[:, 1])]
    dataset.ImagePositionPatient = [_decimal(value) for value in position]
    dataset.SliceLocation = _decimal(float(position @ geometry.normal))
    dataset.PixelSpacing = [_decimal(value) for value in geometry.spacing_mm[1:]]
    dataset.SpacingBetweenSlices = _decimal(geometry.spacing_mm[0])
    dataset.SliceThickness = _decimal(slice_thickness_mm)


def _set_pixels(dataset: Dataset, pixels: NDArray[np.uint16]) -> None:
    _set_matrix(dataset, pixels.shape)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, _BITS, _BITS - 1
    low, high = (float(value) for value in np.percentile(pixels, (1.0, 99.5)))
    dataset.WindowCenter, dataset.WindowWidth = _decimal((low + high) / 2), _decimal(max(high - low, 1.0))
    dataset.PixelData = pixels.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"


def _set_capture(dataset: Dataset, pixels: NDArray[np.uint16]) -> None:
    """The picture as a screen shows it, its window burnt in."""
    _set_matrix(dataset, pixels.shape)
    dataset.BitsAllocated = dataset.BitsStored = _CAPTURE_BITS
    dataset.HighBit = _CAPTURE_BITS - 1
    low, high = (float(value) for value in np.percentile(pixels, (1.0, 99.5)))
    grey = np.clip((pixels - low) / max(high - low, 1.0), 0.0, 1.0) * (2**_CAPTURE_BITS - 1)
    dataset.PixelData = np.rint(grey).astype(np.uint8).tobytes()
    dataset["PixelData"].VR = "OB"


def _set_matrix(dataset: Dataset, shape: tuple[int, ...]) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = (int(size) for size in shape)
    dataset.PixelRepresentation = 0


def _save(dataset: Dataset, path: Path, transfer_syntax: str) -> None:
    if transfer_syntax != EXPLICIT_LITTLE:
        dataset.compress(transfer_syntax, generate_instance_uid=False)
    dataset.save_as(path, enforce_file_format=True)


def _decimal(value: float) -> str:
    """A decimal string of at most 16 characters, as the standard wants."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
