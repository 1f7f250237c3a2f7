"""Findings that the patient block and the complaints already answer, so that nobody has to type them twice.

The knowledge base decides what such a number means: a finding of this id with bands. Without one, nothing is derived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ilc.core import InstanceId, Presence, SiteKind
from ilc.record.case import Complaint, Patient, TypedFinding
from ilc.record.desk import Desk
from ilc.record.quantities import convert_exactly
from ilc.record.values import grade_value


@dataclass(frozen=True, slots=True)
class Derivation:
    """A number of the patient block or the complaints, and the finding it answers."""

    finding: str
    unit: str
    source: tuple[str, ...]  # place in case.yaml
    measure: Callable[[Patient, tuple[Complaint, ...]], float | None]


_BACK_AND_LEG_PAIN = frozenset({"low_back_pain", "buttock_pain", "leg_pain"})


def _longest_days(patient: Patient, complaints: tuple[Complaint, ...]) -> float | None:
    del patient
    days = [
        one.since_days
        for one in complaints
        if one.presence is Presence.PRESENT and one.since_days is not None and one.id.concept in _BACK_AND_LEG_PAIN
    ]
    return max(days, default=None)


def _body_mass_index(patient: Patient, complaints: tuple[Complaint, ...]) -> float | None:
    del complaints
    return patient.bmi_kg_m2


def _pelvic_floor(patient: Patient, complaints: tuple[Complaint, ...]) -> float | None:
    del patient
    told = [one.presence for one in complaints if one.id.concept == "pelvic_floor_trouble"]
    return {Presence.PRESENT: 1.0, Presence.ABSENT: 0.0}.get(told[0]) if told else None


DERIVATIONS = (
    Derivation("pelvic_floor_trouble_told", "count", ("complaints",), _pelvic_floor),
    Derivation("pain_duration", "day", ("complaints",), _longest_days),
    Derivation("body_mass_index", "kg/m2", ("patient",), _body_mass_index),
)


def derive_findings(
    patient: Patient, complaints: tuple[Complaint, ...], typed: tuple[TypedFinding, ...], desk: Desk
) -> tuple[TypedFinding, ...]:
    """Findings of origin `patient`; what a person typed always wins."""
    by_id = {finding.id: finding for finding in typed}
    derived = []
    for derivation in DERIVATIONS:
        finding = _derive(derivation, derivation.measure(patient, complaints), desk)
        if finding is None:
            continue
        if finding.id in by_id:
            _tell_contradiction(by_id[finding.id], finding, desk)
        else:
            derived.append(finding)
    return tuple(derived)


def _derive(derivation: Derivation, number: float | None, desk: Desk) -> TypedFinding | None:
    definition = desk.knowledge.findings.get(derivation.finding)
    if definition is None or number is None or definition.sites is not SiteKind.WHOLE:
        return None
    value = convert_exactly(number, written=derivation.unit, expected=definition.unit)
    outcome = grade_value(definition, value) if value is not None else None
    if outcome is None:
        return None
    return TypedFinding(InstanceId(definition.id), outcome, value, None, "patient", desk.where(*derivation.source))


def _tell_contradiction(typed: TypedFinding, derived: TypedFinding, desk: Desk) -> None:
    if typed.outcome == derived.outcome:
        return
    message = (
        f"`{typed.id}` is typed as {typed.outcome}, but {derived.where} says {derived.outcome}; the typed one counts."
    )
    remedy = "Remove the typed finding, or correct the number it comes from."
    desk.log.warn("FINDING_CONTRADICTS_PATIENT", where=typed.where, message=message, remedy=remedy)
