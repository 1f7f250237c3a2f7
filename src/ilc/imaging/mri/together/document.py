"""What the weightings show together, as a part of `mri.json`."""

from __future__ import annotations

import math
from typing import Any

from ilc.imaging.mri.instances import FIRST_DISC
from ilc.imaging.mri.together.bones import SACRAL
from ilc.imaging.mri.together.endplates import Change, PlateChange
from ilc.imaging.mri.together.reading import BoneReading, DiscReading, TogetherReading
from ilc.imaging.mri.together.rules import Prevented, Told

_WORDS = {
    Prevented.SLIGHT_OEDEMA: "slight oedema is missed, and water is told by T1 and T2 alone",
    Prevented.FAT_OR_WATER: "fat and water cannot be told apart where STIR does not decide",
    Prevented.REPLACED_OR_OEDEMA: "replaced marrow cannot be told from oedema",
    Prevented.AGE_CERTAIN: "a fracture cannot be called old with certainty",
    Prevented.AGE: "whether a fracture is fresh or old is not known",
    Prevented.DISC_FLUID: "fluid in a disc is told by T2 alone",
    Prevented.FACET_OEDEMA: "oedema of facet joints is not seen",
    Prevented.FACET_FLUID: "fluid in facet joints cannot be told from fat",
}
# Never surer than this: the rules were not tested on real people with known truth.
_SUREST = (0.01, 0.98)
_SHOWN_PLACES = 4  # of one bone, the largest


def describe_together(reading: TogetherReading) -> dict[str, Any]:
    """The document; numbers rounded, unknown is None."""
    names = reading.frame.reading.count.names
    return {
        "sequences": [kind.value for kind in reading.frame.kinds],
        "moved_mm": {kind.value: _round(moved) for kind, moved in reading.frame.moved_mm.items()},
        "not_compared": [kind.value for kind in reading.frame.apart],
        "vertebrae": [_describe_bone(bone) for bone in reading.bones if bone is not None],
        "discs": [_describe_disc(disc, name_disc(names, disc.index)) for disc in reading.discs],
        "findings": [
            *(
                _describe_told(told, bone.bone.name or "")
                for bone in reading.bones
                if bone is not None
                for told in bone.told
            ),
            *(_describe_told(told, name_disc(names, disc.index)) for disc in reading.discs for told in disc.told),
        ],
    }


def name_disc(names: tuple[str, ...], index: int) -> str:
    """`L4_L5`: the vertebra above and the one below; empty where one is not named."""
    lower = SACRAL if index == 0 else names[index - 1]
    return f"{names[index]}_{lower}" if names[index] and lower else ""


def bound_p(p: float | None) -> float | None:
    """A probability as it is told."""
    return None if p is None else _round(min(max(p, _SUREST[0]), _SUREST[1]))


def _describe_bone(bone: BoneReading) -> dict[str, Any]:
    return {
        "label": bone.bone.number,
        "name": bone.bone.name,
        "share": _shares(bone.spread.share),
        "signal": {kind.value: _ratio(value) for kind, value in bone.spread.departure.items()},
        "upper_endplate": _describe_plate(bone.upper),
        "lower_endplate": _describe_plate(bone.lower),
        "places": [
            {
                "change": place.change.name.lower(),
                "volume_mm3": _round(place.volume_mm3),
                "width_mm": _round(place.width_mm),
                "share": _round(place.share),
                "at_upper_endplate": _round(place.at_upper),
                "at_lower_endplate": _round(place.at_lower),
                "signal": {kind.value: _ratio(value) for kind, value in place.departure.items()},
            }
            for place in bone.spread.places[:_SHOWN_PLACES]
        ],
    }


def _describe_plate(plate: PlateChange | None) -> dict[str, Any] | None:
    if plate is None:
        return None
    return {
        "share": _shares(plate.share),
        "main": plate.main.name.lower(),
        "reach_mm": _round(plate.reach_mm),
        "signal": {kind.value: _ratio(value) for kind, value in plate.departure.items()},
    }


def _describe_disc(disc: DiscReading, name: str) -> dict[str, Any]:
    fluid = {} if disc.fluid is None else disc.fluid.to_fluid
    return {
        "label": FIRST_DISC + disc.index,
        "name": name,
        "to_fluid": {kind.value: _round(value) for kind, value in fluid.items()},
        "facets": {
            signal.side.value: {"oedema_ratio": _ratio(signal.wet), "fluid_mm3": _round(signal.fluid_mm3)}
            for signal in disc.facets
        },
    }


def _describe_told(told: Told, place: str) -> dict[str, Any]:
    return {
        "finding": told.kind.value,
        "place": place,
        "side": None if told.side is None else told.side.value,
        "p": bound_p(told.p),
        "rests_on": [kind.value for kind in told.rests_on],
        "missing": [
            {"sequence": kind.value, "code": code.value, "prevents": _WORDS[code]}
            for kind, code in told.without.items()
        ],
        "measures": {name: _round(value) for name, value in told.measures.items()},
    }


def _shares(share: Any) -> dict[str, float | None]:
    return {kind.name.lower(): _round(share[kind]) for kind in Change}


def _ratio(logarithm: float) -> float | None:
    """Signal over that of normal marrow, or of this person's usual joint."""
    return _round(math.exp(logarithm)) if math.isfinite(logarithm) else None


def _round(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None
