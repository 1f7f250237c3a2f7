"""Lines that follow an edge or a ridge: the cheapest smooth path, open or once around a point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

N_RAYS = 72


@dataclass(frozen=True, slots=True)
class Oval:
    """An ellipse in a slice, from which rays go out. Points are (back, left) in mm."""

    middle: tuple[float, float]
    half_back_mm: float
    half_left_mm: float

    def points(self, scale: FloatArray) -> FloatArray:
        """Points on ray i at `scale[i]` times the ellipse; shape (rays, 2), or (rays, n, 2) for (rays, n)."""
        angle = ray_angles()
        axes = np.stack([np.sin(angle) * self.half_back_mm, np.cos(angle) * self.half_left_mm], axis=-1)
        if scale.ndim == 2:
            axes = axes[:, None, :]
        return np.asarray(np.array(self.middle) + scale[..., None] * axes)

    def outward(self) -> FloatArray:
        """Unit normals of the ellipse where the rays cross it, shape (rays, 2)."""
        angle = ray_angles()
        normal = np.stack([np.sin(angle) / self.half_back_mm, np.cos(angle) / self.half_left_mm], axis=-1)
        return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))


def ray_angles() -> FloatArray:
    """Of the rays, from the patient's left over the back."""
    return np.arange(N_RAYS) * 2.0 * np.pi / N_RAYS


def find_path(cost: FloatArray, *, stiffness: float, reach: int = 2) -> NDArray[np.intp]:
    """The cheapest path over the rows of a table.

    Parameters
    ----------
    cost : shape (row, step)
    stiffness : cost of going one step aside from row to row
    reach : most steps from row to row

    Returns
    -------
    step at each row, shape (row,)
    """
    n, steps = cost.shape
    total = cost[0].copy()
    origin = np.zeros((n, steps), dtype=np.intp)
    moves = np.arange(-reach, reach + 1)
    for row in range(1, n):
        padded = np.pad(total, reach, constant_values=np.inf)
        choices = np.stack([padded[reach + move : reach + move + steps] + stiffness * abs(move) for move in moves])
        best = choices.argmin(axis=0)
        origin[row] = np.arange(steps) + moves[best]
        total = choices[best, np.arange(steps)] + cost[row]
    path = np.zeros(n, dtype=np.intp)
    path[-1] = int(total.argmin())
    for row in range(n - 1, 0, -1):
        path[row - 1] = origin[row, path[row]]
    return path


def find_cycle(cost: FloatArray, *, stiffness: float) -> NDArray[np.intp]:
    """The same for rays that go once around, shape (ray, step): the path ends where it began."""
    # Three times around: the middle one neither starts nor ends free.
    path = find_path(np.concatenate([cost, cost, cost]), stiffness=stiffness)
    return path[len(cost) : 2 * len(cost)]


def area_mm2(points: FloatArray) -> float:
    """Within a closed line of points (n, 2)."""
    y, x = points[:, 0], points[:, 1]
    return 0.5 * abs(float(y @ np.roll(x, -1) - x @ np.roll(y, -1)))


def crossings_mm(points: FloatArray, left_mm: float) -> tuple[float, float] | None:
    """How far back a closed line of points (n, 2) first and last crosses a line from front to back."""
    found = []
    for (back, left), (next_back, next_left) in pairwise(np.vstack([points, points[:1]])):
        if (left - left_mm) * (next_left - left_mm) <= 0.0 and left != next_left:
            found.append(float(back + (left_mm - left) / (next_left - left) * (next_back - back)))
    return (min(found), max(found)) if found else None
