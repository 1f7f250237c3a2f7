"""What the receiver adds: sensitivity, saturation, a smooth bias, a finite matrix and noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilc.simulation.lumbar.skeleton import FloatArray
from ilc.simulation.lumbar.tissues import Protocol

VoxelArray = NDArray[np.float32]
_N_WAVES = 4


def sensitivity(depth_mm: FloatArray, before_spine_mm: FloatArray, end_mm: FloatArray, x_mm: float) -> FloatArray:
    """A coil behind the back hears the front less; a band before the spine is saturated against motion.

    Parameters
    ----------
    depth_mm : below the skin of the back
    before_spine_mm : before the front of the spine
    end_mm : distance from the middle of the coil towards head or feet
    x_mm : of the plane
    """
    heard = 0.42 + 0.75 * np.exp(-np.clip(depth_mm, 0.0, None) / 75.0)
    heard *= np.exp(-((np.abs(end_mm) / 210.0) ** 4))
    saturated = 1.0 / (1.0 + np.exp(-(before_spine_mm - 34.0) / 3.5))
    return np.asarray(heard * (1.0 - 0.86 * saturated) * (1.0 - 0.0006 * abs(x_mm)))


def bias_field(points_lps_mm: FloatArray, protocol: Protocol, seed: int) -> FloatArray:
    """A smooth random factor about 1 at LPS points (..., 3): a few waves longer than the spine is wide."""
    rng = np.random.default_rng([seed, 909])
    change = np.zeros(points_lps_mm.shape[:-1])
    for _ in range(_N_WAVES):
        direction = rng.normal(size=3)
        direction *= 2.0 * np.pi / (rng.uniform(160.0, 420.0) * np.linalg.norm(direction))
        change += np.cos(points_lps_mm @ direction + rng.uniform(0.0, 2.0 * np.pi))
    return np.asarray(np.exp(protocol.bias * change / np.sqrt(_N_WAVES / 2.0)))


def acquire(image: FloatArray, protocol: Protocol, rng: np.random.Generator) -> VoxelArray:
    """Noise enters in k-space, so the magnitude is Rician; an incomplete matrix blurs and rings a little."""
    rows, columns = image.shape
    spectrum = np.fft.fftshift(np.fft.fft2(image))
    spread = protocol.noise * np.sqrt(rows * columns)
    spectrum += rng.normal(0.0, spread, (rows, columns)) + 1j * rng.normal(0.0, spread, (rows, columns))
    spectrum *= _filter(rows, protocol.acquired_share)[:, None] * _filter(columns, 1.0)[None, :]
    return np.abs(np.fft.ifft2(np.fft.ifftshift(spectrum))).astype(np.float32)


def _filter(size: int, share: float) -> FloatArray:
    """Acquired lines, tapered towards the outer ones as scanners do."""
    frequency = np.abs(np.arange(size) - size // 2) / (size / 2)
    return np.where(frequency <= share, 0.68 + 0.32 * np.cos(np.pi * np.minimum(frequency / share, 1.0)), 0.0)
