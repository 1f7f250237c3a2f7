"""References can be found by a reader, or they are refused."""

import pytest

from ilc.knowledge.bibliography import parse_bibliography
from ilc.knowledge.refusal import Refusal

_HEAD = "@article{smith2015, author = {Smith, A. and Jones, B.}, year = {2015}, title = {Discs}"


def _refusal(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_bibliography(text, file="references.bib")
    return caught.value


def test_a_reference_prints_authors_year_title_and_journal() -> None:
    text = f"{_HEAD},\n journal = {{Spine}}, volume = 40, pages = {{1--9}}, pmid = {{123}} }}"
    _, reference = parse_bibliography(text, file="references.bib")["smith2015"]
    assert reference.citation == "Smith A., Jones B. (2015) Discs. Spine 40:1–9."
    assert reference.identifier == "PMID 123"


def test_more_than_three_authors_become_et_al() -> None:
    text = _HEAD.replace("{Smith, A. and Jones, B.}", "{A, A and B, B and C, C and D, D}") + ", doi = {10.1000/x}}"
    _, reference = parse_bibliography(text, file="references.bib")["smith2015"]
    assert reference.citation == "A A, B B, C C et al. (2015) Discs."
    _, reference = parse_bibliography(text.replace(" and D, D", ""), file="references.bib")["smith2015"]
    assert reference.citation == "A A, B B, C C (2015) Discs."


def test_the_doi_comes_before_the_other_identifiers() -> None:
    text = f"{_HEAD}, url = {{https://a.org/x}}, pmcid = {{PMC1}}, pmid = {{1}}, doi = {{10.1000/x}}}}"
    assert parse_bibliography(text, file="f")["smith2015"][1].identifier == "https://doi.org/10.1000/x"


def test_a_book_without_identifier_needs_its_publisher() -> None:
    book = _HEAD.replace("@article", "@book")
    _, reference = parse_bibliography(f"{book}, publisher = {{Demos}}}}", file="f")["smith2015"]
    assert reference.identifier == ""
    assert reference.citation == "Smith A., Jones B. (2015) Discs. Demos."
    assert _refusal(f"{book}}}").issue.code == "KNOWLEDGE_MISSING_KEY"


def test_a_reference_without_identifier_needs_journal_volume_and_pages() -> None:
    where = ", journal = {Spine}, volume = {40}, pages = {1}"
    assert parse_bibliography(f"{_HEAD}{where}}}", file="f")["smith2015"][1].identifier == ""
    assert _refusal(f"{_HEAD}, journal = {{Spine}}}}").issue.code == "KNOWLEDGE_MISSING_KEY"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"{_HEAD}, doi = {{10.1000/x}}}}\n{_HEAD}, doi = {{10.1000/x}}}}", "twice"),
        (f"{_HEAD}, doi = {{https://doi.org/10.1000/x}}}}", "doi"),
        (f"{_HEAD}, pmid = {{PMID 12}}}}", "pmid"),
        (f"{_HEAD}, pmcid = {{123}}}}", "pmcid"),
        (f"{_HEAD}, url = {{ftp://x}}}}", "url"),
        (f"{_HEAD}, year = {{2016}}, doi = {{10.1000/x}}}}", "twice"),
        (f"{_HEAD}, dio = {{10.1000/x}}}}", "unknown field"),
        (f"{_HEAD} doi = {{10.1000/x}}}}", "comma"),
        (f"{_HEAD}, doi = {{10.1000/x", "never closed"),
        (f"{_HEAD}, doi = 'x'}}", "braces"),
        (f"{_HEAD}, doi: {{10.1000/x}}}}", "name = {value}"),
        (f"{_HEAD}, journal = {{Rev M\\'ed}}, doi = {{10.1000/x}}}}", "backslash"),
        ("@article{x, title = {A}, year = {2015}, doi = {10.1000/x}}", "author"),
        ("@article{x, author = {A}, title = {A}, year = {1815}, doi = {10.1000/x}}", "year"),
        ("@string{x = {y}}", "@article"),
        ("stray words", "@article"),
    ],
)
def test_what_is_not_understood_is_refused(text: str, word: str) -> None:
    assert word in _refusal(text).issue.message


def test_the_line_of_a_broken_entry_is_named() -> None:
    assert _refusal(f"{_HEAD}, doi = {{10.1000/x}}}}\n\n@article{{b").issue.where == "references.bib:3"
