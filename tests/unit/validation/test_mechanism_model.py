"""Criteria as findings of mechanisms: how strongly they speak, and that the shares follow from the model's worlds."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from ilc.core import InstanceId, Presence
from ilc.explanation.contributions import measure_contributions
from ilc.explanation.reasoning import roles_of
from ilc.explanation.world_bits import unpack_worlds
from ilc.inference.engine import infer_posterior
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import build_model
from ilc.knowledge import Knowledge, load_knowledge
from ilc.record.case import Complaint
from ilc.validation.mechanism_model import (
    COMPLAINT,
    MECHANISMS,
    criterion_id,
    extend_knowledge,
    mechanism_id,
)
from ilc.validation.mechanism_shares import MechanismReader, meets_cluster, observe_clusters, observe_criteria
from ilc.validation.smart_data import parse_patients
from ilc.validation.smart_rules import SmartRules, read_smart_rules

WORLDS = 4096


@pytest.fixture(scope="module")
def rules() -> SmartRules:
    shipped = read_smart_rules()
    return replace(shipped, model=replace(shipped.model, worlds=WORLDS))


@pytest.fixture(scope="module")
def knowledge(rules: SmartRules) -> Knowledge:
    return extend_knowledge(load_knowledge(), rules)


@pytest.fixture(scope="module")
def reader(knowledge: Knowledge, rules: SmartRules) -> MechanismReader:
    return MechanismReader(knowledge, rules)


def test_two_mechanisms_compare_as_the_discounted_ratio_of_their_own_probabilities(
    rules: SmartRules, knowledge: Knowledge
) -> None:
    for number, by_class in rules.criteria.items():
        for outcome in ("present", "absent"):
            log_ratio = {name: _log_ratio(knowledge, number, name, outcome) for name in MECHANISMS}
            p = {name: by_class[name] if outcome == "present" else 1.0 - by_class[name] for name in MECHANISMS}
            found = log_ratio["central"] - log_ratio["nociceptive"]
            assert found == pytest.approx(rules.discount * np.log(p["central"] / p["nociceptive"]), abs=1e-6)


def _log_ratio(knowledge: Knowledge, number: int, name: str, outcome: str) -> float:
    finding = knowledge.findings.get(criterion_id(number, name))
    if finding is None:
        return 0.0
    on, off = finding.targets[0].given_present[outcome].value, finding.given_absent[outcome].value
    return float(np.log(on / off))


def test_shares_are_those_of_the_models_own_worlds_weighed_by_hand(
    rules: SmartRules, knowledge: Knowledge, reader: MechanismReader
) -> None:
    observed = [(criterion_id(number, name), number in (4, 13)) for number in (4, 8, 13) for name in MECHANISMS]
    observed = [item for item in observed if item[0] in knowledge.findings]
    model = build_model(knowledge, age_years=rules.model.age_years, sex=rules.model.sex)
    present = Complaint(InstanceId(COMPLAINT), Presence.PRESENT, None, None)
    evidence = [item.evidence for item in collect_evidence(model, (), (present,), setting="")]
    worlds = infer_posterior(model.network, evidence).worlds(count=4 * WORLDS, seed=5)
    weight = np.ones(worlds.count)
    for id_, there in observed:
        rule, outcome = knowledge.findings[id_], "present" if there else "absent"
        on = worlds.state[:, model.node(rule.targets[0].node)] > 0
        weight *= np.where(on, rule.targets[0].given_present[outcome].value, rule.given_absent[outcome].value)
    contributions = measure_contributions(worlds, roles_of(model), (model.node(COMPLAINT),))
    at_work = unpack_worlds(contributions.by_mechanism[0], worlds.count)
    own = at_work[[contributions.mechanisms.index(m.value) for m in MECHANISMS.values()]].astype(float)
    own[:, own.sum(axis=0) == 0] = 1.0
    expected = (own / own.sum(axis=0) * weight).sum(axis=1) / weight.sum()
    assert reader.infer_shares(observed) == pytest.approx(expected, abs=0.04)


def test_shares_add_to_one_and_none_is_ever_nought(reader: MechanismReader) -> None:
    shares = reader.infer_shares([(criterion_id(4, "central"), True)])
    assert shares.sum() == pytest.approx(1.0)
    assert shares.min() > 0.0


def test_what_is_unknown_is_no_evidence(knowledge: Knowledge, rules: SmartRules) -> None:
    patients = parse_patients('"Criterion4" "Criterion13"\n"one" NA NA\n', frozenset(rules.criteria))
    assert observe_criteria(patients, 0, knowledge) == []
    assert observe_clusters(patients, 0, knowledge, rules) == []


def test_a_cluster_is_met_by_half_its_items_and_unknown_with_fewer_known(rules: SmartRules) -> None:
    header = '"Criterion4" "Criterion13" "Criterion25" "Criterion33"\n'
    lines = '"met" 2 2 1 1\n"not met" 2 1 1 1\n"half known" 2 2 NA NA\n"unknown" 2 NA NA NA\n'
    patients = parse_patients(header + lines, frozenset(rules.criteria))
    central = rules.clusters["central"]
    assert [meets_cluster(patients, row, central) for row in range(4)] == [True, False, True, None]


def test_a_cluster_stands_in_place_of_its_own_items_only(knowledge: Knowledge, rules: SmartRules) -> None:
    header = '"Criterion4" "Criterion13" "Criterion25" "Criterion33"\n'
    patients = parse_patients(header + '"one" 2 2 2 2\n', frozenset(rules.criteria))
    seen = dict(observe_clusters(patients, 0, knowledge, rules))
    assert seen["cluster_central"] is True
    assert criterion_id(13, "central") not in seen
    assert seen[criterion_id(13, "nociceptive")] is True
    assert "cluster_nociceptive" not in seen


def test_a_source_the_knowledge_does_not_have_is_refused(rules: SmartRules) -> None:
    model = replace(rules.model, sources=MappingProxyType({"central": ("no_such_pain",)}))
    with pytest.raises(KeyError, match="no_such_pain"):
        extend_knowledge(load_knowledge(), replace(rules, model=model))


def test_the_network_below_the_sources_stays_as_it_is(knowledge: Knowledge) -> None:
    shipped = load_knowledge()
    model, extended = (build_model(one, age_years=45, sex="other") for one in (shipped, knowledge))
    for instance in model.instances:
        if str(instance) in extended.network.index:
            before, after = (one.network.nodes[one.node(instance)].leak for one in (model, extended))
            assert before == pytest.approx(after)
    assert mechanism_id("central") in extended.network.index
