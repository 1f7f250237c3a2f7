"""Which simulated body or disc a found one is, and what is true of it."""

from __future__ import annotations

import numpy as np

from ilc.core import Side
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.together.reading import TogetherReading
from ilc.imaging.mri.together.rules import Kind, Told
from ilc.simulation.lumbar import BodyTruth, DiscTruth, SimulatedStudy

_NEAR_MM = 10.0
_LOSS = 0.20  # of the height: a fracture after Genant
_CLEAR_OEDEMA = 0.5  # of a joint; fainter counts neither way
_LITTLE_MM, _CLEAR_MM = 0.5, 1.0  # of fluid in a joint; between them it counts neither way
_TYPES = {Kind.MODIC_1: 1, Kind.MODIC_2: 2, Kind.MODIC_3: 3}


class Truths:
    """Truth by the index of what was found; None where nothing true lies there."""

    def __init__(self, study: SimulatedStudy, reading: SpineReading) -> None:
        self._study, self._reading = study, reading

    def body(self, index: int) -> BodyTruth | None:
        """The body of the chain at this index."""
        place = self._reading.to_lps(self._reading.chain.bodies[index].centre[None])[0]
        away = {body.name: float(np.linalg.norm(_middle(body)[1:] - place[1:])) for body in self._study.truth.bodies}
        nearest = min(away, key=lambda name: away[name])
        return self._study.truth.body(nearest) if away[nearest] < _NEAR_MM else None

    def disc(self, index: int) -> DiscTruth | None:
        """The disc of the chain at this index."""
        place = self._reading.to_lps(self._reading.chain.discs[index].centre[None])[0]
        away = {
            disc.level: float(np.linalg.norm(np.array(disc.centre_lps_mm)[1:] - place[1:]))
            for disc in self._study.truth.discs
        }
        nearest = min(away, key=lambda level: away[level])
        return self._study.truth.disc(nearest) if away[nearest] < _NEAR_MM else None

    def name_of_bone(self, number: int) -> str:
        """True name of a bone by its number, 0 is the sacrum."""
        if number == 0:
            return "S1"
        body = self.body(number - 1)
        return "" if body is None else body.name


def true_of(study: SimulatedStudy, together: TogetherReading, place: str, told: Told) -> bool | None:
    """Whether a judgement is true; None where it is neither clearly so nor clearly not."""
    if told.kind in (Kind.FRACTURE_FRESH, Kind.FRACTURE_OLD, Kind.LESION):
        if place in ("", "S1"):
            return None if place == "" else False
        body = study.truth.body(place)
        lost = 1.0 - min(body.wedge_ratio, body.middle_ratio, body.back_ratio)
        if told.kind is Kind.LESION:
            return bool(body.lesions)
        if 0.0 < lost < _LOSS or (lost and body.lesions):
            return None
        fresh = body.fracture_oedema > 0.0
        return lost > 0.0 and (fresh if told.kind is Kind.FRACTURE_FRESH else not fresh)
    disc = study.truth.disc(place)
    if told.kind is Kind.INFECTION:
        return disc.is_infected
    if told.kind in _TYPES:
        return None if disc.is_infected else _TYPES[told.kind] in _types_seen(study, together, disc)
    if told.kind is Kind.FACET_EFFUSION:
        fluid = disc.facet_effusion_mm if told.side is Side.LEFT else disc.facet_effusion_right_mm
        return None if _LITTLE_MM <= fluid < _CLEAR_MM else fluid >= _CLEAR_MM
    oedema = disc.facet_oedema if told.side is Side.LEFT else disc.facet_oedema_right
    return None if 0.0 < oedema < _CLEAR_OEDEMA else oedema > 0.0


def _types_seen(study: SimulatedStudy, together: TogetherReading, disc: DiscTruth) -> set[int]:
    """Types at the endplates that lie in the picture."""
    truths = Truths(study, together.frame.reading)
    upper, lower = disc.level.split("_")
    types = set()
    for bone in together.bones:
        if bone is not None:
            name = truths.name_of_bone(bone.bone.number)
            if name == upper and bone.lower is not None:
                types.add(disc.modic_above)
            if name == lower and bone.upper is not None:
                types.add(disc.modic_below)
    return types


def _middle(body: BodyTruth) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    corners = (body.back_low_lps_mm, body.front_low_lps_mm, body.front_high_lps_mm, body.back_high_lps_mm)
    return np.asarray(np.mean(corners, axis=0))
