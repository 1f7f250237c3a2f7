"""Features of the discs on the SPIDER mid-sagittal pictures, each read by a network that is named."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ilc.imaging.dicom.geometry import Geometry
from ilc.imaging.mri.attempts import read_as_is_or_turned
from ilc.imaging.mri.grades import describe_discs
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import turn_to_sagittal
from training.mri_grades.fit import Example

_STEP_MM = 4.0  # a single slice has no step of its own


def collect(
    folder: Path, weights: Callable[[int], Path | None], progress: Callable[[int, int], None] | None = None
) -> list[Example]:
    """Measure every disc of every patient.

    Parameters
    ----------
    folder : of the pictures and their index
    weights : the network's file for a patient; None for the shipped one
    progress : called with patients done and all
    """
    series: dict[int, list[dict[str, str]]] = defaultdict(list)
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            series[int(row["patient"])].append(row)
    examples: list[Example] = []
    for done, (patient, rows) in enumerate(sorted(series.items()), start=1):
        readings: dict[str, SpineReading] = {}
        for row in rows:
            reading = read_picture(folder, row, weights(patient))
            if reading is not None and reading.quality.is_sound:
                readings[row["sequence"]] = reading
        examples.extend(Example(patient, disc.number, disc.values) for disc in describe_discs(readings))
        if progress is not None:
            progress(done, len(series))
    return examples


def read_picture(folder: Path, row: dict[str, str], weights: Path | None) -> SpineReading | None:
    """One mid-sagittal picture of the set, front left and head up as it is stored."""
    values = np.asarray(Image.open(folder / f"{row['file']}.png")).astype(np.float32)
    return read_as_is_or_turned(
        turn_to_sagittal(values[None], place_picture(values, float(row["spacing_mm_nominal"]))), weights=weights
    ).reading


def place_picture(values: NDArray[np.float32], pixel_mm: float) -> Geometry:
    """A sagittal slice whose rows run to the feet and whose columns run to the back."""
    return Geometry.from_planes(
        orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
        origin_lps_mm=(0.0, 0.0, 0.0),
        pixel_spacing_mm=(pixel_mm, pixel_mm),
        slice_step_lps_mm=(_STEP_MM, 0.0, 0.0),
        shape=(1, *values.shape),
    )
