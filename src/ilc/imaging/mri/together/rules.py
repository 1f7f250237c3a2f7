"""From what is measured in all weightings to findings with probabilities.

Every rule is a product of soft steps. Where a step lies half way, and how soft it is, was chosen on simulated people
and is an assumption for real ones; what the rules follow is said beside each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ilc.core import Side
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.together.discs import DiscFluid
from ilc.imaging.mri.together.endplates import Change, PlateChange
from ilc.imaging.mri.together.facets import FacetSignal
from ilc.imaging.mri.together.spread import Place, Spread

T1, T2, STIR = SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR


class Kind(StrEnum):
    """What several weightings tell together."""

    MODIC_1 = "modic_1"
    MODIC_2 = "modic_2"
    MODIC_3 = "modic_3"
    FRACTURE_FRESH = "fracture_fresh"
    FRACTURE_OLD = "fracture_old"
    INFECTION = "infection_pattern"
    LESION = "marrow_lesion"
    FACET_OEDEMA = "facet_oedema"
    FACET_EFFUSION = "facet_effusion"


class Prevented(StrEnum):
    """What a missing weighting makes uncertain or impossible."""

    SLIGHT_OEDEMA = "slight_oedema"
    FAT_OR_WATER = "fat_or_water"
    REPLACED_OR_OEDEMA = "replaced_or_oedema"
    AGE_CERTAIN = "age_certain"
    AGE = "age"
    DISC_FLUID = "disc_fluid"
    FACET_OEDEMA = "facet_oedema"
    FACET_FLUID = "facet_fluid"


@dataclass(frozen=True, slots=True)
class Told:
    """One judgement. `p` is that a reader of the same series would call it so; None where the series cannot tell."""

    kind: Kind
    p: float | None
    rests_on: tuple[SequenceKind, ...]
    without: Mapping[SequenceKind, Prevented]  # by the weighting that is missing
    measures: Mapping[str, float] = field(default_factory=dict)
    side: Side | None = None


def step(value: float, half: float, soft: float) -> float:
    """A logistic step; nan counts as not passed."""
    if not math.isfinite(value):
        return 0.0
    return 1.0 / (1.0 + math.exp(-max(min((value - half) / soft, 40.0), -40.0)))


_MODIC = {Kind.MODIC_1: Change.WATER, Kind.MODIC_2: Change.FAT, Kind.MODIC_3: Change.DENSE}
MODIC_KINDS = tuple(_MODIC)  # type 1 to 3
# Share of the endplate that is changed. Without STIR uneven marrow imitates change: on 95 real people with T1 and T2 a
# fifth of unchanged endplates show some in the midline.
_PLATE_STEP = {
    (Kind.MODIC_1, True): (0.22, 0.04),
    (Kind.MODIC_2, True): (0.25, 0.06),
    (Kind.MODIC_3, True): (0.20, 0.04),
    (Kind.MODIC_1, False): (0.50, 0.08),
    (Kind.MODIC_2, False): (0.45, 0.10),
    (Kind.MODIC_3, False): (0.35, 0.06),
}


def judge_modic(kinds: Sequence[SequenceKind], plates: Sequence[PlateChange], *, otherwise: float) -> tuple[Told, ...]:
    """Type 1 to 3 of one disc, by the endplate that shows it most (Modic 1988, Radiology 166:193).

    Parameters
    ----------
    plates : the endplates beside the disc
    otherwise : probability that water there has another cause: fracture or infection
    """
    told = []
    for kind, change in _MODIC.items():
        needs = _modic_needs(kind, kinds)
        without = _modic_without(kinds)
        if not plates or not needs:
            told.append(Told(kind, None, (), without))
            continue
        half, soft = _PLATE_STEP[kind, STIR in kinds]
        best = max(plates, key=lambda plate: plate.share[change])
        p = step(best.share[change], half, soft)
        if kind is Kind.MODIC_1:
            p *= 1.0 - otherwise
        measures = {"share": best.share[change], "reach_mm": best.reach_mm if best.main is change else math.nan}
        told.append(Told(kind, p, needs, without, measures))
    return tuple(told)


def _modic_needs(kind: Kind, kinds: Sequence[SequenceKind]) -> tuple[SequenceKind, ...]:
    """What a type rests on among the weightings there are; empty where they cannot tell it."""
    if kind is Kind.MODIC_1 and STIR in kinds:
        return tuple(one for one in (T1, T2, STIR) if one in kinds)
    if len(kinds) < 2:
        return ()
    return tuple(one for one in (T1, T2, STIR) if one in kinds)


def _modic_without(kinds: Sequence[SequenceKind]) -> Mapping[SequenceKind, Prevented]:
    return {
        kind: words
        for kind, words in ((STIR, Prevented.SLIGHT_OEDEMA), (T1, Prevented.FAT_OR_WATER))
        if kind not in kinds
    }


# Height loss of 20 percent is a fracture (Genant 1993, J Bone Miner Res 8:1137); the measurement scatters by 2.5.
_LOSS = (20.0, 2.5)
# Where a third of the body is wet and the other side of the disc dry, less loss of height is enough.
_HALF_WET, _LESS_WHEN_WET = (0.30, 0.03), 6.0
_WATER_STIR, _WATER_T1 = (0.15, 0.03), (0.30, 0.05)  # share of the body
# Oedema of more than half a body that lies along one endplate, while the other side of that disc is dry, is a fracture
# before it changes the shape; a reader would hardly be sure.
_WIDE, _SURE_WITHOUT_LOSS = (0.55, 0.05), 0.3


def judge_fracture(
    kinds: Sequence[SequenceKind], loss_percent: float, spread: Spread, *, beside_wet: float, otherwise: float
) -> tuple[Told, Told]:
    """Fresh or old fracture of one vertebra: lost height with or without oedema.

    Parameters
    ----------
    loss_percent : of height; nan where it is not known
    beside_wet : probability that the endplates across the discs beside are wet too
    otherwise : probability of infection beside it
    """
    half, soft = _LOSS
    one_sided = 0.0
    if STIR in kinds:
        one_sided = step(spread.share[Change.WATER], *_HALF_WET) * (1.0 - beside_wet)
    deformed = step(loss_percent, half - _LESS_WHEN_WET * one_sided, soft)
    measures = {"loss_percent": loss_percent}
    if STIR in kinds:
        share = spread.share[Change.WATER]
        wet = step(share, *_WATER_STIR)
        without = {} if T1 in kinds else {T1: Prevented.REPLACED_OR_OEDEMA}
        rests = tuple(kind for kind in (T1, T2, STIR) if kind in kinds)
    elif T1 in kinds:
        share = spread.share[Change.WATER] + spread.share[Change.WATER_OR_DENSE]
        wet, without = step(share, *_WATER_T1), {STIR: Prevented.AGE_CERTAIN}
        rests = tuple(kind for kind in (T1, T2) if kind in kinds)
    else:
        missing = {T1: Prevented.AGE, STIR: Prevented.AGE}
        return Told(Kind.FRACTURE_FRESH, None, (), missing, measures), Told(
            Kind.FRACTURE_OLD, None, (), missing, measures
        )
    measures["water_share"] = share
    wide = step(share, *_WIDE) * _SURE_WITHOUT_LOSS * (1.0 - beside_wet) if STIR in kinds else 0.0
    fresh = max(deformed * wet, wide) * (1.0 - otherwise)
    return (
        Told(Kind.FRACTURE_FRESH, fresh, rests, without, measures),
        Told(Kind.FRACTURE_OLD, deformed * (1.0 - wet), rests, without, measures),
    )


# Both endplates wet and deep, and the disc between them bright as fluid. A healthy disc stays below; the deeper the
# water, the less bright the disc need be.
_DISC_BRIGHT = {T2: (0.80, 0.015), STIR: (0.90, 0.025)}  # of fluid, and less by this for each mm of depth
_DISC_SOFT, _DEPTH_MM = 0.02, (6.0, 14.0)
_PLATE_WET, _PLATE_DEEP_MM = (0.5, 0.06), (6.0, 0.8)


def judge_infection(
    kinds: Sequence[SequenceKind], upper: PlateChange | None, lower: PlateChange | None, fluid: DiscFluid | None
) -> Told:
    """Pattern of discitis with osteomyelitis (Ledermann 2003, Radiology 228:506): fluid disc between wet endplates."""
    without = {STIR: Prevented.DISC_FLUID} if STIR not in kinds else {}
    if upper is None or lower is None or fluid is None or not fluid.to_fluid or not ({STIR, T1} & set(kinds)):
        return Told(Kind.INFECTION, None, (), without)
    wet = 1.0
    for plate in (upper, lower):
        wet *= step(plate.share[Change.WATER], *_PLATE_WET)
        wet *= step(plate.reach_mm, *_PLATE_DEEP_MM) if plate.main is Change.WATER else 0.0
    depth = min(max(min(upper.reach_mm, lower.reach_mm), _DEPTH_MM[0]), _DEPTH_MM[1]) if wet else _DEPTH_MM[0]
    bright = min(
        step(fluid.to_fluid[kind], half - less * (depth - _DEPTH_MM[0]), _DISC_SOFT)
        for kind, (half, less) in _DISC_BRIGHT.items()
        if kind in fluid.to_fluid
    )
    measures = {f"disc_{kind.value}_to_fluid": value for kind, value in fluid.to_fluid.items()}
    measures |= {"upper_share": upper.share[Change.WATER], "lower_share": lower.share[Change.WATER]}
    return Told(Kind.INFECTION, bright * wet, tuple(k for k in (T1, T2, STIR) if k in kinds), without, measures)


# A place within the body, as thick as it is broad; a band along an endplate is not one.
_WIDTH_MM, _ROUND = (7.0, 0.6), (0.62, 0.06)
_T1_DARK = (-0.17, 0.03)
_WHOLE, _SURE_WHOLE = (0.6, 0.05), 0.4


def judge_lesion(kinds: Sequence[SequenceKind], spread: Spread, *, otherwise: float) -> Told:
    """Marrow that something else has replaced: a dark place on T1 that is not fat and does not follow an endplate.

    Parameters
    ----------
    otherwise : probability that a fracture or an infection explains water in this body
    """
    missing = {
        kind: words
        for kind, words in ((T1, Prevented.REPLACED_OR_OEDEMA), (STIR, Prevented.SLIGHT_OEDEMA))
        if kind not in kinds
    }
    if T1 not in kinds:
        return Told(Kind.LESION, None, (), missing)
    best, chosen = 0.0, None
    for place in spread.places:
        if place.change not in (Change.WATER, Change.WATER_OR_DENSE):
            continue
        p = _focal(place) if place.share < _WHOLE[0] else _SURE_WHOLE * step(place.share, *_WHOLE) * (1.0 - otherwise)
        p *= step(-place.departure[T1], -_T1_DARK[0], _T1_DARK[1])
        if p > best:
            best, chosen = p, place
    measures = {} if chosen is None else {"width_mm": chosen.width_mm, "share": chosen.share}
    # Without STIR uneven marrow and vessels are dark on T1 as well.
    sure = 1.0 if STIR in kinds else 0.3
    rests = tuple(kind for kind in (T1, T2, STIR) if kind in kinds)
    return Told(Kind.LESION, best * sure * (1.0 - otherwise), rests, missing, measures)


def _focal(place: Place) -> float:
    return step(place.width_mm, *_WIDTH_MM) * step(place.thick_mm / max(place.broad_mm, 1.0), *_ROUND)


_WET_JOINT = (0.19, 0.025)
_FLUID_MM3 = (50.0, 10.0)  # in sagittal slices, where a joint holds 1 mm or more


def judge_facet(kinds: Sequence[SequenceKind], signal: FacetSignal) -> Told:
    """Oedema in or around a facet joint, against the other joints of the same person."""
    if not math.isfinite(signal.wet):
        return Told(
            Kind.FACET_OEDEMA, None, (), {} if STIR in kinds else {STIR: Prevented.FACET_OEDEMA}, side=signal.side
        )
    measures = {"wet_log_ratio": signal.wet, "fluid_mm3": signal.fluid_mm3}
    return Told(Kind.FACET_OEDEMA, step(signal.wet, *_WET_JOINT), (STIR,), {}, measures, signal.side)


def judge_effusion(kinds: Sequence[SequenceKind], signal: FacetSignal) -> Told:
    """Fluid in a facet joint, bright on T2 and STIR, by its volume in the slices that pass through it."""
    if not math.isfinite(signal.fluid_mm3):
        missing = {kind: Prevented.FACET_FLUID for kind in (T2, STIR) if kind not in kinds}
        return Told(Kind.FACET_EFFUSION, None, (), missing, side=signal.side)
    rests = tuple(kind for kind in (T2, STIR) if kind in kinds)
    measures = {"fluid_mm3": signal.fluid_mm3}
    return Told(Kind.FACET_EFFUSION, step(signal.fluid_mm3, *_FLUID_MM3), rests, {}, measures, signal.side)
