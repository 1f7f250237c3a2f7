"""The network as a whole against the literature: what clinicians may ask of `ilc validate literature`."""

from __future__ import annotations

from functools import lru_cache

import pytest

from ilc.knowledge import load_knowledge
from ilc.validation.literature.rules import read_explanations, read_literature_rules
from ilc.validation.literature.scoring import RowResult, score_rows

pytestmark = pytest.mark.slow
FEWER_PEOPLE = 4000


@lru_cache(maxsize=1)
def scored() -> dict[str, RowResult]:
    rules, _ = read_literature_rules()
    fewer = rules.model_copy(update={"worlds_per_group": FEWER_PEOPLE})
    return {result.row.id: result for result in score_rows(load_knowledge(), fewer, fewer.rows, tell=lambda _: None)}


def value(row: str) -> float:
    found = scored()[row].value
    assert found is not None
    return found


def test_every_row_can_be_asked_of_the_shipped_knowledge() -> None:
    assert [id_ for id_, result in scored().items() if result.missing] == []


def test_a_prior_comes_out_of_the_network_as_it_was_put_in() -> None:
    for row in ("kalichman2009_60s", "kalichman2008_60s", "mcaviney2020_over_60", "ishimoto2017_slip_women"):
        assert scored()[row].inside


def test_back_pain_in_the_past_week_lies_between_one_day_and_one_month_of_surveys() -> None:
    stated = load_knowledge().parameters
    one_day, one_month = stated["p.hoy2012.back_pain_now"], stated["p.fujii2013.back_pain_4_weeks"]
    assert one_day.estimate.low <= value("hoy2012_week") <= one_month.estimate.high


def test_most_people_with_a_narrow_canal_have_no_symptoms_of_it() -> None:
    assert value("ishimoto2013_symptomatic_if_severe") < 0.25


def test_a_serious_cause_is_rare_in_acute_back_pain_of_primary_care() -> None:
    assert value("henschke2009_serious") < 0.05


def test_an_image_seldom_multiplies_the_odds_of_pain() -> None:
    for row in ("brinjikji2015b_degeneration", "suri2013_severe_facet", "kalichman2009_back_pain"):
        assert 1.0 < value(row) < 4.0


def test_every_counted_row_that_is_clearly_missed_says_why() -> None:
    explained = read_explanations()
    silent = []
    for id_, result in scored().items():
        ends, number = result.interval, result.published
        if not result.counted or ends is None or number.low is None or number.high is None:
            continue
        if (ends[1] < number.low or ends[0] > number.high) and id_ not in explained:
            silent.append(id_)
    assert silent == []
