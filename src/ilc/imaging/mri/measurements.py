"""What was measured on MRI as a flat list, as diagnoses and reports hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DISC, VERTEBRA, CURVE, TOGETHER = "mri_disc", "mri_vertebra", "mri_curve", "mri_together"
AXIAL = "mri_axial"

_OF_DISC = (
    *("height_mm", "height_index", "angle_deg", "slip_mm", "slip_percent", "meyerding"),
    *("canal_ap_mm", "stenosis", "pfirrmann", "p_pfirrmann"),
    *("p_narrowing", "p_bulge", "p_herniation", "p_slip", "p_modic", "p_endplate", "modic", "p_modic_types"),
)
_STANDS_OUT = 0.5
_OF_VERTEBRA = ("heights_mm", "depth_mm", "loss_percent", "genant", "form")


def list_measurements(document: Mapping[str, Any]) -> tuple[Mapping[str, object], ...]:
    """One entry for each disc and vertebra that has a name, from the head down, one for the curve, one for all series.

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
    axial, together = document.get("axial"), document.get("together")
    if axial is not None:
        listed.extend(_list_axial(level) for level in axial["levels"] if level["slices"])
    if together is not None:
        listed.append(_list_together(together))
    return tuple(listed)


def _list_axial(level: Mapping[str, Any]) -> Mapping[str, object]:
    """What axial slices show at one level; what is not known is left out."""
    sac, protrusion = level["sac"], level["protrusion"]
    measured: dict[str, object] = {"id": f"{AXIAL}@{level['name']}", "kind": AXIAL}
    if sac["area_mm2"] is not None:
        measured |= {"sac_mm2": sac["area_mm2"], "sac_interval_mm2": [sac["low_mm2"], sac["high_mm2"]]}
        measured["sac_band"] = sac["band"]
    if protrusion["found"] is not None:
        measured["protrusion"] = (protrusion["position"] or "unclear") if protrusion["found"] else "none"
    for name, part in (("facet_fluid_mm", "width_mm"), ("multifidus_fat", "share"), ("erector_spinae_fat", "share")):
        source = level[name.rpartition("_")[0]]
        known = {side: entry[part] for side, entry in source.items() if entry[part] is not None}
        if known:
            measured[name] = known
    return measured


def _list_together(together: Mapping[str, Any]) -> Mapping[str, object]:
    """Which weightings were compared, what stands out at which place, and what a missing weighting prevents."""
    findings = together["findings"]
    seen = [entry for entry in findings if entry["p"] is not None and entry["p"] >= _STANDS_OUT and entry["place"]]
    missing = {(part["sequence"], part["code"]) for entry in findings for part in entry["missing"]}
    return {
        "id": TOGETHER,
        "kind": TOGETHER,
        "sequences": together["sequences"],
        "seen": [
            {name: entry[name] for name in ("finding", "place", "side", "p", "rests_on")}
            for entry in sorted(seen, key=lambda entry: -entry["p"])
        ],
        "missing": [{"sequence": sequence, "code": code} for sequence, code in sorted(missing)],
    }
