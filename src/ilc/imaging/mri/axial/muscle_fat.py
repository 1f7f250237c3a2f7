"""Fat in the muscles of one slice, and the mean of several slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.core import Side
from ilc.imaging.mri.axial.back_wall import find_back_wall
from ilc.imaging.mri.axial.bands import grade_fat
from ilc.imaging.mri.axial.facets import SeenJoint, place_of
from ilc.imaging.mri.axial.fat import MAX_DISAGREEMENT, MAX_LEAN, Mixture, fit_mixture, scale_to_fat
from ilc.imaging.mri.axial.measured import FatMeasure, Unknown
from ilc.imaging.mri.axial.muscles import USUAL_JOINT_MM, Arch, MuscleRegions, lay_muscles
from ilc.imaging.mri.axial.picture import FINE_MM
from ilc.imaging.mri.axial.sac import SacOutline
from ilc.imaging.mri.axial.seen import SeenSlice

Mask = NDArray[np.bool_]

# Smaller regions say little about the whole muscle; limits chosen on simulated people.
_MIN_AREA_MM2 = {"multifidus": 150.0, "erector_spinae": 250.0}
_MIN_FASCIA = 0.4  # clearness of the fascia
_MIN_CONTRAST = 6.0  # of fat over noise
_ASSUMED_SEPTUM = 0.7  # confidence where the septum is not seen


@dataclass(frozen=True, slots=True, eq=False)
class RegionFat:
    """Share of fat in one region of one slice."""

    region: Mask
    share: float
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class SliceFat:
    """Both muscles of both sides, by their names."""

    multifidus: Mapping[Side, RegionFat | Unknown]
    erector_spinae: Mapping[Side, RegionFat | Unknown]


def measure_slice_fat(seen: SeenSlice, joints: Mapping[Side, SeenJoint | Unknown]) -> SliceFat:
    """Fat in multifidus and erector spinae of a slice; the mixture is that of all of them together."""
    arch = _arch(seen, joints)
    wall = find_back_wall(seen.picture, arch.middle)
    back, left = seen.picture.grid()
    layer = wall.fat_under_skin(back - arch.middle[0], left - arch.middle[1]) & seen.picture.inside
    scaled = scale_to_fat(seen.picture, arch.middle, layer)
    if scaled is None or wall.clearness < _MIN_FASCIA:
        return _nothing(Unknown("AXIAL_NO_FAT_REFERENCE", "fat under the skin of the back is not seen clearly"))
    fat = float(np.median(seen.picture.values[layer]))
    if fat < _MIN_CONTRAST * seen.noise:
        return _nothing(Unknown("AXIAL_TOO_NOISY", "fat does not stand out from the noise of the picture"))
    regions = {side: lay_muscles(seen.picture, arch, wall, fat=fat, side=side) for side in Side}
    whole = [part for one in regions.values() if one is not None for part in (one.multifidus, one.erector_spinae)]
    everything = np.any(whole, axis=0) if whole else np.zeros_like(layer)
    if float(everything.sum()) * FINE_MM**2 < sum(_MIN_AREA_MM2.values()):
        return _nothing(Unknown("AXIAL_MUSCLE_TOO_SMALL", "too little muscle is seen behind the arch"))
    mixture = fit_mixture(scaled[everything & seen.picture.inside])
    if mixture.means[0] > MAX_LEAN:
        return _nothing(Unknown("AXIAL_FAT_NOT_TOLD", "muscle is about as bright as fat"))
    return SliceFat(
        *(
            {side: _measure(seen, scaled, mixture, (regions[side], name)) for side in Side}
            for name in ("multifidus", "erector_spinae")
        )
    )


def _arch(seen: SeenSlice, joints: Mapping[Side, SeenJoint | Unknown]) -> Arch:
    line = seen.sac.line if isinstance(seen.sac, SacOutline) else seen.expected.line()
    middle = seen.middle
    return Arch(
        middle=middle,
        sac_back_mm=float(line[:, 0].max() - middle[0]),
        joints_mm={side: place_of(joints[side], seen.sac) or USUAL_JOINT_MM for side in Side},
    )


def _nothing(why: Unknown) -> SliceFat:
    sides: Mapping[Side, Unknown] = dict.fromkeys(Side, why)
    return SliceFat(sides, sides)


def _measure(
    seen: SeenSlice, scaled: NDArray[np.float64], mixture: Mixture, part: tuple[MuscleRegions | None, str]
) -> RegionFat | Unknown:
    regions, name = part
    region = None if regions is None else np.asarray(getattr(regions, name))
    if regions is None or region is None or float(region.sum()) * FINE_MM**2 < _MIN_AREA_MM2[name]:
        return Unknown("AXIAL_MUSCLE_TOO_SMALL", "too little of the muscle is seen between arch and fascia")
    if not seen.picture.inside[region].all():
        return Unknown("AXIAL_MUSCLE_CUT_OFF", "the edge of the picture cuts the muscle off")
    if seen.void is not None and bool(seen.void[region].any()):
        return Unknown("AXIAL_SIGNAL_VOID", "signal is lost beside the muscle, as around metal")
    values = scaled[region]
    share, other = mixture.by_signal(values), mixture.by_component(values)
    if abs(share - other) > MAX_DISAGREEMENT:
        return Unknown("AXIAL_FAT_NOT_TOLD", "lean muscle and fat are not told apart clearly")
    confidence = (1.0 - abs(share - other) / MAX_DISAGREEMENT / 2) * (1.0 if regions.septum_seen else _ASSUMED_SEPTUM)
    return RegionFat(region, share, confidence)


def mean_fat(fats: Sequence[tuple[SeenSlice, RegionFat | Unknown]]) -> FatMeasure | Unknown:
    """Mean of the slices in which one muscle was measured."""
    known = [(seen, fat) for seen, fat in fats if isinstance(fat, RegionFat)]
    if not known:
        return next(fat for _, fat in fats if isinstance(fat, Unknown))
    share = float(np.mean([fat.share for _, fat in known]))
    return FatMeasure(
        places=tuple(seen.chosen.place for seen, _ in known),
        share=share,
        kjaer=grade_fat(share),
        confidence=float(np.mean([fat.confidence for _, fat in known])),
    )
