"""Parameter intervals: how each output moves with each number of the knowledge base, from one set of worlds.

A world's probability is a product of terms, one for each leak, link and likelihood. The score of a parameter is the
derivative of the log of that product with respect to the parameter's log odds; the covariance of an output with a score
over posterior worlds is the derivative of the output. Intervals add the parameters' variances on the log-odds scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ilc.core import Estimate
from ilc.findings.model import Finding
from ilc.inference.evidence import PatientEvidence, outcome_table, resolve_targets
from ilc.inference.model import CausalModel, estimate_at
from ilc.inference.network import FloatArray
from ilc.inference.worlds import Worlds
from ilc.knowledge.model import AgeBand, FindingDef, FindingTarget

NORMAL_95 = 1.959963984540054
STEP = 0.05  # log-odds step of the finite differences in likelihood tables
EDGE = 1e-4  # probabilities are kept this far from 0 and 1 when an interval is put on the log-odds scale


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of all parameters over worlds.

    `matrix` has shape (parameter, world); `sd` is each parameter's standard deviation in log odds.
    """

    parameters: tuple[str, ...]
    sd: FloatArray
    matrix: FloatArray


def log_odds_sd(estimate: Estimate) -> float:
    """Standard deviation in log odds that a 95 % interval of a probability implies."""
    low, high = (min(max(x, EDGE), 1.0 - EDGE) for x in (estimate.low, estimate.high))
    return float((np.log(high / (1 - high)) - np.log(low / (1 - low))) / (2.0 * NORMAL_95))


class _Sums:
    """Collects scores by parameter: one parameter may act at several sites."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rows: dict[str, FloatArray] = {}
        self.sd: dict[str, float] = {}

    def add(self, parameter: str, estimate: Estimate, score: FloatArray) -> None:
        sd = log_odds_sd(estimate)
        if sd > 0.0:
            self.sd[parameter] = sd
            self.rows[parameter] = self.rows[parameter] + score if parameter in self.rows else score


def measure_scores(
    model: CausalModel, evidence: Sequence[PatientEvidence], worlds: Worlds, *, age_years: int, sex: str
) -> Scores:
    """Score of every parameter in every world.

    Parameters
    ----------
    model, evidence : what the worlds were drawn from
    worlds : posterior worlds
    age_years, sex : the person, to find the band of each prior

    Returns
    -------
    scores; parameters without an interval are left out
    """
    sums = _Sums(worlds.count)
    leak_score = _leak_scores(model, worlds)
    for node, definition in enumerate(model.definitions):
        if leak_score[node] is not None:
            _add_prior(sums, model, node, leak_score[node], estimate_at(definition.prior, age_years=age_years, sex=sex))
    for position in range(len(model.network.links)):
        _add_link(sums, model, position, worlds, leak_score)
    for item in evidence:
        if item.finding is not None:
            _add_finding(sums, model, item, item.finding, worlds)
    names = tuple(sorted(sums.rows))
    matrix = np.array([sums.rows[name] for name in names]) if names else np.zeros((0, worlds.count))
    return Scores(names, np.array([sums.sd[name] for name in names]), matrix)


def _leak_scores(model: CausalModel, worlds: Worlds) -> list[FloatArray | None]:
    """d log P(world) / d leak, for each node."""
    found: list[FloatArray | None] = []
    for node, spec in enumerate(model.network.nodes):
        leak = 1.0 - float(spec.leak[0])
        on = worlds.leak[:, node] > 0
        found.append(np.where(on, 1.0 / leak, -1.0 / (1.0 - leak)) if 0.0 < leak < 1.0 else None)
    return found


def _add_prior(sums: _Sums, model: CausalModel, node: int, score: FloatArray | None, band: AgeBand | None) -> None:
    definition = model.definitions[node]
    leak = 1.0 - float(model.network.nodes[node].leak[0])
    if score is None:
        return
    if definition.leak is not None:
        sums.add(definition.leak_parameter, definition.leak, score * leak * (1.0 - leak))
        return
    if band is None:
        return
    parameter, estimate = band.parameter, band.estimate
    site = float(model.stated_prior[node])
    fraction = np.log1p(-site) / np.log1p(-estimate.value)
    none_active = (1.0 - site) / (1.0 - leak)
    slope = fraction * (1.0 - estimate.value) ** (fraction - 1.0) / none_active
    sums.add(parameter, estimate, score * slope * estimate.value * (1.0 - estimate.value))


def _add_link(
    sums: _Sums, model: CausalModel, position: int, worlds: Worlds, leak_score: Sequence[FloatArray | None]
) -> None:
    link = model.network.links[position]
    definition = model.link_definitions[position]
    strength = definition.strength.value
    on = worlds.state[:, link.cause] > 0
    score = on * ((worlds.dose[:, position] > 0) - strength)
    effect_leak = leak_score[link.effect]
    cause_prior = float(model.stated_prior[link.cause])
    if effect_leak is not None and model.definitions[link.effect].leak is None and not np.isnan(cause_prior):
        leak = 1.0 - float(model.network.nodes[link.effect].leak[0])
        slope = (1.0 - leak) * cause_prior * strength * (1.0 - strength) / (1.0 - strength * cause_prior)
        score = score - effect_leak * slope
    sums.add(definition.parameter, definition.strength, score)


def _add_finding(sums: _Sums, model: CausalModel, item: PatientEvidence, finding: Finding, worlds: Worlds) -> None:
    """Finite differences of the log likelihood in each number of the finding's rule."""
    wanted = set(item.evidence.targets)
    targets = [(t, part) for t, part in resolve_targets(model, finding.rule, finding.id) if t in wanted]
    place = tuple(
        worlds.state[:, t.index] if t.kind == "node" else np.minimum(worlds.dose[:, t.index], 1)
        for t in item.evidence.targets
    )
    parts = [part for _, part in targets]
    others = len(item.evidence.targets) - len(targets)
    for key, estimate, change in _numbers(finding.rule, finding.outcome, parts):
        up = outcome_table(*change(STEP), finding.outcome, others=others)
        down = outcome_table(*change(-STEP), finding.outcome, others=others)
        slope = (np.log(up) - np.log(down)) / (2.0 * STEP)
        sums.add(f"{finding.rule.id}.{key}", estimate, slope[place])


Change = Callable[[float], tuple[FindingDef, Sequence[FindingTarget]]]


def _numbers(rule: FindingDef, outcome: str, parts: Sequence[FindingTarget]) -> Iterator[tuple[str, Estimate, Change]]:
    """Each number that the likelihood of an outcome reads, with a way to move it by a step in log odds."""
    read = "present" if len(parts) > 1 else outcome  # the noisy-OR table reads P(present), a plain column the outcome

    def change_absent(step: float) -> tuple[FindingDef, Sequence[FindingTarget]]:
        return replace(rule, given_absent={**rule.given_absent, read: _moved(rule.given_absent[read], step)}), parts

    yield "given_absent", rule.given_absent[read], change_absent
    for part in {id(part): part for part in parts}.values():

        def change_present(step: float, part: FindingTarget = part) -> tuple[FindingDef, Sequence[FindingTarget]]:
            moved = replace(part, given_present={**part.given_present, read: _moved(part.given_present[read], step)})
            return rule, [moved if p is part else p for p in parts]

        yield f"given_{part.node or part.link}", part.given_present[read], change_present
    if rule.given_mixed:

        def change_mixed(step: float) -> tuple[FindingDef, Sequence[FindingTarget]]:
            return replace(rule, given_mixed={**rule.given_mixed, read: _moved(rule.given_mixed[read], step)}), parts

        yield "given_mixed", rule.given_mixed[read], change_mixed


def _moved(estimate: Estimate, step: float) -> Estimate:
    p = min(max(estimate.value, EDGE), 1.0 - EDGE)
    value = 1.0 / (1.0 + (1.0 - p) / p * float(np.exp(-step)))
    return Estimate(value, min(value, estimate.low), max(value, estimate.high))


def intervals(scores: Scores, outputs: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """95 % parameter interval of probabilities that are averages of 0/1 outputs over the worlds.

    Parameters
    ----------
    scores : of the same worlds
    outputs : 0/1, shape (world, output)
    values : the probabilities to put intervals around, shape (output,)

    Returns
    -------
    low, high, shape (output,)
    """
    count = len(outputs)
    p = np.clip(outputs.mean(axis=0), 1.0 / count, 1.0 - 1.0 / count)
    centred = scores.matrix - scores.matrix.mean(axis=1, keepdims=True)
    covariance = centred @ (outputs - outputs.mean(axis=0)) / count
    slope = covariance / (p * (1.0 - p))
    noise = (centred**2).mean(axis=1)[:, None] / (count * p * (1.0 - p))
    variance = ((slope**2 - noise) * scores.sd[:, None] ** 2).sum(axis=0)
    spread = NORMAL_95 * np.sqrt(np.maximum(variance, 0.0))
    middle = np.clip(values, 1e-12, 1.0 - 1e-12)
    odds = np.log(middle / (1.0 - middle))
    return _expit(odds - spread), _expit(odds + spread)


def _expit(x: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))
