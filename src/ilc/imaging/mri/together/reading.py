"""All weightings of one examination read together, bone by bone and disc by disc."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue, IssueSeverity
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.bodies import BodyShape
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.together.bones import Bone, find_bones
from ilc.imaging.mri.together.discs import DiscFluid, measure_disc_fluid
from ilc.imaging.mri.together.endplates import Change, PlateChange, measure_plates
from ilc.imaging.mri.together.facets import FacetSignal, measure_facets
from ilc.imaging.mri.together.frame import Frame, lay_together
from ilc.imaging.mri.together.marrow import measure_marrow
from ilc.imaging.mri.together.rules import (
    Kind,
    Told,
    judge_effusion,
    judge_facet,
    judge_fracture,
    judge_infection,
    judge_lesion,
    judge_modic,
)
from ilc.imaging.mri.together.spread import Spread, measure_spread

_ALL = (SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR)


@dataclass(frozen=True, slots=True, eq=False)
class BoneReading:
    """One vertebra, or the first sacral body."""

    bone: Bone
    upper: PlateChange | None
    lower: PlateChange | None
    spread: Spread
    told: tuple[Told, ...]  # fractures and lesion


@dataclass(frozen=True, slots=True, eq=False)
class DiscReading:
    """One disc with its endplates and joints; index 0 is the lowest."""

    index: int
    fluid: DiscFluid | None
    facets: tuple[FacetSignal, ...]
    told: tuple[Told, ...]  # Modic types, infection and joints


@dataclass(frozen=True, slots=True, eq=False)
class TogetherReading:
    """What the weightings show together."""

    frame: Frame
    bones: tuple[BoneReading | None, ...]  # sacrum first, then from the lowest vertebra upward
    discs: tuple[DiscReading, ...]
    issues: tuple[Issue, ...]

    def map_changes(self) -> NDArray[np.uint8]:
        """`Change` of every voxel of the reference, 0 outside the marrow that was judged; (slice, row, column)."""
        out = np.zeros(self.frame.labels.shape, dtype=np.uint8)
        for bone in self.bones:
            if bone is not None:
                s, r, c = bone.bone.voxels.T
                out[s, r, c] = bone.spread.change
        return out


def read_together(
    reference: SequenceKind,
    readings: Mapping[SequenceKind, SpineReading],
    shapes: Sequence[BodyShape | None],
    *,
    places_known: bool = True,
) -> TogetherReading | None:
    """Compare marrow, endplates, discs and joints in every weighting; None where there is too little bone.

    Parameters
    ----------
    reference : the weighting in whose frame everything is measured
    readings : one for each weighting, all sound
    shapes : of the reference's bodies, from the lowest upward
    places_known : False where a series has no place in the patient
    """
    frame = lay_together(reference, readings, places_known=places_known)
    bones = find_bones(frame)
    marrow = measure_marrow(frame, bones)
    issues = [_apart(kind) for kind in frame.apart]
    if marrow is None:
        return None
    plates = {(plate.number, plate.upper): plate for plate in measure_plates(bones, marrow)}
    fluids = {fluid.disc: fluid for fluid in measure_disc_fluid(frame)}
    facets = measure_facets(frame)
    infections = [
        judge_infection(frame.kinds, plates.get((index + 1, False)), plates.get((index, True)), fluids.get(index))
        for index in range(len(frame.reading.chain.bodies))
    ]
    spreads = [None if bone is None else measure_spread(frame, bone, i, marrow) for i, bone in enumerate(bones)]
    read_bones = [
        None if bone is None or spread is None else _read_bone(frame, (bone, spread), plates, shapes, infections)
        for bone, spread in zip(bones, spreads, strict=True)
    ]
    discs = [
        _read_disc(
            frame, index, read_bones, infection, (fluids.get(index), tuple(one for one in facets if one.disc == index))
        )
        for index, infection in enumerate(infections)
    ]
    return TogetherReading(frame, tuple(read_bones), tuple(discs), tuple(issues))


_Plates = Mapping[tuple[int, bool], PlateChange]  # by the number of the bone, and whether it is the upper one


def _read_bone(
    frame: Frame,
    measured: tuple[Bone, Spread],
    plates: _Plates,
    shapes: Sequence[BodyShape | None],
    infections: Sequence[Told],
) -> BoneReading:
    bone, spread = measured
    number = bone.number
    infected = max((told.p or 0.0 for told in infections[max(number - 1, 0) : number + 1]), default=0.0)
    told: tuple[Told, ...] = ()
    broken = 0.0
    if number:
        shape = shapes[number - 1]
        loss = math.nan if shape is None else shape.loss_percent
        wet = max(_wet(plates.get((number + 1, False))), _wet(plates.get((number - 1, True))))
        told = judge_fracture(frame.kinds, loss, spread, beside_wet=wet, otherwise=infected)
        broken = told[0].p or 0.0
    told += (judge_lesion(frame.kinds, spread, otherwise=max(infected, broken)),)
    return BoneReading(bone, plates.get((number, True)), plates.get((number, False)), spread, told)


def _read_disc(
    frame: Frame,
    index: int,
    bones: Sequence[BoneReading | None],
    infection: Told,
    measured: tuple[DiscFluid | None, tuple[FacetSignal, ...]],
) -> DiscReading:
    fluid, joints = measured
    beside = []
    for number, upper in ((index + 1, False), (index, True)):
        bone = bones[number]
        plate = None if bone is None else bone.upper if upper else bone.lower
        # A fracture explains the water of its own body.
        if bone is not None and plate is not None and not _is_broken(bone):
            beside.append(plate)
    modic = judge_modic(frame.kinds, beside, otherwise=infection.p or 0.0)
    told = (
        *modic,
        infection,
        *(judge(frame.kinds, signal) for signal in joints for judge in (judge_facet, judge_effusion)),
    )
    return DiscReading(index, fluid, joints, told)


def _is_broken(bone: BoneReading) -> bool:
    return any(told.kind is Kind.FRACTURE_FRESH and (told.p or 0.0) >= 0.5 for told in bone.told)


def _wet(plate: PlateChange | None) -> float:
    return 0.0 if plate is None else plate.share[Change.WATER]


def _apart(kind: SequenceKind) -> Issue:
    return Issue(
        "MRI_NOT_COMPARED",
        IssueSeverity.WARNING,
        kind.value,
        f"The {kind.value.upper()} series does not lie over the reference series; their signals are not compared.",
        "The person moved, or the series show different parts: compare them by eye.",
    )
