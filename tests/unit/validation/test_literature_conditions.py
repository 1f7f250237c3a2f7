"""Conditions of the literature rules mean in simulated people what their words say."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from ilc.validation.literature.conditions import parse_condition
from ilc.validation.literature.people import BoolArray, Crowd, SimulatedGroup, draw_group, lies_within
from tests.support.knowledge_files import small_knowledge

CROWD = Crowd((50,), ("female",), 20000, 7)


@lru_cache(maxsize=1)
def women() -> SimulatedGroup:
    return draw_group(small_knowledge(), CROWD, age_years=50, sex="female")


def holds(*clauses: str) -> BoolArray:
    return parse_condition(clauses).holds(women())


def test_a_node_means_anywhere_in_the_person() -> None:
    anywhere = np.any([holds(f"disc_herniation@{site}") for site in ("left", "right")], axis=0)
    assert np.array_equal(holds("disc_herniation"), anywhere)
    assert holds("disc_herniation").sum() > holds("disc_herniation@L4_L5").sum() > 0


def test_a_site_means_that_place_or_side() -> None:
    assert lies_within("L4_L5.left", "L4_L5")
    assert lies_within("L4_L5.left", "left")
    assert not lies_within("L4_L5.left", "L4_L5.right")
    assert lies_within("", "")


def test_clauses_must_all_hold_and_alternatives_need_one() -> None:
    both = holds("smoking", "disc_herniation")
    either = holds("smoking | disc_herniation")
    assert np.array_equal(both, holds("smoking") & holds("disc_herniation"))
    assert np.array_equal(either, holds("smoking") | holds("disc_herniation"))
    assert np.array_equal(holds("not smoking"), ~holds("smoking"))


def test_so_many_sites_and_so_high_a_grade() -> None:
    count = (women().states("disc_herniation", "") > 0).sum(axis=1)
    assert np.array_equal(holds("disc_herniation#2"), count >= 2)
    grade = women().states("leg_pain", "").max(axis=1)
    assert np.array_equal(holds("leg_pain>=2"), grade >= 2)


def test_a_link_at_work_needs_its_cause() -> None:
    at_work = holds("link:root_compression->root_inflammation")
    assert at_work.any()
    assert not (at_work & ~holds("root_compression")).any()


def test_an_age_is_that_of_the_group() -> None:
    assert holds("age>=50").all()
    assert not holds("age<50").any()


def test_a_finding_is_as_frequent_as_its_rule_says() -> None:
    rule = small_knowledge().findings["straight_leg_raise"]
    inflamed = holds("root_inflammation@left")
    positive = holds("finding:straight_leg_raise@left")
    alone = (women().states("root_inflammation", "left") > 0).sum(axis=1) == 1
    false_positive = rule.given_absent["present"].value
    assert positive[~inflamed].mean() == pytest.approx(false_positive, abs=0.02)
    assert positive[alone].mean() == pytest.approx(rule.targets[0].given_present["present"].value, abs=0.15)


def test_outcomes_of_a_finding_exclude_each_other() -> None:
    shown = np.array([holds(f"finding:crp={outcome}") for outcome in ("normal", "raised", "high")])
    assert (shown.sum(axis=0) == 1).all()
    assert shown.mean(axis=1) == pytest.approx([0.8, 0.15, 0.05], abs=0.02)


def test_the_same_crowd_gives_the_same_people_and_findings() -> None:
    again = draw_group(small_knowledge(), CROWD, age_years=50, sex="female")
    assert np.array_equal(again.worlds.state, women().worlds.state)
    assert np.array_equal(again.findings("crp", "", "high"), women().findings("crp", "", "high"))


def test_what_the_knowledge_lacks_is_told_and_nonsense_is_refused() -> None:
    condition = parse_condition(["leg_pain | toothache", "finding:xray", "link:a->b"])
    assert list(condition.missing(small_knowledge())) == ["no node toothache", "no finding xray", "no link a->b"]
    with pytest.raises(ValueError, match="is no term"):
        parse_condition(["leg pain!"])
