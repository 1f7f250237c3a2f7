"""Explanations become documents for clinicians and patients; nothing is computed here."""

from ilc.report.diagnosis_json import (
    diagnosis_schema,
    diagnosis_to_json,
    read_diagnosis_json,
    write_diagnosis_json,
)
from ilc.report.texts import LANGUAGES, TextError
from ilc.report.wanted import detect_missing_labels, detect_missing_texts
from ilc.report.write import name_documents, render_reports, write_reports

__all__ = [
    "LANGUAGES",
    "TextError",
    "detect_missing_labels",
    "detect_missing_texts",
    "diagnosis_schema",
    "diagnosis_to_json",
    "name_documents",
    "read_diagnosis_json",
    "render_reports",
    "write_diagnosis_json",
    "write_reports",
]
