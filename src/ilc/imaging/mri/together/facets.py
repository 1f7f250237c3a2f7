"""Facet joints in sagittal slices beside the midline: oedema in and around them, and fluid in the joint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter

from ilc.core import Side
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.endplates import DiscSpace
from ilc.imaging.mri.instances import CANAL
from ilc.imaging.mri.together.frame import Frame
from ilc.imaging.mri.together.marrow import fluid_at_rows
from ilc.imaging.mri.view import PIXEL_MM

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Where joints lie behind the back edge of their disc, above it and aside of the midline: assumption, after adult
# anatomy; generous.
_BEHIND_MM, _ABOVE_MM, _ASIDE_MM = (6.0, 28.0), 11.0, (8.0, 28.0)
_AROUND_MM, _OFF_CANAL_MM = 2.8, 2.1  # of bone, and of the sac
_SMOOTHING_PX = 0.7
# Of the sac's fluid: assumptions, chosen on simulated people, as are the percentiles and the weight below.
_FLUID_T2, _FLUID_STIR = 0.55, 0.50
_BONE_PERCENTILE, _ALL_PERCENTILE, _ALL_WEIGHT = 50.0, 65.0, 1.0 / 1.5
_LEAST_VOXELS, _LEAST_BONE = 150, 20
_FLOODED_MM3 = 900.0  # of fluid: what little is left around it does not tell oedema
_FEWEST_JOINTS = 4  # of one person, to tell what is usual


@dataclass(frozen=True, slots=True)
class FacetSignal:
    """One joint; nan where a weighting is missing."""

    disc: int  # index, 0 is the lowest
    side: Side
    wet: float  # logarithm of the STIR signal in and around the joint over that of this person's usual joint
    fluid_mm3: float  # as bright as the sac's fluid


def measure_facets(frame: Frame) -> tuple[FacetSignal, ...]:
    """Both joints of each disc whose place is known and whose slices are there.

    Oedema is told against the other joints of the same person: where most are inflamed, none stands out.
    """
    shares = {
        kind: frame.values[kind] / fluid_at_rows(frame, frame.values[kind])[None, :, None]
        for kind in (SequenceKind.T2, SequenceKind.STIR)
        if kind in frame.values
    }
    if not shares:
        return ()
    if SequenceKind.STIR in shares:
        shares[SequenceKind.STIR] = gaussian_filter(shares[SequenceKind.STIR], (0.0, _SMOOTHING_PX, _SMOOTHING_PX))
    bone = frame.reading.classes == SpineClass.ARCH
    # The side of the sac lies half in slices that do not show its canal.
    sac = maximum_filter((frame.labels == CANAL).view(np.uint8), (3, 1, 1)) > 0
    around = _grown(bone, _AROUND_MM) & ~_grown(sac, _OFF_CANAL_MM)
    for share in shares.values():
        around &= np.isfinite(share)
    lateral = frame.lateral_mm()
    seen: list[tuple[int, Side, float, float, float]] = []
    for index, space in enumerate(frame.reading.spaces):
        if space is None:
            continue
        window = _window(space, bone.shape[1:])
        for side in Side:
            aside = lateral if side is Side.LEFT else -lateral
            there = around & window & ((aside > _ASIDE_MM[0]) & (aside < _ASIDE_MM[1]))[:, :, None]
            if int(there.sum()) >= _LEAST_VOXELS:
                seen.append((index, side, *_measure(frame, shares, there, bone)))
    if not seen:
        return ()
    levels = np.array([row[2:4] for row in seen])
    many = np.isfinite(levels).all(axis=1).sum() >= _FEWEST_JOINTS
    usual = np.nanmedian(levels, axis=0) if many else np.full(2, np.nan)
    wet = np.log(np.maximum(levels, 1e-3) / usual) * (1.0, _ALL_WEIGHT)
    return tuple(
        FacetSignal(index, side, float(both.max()), fluid)
        for (index, side, _, _, fluid), both in zip(seen, wet, strict=True)
    )


def _grown(mask: Mask, way_mm: float) -> Mask:
    """Grown in the plane of the slices, as a square."""
    size = 2 * max(round(way_mm / PIXEL_MM), 1) + 1
    return np.asarray(maximum_filter(mask.view(np.uint8), (1, size, size)) > 0)


def _window(space: DiscSpace, shape: tuple[int, ...]) -> Mask:
    """Pixels behind the disc at its height; shape (1, row, column)."""
    rows, columns = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    edge = (space.upper_edge + space.lower_edge) / 2
    behind = ((rows - edge[0]) * space.back[0] + (columns - edge[1]) * space.back[1]) * PIXEL_MM
    above = ((rows - edge[0]) * -space.back[1] + (columns - edge[1]) * space.back[0]) * PIXEL_MM
    return np.asarray(((behind > _BEHIND_MM[0]) & (behind < _BEHIND_MM[1]) & (np.abs(above) < _ABOVE_MM))[None])


def _measure(
    frame: Frame, shares: Mapping[SequenceKind, FloatArray], there: Mask, bone: Mask
) -> tuple[float, float, float]:
    """STIR in bone, STIR in all, both without fluid; and the volume of fluid, which fat imitates on T2 alone."""
    t2, stir = shares.get(SequenceKind.T2), shares.get(SequenceKind.STIR)
    if stir is None:
        return float("nan"), float("nan"), float("nan")
    fluid = there & (stir > _FLUID_STIR)
    if t2 is not None:
        fluid &= t2 > _FLUID_T2
    volume = float(fluid.sum()) * frame.voxel_mm3 if t2 is not None else float("nan")
    dry = there & ~_grown(fluid, PIXEL_MM)
    within = dry & bone
    if int(within.sum()) < _LEAST_BONE or volume > _FLOODED_MM3:
        return float("nan"), float("nan"), volume
    return (
        float(np.percentile(stir[within], _BONE_PERCENTILE)),
        float(np.percentile(stir[dry], _ALL_PERCENTILE)),
        volume,
    )
