"""The check of the network as a whole notices what it is there for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import pytest

from ilc.core import Estimate, IssueSeverity, SiteKind
from ilc.inference import network_check
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network_check import (
    AGES,
    EVERYBODY,
    LARGEST_CLIQUE_ALLOWED,
    LARGEST_ERROR,
    NetworkCheck,
    check_network,
    measure_clique,
)
from ilc.inference.people import SEXES, Person, name_people
from ilc.knowledge import load_knowledge
from ilc.knowledge.model import AgeBand, Knowledge, LinkDef, NodeDef, PlausibleDef, Slice
from tests.support.plain_knowledge import INTENSITIES, link, node, plain_knowledge

DISC = node("disc", prior=0.3, slice_=Slice.HISTORY)
PAIN = node("pain", leak=0.1, slice_=Slice.COMPLAINT)
HURTS = link("disc", "pain", 0.5, dose=INTENSITIES)
IMPLIED = 1.0 - 0.9 * (1.0 - 0.5 * 0.3)


def _told(found: NetworkCheck) -> list[str]:
    assert all(issue.severity is IssueSeverity.ERROR for issue in found.issues)
    return [issue.code.removeprefix("KNOWLEDGE_") for issue in found.issues]


def _plausible(bands: Sequence[tuple[int, int, str, float, float]]) -> Knowledge:
    ranges = tuple(AgeBand(a, b, sex, "", Estimate((low + high) / 2, low, high)) for a, b, sex, low, high in bands)
    return replace(
        plain_knowledge([DISC, PAIN], [HURTS]), plausible=MappingProxyType({"pain": PlausibleDef("pain", ranges)})
    )


def test_size_and_implied_pain_of_a_network_that_can_be_worked_out_by_hand() -> None:
    found = check_network(plain_knowledge([DISC, PAIN], [HURTS]))
    assert (found.nodes, found.links, found.issues) == (2, 1, ())
    assert set(found.implied) == {"pain"}
    assert found.implied["pain"] == pytest.approx(dict.fromkeys(EVERYBODY, IMPLIED))


def test_a_complaint_of_both_sides_counts_the_person_once() -> None:
    sided = node("pain", leak=0.1, slice_=Slice.COMPLAINT, sites=SiteKind.SIDE)
    found = check_network(plain_knowledge([DISC, sided], [HURTS]))
    spared = 0.9 * 0.9 * (0.7 + 0.3 * 0.5 * 0.5)
    assert found.implied["pain"] == pytest.approx(dict.fromkeys(EVERYBODY, 1.0 - spared))


def test_pain_inside_its_plausible_range_is_no_error() -> None:
    assert check_network(_plausible([(18, 120, "any", IMPLIED - 0.01, IMPLIED + 0.01)])).issues == ()


def test_pain_outside_its_plausible_range_is_an_error_that_names_age_sex_and_range() -> None:
    bands = [(18, 60, "any", 0.1, 0.3), (60, 120, "female", 0.3, 0.5), (60, 120, "male", 0.01, 0.2)]
    found = check_network(_plausible(bands))
    assert _told(found) == ["IMPLAUSIBLE"]
    [issue] = found.issues
    assert issue.where == "nodes.pain"
    assert "23.5 % in woman of 65, plausible is 30 to 50 %" in issue.message
    assert "23.5 % in man of 80, plausible is 1 to 20 %" in issue.message
    assert "of 25" not in issue.message


def test_a_prior_without_room_is_an_error_told_once_with_the_people() -> None:
    history, slip = node("disc", prior=0.5, slice_=Slice.HISTORY), node("slip", prior=0.1, slice_=Slice.HISTORY)
    found = check_network(plain_knowledge([history, slip], [link("disc", "slip", 0.9)]))
    assert _told(found) == ["OVERFULL"]
    [issue] = found.issues
    assert issue.where == "nodes.slip.prior"
    assert "women of 25, 45, 65, 80; men of 25, 45, 65, 80" in issue.message


def test_a_tangle_of_complaints_shows_as_a_large_clique() -> None:
    """Twenty-four factors that all act on thirty complaints cannot be kept apart."""
    causes = [node(f"cause{i}", prior=0.2) for i in range(24)]
    complaints = [node(f"pain{i}", leak=0.05, slice_=Slice.COMPLAINT) for i in range(30)]
    links = [link(c.id, p.id, 0.1, dose=INTENSITIES) for c in causes for p in complaints]
    knowledge = plain_knowledge([*causes, *complaints], links)
    assert measure_clique(build_model(knowledge, age_years=50, sex="male")) > LARGEST_CLIQUE_ALLOWED


def test_a_clique_above_the_limit_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_check, "LARGEST_CLIQUE_ALLOWED", 1)
    assert _told(check_network(plain_knowledge([DISC, PAIN], [HURTS]))) == ["CLIQUE"]


LEVELS = node("disc", prior=0.6, sites=SiteKind.LEVEL, prior_unit="person", slice_=Slice.HISTORY)
SIDES = node("joint", prior=0.2, sites=SiteKind.SIDE, prior_unit="site", slice_=Slice.HISTORY)


@pytest.mark.parametrize(
    ("nodes", "links"),
    [
        ([LEVELS, SIDES], [link("disc", "joint", 0.05, site_map="all")]),
        ([SIDES, LEVELS], [link("joint", "disc", 0.1, site_map="all")]),
    ],
)
def test_the_network_gives_back_priors_by_person_and_by_site(nodes: list[NodeDef], links: list[LinkDef]) -> None:
    found = check_network(plain_knowledge(nodes, links))
    assert found.issues == ()
    assert found.largest_error <= LARGEST_ERROR


def test_a_network_that_does_not_give_back_its_priors_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The builder is made to take men for women, whose prior differs."""
    bands = (
        AgeBand(18, 120, "female", "", Estimate(0.2, 0.1, 0.3)),
        AgeBand(18, 120, "male", "", Estimate(0.4, 0.3, 0.5)),
    )
    knowledge = plain_knowledge([replace(DISC, prior=bands)])

    def take_for_women(known: Knowledge, *, age_years: int, sex: str) -> CausalModel:
        assert sex in SEXES
        return build_model(known, age_years=age_years, sex="female")

    monkeypatch.setattr("ilc.inference.people.build_model", take_for_women)
    found = check_network(knowledge)
    assert _told(found) == ["MARGINAL"]
    assert found.largest_error == pytest.approx(0.2)
    assert "men of 25, 45, 65, 80" in found.issues[0].message
    assert "women" not in found.issues[0].message


def test_people_are_named_by_sex_and_age() -> None:
    people = [Person(age, sex) for age in reversed(AGES) for sex in SEXES if (age, sex) != (80, "male")]
    assert name_people(people) == "women of 25, 45, 65, 80; men of 25, 45, 65"
    assert str(Person(55, "male")) == "man of 55"


@cache
def _shipped() -> NetworkCheck:
    return check_network(load_knowledge())


def test_the_shipped_network_is_small_enough_gives_back_its_priors_and_implies_plausible_pain() -> None:
    found = _shipped()
    assert found.nodes > 100
    assert found.largest_clique <= LARGEST_CLIQUE_ALLOWED
    assert found.largest_error <= LARGEST_ERROR
    assert {issue.code for issue in found.issues} & {"KNOWLEDGE_OVERFULL", "KNOWLEDGE_IMPLAUSIBLE"} == set()


def test_every_shipped_factor_can_be_confirmed_and_excluded_or_says_why_not() -> None:
    assert [f"{issue.where}: {issue.message}" for issue in _shipped().issues] == []


def test_every_shipped_complaint_has_a_plausible_range() -> None:
    assert set(load_knowledge().plausible) == set(_shipped().implied)
