"""A mask made elsewhere once it speaks this project's numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue
from ilc.imaging.dicom.geometry import Geometry
from ilc.imaging.mri.masks.conventions import Convention
from ilc.imaging.mri.masks.licences import Licence, Tool

SACRUM, CANAL, DISCS = 50, 100, 200  # a disc has 200 and the number of the vertebra above it


class MaskNotReadable(Exception):
    """A mask that cannot be taken over; `issue` tells why and what to do."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue


@dataclass(frozen=True, slots=True)
class NumberedPart:
    """A vertebra, disc, sacrum or canal."""

    number: int  # here: vertebrae 1.., sacrum 50, canal 100, discs 201..
    name: str  # "L4", "L4_L5"; empty where the source gives none
    source_numbers: tuple[int, ...]
    n_voxels: int
    is_cut_off: bool = False  # by the edge of the picture, as the source states


@dataclass(frozen=True, slots=True)
class LeftOutNumber:
    """A number of the source that has none here."""

    source_number: int
    meaning: str
    n_voxels: int


@dataclass(frozen=True, slots=True, eq=False)
class ExternalMask:
    """A mask made by another program."""

    convention: Convention
    reasons: tuple[str, ...]  # why it was read by this convention
    made_by: Tool
    licence: Licence
    numbers: NDArray[np.uint8] = field(repr=False)  # (slice, row, column): 0 nothing
    geometry: Geometry  # index to patient millimetres, LPS
    parts: tuple[NumberedPart, ...]  # by number
    left_out: tuple[LeftOutNumber, ...]
    issues: tuple[Issue, ...]

    @property
    def vertebrae(self) -> tuple[NumberedPart, ...]:
        """From the lowest lumbar upward."""
        return tuple(part for part in self.parts if part.number < SACRUM)

    @property
    def discs(self) -> tuple[NumberedPart, ...]:
        """From the lowest upward."""
        return tuple(part for part in self.parts if part.number > DISCS)
