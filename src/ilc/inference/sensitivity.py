"""Parameter intervals: the numbers of the knowledge base are drawn from their intervals and all draws solved at once.

Each number is drawn on the log-odds scale (ratios on the log scale) around its stated value, as wide as its stated 95 %
interval. Numbers that one parameter states at several sites move together; different numbers of a finding's rule move
apart. Draws come in mirrored pairs and are spread evenly over the distribution of each number.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from ilc.core import Estimate
from ilc.findings.model import Finding
from ilc.inference.evidence import PatientEvidence, other_links, resolve_targets
from ilc.inference.model import SMALLEST_LEAK, CausalModel, estimate_at
from ilc.inference.network import Evidence, FloatArray, Link, Network, Node
from ilc.knowledge.model import FindingDef, FindingTarget
from ilc.record.case import Patient

NORMAL_95 = 1.959963984540054
EDGE = 1e-7  # probabilities are kept this far from 0 and 1 when an interval is put on the log-odds scale


def log_odds_sd(estimate: Estimate) -> float:
    """Standard deviation in log odds that a 95 % interval of a probability implies."""
    low, high = (min(max(x, EDGE), 1.0 - EDGE) for x in (estimate.low, estimate.high))
    return float((_log_odds(high) - _log_odds(low)) / (2.0 * NORMAL_95))


@dataclass(eq=False)
class Draws:
    """Drawn values of numbers, the same for the same name; `count` is even."""

    count: int
    seed: int
    _known: dict[str, FloatArray] = field(default_factory=dict)

    def standard(self, name: str) -> FloatArray:
        """Standard normal draws of one number, shape (draw,)."""
        if name not in self._known:
            generator = np.random.default_rng((self.seed, zlib.crc32(name.encode())))
            half = self.count // 2
            strata = ndtri((np.arange(half) + 0.5) / half)
            one = generator.permutation(strata / max(float(strata.std()), 1e-12))
            self._known[name] = np.concatenate([one, -one])
        return self._known[name]

    def probability(self, name: str, estimate: Estimate) -> FloatArray:
        """Draws of a probability, shape (draw,)."""
        sd = log_odds_sd(estimate)
        if sd <= 0.0:
            return np.full(self.count, estimate.value)
        return _expit(_log_odds(min(max(estimate.value, EDGE), 1.0 - EDGE)) + sd * self.standard(name))

    def ratio(self, name: str, estimate: Estimate) -> FloatArray:
        """Draws of a positive ratio, shape (draw,)."""
        sd = float(np.log(estimate.high) - np.log(estimate.low)) / (2.0 * NORMAL_95)
        return np.asarray(estimate.value * np.exp(sd * self.standard(name)))


def draw_network(model: CausalModel, draws: Draws, *, marginal: FloatArray, patient: Patient) -> Network:
    """The person's network under every draw of its priors, leaks and strengths.

    Each leak is again what the causes leave of the prior. How far the causes go together is taken from the network as
    stated.

    Parameters
    ----------
    model : the network as stated
    draws : of the numbers
    marginal : exact probability of each node without any finding, as stated, shape (node,); NaN where not worked out
    patient : age and sex choose the band of each prior
    """
    network = model.network
    strength = [draws.probability(link.parameter, link.strength) for link in model.link_definitions]
    stated = np.array(marginal)
    now: list[FloatArray] = []
    nodes = []
    for position, node in enumerate(network.nodes):
        causes = [(link, network.links[link].cause) for link in network.links_into[position]]
        stated_leak = 1.0 - float(node.leak[0])
        as_if_alone = np.prod([1.0 - model.link_definitions[x].strength.value * stated[c] for x, c in causes])
        if np.isnan(stated[position]):
            stated[position] = 1.0 - (1.0 - stated_leak) * as_if_alone
        none_active = np.full(draws.count, (1.0 - stated[position]) / (1.0 - stated_leak) / as_if_alone)
        for link, cause in causes:
            none_active *= 1.0 - strength[link] * now[cause]
        leak = _drawn_leak(model, position, draws, np.minimum(none_active, 1.0), patient)
        now.append(1.0 - (1.0 - leak) * np.minimum(none_active, 1.0))
        spread = node.leak[1:] / node.leak[1:].sum()
        nodes.append(Node(node.id, np.column_stack([1.0 - leak, leak[:, None] * spread]), node.combine))
    return Network(tuple(nodes), tuple(_drawn_link(link, s) for link, s in zip(network.links, strength, strict=True)))


def _drawn_leak(
    model: CausalModel, position: int, draws: Draws, none_active: FloatArray, patient: Patient
) -> FloatArray:
    definition = model.definitions[position]
    if definition.leak is not None:
        return draws.probability(definition.leak_parameter, definition.leak)
    band = estimate_at(definition.prior, age_years=patient.age_years, sex=patient.sex)
    stated_leak = 1.0 - float(model.network.nodes[position].leak[0])
    if band is None or stated_leak <= SMALLEST_LEAK:
        return np.full(draws.count, stated_leak)
    # A prior for the whole person is shared out among the sites: 1 - site = (1 - person) ** fraction.
    fraction = np.log1p(-model.stated_prior[position]) / np.log1p(-band.estimate.value)
    prior = 1.0 - (1.0 - draws.probability(band.parameter, band.estimate)) ** fraction
    return np.asarray(np.maximum(SMALLEST_LEAK, 1.0 - (1.0 - prior) / none_active))


def _drawn_link(link: Link, strength: FloatArray) -> Link:
    dose = np.zeros((len(strength), *link.dose.shape))
    dose[:, 0, 0] = 1.0
    dose[:, 1, 0] = 1.0 - strength
    dose[:, 1, 1:] = strength[:, None] * link.dose[1, 1:] / (1.0 - link.dose[1, 0])
    return Link(link.id, link.cause, link.effect, dose)


def draw_evidence(
    model: CausalModel, evidence: Sequence[PatientEvidence], draws: Draws, *, patient: Patient
) -> list[Evidence]:
    """The person's evidence under every draw of the numbers of the findings' rules and of the setting."""
    setting = model.knowledge.settings.get(patient.setting)
    ratios = setting.ratios if setting else {}
    found = []
    for item in evidence:
        table: FloatArray = item.evidence.table
        if item.finding is not None:
            table = _finding_table(model, item, item.finding, draws)
        elif item.kind == "setting":
            template = model.definitions[item.tested[0]].id
            ratio = draws.ratio(f"{patient.setting}.{template}", ratios[template])
            table = np.column_stack([np.ones(draws.count), ratio]) / np.maximum(1.0, ratio)[:, None]
        found.append(Evidence(item.evidence.id, item.evidence.targets, table))
    return found


def _finding_table(model: CausalModel, item: PatientEvidence, finding: Finding, draws: Draws) -> FloatArray:
    """The table of `ilc.inference.evidence` with an axis of draws before all others."""
    targets = resolve_targets(model, finding.rule, finding.id)
    others = other_links(model, finding.rule, targets)
    parts = [part for _, part in targets]
    rule = _DrawnRule(finding.rule, draws)
    if len(item.evidence.targets) < len(targets):
        own = next(part for target, part in targets if target == item.evidence.targets[0])
        return np.column_stack([np.ones(draws.count), rule.spared(own)])
    outcomes = finding.likelihood or {finding.outcome: 1.0}
    return np.asarray(sum(w * rule.table(parts, outcome, others=len(others)) for outcome, w in outcomes.items()))


@dataclass(frozen=True, eq=False)
class _DrawnRule:
    """The numbers of a finding's rule under every draw."""

    rule: FindingDef
    draws: Draws

    def given(self, where: str, column: Mapping[str, Estimate], outcome: str) -> FloatArray:
        """P(outcome) in one column; two outcomes share one number."""
        if set(column) == {"present", "absent"}:
            present = self.draws.probability(f"{self.rule.id}.{where}", column["present"])
            return present if outcome == "present" else 1.0 - present
        return self.draws.probability(f"{self.rule.id}.{where}.{outcome}", column[outcome])

    def alone(self, part: FindingTarget, outcome: str) -> FloatArray:
        """P(outcome | this target alone)."""
        return self.given(part.node or part.link, part.given_present, outcome)

    def spared(self, part: FindingTarget) -> FloatArray:
        """How much one target that is on lowers the chance of a negative finding."""
        absent = self.given("absent", self.rule.given_absent, "absent")
        return np.minimum(1.0, self.alone(part, "absent") / absent)

    def table(self, parts: Sequence[FindingTarget], outcome: str, *, others: int) -> FloatArray:
        """P(outcome | joint state), shape (draw, target, ...)."""
        if others:
            off = self.given("absent", self.rule.given_absent, outcome)
            whole = np.empty((self.draws.count, *(2,) * (1 + others)))
            whole[:, 0] = off.reshape(-1, *(1,) * others)
            whole[:, 1] = self.given("mixed", self.rule.given_mixed, outcome).reshape(-1, *(1,) * others)
            whole.reshape(self.draws.count, 2, -1)[:, 1, 0] = self.alone(parts[0], outcome)
            return whole
        if len(parts) == 1:
            return np.column_stack(
                [self.given("absent", self.rule.given_absent, outcome), self.alone(parts[0], outcome)]
            )
        negative = self.given("absent", self.rule.given_absent, "absent")
        for depth, part in enumerate(parts):
            step = np.column_stack([np.ones(self.draws.count), self.spared(part)])
            negative = negative[..., None] * step.reshape(self.draws.count, *(1,) * depth, 2)
        return negative if outcome == "absent" else 1.0 - negative


def _log_odds(p: float) -> float:
    return float(np.log(p / (1.0 - p)))


def _expit(x: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))
