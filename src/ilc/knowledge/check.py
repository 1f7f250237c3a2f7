"""What the loader accepts but an author should look at, and what it refuses, looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ilc.core import Issue, IssueSeverity
from ilc.knowledge.fitted import check_fit
from ilc.knowledge.model import Estimand, Knowledge, Slice
from ilc.knowledge.summary import detect_uncited, detect_unresolved
from ilc.knowledge.usage import uses_of_parameters, uses_of_references

MOST_SOURCES_OF_A_COMPLAINT = 8
WANTED_SOURCES_OF_A_COMPLAINT = 5


def check_knowledge(knowledge: Knowledge) -> list[Issue]:
    """What an author should look at, gravest first.

    Errors mean that results would mislead (an uncited number, a complaint without causes, a serious cause without a
    rule); warnings that a number stands for something else than its place asks; infos that something is not used.
    """
    found = [
        *_ungrounded(knowledge),
        *_sources_of_complaints(knowledge),
        *_serious_without_rule(knowledge),
        *_unasked_red_flags(knowledge),
        *_loose_nodes(knowledge),
        *_priors_of_others(knowledge),
        *_accuracies_of_others(knowledge),
        *check_fit(knowledge),
        *_unused(knowledge),
    ]
    order = (IssueSeverity.ERROR, IssueSeverity.WARNING, IssueSeverity.INFO)
    return sorted(found, key=lambda issue: order.index(issue.severity))


def _ungrounded(knowledge: Knowledge) -> Iterator[Issue]:
    for where in detect_uncited(knowledge):
        message, remedy = "this number has neither source nor reason.", "Cite it, or assume it and say why."
        yield Issue("KNOWLEDGE_UNCITED", IssueSeverity.ERROR, where, message, remedy)
    for where in detect_unresolved(knowledge):
        message, remedy = "the source or the place in it is missing.", "Add it to references.bib, and name the place."
        yield Issue("KNOWLEDGE_UNRESOLVED", IssueSeverity.ERROR, where, message, remedy)


def _sources_of_complaints(knowledge: Knowledge) -> Iterator[Issue]:
    causes = Counter(link.effect for link in knowledge.links.values())
    for node in knowledge.nodes.values():
        if node.slice is not Slice.COMPLAINT:
            continue
        where = f"nodes.{node.id}"
        count = causes[node.id]
        if count == 0:
            message, remedy = "no pain source leads to this complaint.", "Link the sources that bring it about."
            yield Issue("KNOWLEDGE_COMPLAINT_UNFED", IssueSeverity.ERROR, where, message, remedy)
        elif count > WANTED_SOURCES_OF_A_COMPLAINT:
            over = count > MOST_SOURCES_OF_A_COMPLAINT
            severity = IssueSeverity.ERROR if over else IssueSeverity.INFO
            remedy = f"Keep to about {WANTED_SOURCES_OF_A_COMPLAINT}, never more than {MOST_SOURCES_OF_A_COMPLAINT}."
            message = f"{count} pain sources lead to this complaint."
            yield Issue("KNOWLEDGE_COMPLAINT_WIDE", severity, where, message, remedy)
        if node.id not in knowledge.plausible:
            message, remedy = "nothing says how common this complaint may be.", "Add its range to plausible.yaml."
            yield Issue("KNOWLEDGE_COMPLAINT_UNRANGED", IssueSeverity.WARNING, where, message, remedy)


def _serious_without_rule(knowledge: Knowledge) -> Iterator[Issue]:
    ruled = {factor for rule in knowledge.red_flags.values() for factor in rule.factors}
    for node in knowledge.nodes.values():
        if node.serious and node.id not in ruled:
            message, remedy = "no red-flag rule watches over this serious cause.", "Add one to red_flags.yaml."
            yield Issue("KNOWLEDGE_SERIOUS_UNRULED", IssueSeverity.ERROR, f"nodes.{node.id}", message, remedy)


def _unasked_red_flags(knowledge: Knowledge) -> Iterator[Issue]:
    screened = {finding for rule in knowledge.red_flags.values() for finding in rule.screening}
    named = {
        term.partition("=")[0]
        for rule in knowledge.red_flags.values()
        for alternatives in rule.clauses.values()
        for alternative in alternatives
        for term in alternative
    }
    for finding in knowledge.findings.values():
        where = f"findings.{finding.id}"
        if finding.red_flag and finding.id not in screened | named:
            message = "this counts as a red flag, but no rule asks for it or acts on it."
            remedy = "Name it under screening or clauses, or set red_flag: false."
            yield Issue("KNOWLEDGE_RED_FLAG_UNUSED", IssueSeverity.WARNING, where, message, remedy)
        if finding.id in screened | named and not finding.red_flag:
            message = "a red-flag rule uses this finding, but it is not marked as a red flag."
            remedy = "Set red_flag: true, so that it counts as evidence of serious causes."
            yield Issue("KNOWLEDGE_RED_FLAG_UNMARKED", IssueSeverity.WARNING, where, message, remedy)


def _loose_nodes(knowledge: Knowledge) -> Iterator[Issue]:
    causes = {link.cause for link in knowledge.links.values()}
    effects = {link.effect for link in knowledge.links.values()}
    seen = {target.node for finding in knowledge.findings.values() for target in finding.targets}
    for node in knowledge.nodes.values():
        where = f"nodes.{node.id}"
        if node.slice is Slice.SOURCE and node.id not in causes:
            message, remedy = "this pain source leads to no complaint.", "Link it to the complaint it brings about."
            yield Issue("KNOWLEDGE_SOURCE_SILENT", IssueSeverity.ERROR, where, message, remedy)
        if node.slice in (Slice.FACTOR, Slice.HISTORY) and node.id not in causes | effects | seen:
            message, remedy = "nothing leads to or from this, and no finding shows it.", "Link it, or take it out."
            yield Issue("KNOWLEDGE_NODE_LOOSE", IssueSeverity.WARNING, where, message, remedy)


def _priors_of_others(knowledge: Knowledge) -> Iterator[Issue]:
    for node in knowledge.nodes.values():
        for id_ in dict.fromkeys(band.parameter for band in node.prior):
            parameter = knowledge.parameters[id_]
            where = f"nodes.{node.id}.prior"
            if parameter.estimand not in (Estimand.EXISTS, Estimand.MODEL):
                message = f"{id_} is a number of {parameter.estimand.value}, not of existence."
                remedy = "A prior says how often something exists, with or without pain."
                yield Issue("KNOWLEDGE_PRIOR_ESTIMAND", IssueSeverity.WARNING, where, message, remedy)
            if parameter.conditioning not in ("unselected", "not_applicable"):
                message = f"{id_} was found among people selected as {parameter.conditioning}."
                remedy = "Take an unselected population, or assume a prior and say why."
                yield Issue("KNOWLEDGE_PRIOR_SELECTED", IssueSeverity.WARNING, where, message, remedy)
            per_site = {"level": "site", "side": "site", "person": "person"}.get(parameter.unit_of_analysis)
            if per_site is not None and per_site != node.prior_unit and node.sites.value != "whole":
                message = f"{id_} is counted by {parameter.unit_of_analysis}, the prior by {node.prior_unit}."
                remedy = "Let `prior.unit` be what the source counted."
                yield Issue("KNOWLEDGE_PRIOR_UNIT", IssueSeverity.WARNING, where, message, remedy)


def _accuracies_of_others(knowledge: Knowledge) -> Iterator[Issue]:
    for finding in knowledge.findings.values():
        for target in finding.targets:
            unfit = Estimand.ACCURACY_FOR_EXISTS if target.link else Estimand.ACCURACY_FOR_CONTRIBUTES
            for id_ in target.parameters:
                if knowledge.parameters[id_].estimand is unfit:
                    message = f"{id_} is {unfit.value}, but the target is a {'link' if target.link else 'node'}."
                    remedy = "Aim the finding at what its study used as reference."
                    where = f"findings.{finding.id}"
                    yield Issue("KNOWLEDGE_ACCURACY_ESTIMAND", IssueSeverity.WARNING, where, message, remedy)


def _unused(knowledge: Knowledge) -> Iterator[Issue]:
    used = uses_of_parameters(knowledge)
    for id_, parameter in knowledge.parameters.items():
        if id_ not in used and not parameter.kept_for:
            message, remedy = "no part of the model uses this number.", "Use it, or say what it is kept for."
            yield Issue("KNOWLEDGE_PARAMETER_UNUSED", IssueSeverity.INFO, f"parameters.{id_}", message, remedy)
    named = uses_of_references(knowledge)
    for key, reference in knowledge.references.items():
        where = f"references.{key}"
        if key not in named:
            message, remedy = "nothing cites this reference.", "Cite it, or take it out."
            yield Issue("KNOWLEDGE_REFERENCE_UNUSED", IssueSeverity.INFO, where, message, remedy)
        if not reference.identifier:
            message, remedy = "this reference has no DOI, PMID, PMC number or address.", "Add one when it is known."
            yield Issue("KNOWLEDGE_REFERENCE_UNIDENTIFIED", IssueSeverity.INFO, where, message, remedy)
