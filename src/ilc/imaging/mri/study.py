"""All MRI series of one person: each read by itself, then one frame for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ilc.core import Issue, IssueSeverity
from ilc.imaging.dicom.geometry import Geometry, Plane
from ilc.imaging.dicom.pixels import read_pixels_or_tell
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.dicom.series import Series, SeriesKind
from ilc.imaging.mri.attempts import Attempt, read_as_is_or_turned
from ilc.imaging.mri.axial.reading import AxialReading, read_axial
from ilc.imaging.mri.axial.stack import read_axial_stacks
from ilc.imaging.mri.bodies import BodyShape, Curve, measure_bodies, measure_curve
from ilc.imaging.mri.contrast import detect_contrast
from ilc.imaging.mri.discs import DiscShape, measure_disc_shape
from ilc.imaging.mri.given import read_given
from ilc.imaging.mri.grades import DiscGrades, describe_discs, grade_discs, read_grade_models
from ilc.imaging.mri.masks import ExternalMask
from ilc.imaging.mri.placing import Placed, place_series
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.together.reading import TogetherReading, read_together
from ilc.imaging.mri.view import SagittalView, turn_to_sagittal

Progress = Callable[[str, int, int], None]

READ_KINDS = (SequenceKind.T2, SequenceKind.T1, SequenceKind.STIR)
_SAME_VERTEBRA_MM = 12.0
_MIN_PIXELS_ACROSS = 64


@dataclass(frozen=True, slots=True, eq=False)
class SeriesResult:
    """One sagittal series that was read."""

    series: Series
    kind: SequenceKind
    attempt: Attempt
    note: str  # how the kind was told
    has_lengths: bool  # whether its millimetres can be trusted
    has_place: bool  # whether its place in the patient is known

    @property
    def reading(self) -> SpineReading | None:
        """The spine, where one was found that may be measured."""
        reading = self.attempt.reading
        return reading if reading is not None and reading.quality.is_sound else None


@dataclass(frozen=True, slots=True, eq=False)
class MriStudy:
    """What the series of one person show."""

    results: tuple[SeriesResult, ...]
    readings: Mapping[SequenceKind, SpineReading]  # one for each weighting
    reference: SeriesResult | None  # sagittal T2, else the first that could be read
    bodies: tuple[BodyShape | None, ...]  # of the reference, from the lowest upward
    discs: tuple[DiscShape | None, ...]
    curve: Curve | None
    grades: tuple[DiscGrades, ...]  # of the same discs
    together: TogetherReading | None  # what all weightings show in one frame
    axial: AxialReading | None  # what axial slices show, where there are some
    issues: tuple[Issue, ...]


def read_mri(
    series: Sequence[Series],
    *,
    as_kind: SequenceKind | None = None,
    mask: ExternalMask | None = None,
    progress: Progress | None = None,
) -> MriStudy:
    """Read every sagittal MRI series.

    Parameters
    ----------
    series : of one person; others than sagittal MRI are passed over and named
    as_kind : the weighting of all of them, where the caller knows it
    mask : segmentation by another program; used for each series that it lies in
    progress : called with the id of the series, slices done and all
    """
    results, issues = _read_each(series, Asked(as_kind, mask, progress))
    readings = _best_of_each(results)
    reference = _reference(results, readings)
    axial = _read_axial(series, reference, issues)
    if reference is None or reference.reading is None:
        if not any(issue.severity is IssueSeverity.ERROR for issue in issues):
            issues.append(
                _issue("MRI_NO_SPINE", ".", "No sagittal MRI series shows a lumbar spine that can be measured.", _LOOK)
            )
        return MriStudy(tuple(results), MappingProxyType({}), None, (), (), None, (), None, axial, tuple(issues))
    reading = reference.reading
    issues.extend(_issues_between(reference, results))
    bodies = measure_bodies(reading)
    together = _compare(reference, results, readings, bodies)
    issues.extend(() if together is None else together.issues)
    return MriStudy(
        results=tuple(results),
        readings=MappingProxyType(readings),
        reference=reference,
        bodies=bodies,
        discs=tuple(measure_disc_shape(reading, index) for index in range(len(reading.chain.bodies))),
        curve=measure_curve(reading),
        grades=_grade(reference, readings),
        together=together,
        axial=axial,
        issues=tuple(issues),
    )


def _read_each(series: Sequence[Series], asked: Asked) -> tuple[list[SeriesResult], list[Issue]]:
    results: list[SeriesResult] = []
    issues: list[Issue] = []
    for one in series:
        placed = place_series(one)
        if placed is None:
            _say_not_read(one, issues)
            continue
        issues.extend(placed.issues)
        result = _read_one(one, placed, asked, issues)
        if result is not None:
            results.append(result)
            issues.extend(_issues_of(result))
    return results, issues


_LOOK = "Look at the images; add a sagittal T2 series of the lumbar spine that shows the sacrum."


def _issue(code: str, where: str, message: str, remedy: str, severity: IssueSeverity = IssueSeverity.WARNING) -> Issue:
    return Issue(code, severity, where, message, remedy)


def _say_not_read(series: Series, issues: list[Issue]) -> None:
    is_section = series.modality in ("MR", "") and series.kind in (SeriesKind.VOLUME, SeriesKind.IMAGE)
    if is_section and series.plane is not Plane.AXIAL:
        words = f"The plane of the series is {series.plane.value}: vertebrae are read in sagittal slices only."
        issues.append(_issue("MRI_PLANE_NOT_READ", series.id, words, _LOOK, IssueSeverity.INFO))


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What the caller knows or wants."""

    as_kind: SequenceKind | None
    mask: ExternalMask | None
    progress: Progress | None


def _attempt(series: Series, view: SagittalView, asked: Asked) -> Attempt:
    progress = asked.progress
    tell = None if progress is None else (lambda done, total: progress(series.id, done, total))
    return read_as_is_or_turned(view, progress=tell)


def _read_one(series: Series, placed: Placed, asked: Asked, issues: list[Issue]) -> SeriesResult | None:
    pixels = read_pixels_or_tell(series, issues)
    if pixels is None:
        return None
    lost = set(pixels.unreadable_slices) | set(series.missing_slices)
    kept = [index for index in range(series.shape[0]) if index not in lost]
    geometry = placed.geometry
    if not kept or min(geometry.shape[1:]) < _MIN_PIXELS_ACROSS:
        words = "The image has too few pixels to find vertebrae in."
        issues.append(_issue("MRI_TOO_FEW_PIXELS", series.id, words, _LOOK))
        return None
    values, geometry = _without_lost(pixels.values, geometry, kept)
    view = turn_to_sagittal(values, geometry)
    given = None if asked.mask is None else read_given(view, asked.mask)
    attempt = _attempt(series, view, asked) if given is None else Attempt(given)
    kind, note = _kind_of(series, asked.as_kind, attempt, issues)
    has_lengths = placed.has_lengths and attempt.scale == 1.0
    return SeriesResult(series, kind, attempt, note, has_lengths, placed.has_place and has_lengths)


def _without_lost(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float32]], geometry: Geometry, kept: list[int]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], Geometry]:
    """Lost slices repeat their nearest neighbour, so that the others keep their places."""
    filled = [min(kept, key=lambda other: abs(other - index)) for index in range(len(values))]
    return values[filled], geometry


def _kind_of(
    series: Series, as_kind: SequenceKind | None, attempt: Attempt, issues: list[Issue]
) -> tuple[SequenceKind, str]:
    if as_kind is not None:
        return as_kind, "as stated by the caller"
    stated = series.sequence_kind
    if attempt.reading is None:
        return stated, "from the file"
    seen = detect_contrast(attempt.reading)
    if stated in (SequenceKind.UNKNOWN, SequenceKind.OTHER):
        return seen.kind, f"from the picture: {seen.reason}"
    if seen.kind is not SequenceKind.UNKNOWN and stated in READ_KINDS and seen.kind is not stated:
        words = f"The file says {stated.value}, the picture looks like {seen.kind.value}: {seen.reason}."
        remedy = "Check the series description; name the sequence with --sequence where the file is wrong."
        issues.append(_issue("MRI_SEQUENCE_DOUBTFUL", series.id, words, remedy))
    return stated, "from the file"


def _issues_of(result: SeriesResult) -> list[Issue]:
    where, attempt = result.series.id, result.attempt
    reading = attempt.reading
    if reading is None:
        return [_issue("MRI_NO_SPINE", where, "No spine was found in this series.", _LOOK, IssueSeverity.ERROR)]
    issues = []
    if not reading.quality.is_sound:
        words = f"The spine in this series is not measured: {'; '.join(reading.quality.faults)}."
        issues.append(_issue("MRI_NOT_MEASURED", where, words, _LOOK, IssueSeverity.ERROR))
    if any(attempt.turned):
        words = "The picture is turned or mirrored against what the file says; it was turned back."
        issues.append(
            _issue(
                "MRI_ORIENTATION_WRONG",
                where,
                words,
                "Check which side is up and which is front before using positions.",
            )
        )
    if attempt.scale != 1.0:
        words = "The stated pixel size does not fit a human spine; millimetres of this series are not to be trusted."
        issues.append(
            _issue("MRI_PIXEL_SIZE_WRONG", where, words, "Export the series again with its true PixelSpacing.")
        )
    if reading.count.is_uncertain:
        words = (
            f"Which vertebra is which is uncertain ({'; '.join(reading.count.reasons) or 'outlines are not clear'})."
        )
        remedy = "Count the vertebrae yourself, best from the neck or with a radiograph, before naming levels."
        issues.append(_issue("MRI_LEVELS_UNCERTAIN", where, words, remedy))
    return issues


def _best_of_each(results: Sequence[SeriesResult]) -> dict[SequenceKind, SpineReading]:
    best: dict[SequenceKind, SpineReading] = {}
    for result in results:
        reading = result.reading
        if reading is None or result.kind not in READ_KINDS:
            continue
        if result.kind not in best or reading.quality.score > best[result.kind].quality.score:
            best[result.kind] = reading
    return best


def _reference(results: Sequence[SeriesResult], readings: Mapping[SequenceKind, SpineReading]) -> SeriesResult | None:
    for kind in READ_KINDS:
        for result in results:
            if kind in readings and result.reading is readings[kind]:
                return result
    return next((result for result in results if result.reading is not None), None)


def _compare(
    reference: SeriesResult,
    results: Sequence[SeriesResult],
    readings: Mapping[SequenceKind, SpineReading],
    bodies: Sequence[BodyShape | None],
) -> TogetherReading | None:
    """All weightings in the frame of the reference; nothing where its own weighting is not known."""
    if reference.kind not in readings:
        return None
    used = [result for result in results if any(result.reading is reading for reading in readings.values())]
    places_known = all(result.has_place for result in used)
    return read_together(reference.kind, readings, bodies, places_known=places_known)


def _read_axial(series: Sequence[Series], reference: SeriesResult | None, issues: list[Issue]) -> AxialReading | None:
    """Axial slices where the sagittal reading, if its place in the patient is known, says that the discs are."""
    stacks, met = read_axial_stacks(series)
    issues.extend(met)
    if not stacks:
        return None
    reading = read_axial(reference.reading if reference is not None and reference.has_place else None, stacks)
    issues.extend(reading.issues)
    return reading


def _grade(reference: SeriesResult, readings: Mapping[SequenceKind, SpineReading]) -> tuple[DiscGrades, ...]:
    """Grade the discs of the reference, with T1 and T2 where their lowest vertebra is the same one."""
    own = reference.reading
    if own is None:
        return ()
    foot = own.to_lps(own.chain.bodies[0].centre[None])
    used = {}
    for kind in (SequenceKind.T1, SequenceKind.T2):
        other = readings.get(kind)
        if other is None:
            continue
        away = np.linalg.norm(other.to_lps(other.chain.bodies[0].centre[None]) - foot)
        if other is own or float(away) < _SAME_VERTEBRA_MM:
            used[kind.value] = other
    return grade_discs(describe_discs(used), read_grade_models())[: len(own.chain.bodies)]


def _issues_between(reference: SeriesResult, results: Sequence[SeriesResult]) -> list[Issue]:
    """Series whose vertebrae do not lie where those of the reference lie."""
    own = reference.reading
    if own is None:
        return []
    issues = []
    places = own.to_lps(np.array([body.centre for body in own.chain.bodies]))
    for result in results:
        if result is reference or result.reading is None:
            continue
        other = result.reading.to_lps(np.array([body.centre for body in result.reading.chain.bodies]))
        nearest = np.linalg.norm(places[:, None] - other[None], axis=2).min(axis=1)
        if float(np.median(nearest)) > _SAME_VERTEBRA_MM:
            words = "The vertebrae of this series do not lie where those of the reference series lie."
            remedy = "The person moved or the series come from different sittings: compare levels by eye."
            issues.append(_issue("MRI_SERIES_APART", result.series.id, words, remedy))
    return issues
