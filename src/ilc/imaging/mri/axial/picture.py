"""One axial slice on a grid of its own: columns to the patient's left, rows to the back, the sac in the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ilc.imaging.mri.axial.cut import MidlineCut
from ilc.imaging.mri.axial.stack import AxialStack

FloatArray = NDArray[np.float64]

FINE_MM = 0.5
_ASIDE_MM, _FRONT_MM, _BACK_MM = 80.0, 60.0, 95.0
_CORNER = np.array([-_FRONT_MM, -_ASIDE_MM])  # back and left of the first pixel


@dataclass(frozen=True, slots=True, eq=False)
class SlicePicture:
    """A slice resampled in its plane. Points are (back, left) in mm from the middle of the sac."""

    values: FloatArray  # (row, column), 0 outside the slice
    inside: NDArray[np.bool_]  # where the slice has pixels
    middle: FloatArray  # LPS
    left: FloatArray  # unit vectors in LPS
    back: FloatArray
    pixel_mm: float  # of the series, the larger side

    def at(self, points: FloatArray) -> FloatArray:
        """Signal at points (..., 2), linear between pixels."""
        place = (points - _CORNER) / FINE_MM
        return np.asarray(map_coordinates(self.values, np.moveaxis(place, -1, 0), order=1, mode="constant"))

    @staticmethod
    def index_of(points: FloatArray) -> NDArray[np.intp]:
        """Row and column nearest to points (n, 2), kept within the picture."""
        place = np.rint((points - _CORNER) / FINE_MM).astype(np.intp)
        return np.asarray(np.clip(place, 0, np.array([len(axis) for axis in axes_mm()]) - 1))

    def grid(self) -> tuple[FloatArray, FloatArray]:
        """Back and left of every pixel in mm, shape (row, column)."""
        back, left = np.meshgrid(*axes_mm(), indexing="ij")
        return back, left

    def from_lps(self, points: FloatArray) -> FloatArray:
        """(back, left) of LPS points (..., 3), dropped onto the slice."""
        offset = points - self.middle
        return np.stack([offset @ self.back, offset @ self.left], axis=-1)

    def to_lps(self, points: FloatArray) -> FloatArray:
        """LPS of points (..., 2)."""
        return np.asarray(self.middle + points[..., :1] * self.back + points[..., 1:] * self.left)


def axes_mm() -> tuple[FloatArray, FloatArray]:
    """Back of each row and left of each column."""
    return (
        np.arange(-_FRONT_MM, _BACK_MM + 1e-6, FINE_MM),
        np.arange(-_ASIDE_MM, _ASIDE_MM + 1e-6, FINE_MM),
    )


def resample_slice(stack: AxialStack, index: int, cut: MidlineCut) -> SlicePicture:
    """Lay slice `index` on its own grid. Left and right follow from the stack's place in the patient alone."""
    normal = stack.geometry.normal
    left = np.array([1.0, 0.0, 0.0]) - normal[0] * normal
    left = left / np.linalg.norm(left)
    back = np.cross(normal, left)
    back = back if back[1] > 0 else -back
    rows, columns = np.meshgrid(*axes_mm(), indexing="ij")
    points = cut.middle + rows[..., None] * back + columns[..., None] * left
    place = stack.geometry.lps_to_index(points)[..., 1:]
    shape = np.array(stack.geometry.shape[1:])
    inside = np.asarray(((place >= 0.0) & (place <= shape - 1)).all(axis=-1))
    plane = stack.values[index].astype(np.float64)
    values = map_coordinates(plane, np.moveaxis(place, -1, 0), order=1, mode="nearest") * inside
    return SlicePicture(
        values, inside, np.asarray(cut.middle), left, np.asarray(back), max(stack.geometry.spacing_mm[1:])
    )
