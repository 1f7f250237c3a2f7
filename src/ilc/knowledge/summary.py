"""The knowledge base in numbers: how much of it there is, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ilc.core import sites_of
from ilc.knowledge.fitted import count_fitted
from ilc.knowledge.model import Basis, EvidenceGrade, Knowledge, Parameter
from ilc.knowledge.number import inputs_of
from ilc.knowledge.usage import citing_entries, direct_uses


class AssumptionKind(StrEnum):
    """What an assumed number stands for."""

    PRIOR = "how common something is"
    LEAK = "how often it arises by itself"
    STRENGTH = "strength of a link"
    ACCURACY = "accuracy of a finding"
    SETTING = "ratio of a setting"
    FLOOR = "floor of a red flag"
    PLAUSIBLE = "plausible range of a complaint"
    STATED = "number stated by itself"


_KIND_OF_PLACE = {
    "links": AssumptionKind.STRENGTH,
    "findings": AssumptionKind.ACCURACY,
    "settings": AssumptionKind.SETTING,
    "red_flags": AssumptionKind.FLOOR,
    "plausible": AssumptionKind.PLAUSIBLE,
}
ASSUMED = "assumed."


@dataclass(frozen=True, slots=True)
class KnowledgeSummary:
    """The knowledge base in numbers. What the loader refuses (`uncited`, `unresolved`) is counted again."""

    version: str
    hash: str
    node_templates: int
    node_instances: int
    links: int
    hypothesis_links: int
    findings: int
    context_findings: int
    tests: int
    red_flags: int
    instruments: int
    references: int
    left_out: int
    parameters: int
    fitted: int
    by_basis: Mapping[Basis, int]
    assumptions: Mapping[AssumptionKind, tuple[Parameter, ...]]  # without those computed from them
    uncited: tuple[str, ...]
    unresolved: tuple[str, ...]


def summarise_knowledge(knowledge: Knowledge) -> KnowledgeSummary:
    """Count what the knowledge base holds and list what it assumes."""
    parameters = tuple(knowledge.parameters.values())
    counted = Counter(parameter.basis for parameter in parameters)
    return KnowledgeSummary(
        version=knowledge.version,
        hash=knowledge.hash,
        node_templates=len(knowledge.nodes),
        node_instances=sum(len(sites_of(node.sites)) for node in knowledge.nodes.values()),
        links=len(knowledge.links),
        hypothesis_links=sum(link.evidence is EvidenceGrade.HYPOTHESIS for link in knowledge.links.values()),
        findings=len(knowledge.findings),
        context_findings=sum(finding.context_only for finding in knowledge.findings.values()),
        tests=len(knowledge.tests),
        red_flags=len(knowledge.red_flags),
        instruments=len(knowledge.instruments),
        references=len(knowledge.references),
        left_out=len(knowledge.left_out),
        parameters=len(parameters),
        fitted=count_fitted(knowledge),
        by_basis=MappingProxyType({basis: counted[basis] for basis in Basis}),
        assumptions=MappingProxyType(assumptions_of(knowledge)),
        uncited=tuple(detect_uncited(knowledge)),
        unresolved=tuple(detect_unresolved(knowledge)),
    )


def assumptions_of(knowledge: Knowledge) -> dict[AssumptionKind, tuple[Parameter, ...]]:
    """Every assumed number by what it stands for, most numerous kind first, without what is computed from them."""
    found: dict[AssumptionKind, list[Parameter]] = {}
    for parameter in knowledge.parameters.values():
        if parameter.basis is Basis.ASSUMPTION and not inputs_of(parameter):
            found.setdefault(_kind_of(parameter), []).append(parameter)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return {kind: tuple(parameters) for kind, parameters in ordered}


def _kind_of(parameter: Parameter) -> AssumptionKind:
    if not parameter.id.startswith(ASSUMED):
        return AssumptionKind.STATED
    section, _, rest = parameter.id.removeprefix(ASSUMED).partition(".")
    if section == "nodes":
        return AssumptionKind.LEAK if rest.endswith(".leak") else AssumptionKind.PRIOR
    return _KIND_OF_PLACE.get(section, AssumptionKind.STATED)


def detect_uncited(knowledge: Knowledge) -> Iterator[str]:
    """Numbers without a source that do not give a reason either, and places whose number is on record nowhere."""
    for parameter in knowledge.parameters.values():
        said = parameter.note if parameter.basis is Basis.ASSUMPTION else parameter.sources
        if not said:
            yield f"parameters.{parameter.id}"
    yield from (where for where, id_ in direct_uses(knowledge) if id_ not in knowledge.parameters)


def detect_unresolved(knowledge: Knowledge) -> Iterator[str]:
    """Entries that cite what the bibliography lacks, or do not name the place in it."""
    for where, sources in citing_entries(knowledge):
        for source in sources:
            if source.key not in knowledge.references or not source.place:
                yield f"{where} ({source.key})"
