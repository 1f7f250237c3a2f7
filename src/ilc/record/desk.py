"""What every part of the reading works with: the document, the knowledge, the issues, the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ilc.knowledge.model import Knowledge
from ilc.record.case import UNDATED
from ilc.record.case_file import CaseDocument
from ilc.record.issue_log import IssueLog


@dataclass(frozen=True, slots=True)
class Desk:
    """One reading under way. `on`: the day the work-up is judged at."""

    document: CaseDocument
    knowledge: Knowledge
    log: IssueLog
    on: date

    def where(self, *place: str | int) -> str:
        """`case.yaml:LINE` of an entry."""
        return self.document.where(*place)

    def check_not_later(self, day: date | None, *place: str | int) -> bool:
        """Whether a day is not after the day of the work-up; refused otherwise."""
        if day is None or self.on == UNDATED or day <= self.on:
            return True
        message = f"The day {day.isoformat()} is later than {self.on.isoformat()}, the day of the work-up."
        remedy = "Correct this day, or `date`, which must be the day on which everything was known."
        self.log.refuse("CASE_DAY_AFTER_DATE", where=self.where(*place), message=message, remedy=remedy)
        return False
