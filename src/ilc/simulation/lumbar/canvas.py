"""The fine sagittal plane that tissues are painted on, and distances within it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import fft, irfft2, rfft, rfft2
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from ilc.simulation.lumbar.skeleton import (
    ENDPLATE_DIP_MM,
    WAIST_BACK_MM,
    WAIST_FRONT_MM,
    Canal,
    FloatArray,
    Outline,
    unit,
)
from ilc.simulation.lumbar.tissues import Tissue

MaskArray = NDArray[np.bool_]
Window = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Walls:
    """Signed distance to each wall of a body or disc in mm, negative inside; only within `window` of the plane."""

    window: Window
    front: FloatArray
    back: FloatArray
    top: FloatArray
    bottom: FloatArray

    def inside(self, *, inset_mm: float = 0.0, rounding_mm: float = 2.0) -> FloatArray:
        """Signed distance to the rounded outline, its front set back by `inset_mm`."""
        across = np.maximum(self.front + inset_mm, self.back + 0.25 * inset_mm)
        along = np.maximum(self.top, self.bottom)
        return rounded_corner(across, along, rounding_mm)


class PlaneGrid:
    """Points (y, z) of one sagittal plane: rows run to the feet, columns to the back."""

    def __init__(self, y_mm: FloatArray, z_mm: FloatArray) -> None:
        self.y_mm = y_mm  # of the columns, growing
        self.z_mm = z_mm  # of the rows, falling
        self.shape = (len(z_mm), len(y_mm))

    def window(self, centre: FloatArray, reach_mm: float) -> Window:
        """The part of the plane within a square around a point; may be empty."""
        columns = np.searchsorted(self.y_mm, [centre[0] - reach_mm, centre[0] + reach_mm])
        rows = np.searchsorted(-self.z_mm, [-(centre[1] + reach_mm), -(centre[1] - reach_mm)])
        return slice(int(rows[0]), int(rows[1])), slice(int(columns[0]), int(columns[1]))

    def local(self, window: Window, origin: FloatArray, backward: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Coordinates (p to the back, u upward) in mm of the points in a window, in a frame of their own."""
        y, z = self.y_mm[window[1]] - origin[0], self.z_mm[window[0]] - origin[1]
        p = y[None, :] * backward[0] + z[:, None] * backward[1]
        u = z[:, None] * backward[0] - y[None, :] * backward[1]
        return p, u

    def walls(
        self, outline: Outline, *, dips_mm: tuple[float, float], bulge_front_mm: float, bulge_back_mm: float
    ) -> Walls:
        """Distances to the four walls; top and bottom dip into a body by `dips_mm` (into a disc by minus that)."""
        window = self.window(outline.centre, 48.0)
        y, z = np.meshgrid(self.y_mm[window[1]], self.z_mm[window[0]])
        points = np.stack([y, z], axis=-1)
        corners = [outline.back_low, outline.front_low, outline.front_high, outline.back_high]
        return Walls(
            window,
            front=_wall(points, corners[1], corners[2], bulge_front_mm),
            back=_wall(points, corners[3], corners[0], bulge_back_mm),
            top=_wall(points, corners[2], corners[3], -dips_mm[0]),
            bottom=_wall(points, corners[0], corners[1], -dips_mm[1]),
        )

    def body_walls(self, outline: Outline, deepening_mm: float = 0.0) -> Walls:
        """Walls of a vertebral body: endplates dipped, by a fracture deeper than usual, and a waist."""
        dip = ENDPLATE_DIP_MM + deepening_mm
        return self.walls(outline, dips_mm=(dip, dip), bulge_front_mm=-WAIST_FRONT_MM, bulge_back_mm=-WAIST_BACK_MM)

    def along_canal(self, canal: Canal) -> tuple[FloatArray, FloatArray, FloatArray]:
        """For each point: way along the sac, distance behind its centre line, and half its depth there (mm)."""
        y, z = np.meshgrid(self.y_mm, self.z_mm)
        along, behind, half = canal.locate(np.column_stack([y.ravel(), z.ravel()]))
        return along.reshape(self.shape), behind.reshape(self.shape), half.reshape(self.shape)

    def behind_line(self, line: FloatArray) -> FloatArray:
        """How far each point lies behind a line from head to feet, in mm along y; shape (rows, columns)."""
        at_row = np.interp(self.z_mm, line[::-1, 1], line[::-1, 0])
        return np.asarray(self.y_mm[None, :] - at_row[:, None])


class Canvas:
    """Tissue of every point of one fine plane, as layers that later layers cover."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.tissue = np.full(shape, Tissue.AIR, dtype=np.uint8)
        self.fat = np.zeros(shape, dtype=np.float32)  # share of fat in the signal
        self.wet = np.zeros(shape, dtype=np.float32)  # share of fully hydrated nucleus
        self.oedema = np.zeros(shape, dtype=np.float32)
        self.gain = np.ones(shape, dtype=np.float32)
        self.part = np.zeros(shape, dtype=np.uint8)  # number in the segmentation
        self.is_body = np.zeros(shape, dtype=np.bool_)
        self.muscle = np.zeros(shape, dtype=np.uint8)  # number of the muscle, where the tissue is muscle

    def paint(self, window: Window, mask: MaskArray, tissue: Tissue, *, fat: float = 0.0, part: int = 0) -> None:
        """Cover the points of a mask within a window."""
        self.tissue[window][mask] = tissue
        self.fat[window][mask] = fat
        self.wet[window][mask] = 0.0
        self.oedema[window][mask] = 0.0
        self.part[window][mask] = part
        self.is_body[window][mask] = False


def rounded_corner(first: FloatArray, second: FloatArray, radius: float) -> FloatArray:
    """Signed distance to the part common to two half-planes, its corner rounded."""
    a, b = first + radius, second + radius
    outside = np.hypot(np.maximum(a, 0.0), np.maximum(b, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(a, b), 0.0) - radius)


def capsule(p: FloatArray, u: FloatArray, start: tuple[float, float], end: tuple[float, float]) -> FloatArray:
    """Distance in mm to the straight line from `start` to `end`, both (p, u)."""
    along = np.array(end) - np.array(start)
    t = np.clip(((p - start[0]) * along[0] + (u - start[1]) * along[1]) / (along @ along), 0.0, 1.0)
    return np.asarray(np.hypot(p - start[0] - t * along[0], u - start[1] - t * along[1]))


def noise(rng: np.random.Generator, shape: tuple[int, int], smoothing: tuple[float, float]) -> FloatArray:
    """Smooth random field with mean 0 and deviation 1; `smoothing` in points along rows and columns."""
    white = rng.standard_normal(shape)
    field = gaussian_filter(white, smoothing, mode="wrap") if sum(smoothing) < 6.0 else _smooth_far(white, smoothing)
    return np.asarray(field / field.std())


def _smooth_far(field: FloatArray, smoothing: tuple[float, float]) -> FloatArray:
    """The same filter by Fourier transform, quicker where it reaches far."""
    spectrum = rfft2(field)
    for axis, sigma in enumerate(smoothing):
        impulse = np.zeros(field.shape[axis])
        impulse[0] = 1.0
        kernel = gaussian_filter1d(impulse, sigma, mode="wrap")
        response = (fft(kernel) if axis == 0 else rfft(kernel)).real
        spectrum *= response[:, None] if axis == 0 else response[None, :]
    return np.asarray(irfft2(spectrum, s=field.shape))


def _wall(points: FloatArray, start: FloatArray, end: FloatArray, bulge_mm: float) -> FloatArray:
    """Distance beyond the line from one corner to the next (corners run back low, front low, front high, back high)."""
    along = unit(end - start)
    outward = np.array([-along[1], along[0]])
    t = ((points - start) @ along) / float(np.linalg.norm(end - start))
    inside_span = np.clip(t, 0.0, 1.0)
    return np.asarray((points - start) @ outward - bulge_mm * 4.0 * inside_span * (1.0 - inside_span))
