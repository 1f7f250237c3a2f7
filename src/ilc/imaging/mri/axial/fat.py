"""Share of fat in muscle: signal between that of lean muscle and that of fat nearby."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.axial.picture import FINE_MM, SlicePicture

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Fat beside the sac, in the foramina and beside them: mm behind and aside of the sac's middle.
_DEEP_BACK_MM, _DEEP_ASIDE_MM, _DEEP_PERCENTILE = (-12.0, -1.0), (11.0, 36.0), 85.0
_DEEP_LIMITS = (0.5, 1.3)  # of the fat under the skin: a surface coil hears the depth less
_MIN_LAYER_MM2 = 150.0
_DARK, _MAX_DARK_SHARE = 0.6, 0.1  # darker than this share of its median is no fat: the fascia was taken for too deep
_ROUNDS = 60
_LEAN_PERCENTILE = 25.0
_SPREADS, _SPREAD_LIMITS = (0.05, 0.15, 0.1), (0.01, 0.3)
_MIN_APART = 0.05  # of the mixed component from the others
# Beyond this lean muscle is as bright as fat, or the two ways to the share do not agree: chosen on simulated people.
MAX_LEAN, MAX_DISAGREEMENT = 0.45, 0.10


@dataclass(frozen=True, slots=True)
class Mixture:
    """Three components, as shares of the fat nearby: lean muscle, mixed, fat (its mean is 1)."""

    means: tuple[float, float, float]
    spreads: tuple[float, float, float]
    weights: tuple[float, float, float]

    def by_component(self, values: FloatArray) -> float:
        """Mean share of fat when each value counts as the component it most likely belongs to."""
        lean, mixed, _ = self.means
        share = np.array([0.0, (mixed - lean) / (1.0 - lean), 1.0])
        return float((_responsibilities(values, self) @ share).mean())

    def by_signal(self, values: FloatArray) -> float:
        """Mean share of fat when each value counts by where it lies between lean muscle and fat."""
        lean = self.means[0]
        return float(np.clip((values - lean) / (1.0 - lean), 0.0, 1.0).mean())


def scale_to_fat(picture: SlicePicture, middle: FloatArray, layer: Mask) -> FloatArray | None:
    """Signal as a share of that of fat at the same depth; None where there is too little fat under the skin to tell.

    Fat under the skin and fat beside the sac give the fall of sensitivity with depth.

    Parameters
    ----------
    middle : of the sac, back and left in mm
    layer : fat under the skin
    """
    if float(layer.sum()) * FINE_MM**2 < _MIN_LAYER_MM2:
        return None
    back, left = picture.grid()
    behind, aside = back - middle[0], np.abs(left - middle[1])
    deep = (behind > _DEEP_BACK_MM[0]) & (behind < _DEEP_BACK_MM[1])
    deep &= (aside > _DEEP_ASIDE_MM[0]) & (aside < _DEEP_ASIDE_MM[1]) & picture.inside
    near = float(np.median(picture.values[layer]))
    dark = float((picture.values[layer] < _DARK * near).mean())
    if near <= 0.0 or dark > _MAX_DARK_SHARE or not deep.any():
        return None
    low, high = (near * limit for limit in _DEEP_LIMITS)
    far = float(np.clip(np.percentile(picture.values[deep], _DEEP_PERCENTILE), low, high))
    place, depth = float(np.median(behind[layer])), float(np.median(behind[deep]))
    slope = np.log(near / far) / max(place - depth, 5.0)
    return np.asarray(picture.values / (near * np.exp(slope * (behind - place))))


def fit_mixture(values: FloatArray) -> Mixture:
    """Fit lean muscle, mixed and fat to signals as shares of fat, by expectation and maximisation."""
    lean = float(np.percentile(values, _LEAN_PERCENTILE))
    mixture = Mixture((lean, (lean + 1.0) / 2.0, 1.0), _SPREADS, (1 / 3, 1 / 3, 1 / 3))
    for _ in range(_ROUNDS):
        parts = _responsibilities(values, mixture)
        total = np.maximum(parts.sum(axis=0), 1e-9)
        means = (parts * values[:, None]).sum(axis=0) / total
        means[2] = 1.0  # known from fat that is no muscle: a lean muscle holds none to learn it from
        means[0] = min(means[0], 1.0 - 2 * _MIN_APART)
        means[1] = float(np.clip(means[1], means[0] + _MIN_APART, 1.0 - _MIN_APART))
        spreads = np.sqrt((parts * (values[:, None] - means) ** 2).sum(axis=0) / total).clip(*_SPREAD_LIMITS)
        weights = np.maximum(total / len(values), 1e-4)
        mixture = Mixture(_three(means), _three(spreads), _three(weights))
    return mixture


def _responsibilities(values: FloatArray, mixture: Mixture) -> FloatArray:
    means, spreads, weights = (np.array(part) for part in (mixture.means, mixture.spreads, mixture.weights))
    log = np.log(weights) - 0.5 * ((values[:, None] - means) / spreads) ** 2 - np.log(spreads)
    parts = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def _three(values: FloatArray) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))
