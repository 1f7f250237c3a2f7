"""Muscles beside and behind the spine as axial slices show them, with a known share of fat."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from scipy.special import expit, ndtri

from ilc.simulation.lumbar.canvas import Canvas
from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Skeleton
from ilc.simulation.lumbar.soft import Surroundings, Texture
from ilc.simulation.lumbar.tissues import Tissue

_WHOLE = (slice(None), slice(None))
_TISSUE_FAT = 0.03  # within fibres that look lean
_STREAK_FAT = 0.9
_SOFTNESS = 0.22


class Muscle(IntEnum):
    """Numbers of the muscle mask."""

    NONE = 0
    MULTIFIDUS = 1
    ERECTOR_SPINAE = 2
    PSOAS = 3
    QUADRATUS = 4


def paint_flanks(canvas: Canvas, around: Surroundings, skeleton: Skeleton, plan: LumbarPlan, x_mm: float) -> None:
    """Divide the muscle of the back, and lay psoas and quadratus into the fat beside the spine."""
    x, deep = abs(x_mm), around.behind_back_wall
    top = skeleton.canal.disc_length_mm[next(name for name in plan.discs if name.endswith("_L1"))]
    down = np.clip((around.along - top) / (skeleton.canal.lowest_disc_mm - top), 0.0, 1.15)
    in_back = (canvas.tissue == Tissue.MUSCLE) & (deep >= 4.0)
    if x > 19.0:
        # Muscle lies on the transverse processes and thins out to the side.
        floor = 13.0 + 0.004 * (x - 19.0) ** 2
        inside = ~np.isin(canvas.tissue, (Tissue.AIR, Tissue.SKIN))
        canvas.paint(_WHOLE, inside & (deep < floor) & (deep > -45.0), Tissue.FAT, fat=0.95)
        in_back &= deep >= floor
    if x > 74.0:
        canvas.paint(_WHOLE, in_back | ((canvas.tissue == Tissue.LIGAMENT) & (deep > 0.0)), Tissue.FAT, fat=0.97)
        in_back &= False
    # The deep multifidus is broad at the sacrum and narrow above; it leans on the spinous processes.
    border = 24.0 + 9.0 * down - 0.28 * np.maximum(deep - 24.0, 0.0)
    canvas.muscle[in_back] = np.where(x < border, Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)[in_back]
    septum = in_back & ((np.abs(x - border) < 0.8) | (np.abs(x - 50.0 + 0.2 * (deep - 25.0)) < 0.5))
    canvas.paint(_WHOLE, septum & (x < 70.0), Tissue.FAT, fat=0.85)
    _paint_oval(canvas, Muscle.PSOAS, (x, deep, down), _Oval(22.0, 16.0, -11.0, 5.0, 13.0))
    _paint_oval(canvas, Muscle.QUADRATUS, (x, deep, down), _Oval(56.0, 6.0, 5.0, 11.0, 0.0))


class _Oval(NamedTuple):
    """A muscle's section in mm: where it lies at the top of the lumbar spine and how that changes on the way down."""

    side: float
    side_gain: float
    behind: float
    half: float
    half_gain: float


def _paint_oval(canvas: Canvas, muscle: Muscle, place: tuple[float, FloatArray, FloatArray], oval: _Oval) -> None:
    x, deep, down = place
    if not 0.5 * oval.side < x < oval.side + oval.side_gain + 2.0 * (oval.half + oval.half_gain) + 5.0:
        return
    half = oval.half + oval.half_gain * down
    aside = x - oval.side - oval.side_gain * down - 0.4 * half
    inside = np.hypot(aside / half, (deep - oval.behind) / (1.1 * half)) < 1.0
    inside &= np.isin(canvas.tissue, (Tissue.FAT, Tissue.BOWEL))
    canvas.paint(_WHOLE, inside, Tissue.MUSCLE, fat=0.05)
    canvas.muscle[inside] = muscle


def add_muscle_fat(canvas: Canvas, texture: Texture, plan: LumbarPlan, x_mm: float) -> None:
    """Streaks of fat that together make the planned share; lean fibres hold a little as well."""
    canvas.muscle[canvas.tissue != Tissue.MUSCLE] = Muscle.NONE
    shares = plan.muscles.shares("left" if x_mm >= 0.0 else "right")
    pattern = (0.75 * texture.streak + texture.long_streak + 0.5 * texture.broad) / np.sqrt(0.75**2 + 1.0 + 0.5**2)
    for muscle, share in zip((Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE), shares, strict=True):
        here = canvas.muscle == muscle
        streaks = np.clip((share - _TISSUE_FAT) / (_STREAK_FAT - _TISSUE_FAT), 1e-4, 0.999)
        # Of a normal pattern through a soft threshold; 1.7 turns a logistic into a normal curve.
        threshold = -np.sqrt(1.0 + (1.7 * _SOFTNESS) ** 2) * ndtri(streaks)
        fat = _TISSUE_FAT + (_STREAK_FAT - _TISSUE_FAT) * expit((pattern - threshold) / _SOFTNESS)
        canvas.fat[here] = fat[here]
    for muscle in (Muscle.PSOAS, Muscle.QUADRATUS):
        here = canvas.muscle == muscle
        canvas.fat[here] = np.clip(0.05 + 0.03 * texture.streak, 0.0, 0.3)[here]
