"""How long a finding speaks for today."""

from __future__ import annotations

from datetime import date

from ilc.core import Issue, IssueSeverity
from ilc.knowledge.model import Knowledge
from ilc.record.case import UNDATED, TypedFinding


def fresh(finding: TypedFinding, knowledge: Knowledge, on: date) -> bool:
    """Whether the finding still counts on that day; one without a day was observed that day."""
    return age_days(finding.observed_on, on) <= _limit_days(finding, knowledge)


def stale_issue(finding: TypedFinding, knowledge: Knowledge, on: date) -> Issue:
    """What to tell about a finding that is no longer fresh and so counts as unknown."""
    definition = knowledge.findings[finding.id.concept]
    days, limit = age_days(finding.observed_on, on), definition.validity_days
    alarming = definition.red_flag and finding.outcome != "absent"
    return Issue(
        code="FINDING_STALE",
        severity=IssueSeverity.WARNING if alarming else IssueSeverity.INFO,
        where=finding.where,
        message=f"`{finding.id}` was observed {days} days before; it counts for {limit} days and is unknown now.",
        remedy="Observe it again and give the new day." if not alarming else "Ask again today: it is a warning sign.",
    )


def age_days(observed_on: date | None, on: date) -> int:
    """Days from an observation to the day of the work-up; 0 where either is not dated."""
    return 0 if observed_on is None or on == UNDATED else (on - observed_on).days


def _limit_days(finding: TypedFinding, knowledge: Knowledge) -> float:
    limit = knowledge.findings[finding.id.concept].validity_days
    return limit if limit > 0 else float("inf")
