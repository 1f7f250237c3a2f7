"""The PDF: repeatable, tagged, with every letter drawn, and with text that stays text."""

import json
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from ilc.report import render_reports
from ilc.report.coverage import FONTS, REPLACEMENT, TYPEFACES, drawable, keep_drawable, parse_character_map
from ilc.report.document import Document
from ilc.report.pdf import TEMPLATE, render_pdf
from ilc.report.texts import read_texts
from tests.support.report_documents import clinician_document, make_images, make_picture, patient_document
from tests.support.sample_diagnosis import empty_diagnosis, sample_diagnosis, with_red_flag
from tests.support.sample_knowledge import sample_knowledge

DOCUMENTS = {
    "clinician": clinician_document(sample_diagnosis()),
    "patient": patient_document(sample_diagnosis()),
    "clinician, emergency": clinician_document(with_red_flag(sample_diagnosis(), "emergency")),
    "patient, emergency": patient_document(with_red_flag(sample_diagnosis(), "emergency")),
    "clinician, nothing known": clinician_document(empty_diagnosis()),
    "patient, nothing known": patient_document(empty_diagnosis()),
}
HOSTILE = '#panic("x") *bold* $x^2$ <label> @ref `raw` [#read("/etc/passwd")] \\ // comment'


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_document_becomes_a_tagged_pdf_with_a_title(document: Document) -> None:
    pdf = render_pdf(document)
    assert pdf.startswith(b"%PDF-1.7")
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid:part", b"pdfaid:part"):
        assert mark in pdf
    assert re.search(rb"/Lang\s*\(en", pdf)


def test_equal_documents_give_equal_bytes() -> None:
    assert render_pdf(DOCUMENTS["clinician"]) == render_pdf(DOCUMENTS["clinician"])


def test_the_date_of_the_pdf_is_the_date_of_the_diagnosis() -> None:
    assert b"D:20261122000000" in render_pdf(DOCUMENTS["patient"])


def test_only_the_shipped_typeface_is_used() -> None:
    names = set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", render_pdf(DOCUMENTS["clinician"])))
    assert names == {b"BIZUDPGothic-Regular", b"BIZUDPGothic-Bold"}


def test_all_documents_together_take_less_than_three_seconds() -> None:
    start = time.process_time()
    render_reports(sample_diagnosis(), sample_knowledge(), images=make_images())
    assert time.process_time() - start < 3.0


def headings(data: Mapping[str, object], folder: Path) -> list[str]:
    """The headings as the typesetter understood them."""
    shutil.copy(TEMPLATE, folder)
    found = typst.query(
        folder / TEMPLATE.name,
        "heading",
        root=folder,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data)},
    )
    return [json.dumps(item["body"], ensure_ascii=False) for item in json.loads(found)]


def test_markup_in_patient_text_stays_literal(tmp_path: Path) -> None:
    labels = {"contents": "", "page": "{n} {of}", "running": HOSTILE}
    paragraph = {"kind": "paragraph", "tone": "", "line": [{"text": HOSTILE, "tone": "", "target": ""}]}
    section = {"id": "a", "title": HOSTILE, "blocks": [paragraph], "sections": []}
    data = dict.fromkeys(("title", "subtitle", "ribbon", "closing"), HOSTILE)
    document: dict[str, object] = {
        **data,
        "kind": "clinician",
        "language": "en",
        "opening": None,
        "sections": [section],
        "labels": labels,
        "front": 0,
    }
    assert headings(document, tmp_path) == [json.dumps({"func": "text", "text": HOSTILE})] * 2


def test_hostile_text_from_a_case_becomes_a_pdf() -> None:
    diagnosis = replace(
        sample_diagnosis(),
        case_id=HOSTILE,
        series=(replace(sample_diagnosis().series[0], note=HOSTILE),),
        measurements=({"id": HOSTILE, "value": HOSTILE},),
    )
    assert len(render_pdf(clinician_document(diagnosis))) > 10_000


def test_pictures_of_both_kinds_are_embedded() -> None:
    for kind in ("PNG", "JPEG"):
        with_picture = clinician_document(sample_diagnosis(), {"sagittal_t2.png": make_picture(kind=kind)})
        assert b"/Subtype/Image" in render_pdf(with_picture).replace(b" ", b"")


@pytest.mark.parametrize("path", TYPEFACES, ids=lambda path: path.name)
def test_the_character_map_is_read_as_the_font_says(path: Path) -> None:
    assert parse_character_map(path.read_bytes()) == TTFont(path).getBestCmap().keys()


def test_every_letter_of_every_text_can_be_drawn() -> None:
    letters = {letter for sentence in read_texts("en").sentences.values() for letter in sentence}
    assert {letter for letter in letters if ord(letter) not in drawable()} == set()


def test_japanese_and_european_letters_can_be_drawn() -> None:
    text = "腰痛の原因を調べる カタカナ ﾊﾝｶｸ äöüßéèñçłőžÅØ µ±≥≤×÷→–—“”…½"
    assert keep_drawable(text) == text


def test_a_letter_that_cannot_be_drawn_never_stops_a_report() -> None:
    assert ord(REPLACEMENT) in drawable()
    assert keep_drawable("a😀b\tc") == f"a{REPLACEMENT}b{REPLACEMENT}c"
    assert len(render_pdf(clinician_document(replace(sample_diagnosis(), case_id="😀 \u0007 \ud83d")))) > 10_000


def test_the_typeface_ships_with_its_licence() -> None:
    assert "SIL Open Font License, Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert [path.name for path in TYPEFACES] == ["BIZUDPGothic-Bold.ttf", "BIZUDPGothic-Regular.ttf"]
