"""Published bands for numbers from axial slices."""

from __future__ import annotations

from enum import IntEnum, StrEnum

# Area of the dural sac: below 75 mm2 severe (Schonstrom 1985, entered unconfirmed), below 100 mm2 stenosis and 100 to
# 130 mm2 early stenosis (Bolender 1985, J Bone Joint Surg Am 67:240).
_SEVERE_MM2, _STENOSIS_MM2, _EARLY_MM2 = 75.0, 100.0, 130.0
# Facet fluid above 1.5 mm goes with a slip that supine images do not show (Chaput 2007, Spine 32:1883, entered
# unconfirmed); 2.75 +- 0.89 mm in unstable, 1.25 +- 1.25 mm in stable slipped segments (10.14740/jocmr6572).
_LARGE_FLUID_MM = 1.5
# Fat in the multifidus by eye: none up to 10 %, slight up to 50 %, severe above (Kjaer 2007, BMC Medicine 5:2, bounds
# entered unconfirmed).
_SLIGHT_FAT, _SEVERE_FAT = 0.10, 0.50


class SacBand(StrEnum):
    """Narrowing of the dural sac by its area."""

    SEVERE = "severe"
    STENOSIS = "stenosis"
    EARLY = "early"
    NONE = "none"


class FluidBand(StrEnum):
    """Fluid in a facet joint by its width."""

    LARGE = "large"
    NOT_LARGE = "not_large"


class KjaerGrade(IntEnum):
    """Fat in a muscle."""

    NORMAL = 0
    SLIGHT = 1
    SEVERE = 2


def grade_sac(area_mm2: float) -> SacBand:
    """Band of an area at right angles to the sac."""
    if area_mm2 < _SEVERE_MM2:
        return SacBand.SEVERE
    if area_mm2 < _STENOSIS_MM2:
        return SacBand.STENOSIS
    return SacBand.EARLY if area_mm2 < _EARLY_MM2 else SacBand.NONE


def grade_fluid(width_mm: float) -> FluidBand:
    """Band of the greatest width of fluid in a joint."""
    return FluidBand.LARGE if width_mm > _LARGE_FLUID_MM else FluidBand.NOT_LARGE


def grade_fat(share: float) -> KjaerGrade:
    """Grade of the share of fat in a muscle."""
    if share < _SLIGHT_FAT:
        return KjaerGrade.NORMAL
    return KjaerGrade.SLIGHT if share <= _SEVERE_FAT else KjaerGrade.SEVERE
