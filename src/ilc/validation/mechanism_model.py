"""The knowledge base with one complaint above all pain sources, and clinical criteria as findings of its mechanisms.

The network below the pain sources stays as it is. Each mechanism gathers its sources; the mechanisms lead to the pain
that brought the person. A criterion is one finding for each mechanism it tells something about: P(present) where that
mechanism is at work against the mean over the mechanisms, so that two mechanisms compare as their own probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isclose
from types import MappingProxyType

from ilc.core import Estimate, SiteKind
from ilc.knowledge import (
    EvidenceGrade,
    FindingDef,
    FindingTarget,
    Knowledge,
    LinkDef,
    Mechanism,
    NodeDef,
    Slice,
    TestKind,
)
from ilc.knowledge.conversion import discount_columns
from ilc.validation.smart_rules import ModelRules, SmartRules

COMPLAINT = "presenting_pain"
MECHANISMS: Mapping[str, Mechanism] = MappingProxyType(
    {
        "nociceptive": Mechanism.NOCICEPTIVE,
        "neuropathic": Mechanism.NEUROPATHIC,
        "central": Mechanism.NOCIPLASTIC,
    }
)
_EVEN_DOSE = (1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0)
_NO_NUMBERS: Mapping[str, Estimate] = MappingProxyType({})


def criterion_id(number: int, mechanism: str) -> str:
    """Id of the finding that a criterion is for one mechanism."""
    return f"criterion_{number}_{mechanism}"


def cluster_id(mechanism: str) -> str:
    """Id of the finding that a mechanism's published cluster is."""
    return f"cluster_{mechanism}"


def mechanism_id(name: str) -> str:
    """Id of the node that gathers the pain sources of one mechanism."""
    return f"{name}_mechanism"


def extend_knowledge(knowledge: Knowledge, rules: SmartRules) -> Knowledge:
    """The knowledge base with the classified complaint alone, its mechanisms, and the findings of the rules alone.

    Raises
    ------
    KeyError : the rules name a pain source that the knowledge base does not have
    """
    nodes = [_node(COMPLAINT, Slice.COMPLAINT, rules.model.leak)]
    links: list[LinkDef] = []
    for name, sources in rules.model.sources.items():
        node = mechanism_id(name)
        nodes.append(_node(node, Slice.SOURCE, rules.model.leak))
        links += [_link(knowledge.nodes[source].id, node, MECHANISMS[name], rules.model) for source in sources]
        links.append(_link(node, COMPLAINT, MECHANISMS[name], rules.model))
    findings = [*_criteria(rules), *_clusters(rules)]
    # Complaints nobody asked about tell nothing of their causes: leaving them out changes no answer and saves the time.
    kept = {id_: node for id_, node in knowledge.nodes.items() if node.slice is not Slice.COMPLAINT}
    inner = {id_: link for id_, link in knowledge.links.items() if link.effect in kept}
    return replace(
        knowledge,
        nodes=MappingProxyType({**kept, **{node.id: node for node in nodes}}),
        links=MappingProxyType({**inner, **{link.id: link for link in links}}),
        findings=MappingProxyType({finding.id: finding for finding in findings}),
    )


def _node(id_: str, slice_: Slice, leak: float) -> NodeDef:
    return NodeDef(
        id=id_,
        label=id_.replace("_", " ").capitalize(),
        slice=slice_,
        definition="Gathers pain sources for the comparison with clinicians' classes.",
        sites=SiteKind.WHOLE,
        states=4 if slice_ is Slice.COMPLAINT else 2,
        group=None,
        prior=(),
        prior_unit="",
        leak=_exactly(leak),
        leak_parameter="",
        site_weights=MappingProxyType({}),
        modifiable=False,
        serious=False,
        latent=False,
        codes=MappingProxyType({}),
        age_norm=(),
        picture=id_,
    )


def _link(cause: str, effect: str, mechanism: Mechanism, model: ModelRules) -> LinkDef:
    return LinkDef(
        id=f"{cause}->{effect}",
        cause=cause,
        effect=effect,
        strength=_exactly(model.strength),
        parameter="",
        site_map="same",
        dose=_EVEN_DOSE if effect == COMPLAINT else (1.0,),
        mechanism=mechanism,
        origin="brain" if mechanism is Mechanism.NOCIPLASTIC else "body",
        evidence=EvidenceGrade.ESTABLISHED,
        reversible=True,
        note="",
    )


def _criteria(rules: SmartRules) -> Iterable[FindingDef]:
    for number, by_class in rules.criteria.items():
        mean = sum(by_class.values()) / len(by_class)
        for name, p in by_class.items():
            if not isclose(p, mean):
                yield _finding(criterion_id(number, name), name, on=p, off=mean, quality=rules.discount)


def _clusters(rules: SmartRules) -> Iterable[FindingDef]:
    for name, cluster in rules.clusters.items():
        off = 1.0 - cluster.specificity
        yield _finding(cluster_id(name), name, on=cluster.sensitivity, off=off, quality=rules.cluster_discount)


def _finding(id_: str, mechanism: str, *, on: float, off: float, quality: float) -> FindingDef:
    given_on, given_off = discount_columns(_column(on), _column(off), quality=quality)
    target = FindingTarget(mechanism_id(mechanism), "", "same", _estimates(given_on), (), quality)
    return FindingDef(
        id=id_,
        label=id_.replace("_", " ").capitalize(),
        question="",
        sites=SiteKind.WHOLE,
        test_kind=TestKind.MECHANISM,
        evidence_group="examination",
        outcomes=("present", "absent"),
        given_absent=_estimates(given_off),
        targets=(target,),
        bands=MappingProxyType({}),
        unit="",
        validity_days=0,
        negative_covers="whole",
        test="examination",
        red_flag=False,
        central=False,
        context_only=False,
        note="",
        given_mixed=_NO_NUMBERS,
    )


def _column(present: float) -> dict[str, float]:
    return {"present": present, "absent": 1.0 - present}


def _estimates(column: Mapping[str, float]) -> Mapping[str, Estimate]:
    return MappingProxyType({outcome: _exactly(p) for outcome, p in column.items()})


def _exactly(value: float) -> Estimate:
    return Estimate(value, value, value)
