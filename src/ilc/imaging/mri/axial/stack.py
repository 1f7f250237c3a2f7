"""Axial stacks as they are measured: voxels, their place and their weighting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue, IssueSeverity
from ilc.imaging.dicom.geometry import Geometry, Plane
from ilc.imaging.dicom.pixels import read_pixels_or_tell
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.dicom.series import Series, SeriesKind

FloatArray = NDArray[np.float32]

USED_KINDS = (SequenceKind.T2, SequenceKind.T1)


@dataclass(frozen=True, slots=True, eq=False)
class AxialStack:
    """Parallel slices of one series; blocks of several angles are one stack each."""

    series: str  # id
    kind: SequenceKind
    values: FloatArray  # (slice, row, column)
    geometry: Geometry
    thickness_mm: float
    lost: frozenset[int] = frozenset()  # slices that are missing or damaged

    def __post_init__(self) -> None:
        if self.values.shape != self.geometry.shape:
            raise ValueError(f"voxels of shape {self.values.shape} on a grid of {self.geometry.shape}")


def read_axial_stacks(series: Sequence[Series]) -> tuple[tuple[AxialStack, ...], tuple[Issue, ...]]:
    """Voxels of every axial T1 and T2 series that knows its place; axial ones of other kinds are named.

    Parameters
    ----------
    series : of one person, of any plane

    Returns
    -------
    the stacks, and why others were not read
    """
    stacks: list[AxialStack] = []
    issues: list[Issue] = []
    for one in series:
        if one.plane is not Plane.AXIAL or one.modality not in ("MR", "") or one.kind is not SeriesKind.VOLUME:
            continue
        if one.sequence_kind not in USED_KINDS:
            words = f"Sequence {one.sequence_kind.value}: only T1 and T2 are measured in axial slices."
            issues.append(Issue("AXIAL_SEQUENCE_NOT_READ", IssueSeverity.INFO, one.id, words, _EXPORT))
            continue
        stack = _read(one, issues)
        if stack is not None:
            stacks.append(stack)
    return tuple(stacks), tuple(issues)


_EXPORT = "Export the axial series again with its sequence name or its TE and TR, or look at it by eye."


def _read(series: Series, issues: list[Issue]) -> AxialStack | None:
    if series.geometry is None:
        return None
    pixels = read_pixels_or_tell(series, issues)
    if pixels is None:
        return None
    return AxialStack(
        series=series.id,
        kind=series.sequence_kind,
        values=pixels.values,
        geometry=series.geometry,
        thickness_mm=series.slice_thickness_mm or series.geometry.spacing_mm[0],
        lost=frozenset(pixels.unreadable_slices) | frozenset(series.missing_slices),
    )
