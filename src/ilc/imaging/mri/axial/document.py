"""Axial measurements as the part `axial` of `mri.json`: each number is known, or None with the reason why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ilc.core import Side
from ilc.imaging.mri.axial.measured import (
    AxialLevel,
    FatMeasure,
    FluidMeasure,
    NoProtrusion,
    ProtrusionMeasure,
    SacMeasure,
    SlicePlace,
    Unknown,
)
from ilc.imaging.mri.axial.reading import AxialReading

_SAC_NUMBERS = (
    *("area_mm2", "low_mm2", "high_mm2", "area_in_slice_mm2", "obliquity_deg"),
    *("depth_mm", "width_mm", "area_to_disc", "depth_to_disc"),
)


def describe_axial(reading: AxialReading) -> dict[str, Any]:
    """The document: one entry per lumbar level from the top down, always with the same keys.

    Every measurement has `reason_code` and `reason`, which are None where it is known, and `slices`, the places it was
    taken from: series, index of the slice in it, `offset_mm` from the middle of the disc's back (to the head is
    positive) and `angle_deg` between slice and disc. Sides are the patient's. Confidences run from 0 to 1; they order
    measurements of one kind and are no probabilities.
    """
    return {
        "p_names": _round(reading.p_names),
        "levels": [_describe_level(level) for level in reading.levels],
    }


def _describe_level(level: AxialLevel) -> dict[str, Any]:
    return {
        "name": level.level.value,
        "slices": _slices(level.places),
        "sac": _describe_sac(level.sac),
        "protrusion": _describe_protrusion(level.protrusion),
        "facet_fluid": _by_side(level.facet_fluid, _describe_fluid),
        "multifidus": _by_side(level.multifidus, _describe_fat),
        "erector_spinae": _by_side(level.erector_spinae, _describe_fat),
    }


def _by_side(measures: Mapping[Side, Any], describe: Any) -> dict[str, Any]:
    return {side.value: describe(measures[side]) for side in Side}


def _describe_sac(sac: SacMeasure | Unknown) -> dict[str, Any]:
    if isinstance(sac, Unknown):
        return {**dict.fromkeys((*_SAC_NUMBERS, "band", "confidence")), **_why(sac)}
    numbers = {name: _round(getattr(sac, name)) for name in _SAC_NUMBERS}
    return {**numbers, "band": sac.band.value, "confidence": _round(sac.confidence), **_known([sac.place])}


def _describe_protrusion(protrusion: ProtrusionMeasure | NoProtrusion | Unknown) -> dict[str, Any]:
    """`found` is None where it was not looked for; a `position` of None says that the side is not clear."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("found", "position", "aside_mm", "beyond_mm", "width_mm", "dents_sac", "confidence")
    )
    if isinstance(protrusion, Unknown):
        return {**nothing, **_why(protrusion)}
    if isinstance(protrusion, NoProtrusion):
        return {**nothing, "found": False, **_known(protrusion.places)}
    return {
        "found": True,
        "position": None if protrusion.position is None else protrusion.position.value,
        "aside_mm": _round(protrusion.aside_mm),
        "beyond_mm": _round(protrusion.beyond_mm),
        "width_mm": _round(protrusion.width_mm),
        "dents_sac": protrusion.dents_sac,
        "confidence": _round(protrusion.confidence),
        **_known([protrusion.place]),
    }


def _describe_fluid(fluid: FluidMeasure | Unknown) -> dict[str, Any]:
    if isinstance(fluid, Unknown):
        return {"width_mm": None, "band": None, "confidence": None, **_why(fluid)}
    numbers = {"width_mm": _round(fluid.width_mm), "band": fluid.band.value, "confidence": _round(fluid.confidence)}
    return {**numbers, **_known([fluid.place])}


def _describe_fat(fat: FatMeasure | Unknown) -> dict[str, Any]:
    if isinstance(fat, Unknown):
        return {"share": None, "kjaer": None, "confidence": None, **_why(fat)}
    numbers = {"share": _round(fat.share), "kjaer": int(fat.kjaer), "confidence": _round(fat.confidence)}
    return {**numbers, **_known(fat.places)}


def _known(places: Sequence[SlicePlace]) -> dict[str, Any]:
    return {"slices": _slices(places), "reason_code": None, "reason": None}


def _why(unknown: Unknown) -> dict[str, Any]:
    return {"slices": [], "reason_code": unknown.code, "reason": unknown.reason}


def _slices(places: Sequence[SlicePlace]) -> list[dict[str, Any]]:
    return [
        {**asdict(place), "offset_mm": _round(place.offset_mm), "angle_deg": _round(place.angle_deg)}
        for place in places
    ]


def _round(value: float | None) -> float | None:
    return round(float(value), 4) if value is not None and math.isfinite(value) else None
