"""One offline file: strict policy, nothing hostile, open to every reader."""

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from ilc.core import Issue, IssueSeverity
from ilc.report.document import Document
from ilc.report.html import render_html
from tests.support.report_documents import Page, clinician_document, patient_document
from tests.support.sample_diagnosis import empty_diagnosis, sample_diagnosis, with_red_flag

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}&amp;\"'"
DOCUMENTS = {
    "clinician": clinician_document(sample_diagnosis()),
    "patient": patient_document(sample_diagnosis()),
    "clinician, emergency": clinician_document(with_red_flag(sample_diagnosis(), "emergency")),
    "patient, emergency": patient_document(with_red_flag(sample_diagnosis(), "emergency")),
    "clinician, nothing known": clinician_document(empty_diagnosis()),
    "patient, nothing known": patient_document(empty_diagnosis()),
}
every_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())


@every_document
def test_the_policy_allows_nothing_but_this_very_style_and_embedded_pictures(document: Document) -> None:
    page = Page(render_html(document))
    policy = next(m["content"] for m in page.having("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256("".join(page.styles).encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@every_document
def test_nothing_runs_and_nothing_is_fetched(document: Document) -> None:
    page = Page(render_html(document))
    assert not {"script", "iframe", "object", "embed", "link", "form", "base"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not {key for key in attributes if key.startswith("on") or key == "style"}
        for key in ("src", "href"):
            assert (attributes.get(key) or "data:").startswith(("data:image/png;", "data:image/jpeg;", "#", "data:"))
    assert "url(" not in "".join(page.styles)
    assert "@import" not in "".join(page.styles)


@every_document
def test_every_tag_is_closed_every_id_is_unique_and_every_link_arrives(document: Document) -> None:
    page = Page(render_html(document))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(attributes.get("href") or "").removeprefix("#") for attributes in page.having("a")}
    assert targets <= set(ids)


@every_document
def test_headings_go_down_one_step_at_a_time(document: Document) -> None:
    levels = [int(tag[1]) for tag, _ in Page(render_html(document)).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_document
def test_language_pictures_and_tables_are_open_to_every_reader(document: Document) -> None:
    html = render_html(document)
    page = Page(html)
    assert page.having("html")[0]["lang"] == "en"
    assert all((image.get("alt") or "").strip() for image in page.having("img"))
    assert all(svg["role"] == "img" and svg["aria-labelledby"] for svg in page.having("svg"))
    assert len(page.having("caption")) == len(page.having("table"))
    assert all(cell["scope"] in ("col", "row") for cell in page.having("th"))


def test_hostile_text_stays_text() -> None:
    diagnosis = replace(
        sample_diagnosis(),
        case_id=HOSTILE,
        visit=HOSTILE,
        issues=(Issue("BAD", IssueSeverity.ERROR, HOSTILE, HOSTILE, HOSTILE),),
        series=(replace(sample_diagnosis().series[0], id=HOSTILE, note=HOSTILE, kind=HOSTILE),),
        measurements=({"id": HOSTILE, "value": HOSTILE, HOSTILE: HOSTILE},),
    )
    page = Page(render_html(clinician_document(diagnosis)))
    assert "script" not in {tag for tag, _ in page.tags}
    assert len(page.having("img")) == 1
    assert " ".join(HOSTILE.split()) in page.text


def test_a_picture_that_is_no_picture_cannot_be_embedded() -> None:
    with pytest.raises(ValueError, match="PNG or JPEG"):
        render_html(clinician_document(sample_diagnosis(), {"sagittal_t2.png": b"<svg onload='x'>"}))


def test_equal_diagnoses_give_equal_pages() -> None:
    assert render_html(clinician_document(sample_diagnosis())) == render_html(clinician_document(sample_diagnosis()))


def test_every_printed_page_of_the_clinician_says_draft_and_a_hostile_case_cannot_leave_that_line() -> None:
    page = Page(render_html(clinician_document(replace(sample_diagnosis(), case_id=HOSTILE))))
    head = re.search(r'@top-left \{ content: "([^"]*)"', "".join(page.styles))
    assert head is not None
    shown = re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), head[1])
    assert shown == f"Case {HOSTILE} · DRAFT until signed · not a medical device"
    assert re.fullmatch(r"[A-Za-z0-9\\ ]*", head[1])


@every_document
def test_the_columns_of_a_table_fill_the_page_and_no_more(document: Document) -> None:
    page = Page(render_html(document))
    groups: list[int] = []
    for tag, attributes in page.tags:
        if tag == "colgroup":
            groups.append(0)
        elif tag == "col":
            groups[-1] += int((attributes["class"] or "").removeprefix("w"))
    assert all(95 <= width <= 105 for width in groups)
    assert len(groups) == len(page.having("table"))
