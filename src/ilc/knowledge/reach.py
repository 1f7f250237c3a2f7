"""How many things one instance of a finding tests; refuses findings that test nothing, or too much at once."""

from __future__ import annotations

from collections.abc import Iterator

from ilc.core import InstanceId, sites_of
from ilc.knowledge.accuracy import ABSENT, PRESENT
from ilc.knowledge.fields import Fields
from ilc.knowledge.known import Known
from ilc.knowledge.model import FindingDef, FindingTarget, LinkDef, NodeDef
from ilc.knowledge.refusal import Refusal
from ilc.knowledge.sites import joined

MOST_JOINT_TARGETS = 12


def check_reach(fields: Fields, finding: FindingDef, nodes: Known[NodeDef], links: Known[LinkDef]) -> None:
    """Refuse a finding none of whose instances tests anything, or one of whose instances tests more than can be.

    Several instances combine as noisy-OR, which needs the outcomes present and absent.
    """
    if finding.context_only:
        return
    instances = [InstanceId(finding.id, site) for site in sites_of(finding.sites)]
    together = [0] * len(instances)
    for target in finding.targets:
        tested = list(_tested_by(target, nodes, links))
        counts = [sum(_reaches(instance, ends, target.site_map) for ends in tested) for instance in instances]
        together = [before + count for before, count in zip(together, counts, strict=True)]
        if not any(counts):
            message = f"{fields.where} at {finding.sites.value} never meets {target.node or target.link}."
            raise Refusal("FINDING_REACH", fields.mark, message, "Correct `sites` or the site_map of the target.")
        if max(counts) > 1 and finding.outcomes != (PRESENT, ABSENT):
            message = f"{fields.where} tests {max(counts)} sites of {target.node or target.link} at once."
            remedy = "Graded outcomes need the sites of their target; or use present and absent."
            raise Refusal("FINDING_REACH", fields.mark, message, remedy)
    if max(together) > 1 and any(_argues_against(finding, target) for target in finding.targets):
        message = f"{fields.where} tests {max(together)} things at once, and one of them makes it less likely."
        remedy = "Several targets each must make the finding more likely; or give it the sites of its target."
        raise Refusal("FINDING_REACH", fields.mark, message, remedy)
    if max(together) > MOST_JOINT_TARGETS:
        message = f"{fields.where} tests {max(together)} things at once; at most {MOST_JOINT_TARGETS} are possible."
        remedy = "Give the finding the sites of its targets, or fewer targets."
        raise Refusal("FINDING_REACH", fields.mark, message, remedy)


def _argues_against(finding: FindingDef, target: FindingTarget) -> bool:
    return target.given_present[PRESENT].value <= finding.given_absent[PRESENT].value


def _tested_by(target: FindingTarget, nodes: Known[NodeDef], links: Known[LinkDef]) -> Iterator[tuple[InstanceId, ...]]:
    """Instances of a target: one end for a node, cause and effect for a link."""
    if target.node:
        yield from ((instance,) for instance in _instances(nodes.definition(target.node)))
        return
    link = links.definition(target.link)
    for cause in _instances(nodes.definition(link.cause)):
        for effect in _instances(nodes.definition(link.effect)):
            if joined(cause, effect, link.site_map):
                yield cause, effect


def _instances(node: NodeDef) -> Iterator[InstanceId]:
    return (InstanceId(node.id, site) for site in sites_of(node.sites))


def _reaches(finding: InstanceId, ends: tuple[InstanceId, ...], site_map: str) -> bool:
    return all(joined(finding, end, site_map) for end in ends)
