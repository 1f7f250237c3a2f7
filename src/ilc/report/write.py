"""The files of one diagnosis: JSON, both reports as HTML and PDF in each language, and the key pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from ilc.report.typography import typeset
from ilc.report.wanted import borrow_texts

IMAGES = "images"
DOCUMENTS = ("report.html", "report.pdf", "patient.html", "patient.pdf")


def name_documents(language: str, *, first: bool) -> tuple[str, ...]:
    """Return the names of the documents of a language: plain ones for the first, `report.ja.html` for a further one."""
    if first:
        return DOCUMENTS
    return tuple(f"{Path(name).stem}.{language}{Path(name).suffix}" for name in DOCUMENTS)


def render_reports(
    diagnosis: Diagnosis, knowledge: Knowledge, *, languages: Sequence[str] = ("en",), images: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return every file by its path in the output folder; raises TextError or PictureRefused."""
    check_pictures(images)
    files = {"diagnosis.json": diagnosis_to_json(diagnosis).encode()}
    for language in dict.fromkeys(languages):
        names = name_documents(language, first=len(files) == 1)
        files |= zip(names, _render_documents(diagnosis, knowledge, language, images), strict=True)
    return files | {f"{IMAGES}/{name}": data for name, data in images.items()}


def _render_documents(
    diagnosis: Diagnosis, knowledge: Knowledge, language: str, images: Mapping[str, bytes]
) -> tuple[bytes, ...]:
    """Return the documents of a language in the order of their names."""
    texts = borrow_texts(read_texts(language), knowledge)
    clinician = typeset(compose_clinician_report(gather(diagnosis, knowledge, texts, images)))
    patient = typeset(compose_patient_report(gather(diagnosis, knowledge, texts, images)))
    return tuple(
        piece for document in (clinician, patient) for piece in (render_html(document).encode(), render_pdf(document))
    )


def write_reports(
    diagnosis: Diagnosis,
    knowledge: Knowledge,
    folder: Path,
    *,
    languages: Sequence[str] = ("en",),
    images: Mapping[str, bytes],
) -> None:
    """Write every file into an existing folder; all are made before the first is written."""
    files = render_reports(diagnosis, knowledge, languages=languages, images=images)
    if images:
        (folder / IMAGES).mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
