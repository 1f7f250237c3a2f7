"""How well a network does on masks it was not trained on: `python -m training.mri_network.check --data FOLDER`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

from ilc.imaging.dicom import read_pixels, read_series
from ilc.imaging.mri.instances import FIRST_DISC, label_spine
from ilc.imaging.mri.midline import follow_midline
from ilc.imaging.mri.outline import outline_contour
from ilc.imaging.mri.spine import SpineReading, read_spine
from ilc.imaging.mri.view import PIXEL_MM, turn_to_sagittal

FloatArray = NDArray[np.float32]

_SETS = {"vb2": "healthy T2 TSE, bodies", "vb3": "healthy T1 water-fat, bodies", "ivd": "healthy T2, discs"}
_SAME_MM = 12.0
_CHANGES = ("as it is", "inverted", "like STIR")


@dataclass(frozen=True, slots=True)
class Figures:
    """One volume."""

    dice: float  # of each labelled part against the part found there, all slices, mean
    middle_dice: float  # the same in the slices around the midline
    corners_mm: tuple[float, ...]


def main() -> None:
    """Measure the sets, as they are and with their contrast changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the vertebral-bodies volumes")
    parser.add_argument("--weights", type=Path, help="a network other than the shipped one")
    parser.add_argument("--change", choices=_CHANGES, action="append", help="contrast; default: as it is")
    asked = parser.parse_args()
    for change in asked.change or _CHANGES[:1]:
        for name, words in _SETS.items():
            paths = sorted(asked.data.glob(f"{name}-*_image.nii.gz"))
            print(
                f"{words}, {change}: {_summarise([measure(path, asked.weights, change) for path in paths])}", flush=True
            )


def measure(path: Path, weights: Path | None, change: str) -> Figures:
    """Read one volume and compare it with its labels."""
    series = read_series([path], path.parent).series[0]
    labels = read_pixels(read_series([path.with_name(path.name.replace("image", "labels"))], path.parent).series[0])
    if series.geometry is None:
        raise ValueError(f"{path.name} has no place in the patient")
    truth = turn_to_sagittal(labels, series.geometry)
    view = turn_to_sagittal(change_contrast(read_pixels(series), change), series.geometry)
    reading = read_spine(view, weights=weights)
    if reading is None:
        return Figures(0.0, 0.0, ())
    is_disc = path.name.startswith("ivd")
    whole, bodies = label_spine(reading)
    found = np.where(whole >= FIRST_DISC, whole, 0) if is_disc else bodies
    parts = [turn_to_sagittal((labels == n).astype(np.float32), series.geometry).values > 0.5 for n in _numbers(labels)]
    matched = [(part, _best_match(part, found)) for part in parts]
    seen = np.nonzero(truth.values.any(axis=(1, 2)))[0]
    middle = slice(int(np.median(seen)) - 2, int(np.median(seen)) + 3)
    return Figures(
        float(np.mean([_dice(part, other) for part, other in matched])),
        float(np.mean([_dice(part[middle], other[middle]) for part, other in matched])),
        () if is_disc else tuple(e for part in parts for e in _corner_errors(reading, part)),
    )


def change_contrast(values: FloatArray, change: str) -> FloatArray:
    """The same volume inverted, or with bright fluid and dark marrow and fat as in STIR."""
    top = float(np.percentile(values, 99.5))
    grey = np.clip(values / top, 0.0, 1.0)
    if change == "inverted":
        return np.asarray(np.where(values > 0.02 * top, 1.0 - grey, 0.0), dtype=np.float32)
    if change == "like STIR":
        # Falling for middle greys (marrow, fat), rising again for the brightest (fluid).
        return np.asarray(np.interp(grey, [0.0, 0.25, 0.6, 0.8, 1.0], [0.02, 0.35, 0.12, 0.5, 1.0]), dtype=np.float32)
    return values


def _numbers(labels: FloatArray) -> list[int]:
    return [int(n) for n in np.unique(labels) if n > 0]


def _best_match(part: NDArray[np.bool_], found: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The numbered part that covers most of a labelled one."""
    counts = np.bincount(found[part].ravel(), minlength=2)
    counts[0] = 0
    return np.asarray(found == int(np.argmax(counts))) if counts.any() else np.zeros_like(part)


def _dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    total = int(a.sum()) + int(b.sum())
    return 2.0 * float((a & b).sum()) / total if total else 1.0


def _corner_errors(reading: SpineReading, part: NDArray[np.bool_]) -> list[float]:
    flat = follow_midline(part.astype(np.float32), reading.midline, reading.view.slice_step_mm)
    contours = find_contours(np.pad(flat, 1), 0.5)
    if not contours:
        return []
    contour = max(contours, key=len) - 1.0
    outlines = [outline for outline in reading.outlines if outline is not None]
    near = min(outlines, key=lambda o: float(np.linalg.norm(o.centre - contour.mean(axis=0))))
    if float(np.linalg.norm(near.centre - contour.mean(axis=0))) * PIXEL_MM > _SAME_MM:
        return [float("inf")] * 4
    true = outline_contour(contour, near.up, near.front)
    return [float(mm) for mm in np.linalg.norm(true.corners - near.corners, axis=1) * PIXEL_MM]


def _summarise(figures: Sequence[Figures]) -> str:
    dice = np.array([f.dice for f in figures])
    middle = np.array([f.middle_dice for f in figures])
    corners = np.array([mm for f in figures for mm in f.corners_mm])
    words = f"{len(figures)} people, Dice {dice.mean():.3f} (worst {dice.min():.3f}), midline {middle.mean():.3f}"
    return words if not len(corners) else f"{words}, corner error median {np.median(corners):.2f} mm"


if __name__ == "__main__":
    main()
