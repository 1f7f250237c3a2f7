"""Discs in every weighting: how near their middle is to fluid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.instances import FIRST_DISC
from ilc.imaging.mri.together.frame import Frame
from ilc.imaging.mri.together.marrow import fluid_at_rows

FloatArray = NDArray[np.float64]

_MIDDLE_MM = 12.0  # to each side
_BRIGHT_PERCENTILE = 90.0
_LEAST_VOXELS = 20


@dataclass(frozen=True, slots=True)
class DiscFluid:
    """One disc: its bright part as a share of the sac's fluid, per weighting."""

    disc: int  # index, 0 is the lowest
    to_fluid: Mapping[SequenceKind, float]


def measure_disc_fluid(frame: Frame) -> tuple[DiscFluid, ...]:
    """Every disc of which enough is seen."""
    shares = {
        kind: volume / fluid_at_rows(frame, volume)[None, :, None]
        for kind, volume in frame.values.items()
        if kind is not SequenceKind.T1
    }
    middle = np.abs(frame.lateral_mm())[:, :, None] < max(_MIDDLE_MM, frame.step_mm)
    found = []
    for index in range(len(frame.reading.chain.discs)):
        mask = frame.labels == FIRST_DISC + index
        inner = binary_erosion(mask & middle, np.ones((1, 3, 3), dtype=np.bool_))
        if int(inner.sum()) < _LEAST_VOXELS:
            continue
        values = {kind: share[inner] for kind, share in shares.items()}
        found.append(
            DiscFluid(
                index,
                {
                    kind: float(np.percentile(part[np.isfinite(part)], _BRIGHT_PERCENTILE))
                    for kind, part in values.items()
                    if np.isfinite(part).any()
                },
            )
        )
    return tuple(found)
