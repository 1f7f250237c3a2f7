"""A series segmented by another program: its mask takes the place of the network's answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.bodies_apart import tell_bodies
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.levels import LevelCount
from ilc.imaging.mri.masks import ExternalMask
from ilc.imaging.mri.spine import SpineReading, arrange
from ilc.imaging.mri.view import SagittalView

_SACRUM, _CANAL, _DISCS = 50, 100, 200
_CERTAIN = 0.98  # of a class where the mask has it
_P_NAMES = 0.95  # that another program named the levels right: assumption
_MIN_SHARE = 0.5  # of the mask's voxels that the series must hold


def read_given(view: SagittalView, mask: ExternalMask) -> SpineReading | None:
    """Arrange a series by a mask; None where the mask does not lie in it, or holds no spine.

    Vertebrae take the names that the mask gives them.
    """
    numbers = _on_view(view, mask)
    if np.count_nonzero(numbers) * _voxel_mm3(view) < _MIN_SHARE * np.count_nonzero(mask.numbers) * _mask_mm3(mask):
        return None
    reading = arrange(view, _probabilities(numbers))
    return None if reading is None else _named(reading, numbers, mask)


def _on_view(view: SagittalView, mask: ExternalMask) -> NDArray[np.uint8]:
    """Numbers of the mask at the voxels of the view, nearest neighbour; 0 outside."""
    n, height, width = view.geometry.shape
    out = np.zeros((n, height, width), dtype=np.uint8)
    rows, columns = np.mgrid[:height, :width]
    for index in range(n):
        places = np.stack([np.full(rows.shape, index), rows, columns], axis=-1).reshape(-1, 3)
        found = np.round(mask.geometry.lps_to_index(view.geometry.index_to_lps(places))).astype(np.int64)
        inside = ((found >= 0) & (found < mask.numbers.shape)).all(axis=1)
        flat = np.zeros(len(found), dtype=np.uint8)
        flat[inside] = mask.numbers[tuple(found[inside].T)]
        out[index] = flat.reshape(rows.shape)
    return out


def _probabilities(numbers: NDArray[np.uint8]) -> NDArray[np.float32]:
    vertebra = (numbers > 0) & (numbers < _SACRUM)
    canal = numbers == _CANAL
    bodies = tell_bodies(vertebra, canal) if canal.any() else vertebra
    classes = np.zeros(numbers.shape, dtype=np.uint8)
    classes[vertebra] = SpineClass.ARCH
    classes[bodies] = SpineClass.BODY
    classes[numbers == _SACRUM] = SpineClass.SACRUM
    classes[canal] = SpineClass.CANAL
    classes[numbers > _DISCS] = SpineClass.DISC
    rest = (1.0 - _CERTAIN) / (len(SpineClass) - 1)
    parts = [np.where(classes == part, _CERTAIN, rest) for part in SpineClass]
    return np.stack(parts, axis=1).astype(np.float32)


def _named(reading: SpineReading, numbers: NDArray[np.uint8], mask: ExternalMask) -> SpineReading:
    """Names of the mask in place of those counted, where it has them."""
    names = {part.number: part.name for part in mask.vertebrae}
    flat = numbers[
        np.clip(np.round(reading.midline).astype(np.int64), 0, len(numbers) - 1), np.arange(numbers.shape[1])
    ]
    own = []
    for body, counted in zip(reading.chain.bodies, reading.count.names, strict=True):
        values = flat[body.mask]
        values = values[(values > 0) & (values < _SACRUM)]
        own.append(names.get(int(np.bincount(values).argmax()), "") if len(values) else counted)
    if not all(own):
        return reading
    count = LevelCount(tuple(own), _P_NAMES, reading.count.sacrum_seen, ("named by the mask that was given",))
    return replace(reading, count=count)


def _voxel_mm3(view: SagittalView) -> float:
    return float(np.prod(view.geometry.spacing_mm))


def _mask_mm3(mask: ExternalMask) -> float:
    return float(np.prod(mask.geometry.spacing_mm))
