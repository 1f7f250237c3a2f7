"""Whatever a case holds, the reports stay whole: text is text, numbers are numbers, and the file reads back."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ilc.core import Issue, IssueSeverity
from ilc.explanation.model import Diagnosis, Probability
from ilc.report import diagnosis_schema, diagnosis_to_json, read_diagnosis_json
from ilc.report.coverage import drawable, keep_drawable
from ilc.report.figures import percent, share
from ilc.report.html import render_html
from ilc.report.pdf import render_pdf
from ilc.report.shapes import round_significant
from tests.support.report_documents import Page, clinician_document
from tests.support.sample_diagnosis import sample_diagnosis

CHECK = Draft202012Validator(diagnosis_schema())
words = st.text(max_size=40)  # lone surrogates too: a broken file name or tag may hold one
chances = st.floats(0, 1)


@st.composite
def diagnoses(draw: st.DrawFn) -> Diagnosis:
    """The sample with anything a case or a measurement may bring in."""
    sample = sample_diagnosis()
    text = draw(words)
    issue = Issue("SOME_CODE", draw(st.sampled_from(IssueSeverity)), text, draw(words) or "x", draw(words) or "y")
    low, p, high = sorted(draw(st.tuples(chances, chances, chances)))
    factor = replace(sample.factors[0], p_exists=Probability(p, low, high), age_norm=draw(st.none() | chances))
    measured = draw(st.dictionaries(words, words | st.floats(allow_nan=False, allow_infinity=False), max_size=4))
    return replace(
        sample,
        case_id=draw(words),
        visit=draw(words),
        seed=draw(st.integers(0, 2**63)),
        issues=(issue,),
        factors=(factor, *sample.factors[1:]),
        measurements=(measured,),
        series=(replace(sample.series[0], note=text, id=text),),
    )


@settings(max_examples=40)
@given(diagnoses())
def test_every_diagnosis_fits_its_schema_and_reads_back(diagnosis: Diagnosis) -> None:
    written = diagnosis_to_json(diagnosis)
    assert list(CHECK.iter_errors(json.loads(written))) == []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diagnosis.json"
        path.write_text(written, encoding="utf-8")
        assert diagnosis_to_json(read_diagnosis_json(path)) == written


@settings(max_examples=20)
@given(diagnoses())
def test_no_text_becomes_markup(diagnosis: Diagnosis) -> None:
    usual = [tag for tag, _ in Page(render_html(clinician_document(sample_diagnosis()))).tags]
    page = Page(render_html(clinician_document(diagnosis)))
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= set(usual)


@settings(max_examples=10)
@given(diagnoses())
def test_every_diagnosis_becomes_a_pdf(diagnosis: Diagnosis) -> None:
    assert render_pdf(clinician_document(diagnosis)).startswith(b"%PDF")


@given(st.text(max_size=60))
def test_kept_text_can_be_drawn_and_keeps_its_length(text: str) -> None:
    kept = keep_drawable(text)
    assert len(kept) == len(text)
    assert all(ord(letter) in drawable() or letter == "\n" for letter in kept)


@given(chances)
def test_a_printed_probability_is_near_the_true_one(p: float) -> None:
    printed = percent(p).replace("\u00a0%", "")
    if printed[0] not in "<>":
        assert abs(float(printed) - 100 * p) <= 0.5
    assert printed not in ("0", "0.0", "100")
    assert abs(float(share(p).replace("\u00a0%", "")) - 100 * p) <= 0.5


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_twice_is_rounding_once(value: float) -> None:
    once = round_significant(value)
    assert round_significant(once) == once
    assert abs(once - value) <= abs(value) * 5e-6
