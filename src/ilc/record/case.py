"""One patient's work-up as it was collected: no measuring, no interpretation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ilc.core import InputFile, InstanceId, Issue, Presence

UNDATED = date.min


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the work-up is about. `name` never leaves the record unless the reader of a report asks for it."""

    age_years: int
    sex: str  # "female" | "male" | "other" (also where not stated); AdministrativeSex
    height_cm: float | None
    weight_kg: float | None
    setting: str  # id of a SettingDef; "" = not stated
    name: str

    @property
    def bmi_kg_m2(self) -> float | None:
        """Body mass index; None without height and weight."""
        if self.height_cm is None or self.weight_kg is None:
            return None
        return self.weight_kg / (self.height_cm / 100.0) ** 2


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the patient complains of. UNKNOWN complaints are not listed; ABSENT ones were asked and denied."""

    id: InstanceId
    presence: Presence
    intensity_nrs: float | None  # 0-10 numeric rating scale
    since_days: int | None


@dataclass(frozen=True, slots=True)
class TypedFinding:
    """A finding as it was observed; `value` is the number the outcome came from, if any.

    `outcome` is an outcome id of the finding, or `unknown` where a person said so: that sets aside a measurement.
    """

    id: InstanceId
    outcome: str
    value: float | None
    observed_on: date | None
    origin: str  # "typed" | "questionnaire" | "patient" (derived from the patient block) | "correction" | "measured"
    where: str  # place in case.yaml, or the file or series, for messages
    likelihood: Mapping[str, float] | None = None  # of soft evidence: outcome -> P(data | outcome) up to a factor


@dataclass(frozen=True, slots=True)
class QuestionnaireEntry:
    """Answers or a total of one instrument."""

    instrument: str
    total: float | None
    items: Mapping[str, float | None]
    observed_on: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """A validated case folder.

    `on` is `UNDATED` where nothing in the case carries a date; nothing is then ever stale.
    """

    case_id: str
    visit: str
    on: date  # the day the work-up is judged at: validity of findings counts from here
    patient: Patient
    complaints: tuple[Complaint, ...]
    findings: tuple[TypedFinding, ...]
    questionnaires: tuple[QuestionnaireEntry, ...]
    imaging: tuple[Path, ...]  # absolute, checked to lie inside the case folder
    folder: Path


@dataclass(frozen=True, slots=True)
class CaseReading:
    """What reading a folder gave: a case, or none and the issues that say why."""

    case: Case | None
    issues: tuple[Issue, ...]
    inputs: tuple[InputFile, ...]
