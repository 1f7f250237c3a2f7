"""Read every image below a folder into series; every file ends in a series or in an issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ilc.core import InputFile, Issue, sha256_of
from ilc.imaging.dicom.attributes import fingerprint, quiet_parsing
from ilc.imaging.dicom.copies import find_copies
from ilc.imaging.dicom.files import FileFormat, FoundFile, read_file_list, read_format
from ilc.imaging.dicom.geometry import Plane, plane_of_normal
from ilc.imaging.dicom.header import FileRefused, read_header
from ilc.imaging.dicom.images import Frame, ImageFile, parse_image
from ilc.imaging.dicom.limits import SERIES_MAX_PIXELS
from ilc.imaging.dicom.nifti import is_sidecar, read_nifti
from ilc.imaging.dicom.notices import group_left_out, series_issue
from ilc.imaging.dicom.sequence import Sequence as MrSequence
from ilc.imaging.dicom.sequence import SequenceKind, SequenceTags, detect_sequence
from ilc.imaging.dicom.series import (
    FrameSource,
    LeftOut,
    PixelSource,
    Series,
    SeriesKind,
    SeriesReading,
    SpacingKind,
)
from ilc.imaging.dicom.stacks import Note, Placed, Stack, stack_frames

Progress = Callable[[int, int], None]


@dataclass
class _Findings:
    """What has been read so far."""

    root: Path
    images: list[ImageFile] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)


def read_series(paths: Sequence[Path], root: Path, progress: Progress | None = None) -> SeriesReading:
    """Find and describe every series in files and folders; pixels are read later, by `read_pixels`.

    Parameters
    ----------
    paths : files or folders inside `root`; folders are searched to the bottom
    root : the folder that nothing is read outside of; all names given back are relative to it
    progress : called with the number of files done and the number of all files

    Returns
    -------
    series ordered by their number in the study, the issues, the input files by hash, and what was left out and why
    """
    files, left_out = read_file_list(paths, root)
    found = _Findings(root.resolve(), left_out=list(left_out))
    with quiet_parsing():
        for done, file in enumerate(files, start=1):
            code = _read_file(file, found)
            if code:
                found.left_out.append(LeftOut(file.name, code))
            if progress is not None:
                progress(done, len(files))
    _name_sidecars(found)
    _add_dicom_series(found)
    _check_patients(found)
    if not found.series:
        found.issues.append(series_issue("NO_IMAGES", ".", "No medical image was found that can be read."))
    used = sorted({path for series in found.series for path in series.paths})
    inputs = tuple(InputFile(path, found.hashes[path]) for path in used)
    issues = (*found.issues, *group_left_out(found.left_out))
    return SeriesReading(tuple(found.series), issues, inputs, tuple(found.left_out))


def _read_file(file: FoundFile, found: _Findings) -> str:
    """Take in one file; the code of the issue where it gives no image."""
    try:
        form = read_format(file)
        if not isinstance(form, FileFormat):
            return form
        if form in (FileFormat.NIFTI, FileFormat.NIFTI_GZ):
            series, issues = read_nifti(file, found.root, form)
            found.series.append(series)
            found.issues.extend(issues)
            found.hashes[file.name] = sha256_of(file.path)
            return ""
        header = read_header(file.path, bare=form is FileFormat.DICOM_BARE)
        digest = sha256_of(file.path)
        found.images.append(parse_image(header, file, digest))
        found.hashes[file.name] = digest
    except FileRefused as refusal:
        return refusal.code
    except OSError:
        return "FILE_NOT_READABLE"
    except Exception:  # whatever hostile bytes raise, the file is named and the rest goes on
        return "DICOM_DAMAGED"
    return ""


def _name_sidecars(found: _Findings) -> None:
    """JSON files whose times were used are not `other files`."""
    images = {path for series in found.series for path in series.paths}
    found.left_out = [
        LeftOut(item.path, "SIDECAR_READ") if item.code == "OTHER_FILE" and is_sidecar(item.path, images) else item
        for item in found.left_out
    ]


def _add_dicom_series(found: _Findings) -> None:
    groups: dict[str, list[ImageFile]] = defaultdict(list)
    seen: set[object] = set()
    for image in found.images:
        identity = _identity_of(image)
        if image.sha256 in seen or (image.sop_uid and identity in seen):
            found.left_out.append(LeftOut(image.file.name, "DUPLICATE_FILE"))
            continue
        seen.update((image.sha256, identity))
        # Without a UID, a folder is the best sign of what belongs together.
        groups[image.series_uid or "folder:" + str(Path(image.file.relative).parent)].append(image)
    numbered = sorted(groups.items(), key=lambda item: (item[1][0].series_number, item[1][0].file.relative))
    for uid, images in numbered:
        _add_series_of_uid(uid, images, found)


def _add_series_of_uid(uid: str, images: list[ImageFile], found: _Findings) -> None:
    copies = {image.file.name for image in find_copies(images)}
    found.left_out.extend(LeftOut(path, "DUPLICATE_FILE") for path in sorted(copies))
    stacking = stack_frames([image for image in images if image.file.name not in copies])
    name = fingerprint("series", uid)
    for number, stack in enumerate(stacking.stacks, start=1):
        series, notes = _build_series(f"{name}-{number}", stack, found.root)
        found.series.append(series)
        found.issues.extend(series_issue(note.code, series.id, note.message) for note in notes)
    found.issues.extend(series_issue(note.code, name, note.message) for note in dict.fromkeys(stacking.notes))
    used = {plane.image.file.name for stack in stacking.stacks for plane in stack.planes if plane is not None}
    unused = dict.fromkeys(item.image.file.name for item in stacking.doubled if item.image.file.name not in used)
    found.left_out.extend(LeftOut(path, "DUPLICATE_SLICE") for path in unused)


def _build_series(series_id: str, stack: Stack, root: Path) -> tuple[Series, tuple[Note, ...]]:
    first = stack.first
    image, frame = first.image, first.frame
    # The frames of one file may differ in echo and kind.
    timing = replace(image.tags.timing, echo_time_ms=frame.echo_time_ms)
    sequence = _detect_mr_sequence(image, replace(image.tags, timing=timing, image_type=frame.image_type))
    shape = (len(stack.planes), image.rows, image.columns)
    spacing = frame.pixel_spacing
    series = Series(
        id=series_id,
        kind=SeriesKind.IMAGE if stack.kind is SeriesKind.VOLUME and stack.geometry is None else stack.kind,
        modality=image.modality,
        plane=_plane_of(stack),
        sequence=sequence,
        timing=timing,
        shape=shape,
        geometry=stack.geometry,
        pixel_spacing_mm=None if spacing is None else (spacing[0], spacing[1]),
        spacing_kind=image.spacing_kind,
        slice_thickness_mm=frame.thickness,
        body_part=image.body_part,
        laterality=image.laterality,
        view=image.view,
        derived=image.derived,
        acquired_on=image.acquired_on,
        frame_time_ms=image.frame_time_ms,
        missing_slices=tuple(index for index, plane in enumerate(stack.planes) if plane is None),
        paths=tuple(dict.fromkeys(plane.image.file.name for plane in stack.planes if plane is not None)),
        source=PixelSource(root, tuple(_source_of(plane) for plane in stack.planes)),
    )
    why_kind = stack.why_kind or image.why_kind
    return series, (*stack.notes, *_notes_of_series(series, image, why_kind))


def _plane_of(stack: Stack) -> Plane:
    """By the grid; else by ImageOrientationPatient, where all slices state the same plane."""
    if stack.geometry is not None:
        return stack.geometry.plane
    planes = {_plane_of_frame(plane.frame) for plane in stack.planes if plane is not None}
    return planes.pop() if len(planes) == 1 else Plane.UNKNOWN


def _plane_of_frame(frame: Frame) -> Plane:
    if frame.orientation is None:
        return Plane.UNKNOWN
    return plane_of_normal(np.cross(frame.orientation[:3], frame.orientation[3:]))


def _source_of(plane: Placed | None) -> FrameSource | None:
    if plane is None:
        return None
    frame = plane.frame
    return FrameSource(plane.image.file.relative, frame.index, frame.slope, frame.intercept, plane.image.inverted)


def _detect_mr_sequence(image: ImageFile, tags: SequenceTags) -> MrSequence:
    if image.modality in ("MR", "") and image.kind is not SeriesKind.CAPTURE:
        return detect_sequence(tags)
    return MrSequence(SequenceKind.UNKNOWN, ("not an MR image",), None, tags.has_contrast_agent)


def _notes_of_series(series: Series, image: ImageFile, why_kind: str) -> tuple[Note, ...]:
    notes = []
    if not image.modality_stated and series.kind is not SeriesKind.CAPTURE:
        said = f"the kind of object says {series.modality}" if series.modality else "nothing else tells it"
        notes.append(Note("MODALITY_MISSING", f"Modality is not stated; {said}."))
    if series.kind is SeriesKind.VOLUME and series.modality in ("MR", ""):
        notes.extend(_notes_of_sequence(series))
    if series.kind is SeriesKind.CAPTURE:
        notes.append(Note("CAPTURE_ONLY", f"{why_kind}: shown, not measured."))
    if series.kind is SeriesKind.SCOUT:
        notes.append(Note("SCOUT_ONLY", f"{why_kind}: listed, not measured."))
    if series.kind is SeriesKind.VOLUME and series.derived:
        message = "Calculated from other images, as reformats, maps and subtractions are."
        notes.append(Note("DERIVED_IMAGES", message))
    if series.spacing_kind is SpacingKind.DETECTOR and series.modality != "US":
        notes.append(Note("SPACING_AT_DETECTOR", "Millimetres are stated at the detector, not in the patient."))
    if series.shape[0] * series.shape[1] * series.shape[2] > SERIES_MAX_PIXELS:
        notes.append(Note("SERIES_TOO_LARGE", "The series has more pixels than are read at once."))
    return tuple(notes)


def _notes_of_sequence(series: Series) -> tuple[Note, ...]:
    if series.sequence.conflict:
        return (
            Note("SEQUENCE_CONFLICT", f"Which sequence it is: {series.sequence.conflict}; the times were believed."),
        )
    if series.sequence.kind is SequenceKind.UNKNOWN:
        why = "; ".join(series.sequence.reasons) or "no attribute tells"
        return (Note("SEQUENCE_UNKNOWN", f"Which sequence it is could not be told: {why}."),)
    return ()


def _identity_of(image: ImageFile) -> tuple[object, ...]:
    """Equal for copies of one image. Its UID alone is not enough: careless anonymisers give one to all."""
    places = tuple(frame.position for frame in image.frames)
    return (image.sop_uid, image.instance_number, image.rows, image.columns, image.view, places)


def _check_patients(found: _Findings) -> None:
    patients = {image.patient_hash for image in found.images if image.patient_hash}
    if len(patients) > 1:
        message = f"The images carry {len(patients)} different patient numbers."
        found.issues.append(series_issue("MIXED_PATIENTS", ".", message))
