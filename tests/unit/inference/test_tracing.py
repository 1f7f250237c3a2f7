"""Which arrows to serious causes one person's network needs."""

from __future__ import annotations

import pytest

from ilc.core import InstanceId, Presence
from ilc.findings import Finding
from ilc.inference.engine import infer_posterior
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import build_model
from ilc.inference.tracing import trace_serious
from ilc.knowledge import Knowledge, load_knowledge
from ilc.record import Complaint

FROM_DISC = "disc_herniation->cauda_equina_syndrome"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def found(knowledge: Knowledge, id_: str, outcome: str = "present") -> Finding:
    instance = InstanceId.parse(id_)
    return Finding(instance, knowledge.findings[instance.concept], outcome, None, None, "typed")


def complaint(id_: str, presence: Presence = Presence.PRESENT) -> Complaint:
    return Complaint(InstanceId.parse(id_), presence, None, None)


def test_a_herniation_alone_is_not_followed_to_the_cauda_equina(knowledge: Knowledge) -> None:
    seen = [found(knowledge, "mri_herniation@L5_S1.left"), found(knowledge, "saddle_numbness", "absent")]
    assert FROM_DISC in knowledge.links
    assert FROM_DISC not in trace_serious(knowledge, seen, [complaint("leg_pain@left")]).links


def test_one_sign_of_the_cauda_equina_is_enough_to_follow_it(knowledge: Knowledge) -> None:
    assert FROM_DISC in trace_serious(knowledge, [found(knowledge, "saddle_numbness")], []).links


def test_a_saddle_complaint_is_enough_too_and_its_denial_is_not(knowledge: Knowledge) -> None:
    assert FROM_DISC in trace_serious(knowledge, [], [complaint("pelvic_floor_trouble")]).links
    denied = complaint("pelvic_floor_trouble", Presence.ABSENT)
    assert FROM_DISC not in trace_serious(knowledge, [], [denied]).links


def test_risks_of_serious_disease_stay_in_whatever_is_found(knowledge: Knowledge) -> None:
    kept = trace_serious(knowledge, [], []).links
    left_out = set(knowledge.links) - set(kept)
    assert left_out == {FROM_DISC}


def test_what_is_left_out_moves_no_probability_by_a_thousandth(knowledge: Knowledge) -> None:
    seen = [found(knowledge, "mri_herniation@L5_S1.left"), found(knowledge, "saddle_numbness", "absent")]
    told = [complaint("low_back_pain"), complaint("leg_pain@left"), complaint("leg_numbness@left")]
    presence = []
    for known in (knowledge, trace_serious(knowledge, seen, told)):
        model = build_model(known, age_years=45, sex="female")
        evidence = [item.evidence for item in collect_evidence(model, seen, told, setting="")]
        p_present = infer_posterior(model.network, evidence).p_present
        presence.append({str(instance): p for instance, p in zip(model.instances, p_present, strict=True)})
    assert max(abs(presence[0][instance] - presence[1][instance]) for instance in presence[0]) < 0.001
