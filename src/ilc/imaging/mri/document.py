"""What was read from MRI as one document: `mri.json`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilc.core import LEVELS, Issue
from ilc.imaging.mri.axial.document import describe_axial
from ilc.imaging.mri.bodies import BodyShape
from ilc.imaging.mri.discs import DiscShape
from ilc.imaging.mri.grades import DiscGrades, read_grade_models
from ilc.imaging.mri.instances import FIRST_DISC
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.study import MriStudy, SeriesResult
from ilc.imaging.mri.together.document import bound_p, describe_together, name_disc
from ilc.imaging.mri.together.reading import TogetherReading
from ilc.imaging.mri.together.rules import MODIC_KINDS

SCHEMA = "ilc.mri/1"

# Midsagittal depth of the lumbar canal after Verbiest: below 10 mm absolute, 10 to 12 relative.
_VERBIEST_MM = ((10.0, "absolute"), (12.0, "relative"))
_MEYERDING_PERCENT = (25.0, 50.0, 75.0, 100.0)
# A slip smaller than this cannot be told from a blunt corner: two pixels of the network's grid.
_SLIP_MIN_MM = 2.0
_PRESENT = {
    "p_narrowing": "narrowing",
    "p_bulge": "bulge",
    "p_herniation": "herniation",
    "p_slip": "slip",
    "p_modic": "modic",
    "p_endplate": "endplate",
}


def describe_study(study: MriStudy) -> dict[str, Any]:
    """The document; numbers rounded, unknown is None."""
    reference = study.reference
    reading = None if reference is None else reference.reading
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "reference": None if reference is None else _describe_reference(reference),
        "sequences": [_describe_series(result) for result in study.results],
        "levels": None,
        "vertebrae": [],
        "discs": [],
        "base_rates": _base_rates(),
        "curve": None,
        "together": None if study.together is None else describe_together(study.together),
        "axial": None if study.axial is None else describe_axial(study.axial),
        "issues": [_describe_issue(issue) for issue in study.issues],
    }
    if reading is None or reference is None:
        return document
    return document | _describe_spine(study, reading, has_lengths=reference.has_lengths)


def _describe_spine(study: MriStudy, reading: SpineReading, *, has_lengths: bool) -> dict[str, Any]:
    """Levels, vertebrae, discs and curve.

    Where the stated pixel size is wrong or missing, no length is given; shares and grades remain.
    """
    document: dict[str, Any] = {}
    document["levels"] = {
        "p": _round(reading.count.p),
        "uncertain": reading.count.is_uncertain,
        "sacrum_seen": reading.count.sacrum_seen,
        "reasons": list(reading.count.reasons),
    }
    document["vertebrae"] = [
        _describe_body(reading, index, shape if has_lengths else None) for index, shape in enumerate(study.bodies)
    ]
    grades = {grade.number: grade for grade in study.grades}
    document["discs"] = [
        _describe_disc(reading, index, shape if has_lengths else None, grades.get(index + 1))
        | _describe_modic(study.together, index)
        for index, shape in enumerate(study.discs)
    ]
    if study.curve is not None:
        document["curve"] = {
            "lordosis_l1_s1_deg": _round(study.curve.lordosis_l1_s1_deg),
            "lordosis_l4_s1_deg": _round(study.curve.lordosis_l4_s1_deg),
            "sacral_slope_deg": _round(study.curve.sacral_slope_deg),
        }
    return document


def _base_rates() -> dict[str, Any]:
    """How common each grade was where its model was learnt: a probability says more the further it is from this."""
    rates: dict[str, Any] = {}
    for model in read_grade_models():
        several = len(model.classes) > 2
        rates[model.name] = [_round(rate) for rate in model.base_rates] if several else _round(model.base_rates[1])
    return rates


def _describe_reference(result: SeriesResult) -> dict[str, Any]:
    geometry = result.attempt.reading.view.native if result.attempt.reading else None
    return {
        "series": result.series.id,
        "sequence": result.kind.value,
        "shape": list(result.series.shape),
        "spacing_mm": None if geometry is None else [_round(mm) for mm in geometry.spacing_mm],
    }


def _describe_series(result: SeriesResult) -> dict[str, Any]:
    reading = result.attempt.reading
    return {
        "series": result.series.id,
        "sequence": result.kind.value,
        "told_by": result.note,
        "n_slices": result.series.shape[0],
        "read": result.reading is not None,
        "turned": list(result.attempt.turned),
        "certainty": None if reading is None else _round(reading.quality.certainty),
        "faults": [] if reading is None else list(reading.quality.faults),
    }


def _describe_body(reading: SpineReading, index: int, shape: BodyShape | None) -> dict[str, Any]:
    outline = reading.outlines[index]
    corners = None if outline is None else reading.to_lps(outline.corners)
    described: dict[str, Any] = {
        "label": index + 1,
        "name": reading.count.names[index],
        "p_name": _round(reading.count.p),
        "whole": not reading.chain.bodies[index].cut_off,
        "centre_mm": _point(reading.to_lps(reading.chain.bodies[index].centre[None])[0]),
        # Front low, front high, back high, back low; LPS.
        "corners_mm": None if corners is None else [_point(corner) for corner in corners],
        "heights_mm": None,
        "depth_mm": None,
        "loss_percent": None,
        "genant": None,
        "form": None,
    }
    if shape is not None:
        described["heights_mm"] = {
            "front": _round(shape.height_front_mm),
            "middle": _round(shape.height_middle_mm),
            "back": _round(shape.height_back_mm),
        }
        described |= {
            "depth_mm": _round(shape.depth_mm),
            "loss_percent": _round(shape.loss_percent),
            "genant": shape.genant,
            "form": shape.form,
        }
    return described


def _describe_disc(
    reading: SpineReading, index: int, shape: DiscShape | None, grades: DiscGrades | None
) -> dict[str, Any]:
    disc = reading.chain.discs[index]
    described: dict[str, Any] = {
        "label": FIRST_DISC + index,
        "name": name_disc(reading.count.names, index),
        "p_name": _round(reading.count.p),
        "seen": disc.seen,
        "centre_mm": _point(reading.to_lps(disc.centre[None])[0]),
    }
    described |= _describe_shape(shape, is_lumbar=described["name"] in LEVELS)
    described |= _describe_grades(grades)
    return described


def _describe_shape(shape: DiscShape | None, *, is_lumbar: bool) -> dict[str, Any]:
    def value(name: str) -> float | None:
        return None if shape is None else _round(getattr(shape, name))

    slip, percent, canal = value("slip_mm"), value("slip_percent"), value("canal_mm")
    return {
        "height_mm": value("height_mm"),
        "height_front_mm": value("height_front_mm"),
        "height_middle_mm": value("height_middle_mm"),
        "height_back_mm": value("height_back_mm"),
        "height_index": value("height_index"),
        "angle_deg": value("angle_deg"),
        "slip_mm": slip,
        "slip_percent": percent,
        "meyerding": None if slip is None or percent is None else _meyerding(slip, percent),
        "beyond_back_mm": value("beyond_back_mm"),
        "canal_ap_mm": canal,
        "canal_beside_mm": value("canal_beside_mm"),
        "stenosis": _band_of_canal(canal) if is_lumbar else None,
    }


def _band_of_canal(depth_mm: float | None) -> str | None:
    return None if depth_mm is None else next((word for mm, word in _VERBIEST_MM if depth_mm < mm), "none")


def _describe_grades(grades: DiscGrades | None) -> dict[str, Any]:
    p = {} if grades is None else grades.p
    pfirrmann = p.get("pfirrmann")
    described: dict[str, Any] = {
        # The middle of the distribution: the grade with the smallest expected distance.
        "pfirrmann": None if pfirrmann is None else int((np.cumsum(pfirrmann) < 0.5).sum()) + 1,
        "p_pfirrmann": None if pfirrmann is None else [_round(float(value)) for value in pfirrmann],
    }
    for key, name in _PRESENT.items():
        described[key] = _round(float(p[name][1])) if name in p else None
    return described


def _describe_modic(together: TogetherReading | None, index: int) -> dict[str, Any]:
    """The likeliest type of endplate change, 0 where none is likely; unknown where the weightings cannot tell."""
    p = (
        {}
        if together is None
        else {told.kind: told.p for told in together.discs[index].told if told.kind in MODIC_KINDS}
    )
    if not p or any(value is None for value in p.values()):
        return {"modic": None, "p_modic_types": None}
    types = [float(p[kind] or 0.0) for kind in MODIC_KINDS]
    likeliest = int(np.argmax(types))
    return {
        "modic": likeliest + 1 if types[likeliest] >= 0.5 else 0,
        "p_modic_types": [bound_p(value) for value in types],
    }


def _meyerding(slip_mm: float, percent: float) -> int:
    """0 below what can be told, else I to V; the same for a slip to the back."""
    if abs(slip_mm) < _SLIP_MIN_MM:
        return 0
    return 1 + sum(abs(percent) > band for band in _MEYERDING_PERCENT)


def _describe_issue(issue: Issue) -> dict[str, str]:
    return {
        "code": issue.code,
        "severity": issue.severity.value,
        "where": issue.where,
        "message": issue.message,
        "remedy": issue.remedy,
    }


def _point(lps: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 2) for value in lps]


def _round(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None
