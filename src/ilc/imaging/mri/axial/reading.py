"""Axial stacks of one person, measured level by level where the sagittal reading says the discs are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilc.core import Issue, IssueSeverity, Level
from ilc.imaging.dicom.geometry import Plane
from ilc.imaging.mri.axial.guide import make_guide
from ilc.imaging.mri.axial.level import measure_level, unknown_level
from ilc.imaging.mri.axial.measured import AxialLevel, Unknown
from ilc.imaging.mri.axial.stack import USED_KINDS, AxialStack
from ilc.imaging.mri.spine import SpineReading

_PREVENTS = "Not known from axial slices: area of the sac, side of a protrusion, facet fluid and fat of the muscles."
_LOOK = "Look at the axial images by eye, or acquire slices along this disc."
_NEED_SAGITTAL = "Add a sagittal T2 series of the same examination."


@dataclass(frozen=True, slots=True, eq=False)
class AxialReading:
    """What axial slices show. Every lumbar level is listed, measured or not."""

    levels: tuple[AxialLevel, ...]  # from the top down
    p_names: float  # that the levels are named right, from the sagittal reading
    issues: tuple[Issue, ...]

    def level(self, level: Level) -> AxialLevel:
        """One level."""
        return next(one for one in self.levels if one.level is level)


def read_axial(reference: SpineReading | None, stacks: Sequence[AxialStack]) -> AxialReading:
    """Measure axial stacks.

    Parameters
    ----------
    reference : the sagittal reading of the same examination whose places in the patient are known; without it, or
        where it may not be measured itself, nothing is measured
    stacks : T1 and T2, as `read_axial_stacks` gives them

    Returns
    -------
    all lumbar levels, each number known or with the reason why it is not, and the issues met
    """
    usable, issues = _usable(stacks)
    if reference is None or not reference.quality.is_sound:
        why = Unknown("AXIAL_WITHOUT_SAGITTAL", "no sagittal series shows where the discs are")
        if usable:
            issues.append(_issue(why, "axial", _NEED_SAGITTAL))
        return AxialReading(tuple(unknown_level(level, why) for level in Level), 0.0, tuple(issues))
    guide = make_guide(reference)
    levels: list[AxialLevel] = []
    for level in Level:
        anchor = guide.anchors.get(level)
        if anchor is None:
            words = "the sagittal reading does not show both endplates of this disc"
            why = Unknown("AXIAL_DISC_NOT_IN_SAGITTAL", words)
            levels.append(unknown_level(level, why))
        else:
            levels.append(measure_level(guide, anchor, usable))
    if usable:
        issues.extend(_issues_of(levels))
    return AxialReading(tuple(levels), reference.count.p, tuple(issues))


def _usable(stacks: Sequence[AxialStack]) -> tuple[list[AxialStack], list[Issue]]:
    usable: list[AxialStack] = []
    issues: list[Issue] = []
    for stack in stacks:
        if stack.geometry.plane is not Plane.AXIAL:
            words = f"the slices are {stack.geometry.plane.value}, not axial"
            issues.append(_issue(Unknown("AXIAL_PLANE_WRONG", words), stack.series, _LOOK))
        elif stack.kind not in USED_KINDS:
            words = f"sequence {stack.kind.value}: only T1 and T2 are measured"
            issues.append(_issue(Unknown("AXIAL_SEQUENCE_NOT_READ", words), stack.series, _LOOK))
        else:
            usable.append(stack)
    return usable, issues


def _issues_of(levels: Sequence[AxialLevel]) -> list[Issue]:
    """One for each level at which nothing is measured, or not the sac."""
    issues = []
    for level in levels:
        if isinstance(level.sac, Unknown):
            where = level.level.value
            issues.append(_issue(level.sac, where, _LOOK, prevents="" if level.places else f" {_PREVENTS}"))
    return issues


def _issue(why: Unknown, where: str, remedy: str, *, prevents: str = f" {_PREVENTS}") -> Issue:
    words = f"{why.reason[0].upper()}{why.reason[1:]}.{prevents}"
    return Issue(why.code, IssueSeverity.INFO, where, words, remedy)
