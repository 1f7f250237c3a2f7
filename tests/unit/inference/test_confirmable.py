"""Every factor can be made likely and unlikely by findings, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import pytest

from ilc.core import Estimate, IssueSeverity, SiteKind
from ilc.inference.confirmable import CONFIRMED_ABOVE, EXCLUDED_BELOW, check_reach, measure_reach, people_asked
from ilc.inference.people import People, Person
from ilc.knowledge.model import AgeBand, FindingDef, Knowledge, LinkDef, NodeDef, Slice
from tests.support.plain_knowledge import INTENSITIES, finding, link, node, plain_knowledge

SLIP = node("slip", prior=0.2)
RADIOGRAPH = finding("radiograph", {"slip": 0.9}, 0.02)
SOURCE = node("facet", leak=0.01, slice_=Slice.SOURCE)
PAIN = node("pain", leak=0.05, slice_=Slice.COMPLAINT)


def _odds(p: float) -> float:
    return p / (1.0 - p)


def _reach(knowledge: Knowledge, factor: str = "slip") -> tuple[float, float]:
    [found] = [reach for reach in measure_reach(People(knowledge)) if reach.instance.concept == factor]
    return found.raised, found.lowered


def _told(
    marks: dict[str, str], findings: Sequence[FindingDef] = (RADIOGRAPH,), slip: NodeDef = SLIP
) -> dict[str, str]:
    knowledge = plain_knowledge([replace(slip, not_confirmable=MappingProxyType(marks))], [], findings)
    issues = list(check_reach(knowledge, measure_reach(People(knowledge))))
    assert all(issue.severity is IssueSeverity.ERROR and issue.where == "nodes.slip" for issue in issues)
    return {issue.code.removeprefix("KNOWLEDGE_"): issue.message for issue in issues}


def test_one_finding_moves_the_odds_by_its_likelihood_ratio() -> None:
    raised, lowered = _reach(plain_knowledge([SLIP], [], [RADIOGRAPH]))
    assert _odds(raised) == pytest.approx(0.25 * 0.9 / 0.02)
    assert _odds(lowered) == pytest.approx(0.25 * 0.1 / 0.98)


def test_every_outcome_is_tried_and_the_most_telling_taken() -> None:
    graded = finding(
        "graded",
        {"slip": {"none": 0.1, "some": 0.3, "much": 0.6}},
        {"none": 0.7, "some": 0.2, "much": 0.1},
    )
    against = finding("against", {"slip": 0.1}, 0.5)
    raised, lowered = _reach(plain_knowledge([SLIP], [], [graded, against]))
    assert _odds(raised) == pytest.approx(0.25 * 6.0 * (0.9 / 0.5))
    assert _odds(lowered) == pytest.approx(0.25 / 7.0 * (0.1 / 0.5))


def test_a_factor_that_a_finding_decides_needs_no_mark() -> None:
    assert _told({}) == {}


def test_a_factor_that_no_finding_shows_must_say_so() -> None:
    told = _told({}, findings=())
    assert set(told) == {"NOT_RAISED", "NOT_LOWERED"}
    assert told["NOT_RAISED"] == "raised to 0.2 at most (woman of 55); findings that concern it: 0."
    assert _told({"raise": "no test exists", "lower": "no test exists"}, findings=()) == {}


def test_each_way_is_marked_by_itself() -> None:
    vague = finding("vague", {"slip": 0.99}, 0.5)
    assert set(_told({}, findings=[vague])) == {"NOT_RAISED"}
    assert _told({"raise": "nothing is specific"}, findings=[vague]) == {}
    assert set(_told({"raise": "nothing is specific", "lower": "x"}, findings=[vague])) == {"MARK_STALE"}


def test_a_mark_that_is_no_longer_true_is_an_error() -> None:
    told = _told({"raise": "no test exists"})
    assert list(told) == ["MARK_STALE"]
    assert told["MARK_STALE"].startswith("marked not_confirmable (raise), yet raised to 0.918 at most")


def test_the_limits_are_those_of_the_design() -> None:
    assert (CONFIRMED_ABOVE, EXCLUDED_BELOW) == (0.8, 0.05)


def _with_arrows(findings: Sequence[FindingDef], links: Sequence[LinkDef] = ()) -> Knowledge:
    arrows = [link("slip", "facet", 0.5), link("facet", "pain", 0.8, dose=INTENSITIES), *links]
    return plain_knowledge([SLIP, SOURCE, PAIN], arrows, findings)


def test_a_finding_of_an_arrow_out_of_the_factor_counts() -> None:
    provoked = finding("provoked", {"slip->facet": 0.9}, 0.02)
    raised, lowered = _reach(_with_arrows([provoked]))
    on = 0.5 * 0.9 + 0.5 * 0.02
    assert _odds(raised) == pytest.approx(0.25 * on / 0.02)
    assert _odds(lowered) == pytest.approx(0.25 * (1.0 - on) / 0.98)


def test_a_finding_of_what_the_factor_leads_to_does_not_count_unless_it_is_a_block() -> None:
    posture = finding("posture", {"facet->pain": 0.9}, 0.02)
    assert _reach(_with_arrows([posture])) == pytest.approx((0.2, 0.2))
    raised, lowered = _reach(_with_arrows([replace(posture, evidence_group="block")]))
    assert raised > 0.2 > lowered


def test_history_counts_where_the_factor_mostly_comes_from_it() -> None:
    surgery, smoking = (node(id_, prior=0.1, slice_=Slice.HISTORY) for id_ in ("surgery", "smoking"))
    scar = node("slip", prior=0.06)
    told = [finding("surgery_told", {"surgery": 0.95}, 0.01), finding("smoking_told", {"smoking": 0.95}, 0.01)]
    links = [link("surgery", "slip", 0.5), link("smoking", "slip", 0.05)]
    raised, _ = _reach(plain_knowledge([surgery, smoking, scar], links, told))
    after = 0.1 * 0.95 / (0.1 * 0.95 + 0.9 * 0.01)
    leak = 1.0 - 0.94 / (0.95 * 0.995)
    assert raised == pytest.approx(1.0 - (1.0 - leak) * 0.995 * (1.0 - 0.5 * after))


def test_a_positive_finding_counts_at_one_place_and_negatives_at_all() -> None:
    by_level = finding("by_level", {"slip": 0.5}, 0.1, sites=SiteKind.LEVEL)
    raised, lowered = _reach(plain_knowledge([SLIP], [], [by_level]))
    assert _odds(raised) == pytest.approx(0.25 * 5.0)
    assert _odds(lowered) == pytest.approx(0.25 * (0.5 / 0.9) ** 5)


def test_one_instance_low_in_the_spine_stands_for_a_template() -> None:
    disc, root = node("disc", prior=0.2, sites=SiteKind.LEVEL_SIDE), node("root", prior=0.2, sites=SiteKind.ROOT_SIDE)
    whole, side = node("whole", prior=0.2), node("side", prior=0.2, sites=SiteKind.SIDE)
    reaches = measure_reach(People(plain_knowledge([disc, root, whole, side])))
    assert [str(reach.instance) for reach in reaches] == ["disc@L4_L5.left", "root@L5.left", "whole", "side@left"]


def test_a_finding_of_another_level_does_not_count() -> None:
    disc = node("slip", prior=0.2, sites=SiteKind.LEVEL)
    scan = finding("scan", {"slip": 0.9}, 0.1, sites=SiteKind.LEVEL)
    raised, _ = _reach(plain_knowledge([disc], [], [scan]))
    assert _odds(raised) == pytest.approx(0.25 * 9.0)


def test_only_factors_that_are_reported_are_asked_about() -> None:
    shared = replace(node("shared", leak=0.1), latent=True)
    past = node("past", prior=0.1, slice_=Slice.HISTORY)
    reaches = measure_reach(People(plain_knowledge([past, shared, SLIP, SOURCE, PAIN])))
    assert [reach.instance.concept for reach in reaches] == ["slip"]


def test_findings_that_share_a_hidden_step_count_for_the_factor_behind_it() -> None:
    shared = replace(node("shared", leak=0.1), latent=True)
    read = finding("read", {"shared": 0.9}, 0.05)
    raised, _ = _reach(plain_knowledge([SLIP, shared], [link("slip", "shared", 0.9)], [read]))
    assert raised > 0.5


def test_the_factor_is_tried_where_it_is_most_frequent_too() -> None:
    def band(age_from: int, age_to: int, sex: str, p: float) -> AgeBand:
        return AgeBand(age_from, age_to, sex, "", Estimate(p, p, p))

    reference = (Person(55, "female"), Person(55, "male"))
    by_age = replace(SLIP, prior=(band(18, 60, "any", 0.1), band(60, 120, "any", 0.4)))
    assert people_asked(by_age) == (*reference, Person(60, "female"))
    by_sex = replace(SLIP, prior=(band(18, 120, "female", 0.1), band(18, 70, "male", 0.1), band(70, 120, "male", 0.4)))
    assert people_asked(by_sex) == (*reference, Person(70, "male"))
    assert people_asked(SLIP) == reference
    assert people_asked(node("leaky", leak=0.1)) == reference


def test_the_person_in_whom_it_moves_least_is_told() -> None:
    bands = (
        AgeBand(18, 60, "female", "", Estimate(0.1, 0.1, 0.1)),
        AgeBand(18, 60, "male", "", Estimate(0.2, 0.2, 0.2)),
        AgeBand(60, 120, "any", "", Estimate(0.4, 0.4, 0.4)),
    )
    [reach] = measure_reach(People(plain_knowledge([replace(SLIP, prior=bands)], [], [RADIOGRAPH])))
    assert (reach.raised_in, reach.lowered_in) == (Person(55, "female"), Person(60, "female"))
    assert _odds(reach.raised) == pytest.approx(_odds(0.1) * 45.0)
    assert _odds(reach.lowered) == pytest.approx(_odds(0.4) * 0.1 / 0.98)
