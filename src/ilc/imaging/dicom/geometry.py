"""Where voxels lie in the patient: index (slice, row, column) to patient millimetres in LPS.

LPS: x grows to the patient's left, y to the back (posterior), z to the head (superior), as in DICOM.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# NIfTI counts x to the right and y to the front; one flip of both turns RAS into LPS and back.
_RAS_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_SPACING_MM = (0.005, 500.0)
_PLANE_MIN_COSINE = float(np.cos(np.deg2rad(45.0)))
_UNIT_TOLERANCE = 1e-2


class GeometryNotValid(ValueError):
    """The numbers do not describe a grid in space."""


class Plane(StrEnum):
    """How the slices lie in the patient."""

    SAGITTAL = "sagittal"
    AXIAL = "axial"
    CORONAL = "coronal"
    OBLIQUE = "oblique"
    UNKNOWN = "unknown"


class Geometry:
    """A regular grid of voxels in the patient. Immutable; two grids are equal when all numbers are.

    Parameters
    ----------
    affine : shape (4, 4), maps (slice, row, column, 1) at voxel centres to (x, y, z, 1) in mm, LPS
    shape : number of slices, rows and columns

    Raises
    ------
    GeometryNotValid : not finite, not invertible, impossible spacing, or rows not at right angles to columns
    """

    __slots__ = ("_affine", "_inverse", "shape")

    def __init__(self, affine: ArrayLike, shape: Sequence[int]) -> None:
        matrix = np.array(affine, dtype=np.float64)
        _check_affine(matrix)
        if len(shape) != 3 or min(shape) < 1:
            raise GeometryNotValid(f"a grid needs three positive sizes, not {tuple(shape)}")
        inverse = np.linalg.inv(matrix)
        matrix.flags.writeable = False
        inverse.flags.writeable = False
        object.__setattr__(self, "_affine", matrix)
        object.__setattr__(self, "_inverse", inverse)
        object.__setattr__(self, "shape", (int(shape[0]), int(shape[1]), int(shape[2])))

    _affine: FloatArray
    _inverse: FloatArray
    shape: tuple[int, int, int]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Geometry does not change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Geometry does not change: {name}")

    def __reduce__(self) -> tuple[type[Geometry], tuple[FloatArray, tuple[int, int, int]]]:
        return (Geometry, (self._affine, self.shape))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Geometry):
            return NotImplemented
        return self.shape == other.shape and bool(np.array_equal(self._affine, other._affine))

    def __hash__(self) -> int:
        return hash((self.shape, self._affine.tobytes()))

    def __repr__(self) -> str:
        spacing = ", ".join(f"{value:.4g}" for value in self.spacing_mm)
        return f"Geometry(shape={self.shape}, spacing_mm=({spacing}), plane={self.plane.value})"

    @classmethod
    def from_planes(
        cls,
        *,
        orientation: Sequence[float],
        origin_lps_mm: Sequence[float],
        pixel_spacing_mm: Sequence[float],
        slice_step_lps_mm: Sequence[float],
        shape: Sequence[int],
    ) -> Geometry:
        """Build a grid from the attributes of its first slice.

        Parameters
        ----------
        orientation : ImageOrientationPatient: direction along a row (growing column), then down a column (growing row)
        origin_lps_mm : ImagePositionPatient: centre of the first voxel of the first slice
        pixel_spacing_mm : PixelSpacing: between rows, then between columns
        slice_step_lps_mm : vector from one slice to the next
        shape : slices, rows, columns
        """
        along_row = np.asarray(orientation[:3], dtype=np.float64)
        down_column = np.asarray(orientation[3:], dtype=np.float64)
        for direction in (along_row, down_column):
            if abs(float(np.linalg.norm(direction)) - 1.0) > _UNIT_TOLERANCE:
                raise GeometryNotValid("ImageOrientationPatient holds no unit vectors")
        affine = np.eye(4)
        affine[:3, 0] = slice_step_lps_mm
        affine[:3, 1] = down_column * pixel_spacing_mm[0]
        affine[:3, 2] = along_row * pixel_spacing_mm[1]
        affine[:3, 3] = origin_lps_mm
        return cls(affine, shape)

    @classmethod
    def from_nifti(cls, affine_ras: ArrayLike, axes: Sequence[int], shape: Sequence[int]) -> Geometry:
        """Build a grid from a NIfTI affine.

        Parameters
        ----------
        affine_ras : shape (4, 4), maps NIfTI voxel (i, j, k, 1) to mm, RAS
        axes : which NIfTI axis (0, 1, 2) becomes slice, row and column
        shape : slices, rows, columns
        """
        if sorted(axes) != [0, 1, 2]:
            raise GeometryNotValid(f"axes must name each of 0, 1, 2 once, not {tuple(axes)}")
        lps = _RAS_LPS @ np.array(affine_ras, dtype=np.float64)
        return cls(lps[:, [*axes, 3]], shape)

    @property
    def affine(self) -> FloatArray:
        """The (4, 4) map from (slice, row, column, 1) to (x, y, z, 1) in mm, LPS; read-only."""
        return self._affine

    @property
    def nifti_affine(self) -> FloatArray:
        """The (4, 4) map to mm in RAS for an array saved in the order (slice, row, column)."""
        return cast(FloatArray, _RAS_LPS @ self._affine)

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance from voxel to voxel along slice, row and column index."""
        lengths = np.linalg.norm(self._affine[:3, :3], axis=0)
        return (float(lengths[0]), float(lengths[1]), float(lengths[2]))

    @property
    def directions(self) -> FloatArray:
        """Shape (3, 3): the columns are unit vectors in LPS of growing slice, row and column index."""
        axes = self._affine[:3, :3]
        return cast(FloatArray, axes / np.linalg.norm(axes, axis=0))

    @property
    def normal(self) -> FloatArray:
        """Unit vector at right angles to the slices: direction along a row crossed with direction down a column."""
        directions = self.directions
        return cast(FloatArray, np.cross(directions[:, 2], directions[:, 1]))

    @property
    def plane(self) -> Plane:
        """Anatomical plane of the slices; OBLIQUE when no axis of the body is within 45 degrees of their normal."""
        return plane_of_normal(self.normal)

    @property
    def edge_letters(self) -> tuple[str, str, str, str]:
        """Which part of the patient lies at the left, right, top and bottom edge of a slice: L R A P H F."""
        directions = self.directions
        right, bottom = _letter(directions[:, 2]), _letter(directions[:, 1])
        return (_letter(-directions[:, 2]), right, _letter(-directions[:, 1]), bottom)

    def index_to_lps(self, index: ArrayLike) -> FloatArray:
        """Patient position of (fractional) voxel indices.

        Parameters
        ----------
        index : shape (..., 3), slice, row, column; whole numbers are voxel centres

        Returns
        -------
        shape (..., 3), x, y, z in mm, LPS
        """
        return _transform(self._affine, index)

    def lps_to_index(self, position_lps_mm: ArrayLike) -> FloatArray:
        """Fractional voxel index (slice, row, column) of patient positions; shape (..., 3) to (..., 3)."""
        return _transform(self._inverse, position_lps_mm)


def plane_of_normal(normal: ArrayLike) -> Plane:
    """Anatomical plane of slices whose unit normal is given in LPS."""
    cosines = np.abs(np.asarray(normal, dtype=np.float64))
    axis = int(np.argmax(cosines))
    if cosines[axis] < _PLANE_MIN_COSINE:
        return Plane.OBLIQUE
    return (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)[axis]


def _transform(matrix: FloatArray, points: ArrayLike) -> FloatArray:
    coordinates = np.asarray(points, dtype=np.float64)
    if coordinates.shape[-1:] != (3,):
        raise ValueError(f"points need three coordinates in their last axis, not shape {coordinates.shape}")
    return coordinates @ matrix[:3, :3].T + matrix[:3, 3]


def _letter(direction: FloatArray) -> str:
    axis = int(np.argmax(np.abs(direction)))
    return ("RL", "AP", "FH")[axis][int(direction[axis] > 0)]


def _check_affine(matrix: FloatArray) -> None:
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        raise GeometryNotValid("an affine is four by four finite numbers")
    if not np.array_equal(matrix[3], [0.0, 0.0, 0.0, 1.0]):
        raise GeometryNotValid("the last row of an affine is 0 0 0 1")
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    if lengths.min() < _SPACING_MM[0] or lengths.max() > _SPACING_MM[1]:
        raise GeometryNotValid(f"voxel spacing of {lengths.min():.3g} to {lengths.max():.3g} mm is not possible")
    directions = matrix[:3, :3] / lengths
    if abs(float(directions[:, 1] @ directions[:, 2])) > _UNIT_TOLERANCE:
        raise GeometryNotValid("rows and columns are not at right angles")
    # Below this the slices would be stacked nearly within their own plane.
    if abs(float(np.linalg.det(directions))) < 0.2:
        raise GeometryNotValid("slices are not stacked across their plane")
