"""Files become series with key pictures; problems become issues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ilc.core import InputFile, Issue
from ilc.explanation.model import SeriesInfo
from ilc.imaging import render_key_picture
from ilc.imaging.dicom import Series, read_series
from ilc.pipeline.spine_images import SpineImages, read_spine_images
from ilc.record import Case

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Measured:
    """What the files of a case hold. `pictures` maps a file name to PNG bytes."""

    series: tuple[SeriesInfo, ...]
    pictures: Mapping[str, bytes]
    issues: tuple[Issue, ...]
    inputs: tuple[InputFile, ...]
    spine: SpineImages | None = None


def measure(case: Case, progress: Progress | None = None) -> Measured:
    """Read every image the case names, and the spine in its MRI."""
    if not case.imaging:
        return Measured((), MappingProxyType({}), (), ())
    reading = read_series(case.imaging, case.folder, progress)
    spine = read_spine_images(reading, progress)
    issues = [*reading.issues, *(spine.issues if spine else ())]
    pictures: dict[str, bytes] = {}
    found = []
    for series in reading.series:
        picture = (spine.overlays.get(series.id) if spine else None) or render_key_picture(series)
        name = ""
        if isinstance(picture, Issue):
            issues.append(picture)
        else:
            name = f"series-{series.id}.png"
            pictures[name] = picture
        found.append(_describe(series, name))
    return Measured(tuple(found), MappingProxyType(pictures), tuple(issues), reading.inputs, spine)


def _describe(series: Series, picture: str) -> SeriesInfo:
    spacing = series.geometry.spacing_mm if series.geometry else (series.pixel_spacing_mm or ())
    return SeriesInfo(
        id=series.id,
        kind=series.kind.value,
        modality=series.modality,
        plane=series.plane.value,
        sequence=series.sequence_kind.value,
        n_images=series.shape[0],
        spacing_mm=tuple(float(mm) for mm in spacing),
        picture=picture,
        note="; ".join(series.sequence.reasons),
    )
