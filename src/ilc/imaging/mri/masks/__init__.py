"""Masks of vertebrae, discs and canal that other programs made, in this project's numbering."""

from ilc.imaging.mri.masks.conventions import Convention, Part, detect_convention
from ilc.imaging.mri.masks.licences import LICENCES, Licence, Tool
from ilc.imaging.mri.masks.mask import ExternalMask, LeftOutNumber, MaskNotReadable, NumberedPart
from ilc.imaging.mri.masks.reader import read_mask

__all__ = [
    "LICENCES",
    "Convention",
    "ExternalMask",
    "LeftOutNumber",
    "Licence",
    "MaskNotReadable",
    "NumberedPart",
    "Part",
    "Tool",
    "detect_convention",
    "read_mask",
]
