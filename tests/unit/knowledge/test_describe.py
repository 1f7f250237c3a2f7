"""The knowledge base shown: every number with its interval, its source and the place in it."""

import pytest

from ilc.core import Estimate
from ilc.knowledge import KnowledgeError, describe_entry, list_factors, list_findings, list_links
from ilc.knowledge.describe import print_estimate
from tests.support.knowledge_files import small_knowledge


def _lines(id_: str) -> dict[str, str]:
    return {
        f"{section.title}: {name}": value
        for section in describe_entry(small_knowledge(), id_)
        for name, value in section.lines
    }


def _titles(id_: str) -> list[str]:
    return [section.title for section in describe_entry(small_knowledge(), id_)]


def test_all_nodes_that_are_reported_are_listed() -> None:
    listing = list_factors(small_knowledge())
    ids = [row[0] for row in listing.rows]
    assert "disc_herniation" in ids
    assert "scan_reading" not in ids, "latent nodes are never reported"
    row = dict(zip(listing.columns, listing.rows[ids.index("disc_herniation")], strict=True))
    assert row["how common"] == "0.2 to 0.4 by age or sex, per person"
    assert row["basis"] == "study, assumption"


def test_findings_are_listed_with_the_likelihood_ratios_as_used() -> None:
    listing = list_findings(small_knowledge())
    rows = {row[0]: dict(zip(listing.columns, row, strict=True)) for row in listing.rows}
    assert rows["mri_herniation"]["likelihood ratios"] == "present 2.8, absent 0.32"
    assert rows["reflex_loss"]["evidence of"] == "root_compression, root_inflammation"
    assert rows["fever"]["evidence of"] == "context only"


def test_links_are_listed_with_strength_and_evidence() -> None:
    listing = list_links(small_knowledge())
    row = dict(zip(listing.columns, listing.rows[0], strict=True))
    assert row["strength"] == "0.0909 (0.0196 to 0.2)"
    assert (row["evidence"], row["basis"]) == ("moderate", "study")


def test_a_factor_shows_its_numbers_with_source_and_place() -> None:
    lines = _lines("disc_herniation")
    assert lines["number p.prior.herniation: value"] == "0.2 (0.1 to 0.3) probability"
    assert "Spine 40:1–9. [Table 2] https://doi.org/10.1000/spine.1" in lines["number p.prior.herniation: sources"]
    listings = {section.title: section.listing for section in describe_entry(small_knowledge(), "disc_herniation")}
    rows = {title: [row[0] for row in listing.rows] for title, listing in listings.items() if listing}
    assert rows["acted on by"] == ["smoking->disc_herniation"]
    assert rows["acts on"] == ["disc_herniation->root_compression"]
    assert rows["shown by"] == ["mri_herniation"]
    assert rows["prior by age and sex"] == ["18 to 59", "60 to 119", "60 to 119"]


def test_a_derived_number_shows_what_it_was_computed_from() -> None:
    assert _titles("smoking->disc_herniation") == [
        "link smoking->disc_herniation",
        "number derived.links.smoking->disc_herniation.strength",
        "number p.or.herniation",
        "number p.base.pain",
    ]


def test_a_link_into_a_complaint_shows_its_intensities() -> None:
    assert _lines("root_pain->leg_pain")["link root_pain->leg_pain: mild, moderate, severe"] == "0.2, 0.5, 0.3"
    assert "link smoking->disc_herniation: mild, moderate, severe" not in _lines("smoking->disc_herniation")


def test_a_finding_shows_its_table_for_each_target() -> None:
    sections = {section.title: section for section in describe_entry(small_knowledge(), "reflex_loss")}
    listing = sections["given root_compression (discount 1)"].listing
    assert listing is not None
    assert listing.rows[0] == ("present", "0.3 (0.2 to 0.4)", "0.1 (0.06 to 0.15)", "3")


@pytest.mark.parametrize(
    ("id_", "title"),
    [
        ("p.base.pain", "used by"),
        ("smith2015", "cited by"),
        ("infection", "levels"),
        ("warmth", "self-care warmth"),
        ("short_form", "questionnaire short_form"),
        ("clinic", "setting clinic"),
        ("mri", "test mri"),
        ("leg_pain", "complaint leg_pain"),
    ],
)
def test_every_kind_of_entry_can_be_shown(id_: str, title: str) -> None:
    assert title in _titles(id_)


def test_every_entry_can_be_shown() -> None:
    knowledge = small_knowledge()
    for entries in (knowledge.nodes, knowledge.links, knowledge.findings, knowledge.parameters, knowledge.references):
        for id_ in entries:
            assert describe_entry(knowledge, id_)


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(KnowledgeError, match="Did you mean disc_herniation"):
        describe_entry(small_knowledge(), "disc_hernation")


def test_a_number_without_spread_prints_without_interval() -> None:
    assert print_estimate(Estimate(0.5, 0.5, 0.5)) == "0.5"
