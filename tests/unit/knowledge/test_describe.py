"""The knowledge base shown: every number with its interval, its source and the place in it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from ilc.core import Estimate
from ilc.knowledge import Knowledge, KnowledgeError, Listing, describe_entry
from ilc.knowledge.describe import (
    entries_of_kind,
    list_factors,
    list_findings,
    list_links,
    list_parameters,
    list_red_flags,
    list_sources,
    list_tests,
)
from ilc.knowledge.describe_assumptions import describe_assumptions
from ilc.knowledge.facts import Cited, Kind, Mention, Said, render_estimate, render_plain, table, text
from ilc.knowledge.loader import knowledge_from
from tests.support.knowledge_files import edited, small_knowledge


def _lines(id_: str, knowledge: Knowledge | None = None) -> dict[str, str]:
    return {
        f"{section.title}: {name}": render_plain(said)
        for section in describe_entry(knowledge or small_knowledge(), id_)
        for name, said in section.lines
    }


def _titles(id_: str) -> list[str]:
    return [section.title for section in describe_entry(small_knowledge(), id_)]


def _rows(listing: Listing | None) -> list[dict[str, str]]:
    assert listing is not None
    return [dict(zip(listing.columns, map(render_plain, row), strict=True)) for row in listing.rows]


def _table(id_: str, title: str, knowledge: Knowledge | None = None) -> list[dict[str, str]]:
    [section] = [one for one in describe_entry(knowledge or small_knowledge(), id_) if one.title == title]
    return _rows(section.listing)


def test_all_nodes_that_are_reported_are_listed() -> None:
    rows = {row["id"]: row for row in _rows(list_factors(small_knowledge()))}
    assert "scan_reading" not in rows, "latent nodes are never reported"
    assert rows["disc_herniation"]["how common"] == "0.2 to 0.4 by age or sex, per person"
    assert rows["disc_herniation"]["basis"] == "study, assumption"


def test_findings_are_listed_with_the_likelihood_ratios_as_used() -> None:
    rows = {row["id"]: row for row in _rows(list_findings(small_knowledge()))}
    assert rows["mri_herniation"]["likelihood ratios"] == "present 2.8, absent 0.32"
    assert rows["reflex_loss"]["evidence of"] == "root_compression, root_inflammation"
    assert rows["fever"]["evidence of"] == "context only"


def test_links_are_listed_with_strength_and_evidence() -> None:
    row = _rows(list_links(small_knowledge()))[0]
    assert (row["id"], row["strength"]) == ("smoking->disc_herniation", "0.0909 (0.0196 to 0.2)")
    assert (row["evidence"], row["basis"]) == ("moderate", "study")


def test_tests_sources_numbers_and_red_flags_are_listed() -> None:
    knowledge = small_knowledge()
    assert [(row["id"], row["findings"]) for row in _rows(list_tests(knowledge))] == [
        ("question", "2"),
        ("manoeuvre", "3"),
        ("mri", "1"),
    ]
    assert {row["key"]: row["cited by"] for row in _rows(list_sources(knowledge))} == {
        "smith2015": "14",
        "old1990": "2",
    }
    numbers = {row["id"]: row for row in _rows(list_parameters(knowledge))}
    assert numbers["p.slr.sens"]["value"] == "0.9 (0.85 to 0.95)"
    assert len(numbers) == len(knowledge.parameters)
    [rule] = _rows(list_red_flags(knowledge))
    assert (rule["id"], rule["levels"]) == ("infection", "urgent, prompt, watch")


def test_a_factor_tells_what_it_is_how_common_and_by_which_source() -> None:
    lines = _lines("disc_herniation")
    assert lines["factor disc_herniation: definition"] == "Disc material beyond the disc space."
    assert lines["factor disc_herniation: sites"] == "each level and side"
    assert lines["factor disc_herniation: can be changed"] == "no; it is never part of an exit set"
    assert lines["factor disc_herniation: findings can make it"] == "likely and unlikely"
    assert _table("disc_herniation", "how common, per person") == [
        {
            "who": "18 to 59",
            "in all people": "0.2 (0.1 to 0.3)",
            "in people without pain": "",
            "rests on": "study: smith2015, Table 2",
        },
        {
            "who": "20 to 79",
            "in all people": "",
            "in people without pain": "0.2 (0.1 to 0.3)",
            "rests on": "study: smith2015, Table 2",
        },
        {
            "who": "women of 60 to 119",
            "in all people": "0.3 (0.2 to 0.4)",
            "in people without pain": "",
            "rests on": "assumed: rises with age",
        },
        {
            "who": "men of 60 to 119",
            "in all people": "0.4 (0.2 to 0.5)",
            "in people without pain": "",
            "rests on": "assumed: rises with age",
        },
    ]
    assert lines["sources: smith2015"].startswith("Smith A., Jones B., Brown C. et al. (2015) Discs and MRI.")
    assert lines["sources: smith2015"].endswith("https://doi.org/10.1000/spine.1")


def test_a_factor_tells_what_acts_on_it_what_it_acts_on_and_what_shows_it() -> None:
    [cause] = _table("disc_herniation", "acted on by")
    assert (cause["cause"], cause["strength"], cause["evidence"]) == ("smoking", "0.0909 (0.0196 to 0.2)", "moderate")
    assert cause["rests on"] == (
        "computed from odds ratio 2 (1.2 to 3.5) (study: smith2015, Table 2)"
        " and probability 0.1 (0.08 to 0.12) (study: smith2015, Table 2)"
    )
    [effect] = _table("disc_herniation", "acts on")
    assert effect["effect"] == "root_compression (of the root that passes)"
    [shown] = _table("disc_herniation", "shown by")
    assert (shown["finding"], shown["by"]) == ("mri_herniation", "mri, by level and side")
    assert (shown["likelihood ratios"], shown["discount"]) == ("present 2.8, absent 0.32", "0.5")
    assert shown["sensitivity"].startswith("0.7")
    assert shown["rests on"] == "study: smith2015, Table 2"


def test_findings_of_its_arrows_are_told_apart_from_findings_of_the_factor() -> None:
    assert {row["finding"] for row in _table("root_inflammation", "shown by")} == {"straight_leg_raise", "reflex_loss"}
    [row] = _table("root_inflammation", "its part in the pain is shown by")
    assert row["finding"] == "leg_raise_relief"


def test_a_factor_tells_where_it_is_more_frequent_and_what_the_person_can_do() -> None:
    [setting] = _table("root_compression", "more or less likely in")
    assert setting["setting"] == "clinic"
    assert setting["odds times"].startswith("3.5 (")
    [helped] = _table("root_inflammation", "self-care")
    assert helped == {"what": "self_care.warmth.title", "here it": "helps", "rests on": "study: smith2015, page 4"}
    [withheld] = _table("spinal_infection", "self-care")
    assert withheld["here it"] == "withheld above 0.2"


def test_a_serious_cause_names_the_rule_that_watches_over_it() -> None:
    assert _lines("spinal_infection")["factor spinal_infection: serious"] == "yes; red-flag rule: infection"


def test_a_factor_that_no_finding_decides_says_why() -> None:
    definition = "definition: Infection of the spine."
    for marks, told in (
        ("{raise: no test is specific}", "unlikely; not likely: no test is specific"),
        ("{raise: none, lower: none either}", "not likely: none; not unlikely: none either"),
    ):
        texts = edited("nodes/factors.yaml", definition, f"{definition}\n  not_confirmable: {marks}")
        lines = _lines("spinal_infection", knowledge_from(texts))
        assert lines["factor spinal_infection: findings can make it"] == told


def test_codes_are_told_by_the_name_of_their_system() -> None:
    assert _lines("leg_pain")["complaint leg_pain: codes"] == "SNOMED CT 1"


def test_a_complaint_tells_its_range_and_the_intensities_of_what_brings_it() -> None:
    lines = _lines("leg_pain")
    assert lines["complaint leg_pain: arises by itself"] == "0.01 (0.005 to 0.02) (assumed: other causes)"
    [allowed] = _table("leg_pain", "range in which the share of people who have it must lie")
    assert (allowed["who"], allowed["share"]) == ("18 to 119", "0.05 (0.01 to 0.2)")
    [cause] = _table("leg_pain", "acted on by")
    assert cause["dose"] == "mild, moderate, severe 0.2, 0.5, 0.3"
    assert "complaint leg_pain: findings can make it" not in lines


def test_a_link_tells_its_ends_and_what_its_strength_was_computed_from() -> None:
    lines = _lines("smoking->disc_herniation")
    assert lines["link smoking->disc_herniation: cause"] == "smoking"
    assert "odds ratio 2 (1.2 to 3.5)" in lines["link smoking->disc_herniation: rests on"]
    assert "link smoking->disc_herniation: mild, moderate, severe" not in lines
    assert _table("root_inflammation->root_pain", "shown by")[0]["finding"] == "leg_raise_relief"


def test_a_fitted_strength_tells_the_assumed_one_it_started_from() -> None:
    knowledge = small_knowledge()
    link = knowledge.links["root_compression->root_inflammation"]
    start = knowledge.parameters[link.parameter]
    fitted = replace(start, id=f"fitted.links.{link.id}.strength", note=f"fitted jointly; start = {start.id}")
    knowledge = replace(
        knowledge,
        links=MappingProxyType({**knowledge.links, link.id: replace(link, parameter=fitted.id)}),
        parameters=MappingProxyType({**knowledge.parameters, fitted.id: fitted}),
    )
    assert _lines(link.id, knowledge)[f"link {link.id}: rests on"] == (
        "fitted together with others, starting from probability 0.5 (0.3 to 0.7) (assumed: half are painful)."
        " thought, not measured"
    )


def test_a_hypothesis_carries_its_note() -> None:
    lines = _lines("root_compression->root_inflammation")
    assert (
        lines["link root_compression->root_inflammation: rests on"]
        == "assumed: half are painful. thought, not measured"
    )


def test_a_finding_shows_its_table_for_each_target() -> None:
    assert _table("reflex_loss", "given root_compression")[0] == {
        "outcome": "present",
        "if on": "0.3 (0.2 to 0.4)",
        "if off": "0.1 (0.06 to 0.15)",
        "likelihood ratio": "3",
    }
    assert _lines("reflex_loss")["given root_inflammation: rests on"].startswith("assumed: less than pressure")
    assert (
        _lines("crp")["finding crp: bands in milligram_per_litre"] == "normal 0 to 10, raised 10 to 50, high 50 to inf"
    )
    assert _lines("fever")["finding fever: evidence of"] == "context only; it moves no odds"


def test_a_test_shows_the_findings_it_brings() -> None:
    rows = {row["finding"]: row for row in _table("question", "test question")}
    assert rows["crp (red flag)"]["evidence of, with likelihood ratios"] == (
        "spinal_infection: normal 0.12, raised 2, high 12"
    )
    assert rows["crp (red flag)"]["valid"] == "14 days"
    assert rows["fever (red flag)"]["evidence of, with likelihood ratios"] == "context only"


def test_a_red_flag_rule_shows_its_levels_with_floor_and_threshold() -> None:
    lines, rows = _lines("infection"), _table("infection", "red flag infection")
    assert lines["red flag infection: watches over"] == "spinal_infection"
    assert lines["red flag infection: must have been asked"] == "fever, crp"
    assert lines["red flag infection: sources"] == "smith2015, page 3"
    assert [row["level"] for row in rows] == ["urgent", "prompt", "watch"]
    assert rows[0] == {
        "level": "urgent",
        "when": "crp high and fever present",
        "or from a probability of": "0.1",
        "counts as at least": "0.1 (0.05 to 0.2)",
        "what to do": "infection.urgent",
    }
    assert rows[1]["when"] == "fever present; or crp high"


def test_a_number_tells_in_whom_it_was_found_and_where_it_is_used() -> None:
    lines = _lines("p.base.pain")
    assert lines["number p.base.pain: value"] == "0.1 (0.08 to 0.12) probability"
    assert lines["number p.base.pain: population"] == "adults in primary care (unselected)"
    assert lines["number p.base.pain: sources"] == "smith2015, Table 2"
    assert "smoking->disc_herniation" in lines["number p.base.pain: used by"]
    assert "clinic" in lines["number p.base.pain: used by"]


def test_a_source_shows_every_number_read_from_it_and_what_uses_it() -> None:
    rows = {row["number"]: row for row in _table("smith2015", "reference smith2015")}
    assert rows["p.slr.sens"]["used by"] == "straight_leg_raise"
    assert rows["p.slip.mm"]["used by"] == "nothing; unused"
    assert rows["p.prior.herniation"]["in whom"] == "adults in primary care (unselected)"
    assert _lines("smith2015")["reference smith2015: cited by"] == "infection, warmth"
    assert _lines("old1990")["reference old1990: cited by"] == "short_form, old_reflex_time"


@pytest.mark.parametrize(
    ("id_", "title"),
    [
        ("warmth", "self-care warmth"),
        ("short_form", "questionnaire short_form"),
        ("clinic", "setting clinic"),
        ("general", "setting general"),
        ("old_reflex_time", "left out old_reflex_time"),
    ],
)
def test_every_other_kind_of_entry_can_be_shown(id_: str, title: str) -> None:
    assert title in _titles(id_)


def test_every_entry_can_be_shown() -> None:
    knowledge = small_knowledge()
    for ids, _ in entries_of_kind(knowledge).values():
        assert ids
        assert all(describe_entry(knowledge, id_) for id_ in ids)


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(KnowledgeError, match="Did you mean disc_herniation"):
        describe_entry(small_knowledge(), "disc_hernation")


def test_assumptions_of_one_entry_with_one_reason_stand_together() -> None:
    sections = {section.title: _rows(section.listing) for section in describe_assumptions(small_knowledge())}
    strengths = sections["strength of a link: 4"]
    assert strengths[0] == {
        "entry": "root_compression->root_inflammation",
        "assumed": "strength 0.5 (0.3 to 0.7)",
        "because": "half are painful",
    }
    herniation = [row for row in sections["how common something is: 4"] if row["entry"] == "disc_herniation"]
    assert herniation == [
        {
            "entry": "disc_herniation",
            "assumed": "prior 60 to 119 female 0.3 (0.2 to 0.4), prior 60 to 119 male 0.4 (0.2 to 0.5)",
            "because": "rises with age",
        }
    ]


def test_an_assumption_stated_by_itself_is_listed_under_its_own_id() -> None:
    knowledge = small_knowledge()
    number = replace(knowledge.parameters["assumed.nodes.leg_pain.leak"], id="p.model.leak")
    knowledge = replace(knowledge, parameters=MappingProxyType({number.id: number}))
    [section] = describe_assumptions(knowledge)
    assert _rows(section.listing) == [
        {"entry": "p.model.leak", "assumed": "0.01 (0.005 to 0.02)", "because": "other causes"}
    ]


def test_a_number_without_spread_prints_without_interval() -> None:
    assert render_estimate(Estimate(0.5, 0.5, 0.5)) == "0.5"


def test_a_text_prints_entries_by_id_numbers_by_value_and_sources_by_place() -> None:
    said = text(
        "see ",
        Mention(Kind.NODE, "slip", "Slipped vertebra"),
        " at ",
        Mention(Kind.NUMBER, "p.x", "0.2 (0.1 to 0.3)"),
        ": ",
        Cited("smith2015", "Table 2"),
        "",
        "; ",
        Said("self_care.warmth.title"),
    )
    assert render_plain(said, {"self_care.warmth.title": "Keep warm"}) == (
        "see slip at 0.2 (0.1 to 0.3): smith2015, Table 2; Keep warm"
    )


def test_a_column_that_never_says_anything_is_left_out() -> None:
    assert table(("a", "b", "c"), [("x", "", "1"), ("y", "", "")]).columns == ("a", "c")
