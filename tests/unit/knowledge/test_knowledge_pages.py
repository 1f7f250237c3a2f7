"""The reference pages of the knowledge base: whole, linked, and saying what `ilc knowledge show` says."""

from __future__ import annotations

import re
from functools import cache

import pytest

from ilc.knowledge import Knowledge, Slice, load_knowledge
from ilc.knowledge.facts import Kind, Mention, text
from tests.support.knowledge_files import small_knowledge
from tools.publish_knowledge import FOLDER, NODE_PAGES, render_knowledge_pages
from tools.publish_markdown import Address, Writer

LARGEST_PAGE_BYTES = 500_000  # what code hosts still show as a page
_LINK = re.compile(r"(?<!\\)\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)")
_ANCHOR = re.compile(r'<a id="([^"]+)">')


@cache
def _shipped() -> Knowledge:
    return load_knowledge()


BASES = ("small", "shipped")


@cache
def _pages(base: str) -> dict[str, str]:
    pages = render_knowledge_pages(_shipped() if base == "shipped" else small_knowledge())
    assert {path.parent for path in pages} == {FOLDER}
    return {path.name: page for path, page in pages.items()}


@pytest.mark.parametrize("base", BASES)
def test_every_link_between_the_pages_leads_to_a_place_that_is_there(base: str) -> None:
    pages = _pages(base)
    places = {name: set(_ANCHOR.findall(page)) for name, page in pages.items()}
    followed = 0
    for name, page in pages.items():
        for target, at in _LINK.findall(page):
            followed += 1
            assert at in places[target or name], f"{name}: {target}#{at}"
    assert followed > 50


@pytest.mark.parametrize("base", BASES)
def test_no_place_is_there_twice_on_a_page(base: str) -> None:
    for name, page in _pages(base).items():
        found = _ANCHOR.findall(page)
        assert len(found) == len(set(found)), name


@pytest.mark.parametrize("base", BASES)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(base: str) -> None:
    for name, page in _pages(base).items():
        for block in re.findall(r"(?:^\|.*\n?)+", page, flags=re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
            assert len(widths) == 1, f"{name}: {block[:200]}"


def test_every_entry_stands_on_the_page_of_its_kind() -> None:
    knowledge, pages = _shipped(), _pages("shipped")
    for page in NODE_PAGES:
        expected = [node.id for node in knowledge.nodes.values() if page.holds(node)]
        assert _ANCHOR.findall(pages.get(page.name, "")) == expected
    assert sum(page.holds(node) for page in NODE_PAGES for node in knowledge.nodes.values()) == len(knowledge.nodes)
    assert set(knowledge.findings) <= set(_ANCHOR.findall(pages["findings.md"]))
    assert set(_ANCHOR.findall(pages["red_flags.md"])) == set(knowledge.red_flags)
    assert set(knowledge.references) <= set(_ANCHOR.findall(pages["sources.md"]))
    assert set(knowledge.left_out) == set(_ANCHOR.findall(pages.get("left_out.md", "")))


def test_every_number_of_a_source_stands_with_it() -> None:
    cited = {id_ for id_, number in _shipped().parameters.items() if id_.startswith("p.") and number.sources}
    assert cited <= set(_ANCHOR.findall(_pages("shipped")["sources.md"]))


def test_every_factor_has_definition_frequency_and_what_it_acts_on() -> None:
    knowledge, pages = _shipped(), _pages("shipped")
    for page in NODE_PAGES:
        for part in re.split(r"\n(?=<a id=)", pages.get(page.name, ""))[1:]:
            [id_] = _ANCHOR.findall(part)
            node = knowledge.nodes[id_]
            assert f"## {node.label}\n\n* definition: " in part
            assert "**How common, per " in part or "* arises by itself: " in part
            assert "**Acts on**" in part or node.slice is Slice.COMPLAINT or node.latent or node.serious, id_


def test_no_page_is_too_large_to_be_shown() -> None:
    sizes = {name: len(page.encode()) for name, page in _pages("shipped").items()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PAGE_BYTES} == {}


def test_the_index_names_every_page_and_counts_what_it_holds() -> None:
    pages = _pages("small")
    for name in set(pages) - {"index.md"}:
        assert f"]({name})" in pages["index.md"], name
    assert "| [Structure](structure.md) | 1. " in pages["index.md"]
    assert "| [Findings by test](findings.md) | 6. " in pages["index.md"]
    assert "10 entries of the map, repeated over the body 35" in pages["index.md"]


def test_numbers_lead_to_their_source_and_assumptions_say_why() -> None:
    page = _pages("small")["structure.md"]
    assert "| 18 to 59 | [0.2 (0.1 to 0.3)](sources.md#p.prior.herniation) |" in page
    assert "study: [smith2015](sources.md#smith2015), Table 2" in page
    assert "| women of 60 to 119 | 0.3 (0.2 to 0.4) |  | assumed: rises with age |" in page
    assert "Sources: [smith2015](sources.md#smith2015)." in page


def test_what_is_said_in_the_reports_is_said_on_the_pages() -> None:
    assert "Keep warm" in _pages("shipped")["muscle_fascia.md"]
    assert "Send to an emergency department now." in _pages("shipped")["red_flags.md"]


def _writer(address: Address | None) -> Writer:
    def find(kind: Kind, id_: str) -> Address | None:
        return address if (kind, id_) == (Kind.NODE, "slip") else None

    return Writer("page.md", find, {})


def test_text_from_the_data_cannot_break_a_page() -> None:
    said = text("a | b <script> *c* [d](e)\nf ", Mention(Kind.NODE, "slip", "S|ip"))
    written = _writer(("other.md", "slip")).write_text(said)
    assert written == r"a \| b &lt;script> \*c\* \[d\](e) f [S\|ip](other.md#slip)"


def test_an_entry_without_a_page_is_named_without_a_link() -> None:
    assert _writer(None).write_text(text(Mention(Kind.NODE, "slip", "Slip"))) == "Slip"
    assert _writer(("page.md", "slip")).write_text(text(Mention(Kind.NODE, "slip", "Slip"))) == "[Slip](#slip)"


def test_identifiers_become_links() -> None:
    writer = _writer(None)
    assert writer.write_text(text("PMID 123")) == "[PMID 123](https://pubmed.ncbi.nlm.nih.gov/123)"
    assert writer.write_text(text("PMC45")) == "[PMC45](https://pmc.ncbi.nlm.nih.gov/articles/PMC45)"
    assert writer.write_text(text("https://doi.org/10.1/x")) == "<https://doi.org/10.1/x>"
