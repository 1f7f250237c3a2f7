"""Whether what was found is a lumbar spine: a broken segmentation is said, not measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.chain import Chain
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.outline import Outline, length_mm
from ilc.imaging.mri.view import PIXEL_MM

# Sizes of adult vertebral bodies and of steps between them, generous: assumption.
_DEPTH_MM = (19.0, 52.0)
_HEIGHT_MM = (11.0, 45.0)
_STEP_SPREAD = 0.28  # standard deviation over mean of the steps from body to body
_CANAL_BEHIND_MM = (4.0, 42.0)
_MIN_CERTAINTY = 0.72
_MIN_BODIES = 3
_SACRUM_MIN_MM2 = 150.0


@dataclass(frozen=True, slots=True)
class Quality:
    """How far a reading can be believed."""

    score: float  # higher is better; to choose between attempts
    certainty: float  # mean of the largest class probability over the spine
    p_names: float  # bound on the probability that levels are named right
    faults: tuple[str, ...]  # why nothing should be measured; empty where it may

    @property
    def is_sound(self) -> bool:
        """Whether measurements may be taken."""
        return not self.faults


def judge_reading(chain: Chain, outlines: tuple[Outline | None, ...], p: NDArray[np.float32]) -> Quality:
    """Look at sizes, order and certainty of what was found; `p` is the midline picture (class, row, column)."""
    whole = [o for o, body in zip(outlines, chain.bodies, strict=True) if o is not None and not body.cut_off]
    spine = np.any([body.mask for body in chain.bodies], axis=0)
    certainty = float(p.max(axis=0)[spine].mean())
    faults: list[str] = []
    if len(whole) < _MIN_BODIES:
        faults.append(f"only {len(whole)} whole vertebral bodies are seen")
    if certainty < _MIN_CERTAINTY:
        faults.append("the outlines of the vertebrae are not clear")
    faults.extend(_faults_of_size(whole))
    centres = np.array([body.centre for body in chain.bodies])
    steps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    if len(steps) >= 3 and float(steps.std() / steps.mean()) > _STEP_SPREAD:
        faults.append("the vertebrae are not evenly spaced")
    if not _has_canal_behind(chain, p):
        faults.append("no spinal canal is seen behind the vertebrae")
    if _has_sacrum_above(chain, p):
        faults.append("the sacrum lies above the vertebrae")
    score = len(whole) * certainty - 2.0 * len(faults)
    return Quality(score, certainty, 1.0 if certainty > 0.85 else 0.85, tuple(faults))


def _faults_of_size(whole: list[Outline]) -> list[str]:
    depths = [(length_mm(o.front_low, o.back_low) + length_mm(o.front_high, o.back_high)) / 2.0 for o in whole]
    heights = [(length_mm(o.front_low, o.front_high) + length_mm(o.back_low, o.back_high)) / 2.0 for o in whole]
    if not depths:
        return []
    if not _DEPTH_MM[0] <= float(np.median(depths)) <= _DEPTH_MM[1]:
        return [f"vertebral bodies {np.median(depths):.0f} mm deep are not those of an adult's lumbar spine"]
    if not _HEIGHT_MM[0] <= float(np.median(heights)) <= _HEIGHT_MM[1]:
        return [f"vertebral bodies {np.median(heights):.0f} mm high are not those of an adult's lumbar spine"]
    return []


def _has_canal_behind(chain: Chain, p: NDArray[np.float32]) -> bool:
    """Whether most bodies have the canal at their back."""
    canal = p[SpineClass.CANAL] > 0.5
    found = 0
    for body in chain.bodies:
        columns = np.nonzero(canal[int(body.centre[0])])[0]
        ahead = (columns - body.centre[1]) * PIXEL_MM
        found += bool(((ahead > _CANAL_BEHIND_MM[0]) & (ahead < _CANAL_BEHIND_MM[1])).any())
    return found >= 0.5 * len(chain.bodies)


def _has_sacrum_above(chain: Chain, p: NDArray[np.float32]) -> bool:
    points = np.argwhere(p.argmax(axis=0) == SpineClass.SACRUM)
    if len(points) * PIXEL_MM**2 < _SACRUM_MIN_MM2:
        return False
    middle = np.mean([body.centre[0] for body in chain.bodies])
    return bool(np.median(points[:, 0]) < middle)
