"""The patient block, and whether this person is within the scope of the software."""

from __future__ import annotations

from datetime import date

from ilc.record.case import UNDATED, Patient
from ilc.record.desk import Desk
from ilc.record.schema import HistoryBlock, PatientBlock

_YOUNGEST_YEARS = 18
# Three calendar months never have more days than this.
_SURGERY_DAYS = 92
_PREGNANCY_ASKED_BELOW_YEARS = 60
_ELSEWHERE = (
    "This software was not made for this situation: the person should be seen by a clinician who knows it well."
)


def parse_patient(block: PatientBlock, desk: Desk) -> Patient | None:
    """The person, or None, with issues, where the block is not usable or out of scope."""
    age_years = _age_years(block, desk)
    if age_years is not None:
        _check_scope(age_years, block, desk)
    _check_setting(block.setting, desk)
    if block.sex is None:
        message = "The sex is not stated; figures for people of either sex are used."
        desk.log.inform(
            "PATIENT_SEX_NOT_STATED",
            where=desk.where("patient"),
            message=message,
            remedy="Add `sex` where it is known.",
        )
    if age_years is None:
        return None
    return Patient(
        age_years=age_years,
        sex=block.sex or "other",
        height_cm=_either(block.height, block.height_cm, "height", desk),
        weight_kg=_either(block.weight, block.weight_kg, "weight", desk),
        setting=block.setting,
        name=block.name,
    )


def _age_years(block: PatientBlock, desk: Desk) -> int | None:
    where = desk.where("patient", "birth_date")
    if (block.age is None) == (block.birth_date is None):
        given = "Both are given." if block.age is not None else "Neither is given."
        message = f"The patient needs either `age` or `birth_date`. {given}"
        desk.log.refuse("PATIENT_AGE_MISSING", where=where, message=message, remedy="Write `age: 54`, in whole years.")
        return None
    if block.birth_date is None:
        return block.age
    if desk.on == UNDATED or not desk.check_not_later(block.birth_date, "patient", "birth_date"):
        return None
    years = _whole_years(born=block.birth_date, on=desk.on)
    if years > 120:
        message = "The birth date is more than 120 years ago."
        desk.log.refuse("PATIENT_AGE_MISSING", where=where, message=message, remedy="Correct the birth date or `date`.")
        return None
    return years


def _whole_years(*, born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _either(with_unit: float | None, bare: float | None, key: str, desk: Desk) -> float | None:
    if with_unit is not None and bare is not None:
        message = f"The {key} is given twice."
        desk.log.refuse(
            "CASE_KEY_GIVEN_TWICE",
            where=desk.where("patient", key),
            message=message,
            remedy="Keep one of the two keys.",
        )
    return with_unit if with_unit is not None else bare


def _check_setting(setting: str, desk: Desk) -> None:
    known = desk.knowledge.settings
    if setting and setting not in known:
        remedy = f"{desk.log.suggest(setting, known)} Leave `setting` out where none of them fits.".strip()
        message = "The setting is not known."
        desk.log.refuse(
            "PATIENT_SETTING_UNKNOWN", where=desk.where("patient", "setting"), message=message, remedy=remedy
        )


def _check_scope(age_years: int, block: PatientBlock, desk: Desk) -> None:
    history, surgery_days = block.history, _surgery_days_ago(block.history, desk)
    recent_surgery = history.recent_spine_surgery is True or (
        surgery_days is not None and surgery_days <= _SURGERY_DAYS
    )
    reasons = {
        "AGE": (age_years < _YOUNGEST_YEARS, "The knowledge in it is about adults; back pain in the young differs."),
        "PREGNANCY": (history.pregnant is True, "Back pain in pregnancy has causes and risks of its own."),
        "MAJOR_TRAUMA": (
            history.major_trauma is True,
            "Pain after a severe accident needs a trauma examination first.",
        ),
        "SPINE_SURGERY": (
            recent_surgery,
            "Pain soon after an operation on the spine belongs to the team that operated.",
        ),
    }
    for name, (applies, reason) in reasons.items():
        if applies:
            where = desk.where("patient", "age") if name == "AGE" else desk.where("patient", "history")
            desk.log.refuse(f"OUT_OF_SCOPE_{name}", where=where, message=reason, remedy=_ELSEWHERE)
    may_be_pregnant = block.sex != "male" and age_years < _PREGNANCY_ASKED_BELOW_YEARS
    surgery_stated = history.recent_spine_surgery is not None or surgery_days is not None
    open_questions = {
        "pregnancy": may_be_pregnant and history.pregnant is None,
        "major trauma": history.major_trauma is None,
        "spine surgery in the last three months": not surgery_stated,
    }
    _tell_open_questions([words for words, is_open in open_questions.items() if is_open], desk)


def _tell_open_questions(words: list[str], desk: Desk) -> None:
    if not words:
        return
    desk.log.inform(
        "SCOPE_NOT_STATED",
        where=desk.where("patient", "history"),
        message=f"Not stated: {', '.join(words)}. The result holds only for people to whom none of it applies.",
        remedy="Ask, and write the answers under `patient.history`.",
    )


def _surgery_days_ago(history: HistoryBlock, desk: Desk) -> int | None:
    place = ("patient", "history", "spine_surgery_on")
    if history.spine_surgery_on is None:
        return history.spine_surgery_days_ago
    if history.spine_surgery_days_ago is not None:
        message = "The day of the operation is given twice."
        desk.log.refuse(
            "CASE_KEY_GIVEN_TWICE", where=desk.where(*place), message=message, remedy="Keep one of the two keys."
        )
    if desk.on == UNDATED or not desk.check_not_later(history.spine_surgery_on, *place):
        return None
    return (desk.on - history.spine_surgery_on).days
