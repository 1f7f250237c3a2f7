"""Names of the vertebrae: counted from the sacrum upward, with how sure the count is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label

from ilc.imaging.mri.chain import Chain, without_lowest
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.view import PIXEL_MM

NAMES = ("L5", "L4", "L3", "L2", "L1", "T12", "T11", "T10", "T9", "T8", "T7", "T6", "T5", "T4")

# Assumptions, checked against counts made by eye: see the model card.
_P_CLEAR, _P_AMBIGUOUS, _P_NO_SACRUM = 0.97, 0.75, 0.55
_SACRUM_MIN_MM2 = 150.0
_REACH_MM = 14.0  # of the sacrum from the lowest disc
_TOUCH_SHARE = 0.25  # of the lower edge of a body: it grows into the sacrum, so it is its first part
_SMALL_DISC, _SMALLER_DISC, _SMALL_BODY = 0.3, 0.5, 0.55  # in relation to the others
_SACRUM_TOP_MM = 40.0  # of the sacrum from the lowest disc: its first part and a half
_BEND_DEG = 8.0  # more above than below


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Which body is which."""

    names: tuple[str, ...]  # of the bodies of the chain, from the lowest upward
    p: float  # that these names are right
    sacrum_seen: bool
    reasons: tuple[str, ...]

    @property
    def is_uncertain(self) -> bool:
        """Whether every statement about a level has to say so."""
        return self.p < 0.9


def count_levels(chain: Chain, classes: NDArray[np.uint8]) -> tuple[Chain, LevelCount]:
    """Find where the sacrum begins, leave its parts out of the chain, and name the rest.

    Parameters
    ----------
    chain : bodies from the lowest upward, the first part of the sacrum possibly among them
    classes : midline picture of `SpineClass`
    """
    sacrum = _sacrum_mask(classes)
    reasons: list[str] = []
    p = _P_CLEAR
    if _is_sacral(chain, sacrum, reasons):
        chain = without_lowest(chain)
        p = _P_CLEAR if not reasons[-1].startswith("maybe") else _P_AMBIGUOUS
    seen = bool(sacrum.any()) and _is_near(chain, sacrum)
    if not seen:
        p = _P_NO_SACRUM
        reasons.append("the sacrum is not in the picture")
    if chain.skipped:
        p = min(p, _P_AMBIGUOUS)
        reasons.append("a vertebra within the row was not recognised")
    names = _names(chain)
    return chain, LevelCount(names, p, seen, tuple(reasons))


def _names(chain: Chain) -> tuple[str, ...]:
    names, at = [], 0
    for index in range(len(chain.bodies)):
        at += 1 if index in chain.skipped else 0
        names.append(NAMES[at] if at < len(NAMES) else "")
        at += 1
    return tuple(names)


def _sacrum_mask(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    parts, n = label(classes == SpineClass.SACRUM)
    if n == 0:
        return np.zeros(classes.shape, dtype=bool)
    areas = np.bincount(parts.ravel())[1:] * PIXEL_MM**2
    return np.asarray(np.isin(parts, 1 + np.nonzero(areas >= _SACRUM_MIN_MM2)[0]))


def _is_sacral(chain: Chain, sacrum: NDArray[np.bool_], reasons: list[str]) -> bool:
    """Whether the lowest body of the chain is the first one of the sacrum."""
    if len(chain.bodies) < 3 or not sacrum.any():
        return False
    lowest, disc = chain.bodies[0], chain.discs[0]
    areas = np.array([float(body.mask.sum()) for body in chain.bodies if not body.cut_off] or [1.0])
    usual = float(np.median(areas))
    discs = np.array([float(part.mask.sum()) for part in chain.discs[1:] if part.seen] or [1.0])
    rim = binary_dilation(lowest.mask, iterations=3) & ~lowest.mask
    touch = float((rim & sacrum).sum()) / max(float(np.sqrt(lowest.mask.sum())), 1.0) / 3.0
    small_disc = float(disc.mask.sum()) < _SMALL_DISC * float(np.median(discs))
    if touch > _TOUCH_SHARE and (small_disc or float(lowest.mask.sum()) < _SMALL_BODY * usual):
        reasons.append("the lowest block has no disc below it and is one with the sacrum")
        return True
    smaller_disc = float(disc.mask.sum()) < _SMALLER_DISC * float(np.median(discs))
    if smaller_disc and _bends_above(chain, sacrum):
        reasons.append("maybe transitional: the spine bends above the lowest block, which has a small disc below it")
        return True
    if small_disc and float(lowest.mask.sum()) < 0.75 * usual:
        reasons.append("maybe transitional: the lowest block is small, with a remnant of a disc below it")
        return True
    return False


def _bends_above(chain: Chain, sacrum: NDArray[np.bool_]) -> bool:
    """Whether the spine bends more above the lowest block than below it, as it does at the promontory."""
    third, second, lowest = (chain.bodies[index].centre for index in (2, 1, 0))
    points = np.argwhere(sacrum).astype(np.float64)
    near = points[np.linalg.norm(points - chain.discs[0].centre, axis=1) * PIXEL_MM < _SACRUM_TOP_MM]
    if len(near) * PIXEL_MM**2 < _SACRUM_MIN_MM2:
        return False
    above = _angle_deg(second - third, lowest - second)
    below = _angle_deg(lowest - second, near.mean(axis=0) - lowest)
    return above > below + _BEND_DEG


def _angle_deg(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    cosine = float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9)
    return float(np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _is_near(chain: Chain, sacrum: NDArray[np.bool_]) -> bool:
    foot = chain.discs[0].centre
    points = np.argwhere(sacrum)
    return bool((np.linalg.norm(points - foot, axis=1) * PIXEL_MM < _REACH_MM + 8.0).any())
