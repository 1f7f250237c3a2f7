"""Corners, endplates and walls of vertebral bodies in the midline picture, to fractions of a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, gaussian_filter, map_coordinates
from skimage.measure import find_contours

from ilc.imaging.mri.chain import Body, Chain
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]

_MARGIN_PX = 7
_SMOOTHING_PX = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """One body. Points are (row, column) in pixels of the midline picture; `contour` closes on itself."""

    front_low: FloatArray
    front_high: FloatArray
    back_low: FloatArray
    back_high: FloatArray
    contour: FloatArray
    up: FloatArray  # unit vector
    front: FloatArray  # unit vector
    edges: FloatArray  # (4, 2): where the lines along endplate and wall meet, in the order of `corners`

    @property
    def corners(self) -> FloatArray:
        """Shape (4, 2): front low, front high, back high, back low; on the contour."""
        return np.array([self.front_low, self.front_high, self.back_high, self.back_low])

    @property
    def centre(self) -> FloatArray:
        """Mean of the corners."""
        return np.asarray(self.corners.mean(axis=0))


def trace_bodies(chain: Chain, probabilities: NDArray[np.float32]) -> tuple[Outline | None, ...]:
    """Outline each body; None where its part of the picture holds no closed outline.

    Parameters
    ----------
    chain : bodies and discs of the picture
    probabilities : midline picture, shape (class, row, column)
    """
    ups = body_axes(chain)
    return tuple(_trace(body, up, probabilities) for body, up in zip(chain.bodies, ups, strict=True))


def body_axes(chain: Chain) -> FloatArray:
    """Unit vector to the head of each body: from the disc below it to the disc above it; shape (body, 2)."""
    ups = []
    for index, body in enumerate(chain.bodies):
        below = chain.discs[index].centre if chain.discs[index].seen else body.centre
        above = chain.discs[index + 1].centre if index + 1 < len(chain.discs) and chain.discs[index + 1].seen else None
        way = (above if above is not None else body.centre) - below
        ups.append(way / np.linalg.norm(way) if np.linalg.norm(way) > 3.0 else body.up)
    return np.array(ups)


def _trace(body: Body, up: FloatArray, p: NDArray[np.float32]) -> Outline | None:
    rows, columns = np.nonzero(body.mask)
    top, left = max(rows.min() - _MARGIN_PX, 0), max(columns.min() - _MARGIN_PX, 0)
    window = (slice(top, rows.max() + _MARGIN_PX), slice(left, columns.max() + _MARGIN_PX))
    own = binary_dilation(body.mask[window], iterations=3)
    # Against whatever else is most likely there: the dark rim around a body belongs to it as much as to its neighbour.
    rest = np.max(np.delete(p[:, window[0], window[1]], SpineClass.BODY, axis=0), axis=0)
    level = gaussian_filter(np.where(own, p[SpineClass.BODY][window] - rest, -1.0).astype(np.float64), _SMOOTHING_PX)
    contours = find_contours(np.pad(level, 1, constant_values=-1.0), 0.0)
    if not contours:
        return None
    contour = max(contours, key=len) - 1.0 + (top, left)
    if len(contour) < 20:
        return None
    front = np.array([up[1], -up[0]])
    front = front if front[1] < 0 else -front
    return outline_contour(contour, up, front)


def outline_contour(contour: FloatArray, up: FloatArray, front: FloatArray) -> Outline:
    """Find the corners of a body.

    Each is where the lines along an endplate and a wall, fitted near the corner, would meet, and the contour there.

    Parameters
    ----------
    contour : shape (n, 2), closed
    up, front : about to the head and to the front, unit vectors
    """
    middle = (contour.max(axis=0) + contour.min(axis=0)) / 2
    course = np.roll(contour, -2, axis=0) - np.roll(contour, 2, axis=0)
    found: dict[tuple[int, int], tuple[FloatArray, FloatArray]] = {}
    for _ in range(3):  # from the second time on along the body's own endplates
        x, y = (contour - middle) @ front, (contour - middle) @ up
        middle = middle + front * (x.max() + x.min()) / 2 + up * (y.max() + y.min()) / 2
        x, y = (contour - middle) @ front, (contour - middle) @ up
        half = np.array([max(np.ptp(x) / 2, 1e-6), max(np.ptp(y) / 2, 1e-6)])
        frame = np.column_stack([x, y]) / half
        runs_across = np.abs(course @ front) > np.abs(course @ up)  # as an endplate does; else as a wall
        for i in (-1, 1):
            for j in (-1, 1):
                index, meeting = _corner(frame * (i, j), half, runs_across)
                place = middle + front * meeting[0] * half[0] * i + up * meeting[1] * half[1] * j
                found[i, j] = contour[index], place
        ends = (found[1, 1][0] - found[-1, 1][0]) + (found[1, -1][0] - found[-1, -1][0])
        front = ends / np.linalg.norm(ends)
        turned = np.array([-front[1], front[0]])
        up = turned if turned @ up > 0 else -turned
    order = ((1, -1), (1, 1), (-1, 1), (-1, -1))
    corners, edges = (np.array([found[key][n] for key in order]) for n in (0, 1))
    return Outline(corners[0], corners[1], corners[3], corners[2], contour, up, front, edges)


def _corner(frame: FloatArray, half: FloatArray, runs_across: NDArray[np.bool_]) -> tuple[int, FloatArray]:
    """Index of the contour point at the corner where both coordinates are largest, and where its lines meet.

    In units of half the depth and height.
    """
    x, y = frame.T
    farthest = int(np.argmax(x + y))
    blunt = np.array([x[farthest], y[farthest]])
    plate = (x > 0.2) & (x < 0.8) & (y > 0.45) & runs_across
    wall = (y > 0.1) & (y < 0.7) & (x > 0.45) & ~runs_across
    if plate.sum() < 4 or wall.sum() < 4:
        return farthest, blunt
    slope, base = np.polyfit(x[plate], y[plate], 1)
    lean, edge = np.polyfit(y[wall], x[wall], 1)
    if abs(slope) > 0.8 or abs(lean) > 0.8:
        return farthest, blunt
    at_x = (lean * base + edge) / (1.0 - lean * slope)
    meeting = np.array([at_x, slope * at_x + base])
    distance = np.hypot((x - meeting[0]) * half[0], (y - meeting[1]) * half[1])
    nearest = int(np.argmin(distance))
    # Lines that meet far outside tell of a spur or a fracture: there the farthest point is the corner.
    return (nearest, meeting) if distance[nearest] * PIXEL_MM < 3.5 else (farthest, blunt)


def length_mm(start: FloatArray, end: FloatArray) -> float:
    """Between two points of the picture."""
    return float(np.linalg.norm(end - start)) * PIXEL_MM


def sample(picture: NDArray[np.generic], points: FloatArray) -> FloatArray:
    """Values of a picture at fractional points (n, 2)."""
    return np.asarray(map_coordinates(picture.astype(np.float64), points.T, order=1, mode="nearest"))
