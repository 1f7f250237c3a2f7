"""Disc centres on the mid-sagittal pictures, in pixels of the picture, counted from L5/S1 upward."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ilc.imaging.mri.attempts import read_as_is_or_turned
from ilc.imaging.mri.view import turn_to_sagittal
from training.mri_grades.collect import place_picture


def list_discs(
    folder: Path, weights_of: Callable[[int], Path], progress: Callable[[int, int], None]
) -> list[dict[str, object]]:
    """Every disc that was found; a picture in which nothing is measured has one row with disc 0."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        pictures = list(csv.DictReader(stream))
    rows: list[dict[str, object]] = []
    for done, picture in enumerate(pictures, start=1):
        values = np.asarray(Image.open(folder / f"{picture['file']}.png")).astype(np.float32)
        geometry = place_picture(values, float(picture["spacing_mm_nominal"]))
        weights = weights_of(int(picture["patient"]))
        reading = read_as_is_or_turned(turn_to_sagittal(values[None], geometry), weights=weights).reading
        progress(done, len(pictures))
        if reading is None or not reading.quality.is_sound:
            rows.append({"file": picture["file"], "disc": 0, "row": "", "column": "", "p_name": ""})
            continue
        for number, disc in enumerate(reading.chain.discs, start=1):
            if disc.seen:
                _, row, column = geometry.lps_to_index(reading.to_lps(disc.centre[None])[0])
                place = {"row": round(float(row), 1), "column": round(float(column), 1)}
                rows.append({"file": picture["file"], "disc": number, **place, "p_name": round(reading.count.p, 3)})
    return rows
