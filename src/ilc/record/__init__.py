"""One patient's work-up: the case folder read and checked, nothing measured."""

from ilc.record.case import UNDATED, Case, CaseReading, Complaint, Patient, QuestionnaireEntry, TypedFinding
from ilc.record.reading import read_case
from ilc.record.schema import case_schema
from ilc.record.validity import age_days, fresh, stale_issue
from ilc.record.values import grade_value

__all__ = [
    "UNDATED",
    "Case",
    "CaseReading",
    "Complaint",
    "Patient",
    "QuestionnaireEntry",
    "TypedFinding",
    "age_days",
    "case_schema",
    "fresh",
    "grade_value",
    "read_case",
    "stale_issue",
]
