"""Frames of one DICOM series become stacks of parallel, evenly spaced slices; nothing is dropped unsaid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry, GeometryNotValid
from ilc.imaging.dicom.images import Frame, ImageFile
from ilc.imaging.dicom.planning import detect_planning
from ilc.imaging.dicom.series import SeriesKind

FloatArray = NDArray[np.float64]

_SAME_DIRECTION_MIN_COSINE = float(np.cos(np.deg2rad(1.0)))
_SAME_POSITION_MM = 0.05
_EVEN_TOLERANCE = 0.12  # of one slice spacing
_GAP_MAX_SLICES = 3  # a wider gap divides two blocks
_SHIFT_MAX_MM = 1.0
_CINE_MIN_FRAMES = 4
_SINGLE_MAX_MM = 30.0
_VIEWS_MAX = 3  # of a radiograph, in one series
_CONTRASTS = {"W", "WATER", "F", "FAT", "IN_PHASE", "IP", "OUT_PHASE", "OPP_PHASE", "OP", "PHASE", "P", "ADC", "TRACEW"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A frame with the file it is in."""

    image: ImageFile
    frame: Frame

    @property
    def order(self) -> tuple[int, int, str]:
        """As acquired."""
        return (self.image.instance_number, self.frame.index, self.image.file.relative)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say about a stack; becomes an issue once the stack has its id."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames that form one series of the reading; None marks a plane whose file is absent."""

    kind: SeriesKind
    planes: tuple[Placed | None, ...]
    geometry: Geometry | None
    notes: tuple[Note, ...] = ()
    why_kind: str = ""  # what it is, where it is set aside

    @property
    def first(self) -> Placed:
        """The first plane that is there."""
        return next(plane for plane in self.planes if plane is not None)


@dataclass(frozen=True, slots=True)
class Stacking:
    """All stacks of one DICOM series, and the frames that doubled others."""

    stacks: tuple[Stack, ...]
    notes: tuple[Note, ...]
    doubled: tuple[Placed, ...]


def stack_frames(images: Iterable[ImageFile]) -> Stacking:
    """Sort the frames of one DICOM series into stacks."""
    by_kind: dict[SeriesKind, list[ImageFile]] = defaultdict(list)
    for image in images:
        by_kind[image.kind].append(image)
    stacks: list[Stack] = []
    notes: list[Note] = []
    doubled: list[Placed] = []
    for kind, members in by_kind.items():
        if kind in (SeriesKind.VOLUME, SeriesKind.SCOUT):
            planning = _detect_planning(members, kind)
            part = _stack_sections(members, SeriesKind.SCOUT if planning else kind)
            stacks.extend(replace(stack, why_kind=planning) for stack in part.stacks)
            notes.extend(part.notes)
            doubled.extend(part.doubled)
        elif kind is SeriesKind.CAPTURE:
            stacks.extend(_stack_loose([frame for image in members for frame in _placed(image)], kind, ()))
        elif _may_be_slices(members):
            frames = [frame for image in members for frame in _placed(image)]
            stacks.extend(_stack_loose(frames, kind, _note_of_place(frames)))
        else:
            # Radiographs and cine runs stand alone, whatever series they were filed in.
            stacks.extend(Stack(kind, tuple(_placed(image)), None) for image in sorted(members, key=_image_order))
    return Stacking(tuple(stacks), tuple(notes), tuple(doubled))


def _may_be_slices(images: list[ImageFile]) -> bool:
    """Whether images without modality and orientation are more than the views of one radiograph."""
    is_nameless = all(image.kind is SeriesKind.IMAGE and image.modality == "" for image in images)
    return is_nameless and len(images) > _VIEWS_MAX and len({(image.rows, image.columns) for image in images}) == 1


def _detect_planning(images: list[ImageFile], kind: SeriesKind) -> str:
    """Why the images are planning views; empty where they are not."""
    if kind is SeriesKind.SCOUT:
        return images[0].why_kind
    frames = [(image, frame) for image in images for frame in image.frames]
    return detect_planning(frames) if all(_has_place(frame) for _, frame in frames) else ""


def _stack_sections(images: list[ImageFile], kind: SeriesKind) -> Stacking:
    frames = [frame for image in images for frame in _placed(image)]
    located = [item for item in frames if _has_place(item.frame)]
    stacks: list[Stack] = []
    notes = list(_describe_mixture(located)) if kind is SeriesKind.VOLUME else []
    doubled: list[Placed] = []
    for group in _by_contrast(located):
        for cluster in _by_orientation(group):
            blocks = _by_block(cluster)
            if len(blocks) > 1:
                message = f"Parallel slices lie in {len(blocks)} blocks beside each other; each was read by itself."
                notes.append(Note("SEPARATE_BLOCKS", message))
            for block in blocks:
                part = _stack_parallel(block, kind)
                stacks.extend(part.stacks)
                notes.extend(part.notes)
                doubled.extend(part.doubled)
    lost = [item for item in frames if not _has_place(item.frame)]
    loose_kind = SeriesKind.IMAGE if kind is SeriesKind.VOLUME else kind
    stacks.extend(_stack_loose(lost, loose_kind, _note_of_place(lost)))
    return Stacking(tuple(stacks), tuple(notes), tuple(doubled))


def _describe_mixture(frames: list[Placed]) -> Iterable[Note]:
    sizes = {(item.image.rows, item.image.columns) for item in frames}
    if len(sizes) > 1:
        yield Note("MIXED_SIZES", f"The series mixes {len(sizes)} image sizes; each was read by itself.")
    contrasts = {_contrast_key(item) for item in frames}
    if len(contrasts) > 1:
        yield Note(
            "MIXED_CONTRASTS", f"The series holds {len(contrasts)} echoes or image types; each was read by itself."
        )
    # One series per size and contrast repeats the same angulations: count them once.
    angulations = len(_by_orientation(frames))
    if angulations > 1:
        yield Note("MIXED_ORIENTATIONS", f"The series holds {angulations} angulations; each was read as its own stack.")


def _by_contrast(frames: list[Placed]) -> list[list[Placed]]:
    groups: dict[tuple[object, ...], list[Placed]] = defaultdict(list)
    for item in sorted(frames, key=lambda placed: placed.order):
        spacing = tuple(round(value, 3) for value in item.frame.pixel_spacing or ())
        groups[(item.image.rows, item.image.columns, spacing, *_contrast_key(item))].append(item)
    return list(groups.values())


def _contrast_key(item: Placed) -> tuple[object, ...]:
    echo = item.frame.echo_time_ms
    number = item.frame.echo_number if echo is None else None
    words = sorted(_CONTRASTS & set(item.frame.image_type[2:]))
    return (None if echo is None else round(echo, 1), number, "DERIVED" in item.frame.image_type[:1], *words)


def _by_orientation(frames: Sequence[Placed]) -> list[list[Placed]]:
    clusters: list[tuple[FloatArray, list[Placed]]] = []
    for item in sorted(frames, key=lambda placed: placed.order):
        directions = np.asarray(item.frame.orientation, dtype=np.float64).reshape(2, 3)
        for reference, members in clusters:
            if float((reference * directions).sum(axis=1).min()) >= _SAME_DIRECTION_MIN_COSINE:
                members.append(item)
                break
        else:
            clusters.append((directions, [item]))
    return [members for _, members in clusters]


def _by_block(frames: list[Placed]) -> list[list[Placed]]:
    """Divide parallel slices into blocks that are shifted against each other within their plane.

    Blocks along two discs may share their angle; stacked as one, slices of both would lie mixed.
    """
    positions = np.array([item.frame.position for item in frames], dtype=np.float64)
    normal = _normal_of(frames[0].frame)
    depths = positions @ normal
    inplane = positions - np.outer(depths, normal)
    line = np.stack([depths - depths.mean(), np.ones_like(depths)], axis=1)
    off_line = inplane - line @ np.linalg.lstsq(line, inplane, rcond=None)[0]
    if float(np.abs(off_line).max()) <= _SHIFT_MAX_MM:  # one line: straight, or sheared by a tilted gantry
        return [frames]
    blocks: list[tuple[FloatArray, list[Placed]]] = []
    for item, place in zip(frames, inplane, strict=True):
        near = [members for middle, members in blocks if float(np.abs(middle - place).max()) <= _SHIFT_MAX_MM]
        if near:
            near[0].append(item)
        else:
            blocks.append((place, [item]))
    # A single slice beside the others is no block: it has moved, which is said of the stack.
    return [members for _, members in blocks] if all(len(members) > 1 for _, members in blocks) else [frames]


def _stack_parallel(frames: list[Placed], kind: SeriesKind) -> Stacking:
    """Stack frames of one orientation, size and contrast."""
    normal = _normal_of(frames[0].frame)
    places = _by_place(frames, normal)
    counts = {len(place) for place in places}
    if counts == {1}:
        return _stack_runs([place[0] for place in places], normal, kind)
    if len(places) == 1 and len({item.frame.location for item in frames}) == len(frames):
        message = "All slices state one position, although their SliceLocation differs."
        return Stacking(tuple(_stack_loose(frames, kind, (Note("GEOMETRY_NOT_VALID", message),))), (), ())
    if len(places) == 1 and len(frames) >= _CINE_MIN_FRAMES and kind is SeriesKind.VOLUME:
        geometry, notes = _fit_geometry(frames[:1], (0,), normal)
        return Stacking((Stack(SeriesKind.CINE, tuple(frames), geometry, notes),), (), ())
    repeats = counts.pop() if len(counts) == 1 and len(places) > 1 else 1
    stacks: list[Stack] = []
    notes_all: list[Note] = []
    for turn in range(repeats):
        part = _stack_runs([place[turn] for place in places], normal, kind)
        stacks.extend(part.stacks)
        notes_all.extend(part.notes)
    if repeats > 1:
        notes_all.append(Note("REPEATED_STACK", f"Every slice occurs {repeats} times; each turn was read by itself."))
    doubled = tuple(item for place in places for item in place[repeats:])
    return Stacking(tuple(stacks), tuple(notes_all), doubled)


def _by_place(frames: list[Placed], normal: FloatArray) -> list[list[Placed]]:
    """Frames at the same position, positions in the order of the normal, frames as acquired."""
    ordered = sorted(frames, key=lambda item: (_depth(item, normal), item.order))
    places: list[list[Placed]] = []
    for item in ordered:
        if places and _depth(item, normal) - _depth(places[-1][0], normal) < _SAME_POSITION_MM:
            places[-1].append(item)
        else:
            places.append([item])
    for place in places:
        place.sort(key=lambda item: item.order)
    return places


def _stack_runs(frames: list[Placed], normal: FloatArray, kind: SeriesKind) -> Stacking:
    """Divide slices along one normal into evenly spaced runs; narrow gaps stay inside a run."""
    depths = np.array([_depth(item, normal) for item in frames])
    steps = np.diff(depths)
    typical = float(np.sort(steps)[(len(steps) - 1) // 2]) if len(steps) else 1.0
    runs: list[tuple[list[Placed], list[int]]] = [([frames[0]], [0])]
    notes: list[Note] = []
    for item, step in zip(frames[1:], steps, strict=True):
        ratio = float(step) / typical
        whole = round(ratio)
        if 1 <= whole <= _GAP_MAX_SLICES + 1 and abs(ratio - whole) <= _EVEN_TOLERANCE:
            runs[-1][0].append(item)
            runs[-1][1].append(runs[-1][1][-1] + whole)
        else:
            notes.append(_note_of_break(float(step), typical, wide=whole > _GAP_MAX_SLICES + 1))
            runs.append(([item], [0]))
    stacks = [_stack_run(members, tuple(indices), normal, kind) for members, indices in runs]
    return Stacking(tuple(stacks), tuple(notes), ())


def _note_of_break(step_mm: float, typical_mm: float, *, wide: bool) -> Note:
    if wide:
        message = (
            f"Slices {typical_mm:.1f} mm apart are followed by a gap of {step_mm:.1f} mm; read as separate blocks."
        )
        return Note("SEPARATE_BLOCKS", message)
    message = f"Slices {typical_mm:.1f} mm apart are followed by a step of {step_mm:.1f} mm; read as separate stacks."
    return Note("UNEVEN_SPACING", message)


def _stack_run(frames: list[Placed], indices: tuple[int, ...], normal: FloatArray, kind: SeriesKind) -> Stack:
    planes: list[Placed | None] = [None] * (indices[-1] + 1)
    for item, index in zip(frames, indices, strict=True):
        planes[index] = item
    geometry, notes = _fit_geometry(frames, indices, normal)
    missing = [index for index, plane in enumerate(planes) if plane is None]
    if missing and geometry is not None:
        notes = (*notes, _note_of_missing(missing, geometry))
    return Stack(kind, tuple(planes), geometry, notes)


def _note_of_missing(missing: list[int], geometry: Geometry) -> Note:
    axis = int(np.argmax(np.abs(geometry.normal)))
    centres = geometry.index_to_lps(
        [(index, (geometry.shape[1] - 1) / 2, (geometry.shape[2] - 1) / 2) for index in missing]
    )
    places = ", ".join(f"{value:.1f}" for value in centres[:, axis])
    name = ("x (left)", "y (back)", "z (head)")[axis]
    numbers = ", ".join(str(index + 1) for index in missing)
    message = f"{len(missing)} of {geometry.shape[0]} slices are missing: number {numbers}, at {name} = {places} mm."
    return Note("MISSING_SLICE", message)


def _fit_geometry(
    frames: list[Placed], indices: tuple[int, ...], normal: FloatArray
) -> tuple[Geometry | None, tuple[Note, ...]]:
    frame, image = frames[0].frame, frames[0].image
    positions = np.array([item.frame.position for item in frames], dtype=np.float64)
    n_slices = indices[-1] + 1
    # A single slice has no neighbour: its extent is its thickness, or a nominal millimetre.
    single = normal * _extent_of_single(frame)
    step = (positions[-1] - positions[0]) / (n_slices - 1) if n_slices > 1 else single
    try:
        geometry = Geometry.from_planes(
            orientation=frame.orientation or (),
            origin_lps_mm=tuple(positions[0]),
            pixel_spacing_mm=frame.pixel_spacing or (),
            slice_step_lps_mm=tuple(step),
            shape=(n_slices, image.rows, image.columns),
        )
    except GeometryNotValid as error:
        return None, (Note("GEOMETRY_NOT_VALID", f"The slices do not form a grid: {error}."),)
    drift = float(np.abs(positions - (positions[0] + np.outer(indices, step))).max())
    if drift > _SHIFT_MAX_MM:
        return geometry, (Note("SLICES_SHIFTED", f"Slices are shifted against each other by up to {drift:.1f} mm."),)
    return geometry, ()


def _extent_of_single(frame: Frame) -> float:
    stated = frame.step or frame.thickness
    # The thickness of a projection, such as a CT scout, is the width of the patient.
    return stated if stated is not None and stated <= _SINGLE_MAX_MM else 1.0


def _stack_loose(frames: list[Placed], kind: SeriesKind, notes: tuple[Note, ...]) -> list[Stack]:
    """Images without a place, by size, as acquired."""
    groups: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for item in frames:
        groups[(item.image.rows, item.image.columns)].append(item)
    for members in groups.values():
        members.sort(key=lambda item: item.order)
    return [Stack(kind, tuple(groups[size]), None, notes) for size in sorted(groups)]


def _note_of_place(lost: list[Placed]) -> tuple[Note, ...]:
    if not lost:
        return ()
    if any(item.frame.orientation is None or item.frame.position is None for item in lost):
        return (
            Note(
                "ORIENTATION_MISSING", "Slices do not say where they lie in the patient; nothing is measured in them."
            ),
        )
    return (Note("SPACING_MISSING", "Slices do not say how large a pixel is; nothing is measured in them."),)


def _has_place(frame: Frame) -> bool:
    return frame.orientation is not None and frame.position is not None and frame.pixel_spacing is not None


def _normal_of(frame: Frame) -> FloatArray:
    directions = np.asarray(frame.orientation, dtype=np.float64).reshape(2, 3)
    normal = np.cross(directions[0], directions[1])
    return np.asarray(normal / np.linalg.norm(normal), dtype=np.float64)


def _depth(item: Placed, normal: FloatArray) -> float:
    return float(np.asarray(item.frame.position, dtype=np.float64) @ normal)


def _placed(image: ImageFile) -> list[Placed]:
    return [Placed(image, frame) for frame in image.frames]


def _image_order(image: ImageFile) -> tuple[int, str]:
    return (image.instance_number, image.file.relative)
