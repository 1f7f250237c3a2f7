"""Complaints of both sides with the same story are told once."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.core import InstanceId
from ilc.explanation.model import ComplaintResult, FactorResult
from ilc.report.clinician.leading import leading_factors
from ilc.report.figures import points
from ilc.report.material import Material

ALIKE_WITHIN = 0.05  # largest difference of a share or a chance between sides that are told once
COMPARED = 4


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint, or one with the other side that has the same story; the first gives the numbers."""

    complaints: tuple[ComplaintResult, ...]

    @property
    def first(self) -> ComplaintResult:
        """The side whose numbers are shown."""
        return self.complaints[0]


def tell_complaints(material: Material) -> tuple[Told, ...]:
    """Return the present complaints, the most intense first within each pair of sides."""
    told: list[Told] = []
    for complaint in material.present:
        twin = next((other for other in told if _same_story(material, other.first, complaint)), None)
        if twin is None:
            told.append(Told((complaint,)))
        else:
            both = sorted((*twin.complaints, complaint), key=lambda c: (-(c.intensity_nrs or 0.0), c.id))
            told[told.index(twin)] = Told(tuple(both))
    return tuple(told)


def name_told(material: Material, told: Told) -> str:
    """Return "Leg pain, left 6/10" or "Leg pain, both sides 6/10 and 4/10"."""
    name = name_sides(material, told)
    felt = [points(c.intensity_nrs) for c in told.complaints if c.intensity_nrs is not None]
    if not felt:
        return name
    shown = [material.texts.say("complaint.out_of_ten", intensity=intensity) for intensity in dict.fromkeys(felt)]
    return material.texts.say("complaint.heading", name=name, intensity=material.texts.join(shown))


def name_sides(material: Material, told: Told) -> str:
    """Return the name without the intensity."""
    if len(told.complaints) == 1:
        return material.words.node(told.first.id)
    concept = InstanceId.parse(told.first.id).concept
    return material.texts.say("complaint.both_sides", name=material.words.node(concept))


def name_factor(material: Material, told: Told, factor: FactorResult) -> str:
    """Return a factor's name; one whose other side does the same to the other complaint stands for both."""
    name = material.words.node(factor.id)
    if len(told.complaints) == 1:
        return name
    others = _compared(material, told.complaints[1])
    if factor.id not in others and _mirror(factor.id) in others:
        return "; ".join(material.words.grouped((factor.id, _mirror(factor.id))))
    return name


def _same_story(material: Material, one: ComplaintResult, other: ComplaintResult) -> bool:
    """Whether each leading factor, or that of the other side, does the same to the other side's complaint."""
    if one.id == other.id or _mirror(one.id) != other.id:
        return False
    ones, others = _compared(material, one), _compared(material, other)
    twins = {id_: id_ if id_ in others else _mirror(id_) for id_ in ones}
    if set(twins.values()) != others.keys():
        return False
    return all(_alike(factor, one.id, others[twins[id_]], other.id) for id_, factor in ones.items())


def _compared(material: Material, complaint: ComplaintResult) -> dict[str, FactorResult]:
    return {factor.id: factor for factor in leading_factors(material, complaint.id)[:COMPARED]}


def _alike(factor: FactorResult, complaint: str, twin: FactorResult, other: str) -> bool:
    differences = (
        factor.p_exists.p - twin.p_exists.p,
        factor.p_contributes[complaint].p - twin.p_contributes[other].p,
        (factor.share.get(complaint) or 0.0) - (twin.share.get(other) or 0.0),
    )
    return all(abs(difference) <= ALIKE_WITHIN for difference in differences)


def _mirror(instance: str) -> str:
    """The same thing on the other side; what has no side is its own mirror."""
    for side, opposite in (("left", "right"), ("right", "left")):
        for mark in ("@", "."):
            if instance.endswith(mark + side):
                return instance.removesuffix(side) + opposite
    return instance
