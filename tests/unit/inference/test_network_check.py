"""The check of the network as a whole notices what it is there for."""

from __future__ import annotations

import pytest

from ilc.inference.model import build_model
from ilc.inference.network_check import AGES, LARGEST_CLIQUE_ALLOWED, SEXES, check_network, measure_clique
from ilc.knowledge import load_knowledge
from ilc.knowledge.model import Slice
from tests.support.plain_knowledge import INTENSITIES, link, node, plain_knowledge


def test_size_and_implied_pain_of_a_network_that_can_be_worked_out_by_hand() -> None:
    knowledge = plain_knowledge(
        [node("disc", prior=0.3), node("pain", leak=0.1, slice_=Slice.COMPLAINT)],
        [link("disc", "pain", 0.5, dose=INTENSITIES)],
    )
    found = check_network(knowledge)
    assert (found.nodes, found.links, found.overfull) == (2, 1, ())
    [(complaint, prevalence)] = found.implied
    assert complaint == "pain"
    assert prevalence == pytest.approx([1.0 - 0.9 * (1.0 - 0.5 * 0.3)] * len(AGES))


def test_a_prior_without_room_is_named_for_each_age_and_sex() -> None:
    knowledge = plain_knowledge([node("disc", prior=0.5), node("slip", prior=0.1)], [link("disc", "slip", 0.9)])
    found = check_network(knowledge)
    assert len(found.overfull) == len(AGES) * len(SEXES)
    assert found.overfull[0] == f"slip ({AGES[0]}, {SEXES[0]})"


def test_a_tangle_of_complaints_shows_as_a_large_clique() -> None:
    """Twenty-four factors that all act on thirty complaints cannot be kept apart."""
    causes = [node(f"cause{i}", prior=0.2) for i in range(24)]
    complaints = [node(f"pain{i}", leak=0.05, slice_=Slice.COMPLAINT) for i in range(30)]
    links = [link(c.id, p.id, 0.1, dose=INTENSITIES) for c in causes for p in complaints]
    knowledge = plain_knowledge([*causes, *complaints], links)
    assert measure_clique(build_model(knowledge, age_years=50, sex="male")) > LARGEST_CLIQUE_ALLOWED


def test_the_shipped_network_passes_its_own_check() -> None:
    found = check_network(load_knowledge())
    assert found.largest_clique <= LARGEST_CLIQUE_ALLOWED
    assert found.overfull == ()
    assert found.nodes > 100
