"""Small label volumes of a spine, as other programs write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.nibabel_untyped import nibabel

VOXEL_MM = 4.0
_SIZE = (9, 12, 70)  # right, front, head
_VERTEBRA, _DISC = 6, 2  # voxels high
_ORIGIN_MM = (-16.0, -20.0, -100.0)

Spine = NDArray[np.uint16]


def draw_spine(vertebrae: list[int], discs: list[int], *, sacrum: int = 0, canal: int = 0, cord: int = 0) -> Spine:
    """A column of blocks in the order (right, front, head), from the sacrum upward.

    `vertebrae` and `discs` are numbers from the lowest upward, the first disc below the first vertebra; 0 is nothing.
    """
    volume = np.zeros(_SIZE, dtype=np.uint16)
    volume[2:7, 4:10, 0:4] = sacrum
    for place, number in enumerate(vertebrae):
        start = 4 + place * (_VERTEBRA + _DISC)
        volume[2:7, 4:10, start : start + _DISC] = discs[place] if place < len(discs) else 0
        volume[2:7, 4:10, start + _DISC : start + _DISC + _VERTEBRA] = number
    volume[3:6, 1:4, 4:60] = canal
    volume[4, 2, 4:60] = cord or canal
    return volume


def write_labels(path: Path, volume: NDArray[np.generic], *, order: str = "RAS", oriented: bool = True) -> Path:
    """Save a volume whose axes are (right, front, head), turned to another order of axes."""
    affine = np.diag([VOXEL_MM, VOXEL_MM, VOXEL_MM, 1.0])
    affine[:3, 3] = _ORIGIN_MM
    image = nibabel.Nifti1Image(volume, affine)
    turn = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(affine), nibabel.orientations.axcodes2ornt(tuple(order))
    )
    image = image.as_reoriented(turn)
    image.header.set_xyzt_units("mm")
    if not oriented:
        image.set_sform(None, 0)
        image.set_qform(None, 0)
    nibabel.save(image, path)
    return path


def height_mm(place: int) -> float:
    """z of the middle of the vertebra at a place counted from 0, LPS."""
    start = 4 + place * (_VERTEBRA + _DISC) + _DISC
    return _ORIGIN_MM[2] + VOXEL_MM * (start + (_VERTEBRA - 1) / 2)


def renumber(volume: Spine, numbers: Mapping[int, int]) -> Spine:
    """Other numbers for the same parts."""
    changed = volume.copy()
    for old, new in numbers.items():
        changed[volume == old] = new
    return changed
