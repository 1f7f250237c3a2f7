"""Made-up slices of a body in three planes: enough of its shape to tell them apart, nothing more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Picture = NDArray[np.float32]
SIZE = 192


def axial(seed: int = 0) -> Picture:
    """A body with a spine in its middle: skin and air behind it, the same on both sides."""
    back, left, picture = _start()
    depth = back + 0.005 * left**2  # skin and layers bend to the front at the sides
    picture[depth < 78.0] = 0.9  # fat below the skin
    picture[depth < 62.0] = 0.35
    picture[(depth < -20.0) & (np.mod(depth, 40.0) < 9.0)] = 0.45
    for side in (-1.0, 1.0):
        picture[((left - side * 34.0) / 26.0) ** 2 + ((depth - 38.0) / 17.0) ** 2 < 1.0] = 0.15  # muscles
        picture[((left - side * 44.0) / 16.0) ** 2 + ((depth + 2.0) / 14.0) ** 2 < 1.0] = 0.2
    picture[(left / 26.0) ** 2 + (back / 19.0) ** 2 < 1.0] = 0.5
    picture[(left / 11.0) ** 2 + ((back - 24.0) / 8.0) ** 2 < 1.0] = 1.0
    return _finish(picture, seed)


def sagittal(seed: int = 0) -> Picture:
    """A curved column with discs, a bright canal and fat behind it, from the upper to the lower edge."""
    down, back, picture = _start()
    curve = 12.0 * np.sin(down / 55.0)
    picture[back < 62.0 + 0.5 * curve] = 0.3
    picture[(back > 40.0 + curve) & (back < 62.0 + 0.5 * curve)] = 0.9
    body = np.abs(back + 5.0 - curve) < 16.0
    picture[body] = 0.55
    picture[body & (np.mod(down + 100.0, 34.0) < 9.0)] = 0.15
    picture[(back - curve > 14.0) & (back - curve < 23.0)] = 1.0
    picture[back < -80.0] = 0.0
    return _finish(picture, seed)


def coronal(seed: int = 0) -> Picture:
    """A straight column with discs between muscles, from edge to edge, the same on both sides."""
    down, left, picture = _start()
    picture[np.abs(left) < 84.0] = 0.5
    for side in (-1.0, 1.0):
        picture[np.abs(left - side * (34.0 + 0.06 * down)) < 12.0] = 0.15
        picture[np.abs(left - side * 62.0) < 8.0] = 0.75
    picture[np.abs(left) < 17.0] = 0.85
    picture[(np.abs(left) < 17.0) & (np.mod(down + 100.0, 36.0) < 9.0)] = 0.3
    return _finish(picture, seed)


def _start() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Millimetres down and across from the middle, and an empty picture."""
    down, across = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    return down, across, np.zeros((SIZE, SIZE))


def _finish(picture: NDArray[np.float64], seed: int) -> Picture:
    noise = np.abs(np.random.default_rng(seed).normal(0.0, 0.015, picture.shape))
    return np.asarray((ndimage.gaussian_filter(picture, 1.2) + noise) * 800.0, dtype=np.float32)
