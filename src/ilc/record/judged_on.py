"""The day a work-up is judged at: from the file alone, never from the clock, so that a case always reads the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ilc.record.case import UNDATED
from ilc.record.case_file import CASE_FILE, CaseDocument
from ilc.record.issue_log import IssueLog
from ilc.record.schema import CaseFile

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_iso_date(text: str) -> date | None:
    """A day written as YYYY-MM-DD; None for anything else."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def judged_on(file: CaseFile, document: CaseDocument, log: IssueLog) -> date:
    """`date`, else the day of the newest observation, else `UNDATED`, which is enough where nothing counts days."""
    if file.date is not None:
        return file.date
    newest = max(_observation_days(file), default=None)
    if newest is not None:
        message = f"`date` is not given; the work-up is judged at {newest.isoformat()}, its newest observation."
        remedy = "Add `date` with the day at which it should be judged."
        log.inform("CASE_DATE_FROM_NEWEST", where=CASE_FILE, message=message, remedy=remedy)
        return newest
    for place in _places_that_count_from_date(file):
        message = f"`{place[-1]}` is a day, but `date`, the day to count from, is not given."
        remedy = "Add `date`, for example `date: 2026-11-22`, or write an age or a duration instead."
        log.refuse("CASE_DATE_MISSING", where=document.where(*place), message=message, remedy=remedy)
    return UNDATED


def _observation_days(file: CaseFile) -> Iterator[date]:
    days = [finding.observed_on for finding in file.findings.values()]
    days += [questionnaire.observed_on for questionnaire in file.questionnaires.values()]
    return (day for day in days if day is not None)


def _places_that_count_from_date(file: CaseFile) -> Iterator[tuple[str | int, ...]]:
    if file.patient.birth_date is not None:
        yield "patient", "birth_date"
    if file.patient.history.spine_surgery_on is not None:
        yield "patient", "history", "spine_surgery_on"
    for index, complaint in enumerate(file.complaints):
        if parse_iso_date(complaint.since) is not None:
            yield "complaints", index, "since"
