"""On paper nothing opens: what is folded on a screen stands in an appendix, once, and lines lead to it."""

from dataclasses import replace

import pytest

from ilc.report.appendix import with_appendix
from ilc.report.document import Block, Column, Details, Document, Grid, Paragraph, Section, Table, line
from ilc.report.html import render_html
from tests.support.report_documents import (
    Page,
    blocks_of,
    clinician_document,
    patient_document,
    plain,
    section_of,
    walk_blocks,
)
from tests.support.sample_diagnosis import sample_diagnosis


@pytest.fixture(scope="module")
def document() -> Document:
    return clinician_document(sample_diagnosis())


def details_of(document: Document) -> list[Details]:
    return [block for block in blocks_of(document) if isinstance(block, Details)]


def make_table(caption: str, cell: str) -> Table:
    return Table(caption, (Column("a"), Column("b")), ((line("x"), line(cell)),))


def make_document(document: Document, *blocks: Block) -> Document:
    return replace(document, sections=(Section("one", "One", blocks),), front=0)


def test_nothing_folded_is_left_on_paper_and_every_table_is_kept(document: Document) -> None:
    printed = with_appendix(document)
    assert details_of(document) != []
    assert details_of(printed) == []
    kept = {table.rows for table in blocks_of(printed) if isinstance(table, Table)}
    folded = {table.rows for item in details_of(document) for table in item.blocks if isinstance(table, Table)}
    assert folded <= kept


def test_every_line_leads_to_a_part_of_the_appendix(document: Document) -> None:
    printed = with_appendix(document)
    parts = {section.id for section in section_of(printed, "appendix").sections}
    runs = [run for block in blocks_of(printed) if isinstance(block, Paragraph) for run in block.line]
    targets = {run.target for run in runs if run.target.startswith("appendix-")}
    assert targets <= parts
    assert "appendix-1" in targets


def test_the_first_page_has_one_line_for_all_of_its_tables(document: Document) -> None:
    printed = with_appendix(document)
    front = [block for section in printed.sections[: printed.front] for block in walk_blocks(section.blocks)]
    lines = [plain(block.line) for block in front if isinstance(block, Paragraph)]
    assert [said for said in lines if "appendix" in said] == ["Table: appendix A1–A6"]


def test_the_same_table_is_printed_once_and_both_places_lead_to_it(document: Document) -> None:
    first, second = make_table("Numbers", "1"), make_table("Factors", "1")
    printed = with_appendix(
        make_document(document, Details("Numbers", (first,)), Details("Factors", (second,)), Details("C", (second,)))
    )
    (only,) = section_of(printed, "appendix").sections
    assert only.title == "A1. Numbers"
    said = [plain(block.line) for block in section_of(printed, "one").blocks if isinstance(block, Paragraph)]
    assert said == ["Table: appendix A1"] * 3


def test_a_head_that_says_the_caption_is_not_followed_by_it(document: Document) -> None:
    inside = (make_table("Numbers", "1"), make_table("More", "2"))
    printed = with_appendix(make_document(document, Details("Numbers", inside)))
    tables = [block for block in walk_blocks(section_of(printed, "appendix-1").blocks) if isinstance(block, Table)]
    assert [table.caption for table in tables] == ["", "More"]


def test_a_document_without_anything_folded_stays_as_it_is() -> None:
    plain_document = patient_document(sample_diagnosis())
    assert details_of(plain_document) == []
    assert with_appendix(plain_document) is plain_document


def test_on_a_screen_each_table_opens_below_its_drawing_without_a_script(document: Document) -> None:
    page = Page(render_html(document))
    assert len(page.having("details")) == len(page.having("summary")) == len(details_of(document))
    assert not any("open" in attributes for attributes in page.having("details"))
    assert page.having("script") == []


def test_cells_of_a_grid_keep_their_drawings(document: Document) -> None:
    grids = [block for block in blocks_of(document) if isinstance(block, Grid)]
    printed = [block for block in blocks_of(with_appendix(document)) if isinstance(block, Grid)]
    assert [len(grid.cells) for grid in printed] == [len(grid.cells) for grid in grids]
