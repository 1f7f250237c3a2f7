"""Which slices lie in which disc, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.imaging.mri.axial.guide import DiscAnchor
from ilc.imaging.mri.axial.measured import SlicePlace, Unknown
from ilc.imaging.mri.axial.stack import AxialStack

# Beyond this a slice of 4 mm is smeared over more than a millimetre of the sac's wall: assumption.
MAX_ANGLE_DEG = 20.0
# Facet joints are about 16 mm high and muscle changes slowly, so that slices a little beside the disc show both:
# assumption.
BESIDE_DISC_MM = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class ChosenSlice:
    """One slice near a disc."""

    stack: AxialStack
    place: SlicePlace
    in_disc: bool  # else only near it


def choose_slices(anchor: DiscAnchor, stacks: Sequence[AxialStack]) -> list[ChosenSlice] | Unknown:
    """The slices in the disc, nearest to its middle first, then those beside it; why, where none is in it."""
    found: list[ChosenSlice] = []
    nearest, steepest = np.inf, 0.0
    for stack in stacks:
        if not _holds(stack, anchor):
            continue
        normal = stack.geometry.normal if stack.geometry.normal[2] > 0 else -stack.geometry.normal
        angle = float(np.rad2deg(np.arccos(np.clip(normal @ anchor.up, -1.0, 1.0))))
        reach = max(anchor.back_height_mm, stack.thickness_mm) / 2.0
        for index in range(stack.geometry.shape[0]):
            if index in stack.lost:
                continue
            offset = float((stack.geometry.index_to_lps((index, 0, 0)) - anchor.back) @ normal)
            nearest = min(nearest, abs(offset))
            if abs(offset) > max(reach, BESIDE_DISC_MM):
                continue
            if angle > MAX_ANGLE_DEG:
                steepest = max(steepest, angle) if abs(offset) <= reach else steepest
                continue
            found.append(ChosenSlice(stack, SlicePlace(stack.series, index, offset, angle), abs(offset) <= reach))
    if any(chosen.in_disc for chosen in found):
        return sorted(found, key=lambda chosen: (not chosen.in_disc, abs(chosen.place.offset_mm)))
    return _why_none(nearest, steepest)


def _holds(stack: AxialStack, anchor: DiscAnchor) -> bool:
    """Whether the back of the disc lies within the edges of the slices."""
    place = stack.geometry.lps_to_index(anchor.back)[1:]
    return bool((place > 0).all() and (place < np.array(stack.geometry.shape[1:]) - 1).all())


def _why_none(nearest_mm: float, steepest_deg: float) -> Unknown:
    if steepest_deg > 0.0:
        words = f"the axial slices cross the disc at {steepest_deg:.1f} degrees; up to {MAX_ANGLE_DEG:.0f} are measured"
        return Unknown("AXIAL_PLANE_OBLIQUE", words)
    if np.isfinite(nearest_mm):
        words = f"no axial slice passes through the disc; the nearest is {nearest_mm:.0f} mm away"
        return Unknown("AXIAL_LEVEL_NOT_COVERED", words)
    return Unknown("AXIAL_LEVEL_NOT_COVERED", "no axial slice shows this place")
