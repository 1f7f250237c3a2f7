"""The files of one diagnosis: JSON, both reports as HTML and PDF, and the key pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ilc.explanation.model import Diagnosis
from ilc.knowledge.model import Knowledge
from ilc.report.clinician.compose import compose_clinician_report
from ilc.report.diagnosis_json import diagnosis_to_json
from ilc.report.html import render_html
from ilc.report.material import gather
from ilc.report.patient.compose import compose_patient_report
from ilc.report.pdf import render_pdf
from ilc.report.pictures import check_pictures
from ilc.report.texts import read_texts
from ilc.report.wanted import borrow_texts

IMAGES = "images"


def render_reports(
    diagnosis: Diagnosis, knowledge: Knowledge, *, language: str = "en", images: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return every file by its path in the output folder; raises TextError or PictureRefused."""
    check_pictures(images)
    texts = borrow_texts(read_texts(language), knowledge)
    clinician = compose_clinician_report(gather(diagnosis, knowledge, texts, images))
    patient = compose_patient_report(gather(diagnosis, knowledge, texts, images))
    files = {
        "diagnosis.json": diagnosis_to_json(diagnosis).encode(),
        "report.html": render_html(clinician).encode(),
        "report.pdf": render_pdf(clinician),
        "patient.html": render_html(patient).encode(),
        "patient.pdf": render_pdf(patient),
    }
    return files | {f"{IMAGES}/{name}": data for name, data in images.items()}


def write_reports(
    diagnosis: Diagnosis, knowledge: Knowledge, folder: Path, *, language: str = "en", images: Mapping[str, bytes]
) -> None:
    """Write every file into an existing folder; all are made before the first is written."""
    files = render_reports(diagnosis, knowledge, language=language, images=images)
    if images:
        (folder / IMAGES).mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
