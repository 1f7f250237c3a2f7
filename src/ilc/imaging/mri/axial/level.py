"""Measure one disc in the axial slices that lie in it and beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilc.core import Level, Side
from ilc.imaging.mri.axial.choose import ChosenSlice, choose_slices
from ilc.imaging.mri.axial.disc import DiscOutline, find_disc
from ilc.imaging.mri.axial.facets import SeenJoint, choose_widest, compare_sides, see_joint
from ilc.imaging.mri.axial.guide import DiscAnchor, Guide
from ilc.imaging.mri.axial.joint import SHOWN_FLUID_MM
from ilc.imaging.mri.axial.measured import AxialLevel, Drawing, SacMeasure, Unknown, choose_reason
from ilc.imaging.mri.axial.muscle_fat import RegionFat, SliceFat, mean_fat, measure_slice_fat
from ilc.imaging.mri.axial.position import DISC_ANGLE_DEG, choose_farthest
from ilc.imaging.mri.axial.protrusion import Protrusion, find_protrusion
from ilc.imaging.mri.axial.sac import SacOutline
from ilc.imaging.mri.axial.seen import NOT_AS_SAGITTAL, SeenSlice, see_slice
from ilc.imaging.mri.axial.shape import measure_obliquity, measure_sac
from ilc.imaging.mri.axial.stack import AxialStack

_DISC_CLEAR = 0.65  # of its outline; chosen on simulated people
FAT_LEVELS = (Level.L3_L4, Level.L4_L5, Level.L5_S1)
_NOT_HERE = Unknown("AXIAL_NOT_MEASURED_HERE", "muscle is measured from L3/4 to L5/S1 only")


@dataclass(frozen=True, slots=True, eq=False)
class SliceParts:
    """One slice, and what is found in it at one disc."""

    seen: SeenSlice
    disc: DiscOutline | None
    protrusion: Protrusion | None
    joints: Mapping[Side, SeenJoint | Unknown]
    fat: SliceFat | None


def measure_level(guide: Guide, anchor: DiscAnchor, stacks: Sequence[AxialStack]) -> AxialLevel:
    """Everything at one disc; each part is a number or the reason why there is none."""
    chosen = choose_slices(anchor, stacks)
    if isinstance(chosen, Unknown):
        return unknown_level(anchor.level, chosen)
    results = [see_slice(guide, one) for one in chosen]
    doubted = _doubt(chosen, results)
    parts = [
        _find_parts(one, anchor)
        for one in results
        if isinstance(one, SeenSlice) and one.chosen.stack.series not in doubted
    ]
    if not parts:
        return unknown_level(anchor.level, next(one for one in results if isinstance(one, Unknown)))
    fats = [(part.seen, part.fat) for part in parts if part.fat is not None]
    return AxialLevel(
        level=anchor.level,
        sac=_narrowest(parts),
        protrusion=choose_farthest([(part.seen, part.protrusion) for part in parts]),
        facet_fluid={side: choose_widest([(part.seen, part.joints[side]) for part in parts]) for side in Side},
        multifidus={
            side: mean_fat([(seen, fat.multifidus[side]) for seen, fat in fats]) if fats else _NOT_HERE for side in Side
        },
        erector_spinae={
            side: mean_fat([(seen, fat.erector_spinae[side]) for seen, fat in fats]) if fats else _NOT_HERE
            for side in Side
        },
        places=tuple(part.seen.chosen.place for part in parts if part.seen.chosen.in_disc),
        drawings=tuple(sorted((_draw(part) for part in parts), key=lambda drawing: drawing.sac is None)),
    )


def unknown_level(level: Level, why: Unknown) -> AxialLevel:
    """A level at which nothing is measured."""
    sides: Mapping[Side, Unknown] = dict.fromkeys(Side, why)
    return AxialLevel(level, why, why, sides, sides, sides, (), ())


def _doubt(chosen: Sequence[ChosenSlice], results: Sequence[SeenSlice | Unknown]) -> set[str]:
    """Stacks most of whose slices at this disc do not show its place: the others may look alike by chance."""
    wrong: dict[str, list[bool]] = {}
    for one, result in zip(chosen, results, strict=True):
        wrong.setdefault(one.stack.series, []).append(isinstance(result, Unknown) and result.code == NOT_AS_SAGITTAL)
    return {series for series, each in wrong.items() if 2 * sum(each) > len(each)}


def _find_parts(seen: SeenSlice, anchor: DiscAnchor) -> SliceParts:
    joints = compare_sides({side: see_joint(seen, side) for side in Side})
    fat = measure_slice_fat(seen, joints) if anchor.level in FAT_LEVELS else None
    disc, protrusion = None, None
    if isinstance(seen.sac, SacOutline) and seen.chosen.in_disc and seen.chosen.place.angle_deg <= DISC_ANGLE_DEG:
        found = find_disc(seen.picture, anchor, seen.sac)
        disc = found if found.clear_share >= _DISC_CLEAR else None
        protrusion = find_protrusion(seen.picture, anchor, seen.sac)
    return SliceParts(seen, disc, protrusion, joints, fat)


def _narrowest(parts: Sequence[SliceParts]) -> SacMeasure | Unknown:
    """The sac in the slice of the disc where it is narrowest."""
    within = [(part.seen, part.disc) for part in parts if part.seen.chosen.in_disc]
    measures = [
        measure_sac(seen.sac, seen.chosen.place, measure_obliquity(seen.picture, seen.cut), disc)
        for seen, disc in within
        if isinstance(seen.sac, SacOutline)
    ]
    if measures:
        return min(measures, key=lambda measure: measure.area_mm2)
    return choose_reason([seen.sac for seen, _ in within if isinstance(seen.sac, Unknown)])


def _draw(part: SliceParts) -> Drawing:
    seen = part.seen
    seen_joints = [joint for joint in part.joints.values() if isinstance(joint, SeenJoint)]
    masks: list[RegionFat] = []
    if part.fat is not None:
        by_side = (*part.fat.multifidus.values(), *part.fat.erector_spinae.values())
        masks = [fat for fat in by_side if isinstance(fat, RegionFat)]
    return Drawing(
        picture=seen.picture,
        place=seen.chosen.place,
        sac=seen.sac.line if isinstance(seen.sac, SacOutline) else None,
        disc=None if part.disc is None else part.disc.line,
        fluid=tuple(joint.line for joint in seen_joints if joint.width_mm >= SHOWN_FLUID_MM),
        muscles=tuple(fat.region for fat in masks),
    )
