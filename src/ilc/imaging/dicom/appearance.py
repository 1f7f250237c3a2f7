"""The plane of a slice from its pixels alone, for exports that lost their orientation.

The body is the same on both sides of its middle in axial and coronal slices and not in sagittal ones; skin, spine and
canal run from edge to edge in sagittal and coronal slices and end in axial ones. Each plane is only claimed when all
signs it needs are there; the weakest of them gives the confidence, which ranks answers and is no measured frequency.

The limits are assumptions, set by eye on real slices: midline slices of 151 patients, and 57 volumes, 27 of them wide
enough to be cut in all planes. Such axial and coronal slices are narrow, and both are often left unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ilc.core import Issue
from ilc.imaging.dicom.geometry import Plane
from ilc.imaging.dicom.notices import series_issue
from ilc.imaging.dicom.pixels import PixelsNotReadable, read_slice
from ilc.imaging.dicom.series import Series, SeriesKind

FloatArray = NDArray[np.float64]

_LONG_SIDE = 128  # pixels that the longer side is reduced to
_SIDE_MIN = 32  # pixels; below, there is nothing to see
_NARROW_MIN = 16  # the same of the shorter side once reduced
_PLACES = (0.35, 0.5, 0.65)  # of a stack: slices that are looked at
_LOG_ODDS_AT_LIMIT = 2.2  # a sign just at its limit: 90 %
_LOG_ODDS_PER_STEP = 2.0
_CONFIDENCE_MAX = 0.99  # pixels never prove a plane
_CLAIM_MIN = 0.9
_STRIP = 2.0
_AIR_LEVEL = 0.07  # of the brightest tissue


@dataclass(frozen=True, slots=True)
class PlaneReading:
    """Plane of a slice or stack. `confidence` is that of `plane`; of the likeliest one where the plane is UNKNOWN."""

    plane: Plane
    confidence: float
    reasons: tuple[str, ...]
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class _Signs:
    """What is seen in a slice. Correlations from -1 to 1, shares from 0 to 1."""

    mirror: float  # between the halves beside the best upright axis, less the same about a level axis
    mirror_peak: float  # of the best upright axis over the usual one: a true middle, not mere stripes
    level_peak: float  # the same of the best level axis
    upright: float  # share of contrast that runs down the slice
    level: float  # share of contrast that runs across it; 0 in a narrow strip, where it says nothing
    elongation: float  # longer side over shorter
    air_below: float  # of the lower edge
    air_above: float


@dataclass(frozen=True, slots=True)
class _Need:
    """A sign that a plane needs: at least or at most a limit; `step` is how far beyond it counts once."""

    sign: str
    limit: float
    step: float  # negative: at most
    words: str


_NEEDS: dict[Plane, tuple[_Need, ...]] = {
    Plane.SAGITTAL: (
        _Need("upright", 0.27, 0.08, "edges run from top to bottom"),
        _Need("level", 0.22, -0.06, "few edges run across"),
        _Need("mirror", 0.06, -0.08, "the sides are not mirror images"),
        _Need("level_peak", 0.27, -0.08, "top and bottom are not mirror images"),
        _Need("mirror_peak", 0.54, -0.08, "no upright middle stands out"),
        _Need("elongation", _STRIP, -0.25, "the slice is no narrow strip"),
    ),
    Plane.AXIAL: (
        _Need("mirror", 0.20, 0.08, "the sides are mirror images"),
        _Need("mirror_peak", 0.24, 0.08, "there is one upright middle"),
        _Need("upright", 0.20, -0.04, "few edges run from top to bottom"),
        _Need("level", 0.42, -0.06, "what runs across does not run through"),
        _Need("air_below", 0.50, 0.30, "the body ends above the lower edge"),
    ),
    Plane.CORONAL: (
        _Need("mirror", 0.14, 0.08, "the sides are mirror images"),
        _Need("mirror_peak", 0.30, 0.08, "there is one upright middle"),
        _Need("upright", 0.22, 0.05, "edges run from top to bottom"),
        _Need("air_below", 0.30, -0.15, "the body reaches the lower edge"),
        _Need("air_above", 0.50, -0.25, "the body reaches the upper edge"),
    ),
}


def detect_plane(
    slices: Iterable[NDArray[np.float32]], pixel_spacing_mm: tuple[float, float] | None = None
) -> PlaneReading:
    """Tell the plane of slices from their grey values.

    Parameters
    ----------
    slices : one or more parallel slices (no radiographs) of the spine, each of shape (row, column), upright as they are
        usually shown
    pixel_spacing_mm : between rows, between columns; square pixels are taken where it is not known

    Returns
    -------
    SAGITTAL, AXIAL or CORONAL where all slices that show anything agree, UNKNOWN else; and why. Which side is left, and
    whether a sagittal slice faces left, cannot be told.
    """
    seen = [_measure_signs(pixels, pixel_spacing_mm or (1.0, 1.0)) for pixels in slices]
    chances = [_chances(signs) for signs in seen if signs is not None]
    if not chances:
        return PlaneReading(Plane.UNKNOWN, 0.0, ("the slices are too small or show nothing",))
    claimed = {plane for chance in chances for plane, p in chance.items() if p >= _CLAIM_MIN}
    means = {plane: float(np.mean([chance[plane] for chance in chances])) for plane in _NEEDS}
    best = max(means, key=lambda plane: means[plane])
    signs = next(item for item in seen if item is not None)
    if len(claimed) > 1:
        names = " and ".join(sorted(plane.value for plane in claimed))
        return PlaneReading(Plane.UNKNOWN, means[best], (f"slices look {names}",))
    agreed = sum(chance[best] >= _CLAIM_MIN for chance in chances) * 2 > len(chances)
    if not agreed:
        return PlaneReading(Plane.UNKNOWN, min(means[best], _CLAIM_MIN), _lacking(signs, best))
    claims = [chance[best] for chance in chances if chance[best] >= _CLAIM_MIN]
    confidence = float(np.mean(claims)) * (len(claims) + 1) / (len(chances) + 1)
    return PlaneReading(best, confidence, tuple(need.words for need in _NEEDS[best]))


def read_plane(series: Series) -> PlaneReading:
    """The plane of a series: as stated; else, for slices without an orientation, from three of them.

    Returns
    -------
    with an issue where the plane was taken from pixels or is not known; radiographs, cine runs and what was set aside
    are not looked at
    """
    if series.plane is not Plane.UNKNOWN:
        return PlaneReading(series.plane, 1.0, ("the file states it",))
    is_section = series.modality in ("MR", "CT") or series.source.nifti_axes is not None
    if series.kind is not SeriesKind.IMAGE or not is_section:
        return PlaneReading(Plane.UNKNOWN, 0.0, (f"not looked at in a series of the kind {series.kind.value}",))
    indices = sorted({round(place * (series.shape[0] - 1)) for place in _PLACES})
    try:
        found = detect_plane([read_slice(series, index) for index in indices], series.pixel_spacing_mm)
    except PixelsNotReadable as error:
        return PlaneReading(Plane.UNKNOWN, 0.0, ("the pixels cannot be read",), (error.issue,))
    reasons = "; ".join(found.reasons)
    if found.plane is Plane.UNKNOWN:
        message = f"Neither the file nor its pixels tell the plane of the slices: {reasons}."
        return PlaneReading(found.plane, found.confidence, found.reasons, (_issue("PLANE_UNKNOWN", series, message),))
    message = f"The slices look {found.plane.value} ({found.confidence:.0%}): {reasons}. The file does not say it."
    return PlaneReading(found.plane, found.confidence, found.reasons, (_issue("PLANE_FROM_PIXELS", series, message),))


def _issue(code: str, series: Series, message: str) -> Issue:
    return series_issue(code, series.id, message)


def _chances(signs: _Signs) -> dict[Plane, float]:
    """For each plane by its weakest sign."""
    weakest = {plane: min(_surplus(signs, need) for need in needs) for plane, needs in _NEEDS.items()}
    odds = {plane: _LOG_ODDS_AT_LIMIT + _LOG_ODDS_PER_STEP * value for plane, value in weakest.items()}
    return {plane: min(float(1.0 / (1.0 + np.exp(-value))), _CONFIDENCE_MAX) for plane, value in odds.items()}


def _surplus(signs: _Signs, need: _Need) -> float:
    value: float = getattr(signs, need.sign)
    return float(np.clip((value - need.limit) / need.step, -6.0, 6.0))


def _lacking(signs: _Signs, plane: Plane) -> tuple[str, ...]:
    missing = [need.words for need in _NEEDS[plane] if _surplus(signs, need) < 0.0]
    return tuple(f"not seen, though {plane.value} would need it: {words}" for words in missing) or ("slices differ",)


def _measure_signs(pixels: NDArray[np.float32], spacing_mm: tuple[float, float]) -> _Signs | None:
    """None where there is nothing to see."""
    if min(pixels.shape) < _SIDE_MIN:
        return None
    grey = _reduce(pixels.astype(np.float64), spacing_mm)
    if min(grey.shape) < _NARROW_MIN:
        return None
    low, high = np.percentile(grey, [0.5, 99.0])
    if high <= low:
        return None
    grey = np.clip((grey - low) / (high - low), 0.0, 1.0)
    fine, coarse = _contrast(grey, 6.0), _contrast(grey, 8.0)
    mirror, mirror_peak = _mirror(fine)
    level_mirror, level_peak = _mirror(fine.T)
    air = _outside(grey)
    elongation = max(grey.shape) / min(grey.shape)
    return _Signs(
        mirror=mirror - level_mirror,
        mirror_peak=mirror_peak,
        level_peak=level_peak,
        upright=_runs_down(coarse),
        level=_runs_down(coarse.T) if elongation <= _STRIP else 0.0,
        elongation=elongation,
        air_below=float(air[-3].mean()),
        air_above=float(air[2].mean()),
    )


def _reduce(pixels: FloatArray, spacing_mm: tuple[float, float]) -> FloatArray:
    """As large as the working size, with square pixels."""
    step = max(pixels.shape[0] * spacing_mm[0], pixels.shape[1] * spacing_mm[1]) / _LONG_SIDE
    blur = [0.5 * step / mm for mm in spacing_mm]
    scaled = ndimage.zoom(ndimage.gaussian_filter(pixels, blur), [mm / step for mm in spacing_mm], order=1)
    return np.asarray(scaled, dtype=np.float64)


def _contrast(grey: FloatArray, reach: float) -> FloatArray:
    """Grey values against their surroundings, so that coil brightness does not count."""
    centred = grey - ndimage.gaussian_filter(grey, reach, mode="nearest")
    spread = ndimage.gaussian_filter(centred**2, reach, mode="nearest")
    return np.asarray(centred / np.sqrt(spread + 4e-3), dtype=np.float64)


def _mirror(contrast: FloatArray) -> tuple[float, float]:
    """Correlation of the halves beside the best upright axis near the middle, and its lead over the usual axis."""
    width = contrast.shape[1]
    found = []
    for twice in range(int(0.75 * width), int(1.25 * width) + 1):  # twice the column of the axis
        first, last = max(0, twice - width + 1), min(width - 1, twice)
        # Next to the axis everything resembles its mirror image.
        aside = np.abs(np.arange(first, last + 1) - twice / 2) > 3
        part = contrast[:, first : last + 1]
        here, there = part[:, aside], part[:, ::-1][:, aside]
        found.append(float((here * there).sum() / ((here * here).sum() + 1e-9)))
    return max(found), max(found) - float(np.median(found))


def _runs_down(contrast: FloatArray) -> float:
    """Share of contrast that stays when each quarter of the height is averaged down its columns."""
    kept = [float((part.mean(axis=0) ** 2).mean()) for part in np.array_split(contrast, 4, axis=0)]
    return float(np.mean(kept)) / (float((contrast**2).mean()) + 1e-9)


def _outside(grey: FloatArray) -> NDArray[np.bool_]:
    """Dark background that reaches an edge."""
    parts, _ = ndimage.label(ndimage.gaussian_filter(grey, 1.0) < _AIR_LEVEL)
    at_edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    outside = np.isin(parts, np.unique(at_edge[at_edge > 0]))
    return np.asarray(ndimage.binary_opening(outside), dtype=np.bool_)
