"""Voxels of a series, read when they are needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue
from ilc.imaging.dicom.decoding import FrameRequest, decode_frames
from ilc.imaging.dicom.files import FileFormat, FoundFile, read_format
from ilc.imaging.dicom.header import FileRefused, read_header
from ilc.imaging.dicom.limits import SERIES_MAX_PIXELS
from ilc.imaging.dicom.nifti_file import read_nifti_voxels
from ilc.imaging.dicom.notices import series_issue
from ilc.imaging.dicom.series import FrameSource, Series

FloatArray = NDArray[np.float32]


class PixelsNotReadable(Exception):
    """The pixels of a series cannot be read; `issue` tells why and what to do."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue


@dataclass(frozen=True, slots=True, eq=False)
class PixelReading:
    """Voxels of a series as far as they could be read."""

    values: FloatArray  # (slice, row, column)
    unreadable_slices: tuple[int, ...]  # damaged: zero in `values`, as the series' missing slices are
    issues: tuple[Issue, ...]


def read_pixels(series: Series) -> FloatArray:
    """All voxels of a series, or none.

    Parameters
    ----------
    series : any series of a reading

    Returns
    -------
    shape (slice, row, column) as `series.shape`, float32: rescaled (RescaleSlope, RescaleIntercept), larger is brighter
    (MONOCHROME1 is inverted), colour as brightness. Slices listed in `series.missing_slices` are zero: measure
    nothing there.

    Raises
    ------
    PixelsNotReadable : with its issue, where any slice is damaged; `read_readable_pixels` gives the others
    """
    reading = read_readable_pixels(series)
    if reading.issues:
        raise PixelsNotReadable(reading.issues[0])
    return reading.values


def read_slice(series: Series, index: int) -> FloatArray:
    """One slice or frame of a series, shape (row, column); values as for `read_pixels`.

    Raises
    ------
    PixelsNotReadable : with its issue, where the slice is damaged
    IndexError : the series has no such slice
    """
    plane = series.source.planes[index]
    if plane is None:
        return np.zeros(series.shape[1:], dtype=np.float32)
    if series.source.nifti_axes is not None:
        return np.ascontiguousarray(_read_nifti(series)[index])
    source = replace(series.source, planes=(plane,))
    single = replace(series, shape=(1, *series.shape[1:]), source=source)
    return np.ascontiguousarray(read_readable_pixels(single).values[0])


def read_readable_pixels(series: Series) -> PixelReading:
    """Voxels of the slices that can be read, and which cannot.

    Returns
    -------
    values of shape (slice, row, column) as for `read_pixels`, zero in slices that are missing or damaged

    Raises
    ------
    PixelsNotReadable : with its issue, where no slice can be read
    """
    if series.shape[0] * series.shape[1] * series.shape[2] > SERIES_MAX_PIXELS:
        message = "The series has more pixels than are read at once."
        raise PixelsNotReadable(series_issue("SERIES_TOO_LARGE", series.id, message))
    if series.source.nifti_axes is not None:
        return PixelReading(_read_nifti(series), (), ())
    return _read_dicom(series)


def read_pixels_or_tell(series: Series, issues: list[Issue]) -> PixelReading | None:
    """The same, with what went wrong added to `issues`; None where no slice can be read."""
    try:
        pixels = read_readable_pixels(series)
    except PixelsNotReadable as error:
        issues.append(error.issue)
        return None
    issues.extend(pixels.issues)
    return pixels


def _read_dicom(series: Series) -> PixelReading:
    values = np.zeros(series.shape, dtype=np.float32)
    present = [(index, plane) for index, plane in enumerate(series.source.planes) if plane is not None]
    requests: list[FrameRequest] = []
    wanted: list[tuple[int, FrameSource]] = []
    syntaxes: dict[str, str | None] = {}
    for index, plane in present:
        if plane.path not in syntaxes:
            syntaxes[plane.path] = _syntax_of(series, plane)
        syntax = syntaxes[plane.path]
        if syntax is not None:
            requests.append(_request_of(series, plane, syntax))
            wanted.append((index, plane))
    read: set[int] = set()
    for (index, plane), frame in zip(wanted, decode_frames(requests), strict=True):
        if frame is not None:
            values[index] = frame * np.float32(plane.slope) + np.float32(plane.intercept)
            read.add(index)
    lost = tuple(index for index, _ in present if index not in read)
    if not lost:
        return PixelReading(values, (), ())
    issue = _issue_of_lost(series, lost, len(present))
    if not read:
        raise PixelsNotReadable(issue)
    return PixelReading(values, lost, (issue,))


def _request_of(series: Series, plane: FrameSource, syntax: str) -> FrameRequest:
    return FrameRequest(
        path=str(series.source.root / plane.path),
        frame=plane.frame,
        rows=series.shape[1],
        columns=series.shape[2],
        syntax=syntax,
        inverted=plane.inverted,
    )


def _syntax_of(series: Series, plane: FrameSource) -> str | None:
    """Transfer syntax of a file as it is now; None where it has changed for the worse since it was listed."""
    path = series.source.root / plane.path
    try:
        form = read_format(FoundFile(path, plane.path, plane.path, path.stat().st_size))
        if form not in (FileFormat.DICOM, FileFormat.DICOM_BARE):
            return None
        header = read_header(path, bare=form is FileFormat.DICOM_BARE)
    except (FileRefused, OSError):
        return None
    size = (header.layout.rows, header.layout.columns)
    return header.transfer_syntax if size == series.shape[1:] and plane.frame < header.layout.frames else None


def _issue_of_lost(series: Series, lost: tuple[int, ...], n_present: int) -> Issue:
    numbers = ", ".join(str(index + 1) for index in lost[:12]) + (" ..." if len(lost) > 12 else "")
    message = f"The pixels of {len(lost)} of {n_present} slices cannot be decoded: number {numbers}."
    return series_issue("PIXELS_NOT_READABLE", series.id, message)


def _read_nifti(series: Series) -> FloatArray:
    axes, flips = series.source.nifti_axes, series.source.nifti_flips
    path = series.source.root / next(plane.path for plane in series.source.planes if plane is not None)
    try:
        form = read_format(FoundFile(path, path.name, path.name, path.stat().st_size))
        voxels = read_nifti_voxels(path, packed=form is FileFormat.NIFTI_GZ)
    except (FileRefused, OSError) as error:
        message = "The voxels of the file cannot be read."
        raise PixelsNotReadable(series_issue("PIXELS_NOT_READABLE", series.id, message)) from error
    turned = np.flip(voxels, tuple(axis for axis in range(3) if flips[axis])).transpose(axes)
    if turned.shape != series.shape:
        message = "The file has changed since it was listed."
        raise PixelsNotReadable(series_issue("PIXELS_NOT_READABLE", series.id, message))
    return np.ascontiguousarray(turned)
