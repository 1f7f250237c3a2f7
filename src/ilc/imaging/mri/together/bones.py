"""Vertebral bodies and the first sacral one as they are compared: how deep each voxel lies below both endplates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from ilc.imaging.mri.endplates import DiscSpace
from ilc.imaging.mri.instances import SACRUM
from ilc.imaging.mri.outline import body_axes
from ilc.imaging.mri.together.frame import Frame
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_S1_MM = 24.0  # below its upper endplate
_RIM_MM = 1.6  # cortex and what is half cortex
_LATERAL_SHARE = 0.6  # slices whose part of the body is smaller show its rounded side
_BINS = 2.0  # pixels from front to back over which an endplate is found
SACRAL = "S1"


@dataclass(frozen=True, slots=True, eq=False)
class Bone:
    """Marrow of one body, away from its cortex. Arrays have one entry per voxel."""

    name: str  # empty where the level is not known
    number: int  # as in the labels; 0 for the sacrum
    voxels: NDArray[np.intp]  # (n, 3): slice, row, column
    from_top_mm: FloatArray  # below the upper endplate
    from_foot_mm: FloatArray  # above the lower endplate; inf for the sacrum
    from_back_mm: FloatArray
    from_middle_mm: FloatArray  # to the side, left positive
    along: FloatArray  # from the front, 0 to 1
    height_mm: float

    def at(self, volume: NDArray[np.float64]) -> FloatArray:
        """Values of a volume at the voxels."""
        s, r, c = self.voxels.T
        return np.asarray(volume[s, r, c])


def find_bones(frame: Frame) -> tuple[Bone | None, ...]:
    """The first sacral body, then the vertebrae from the lowest upward; None where one is not whole."""
    reading = frame.reading
    lateral = frame.lateral_mm()
    ups = body_axes(reading.chain)
    bones: list[Bone | None] = [_sacral(frame, reading.spaces[0], lateral)]
    for index, body in enumerate(reading.chain.bodies):
        name = reading.count.names[index]
        if body.cut_off or reading.outlines[index] is None:
            bones.append(None)
            continue
        bones.append(_bone(frame.bodies == index + 1, ups[index], (name, index + 1), lateral))
    return tuple(bones)


def _sacral(frame: Frame, space: DiscSpace | None, lateral: FloatArray) -> Bone | None:
    if space is None or not frame.reading.count.sacrum_seen:
        return None
    way = space.lower_back - space.lower_front
    up = np.array([-way[1], way[0]]) / max(float(np.linalg.norm(way)), 1e-6)
    up = up if up[0] < 0 else -up
    mask = frame.labels == SACRUM
    rows, columns = np.meshgrid(np.arange(mask.shape[1]), np.arange(mask.shape[2]), indexing="ij")
    depth = -((rows - space.lower_front[0]) * up[0] + (columns - space.lower_front[1]) * up[1]) * PIXEL_MM
    return _bone(mask & (depth > -6.0) & (depth < _S1_MM), up, (SACRAL, 0), lateral)


def _bone(mask: Mask, up: FloatArray, name: tuple[str, int], lateral: FloatArray) -> Bone | None:
    areas = mask.sum(axis=(1, 2))
    if not areas.any():
        return None
    back = np.array([up[1], -up[0]])
    back = back if back[1] > 0 else -back
    slices = np.nonzero(areas >= _LATERAL_SHARE * areas.max())[0]
    table = np.concatenate([_voxels(mask[index], int(index), (up, back), lateral) for index in slices])
    if len(table) == 0:
        return None
    heights = table[:, 3] + table[:, 4]
    from_foot = np.full(len(table), np.inf) if name[1] == 0 else table[:, 4]
    return Bone(
        name=name[0],
        number=name[1],
        voxels=table[:, :3].astype(np.intp),
        from_top_mm=table[:, 3],
        from_foot_mm=from_foot,
        from_back_mm=table[:, 5],
        from_middle_mm=table[:, 6],
        along=table[:, 7],
        height_mm=float(np.median(heights)),
    )


def _voxels(mask: Mask, index: int, axes: tuple[FloatArray, FloatArray], lateral: FloatArray) -> FloatArray:
    """One slice of a bone without its rim, one row a voxel.

    Parameters
    ----------
    mask : shape (row, column)
    axes : unit vectors to the head and to the back

    Returns
    -------
    slice, row, column; below the upper and above the lower endplate, before the back wall and aside, mm; place from
    front to back
    """
    up, back = axes
    points = np.argwhere(mask)
    low, high = points.min(axis=0), points.max(axis=0) + 1
    part = mask[low[0] : high[0], low[1] : high[1]]
    inside = distance_transform_edt(np.pad(part, 1))[1:-1, 1:-1][part] * PIXEL_MM
    fall, deep = -(points @ up) * PIXEL_MM, points @ back * PIXEL_MM  # grow to the feet and to the back
    top, foot = _edges(fall, deep)
    aside = lateral[index, points[:, 0]]
    along = (deep - deep.min()) / max(float(np.ptp(deep)), 1e-6)
    columns = [np.full(len(points), index), points, fall - top, foot - fall, deep.max() - deep, aside, along]
    return np.asarray(np.column_stack(columns)[inside > _RIM_MM])


def _edges(high: FloatArray, deep: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Upper and lower edge of the bone at each of its points, found in columns from front to back."""
    column = np.rint((deep - deep.min()) / (_BINS * PIXEL_MM)).astype(np.intp)
    top, foot = np.full(column.max() + 1, np.inf), np.full(column.max() + 1, -np.inf)
    np.minimum.at(top, column, high)
    np.maximum.at(foot, column, high)
    return top[column] - PIXEL_MM / 2, foot[column] + PIXEL_MM / 2
