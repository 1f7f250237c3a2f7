"""One DICOM image file in this project's terms: what it is, and where each of its frames lies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ilc.imaging.dicom.attributes import (
    fingerprint,
    read_date,
    read_items,
    read_number,
    read_numbers,
    read_text,
    read_values,
    read_whole,
)
from ilc.imaging.dicom.files import FoundFile
from ilc.imaging.dicom.header import FileRefused, Header
from ilc.imaging.dicom.kinds import PROJECTIONS, KindTags, detect_kind
from ilc.imaging.dicom.sequence import SequenceTags, Timing
from ilc.imaging.dicom.series import SeriesKind, SpacingKind

if TYPE_CHECKING:
    from pydicom import Dataset

_STORAGE = "1.2.840.10008.5.1.4.1.1."
# Modality by SOP class, for exports that lost the tag.
_MODALITIES: tuple[tuple[str, str], ...] = (
    ("1.1", "DX"),
    ("1", "CR"),
    ("2", "CT"),
    ("3.1", "US"),
    ("4", "MR"),
    ("6.1", "US"),
    ("12.1", "XA"),
    ("12.2", "RF"),
)
_POSITION_MAX_MM = 10_000.0  # no scanner reaches further
_TEXTS = ("SeriesDescription", "ProtocolName", "SequenceName", "PulseSequenceName")


@dataclass(frozen=True, slots=True)
class Frame:
    """One plane of a file. Lengths in mm, positions in LPS; None where the attribute is missing."""

    index: int
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    pixel_spacing: tuple[float, ...] | None
    thickness: float | None
    step: float | None  # SpacingBetweenSlices
    location: float | None  # SliceLocation
    slope: float
    intercept: float
    echo_time_ms: float | None
    echo_number: int | None
    image_type: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One image file. The UIDs stay inside the reading; nothing of the patient is kept but a hash to compare."""

    file: FoundFile
    sha256: str
    series_uid: str
    sop_uid: str
    series_number: int
    instance_number: int
    patient_hash: str
    kind: SeriesKind
    why_kind: str  # what it is, where it is set aside
    modality: str
    modality_stated: bool
    rows: int
    columns: int
    inverted: bool
    frames: tuple[Frame, ...]
    tags: SequenceTags
    spacing_kind: SpacingKind
    body_part: str
    laterality: str
    view: str
    derived: bool
    acquired_on: date | None
    frame_time_ms: float | None


def parse_image(header: Header, file: FoundFile, sha256: str) -> ImageFile:
    """Read the attributes of one image file.

    Raises
    ------
    FileRefused : FRAMES_INCONSISTENT where the frames described are not the frames announced
    """
    dataset = header.dataset
    frames = _parse_frames(dataset, header.layout.frames)
    stated = read_text(dataset, "Modality").upper()
    modality = stated or _modality_of_class(read_text(dataset, "SOPClassUID"))
    image_type = frames[0].image_type
    kind, why_kind = _detect_kind(header, modality, frames)
    return ImageFile(
        file=file,
        sha256=sha256,
        series_uid=read_text(dataset, "SeriesInstanceUID"),
        sop_uid=read_text(dataset, "SOPInstanceUID"),
        series_number=read_whole(dataset, "SeriesNumber") or 0,
        instance_number=read_whole(dataset, "InstanceNumber") or 0,
        patient_hash=_hash_patient(dataset),
        kind=kind,
        why_kind=why_kind,
        modality=modality,
        modality_stated=bool(stated),
        rows=header.layout.rows,
        columns=header.layout.columns,
        inverted=read_text(dataset, "PhotometricInterpretation") == "MONOCHROME1",
        frames=frames,
        tags=_parse_tags(dataset, frames[0]),
        spacing_kind=_detect_spacing_kind(dataset, modality, frames[0]),
        body_part=read_text(dataset, "BodyPartExamined").upper()[:16],
        laterality=(read_text(dataset, "ImageLaterality") or read_text(dataset, "Laterality")).upper()[:1],
        view=read_text(dataset, "ViewPosition").upper()[:16],
        derived="DERIVED" in image_type[:1],
        acquired_on=read_date(dataset, "AcquisitionDate", "ContentDate", "SeriesDate", "StudyDate"),
        frame_time_ms=_read_frame_time(dataset),
    )


def _parse_frames(dataset: Dataset, n_frames: int) -> tuple[Frame, ...]:
    groups = read_items(dataset, "PerFrameFunctionalGroupsSequence")
    shared = read_items(dataset, "SharedFunctionalGroupsSequence")
    if not groups and not shared:
        return tuple(_parse_frame(_PlainAttributes(dataset), index) for index in range(n_frames))
    if groups and len(groups) != n_frames:
        raise FileRefused("FRAMES_INCONSISTENT")
    common = shared[0] if shared else None
    return tuple(
        _parse_frame(_GroupedAttributes(dataset, groups[index] if groups else None, common), index)
        for index in range(n_frames)
    )


class _PlainAttributes:
    """Attributes of a classic object: all at the top level."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def holder(self, group: str) -> Dataset:  # noqa: ARG002 the enhanced objects need it
        return self._dataset


class _GroupedAttributes:
    """Attributes of an enhanced object: in the groups of the frame, else in the shared ones, else at the top level."""

    def __init__(self, dataset: Dataset, own: Dataset | None, shared: Dataset | None) -> None:
        self._dataset = dataset
        self._groups = tuple(group for group in (own, shared) if group is not None)

    def holder(self, group: str) -> Dataset:
        for groups in self._groups:
            items = read_items(groups, group)
            if items:
                return items[0]
        return self._dataset


def _parse_frame(attributes: _PlainAttributes | _GroupedAttributes, index: int) -> Frame:
    measures = attributes.holder("PixelMeasuresSequence")
    rescale = attributes.holder("PixelValueTransformationSequence")
    slope, intercept = read_number(rescale, "RescaleSlope"), read_number(rescale, "RescaleIntercept")
    echo = attributes.holder("MREchoSequence")
    kind = attributes.holder("MRImageFrameTypeSequence")
    return Frame(
        index=index,
        position=_read_position(attributes.holder("PlanePositionSequence")),
        orientation=_read_orientation(attributes.holder("PlaneOrientationSequence")),
        pixel_spacing=_read_spacing(measures, "PixelSpacing") or _read_spacing(measures, "ImagerPixelSpacing"),
        thickness=_positive(read_number(measures, "SliceThickness")),
        step=_positive(read_number(measures, "SpacingBetweenSlices")),
        location=read_number(attributes.holder("PlanePositionSequence"), "SliceLocation"),
        slope=1.0 if slope is None or slope == 0.0 else slope,
        intercept=0.0 if intercept is None else intercept,
        echo_time_ms=_first(read_number(echo, "EffectiveEchoTime"), read_number(echo, "EchoTime")),
        echo_number=read_whole(echo, "EchoNumbers"),
        image_type=read_values(kind, "FrameType") or read_values(kind, "ImageType"),
    )


def _read_position(dataset: Dataset) -> tuple[float, ...] | None:
    values = read_numbers(dataset, "ImagePositionPatient", 3)
    return values if values is not None and all(abs(value) <= _POSITION_MAX_MM for value in values) else None


def _read_orientation(dataset: Dataset) -> tuple[float, ...] | None:
    """ImageOrientationPatient where it holds two unit vectors at right angles."""
    values = read_numbers(dataset, "ImageOrientationPatient", 6)
    if values is None:
        return None
    row, column = values[:3], values[3:]
    lengths = (math.hypot(*row), math.hypot(*column))
    dot = sum(a * b for a, b in zip(row, column, strict=True))
    return values if all(abs(length - 1.0) < 1e-2 for length in lengths) and abs(dot) < 1e-2 else None


def _read_spacing(dataset: Dataset, keyword: str) -> tuple[float, ...] | None:
    values = read_numbers(dataset, keyword, 2)
    return values if values is not None and all(0.005 < value < 100.0 for value in values) else None


def _detect_spacing_kind(dataset: Dataset, modality: str, frame: Frame) -> SpacingKind:
    if frame.pixel_spacing is None:
        return SpacingKind.UNKNOWN
    if modality not in PROJECTIONS:
        return SpacingKind.PATIENT
    stated, detector = _read_spacing(dataset, "PixelSpacing"), _read_spacing(dataset, "ImagerPixelSpacing")
    if stated is None:
        return SpacingKind.DETECTOR
    # Many systems copy the detector's spacing uncorrected for magnification; only a difference, or a word, tells.
    calibrated = read_text(dataset, "PixelSpacingCalibrationType") != "" or (
        detector is not None and stated != detector
    )
    if calibrated:
        return SpacingKind.PATIENT
    return SpacingKind.DETECTOR if detector is not None else SpacingKind.UNKNOWN


def _parse_tags(dataset: Dataset, frame: Frame) -> SequenceTags:
    timing, modifier = (
        _group_item(dataset, "MRTimingAndRelatedParametersSequence"),
        _group_item(dataset, "MRModifierSequence"),
    )
    inversion = _first(read_number(dataset, "InversionTime"), read_number(modifier, "InversionTimes"))
    repetition = _first(read_number(timing, "RepetitionTime"), read_number(dataset, "RepetitionTime"))
    return SequenceTags(
        timing=Timing(
            echo_time_ms=frame.echo_time_ms,
            repetition_time_ms=repetition,
            inversion_time_ms=inversion,
            field_strength_t=_read_field_strength(dataset),
        ),
        scanning_sequence=_read_scanning_sequence(dataset, modifier),
        scan_options=read_values(dataset, "ScanOptions"),
        image_type=frame.image_type,
        fat_suppression=read_text(modifier, "SpectrallySelectedSuppression").upper(),
        has_diffusion_b_value=bool(read_number(dataset, "DiffusionBValue")),
        has_contrast_agent=read_text(dataset, "ContrastBolusAgent").upper() not in ("", "NO", "NONE", "N"),
        texts=_read_texts(dataset),
    )


def _read_texts(dataset: Dataset) -> Mapping[str, str]:
    return {keyword: text for keyword in _TEXTS if (text := read_text(dataset, keyword))}


def _read_scanning_sequence(dataset: Dataset, modifier: Dataset) -> tuple[str, ...]:
    words = list(read_values(dataset, "ScanningSequence"))
    pulse = read_text(dataset, "EchoPulseSequence").upper()
    words += {"SPIN": ["SE"], "GRADIENT": ["GR"], "BOTH": ["SE", "GR"]}.get(pulse, [])
    if read_text(modifier, "InversionRecovery").upper() == "YES":
        words.append("IR")
    return tuple(words)


def _group_item(dataset: Dataset, keyword: str) -> Dataset:
    """Item of a functional group that is the same for all frames, or the object itself."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for item in read_items(dataset, groups)[:1]:
            found = read_items(item, keyword)
            if found:
                return found[0]
    return dataset


def _read_field_strength(dataset: Dataset) -> float | None:
    strength = _positive(read_number(dataset, "MagneticFieldStrength"))
    # Some systems write gauss.
    return strength / 10_000.0 if strength is not None and strength > 100.0 else strength


def _read_frame_time(dataset: Dataset) -> float | None:
    time = _positive(read_number(dataset, "FrameTime"))
    rate = _positive(read_number(dataset, "CineRate")) or _positive(read_number(dataset, "RecommendedDisplayFrameRate"))
    return time if time is not None else (1000.0 / rate if rate is not None else None)


def _detect_kind(header: Header, modality: str, frames: tuple[Frame, ...]) -> tuple[SeriesKind, str]:
    dataset = header.dataset
    return detect_kind(
        KindTags(
            sop_class=read_text(dataset, "SOPClassUID"),
            modality=modality,
            image_type=frames[0].image_type,
            texts=tuple(_read_texts(dataset).values()),
            n_frames=len(frames),
            is_colour=header.layout.samples == 3
            or read_text(dataset, "PhotometricInterpretation").upper() == "PALETTE COLOR",
            is_oriented=frames[0].orientation is not None,
        )
    )


def _modality_of_class(sop_class: str) -> str:
    if not sop_class.startswith(_STORAGE):
        return ""
    rest = sop_class.removeprefix(_STORAGE)
    return next((word for part, word in _MODALITIES if rest == part or rest.startswith(part + ".")), "")


def _hash_patient(dataset: Dataset) -> str:
    identity = read_text(dataset, "PatientID")
    return fingerprint(identity) if identity else ""


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0.0 else None


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)
