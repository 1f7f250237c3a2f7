"""One slice with everything that is found before measuring, or why nothing in it may be measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.axial.choose import ChosenSlice
from ilc.imaging.mri.axial.cut import MidlineCut, cut_midline
from ilc.imaging.mri.axial.expect import ExpectedSac, expect_sac
from ilc.imaging.mri.axial.guide import Guide
from ilc.imaging.mri.axial.match import compare_midline
from ilc.imaging.mri.axial.measured import NEEDS_T2, Unknown
from ilc.imaging.mri.axial.picture import SlicePicture, resample_slice
from ilc.imaging.mri.axial.sac import SacOutline, find_sac
from ilc.imaging.mri.axial.voids import find_void, touches

# Limits chosen on simulated people and on pictures of noise.
_MIN_CLEAR, _MAX_SPREAD, _MAX_SHIFT_MM = 0.7, 0.15, 3.5
_MIN_CONTRAST = 5.0  # of fluid above the darkest tissue, in standard deviations of noise
NOT_AS_SAGITTAL = "AXIAL_NOT_AS_SAGITTAL"
_MAD = 0.6745  # of a normal distribution, in standard deviations


@dataclass(frozen=True, slots=True, eq=False)
class SeenSlice:
    """A slice that shows what the sagittal reading shows there."""

    chosen: ChosenSlice
    cut: MidlineCut
    picture: SlicePicture
    expected: ExpectedSac
    void: NDArray[np.bool_] | None
    noise: float  # standard deviation
    sac: SacOutline | Unknown  # only T2 tells it

    @property
    def middle(self) -> NDArray[np.float64]:
        """Of the sac as found, else as expected; back and left in mm."""
        if isinstance(self.sac, SacOutline):
            return self.sac.middle
        return np.array(self.expected.oval.middle)


def see_slice(guide: Guide, chosen: ChosenSlice) -> SeenSlice | Unknown:
    """Resample a slice, compare it with the sagittal picture, and find the sac."""
    stack = chosen.stack
    cut = cut_midline(guide, stack.geometry, chosen.place.index)
    if cut is None:
        return Unknown("AXIAL_NO_CANAL", "the sagittal reading shows no canal here")
    picture = resample_slice(stack, chosen.place.index, cut)
    expected = expect_sac(guide, picture)
    if expected is None:
        return Unknown("AXIAL_NO_CANAL", "the sagittal reading shows no canal here")
    match = compare_midline(picture, cut)
    if match is not None and not match.is_good(same_weighting=guide.kind is stack.kind):
        words = "the slice does not show what the sagittal series shows at this place"
        return Unknown(NOT_AS_SAGITTAL, f"{words} (correlation {min(match.grey, match.edges):.2f})")
    void = find_void(picture)
    noise = _noise(stack.values[chosen.place.index])
    sac: SacOutline | Unknown = NEEDS_T2
    if stack.kind is SequenceKind.T2:
        sac = _judged(find_sac(picture, expected), void, noise)
    return SeenSlice(chosen, cut, picture, expected, void, noise, sac)


def _noise(plane: NDArray[np.float32]) -> float:
    """Standard deviation of the noise of a slice, from differences in which edges along rows and columns cancel."""
    corner = plane[:-1, :-1] - plane[:-1, 1:] - plane[1:, :-1] + plane[1:, 1:]
    return float(np.median(np.abs(corner))) / 2.0 / _MAD


def _judged(sac: SacOutline, void: NDArray[np.bool_] | None, noise: float) -> SacOutline | Unknown:
    if touches(void, sac.line):
        return Unknown("AXIAL_SIGNAL_VOID", "signal is lost beside the sac, as around metal")
    if sac.fluid - sac.dark < _MIN_CONTRAST * noise:
        return Unknown("AXIAL_TOO_NOISY", "fluid does not stand out from the noise of the picture")
    if sac.clear_share < _MIN_CLEAR:
        return Unknown("AXIAL_SAC_NOT_CLEAR", f"only {sac.clear_share:.0%} of the sac's wall is seen clearly")
    if sac.spread > _MAX_SPREAD:
        words = f"the outline of the sac is not certain: its area varies by {sac.spread:.0%} with where it is sought"
        return Unknown("AXIAL_SAC_NOT_CLEAR", words)
    if sac.shift_mm > _MAX_SHIFT_MM:
        words = f"the sac lies {sac.shift_mm:.1f} mm from where the sagittal series shows it: the person moved"
        return Unknown("AXIAL_MOVED", words)
    return sac
