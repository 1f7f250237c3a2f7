"""SPIDER T2 SPACE volumes as the network sees them: sagittal slices, front left, head up, one number per class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass
from skimage.draw import polygon2mask

from ilc.imaging.mri.bodies_apart import tell_bodies
from ilc.imaging.mri.classes import SpineClass

HERE = Path(__file__).parent
EITHER = 255  # not told: background or sacrum
UNTOLD = 254  # not told at all
_SPIDER_VERTEBRA, _SPIDER_DISC, _SPIDER_CANAL = 1, 2, 3
_SACRUM_REACH_MM = 4.0  # to each side of the slice it was drawn on
_PARTIAL_REACH_VOXELS = 14  # around the drawn sacrum, where other slices may hold sacrum too


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """One volume for training. Arrays are (slice, row, column)."""

    name: str
    image: NDArray[np.float32]  # 0-1
    classes: NDArray[np.uint8]  # SpineClass, EITHER or UNTOLD
    spacing_mm: tuple[float, float, float]


def read_spider(folder: Path, patient: str) -> Volume:
    """One patient of the T2 SPACE set, bodies told from arches, with the hand-drawn sacrum."""
    image, spacing = _read_turned(folder / f"{patient}_image.nii.gz")
    labels, _ = _read_turned(folder / f"{patient}_labels.nii.gz")
    classes = np.zeros(labels.shape, dtype=np.uint8)
    body = tell_bodies(labels == _SPIDER_VERTEBRA, labels == _SPIDER_CANAL)
    classes[labels == _SPIDER_VERTEBRA] = SpineClass.ARCH
    classes[body] = SpineClass.BODY
    # Where a curved spine has left the canal's slices, bodies and arches cannot be told apart.
    last = int(np.nonzero((labels == _SPIDER_CANAL).any(axis=(0, 2)))[0].max())
    classes[:, last + 25 :][labels[:, last + 25 :] == _SPIDER_VERTEBRA] = UNTOLD
    classes[labels == _SPIDER_DISC] = SpineClass.DISC
    classes[labels == _SPIDER_CANAL] = SpineClass.CANAL
    _add_sacrum(classes, _sacra().get(int(patient)), spacing[0])
    top = float(np.percentile(image, 99.5))
    return Volume(patient, np.clip(image / top, 0.0, 1.0).astype(np.float32), classes, spacing)


def _read_turned(path: Path) -> tuple[NDArray[Any], tuple[float, float, float]]:
    image = nib.as_closest_canonical(nib.load(path))
    right, ahead, up = (float(mm) for mm in image.header.get_zooms()[:3])
    return np.asarray(image.dataobj)[:, ::-1, ::-1].transpose(0, 2, 1), (right, up, ahead)


def _sacra() -> dict[int, dict[str, Any]]:
    return dict(yaml.safe_load((HERE / "sacrum.yaml").read_text("utf-8")))


def _add_sacrum(classes: NDArray[np.uint8], drawn: dict[str, Any] | None, slice_mm: float) -> None:
    free = classes == SpineClass.BACKGROUND
    if drawn is None:
        lowest = center_of_mass(classes == SpineClass.DISC)
        discs = np.nonzero((classes == SpineClass.DISC).any(axis=(0, 2)))[0]
        classes[:, max(int(lowest[1]), discs.max() - 20) :][free[:, max(int(lowest[1]), discs.max() - 20) :]] = EITHER
        return
    outline = np.array([*drawn["anterior"], *reversed(drawn["posterior"])], dtype=np.float64)
    mask = polygon2mask(classes.shape[1:], outline)
    reach = round(_SACRUM_REACH_MM / slice_mm)
    near = np.zeros(len(classes), dtype=bool)
    near[max(drawn["slice"] - reach, 0) : drawn["slice"] + reach + 1] = True
    rows, columns = np.nonzero(mask)
    around = np.zeros_like(mask)
    grown = _PARTIAL_REACH_VOXELS
    around[
        max(rows.min() - grown, 0) : rows.max() + grown, max(columns.min() - grown, 0) : columns.max() + 4 * grown
    ] = True
    # Beyond the drawn end, and a rim of its outline, nothing is told either.
    around[rows.max() - 2 :] = True
    classes[~near] = np.where(free[~near] & around, EITHER, classes[~near])
    classes[near] = np.where(free[near] & mask, SpineClass.SACRUM, classes[near])
    below = np.zeros_like(mask)
    below[rows.max() - 1 :] = True
    classes[near] = np.where(free[near] & below & ~mask, EITHER, classes[near])
