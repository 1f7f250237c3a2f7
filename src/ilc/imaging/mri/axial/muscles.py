"""Where multifidus and erector spinae lie in an axial slice: between arch and fascia, and the septum between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ilc.core import Side
from ilc.imaging.mri.axial.back_wall import BackWall
from ilc.imaging.mri.axial.contour import find_path
from ilc.imaging.mri.axial.picture import SlicePicture

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Distances from the back of the sac and from the joints that leave out ligament, lamina and processes: assumption,
# after adult anatomy.
_SPINOUS_MM, _LAMINA_MM, _LAMINA_FALL = 7.0, 12.0, 0.02  # aside; behind the sac, less by this times aside squared
_JOINT_MM, _TRANSVERSE_MM = 9.0, 6.0  # behind the middle of the joint: for multifidus, for erector spinae
_MARGIN_MM = 2.0  # from septum and fascia
_OUTER_MM = 60.0
# Where the septum may run, and what stands for it where it is not seen: everything between these is left out.
_SEPTUM_MM = np.arange(14.0, 44.1, 0.5)
_SEPTUM_ASSUMED_MM = (20.0, 36.0)
_SEPTUM_CLEAR, _SEPTUM_SHARE = 0.08, 0.7  # brighter than both sides by this share of fat, over this share of its way
_BESIDE = (4, 5, 6)  # samples of half a millimetre
_STIFFNESS = 0.03
_MIN_THICK_MM = 10.0
USUAL_JOINT_MM = (5.0, 17.0)  # back and aside of the sac's middle, where no joint is found


@dataclass(frozen=True, slots=True, eq=False)
class MuscleRegions:
    """The muscles of one side, away from their borders."""

    multifidus: Mask
    erector_spinae: Mask
    septum_seen: bool


@dataclass(frozen=True, slots=True, eq=False)
class Arch:
    """What muscles lie behind. Back and left in mm."""

    middle: FloatArray  # of the sac
    sac_back_mm: float  # behind its middle
    joints_mm: Mapping[Side, tuple[float, float]]  # back and aside of the sac's middle


def lay_muscles(picture: SlicePicture, arch: Arch, wall: BackWall, *, fat: float, side: Side) -> MuscleRegions | None:
    """Regions of one side; None where there is too little between arch and fascia.

    Parameters
    ----------
    fat : signal of the fat under the skin
    """
    sign = 1.0 if side is Side.LEFT else -1.0
    joint = arch.joints_mm[side][0]
    back, left = picture.grid()
    behind, aside = back - arch.middle[0], sign * (left - arch.middle[1])
    fascia = wall.fascia_at(sign * aside)
    floor = max(arch.sac_back_mm + _LAMINA_MM, joint + _JOINT_MM)
    if float(wall.fascia_at(np.array([sign * 25.0]))[0]) - floor < _MIN_THICK_MM:
        return None
    inner, outer, seen = _septum(picture, arch, wall, (floor + 1.0, fat, sign))
    rows = np.interp(behind, inner[0], inner[1]), np.interp(behind, outer[0], outer[1])
    lamina = np.maximum(arch.sac_back_mm + _LAMINA_MM - _LAMINA_FALL * aside**2, joint + _JOINT_MM)
    within, beside = behind < fascia - _MARGIN_MM, aside > rows[1] + _MARGIN_MM
    return MuscleRegions(
        multifidus=within & (aside > _SPINOUS_MM) & (aside < rows[0] - _MARGIN_MM) & (behind > lamina),
        erector_spinae=within & beside & (aside < _OUTER_MM) & (behind > joint + _TRANSVERSE_MM),
        septum_seen=seen,
    )


_Line = tuple[FloatArray, FloatArray]  # behind and aside, mm


def _septum(
    picture: SlicePicture, arch: Arch, wall: BackWall, place: tuple[float, float, float]
) -> tuple[_Line, _Line, bool]:
    """The line of fat between the muscles, as the inner and outer border of what is left out."""
    floor, fat, sign = place
    end = float(wall.fascia_at(np.array([sign * 25.0]))[0]) - 3.0
    behind = np.arange(floor, max(end, floor + 4.0), 1.0)
    rows, columns = np.meshgrid(behind, _SEPTUM_MM, indexing="ij")
    signal = gaussian_filter(picture.at(np.stack([rows, sign * columns], axis=-1) + arch.middle), (1.0, 0.5))
    beside = [np.mean([np.roll(signal, way * n, axis=1) for n in _BESIDE], axis=0) for way in (-1, 1)]
    ridge = (signal - np.maximum(*beside)) / max(fat, 1e-9)
    ridge[:, : max(_BESIDE)] = ridge[:, -max(_BESIDE) :] = -1e3
    path = find_path(-np.clip(ridge, -0.2, 0.4), stiffness=_STIFFNESS)
    clear = ridge[np.arange(len(behind)), path] > _SEPTUM_CLEAR
    if float(clear.mean()) >= _SEPTUM_SHARE:
        line = (behind, _SEPTUM_MM[path])
        return line, line, True
    inner, outer = (np.full(len(behind), aside) for aside in _SEPTUM_ASSUMED_MM)
    return (behind, inner), (behind, outer), False
