"""Small causal knowledge bases written in a few lines: nodes, links and findings with plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ilc.core import Estimate, SiteKind
from ilc.knowledge.model import (
    AgeBand,
    EvidenceGrade,
    FindingDef,
    FindingTarget,
    Group,
    Knowledge,
    LinkDef,
    Mechanism,
    NodeDef,
    Slice,
    TestDef,
    TestKind,
)
from tests.support.small_knowledge import small_knowledge

INTENSITIES = (0.3, 0.4, 0.3)  # of a dose on a complaint
WIDTH = 1.5  # ratio of the odds at the ends of an interval to the odds of its value


def estimate(p: float) -> Estimate:
    """A probability with an interval of half to double odds or so."""
    odds = p / (1.0 - p)
    return Estimate(p, odds / WIDTH / (1.0 + odds / WIDTH), odds * WIDTH / (1.0 + odds * WIDTH))


def node(
    id_: str,
    *,
    prior: float | None = None,
    leak: float | None = None,
    slice_: Slice = Slice.FACTOR,
    sites: SiteKind = SiteKind.WHOLE,
    prior_unit: str = "site",
    site_weights: Mapping[str, float] | None = None,
) -> NodeDef:
    """A node with a prior for all ages, or a leak."""
    bands = (AgeBand(18, 120, "any", f"p.{id_}", estimate(prior)),) if prior is not None else ()
    return NodeDef(
        id=id_,
        label=id_,
        slice=slice_,
        definition=id_,
        sites=sites,
        states=4 if slice_ is Slice.COMPLAINT else 2,
        group=Group.STRUCTURE if slice_ is Slice.FACTOR else None,
        prior=bands,
        prior_unit=prior_unit,
        leak=estimate(leak) if leak is not None else None,
        leak_parameter=f"l.{id_}" if leak is not None else "",
        site_weights=MappingProxyType(dict(site_weights or {})),
        modifiable=True,
        serious=False,
        latent=False,
        codes=MappingProxyType({}),
        age_norm=(),
        picture=id_,
    )


def link(
    cause: str, effect: str, strength: float, *, dose: tuple[float, ...] = (1.0,), site_map: str = "same"
) -> LinkDef:
    """An arrow of some strength."""
    return LinkDef(
        id=f"{cause}->{effect}",
        cause=cause,
        effect=effect,
        strength=estimate(strength),
        parameter=f"s.{cause}->{effect}",
        site_map=site_map,
        dose=dose,
        mechanism=Mechanism.NOCICEPTIVE,
        origin="body",
        evidence=EvidenceGrade.MODERATE,
        reversible=True,
        note="",
    )


def finding(
    id_: str,
    given: Mapping[str, float | Mapping[str, float]],
    absent: float | Mapping[str, float],
    *,
    sites: SiteKind = SiteKind.WHOLE,
    site_map: str = "same",
) -> FindingDef:
    """A finding and what it tests: node or "cause->effect" -> P(present | only this on), or P of each outcome."""
    plain = small_knowledge().findings["fever"]
    columns = {target: _column(value) for target, value in given.items()}
    targets = tuple(
        FindingTarget("" if "->" in t else t, t if "->" in t else "", site_map, column, (), 1.0)
        for t, column in columns.items()
    )
    given_absent = _column(absent)
    return replace(
        plain,
        id=id_,
        label=id_,
        sites=sites,
        test_kind=TestKind.EXISTENCE,
        outcomes=tuple(given_absent),
        given_absent=given_absent,
        targets=targets,
        context_only=False,
        validity_days=0,
        red_flag=False,
    )


def _column(value: float | Mapping[str, float]) -> Mapping[str, Estimate]:
    if isinstance(value, float):
        value = {"present": value, "absent": 1.0 - value}
    return MappingProxyType({outcome: estimate(p) for outcome, p in value.items()})


def plain_knowledge(
    nodes: Sequence[NodeDef], links: Sequence[LinkDef] = (), findings: Sequence[FindingDef] = ()
) -> Knowledge:
    """A knowledge base of these parts and nothing else."""
    return replace(
        small_knowledge(),
        nodes=MappingProxyType({item.id: item for item in nodes}),
        links=MappingProxyType({item.id: item for item in links}),
        findings=MappingProxyType({item.id: item for item in findings}),
        tests=MappingProxyType({"ask": TestDef("ask", "Ask", 1.0, invasive=False, imaging=False, note="")}),
        instruments=MappingProxyType({}),
    )
