"""Generators of patients: the knowledge with every number moved by a draw from its own interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ilc.core import Estimate
from ilc.core.estimate import expit, logit
from ilc.knowledge import Knowledge
from ilc.knowledge.model import AgeBand, FindingDef, FindingTarget, LinkDef, NodeDef

EDGE = 1e-7  # keeps log odds finite
INTERVAL_ENDS_SD = 1.96


@dataclass(frozen=True, eq=False)
class _Draw:
    """One standard normal draw for each parameter; numbers that rest on one parameter move together."""

    generator: np.random.Generator
    width: float
    z: dict[str, float]

    def of(self, estimate: Estimate, parameter: str) -> Estimate:
        if parameter not in self.z:
            self.z[parameter] = float(self.generator.standard_normal())
        z = self.z[parameter]
        middle = logit(_inside(estimate.value))
        end = logit(_inside(estimate.high if z > 0 else estimate.low))
        moved = expit(middle + self.width * abs(z) * (end - middle) / INTERVAL_ENDS_SD)
        return Estimate(moved, min(moved, estimate.low), max(moved, estimate.high))


def _inside(p: float) -> float:
    return min(max(p, EDGE), 1.0 - EDGE)


def perturb(knowledge: Knowledge, generator: np.random.Generator, *, width: float) -> Knowledge:
    """Knowledge whose link strengths, priors, leaks and likelihoods are one draw from their intervals.

    Parameters
    ----------
    knowledge : as stated
    generator : of the draws
    width : 1 draws from the stated intervals, 0 changes nothing

    Returns
    -------
    knowledge with the same nodes, links and findings; outcomes of each finding still sum to 1
    """
    draw = _Draw(generator, width, {})
    return replace(
        knowledge,
        nodes={id_: _node(draw, node) for id_, node in knowledge.nodes.items()},
        links={id_: _link(draw, link) for id_, link in knowledge.links.items()},
        findings={id_: _finding(draw, finding) for id_, finding in knowledge.findings.items()},
    )


def _node(draw: _Draw, node: NodeDef) -> NodeDef:
    prior = tuple(_band(draw, node.id, band) for band in node.prior)
    leak = None if node.leak is None else draw.of(node.leak, f"{node.id} leak")
    return replace(node, prior=prior, leak=leak)


def _band(draw: _Draw, node: str, band: AgeBand) -> AgeBand:
    """Bands of one node move together: a prior that is too high at forty is too high at sixty."""
    return replace(band, estimate=draw.of(band.estimate, f"{node} prior"))


def _link(draw: _Draw, link: LinkDef) -> LinkDef:
    return replace(link, strength=draw.of(link.strength, link.id))


def _finding(draw: _Draw, finding: FindingDef) -> FindingDef:
    return replace(
        finding,
        given_absent=_outcomes(draw, finding.given_absent, f"{finding.id} absent"),
        given_mixed=_outcomes(draw, finding.given_mixed, f"{finding.id} mixed"),
        targets=tuple(_target(draw, finding, target) for target in finding.targets),
    )


def _target(draw: _Draw, finding: FindingDef, target: FindingTarget) -> FindingTarget:
    key = f"{finding.id} {target.node or target.link}"
    return replace(target, given_present=_outcomes(draw, target.given_present, key))


def _outcomes(draw: _Draw, stated: Mapping[str, Estimate], key: str) -> dict[str, Estimate]:
    """A yes-or-no finding moves by its positive outcome; one with more outcomes moves each and is put to sum 1."""
    if set(stated) == {"present", "absent"}:
        positive = draw.of(stated["present"], key)
        negative = Estimate(1.0 - positive.value, 1.0 - positive.high, 1.0 - positive.low)
        return {outcome: positive if outcome == "present" else negative for outcome in stated}
    moved = {outcome: draw.of(estimate, f"{key} {outcome}").value for outcome, estimate in stated.items()}
    total = sum(moved.values())
    return {outcome: Estimate(value / total, value / total, value / total) for outcome, value in moved.items()}
