"""What the loader accepts but an author should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from ilc.core import IssueSeverity
from ilc.knowledge import AssumptionKind, Basis, check_knowledge, summarise_knowledge
from ilc.knowledge.loader import knowledge_from
from ilc.knowledge.usage import uses_of_parameters, uses_of_references
from tests.support.knowledge_files import SMALL, edited, small_knowledge, with_entry

_LINK = "mechanism: nociceptive, origin: body, evidence: moderate, reversible: true}"


def _codes(texts: Mapping[str, str]) -> dict[str, IssueSeverity]:
    return {issue.code.removeprefix("KNOWLEDGE_"): issue.severity for issue in check_knowledge(knowledge_from(texts))}


def test_the_small_knowledge_base_has_only_what_is_known_of_it() -> None:
    told = {issue.where for issue in check_knowledge(small_knowledge())}
    assert set(_codes(SMALL)) == {"NODE_LOOSE", "PARAMETER_UNUSED", "REFERENCE_UNIDENTIFIED"}
    assert told == {"nodes.scan_reading", "parameters.p.slip.mm", "references.old1990"}


def test_a_complaint_that_nothing_brings_about_is_an_error() -> None:
    text = SMALL["links/all.yaml"]
    start = text.index("bone_pain->low_back_pain")
    codes = _codes({**SMALL, "links/all.yaml": text[:start]})
    assert codes["COMPLAINT_UNFED"] is IssueSeverity.ERROR
    assert codes["SOURCE_SILENT"] is IssueSeverity.ERROR


@pytest.mark.parametrize(
    ("more", "severity"), [(4, None), (5, IssueSeverity.INFO), (7, IssueSeverity.INFO), (8, IssueSeverity.ERROR)]
)
def test_a_complaint_with_many_sources_is_told(more: int, severity: IssueSeverity | None) -> None:
    leak = "{assume: [0.01, 0.005, 0.02], because: x}"
    nodes = "\n".join(
        f"s{number}: {{label: x, slice: source, sites: whole, definition: x, leak: {leak}}}" for number in range(more)
    )
    links = "\n".join(
        f"s{number}->low_back_pain: {{strength: {leak}, dose: [0, 0, 1], {_LINK}" for number in range(more)
    )
    texts = with_entry("nodes/sources.yaml", nodes, with_entry("links/all.yaml", links))
    assert _codes(texts).get("COMPLAINT_WIDE") is severity


def test_a_serious_cause_without_a_rule_is_an_error() -> None:
    texts = {**SMALL, "red_flags.yaml": ""}
    assert _codes(texts)["SERIOUS_UNRULED"] is IssueSeverity.ERROR
    assert _codes(texts)["RED_FLAG_UNUSED"] is IssueSeverity.WARNING


def test_a_finding_of_a_rule_that_is_not_marked_as_red_flag_is_told() -> None:
    texts = edited("findings/all.yaml", "  red_flag: true\n  unit", "  unit")
    assert _codes(texts)["RED_FLAG_UNMARKED"] is IssueSeverity.WARNING


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("conditioning: unselected", "conditioning: has_complaint", "PRIOR_SELECTED"),
        ("estimand: exists", "estimand: contributes", "PRIOR_ESTIMAND"),
        ("unit_of_analysis: person", "unit_of_analysis: level", "PRIOR_UNIT"),
    ],
)
def test_a_prior_that_rests_on_other_people_or_another_question_is_told(old: str, new: str, code: str) -> None:
    lines = SMALL["parameters/prevalence.yaml"].splitlines()
    assert old in lines[1]
    lines[1] = lines[1].replace(old, new)
    assert _codes({**SMALL, "parameters/prevalence.yaml": "\n".join(lines)})[code] is IssueSeverity.WARNING
    assert code not in _codes(SMALL)


def test_an_accuracy_for_existence_says_little_of_a_link() -> None:
    texts = edited(
        "findings/all.yaml",
        "{lr_positive: {assume: [3, 2, 5], because: x}, specificity: {assume: [0.8, 0.7, 0.9], because: x}}",
        "{lr_positive: p.mri.lrp, lr_negative: p.mri.lrn}",
    )
    assert _codes(texts)["ACCURACY_ESTIMAND"] is IssueSeverity.WARNING


def test_the_gravest_comes_first() -> None:
    severities = [issue.severity for issue in check_knowledge(knowledge_from({**SMALL, "red_flags.yaml": ""}))]
    order = [IssueSeverity.ERROR, IssueSeverity.WARNING, IssueSeverity.INFO]
    assert severities == sorted(severities, key=order.index)
    assert len(set(severities)) == 3


def test_the_summary_counts_instances_bases_and_assumptions() -> None:
    knowledge = small_knowledge()
    summary = summarise_knowledge(knowledge)
    # smoking 1, herniation 10, compression 6, inflammation 6, infection 1, reading 1, root 6, bone 1, leg 2, back 1
    assert (summary.node_templates, summary.node_instances) == (10, 35)
    assert (summary.links, summary.hypothesis_links) == (7, 1)
    assert (summary.findings, summary.context_findings) == (6, 1)
    assert sum(summary.by_basis.values()) == summary.parameters == len(knowledge.parameters)
    assert {kind: len(found) for kind, found in summary.assumptions.items()} == {
        AssumptionKind.ACCURACY: 9,
        AssumptionKind.LEAK: 7,
        AssumptionKind.STRENGTH: 4,
        AssumptionKind.PRIOR: 4,
        AssumptionKind.PLAUSIBLE: 2,
        AssumptionKind.FLOOR: 1,
    }
    assumed = [parameter for found in summary.assumptions.values() for parameter in found]
    assert len(assumed) == summary.by_basis[Basis.ASSUMPTION]
    assert all(parameter.note for parameter in assumed)
    assert (summary.uncited, summary.unresolved) == ((), ())


def test_what_is_computed_from_an_assumption_is_not_counted_as_one_more() -> None:
    texts = edited(
        "links/all.yaml",
        "base: p.base.pain},\n  mechanism: nociceptive, origin: body, evidence: moderate",
        "base: {assume: [0.1, 0.05, 0.2], because: x}},\n  mechanism: nociceptive, origin: body, evidence: moderate",
    )
    summary = summarise_knowledge(knowledge_from(texts))
    assert len(summary.assumptions[AssumptionKind.STRENGTH]) == 5
    assert sum(len(found) for found in summary.assumptions.values()) == summary.by_basis[Basis.ASSUMPTION] - 1


def test_a_number_without_source_or_reason_is_an_error_though_the_loader_would_refuse_it() -> None:
    known = small_knowledge()
    stated, assumed = known.parameters["p.slr.sens"], known.parameters["assumed.nodes.leg_pain.leak"]
    spoilt = {stated.id: replace(stated, sources=()), assumed.id: replace(assumed, note="")}
    issues = check_knowledge(replace(known, parameters=MappingProxyType({**known.parameters, **spoilt})))
    told = [(issue.where, issue.severity) for issue in issues if issue.code == "KNOWLEDGE_UNCITED"]
    assert set(told) == {(f"parameters.{id_}", IssueSeverity.ERROR) for id_ in spoilt}


def test_a_source_that_the_bibliography_lacks_is_an_error() -> None:
    known = small_knowledge()
    issues = check_knowledge(replace(known, references=MappingProxyType({"old1990": known.references["old1990"]})))
    told = {issue.where: issue.severity for issue in issues if issue.code == "KNOWLEDGE_UNRESOLVED"}
    assert told["red_flags.infection (smith2015)"] is IssueSeverity.ERROR
    assert "parameters.p.slr.sens (smith2015)" in told
    assert not [where for where in told if "old1990" in where]


def test_a_complaint_without_a_plausible_range_is_told() -> None:
    assert _codes({**SMALL, "plausible.yaml": ""})["COMPLAINT_UNRANGED"] is IssueSeverity.WARNING


def test_every_use_of_a_number_is_found_through_what_is_derived_from_it() -> None:
    uses = uses_of_parameters(small_knowledge())
    assert "links.smoking->disc_herniation.strength" in uses["p.base.pain"]
    assert "settings.clinic.ratios.root_compression" in uses["p.base.pain"]
    assert uses["p.prior.herniation"] == ("nodes.disc_herniation.prior", "nodes.disc_herniation.age_norm")
    assert uses["assumed.red_flags.infection.floor.urgent"] == ("red_flags.infection.floor.urgent",)
    assert "p.slip.mm" not in uses


def test_a_stated_number_used_as_a_floor_is_used() -> None:
    floor = '{assume: [0.1, 0.05, 0.2], because: "guideline asks for the same day"}'
    texts = edited("red_flags.yaml", floor, "p.prior.herniation")
    assert "red_flags.infection.floor.urgent" in uses_of_parameters(knowledge_from(texts))["p.prior.herniation"]


def test_what_cites_a_reference_is_found() -> None:
    uses = uses_of_references(small_knowledge())
    assert uses["old1990"] == ("questionnaires.short_form", "left_out.old_reflex_time")
    assert {"parameters.p.slr.sens", "red_flags.infection", "self_care.warmth"} <= set(uses["smith2015"])


def test_fitted_numbers_are_counted_and_told_when_the_network_has_changed() -> None:
    leak = "{value: 0.0008, low: 0.0006, high: 0.001, assumed: [0.001, 0.0005, 0.002], answers_to: []}"
    made = f'{{command: make fit, date: 2026-11-26, network: "{"0" * 64}", rows: "1"}}'
    texts = {**SMALL, "fitted.yaml": f"made: {made}\nleaks:\n  root_compression: {leak}\n"}
    assert _codes(texts)["FIT_STALE"] is IssueSeverity.WARNING
    fitted = summarise_knowledge(knowledge_from(texts))
    assert fitted.fitted == 1
    assert len(fitted.assumptions[AssumptionKind.LEAK]) == 7, "the assumed leak stays, the fitted one is not one more"
