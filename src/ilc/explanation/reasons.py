"""Why a probability is what it is: contributions of the evidence that add up to the posterior log odds exactly.

A finding that tests the factor alone multiplies its odds whatever else is known, so its contribution is the log of its
likelihood ratio. All other evidence works through the network; its contributions are Shapley values of the game "log
odds of the factor when only this part of the evidence is known", whose two ends are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ilc.core import expit, logit
from ilc.explanation.mixture import BoolArray, Mixture
from ilc.explanation.model import Reason, Reasons
from ilc.explanation.shapley import shapley_values
from ilc.findings.model import Finding
from ilc.inference.evidence import PatientEvidence
from ilc.inference.model import CausalModel
from ilc.inference.network import FloatArray
from ilc.knowledge.model import Basis, Knowledge

SEPARATE_PLAYERS = 6  # with "other" and "competing" at most eight, so that all coalitions are evaluated
FEWEST_WORLDS = 20.0  # effective worlds with the factor below which indirect evidence is reported as one piece
WORTH_SHARING = 0.1  # log odds; a smaller way is told as one piece for factors that lead nowhere
COMPETING = "competing"
OTHER = "other_consequences"
EDGE = 1e-9


@dataclass(frozen=True, eq=False)
class ReasonGround:
    """What all reasons of one patient are worked out from."""

    model: CausalModel
    evidence: tuple[PatientEvidence, ...]
    mixture: Mixture
    descendants: tuple[frozenset[int], ...]  # per node, itself included
    leading: frozenset[int]  # nodes that contribute: their reasons are told in full, however small

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base behind the model."""
        return self.model.knowledge

    @cached_property
    def _without_each(self) -> FloatArray:
        """Weights of the worlds with all findings but one, and last with all of them, shape (finding + 1, world)."""
        findings = len(self.mixture.findings)
        subsets = np.vstack([1.0 - np.eye(findings), np.ones(findings)])
        return self.mixture.weights(subsets)

    def effect_of_each(self, event: BoolArray) -> FloatArray:
        """How far the log odds of an event fall when one finding is left out, shape (finding,)."""
        odds = _bounded_log_odds(self._without_each @ event.astype(float))
        return np.asarray(odds[-1] - odds[:-1])


def explain_existence(
    ground: ReasonGround, node: int, present: BoolArray, *, prior: float, base: float, posterior: float
) -> Reasons:
    """Reasons for the existence of a factor.

    Parameters
    ----------
    ground : the patient's evidence and joined worlds
    node : the factor
    present : whether the factor exists in each joined world, shape (world,)
    prior, base, posterior : exact probability in unselected people, given complaints and setting, given everything

    Returns
    -------
    contributions in log odds which with the prior add up to the posterior's log odds
    """
    alone = _unary_log_ratios(ground, node)
    context = Reason("complaints_and_setting", "", _log_odds(base) - _log_odds(prior), "context")
    found = [context, *(_reason(ground, name, value, "direct") for name, value in alone.items())]
    start, end = _log_odds(base), _log_odds(posterior) - sum(alone.values())
    rest = [name for name in ground.mixture.findings if name not in alone]
    found += _indirect(ground, (node, rest), present, start=start, end=end)
    return Reasons(_log_odds(prior), tuple(_by_weight(found)))


def explain_contribution(
    ground: ReasonGround, node: int, reaches: BoolArray, *, base: float, posterior: float
) -> Reasons:
    """Reasons for the contribution of a factor to a complaint; the starting point is what the complaints alone say.

    Parameters
    ----------
    reaches : whether an active path leads from the factor to the complaint in each joined world, shape (world,)
    base, posterior : contribution given complaints and setting, and given everything
    """
    start, end = _log_odds(base), _log_odds(posterior)
    found = _indirect(ground, (node, list(ground.mixture.findings)), reaches, start=start, end=end)
    return Reasons(start, tuple(_by_weight(found)))


def posterior_of(reasons: Reasons) -> float:
    """Multiply the printed contributions back to the probability."""
    return expit(reasons.prior_log_odds + sum(c.log_odds for c in reasons.contributions))


def _log_odds(p: float) -> float:
    return logit(min(max(p, EDGE), 1.0 - EDGE))


def _by_weight(reasons: Sequence[Reason]) -> list[Reason]:
    return sorted((r for r in reasons if r.log_odds != 0.0), key=lambda r: (-abs(r.log_odds), r.evidence))


def _unary_log_ratios(ground: ReasonGround, node: int) -> dict[str, float]:
    """What findings say of the factor alone; of one that was not found and tests several, its part about this one."""
    found: dict[str, float] = {}
    for item in ground.evidence:
        targets = item.evidence.targets
        if item.kind == "finding" and len(targets) == 1 and targets[0].kind == "node" and targets[0].index == node:
            off, on = item.evidence.table
            found[item.id] = found.get(item.id, 0.0) + float(np.log(on) - np.log(off))
    return found


def _indirect(
    ground: ReasonGround, subject: tuple[int, list[str]], event: BoolArray, *, start: float, end: float
) -> list[Reason]:
    """Share the way from `start` to `end` among the findings that work through the network."""
    node, names = subject
    if not names or (node not in ground.leading and abs(end - start) < WORTH_SHARING):
        return [] if abs(end - start) < EDGE else [Reason(COMPETING, "", end - start, COMPETING)]
    row = {name: i for i, name in enumerate(ground.mixture.findings)}
    chosen = np.zeros(len(row))
    chosen[[row[name] for name in names]] = 1.0
    if _effective_worlds(ground.mixture.weights(chosen[None, :])[0], event) < FEWEST_WORLDS:
        return [Reason(COMPETING, "", end - start, COMPETING)]
    effect = ground.effect_of_each(event)
    players = _players(ground, node, names, np.array([effect[row[name]] for name in names]))
    member = np.array([[1.0 if name in part else 0.0 for name in row] for _, part, _ in players])
    worth = _bounded_log_odds(ground.mixture.share_by_coalition(member, event))
    worth[0], worth[-1] = start, end
    values = shapley_values(worth)
    values[int(np.argmax(np.abs(values)))] += (end - start) - float(values.sum())
    return [_reason(ground, name, float(v), kind) for (name, _, kind), v in zip(players, values, strict=True)]


def _effective_worlds(weights: FloatArray, event: BoolArray) -> float:
    def size(part: FloatArray) -> float:
        return float(part.sum() ** 2 / max(float((part**2).sum()), 1e-300))

    return min(size(weights[event]), size(weights[~event])) if event.any() and not event.all() else 0.0


def _bounded_log_odds(p: FloatArray) -> FloatArray:
    p = np.clip(p, 1e-6, 1.0 - 1e-6)
    return np.asarray(np.log(p) - np.log1p(-p))


def _players(
    ground: ReasonGround, node: int, names: Sequence[str], effect: FloatArray
) -> list[tuple[str, frozenset[str], str]]:
    """The strongest findings one by one; the others together, told apart as consequences and competing explanations."""
    tested = _tested_nodes(ground)
    ranked = sorted(range(len(names)), key=lambda i: (-abs(effect[i]), names[i]))
    alone = [names[i] for i in ranked[:SEPARATE_PLAYERS] if abs(effect[i]) > 1e-6]
    players = [(name, frozenset({name}), _kind(ground, node, tested[name])) for name in alone]
    rest = [name for name in names if name not in alone]
    below = frozenset(n for n in rest if _kind(ground, node, tested[n]) == "direct")
    if below:
        players.append((OTHER, below, "direct"))
    if set(rest) - below:
        players.append((COMPETING, frozenset(rest) - below, COMPETING))
    return players


def _tested_nodes(ground: ReasonGround) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for item in ground.evidence:
        found.setdefault(item.id, set()).update(item.tested)
    return {name: frozenset(nodes) for name, nodes in found.items()}


def _kind(ground: ReasonGround, node: int, tested: frozenset[int]) -> str:
    return "direct" if tested & ground.descendants[node] else COMPETING


def _reason(ground: ReasonGround, name: str, log_odds: float, kind: str) -> Reason:
    finding = next((item.finding for item in ground.evidence if item.id == name and item.finding), None)
    if finding is None:
        return Reason(name, "", log_odds, kind)
    sources = finding_sources(ground.knowledge, finding)
    return Reason(name, finding.outcome, log_odds, kind, sources, expert_only=not sources)


def finding_sources(knowledge: Knowledge, finding: Finding) -> tuple[str, ...]:
    """Bibliography keys behind the numbers of a finding; empty when they are assumptions."""
    keys: dict[str, None] = {}
    for part in finding.rule.targets:
        for parameter_id in part.parameters:
            parameter = knowledge.parameters.get(parameter_id)
            if parameter is not None and parameter.basis is not Basis.ASSUMPTION:
                keys.update((source.key, None) for source in parameter.sources)
    return tuple(keys)


def descendants_of(model: CausalModel) -> tuple[frozenset[int], ...]:
    """For each node, itself and everything its links can reach."""
    below: list[set[int]] = [{node} for node in range(len(model.network.nodes))]
    for node in range(len(model.network.nodes) - 1, -1, -1):
        for link in model.network.links_from[node]:
            below[node] |= below[model.network.links[link].effect]
    return tuple(frozenset(nodes) for nodes in below)
