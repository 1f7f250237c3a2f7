"""The network of one person: what each source states of unselected people comes out of it again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ilc.core import SiteKind, sites_of
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.model import SMALLEST_LEAK, CausalModel, Variation, build_model, estimate_at
from ilc.inference.network import Combine, Evidence, FloatArray, Target
from ilc.knowledge import load_knowledge
from ilc.knowledge.model import EvidenceGrade, Slice
from tests.support.plain_knowledge import INTENSITIES, link, node, plain_knowledge

EXACT = 1e-9
PEOPLE = [(22, "female"), (45, "male"), (60, "female"), (60, "other"), (88, "male")]


@cache
def _person(age_years: int, sex: str) -> tuple[CausalModel, FloatArray]:
    """A person's network and the exact probability of every node before any finding."""
    model = build_model(load_knowledge(), age_years=age_years, sex=sex)
    plan = plan_elimination(model.network, [])
    return model, infer_posterior(model.network, [], plan=plan).p_present


@pytest.mark.parametrize(("age_years", "sex"), PEOPLE)
def test_every_stated_prior_comes_out_of_the_whole_network(age_years: int, sex: str) -> None:
    model, p = _person(age_years, sex)
    stated = ~np.isnan(model.stated_prior)
    assert stated.sum() > 80
    assert np.abs(p[stated] - model.stated_prior[stated]).max() <= EXACT


@pytest.mark.parametrize(("age_years", "sex"), PEOPLE)
def test_priors_for_each_site_are_those_of_the_data(age_years: int, sex: str) -> None:
    model, p = _person(age_years, sex)
    for position, definition in enumerate(model.definitions):
        band = estimate_at(definition.prior, age_years=age_years, sex=sex)
        if band is not None and definition.prior_unit == "site":
            assert p[position] == pytest.approx(band.estimate.value, abs=EXACT)


@pytest.mark.parametrize(("age_years", "sex"), PEOPLE)
def test_priors_for_the_person_are_what_the_sites_make_together(age_years: int, sex: str) -> None:
    """1 - prod(1 - site) = person: exact where the sites are independent."""
    model, p = _person(age_years, sex)
    checked = 0
    for definition in model.knowledge.nodes.values():
        band = estimate_at(definition.prior, age_years=age_years, sex=sex)
        places = [i for i, d in enumerate(model.definitions) if d.id == definition.id]
        full = {str(model.instances[i]) for i in places} & set(model.overfull)
        if band is not None and definition.prior_unit == "person" and not full:
            sites = [p[i] for i in places]
            assert 1.0 - np.prod([1.0 - x for x in sites]) == pytest.approx(band.estimate.value, abs=EXACT)
            checked += len(sites) > 1
    assert checked >= 5


def test_a_person_has_what_the_sites_have_together_when_they_are_independent() -> None:
    """The same by the engine: the chance that no site has it is one minus the stated prior."""
    slip = node("slip", prior=0.2, sites=SiteKind.LEVEL, prior_unit="person", site_weights={"L4_L5": 3.0, "L5_S1": 1.0})
    model = build_model(plain_knowledge([slip]), age_years=60, sex="female")
    nowhere = [Evidence(f"no{i}", (Target("node", i),), np.array([1.0, 0.0])) for i in range(5)]
    assert 1.0 - np.exp(infer_posterior(model.network, nowhere).log_evidence) == pytest.approx(0.2, abs=1e-6)
    p = infer_posterior(model.network, []).p_present
    weighted = model.node("slip@L4_L5")
    assert p[weighted] == pytest.approx(1.0 - 0.8**0.75, abs=EXACT)
    assert p[model.node("slip@L1_L2")] == pytest.approx(SMALLEST_LEAK, abs=EXACT)


def test_a_leak_is_what_the_causes_leave_of_the_prior() -> None:
    knowledge = plain_knowledge([node("slip", prior=0.1), node("stenosis", prior=0.2)], [link("slip", "stenosis", 0.5)])
    model = build_model(knowledge, age_years=60, sex="male")
    leak = 1.0 - float(model.network.nodes[model.node("stenosis")].leak[0])
    assert 1.0 - (1.0 - leak) * (1.0 - 0.5 * 0.1) == pytest.approx(0.2, abs=EXACT)


def test_the_leak_allows_for_causes_that_go_together() -> None:
    """Two effects of one trait are not independent: the plain product over causes would miss the prior."""
    knowledge = plain_knowledge(
        [node("age_of_tissue", prior=0.5), node("disc", prior=0.4), node("facet", prior=0.4), node("slip", prior=0.4)],
        [
            link("age_of_tissue", "disc", 0.7),
            link("age_of_tissue", "facet", 0.7),
            link("disc", "slip", 0.5),
            link("facet", "slip", 0.5),
        ],
    )
    model = build_model(knowledge, age_years=60, sex="male")
    assert infer_posterior(model.network, []).p_present == pytest.approx([0.5, 0.4, 0.4, 0.4], abs=EXACT)
    leak = 1.0 - float(model.network.nodes[model.node("slip")].leak[0])
    as_if_independent = 1.0 - 0.6 / (1.0 - 0.5 * 0.4) ** 2
    assert leak > as_if_independent + 0.01


def test_causes_that_imply_more_than_the_prior_are_named() -> None:
    knowledge = plain_knowledge([node("slip", prior=0.5), node("stenosis", prior=0.1)], [link("slip", "stenosis", 0.9)])
    model = build_model(knowledge, age_years=60, sex="male")
    assert model.overfull == ("stenosis",)
    assert infer_posterior(model.network, []).p_present[1] == pytest.approx(0.45, abs=1e-6)
    assert model.stated_prior[1] == pytest.approx(0.45, abs=1e-6)


def test_every_finding_stays_possible() -> None:
    model, p = _person(60, "female")
    assert min(1.0 - float(n.leak[0]) for n in model.network.nodes) >= SMALLEST_LEAK * (1.0 - 1e-12)
    assert (p > 0.0).all()


def test_causes_come_before_effects_and_slices_in_their_order() -> None:
    model, _ = _person(45, "male")
    rank = {part: i for i, part in enumerate((Slice.HISTORY, Slice.FACTOR, Slice.SOURCE, Slice.COMPLAINT))}
    for arrow in model.network.links:
        assert arrow.cause < arrow.effect
        assert rank[model.definitions[arrow.cause].slice] <= rank[model.definitions[arrow.effect].slice]


def test_every_site_has_its_own_instance_and_links_join_matching_sites() -> None:
    model, _ = _person(45, "male")
    assert len(set(map(str, model.instances))) == len(model.instances)
    assert len(model.instances) == sum(len(sites_of(d.sites)) for d in model.knowledge.nodes.values())
    for arrow, definition in zip(model.network.links, model.link_definitions, strict=True):
        cause, effect = model.instances[arrow.cause], model.instances[arrow.effect]
        assert (cause.concept, effect.concept) == (definition.cause, definition.effect)
        if definition.site_map != "all" and cause.side and effect.side:
            assert cause.side == effect.side


def test_complaints_add_up_and_everything_else_takes_the_largest() -> None:
    model, _ = _person(45, "male")
    for definition, spec in zip(model.definitions, model.network.nodes, strict=True):
        complaint = definition.slice is Slice.COMPLAINT
        assert spec.combine is (Combine.SUM if complaint else Combine.MAX)
        assert spec.states == (4 if complaint else 2)


def test_a_complaint_of_its_own_is_as_strong_as_the_modelled_ones() -> None:
    knowledge = plain_knowledge(
        [node("disc", prior=0.3), node("pain", leak=0.1, slice_=Slice.COMPLAINT)],
        [link("disc", "pain", 0.6, dose=INTENSITIES)],
    )
    model = build_model(knowledge, age_years=60, sex="male")
    assert model.network.nodes[1].leak == pytest.approx([0.9, 0.03, 0.04, 0.03])
    assert model.network.links[0].dose[1] == pytest.approx([0.4, 0.18, 0.24, 0.18])


@pytest.mark.parametrize(("factor", "expected"), [(0.5, 1.0 / 9.0), (2.0, 1.0 / 3.0)])
def test_priors_can_be_halved_and_doubled_in_odds(factor: float, expected: float) -> None:
    knowledge = plain_knowledge([node("slip", prior=0.2)])
    model = build_model(knowledge, age_years=60, sex="male", variation=Variation("odds", prior_odds_factor=factor))
    assert infer_posterior(model.network, []).p_present[0] == pytest.approx(expected, abs=EXACT)


def test_hypotheses_can_be_left_out_as_a_group() -> None:
    removed = Variation("without", hypothesis_links="removed")
    model = build_model(load_knowledge(), age_years=60, sex="female", variation=removed)
    whole, _ = _person(60, "female")
    hypotheses = [d for d in whole.link_definitions if d.evidence is EvidenceGrade.HYPOTHESIS]
    assert hypotheses
    assert len(model.network.links) == len(whole.network.links) - len(hypotheses)


def test_people_of_unstated_sex_get_a_band() -> None:
    for definition in load_knowledge().nodes.values():
        if definition.prior:
            assert estimate_at(definition.prior, age_years=50, sex="other") is not None
