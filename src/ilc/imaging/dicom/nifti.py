"""NIfTI files as series: turned so that slices, rows and columns run as in DICOM."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue
from ilc.imaging.dicom.attributes import fingerprint
from ilc.imaging.dicom.files import FileFormat, FoundFile
from ilc.imaging.dicom.geometry import Geometry, GeometryNotValid, Plane
from ilc.imaging.dicom.limits import SIDECAR_MAX_BYTES
from ilc.imaging.dicom.nifti_file import NiftiHeader, read_nifti_header
from ilc.imaging.dicom.notices import series_issue
from ilc.imaging.dicom.sequence import Sequence, SequenceKind, SequenceTags, Timing, detect_sequence
from ilc.imaging.dicom.series import FrameSource, PixelSource, Series, SeriesKind, SpacingKind

Axes = tuple[int, int, int]
Flips = tuple[bool, bool, bool]

_THICKER = 1.2
_RIGHT, _FRONT, _HEAD = 0, 1, 2  # axes of RAS
# Rows and columns of a slice by the axis it is stacked along, as radiologists look at it.
_IN_PLANE = {_RIGHT: (_HEAD, _FRONT), _FRONT: (_HEAD, _RIGHT), _HEAD: (_FRONT, _RIGHT)}
_SUFFIX = re.compile(r"\.nii(\.gz)?$", re.I)


def read_nifti(file: FoundFile, root: Path, form: FileFormat) -> tuple[Series, tuple[Issue, ...]]:
    """Describe a NIfTI file as one series; its voxels are checked to be there but not kept.

    Raises
    ------
    FileRefused : with the code of the issue
    """
    header = read_nifti_header(file.path, packed=form is FileFormat.NIFTI_GZ)
    axes, flips = choose_axes(header.affine_ras, header.shape)
    series_id = fingerprint("nifti", file.relative) + "-1"
    sequence, timing = _read_sequence(file)
    geometry, issues = _place(header, axes, flips, series_id)
    shape = (header.shape[axes[0]], header.shape[axes[1]], header.shape[axes[2]])
    lengths = np.linalg.norm(header.affine_ras[:3, :3], axis=0)
    planes = tuple(FrameSource(file.relative, index) for index in range(shape[0]))
    series = Series(
        id=series_id,
        kind=SeriesKind.VOLUME if geometry is not None else SeriesKind.IMAGE,
        modality="",
        plane=Plane.UNKNOWN if geometry is None else geometry.plane,
        sequence=sequence,
        timing=timing,
        shape=shape,
        geometry=geometry,
        pixel_spacing_mm=(float(lengths[axes[1]]), float(lengths[axes[2]])),
        spacing_kind=SpacingKind.PATIENT,
        slice_thickness_mm=None,
        body_part="",
        laterality="",
        view="",
        derived=False,
        acquired_on=None,
        frame_time_ms=None,
        missing_slices=(),
        paths=(file.name,),
        source=PixelSource(root, planes, axes, flips),
    )
    return series, (*issues, *_issues_of_sequence(series))


def choose_axes(affine_ras: NDArray[np.float64], shape: tuple[int, int, int]) -> tuple[Axes, Flips]:
    """Which voxel axis is slice, row and column, and which axes (i, j, k) to reverse.

    Slices run along the only axis of one voxel, else along the clearly thicker one, else from side to side. Rows run
    downwards (to the feet, or to the back in axial slices), columns to the back (to the left in the other planes).
    """
    body = _body_axes(affine_ras)
    lengths = np.linalg.norm(affine_ras[:3, :3], axis=0)
    singles = [axis for axis in range(3) if shape[axis] == 1]
    order = np.argsort(lengths)
    if len(singles) == 1:
        slice_axis = singles[0]
    elif lengths[order[2]] > _THICKER * lengths[order[1]]:
        slice_axis = int(order[2])
    else:
        slice_axis = body.index(_RIGHT)
    row_body, column_body = _IN_PLANE[body[slice_axis]]
    axes = (slice_axis, body.index(row_body), body.index(column_body))
    positive = [bool(affine_ras[body[axis], axis] > 0) for axis in range(3)]
    # Left, back and feet are the negative directions of RAS.
    flips = [positive[axis] for axis in range(3)]
    # Right-handed: slices grow to the right, to the back, or to the head.
    flips[slice_axis] = positive[slice_axis] if body[slice_axis] == _FRONT else not positive[slice_axis]
    return axes, (flips[0], flips[1], flips[2])


def is_sidecar(path: str, images: set[str]) -> bool:
    """Whether a JSON file stands beside a NIfTI image that was read."""
    stem = path.removesuffix(".json")
    return stem != path and (f"{stem}.nii" in images or f"{stem}.nii.gz" in images)


def _body_axes(affine_ras: NDArray[np.float64]) -> list[int]:
    """Body axis (right, front, head) of each voxel axis, each used once: the best fit first."""
    weights = np.abs(affine_ras[:3, :3] / np.linalg.norm(affine_ras[:3, :3], axis=0).clip(min=1e-12))
    body = [0, 0, 0]
    for _ in range(3):
        row, column = (int(value) for value in np.unravel_index(int(np.argmax(weights)), (3, 3)))
        body[column] = row
        weights[row, :] = -1.0
        weights[:, column] = -1.0
    return body


def _place(header: NiftiHeader, axes: Axes, flips: Flips, series_id: str) -> tuple[Geometry | None, list[Issue]]:
    issues = []
    if not header.units_stated:
        message = "The file does not state its units; millimetres were taken, as the format advises."
        issues.append(series_issue("UNITS_ASSUMED", series_id, message))
    if not header.is_oriented:
        message = "The file does not say how it lies in the patient; nothing is measured in it."
        return None, [*issues, series_issue("NIFTI_NO_ORIENTATION", series_id, message)]
    flip = np.eye(4)
    for axis in range(3):
        if flips[axis]:
            flip[axis, axis] = -1.0
            flip[axis, 3] = header.shape[axis] - 1.0
    shape = (header.shape[axes[0]], header.shape[axes[1]], header.shape[axes[2]])
    try:
        return Geometry.from_nifti(header.affine_ras @ flip, axes, shape), issues
    except GeometryNotValid as error:
        message = f"The file does not describe a grid in space: {error}."
        return None, [*issues, series_issue("GEOMETRY_NOT_VALID", series_id, message)]


def _read_sequence(file: FoundFile) -> tuple[Sequence, Timing]:
    """From the sidecar that converters write, else from the words of the file's name."""
    facts = _read_sidecar(file.path)
    timing = Timing(
        echo_time_ms=_seconds_as_ms(facts.get("EchoTime")),
        repetition_time_ms=_seconds_as_ms(facts.get("RepetitionTime")),
        inversion_time_ms=_seconds_as_ms(facts.get("InversionTime")),
        field_strength_t=_positive(facts.get("MagneticFieldStrength")),
    )
    names: tuple[str, ...] = ("SeriesDescription", "ProtocolName")
    texts = {name: str(facts[name])[:256] for name in names if name in facts}
    texts["file name"] = _SUFFIX.sub("", PurePosixPath(file.relative).name)
    scanning = facts.get("ScanningSequence", "")
    words = tuple(scanning.upper().replace("_", "\\").split("\\")) if isinstance(scanning, str) else ()
    return detect_sequence(SequenceTags(timing=timing, scanning_sequence=words, texts=texts)), timing


def _read_sidecar(image: Path) -> dict[str, Any]:
    path = image.with_name(_SUFFIX.sub("", image.name) + ".json")
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > SIDECAR_MAX_BYTES:
            return {}
        facts = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _seconds_as_ms(value: object) -> float | None:
    seconds = _positive(value)
    return None if seconds is None else seconds * 1000.0


def _positive(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0.0 < value < 1e6 else None  # type: ignore[arg-type,operator]


def _issues_of_sequence(series: Series) -> tuple[Issue, ...]:
    reasons = series.sequence.reasons
    if series.sequence.conflict:
        message = f"Which sequence it is: {series.sequence.conflict}; the times were believed."
        return (series_issue("SEQUENCE_CONFLICT", series.id, message),)
    if series.sequence.kind is SequenceKind.UNKNOWN:
        message = "Which sequence it is could not be told from a NIfTI file."
        return (series_issue("SEQUENCE_UNKNOWN", series.id, message),)
    if all(reason.startswith("file name") or reason.endswith("missing") for reason in reasons):
        message = f"Which sequence it is was taken from the name of the file: {series.sequence.kind.value}."
        return (series_issue("SEQUENCE_FROM_NAME", series.id, message),)
    return ()
