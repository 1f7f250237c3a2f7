"""The joint fit: right derivatives, answers that can be worked out by hand, no prior used up by its causes."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np
import pytest

from ilc.core.estimate import expit, logit
from ilc.inference.model import build_model
from ilc.knowledge import Knowledge, load_knowledge
from ilc.knowledge.files import FITTED
from ilc.knowledge.fitted import check_fit, start_of
from ilc.knowledge.loader import knowledge_from
from ilc.validation.literature.people import Crowd, draw_group
from ilc.validation.literature.published import published_of
from ilc.validation.literature.rules import FitRules, Population, Row, read_literature_rules
from tests.support.knowledge_files import edited, small_knowledge
from training.knowledge_fit.linear import Simulation, beyond_chance
from training.knowledge_fit.moved import SHARED, moved_numbers, put_numbers
from training.knowledge_fit.scores import score_group, stated_prior
from training.knowledge_fit.solve import MOST_IMPLIED, Fit, Solver
from training.knowledge_fit.targets import Target, ask_of, hash_of_rows, targets_of
from training.knowledge_fit.write import Made, render_fitted

CROWD = Crowd((50,), ("female",), 20000, 11)
WOMEN = Population(ages=(45, 55), female=1.0, stated="x")
RULES = FitRules(allowance=0.2, huber=2.0, vague_sd=1.0)
LINK = "root_compression->root_inflammation"


def target(**changed: object) -> Target:
    entries: dict[str, object] = {
        "id": "asked",
        "section": "causes",
        "role": "fitted",
        "says": "x",
        "published": {"value": 0.8, "low": 0.76, "high": 0.84},
        "interval": "stated",
        "source": "x",
        "population": "x",
        "measure": "share",
        "among": ["root_compression@L5.left"],
        "of": ["root_inflammation@L5.left"],
        "mapping": "x",
    }
    row = Row.model_validate(entries | changed)
    return Target(row.id, ask_of(row, WOMEN, CROWD), published_of(row), ("p.or.herniation",))


def simulation(known: Knowledge, *targets: Target) -> Simulation:
    moved = moved_numbers(known, [], vague_sd=1.0)
    return Simulation(known, CROWD, targets, moved, lambda _: None)


def solve(known: Knowledge, *targets: Target) -> tuple[Simulation, Fit]:
    asked = simulation(known, *targets)
    return asked, Solver(asked, RULES, lambda _: None).solve(iterations=10)


RARE = 'leak: {assume: [0.001, 0.0005, 0.002], because: "rare without a cause"}'
COMMON = "leak: {assume: [0.2, 0.1, 0.3], because: many}"
OF_A_ROOT = "definition: A root pressed on.\n  "
MANY = edited("nodes/factors.yaml", OF_A_ROOT + RARE, OF_A_ROOT + COMMON)


def pressed() -> Knowledge:
    """The small knowledge base with many pressed roots, so that few people are enough."""
    return knowledge_from(MANY)


@lru_cache(maxsize=1)
def one_target_fit() -> tuple[Simulation, Fit]:
    return solve(pressed(), target())


def test_strengths_and_leaks_move_but_not_what_is_unexplained_of_a_complaint() -> None:
    known = small_knowledge()
    moved = moved_numbers(known, [], vague_sd=1.0)
    assert set(moved.links) == set(known.links)
    leaks = {id_ for id_, node in known.nodes.items() if node.leak is not None}
    assert set(moved.leaks) == leaks - {"leg_pain", "low_back_pain"}
    assert moved.sd[moved.link_column[LINK]] == pytest.approx((logit(0.7) - logit(0.3)) / (2 * 1.96))


def test_a_strength_computed_from_a_target_does_not_count_it_twice() -> None:
    asked = Target("x", target().question, target().published, ("p.or.herniation",))
    moved = moved_numbers(small_knowledge(), [asked], vague_sd=1.0)
    assert moved.sd[moved.link_column["smoking->disc_herniation"]] == 1.0
    assert moved.sd[moved.link_column[LINK]] < 1.0


def test_causes_of_one_pain_source_share_half_of_the_doubt_and_keep_their_own_spread() -> None:
    moved = moved_numbers(small_knowledge(), [], vague_sd=1.0)
    covariance = moved.root @ moved.root.T
    assert np.sqrt(np.diag(covariance)) == pytest.approx(moved.sd)
    inflamed, root_pain = moved.link_column["root_inflammation->root_pain"], moved.leak_column["root_pain"]
    assert covariance[inflamed, root_pain] == pytest.approx(SHARED * moved.sd[inflamed] * moved.sd[root_pain])
    assert covariance[moved.link_column[LINK], inflamed] == 0.0
    away = moved.start + moved.root @ np.arange(len(moved.start))
    assert moved.strayed(away) == pytest.approx(np.arange(len(moved.start)))


def test_scores_average_to_none() -> None:
    known = pressed()
    moved = moved_numbers(known, [], vague_sd=1.0)
    group = draw_group(put_numbers(known, moved, moved.start), CROWD, age_years=50, sex="female")
    score = score_group(group, moved).score
    error = score.std(axis=0) / sqrt(group.count)
    assert (np.abs(score.mean(axis=0)) < 5 * error + 1e-9).all()


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        (LINK, {}),
        ("smoking->disc_herniation", {"among": ["smoking"], "of": ["disc_herniation"]}),
        ("root_pain->leg_pain", {"among": ["root_compression"], "of": ["leg_pain"]}),
    ],
    ids=["a plain link", "a link whose effect keeps its prior", "a graded complaint"],
)
def test_slopes_are_those_of_simulating_again(link: str, asked: dict[str, object]) -> None:
    run = simulation(pressed(), target(**asked))
    here, column, step = run.moved.start, run.moved.link_column[link], 0.5
    aside = np.zeros(len(here))
    aside[column] = step
    rise = run.linearise(here + aside).value - run.linearise(here - aside).value
    assert run.linearise(here).slope[0, column] == pytest.approx(float(rise[0]) / (2 * step), rel=0.2)


def test_a_slope_that_chance_can_make_counts_as_none() -> None:
    found = beyond_chance(np.array([0.1, 0.5, -0.5, 0.0]), np.array([0.01, 0.0001, 0.0001, 0.0]))
    assert found[0] == 0.0
    assert found[1] == pytest.approx(0.4982, abs=1e-3)
    assert found[2] == -found[1]
    assert found[3] == 0.0


def test_one_target_and_one_assumption_meet_where_their_errors_say() -> None:
    run, fit = one_target_fit()
    column = run.moved.link_column[LINK]
    stated_sd = (logit(0.8) - logit(0.76)) / 1.96
    target_precision = 1.0 / (stated_sd**2 + RULES.allowance**2)
    prior_precision = 1.0 / run.moved.sd[column] ** 2
    middle = (target_precision * logit(0.8) + prior_precision * logit(0.5)) / (target_precision + prior_precision)
    assert expit(float(fit.last.log_odds[column])) == pytest.approx(expit(middle), abs=0.02)
    assert fit.posterior_sd[column] == pytest.approx(1.0 / sqrt(target_precision + prior_precision), rel=0.15)


def test_numbers_that_no_target_bears_on_stay_where_they_were() -> None:
    run, fit = one_target_fit()
    column = run.moved.link_column["bone_pain->low_back_pain"]
    assert fit.last.log_odds[column] == pytest.approx(run.moved.start[column])
    assert fit.posterior_sd[column] == pytest.approx(run.moved.sd[column])


GREEDY = target(among=["smoking"], of=["disc_herniation"], published={"value": 0.995, "low": 0.99, "high": 0.999})
SMOKE = "smoking->disc_herniation"


def test_the_fit_never_uses_up_a_prior() -> None:
    formula = "{from: odds_ratio, ratio: p.or.herniation, base: p.base.pain}"
    weak = knowledge_from(edited("links/all.yaml", formula, '{assume: [0.002, 0.0001, 0.9], because: "weak"}'))
    run, fit = solve(weak, GREEDY)
    known = put_numbers(weak, run.moved, fit.last.log_odds)
    model = build_model(known, age_years=50, sex="female")
    assert known.links[SMOKE].strength.value > 0.01
    assert model.overfull == ()
    shares = []
    for node, definition in enumerate(model.definitions):
        prior = stated_prior(model, node, age_years=50, sex="female")
        if definition.id == "disc_herniation" and prior is not None:
            none_active = (1.0 - float(model.stated_prior[node])) / float(model.network.nodes[node].leak[0])
            shares.append((1.0 - none_active) / prior)
    assert max(shares) == pytest.approx(MOST_IMPLIED, abs=0.03)


def test_where_assumed_numbers_use_up_a_prior_the_fit_adds_nothing() -> None:
    run, fit = solve(small_knowledge(), GREEDY)
    known = put_numbers(small_knowledge(), run.moved, fit.last.log_odds)
    assert known.links[SMOKE].strength.value == pytest.approx(small_knowledge().links[SMOKE].strength.value, rel=0.1)


def test_a_target_far_off_pulls_no_harder_than_the_rules_allow() -> None:
    run, fit = solve(pressed(), target(published={"value": 0.999, "low": 0.998, "high": 0.9995}))
    strayed = np.abs(fit.last.log_odds - run.moved.start) / run.moved.sd
    column = run.moved.link_column[LINK]
    assert abs(fit.last.misfit[0]) > RULES.huber
    assert strayed[column] == pytest.approx(RULES.huber * abs(fit.influence[0, column]), rel=0.1)


def test_the_file_that_is_written_is_read_and_used() -> None:
    run, fit = one_target_fit()
    text = render_fitted(run.knowledge, run, fit, Made("2026-11-26", "1"))
    known = knowledge_from({**MANY, FITTED: text})
    fitted = expit(float(fit.last.log_odds[run.moved.link_column[LINK]]))
    assert known.links[LINK].strength.value == pytest.approx(fitted, rel=1e-3)
    assert list(check_fit(known)) == []
    start = start_of(known, known.links[LINK].parameter)
    assert start is not None
    assert start.estimate.value == 0.5
    assert "bone_pain->low_back_pain" not in text


def test_the_hash_of_the_rows_follows_numbers_not_words() -> None:
    rules, _ = read_literature_rules()
    fitted = next(i for i, row in enumerate(rules.rows) if row.role == "fitted")
    words = [row.model_copy(update={"says": "other words"}) for row in rules.rows]
    numbers = list(rules.rows)
    numbers[fitted] = numbers[fitted].model_copy(update={"measure": "risk_ratio"})
    assert hash_of_rows(rules.model_copy(update={"rows": words})) == hash_of_rows(rules)
    assert hash_of_rows(rules.model_copy(update={"rows": numbers})) != hash_of_rows(rules)


def test_shipped_fitted_numbers_were_fitted_to_the_shipped_rows() -> None:
    record = load_knowledge().fit
    if record is None:
        pytest.skip("the knowledge base ships no fitted numbers")
    rules, _ = read_literature_rules()
    assert record.rows == hash_of_rows(rules)


def test_targets_are_the_fitted_rows_and_the_plausible_prevalences() -> None:
    rules, _ = read_literature_rules()
    known = small_knowledge()
    crowd = Crowd(tuple(rules.ages_years), tuple(rules.sexes), 10, 1)
    names = [asked.name for asked in targets_of(known, rules, crowd)]
    assert "plausible.leg_pain.18_120" in names
    assert "grovle2010_sciatica" in names
    assert "mansfield2016_widespread" not in names  # the small knowledge base has no such complaint
    held_out = {row.id for row in rules.rows if row.role != "fitted"}
    assert not held_out & set(names)
