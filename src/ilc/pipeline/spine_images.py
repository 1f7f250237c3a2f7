"""The spine in the MRI of a case: what was read, its pictures, and what went wrong."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from ilc.core import Issue
from ilc.imaging.dicom import Series, SeriesReading
from ilc.imaging.dicom.series import SeriesKind
from ilc.imaging.mri.document import describe_study
from ilc.imaging.mri.overlay import render_overlay
from ilc.imaging.mri.study import read_mri

Progress = Callable[[int, int], None]

_KEPT = 4  # examinations whose reading is remembered
_seen: OrderedDict[tuple[tuple[str, str], ...], SpineImages] = OrderedDict()


@dataclass(frozen=True, slots=True, eq=False)
class SpineImages:
    """`document` as in mri.json; `overlays` maps the id of a series to PNG bytes."""

    document: Mapping[str, Any]
    overlays: Mapping[str, bytes]
    issues: tuple[Issue, ...]
    observed_on: date | None


def read_spine_images(reading: SeriesReading, progress: Progress | None = None) -> SpineImages | None:
    """Read the sagittal MRI among the series; None where there is no MRI.

    What was read of the same files before is remembered, by their content.

    Parameters
    ----------
    reading : all series of a case
    progress : called with slices done and all
    """
    if not any(_is_mri(series) for series in reading.series):
        return None
    key = tuple(sorted((file.path, file.sha256) for file in reading.inputs))
    if key in _seen:
        _seen.move_to_end(key)
        return _seen[key]
    images = _read(reading, progress)
    _seen[key] = images
    if len(_seen) > _KEPT:
        _seen.popitem(last=False)
    return images


def _is_mri(series: Series) -> bool:
    return series.modality == "MR" and series.kind in (SeriesKind.VOLUME, SeriesKind.IMAGE)


def _read(reading: SeriesReading, progress: Progress | None) -> SpineImages:
    mri = [series for series in reading.series if _is_mri(series)]
    total, before = sum(series.shape[0] for series in mri), {series.id: 0 for series in mri}

    def advance(series: str, done: int, _: int) -> None:
        before[series] = done
        if progress is not None:
            progress(min(sum(before.values()), total), total)

    study = read_mri(mri, progress=advance)
    overlays = {
        result.series.id: render_overlay(result.attempt.reading, study.together)
        for result in study.results
        if result.attempt.reading is not None
    }
    on = None if study.reference is None else study.reference.series.acquired_on
    return SpineImages(describe_study(study), MappingProxyType(overlays), study.issues, on)
