"""Findings, complaints and setting as likelihood tables over the nodes and links they test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import InstanceId, Presence
from ilc.findings.model import Finding
from ilc.inference.model import CausalModel
from ilc.inference.network import Evidence, FloatArray, Target
from ilc.knowledge.model import FindingDef, FindingTarget
from ilc.knowledge.sites import joined
from ilc.record.case import Complaint

MILD_FROM_NRS, MODERATE_FROM_NRS, SEVERE_FROM_NRS = 1.0, 4.0, 7.0
LARGEST_JOINT_TARGETS = 12


@dataclass(frozen=True, eq=False)
class PatientEvidence:
    """One piece of evidence and where it came from."""

    evidence: Evidence
    kind: str  # "finding" | "complaint" | "setting"
    finding: Finding | None
    tested: tuple[int, ...]  # nodes the evidence speaks about directly: its target nodes, or the cause of a target link

    @property
    def id(self) -> str:
        """Finding instance, complaint instance, or "setting"."""
        return self.evidence.id


def collect_evidence(
    model: CausalModel, findings: Sequence[Finding], complaints: Sequence[Complaint], *, setting: str
) -> tuple[PatientEvidence, ...]:
    """Everything known about one person as likelihood tables.

    Parameters
    ----------
    model : the person's network
    findings : observed findings; those that move no odds give nothing
    complaints : complaints asked; unknown ones give nothing
    setting : id of the setting attended, empty when not stated

    Returns
    -------
    complaints first, then the setting, then findings in their order
    """
    found = [
        complaint_evidence(model, complaint) for complaint in complaints if complaint.presence is not Presence.UNKNOWN
    ]
    found += setting_evidence(model, setting)
    for finding in findings:
        found += finding_evidence(model, finding)
    return tuple(found)


def intensity_state(nrs: float) -> int:
    """Intensity grade of a 0-10 rating: 0 none, 1 mild (from 1), 2 moderate (from 4), 3 severe (from 7)."""
    return int(nrs >= MILD_FROM_NRS) + int(nrs >= MODERATE_FROM_NRS) + int(nrs >= SEVERE_FROM_NRS)


def complaint_evidence(model: CausalModel, complaint: Complaint) -> PatientEvidence:
    """A complaint observed: its grade where an intensity was given, else present or absent."""
    node = model.node(complaint.id)
    states = model.network.nodes[node].states
    table = np.zeros(states)
    if complaint.presence is Presence.ABSENT:
        table[0] = 1.0
    elif complaint.intensity_nrs is None or intensity_state(complaint.intensity_nrs) == 0:
        table[1:] = 1.0
    else:
        table[min(states - 1, intensity_state(complaint.intensity_nrs))] = 1.0
    return PatientEvidence(Evidence(str(complaint.id), (Target("node", node),), table), "complaint", None, (node,))


def setting_evidence(model: CausalModel, setting: str) -> list[PatientEvidence]:
    """Selection: people who attend this setting have some things more often than the complaint alone explains."""
    definition = model.knowledge.settings.get(setting)
    if definition is None:
        return []
    found = []
    for node, template in enumerate(model.definitions):
        ratio = definition.ratios.get(template.id)
        if ratio is not None:
            table = np.array([1.0, ratio.value]) / max(1.0, ratio.value)
            found.append(PatientEvidence(Evidence("setting", (Target("node", node),), table), "setting", None, (node,)))
    return found


def finding_evidence(model: CausalModel, finding: Finding) -> list[PatientEvidence]:
    """A finding as likelihood tables: one joint table, or one table per target where it factorises."""
    rule = finding.rule
    targets = resolve_targets(model, rule, finding.id)
    if not targets:
        return []
    outcomes = finding.likelihood or {finding.outcome: 1.0}
    if len(targets) > 1 and set(outcomes) == {"absent"}:
        return [
            PatientEvidence(
                Evidence(str(finding.id), (target,), _absent_table(rule, part)),
                "finding",
                finding,
                _tested(model, (target,)),
            )
            for target, part in targets
        ]
    positions: tuple[Target, ...] = ()
    table = np.array(0.0)
    for outcome, weight in outcomes.items():
        positions, part_table = likelihood_table(model, rule, finding.id, outcome)
        table = table + weight * part_table
    evidence = Evidence(str(finding.id), positions, np.asarray(table))
    return [PatientEvidence(evidence, "finding", finding, _tested(model, tuple(target for target, _ in targets)))]


def likelihood_table(
    model: CausalModel, rule: FindingDef, instance: InstanceId, outcome: str
) -> tuple[tuple[Target, ...], FloatArray]:
    """P(outcome | everything the finding depends on), with its targets in the order of the axes.

    A block depends on the link it interrupts and on whether any other link into the same complaint is active.
    """
    targets = resolve_targets(model, rule, instance)
    others = other_links(model, rule, targets)
    positions = (*(target for target, _ in targets), *others)
    return positions, outcome_table(rule, [part for _, part in targets], outcome, others=len(others))


def other_links(
    model: CausalModel, rule: FindingDef, targets: Sequence[tuple[Target, FindingTarget]]
) -> tuple[Target, ...]:
    """For a block, the other links into the complaint whose link it interrupts."""
    if not rule.given_mixed or len(targets) != 1:
        return ()
    blocked = targets[0][0].index
    into = model.network.links_into[model.network.links[blocked].effect]
    return tuple(Target("link", link) for link in into if link != blocked)


def resolve_targets(model: CausalModel, rule: FindingDef, instance: InstanceId) -> list[tuple[Target, FindingTarget]]:
    """The nodes and links of this network that a finding instance tests.

    Raises
    ------
    ValueError : a present finding would test more than 12 things jointly
    """
    found: list[tuple[Target, FindingTarget]] = []
    for part in rule.targets:
        if part.node:
            for node, template in enumerate(model.definitions):
                if template.id == part.node and joined(instance, model.instances[node], part.site_map):
                    found.append((Target("node", node), part))
        else:
            for position, link in enumerate(model.link_definitions):
                if link.id == part.link and _link_matches(model, instance, position, part):
                    found.append((Target("link", position), part))
    if len(found) > LARGEST_JOINT_TARGETS:
        raise ValueError(f"{instance} tests {len(found)} things at once; at most {LARGEST_JOINT_TARGETS} are possible")
    return found


def _link_matches(model: CausalModel, instance: InstanceId, position: int, part: FindingTarget) -> bool:
    link = model.network.links[position]
    cause, effect = model.instances[link.cause], model.instances[link.effect]
    return joined(instance, cause, part.site_map) and joined(instance, effect, part.site_map)


def outcome_table(rule: FindingDef, parts: Sequence[FindingTarget], outcome: str, *, others: int = 0) -> FloatArray:
    """P(outcome | joint state of the targets): noisy-OR over several targets, a plain column for one.

    With `others` (a block): axes are the blocked link, then so many other links into the same complaint.
    """
    off = rule.given_absent[outcome].value
    if others:
        table = np.full((2,) * (1 + others), off)
        table[1] = rule.given_mixed[outcome].value
        table[(1,) + (0,) * others] = parts[0].given_present[outcome].value
        return table
    if len(parts) == 1:
        return np.array([off, parts[0].given_present[outcome].value])
    absent = np.array(1.0 - rule.given_absent["present"].value)
    for part in parts:
        absent = absent[..., None] * np.array([1.0, _spared(rule, part)])
    return absent if outcome == "absent" else 1.0 - absent


def _spared(rule: FindingDef, part: FindingTarget) -> float:
    """How much one target that is on lowers the chance of a negative finding."""
    return min(1.0, (1.0 - part.given_present["present"].value) / (1.0 - rule.given_absent["present"].value))


def _absent_table(rule: FindingDef, part: FindingTarget) -> FloatArray:
    return np.array([1.0, _spared(rule, part)])


def _tested(model: CausalModel, targets: Sequence[Target]) -> tuple[int, ...]:
    nodes = []
    for target in targets:
        if target.kind == "node":
            nodes.append(target.index)
        else:
            nodes += [model.network.links[target.index].cause, model.network.links[target.index].effect]
    return tuple(dict.fromkeys(nodes))
