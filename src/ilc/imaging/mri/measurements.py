"""What was measured on MRI as a flat list, as diagnoses and reports hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DISC, VERTEBRA, CURVE = "mri_disc", "mri_vertebra", "mri_curve"

_OF_DISC = (
    *("height_mm", "height_index", "angle_deg", "slip_mm", "slip_percent", "meyerding"),
    *("canal_ap_mm", "stenosis", "pfirrmann", "p_pfirrmann"),
    *("p_narrowing", "p_bulge", "p_herniation", "p_slip", "p_modic", "p_endplate"),
)
_OF_VERTEBRA = ("heights_mm", "depth_mm", "loss_percent", "genant", "form")


def list_measurements(document: Mapping[str, Any]) -> tuple[Mapping[str, object], ...]:
    """One entry for each disc and vertebra that has a name, from the head down, and one for the curve.

    Parameters
    ----------
    document : as `describe_study` gives it

    Returns
    -------
    entries with an `id` such as `mri_disc@L4_L5`, the `kind` before the @, the series, and `p_name`, the probability
    that the level is named right
    """
    if document["reference"] is None:
        return ()
    series = document["reference"]["series"]
    listed: list[Mapping[str, object]] = []
    for kind, parts, names in ((DISC, document["discs"], _OF_DISC), (VERTEBRA, document["vertebrae"], _OF_VERTEBRA)):
        for part in reversed(parts):
            if part["name"] and part.get("seen", True):
                known = {name: part[name] for name in names if part[name] is not None}
                shown = {"id": f"{kind}@{part['name']}", "kind": kind, "series": series, "p_name": part["p_name"]}
                listed.append(shown | known)
    if document["curve"] is not None:
        known = {name: value for name, value in document["curve"].items() if value is not None}
        listed.append({"id": CURVE, "kind": CURVE, "series": series} | known)
    return tuple(listed)
