"""Facet joints of one slice as seen, and the widest of several slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.core import Side
from ilc.imaging.mri.axial.bands import grade_fluid
from ilc.imaging.mri.axial.joint import Joint, find_joint, measure_fluid
from ilc.imaging.mri.axial.measured import FluidMeasure, Unknown, choose_reason
from ilc.imaging.mri.axial.sac import SacOutline
from ilc.imaging.mri.axial.seen import SeenSlice
from ilc.imaging.mri.axial.voids import touches

FloatArray = NDArray[np.float64]

# One and a half pixels across the 1.5 mm that are asked about: assumption.
_MAX_PIXEL_MM = 1.0
# Of the pattern of a joint, in units of fluid above the darkest tissue; chosen on simulated people.
_MIN_CLEARNESS, _SURE_CLEARNESS = 0.2, 0.5
_LIKELY_BACK_MM = (-1.0, 12.0)
_ALONE_MM = 1.0  # assumption
_MAX_APART_MM, _FAR_CLEARER = 7.0, 1.5  # of one side from the mirrored place of the other: assumption


@dataclass(frozen=True, slots=True, eq=False)
class SeenJoint:
    """One joint in one slice."""

    joint: Joint
    width_mm: float
    line: FloatArray  # around the fluid or along the gap, back and left in mm


def see_joint(seen: SeenSlice, side: Side) -> SeenJoint | Unknown:
    """Find the joint of one side and measure its fluid."""
    if isinstance(seen.sac, Unknown):
        return seen.sac
    if seen.picture.pixel_mm > _MAX_PIXEL_MM:
        words = f"pixels of {seen.picture.pixel_mm:.2f} mm are too large for a width of 1.5 mm"
        return Unknown("AXIAL_TOO_COARSE", words)
    joint = find_joint(seen.picture, seen.sac, side)
    if joint.clearness < _MIN_CLEARNESS or not _LIKELY_BACK_MM[0] <= joint.back_mm <= _LIKELY_BACK_MM[1]:
        return Unknown("AXIAL_JOINT_NOT_FOUND", f"the facet joint on the {side.value} is not seen clearly")
    width, line = measure_fluid(seen.picture, seen.sac, joint)
    if touches(seen.void, line):
        return Unknown("AXIAL_SIGNAL_VOID", f"signal is lost at the facet joint on the {side.value}, as around metal")
    return SeenJoint(joint, width, line)


def compare_sides(joints: Mapping[Side, SeenJoint | Unknown]) -> Mapping[Side, SeenJoint | Unknown]:
    """Both sides of one slice, without a joint that lies quite elsewhere than the other, unless it is far clearer."""
    left, right = joints[Side.LEFT], joints[Side.RIGHT]
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return {side: _alone(joint) for side, joint in joints.items()}
    one, other = left.joint, right.joint
    apart = float(np.hypot(one.back_mm - other.back_mm, one.aside_mm - other.aside_mm))
    if apart <= _MAX_APART_MM:
        return joints
    doubtful = Unknown("AXIAL_JOINT_NOT_FOUND", "the facet joints of both sides do not lie alike")
    if max(one.clearness, other.clearness) < _FAR_CLEARER * min(one.clearness, other.clearness):
        return dict.fromkeys(Side, doubtful)
    clearer = Side.LEFT if one.clearness > other.clearness else Side.RIGHT
    return {side: joint if side is clearer else doubtful for side, joint in joints.items()}


def _alone(joint: SeenJoint | Unknown) -> SeenJoint | Unknown:
    """Fluid on one side counts only where the other side is seen too: a strip of fat looks much the same."""
    if isinstance(joint, Unknown) or joint.width_mm < _ALONE_MM:
        return joint
    return Unknown("AXIAL_JOINT_NOT_FOUND", "a bright band may be fat: the joint on the other side is not seen clearly")


def place_of(joint: SeenJoint | Unknown, sac: SacOutline | Unknown) -> tuple[float, float] | None:
    """Back and aside of the sac's middle in mm."""
    if isinstance(joint, Unknown) or isinstance(sac, Unknown):
        return None
    return joint.joint.back_mm, joint.joint.aside_mm


def choose_widest(joints: Sequence[tuple[SeenSlice, SeenJoint | Unknown]]) -> FluidMeasure | Unknown:
    """The slice in which the fluid of one joint is widest; slices whose joint is not seen do not count."""
    known = [(seen, joint) for seen, joint in joints if isinstance(joint, SeenJoint)]
    if not known:
        return choose_reason([joint for _, joint in joints if isinstance(joint, Unknown)])
    seen, widest = max(known, key=lambda pair: pair[1].width_mm)
    return FluidMeasure(
        place=seen.chosen.place,
        width_mm=widest.width_mm,
        band=grade_fluid(widest.width_mm),
        confidence=min(widest.joint.clearness / _SURE_CLEARNESS, 1.0),
    )
