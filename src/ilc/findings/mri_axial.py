"""What axial slices measure as findings: area of the sac, side of a protrusion, fluid in facet joints, fat in muscle.

No axial series of real people with known truth was at hand: what a measurement says is an assumption throughout, made
on simulated people, and bounded accordingly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ilc.core import InstanceId, Side
from ilc.findings.soft import Source, soften, step, tell_softly
from ilc.record.case import TypedFinding

Level = Mapping[str, Any]

_LARGEST = 10.0
# Readers call a sac moderately or severely narrow about half the time at 85 mm2, and hardly ever above 130 mm2 or not
# at all below 50 mm2 (bands of Bolender 1985 and Schonstrom 1985): assumption.
_SAC_HALF_MM2, _SAC_SOFT, _SAC_BASE = 85.0, 10.0, 0.15
_FLUID_HALF_MM, _FLUID_SOFT, _FLUID_BASE = 1.0, 0.15, 0.33  # the finding asks for 1 mm or more
_FAT_HALF, _FAT_SOFT, _FAT_BASE = 0.5, 0.05, 0.10  # the finding asks for more than half
_FAT_LEVELS, _FEWEST_FATS = ("L4_L5", "L5_S1"), 2
# By how much a protrusion seen in axial slices, or none, moves the odds that the midline gives.
_SEEN, _NOT_SEEN, _OTHER_SIDE = 6.0, 0.3, 0.25


@dataclass(frozen=True, slots=True)
class Herniation:
    """What the midline says of one level: probability, and how common it was where that was learnt."""

    p: float
    base: float


def find_axial(
    document: Mapping[str, Any], herniations: Mapping[str, Herniation], *, observed_on: date | None = None
) -> tuple[TypedFinding, ...]:
    """Findings from the part of an MRI document that measures axial slices.

    Parameters
    ----------
    document : as `ilc.imaging.mri.document.describe_study` gives it
    herniations : by level, where the midline may say something and no side was entered
    observed_on : the day of the examination

    Returns
    -------
    findings with their probability as the value; a herniation has a side where the slices tell it
    """
    axial = document.get("axial")
    if axial is None:
        return ()
    p_names = float(axial["p_names"])
    source = Source("images, axial slices", observed_on)
    return tuple(
        tell_softly(
            InstanceId(finding, place),
            p,
            soften(p, base, p_names if place else 1.0, largest=_LARGEST),
            source,
        )
        for finding, place, p, base in _judge(axial["levels"], herniations)
    )


_Judged = Iterator[tuple[str, str, float, float]]  # finding, place, probability, base rate


def _judge(levels: list[Level], herniations: Mapping[str, Herniation]) -> _Judged:
    for level in levels:
        name = level["name"]
        area = level["sac"]["area_mm2"]
        if area is not None:
            yield "mri_central_stenosis", name, step(_SAC_HALF_MM2 - area, _SAC_SOFT), _SAC_BASE
        widths = [fluid["width_mm"] for fluid in level["facet_fluid"].values() if fluid["width_mm"] is not None]
        if len(widths) == len(Side) or any(width >= _FLUID_HALF_MM for width in widths):
            yield "mri_facet_effusion", name, step(max(widths) - _FLUID_HALF_MM, _FLUID_SOFT), _FLUID_BASE
        if level["protrusion"]["found"] is not None and name in herniations:
            yield from _judge_herniation(name, level["protrusion"], herniations[name])
    fats = [
        fat["share"]
        for level in levels
        if level["name"] in _FAT_LEVELS
        for fat in level["multifidus"].values()
        if fat["share"] is not None
    ]
    if len(fats) >= _FEWEST_FATS:
        yield "mri_multifidus_fat", "", step(sum(fats) / len(fats) - _FAT_HALF, _FAT_SOFT), _FAT_BASE


def _judge_herniation(name: str, protrusion: Mapping[str, Any], midline: Herniation) -> _Judged:
    """The midline's probability, moved by what axial slices show, at a side where they tell one."""
    finding, position = "mri_herniation", protrusion["position"]
    if not protrusion["found"]:
        yield finding, name, _moved(midline.p, _NOT_SEEN), midline.base
    elif position in {side.value for side in Side}:
        for side in Side:
            factor = _SEEN if side.value == position else _OTHER_SIDE
            yield finding, f"{name}.{side.value}", _moved(midline.p / 2.0, factor * 2.0), midline.base / 2.0
    else:
        yield finding, name, _moved(midline.p, _SEEN), midline.base


def _moved(p: float, factor: float) -> float:
    odds = p / max(1.0 - p, 1e-9) * factor
    return odds / (1.0 + odds)
