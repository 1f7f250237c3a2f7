"""Fitted numbers stand over the assumed ones they started from, say what they answer to, and are told when old."""

from __future__ import annotations

import pytest

from ilc.knowledge import Basis, Knowledge, KnowledgeError
from ilc.knowledge.fitted import check_fit, count_fitted, hash_of_network, start_of, without_fit
from ilc.knowledge.loader import knowledge_from
from ilc.knowledge.number import inputs_of
from tests.support.knowledge_files import SMALL

LINK = "root_compression->root_inflammation"
STRENGTH = f"fitted.links.{LINK}.strength"
LEAK = "fitted.nodes.root_compression.leak"


def assumed_strength() -> tuple[float, float, float]:
    strength = knowledge_from(SMALL).links[LINK].strength
    return strength.value, strength.low, strength.high


def with_fit(*, network: str = "", assumed: tuple[float, float, float] | None = None, value: str = "0.41") -> Knowledge:
    triple = list(assumed or assumed_strength())
    text = f"""
made: {{command: make fit, date: 2026-11-26, network: "{network or hash_of_network(knowledge_from(SMALL))}", rows: "1"}}
links:
  {LINK}: {{value: {value}, low: 0.3, high: 0.5, assumed: {triple}, answers_to: [p.or.herniation, literature.some_row]}}
leaks:
  root_compression: {{value: 0.0008, low: 0.0006, high: 0.001, assumed: [0.001, 0.0005, 0.002], answers_to: []}}
"""
    return knowledge_from({**SMALL, "fitted.yaml": text})


def test_the_fitted_strength_is_used_and_the_assumed_one_stays_on_record() -> None:
    known = with_fit()
    assert (known.links[LINK].strength.value, known.links[LINK].parameter) == (0.41, STRENGTH)
    start = start_of(known, STRENGTH)
    assert start is not None
    assert (start.estimate.value, start.estimate.low, start.estimate.high) == assumed_strength()


def test_a_fitted_leak_is_used_too() -> None:
    leak = with_fit().nodes["root_compression"].leak
    assert leak is not None
    assert leak.value == 0.0008


def test_a_fitted_number_is_still_an_assumption_and_names_what_it_answers_to() -> None:
    parameter = with_fit().parameters[STRENGTH]
    assert parameter.basis is Basis.ASSUMPTION
    assert inputs_of(parameter) == (f"assumed.links.{LINK}.strength", "p.or.herniation")
    assert "literature.some_row" in parameter.note


def test_a_fitted_number_is_not_used_once_the_assumed_one_has_changed() -> None:
    known = with_fit(assumed=(0.123, 0.1, 0.2))
    assert known.links[LINK].parameter == f"assumed.links.{LINK}.strength"
    assert [issue.code for issue in check_fit(known)] == ["KNOWLEDGE_FIT_UNUSED"]


def test_nothing_is_said_of_a_fit_of_this_very_network() -> None:
    assert list(check_fit(with_fit())) == []
    assert count_fitted(with_fit()) == 2


def test_a_fit_of_another_network_is_told() -> None:
    assert [issue.code for issue in check_fit(with_fit(network="0" * 64))] == ["KNOWLEDGE_FIT_STALE"]


def test_the_hash_of_the_network_does_not_depend_on_the_fit_or_on_words() -> None:
    plain = hash_of_network(knowledge_from(SMALL))
    assert hash_of_network(with_fit()) == plain
    words = SMALL["nodes/factors.yaml"].replace("A root pressed on.", "Another sentence.")
    assert hash_of_network(knowledge_from({**SMALL, "nodes/factors.yaml": words})) == plain


def test_another_prior_changes_the_hash_of_the_network() -> None:
    other = SMALL["nodes/history.yaml"].replace("[0.2, 0.1, 0.3]", "[0.21, 0.1, 0.3]")
    changed = knowledge_from({**SMALL, "nodes/history.yaml": other})
    assert hash_of_network(changed) != hash_of_network(knowledge_from(SMALL))


def test_without_the_fit_everything_is_as_assumed() -> None:
    plain, bare = knowledge_from(SMALL), without_fit(with_fit())
    assert {id_: link.strength for id_, link in bare.links.items()} == {i: x.strength for i, x in plain.links.items()}
    assert {id_: node.leak for id_, node in bare.nodes.items()} == {i: x.leak for i, x in plain.nodes.items()}


def test_an_overlay_with_its_own_strength_is_not_fitted() -> None:
    overlay = {
        "links/own.yaml": f"""
{LINK}:
  strength: {{assume: [0.9, 0.8, 0.95], because: "our clinic"}}
  mechanism: neuropathic
  origin: body
  evidence: moderate
  reversible: true
""",
    }
    fitted = with_fit()
    text = f"""
made: {{command: make fit, date: 2026-11-26, network: "x", rows: "1"}}
links:
  {LINK}: {{value: 0.41, low: 0.3, high: 0.5, assumed: {list(assumed_strength())}, answers_to: []}}
"""
    known = knowledge_from({**SMALL, "fitted.yaml": text}, overlay)
    assert known.links[LINK].strength.value == 0.9
    assert list(check_fit(known)) == []
    assert fitted.links[LINK].strength.value == 0.41


@pytest.mark.parametrize("value", ["0.7", "1.4", "often"])
def test_a_fitted_number_outside_its_interval_or_range_is_refused(value: str) -> None:
    with pytest.raises(KnowledgeError):
        with_fit(value=value)
