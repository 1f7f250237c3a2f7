"""The structure of both reports of the sample: parts, kinds of blocks, captions and heads; never bytes.

After a wanted change: `python -m tests.golden.test_report_structure` writes the file again; read the difference.
"""

import json
from pathlib import Path
from typing import Any

from ilc.report.document import Block, Card, Details, Document, Grid, Notice, Route, Section, Table
from tests.support.report_documents import clinician_document, patient_document
from tests.support.sample_diagnosis import sample_diagnosis, with_red_flag

GOLDEN = Path(__file__).with_name("report_structure.json")


def outline_block(block: Block) -> Any:
    """The kind of a block, with what does not depend on numbers."""
    if isinstance(block, Table):
        return {"table": block.caption, "heads": [column.head for column in block.columns], "rows": len(block.rows)}
    if isinstance(block, Card | Notice):
        return {block.kind: block.title, "blocks": [outline_block(inner) for inner in block.blocks]}
    if isinstance(block, Details):
        return {"details": block.summary, "blocks": [outline_block(inner) for inner in block.blocks]}
    if isinstance(block, Grid):
        return {"grid": block.columns, "cells": [outline_block(cell) for cell in block.cells]}
    return {"route": len(block.steps)} if isinstance(block, Route) else block.kind


def outline_section(section: Section) -> dict[str, Any]:
    """A section with its blocks and the sections inside it."""
    outline: dict[str, Any] = {"id": section.id, "title": section.title}
    outline["blocks"] = [outline_block(block) for block in section.blocks]
    if section.sections:
        outline["sections"] = [outline_section(inner) for inner in section.sections]
    return outline


def outline(document: Document) -> dict[str, Any]:
    """A whole document."""
    return {"title": document.title, "sections": [outline_section(section) for section in document.sections]}


def make_outlines() -> dict[str, Any]:
    """The outlines that are kept."""
    emergency = with_red_flag(sample_diagnosis(), "emergency")
    return {
        "clinician": outline(clinician_document(sample_diagnosis())),
        "patient": outline(patient_document(sample_diagnosis())),
        "patient, emergency": outline(patient_document(emergency)),
    }


def render() -> str:
    """The outlines as they are kept."""
    return json.dumps(make_outlines(), indent=1, ensure_ascii=False) + "\n"


def test_both_reports_have_the_structure_that_was_read_and_approved() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == make_outlines()


if __name__ == "__main__":
    GOLDEN.write_text(render(), encoding="utf-8")
