"""What to find out next: list A for safety, list B for information that could change the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ilc.core import InstanceId, sites_of
from ilc.explanation.exit_sets import ExitSearch
from ilc.explanation.model import NextTest, NextTests, RedFlagResult
from ilc.explanation.reasoning import Reasoning, log_likelihood
from ilc.findings import Finding, level_rank
from ilc.inference.evidence import finding_evidence, likelihood_table, resolve_targets
from ilc.inference.network import Evidence, FloatArray, Target
from ilc.knowledge.model import FindingDef, RedFlagRule, TestDef

SIMULATIONS = 48  # simulated results of a test
FINDINGS_A_TEST = 6  # the most telling findings of a test stand for it
PAIRS = 24  # leading contributions whose uncertainty counts
MOST_LISTED = 8
GOAL = 0.5
FEWEST_DAYS_FOR_IMAGING = 42  # imaging is not suggested earlier without a red flag
UNDECIDED = (0.02, 0.98)


@dataclass(frozen=True, eq=False)
class Candidate:
    """An unobserved finding and the likelihood of each of its outcomes in each world."""

    instance: InstanceId
    rule: FindingDef
    chances: FloatArray  # (outcome, world)
    tested: tuple[int, ...]


def suggest_tests(reasoning: Reasoning, search: ExitSearch, flags: Sequence[RedFlagResult], *, seed: int) -> NextTests:
    """The next tests worth doing.

    Parameters
    ----------
    reasoning : the person
    search : removal sets and what they leave in each world
    flags : judged serious pathways
    seed : of the simulated results
    """
    candidates = _candidates(reasoning)
    information = _information(reasoning, search, candidates, seed=seed)
    early = _imaging_is_early(reasoning, flags)
    held_back = [t for t in information if early and reasoning.knowledge.tests[t.test].imaging]
    kept = [t for t in information if t not in held_back]
    return NextTests(
        safety=_safety(reasoning, flags)[:MOST_LISTED],
        information=tuple(sorted(kept, key=lambda t: (t.invasive, -t.gain, -t.information_bits / t.burden, t.test)))[
            :MOST_LISTED
        ],
        not_suggested=tuple((t.test, "next_tests.imaging_early") for t in held_back),
    )


def _imaging_is_early(reasoning: Reasoning, flags: Sequence[RedFlagResult]) -> bool:
    if any(level_rank(flag.level) >= level_rank("prompt") for flag in flags):
        return False
    days = [c.since_days for c in reasoning.complaints if c.since_days is not None]
    return bool(days) and max(days) < FEWEST_DAYS_FOR_IMAGING


def _candidates(reasoning: Reasoning) -> list[Candidate]:
    observed = {str(finding.id) for finding in reasoning.findings}
    p = reasoning.posterior.p_present
    found = []
    for rule in reasoning.knowledge.findings.values():
        if rule.context_only or not rule.targets or not rule.test:
            continue
        for site in sites_of(rule.sites):
            instance = InstanceId(rule.id, site)
            if str(instance) in observed:
                continue
            targets = resolve_targets(reasoning.model, rule, instance)
            nodes = [_node_of(reasoning, target) for target, _ in targets]
            if any(UNDECIDED[0] < p[node] < UNDECIDED[1] for node in nodes):
                tables = [likelihood_table(reasoning.model, rule, instance, outcome) for outcome in rule.outcomes]
                chances = [np.exp(log_likelihood(Evidence("", *table), reasoning.worlds)) for table in tables]
                found.append(Candidate(instance, rule, np.array(chances), tuple(nodes)))
    return found


def _node_of(reasoning: Reasoning, target: Target) -> int:
    return target.index if target.kind == "node" else reasoning.model.network.links[target.index].cause


def _information(
    reasoning: Reasoning, search: ExitSearch, candidates: Sequence[Candidate], *, seed: int
) -> list[NextTest]:
    """Expected information of each test about the leading contributions, and its chance of changing the exit set."""
    if not reasoning.present or not candidates:
        return []
    events = _leading_events(reasoning)
    alone = {str(c.instance): _expected_bits(events, c.chances) for c in candidates}
    by_test: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_test.setdefault(candidate.rule.test, []).append(candidate)
    current = int(search.choose(search.reductions(), GOAL))
    found = []
    for number, (test, members) in enumerate(by_test.items()):
        members.sort(key=lambda c: (-alone[str(c.instance)], str(c.instance)))
        generator = np.random.default_rng((seed, number))
        weights = _simulated_weights(members[:FINDINGS_A_TEST], generator)
        bits = max(0.0, float((_entropy(events.mean(axis=1)) - _entropy(weights @ events.T).mean(axis=0)).sum()))
        changed = float((search.choose(search.reductions(weights), GOAL) != current).mean())
        found.append(_next_test(reasoning, reasoning.knowledge.tests[test], members, bits=bits, changed=changed))
    return [t for t in found if t.information_bits > 0.0]


def _leading_events(reasoning: Reasoning) -> FloatArray:
    """Contributions that are least certain, as 0/1 over worlds, shape (event, world)."""
    shares = np.nan_to_num(reasoning.contributions.p_contributes())
    pairs = [
        (float(_entropy(shares[node, column])), node, complaint)
        for node, kind in enumerate(reasoning.roles.kind)
        if kind == "factor" and not reasoning.model.definitions[node].latent
        for column, complaint in enumerate(reasoning.present)
    ]
    leading = sorted(pairs, reverse=True)[:PAIRS]
    return np.array([reasoning.contributions.in_worlds(node, c) for _, node, c in leading], dtype=float)


def _entropy(p: FloatArray | float) -> FloatArray:
    q = np.clip(p, 1e-9, 1.0 - 1e-9)
    return np.asarray(-(q * np.log2(q) + (1.0 - q) * np.log2(1.0 - q)))


def _expected_bits(events: FloatArray, chances: FloatArray) -> float:
    """Expected fall of the entropies of all events when one finding becomes known."""
    p_outcome = chances.mean(axis=1)
    after = (chances @ events.T) / np.maximum(chances.sum(axis=1, keepdims=True), 1e-300)
    return float((_entropy(events.mean(axis=1)) - p_outcome @ _entropy(after)).sum())


def _simulated_weights(members: Sequence[Candidate], generator: np.random.Generator) -> FloatArray:
    """Weights of the worlds after simulated results of a test, shape (simulation, world)."""
    worlds = members[0].chances.shape[1]
    truth = generator.integers(worlds, size=SIMULATIONS)
    weights = np.ones((SIMULATIONS, worlds))
    for member in members:
        cumulative = np.cumsum(member.chances[:, truth], axis=0)
        outcome = (generator.random(SIMULATIONS) * cumulative[-1] >= cumulative[:-1]).sum(axis=0)
        weights *= member.chances[outcome]
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _next_test(
    reasoning: Reasoning, test: TestDef, members: Sequence[Candidate], *, bits: float, changed: float
) -> NextTest:
    names = [str(reasoning.model.instances[node]) for member in members[:FINDINGS_A_TEST] for node in member.tested]
    return NextTest(
        test=test.id,
        label=test.label,
        findings=tuple(str(member.instance) for member in members[:FINDINGS_A_TEST]),
        why=tuple(dict.fromkeys(names))[:FINDINGS_A_TEST],
        gain=bits * changed / test.burden,
        burden=test.burden,
        invasive=test.invasive,
        p_changes_exit_set=changed,
        information_bits=bits,
    )


def _safety(reasoning: Reasoning, flags: Sequence[RedFlagResult]) -> tuple[NextTest, ...]:
    """Tests that may carry a serious pathway over an action threshold; unasked questions count too.

    What serves the most urgent pathway comes first, then what is likeliest to cross a threshold.
    """
    observed = {finding.id.concept for finding in reasoning.findings}
    best: dict[str, tuple[int, float, list[str], list[str]]] = {}
    for flag in flags:
        rule = reasoning.knowledge.red_flags[flag.id]
        for finding_id in dict.fromkeys((*rule.screening, *_finding_ids(rule))):
            definition = reasoning.knowledge.findings[finding_id]
            if finding_id in observed or not definition.test:
                continue
            chance = _chance_of_crossing(reasoning, rule, flag, definition)
            if chance > 0.0 or finding_id in flag.unasked:
                level, gain, findings, why = best.get(definition.test, (0, 0.0, [], []))
                level = max(level, level_rank(flag.level))
                best[definition.test] = (level, max(gain, chance), [*findings, finding_id], [*why, flag.id])
    tests = reasoning.knowledge.tests
    found = [
        NextTest(
            t,
            tests[t].label,
            tuple(dict.fromkeys(f)),
            tuple(dict.fromkeys(w)),
            g,
            tests[t].burden,
            tests[t].invasive,
            0.0,
            0.0,
        )
        for t, (_, g, f, w) in best.items()
    ]
    return tuple(sorted(found, key=lambda t: (-best[t.test][0], -round(t.gain, 3), t.burden, t.test)))


def _finding_ids(rule: RedFlagRule) -> tuple[str, ...]:
    atoms = [atom for clauses in rule.clauses.values() for clause in clauses for atom in clause]
    return tuple(dict.fromkeys(atom.partition("=")[0] for atom in sorted(atoms)))


def _chance_of_crossing(reasoning: Reasoning, rule: RedFlagRule, flag: RedFlagResult, definition: FindingDef) -> float:
    """Chance that the answer moves the pathway across its next action threshold, up or down."""
    thresholds = sorted(rule.level_from_p.values())
    total = 0.0
    for site in sites_of(definition.sites):
        instance = InstanceId(definition.id, site)
        for outcome in definition.outcomes:
            chance, after = _after(reasoning, rule, flag.p, Finding(instance, definition, outcome, None, None, "typed"))
            if any((flag.p < t) != (after < t) for t in thresholds):
                total = max(total, chance)
    return total


def _after(reasoning: Reasoning, rule: RedFlagRule, p: float, finding: Finding) -> tuple[float, float]:
    """Chance of an outcome and the pathway's probability after it, from the finding's own likelihood ratio."""
    nodes: Mapping[int, str] = {i: d.id for i, d in enumerate(reasoning.model.definitions) if d.id in rule.factors}
    for item in finding_evidence(reasoning.model, finding):
        targets = item.evidence.targets
        if len(targets) == 1 and targets[0].kind == "node" and targets[0].index in nodes:
            off, on = (float(x) for x in item.evidence.table)
            chance = p * on + (1.0 - p) * off
            return chance, p * on / chance
    return 0.0, p
