"""Where the slices of a series lie; assumed, and said, where the file does not tell."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.core import Issue, IssueSeverity
from ilc.imaging.dicom import read_plane
from ilc.imaging.dicom.geometry import Geometry, Plane
from ilc.imaging.dicom.series import Series, SeriesKind

# A lumbar field of view and a gap between slices as is usual, for files that state neither: assumption.
_USUAL_SIDE_MM, _USUAL_STEP_MM = 280.0, 4.4


@dataclass(frozen=True, slots=True)
class Placed:
    """A grid for the slices. Without lengths its millimetres are a guess that only serves to find the spine."""

    geometry: Geometry
    has_lengths: bool
    has_place: bool  # in the patient
    issues: tuple[Issue, ...]


def place_series(series: Series) -> Placed | None:
    """The grid of a sagittal series; None where the series is not sagittal or may not be MRI.

    Parameters
    ----------
    series : any series of a person
    """
    if series.modality not in ("MR", ""):
        return None
    if series.kind is SeriesKind.VOLUME and series.geometry is not None:
        if series.plane is not Plane.SAGITTAL:
            return None
        return Placed(series.geometry, has_lengths=True, has_place=True, issues=())
    if series.kind is not SeriesKind.IMAGE or series.geometry is not None:
        return None
    # A spine that is found is a better sign than the look of the slices, which alone often does not decide.
    if read_plane(series).plane not in (Plane.SAGITTAL, Plane.UNKNOWN):
        return None
    spacing = series.pixel_spacing_mm
    side = _USUAL_SIDE_MM / max(series.shape[1:])
    geometry = Geometry.from_planes(
        orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
        origin_lps_mm=(0.0, 0.0, 0.0),
        pixel_spacing_mm=spacing or (side, side),
        slice_step_lps_mm=(series.slice_thickness_mm or _USUAL_STEP_MM, 0.0, 0.0),
        shape=series.shape,
    )
    said = _say(series, has_lengths=spacing is not None)
    return Placed(geometry, has_lengths=spacing is not None, has_place=False, issues=(said,))


def _say(series: Series, *, has_lengths: bool) -> Issue:
    lengths = "" if has_lengths else " Nor does it state the size of its pixels: no length is given."
    words = (
        "The file does not say how its slices lie; they look sagittal and are read as such, sides and order unknown."
    )
    remedy = "Export the series again with its position, orientation and pixel size."
    return Issue("MRI_PLACE_ASSUMED", IssueSeverity.WARNING, series.id, words + lengths, remedy)
