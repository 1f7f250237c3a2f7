"""A sagittal series as the network sees it: front left, head up, 0.7 mm pixels, grey values of a fixed scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.geometry import Geometry

FloatArray = NDArray[np.float32]

PIXEL_MM = 0.7
_GREY_PERCENTILES = (0.5, 99.5)
_AXES_LPS = ((0, 1.0), (2, -1.0), (1, 1.0))  # slices to the left, rows to the feet, columns to the back


@dataclass(frozen=True, slots=True, eq=False)
class SagittalView:
    """One series turned and resampled. Arrays are (slice, row, column)."""

    values: FloatArray  # as stored in the file
    geometry: Geometry  # of `values`
    native: Geometry  # of the series
    axes: tuple[int, int, int]  # which axis of the series is slice, row, column here
    flips: tuple[bool, bool, bool]  # of the axes here

    @property
    def slice_step_mm(self) -> float:
        """From one slice to the next."""
        return self.geometry.spacing_mm[0]

    @property
    def grey(self) -> FloatArray:
        """`values` scaled slice by slice so that most lie between 0 and 1."""
        return np.stack([_scaled(plane) for plane in self.values])


def turn_to_sagittal(values: FloatArray, geometry: Geometry) -> SagittalView:
    """Turn and resample a sagittal series.

    Parameters
    ----------
    values : shape (slice, row, column) of `geometry`
    geometry : of a series whose slices are sagittal; rows and columns may run either way
    """
    axes, flips = _axes_of(geometry)
    turned = np.flip(values.transpose(axes), tuple(axis for axis in range(3) if flips[axis]))
    affine = _turned_affine(geometry, axes, flips)
    rows, columns = turned.shape[1:]
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    size = tuple(max(round(n * mm / PIXEL_MM), 1) for n, mm in zip((rows, columns), spacing[1:], strict=True))
    scale = np.array([1.0, rows / size[0], columns / size[1]])
    resampled = affine.copy()
    resampled[:3, :3] = affine[:3, :3] * scale
    resampled[:3, 3] = affine[:3, 3] + affine[:3, :3] @ ((scale - 1.0) / 2.0)
    fine = np.stack([resize(plane, (size[0], size[1])) for plane in turned])
    return SagittalView(fine, Geometry(resampled, fine.shape), geometry, axes, flips)


def resize(plane: NDArray[np.generic], size: tuple[int, int]) -> FloatArray:
    """One slice with other pixels; averaged where they grow, interpolated where they shrink."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32), mode="F")
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BILINEAR), dtype=np.float32)


def return_to_native(labels: NDArray[np.uint8], view: SagittalView) -> NDArray[np.uint8]:
    """Labels of a view on the grid of its series, nearest neighbour; shape of `view.native`."""
    shape = [view.native.shape[axis] for axis in view.axes]
    rows = _nearest(shape[1], labels.shape[1])
    columns = _nearest(shape[2], labels.shape[2])
    turned = labels[:, rows][:, :, columns]
    back = np.flip(turned, tuple(axis for axis in range(3) if view.flips[axis]))
    return np.ascontiguousarray(back.transpose(np.argsort(view.axes)))


def _nearest(wanted: int, have: int) -> NDArray[np.intp]:
    return np.clip(((np.arange(wanted) + 0.5) * have / wanted).astype(np.intp), 0, have - 1)


def _axes_of(geometry: Geometry) -> tuple[tuple[int, int, int], tuple[bool, bool, bool]]:
    directions = geometry.directions
    rows, columns = (1, 2) if abs(directions[2, 1]) >= abs(directions[2, 2]) else (2, 1)
    axes = (0, rows, columns)
    flips = tuple(bool(directions[body, axis] * sign < 0.0) for axis, (body, sign) in zip(axes, _AXES_LPS, strict=True))
    return axes, (flips[0], flips[1], flips[2])


def _turned_affine(
    geometry: Geometry, axes: tuple[int, int, int], flips: tuple[bool, bool, bool]
) -> NDArray[np.float64]:
    origin = np.array([geometry.shape[axis] - 1 if flip else 0 for axis, flip in zip(axes, flips, strict=True)])
    index = np.zeros(3)
    index[list(axes)] = origin
    affine = np.eye(4)
    affine[:3, 3] = geometry.index_to_lps(index)
    for place, (axis, flip) in enumerate(zip(axes, flips, strict=True)):
        step = geometry.directions[:, axis] * geometry.spacing_mm[axis]
        affine[:3, place] = -step if flip else step
    return affine


def _scaled(plane: FloatArray) -> FloatArray:
    inside = plane[plane > plane.min()]
    if inside.size < 64:
        return np.zeros_like(plane)
    low, high = np.percentile(inside, _GREY_PERCENTILES)
    return np.asarray(np.clip((plane - low) / max(float(high - low), 1e-6), -0.2, 1.3), dtype=np.float32)
