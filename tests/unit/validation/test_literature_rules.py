"""The rules of the part `literature` are those of its first scoring, and keep to their own principles."""

from __future__ import annotations

from itertools import groupby

import pytest
from pydantic import ValidationError

from ilc.knowledge import load_knowledge
from ilc.knowledge.number import inputs_of
from ilc.validation.literature.counting import ask, crowd_of
from ilc.validation.literature.published import published_of
from ilc.validation.literature.rules import RULES, LiteratureRules, Row, read_explanations, read_literature_rules
from ilc.validation.literature.scoring import counts
from tests.support.dated_rules import check_amendments

FIRST_SCORED = "fa48d39884408b07571948ca03233d1774aa89682d291cf1309c8e9bd473d873"
ASSOCIATIONS = ("odds_ratio", "risk_ratio", "lr_positive", "lr_negative")


def test_rules_only_change_with_a_dated_amendment() -> None:
    check_amendments(RULES, FIRST_SCORED)


def test_there_are_enough_rows_to_mean_something() -> None:
    rules, _ = read_literature_rules()
    counted = [row for row in rules.rows if counts(row, published_of(row), rules)]
    assert len(rules.rows) >= 40
    assert len(counted) >= 20
    assert any(row.role == "held_out" for row in counted)


def test_the_knowledge_base_has_words_for_every_row() -> None:
    rules, _ = read_literature_rules()
    knowledge, crowd = load_knowledge(), crowd_of(rules)
    lacking = {row.id: ask(row, rules, crowd).missing(knowledge) for row in rules.rows}
    assert {id_: lack for id_, lack in lacking.items() if lack} == {}


def test_numbers_lie_within_their_own_intervals() -> None:
    rules, _ = read_literature_rules()
    for row in rules.rows:
        number = published_of(row)
        assert number.holds(number.value) in (True, None), row.id


def test_every_third_association_is_held_out_in_each_section() -> None:
    """Ratios of one test in one paper go together; numbers a strength was computed from are passed over."""
    rules, _ = read_literature_rules()
    for section, rows in groupby(rules.rows, key=lambda row: row.section):
        roles = [row.role for row in _one_of_each_exposure(list(rows)) if row.role in ("fitted", "held_out")]
        held_out = [place for place, role in enumerate(roles) if role == "held_out"]
        assert held_out == list(range(2, len(roles), 3)), section


PASSED_OVER = {
    "brinjikji2015b_modic_1": "a strength is computed from it, and its interval spans more than ten-fold",
    "pinheiro2015_depression": "a strength is computed from it",
    "bussieres2023_adversity": "a strength is computed from it",
    "suri2019_ptsd": "a strength was computed from it",
}


TOGETHER = {
    "suri2010_under_60": "suri2010_over_70",
    "han2023_modic_1_negative": "han2023_modic_1_positive",
    "han2023_modic_2_negative": "han2023_modic_2_positive",
    "han2023_degeneration_negative": "han2023_degeneration_positive",
}


def _one_of_each_exposure(rows: list[Row]) -> list[Row]:
    asked = [row for row in rows if row.measure in ASSOCIATIONS and row.id not in PASSED_OVER]
    together = groupby(
        asked, key=lambda row: (row.id.split("_")[0], tuple(row.of) if row.section == "signs" else row.id)
    )
    firsts = [next(group) for _, group in together]
    ages = [row for row in firsts if row.id.startswith("suri2010_under")]
    return [row for row in firsts if row not in ages and row.role != "input"]


def test_what_a_strength_is_computed_from_is_neither_held_out_nor_counted() -> None:
    rules, _ = read_literature_rules()
    knowledge = load_knowledge()
    used = {id_ for link in knowledge.links.values() for id_ in inputs_of(knowledge.parameters[link.parameter])}
    assert [row.id for row in rules.rows if row.role in ("held_out", "emergent") and row.parameter in used] == []


def test_explanations_are_of_rows_that_exist() -> None:
    rules, _ = read_literature_rules()
    assert set(read_explanations()) <= {row.id for row in rules.rows}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"given": []}, "compare with `given`"),
        ({"count": False}, "why a row does not count"),
        ({"published": {"value": 2.0, "low": 1.0}}, "both ends"),
        ({"population": "martians"}, "no such population"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(changed: dict[str, object], message: str) -> None:
    rules, _ = read_literature_rules()
    entries = rules.model_dump()
    place = next(i for i, row in enumerate(rules.rows) if row.measure == "odds_ratio")
    entries["rows"][place] |= changed
    with pytest.raises(ValidationError, match=message):
        LiteratureRules.model_validate(entries)
