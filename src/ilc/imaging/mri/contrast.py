"""Which weighting an image has, from the brightness of tissues that the network has found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_erosion

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.spine import SpineReading

# Ratios of medians; between the bounds nothing is said. Assumptions, checked on the SPIDER pictures and on phantoms.
_T1_FLUID_TO_MARROW = 0.85
_T2_FLUID_TO_MARROW = 1.15
_STIR_FAT_TO_FLUID = 0.30
_T2_FAT_TO_FLUID = 0.45
_MIN_PIXELS = 60


@dataclass(frozen=True, slots=True)
class Contrast:
    """Brightness of tissues in relation to each other; nan where one is not seen."""

    fluid_to_marrow: float
    fat_to_fluid: float  # fat under the skin of the back
    kind: SequenceKind
    reason: str


def detect_contrast(reading: SpineReading) -> Contrast:
    """Tell T1, T2 and STIR by fluid, marrow and fat."""
    classes = reading.probabilities.argmax(axis=0)
    picture = reading.picture
    fluid = picture[binary_erosion(classes == SpineClass.CANAL, iterations=2)]
    marrow = picture[binary_erosion(classes == SpineClass.BODY, iterations=3)]
    fat = _fat_behind(classes, picture)
    nan = float("nan")
    if len(fluid) < _MIN_PIXELS or len(marrow) < _MIN_PIXELS:
        return Contrast(nan, nan, SequenceKind.UNKNOWN, "canal or vertebrae are not seen")
    bright = float(np.percentile(fluid, 75.0))
    to_marrow = bright / max(float(np.median(marrow)), 1e-6)
    to_fluid = fat / max(bright, 1e-6)
    if to_marrow < _T1_FLUID_TO_MARROW:
        return Contrast(to_marrow, to_fluid, SequenceKind.T1, "fluid is darker than marrow")
    if to_marrow < _T2_FLUID_TO_MARROW or not np.isfinite(to_fluid):
        return Contrast(to_marrow, to_fluid, SequenceKind.UNKNOWN, "fluid is about as bright as marrow")
    if to_fluid < _STIR_FAT_TO_FLUID:
        return Contrast(to_marrow, to_fluid, SequenceKind.STIR, "fluid is bright, fat is dark")
    if to_fluid > _T2_FAT_TO_FLUID:
        return Contrast(to_marrow, to_fluid, SequenceKind.T2, "fluid and fat are bright")
    return Contrast(to_marrow, to_fluid, SequenceKind.UNKNOWN, "fluid is bright, fat is neither bright nor dark")


def _fat_behind(
    classes: np.ndarray[tuple[int, ...], np.dtype[np.int64]], picture: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> float:
    """Brightness of the brightest tissue behind the arches, away from noise in the air."""
    canal = classes == SpineClass.CANAL
    rows = np.nonzero(canal.any(axis=1))[0]
    values = []
    for row in rows[::3]:
        back = np.nonzero(canal[row])[0].max() + 12
        line = picture[row, back:]
        if len(line) > 20:
            values.append(float(np.percentile(line, 85.0)))
    return float(np.median(values)) if len(values) >= 8 else float("nan")
