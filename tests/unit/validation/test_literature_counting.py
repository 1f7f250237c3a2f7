"""Quantities of sources, counted in simulated people, agree with the exact engine and with arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from ilc.core import Estimate
from ilc.core.estimate import expit
from ilc.inference.engine import infer_posterior
from ilc.inference.model import build_model
from ilc.inference.network import Evidence, Target
from ilc.knowledge import Knowledge
from ilc.validation.literature.conditions import parse_condition
from ilc.validation.literature.counting import (
    Question,
    Simulated,
    Tables,
    evaluate,
    population_shares,
    scaled_quantity,
    slope_of,
    tabulate,
)
from ilc.validation.literature.people import Crowd, draw_group
from ilc.validation.literature.published import published_of, published_sd, scaled, unscaled, wilson_interval
from ilc.validation.literature.rules import Measure, Population, PublishedNumber, Row
from tests.support.knowledge_files import small_knowledge

TABLE = np.array([30.0, 70.0, 20.0, 180.0])  # given and of, given only, of only, neither
MEASURES: tuple[Measure, ...] = ("share", "odds_ratio", "risk_ratio", "lr_positive", "lr_negative", "correlation")


def row(measure: Measure = "share", **changed: object) -> Row:
    entries: dict[str, object] = {
        "id": "x",
        "section": "causes",
        "role": "emergent",
        "says": "x",
        "published": {"value": 0.3, "low": 0.2, "high": 0.4},
        "interval": "stated",
        "source": "x",
        "population": "adults",
        "measure": measure,
        "of": ["leg_pain"],
        "mapping": "x",
        "given": [] if measure == "share" else ["root_compression"],
    }
    return Row.model_validate(entries | changed)


def simulate(question_row: Row, knowledge: Knowledge, *, people: int = 40000) -> Simulated:
    parts = [parse_condition(clauses) for clauses in (question_row.among, question_row.given, question_row.of)]
    question = Question(question_row, parts[0], parts[1], parts[2], np.ones(1))
    group = draw_group(knowledge, Crowd((50,), ("female",), people, 3), age_years=50, sex="female")
    mean, square = tabulate(question, group)
    return evaluate(question, Tables(mean[None, :], square[None, :], people))


def exact(knowledge: Knowledge, of: str, given: str = "") -> float:
    model = build_model(knowledge, age_years=50, sex="female")
    evidence = [Evidence("given", (Target("node", model.node(given)),), np.array([0.0, 1.0]))] if given else []
    return float(infer_posterior(model.network, evidence).p_present[model.node(of)])


def test_a_share_in_simulated_people_is_that_of_the_exact_engine() -> None:
    knowledge = small_knowledge()
    found = simulate(row(of=["root_compression@L5.left"], among=["disc_herniation@L4_L5.left"]), knowledge)
    truth = exact(knowledge, "root_compression@L5.left", "disc_herniation@L4_L5.left")
    assert abs(found.scaled - scaled(truth, "share")) < 4 * found.sd
    assert found.sd < 0.1


def test_an_odds_ratio_in_simulated_people_is_that_of_the_exact_engine() -> None:
    knowledge = small_knowledge()
    found = simulate(row("odds_ratio", of=["root_pain@L5.left"], given=["root_compression@L5.left"]), knowledge)
    with_it, all_people = (
        exact(knowledge, "root_pain@L5.left", "root_compression@L5.left"),
        exact(knowledge, "root_pain@L5.left"),
    )
    how_often = exact(knowledge, "root_compression@L5.left")
    without = (all_people - with_it * how_often) / (1.0 - how_often)
    truth = scaled(with_it, "share") - scaled(without, "share")
    assert abs(found.scaled - truth) < 4 * found.sd


def test_a_setting_raises_the_odds_of_what_it_selects_by_its_ratio() -> None:
    knowledge = small_knowledge()
    setting = replace(knowledge.settings["clinic"], ratios={"smoking": Estimate(3.0, 2.0, 4.0)})
    known = replace(knowledge, settings={**knowledge.settings, "clinic": setting})
    found = simulate(row(of=["smoking"], setting="clinic"), known)
    truth = 3.0 * 0.2 / (1.0 - 0.2 + 3.0 * 0.2)
    assert expit(found.scaled) == pytest.approx(truth, abs=0.01)


def test_four_times_as_many_people_halve_the_error() -> None:
    asked = row(of=["disc_herniation"])
    few, many = (simulate(asked, small_knowledge(), people=people) for people in (5000, 20000))
    assert few.sd / many.sd == pytest.approx(2.0, rel=0.1)
    assert many.people == pytest.approx(20000)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("share", 0.3),
        ("odds_ratio", 30 * 180 / (70 * 20)),
        ("risk_ratio", 0.3 / 0.1),
        ("lr_positive", 0.3 / 0.1),
        ("lr_negative", 0.7 / 0.9),
        ("correlation", (30 * 180 - 70 * 20) / (100 * 200 * 50 * 250) ** 0.5),
    ],
)
def test_measures_are_those_of_the_fourfold_table(measure: Measure, value: float) -> None:
    assert unscaled(scaled_quantity(TABLE, measure), measure) == pytest.approx(value)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_slope_says_how_the_measure_changes_with_the_table(measure: Measure) -> None:
    change = np.array([0.3, -0.2, 0.1, 0.4])
    used = change * np.array([1.0, 1.0, 0.0, 0.0]) if measure == "share" else change
    rise = scaled_quantity(TABLE + 1e-3 * used, measure) - scaled_quantity(TABLE, measure)
    assert rise == pytest.approx(1e-3 * float(slope_of(TABLE, measure) @ change), rel=1e-3)


def test_a_population_weighs_ages_and_sexes_as_its_source() -> None:
    groups = Crowd((30, 40, 50, 60), ("female", "male"), 1, 1).groups
    even = population_shares(Population(ages=(35, 60), female=0.75, stated="x"), groups)
    assert even.sum() == pytest.approx(1.0)
    assert even[[0, 1, 6, 7]].max() == 0.0
    assert even[2] == pytest.approx(3 * even[3])
    old = population_shares(Population(ages=(18, 85), female=0.5, stated="x", mean=60, sd=10), groups)
    assert old[6] / old[0] == pytest.approx(exp(0.5 * 9))
    with pytest.raises(ValueError, match="fits none"):
        population_shares(Population(ages=(90, 95), female=0.5, stated="x"), groups)


def test_the_interval_of_eleven_among_1172_is_that_of_wilson() -> None:
    assert wilson_interval(11, 1172) == pytest.approx((0.00525, 0.01673), abs=1e-4)
    counted = published_of(row(published=PublishedNumber(count=11, of=1172).model_dump(), interval="wilson"))
    assert counted.value == pytest.approx(0.00939, abs=1e-5)


@pytest.mark.parametrize(("measure", "value"), [("share", 0.2), ("odds_ratio", 2.5), ("correlation", 0.4)])
def test_scales_can_be_undone(measure: Measure, value: float) -> None:
    assert unscaled(scaled(value, measure), measure) == pytest.approx(value)


def test_the_error_of_a_lopsided_interval_is_that_of_the_side_the_model_lies_on() -> None:
    number = published_of(row("odds_ratio", published={"value": 2.0, "low": 1.8, "high": 8.0}))
    above, below = (published_sd(number, "odds_ratio", above=side) for side in (True, False))
    assert above == pytest.approx(log(4.0) / 1.96)
    assert below == pytest.approx(log(2.0 / 1.8) / 1.96)
