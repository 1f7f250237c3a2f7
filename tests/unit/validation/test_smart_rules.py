"""The rules of the part `smart` are those of its first scoring, and fit the knowledge base."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilc.knowledge import load_knowledge
from ilc.validation.mechanism_model import MECHANISMS
from ilc.validation.result import PartNotPossible
from ilc.validation.smart import check_parameters
from ilc.validation.smart_rules import RULES, read_smart_rules
from tests.support.dated_rules import check_amendments

FIRST_SCORED = "c1d97f308228d7a347e6d903f9737c27345a0a89c2142b66b7b3cc08fb3cedca"


def test_rules_only_change_with_a_dated_amendment() -> None:
    check_amendments(RULES, FIRST_SCORED)


def test_every_criterion_says_something_about_each_class() -> None:
    rules = read_smart_rules()
    assert set(rules.criteria) == set(range(1, 39)) - {17, 21}
    assert set(rules.classes) == set(MECHANISMS) == set(rules.model.sources)
    for by_class in rules.criteria.values():
        assert set(by_class) == set(MECHANISMS)
        assert all(0.0 < p < 1.0 for p in by_class.values())
    for cluster in rules.clusters.values():
        assert cluster.items <= set(rules.criteria)


def test_clusters_are_those_of_the_knowledge_base() -> None:
    rules, knowledge = read_smart_rules(), load_knowledge()
    check_parameters(rules, knowledge)
    changed = {**rules.clusters, "central": replace(rules.clusters["central"], sensitivity=0.5)}
    with pytest.raises(PartNotPossible, match=r"central_cluster\.sensitivity"):
        check_parameters(replace(rules, clusters=changed), knowledge)
