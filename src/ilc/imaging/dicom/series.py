"""What reading images gives: series with their meaning and place, the issues met, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from ilc.core import InputFile, Issue
from ilc.imaging.dicom.geometry import Geometry, Plane
from ilc.imaging.dicom.sequence import Sequence, SequenceKind, Timing


class SeriesKind(StrEnum):
    """What can be done with a series."""

    VOLUME = "volume"  # parallel slices with a place in the patient; one slice is allowed
    IMAGE = "image"  # a radiograph, or slices that do not say where they lie
    CINE = "cine"  # frames over time
    CAPTURE = "capture"  # a screen shot or scanned page: to look at, not to measure
    SCOUT = "scout"  # planning views


class SpacingKind(StrEnum):
    """Where pixel spacing was stated for."""

    PATIENT = "patient"
    DETECTOR = "detector"  # at the detector of a radiograph: the patient is smaller by the magnification
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FrameSource:
    """One plane of pixels: which file, which frame in it, and how stored values become numbers."""

    path: str  # relative to the root of the reading
    frame: int
    slope: float = 1.0
    intercept: float = 0.0
    inverted: bool = False  # MONOCHROME1


@dataclass(frozen=True, slots=True)
class PixelSource:
    """Where the pixels of a series wait on disk. `planes` has one entry per slice; None where a slice is missing."""

    root: Path
    planes: tuple[FrameSource | None, ...]
    nifti_axes: tuple[int, int, int] | None = None  # which NIfTI axis is slice, row, column; None for DICOM
    nifti_flips: tuple[bool, bool, bool] = (False, False, False)


@dataclass(frozen=True, slots=True)
class Series:
    """One stack of images that belong together. Holds no pixels and nothing that names the patient."""

    id: str
    kind: SeriesKind
    modality: str  # Modality; empty when neither it nor the kind of object tells
    plane: Plane
    sequence: Sequence
    timing: Timing
    shape: tuple[int, int, int]  # slices (or frames), rows, columns
    geometry: Geometry | None  # None: no place in the patient is known
    pixel_spacing_mm: tuple[float, float] | None  # between rows, between columns
    spacing_kind: SpacingKind
    slice_thickness_mm: float | None
    body_part: str  # BodyPartExamined as coded
    laterality: str  # "L", "R", "B", "U" or empty
    view: str  # ViewPosition of a radiograph as coded
    derived: bool  # calculated from other images, as reformats are
    acquired_on: date | None
    frame_time_ms: float | None  # between frames of a cine
    missing_slices: tuple[int, ...]  # indices of planes that are blank because their file is absent
    paths: tuple[str, ...]  # relative to the root, one per file
    source: PixelSource = field(repr=False)

    @property
    def n_files(self) -> int:
        """How many files the series was read from."""
        return len(self.paths)

    @property
    def sequence_kind(self) -> SequenceKind:
        """Weighting; UNKNOWN for anything but MR."""
        return self.sequence.kind


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is in no series, with the code of the issue that tells why."""

    path: str
    code: str


@dataclass(frozen=True, slots=True)
class SeriesReading:
    """Everything found. Each file is in `paths` of a series or in `left_out`; all that is left out has its issue."""

    series: tuple[Series, ...]
    issues: tuple[Issue, ...]
    inputs: tuple[InputFile, ...]
    left_out: tuple[LeftOut, ...]
