"""A diagnostic block speaks of the link it interrupts and of every other active link into the same complaint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ilc.core import InstanceId, Presence
from ilc.findings import Finding
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import collect_evidence, likelihood_table
from ilc.inference.model import CausalModel, build_model
from ilc.knowledge import Knowledge, KnowledgeError, load_knowledge
from ilc.record import Complaint

BACK = Complaint(InstanceId("low_back_pain"), Presence.PRESENT, 6.0, 400)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def model(knowledge: Knowledge) -> CausalModel:
    return build_model(knowledge, age_years=55, sex="female")


def p_of(model: CausalModel, source: str, block: str | None) -> float:
    findings = []
    if block is not None:
        rule = model.knowledge.findings["facet_block"]
        findings.append(Finding(InstanceId("facet_block"), rule, block, None, None, "typed"))
    evidence = [item.evidence for item in collect_evidence(model, findings, [BACK], setting="")]
    complaints = frozenset(i for i, d in enumerate(model.definitions) if d.slice.value == "complaint")
    plan = plan_elimination(model.network, evidence, skippable=complaints)
    return float(infer_posterior(model.network, evidence, plan=plan).p_present[model.node(source)])


def test_full_relief_by_a_facet_block_raises_the_facet_and_lowers_every_other_source(model: CausalModel) -> None:
    assert p_of(model, "facet_pain", "full") > p_of(model, "facet_pain", None)
    for other in ("discogenic_pain", "muscle_pain", "sensitised_pain", "sacroiliac_pain"):
        assert p_of(model, other, "full") < p_of(model, other, None)


def test_partial_relief_speaks_for_the_facet_together_with_another_source(model: CausalModel) -> None:
    assert p_of(model, "facet_pain", "partial") > p_of(model, "facet_pain", None)
    for other in ("discogenic_pain", "muscle_pain"):
        assert p_of(model, other, "partial") > p_of(model, other, "full")


def test_no_relief_lowers_the_facet(model: CausalModel) -> None:
    assert p_of(model, "facet_pain", "none") < p_of(model, "facet_pain", None)


def test_the_outcomes_of_a_block_are_complete_whatever_is_active(knowledge: Knowledge, model: CausalModel) -> None:
    rule = knowledge.findings["facet_block"]
    tables = [likelihood_table(model, rule, InstanceId("facet_block"), outcome)[1] for outcome in rule.outcomes]
    assert np.allclose(np.sum(tables, axis=0), 1.0)
    assert tables[0].ndim == len(model.network.links_into[model.node("low_back_pain")])


def test_a_block_must_interrupt_a_link_into_a_complaint(tmp_path: Path) -> None:
    (tmp_path / "findings").mkdir()
    column = "if_on: {assume: [0.5, 0.4, 0.6], because: x}, if_off: {assume: [0.5, 0.4, 0.6], because: x}"
    row = f"{{{column}, if_on_with_others: {{assume: [0.5, 0.4, 0.6], because: x}}}}"
    text = (
        "odd_block:\n  label: Odd block\n  question: Odd?\n  tests: active_link\n  group: block\n  validity_days: 30\n"
        f'  test: facet_block\n  target: {{link: "facet_arthropathy->facet_pain"}}\n'
        f"  outcomes:\n    none: {row}\n    full: {row}\n"
    )
    (tmp_path / "findings" / "odd.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no link into a complaint"):
        load_knowledge(tmp_path)
