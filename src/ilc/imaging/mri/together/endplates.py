"""Marrow beside an endplate: water, fat or dense bone, and how much of the endplate it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.together.bones import Bone
from ilc.imaging.mri.together.marrow import Marrow

FloatArray = NDArray[np.float64]

BAND_MM = (1.5, 5.5)  # below the cortex of the endplate
_CELL_SHARE = 1.0 / 9.0  # of the endplate from front to back
_CELL_MIN = 4  # voxels
_FAR_MM = 22.0  # to the side: beyond, endplates curve away

# Departures of a cell from normal marrow, as natural logarithms of the ratio. Modic 1 is dark on T1, bright on STIR and
# bright or no different on T2; Modic 2 bright on T1; Modic 3 dark on all (Modic 1988, Radiology 166:193). Where the
# bounds lie: assumption, chosen on simulated people.
T1_LOW, T1_HIGH = -0.20, 0.12
T2_LOW, T2_HIGH = -0.40, 0.12
T2_NOT_DARK = -0.12  # water needs this where STIR is missing: cortex and vessels are dark on T1 and T2
STIR_LOW, STIR_HIGH = -0.25, 0.35
STIR_TO_FLUID = 0.045  # brighter than normal marrow by this share of fluid


class Change(IntEnum):
    """What marrow has turned into. The last two cannot be told further without another weighting."""

    NONE = 0
    WATER = 1
    FAT = 2
    DENSE = 3
    WATER_OR_DENSE = 4
    WATER_OR_FAT = 5


@dataclass(frozen=True, slots=True, eq=False)
class PlateChange:
    """One endplate."""

    bone: str
    number: int  # of the bone
    upper: bool
    share: Mapping[Change, float]  # of the cells of the endplate
    reach_mm: float  # how deep the change that covers most goes, median; nan without one
    departure: Mapping[SequenceKind, float]  # of the cells with that change, mean; of all where there is none

    @property
    def main(self) -> Change:
        """The change that covers most of the endplate."""
        return main_change(self.share)


def measure_plates(bones: Sequence[Bone | None], marrow: Marrow) -> tuple[PlateChange, ...]:
    """Both endplates of each bone; only the upper one of the sacrum. Those too small to judge are left out."""
    plates = []
    for index, bone in enumerate(bones):
        if bone is None:
            continue
        for upper in (True, False) if bone.number else (True,):
            plate = _measure(bone, index, marrow, upper=upper)
            if plate is not None:
                plates.append(plate)
    return tuple(plates)


def tell_change(departure: Mapping[SequenceKind, FloatArray], above_fluid: FloatArray | None) -> NDArray[np.intp]:
    """What each place has turned into, from whichever weightings there are.

    Parameters
    ----------
    departure : per weighting, natural logarithm of signal over normal marrow, shape (n,)
    above_fluid : STIR signal less that of normal marrow, as a share of fluid
    """
    t1, t2, stir = (departure.get(kind) for kind in (SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR))
    n = len(next(iter(departure.values())))
    out = np.zeros(n, dtype=np.intp)
    no = np.zeros(n, dtype=np.bool_)
    t1_low, t1_high = (no, no) if t1 is None else (t1 < T1_LOW, t1 > T1_HIGH)
    t2_low, t2_high = (no, no) if t2 is None else (t2 < T2_LOW, t2 > T2_HIGH)
    if stir is None:
        if t1 is not None and t2 is not None:
            out[t1_low] = Change.WATER_OR_DENSE
            out[t1_low & (t2 > T2_NOT_DARK)] = Change.WATER
            out[t1_low & t2_low] = Change.DENSE
            out[t1_high & ~t2_low] = Change.FAT
        elif t1 is not None:
            out[t1_low], out[t1_high] = Change.WATER_OR_DENSE, Change.FAT
        else:
            out[t2_high], out[t2_low] = Change.WATER_OR_FAT, Change.DENSE
        return out
    stir_high = stir > STIR_HIGH
    if above_fluid is not None:
        stir_high &= ~(above_fluid <= STIR_TO_FLUID)  # nan, where no fluid is seen, does not forbid
    if t1 is not None:
        faint = (t1 > T1_HIGH / 2.0) & (stir < STIR_LOW)  # fat takes the place of the little water of marrow
        out[(t1_high | faint) & ~t2_low] = Change.FAT
        out[t1_low & ~stir_high & (t2_low if t2 is not None else stir < STIR_LOW)] = Change.DENSE
    elif t2 is not None:
        out[t2_high & (stir < STIR_LOW)] = Change.FAT
        out[t2_low & ~stir_high] = Change.DENSE
    out[stir_high] = Change.WATER
    return out


def _measure(bone: Bone, index: int, marrow: Marrow, *, upper: bool) -> PlateChange | None:
    depth = bone.from_top_mm if upper else bone.from_foot_mm
    usable = (np.abs(bone.from_middle_mm) < _FAR_MM) & (bone.along > 0.05) & (bone.along < 0.95)
    values = {kind: part for kind, parts in marrow.departure.items() if (part := parts[index]) is not None}
    for part in values.values():
        usable &= np.isfinite(part)
    band = usable & (depth > BAND_MM[0]) & (depth < BAND_MM[1])
    cells = bone.voxels[:, 0] * 16 + np.minimum(bone.along / _CELL_SHARE, 15.0).astype(np.intp)
    names, place, counts = np.unique(cells[band], return_inverse=True, return_counts=True)
    full = counts >= _CELL_MIN
    if full.sum() < 3:
        return None

    def mean(part: FloatArray) -> FloatArray:
        return np.asarray((np.bincount(place, part[band]) / counts)[full])

    departure = {kind: mean(part) for kind, part in values.items()}
    to_fluid = marrow.to_fluid.get(SequenceKind.STIR, ())
    part = to_fluid[index] if to_fluid else None
    above = None if part is None else mean(part) - marrow.normal_to_fluid[SequenceKind.STIR]
    change = tell_change(departure, above)
    share = MappingProxyType({kind: float((change == kind).mean()) for kind in Change})
    main = main_change(share)
    chosen = change == main
    reach = float("nan")
    if main is not Change.NONE:
        inside = usable & np.isin(cells, names[full][chosen])
        reach = _reach(depth[inside], {kind: part[inside] for kind, part in values.items()}, departure, chosen)
    means = {kind: float(part[chosen].mean()) for kind, part in departure.items()}
    return PlateChange(bone.name, bone.number, upper, share, reach, MappingProxyType(means))


def main_change(share: Mapping[Change, float]) -> Change:
    """The change that covers most of an endplate; NONE where nothing covers any."""
    changed = {kind: part for kind, part in share.items() if kind is not Change.NONE and part > 0.0}
    return max(changed, key=lambda kind: changed[kind]) if changed else Change.NONE


def _reach(
    depth: FloatArray,
    values: Mapping[SequenceKind, FloatArray],
    cells: Mapping[SequenceKind, FloatArray],
    chosen: NDArray[np.bool_],
) -> float:
    """How deep the signal stays nearer to that of the band than to normal, in the weighting that departs most."""
    kind = max(cells, key=lambda one: abs(float(cells[one][chosen].mean())))
    level = float(cells[kind][chosen].mean())
    edges = np.arange(0.0, float(depth.max()) + 1.0)
    place = np.digitize(depth, edges)
    for step in range(2, len(edges)):
        here = place == step
        if here.sum() >= _CELL_MIN and abs(float(values[kind][here].mean())) < abs(level) / 2.0:
            return float(edges[step - 1])
    return float(edges[-1])
