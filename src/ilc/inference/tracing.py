"""Which arrows one person's network needs: a serious cause for which nothing speaks is not traced to single levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType

from ilc.core import Presence, SiteKind
from ilc.findings.model import Finding
from ilc.knowledge.model import Knowledge, LinkDef
from ilc.record.case import Complaint


def trace_serious(knowledge: Knowledge, findings: Sequence[Finding], complaints: Sequence[Complaint]) -> Knowledge:
    """The knowledge without arrows from single levels to serious causes for which nothing speaks in this person.

    Such a cause keeps its prior, and its probability stays below what these arrows could tell from it: they have
    strengths below one in a thousand. Keeping them would double the size of the exact tables.

    Parameters
    ----------
    knowledge : all of it
    findings : observed findings under their rules
    complaints : complaints that were asked
    """
    suspected = frozenset(_spoken_for(findings)) | frozenset(_felt(knowledge, complaints))
    kept = {
        id_: link
        for id_, link in knowledge.links.items()
        if link.effect in suspected or not _from_level_to_serious(knowledge, link)
    }
    return replace(knowledge, links=MappingProxyType(kept)) if len(kept) < len(knowledge.links) else knowledge


def _from_level_to_serious(knowledge: Knowledge, link: LinkDef) -> bool:
    cause, effect = knowledge.nodes[link.cause], knowledge.nodes[link.effect]
    sited = cause.sites in (SiteKind.LEVEL, SiteKind.LEVEL_SIDE)
    return sited and effect.serious and effect.sites is SiteKind.WHOLE


def _spoken_for(findings: Sequence[Finding]) -> Iterator[str]:
    """Nodes that some observed finding makes likelier."""
    for finding in findings:
        seen = finding.likelihood or {finding.outcome: 1.0}
        for target in finding.rule.targets:
            on = sum(weight * target.given_present[outcome].value for outcome, weight in seen.items())
            off = sum(weight * finding.rule.given_absent[outcome].value for outcome, weight in seen.items())
            if target.node and on > off:
                yield target.node


def _felt(knowledge: Knowledge, complaints: Sequence[Complaint]) -> Iterator[str]:
    """Serious causes of a complaint that is there and that serious causes alone bring about."""
    causes: dict[str, list[str]] = {}
    for link in knowledge.links.values():
        causes.setdefault(link.effect, []).append(link.cause)
    for complaint in complaints:
        factors = [factor for source in causes.get(complaint.id.concept, ()) for factor in causes.get(source, ())]
        if complaint.presence is Presence.PRESENT and all(knowledge.nodes[factor].serious for factor in factors):
            yield from factors
