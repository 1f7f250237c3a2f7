"""What the engine says of a simulated patient, under its own numbers or under those of the generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ilc.core import Presence
from ilc.explanation.contributions import Contributions, measure_contributions
from ilc.explanation.exit_sets import detect_candidates, search_exit_sets
from ilc.explanation.reasoning import roles_of
from ilc.explanation.relief_results import STATE_NRS
from ilc.explanation.removal import simulate_removal
from ilc.findings import Finding
from ilc.inference.engine import Plan, Posterior, infer_posterior, plan_elimination
from ilc.inference.evidence import PatientEvidence, collect_evidence
from ilc.inference.model import CausalModel
from ilc.inference.network import Evidence, FloatArray
from ilc.inference.worlds import Worlds
from ilc.knowledge import Knowledge
from ilc.validation.overlap.people import SimulatedPatient


@dataclass(frozen=True, eq=False)
class Judgement:
    """Posterior and posterior worlds of one patient."""

    model: CausalModel
    evidence: tuple[PatientEvidence, ...]
    plan: Plan
    posterior: Posterior
    worlds: Worlds
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class ExitChoice:
    """The exit set chosen for one goal: the factors it removes and the relief expected of it (0..1)."""

    factors: tuple[int, ...]
    expected_relief: float


@dataclass(frozen=True, slots=True)
class Draw:
    """How many worlds, and the seed they are drawn with."""

    worlds: int
    seed: int


def judge(
    model: CausalModel, person: SimulatedPatient, findings: Sequence[Finding], draw: Draw, *, plan: Plan | None = None
) -> Judgement:
    """Run the engine on what is known of a patient.

    Parameters
    ----------
    model : of the patient's age and sex, with the numbers to reason with
    person : complaints and setting are read
    findings : under the rules of the same numbers; fewer than were recorded to see what the rest says
    draw : of posterior worlds
    plan : elimination order of a run with the same findings
    """
    evidence = collect_evidence(model, findings, person.complaints, setting=person.patient.setting)
    tables = [item.evidence for item in evidence]
    complaints = frozenset(i for i, d in enumerate(model.definitions) if d.slice.value == "complaint")
    chosen = plan or plan_elimination(model.network, tables, skippable=complaints)
    posterior = infer_posterior(model.network, tables, plan=chosen)
    worlds = posterior.worlds(count=draw.worlds, seed=draw.seed)
    contributions = measure_contributions(worlds, roles_of(model), hurting(model, person))
    return Judgement(model, evidence, chosen, posterior, worlds, contributions)


def judge_complaints_alone(engine: Judgement, person: SimulatedPatient, draw: Draw) -> Judgement:
    """What the engine says when no finding counts: every finding loses its weight and keeps its place in the plan.

    Parameters
    ----------
    engine : with all findings
    person : complaints are read
    draw : of posterior worlds
    """
    tables = [_weightless(item) for item in engine.evidence]
    posterior = infer_posterior(engine.model.network, tables, plan=engine.plan)
    worlds = posterior.worlds(count=draw.worlds, seed=draw.seed)
    contributions = measure_contributions(worlds, roles_of(engine.model), hurting(engine.model, person))
    return Judgement(engine.model, engine.evidence, engine.plan, posterior, worlds, contributions)


def _weightless(item: PatientEvidence) -> Evidence:
    if item.finding is None:
        return item.evidence
    return Evidence(item.id, item.evidence.targets, np.ones_like(item.evidence.table))


def hurting(model: CausalModel, person: SimulatedPatient) -> tuple[int, ...]:
    """Nodes of the complaints recorded as present."""
    return tuple(model.node(c.id) for c in person.complaints if c.presence is Presence.PRESENT)


def under_rules_of(findings: Sequence[Finding], knowledge: Knowledge) -> tuple[Finding, ...]:
    """The same observations under another set of numbers."""
    return tuple(replace(finding, rule=knowledge.findings[finding.id.concept]) for finding in findings)


def choose_exit(judgement: Judgement, *, goal: float) -> ExitChoice:
    """The smallest set of modifiable factors expected to reach a goal, as the reports name it."""
    worlds, contributions = judgement.worlds, judgement.contributions
    roles = roles_of(judgement.model)
    search = search_exit_sets(
        worlds,
        roles,
        detect_candidates(worlds, roles, contributions),
        complaints=contributions.complaints,
        intensity=_intensity(len(contributions.complaints)),
    )
    reductions = search.reductions()
    best = int(search.choose(reductions, goal))
    nodes = tuple(node for player in search.sets[best] for node in search.players[player])
    return ExitChoice(nodes, float(reductions[best]))


def _intensity(complaints: int) -> FloatArray:
    return np.tile(np.array(STATE_NRS), (complaints, 1))


def achieved_relief(model: CausalModel, person: SimulatedPatient, factors: Sequence[int]) -> float:
    """Share of the pain, summed over the recorded complaints, that goes in the true world when factors are removed.

    Parameters
    ----------
    model : the generator's
    person : with the true world
    factors : nodes, the same in every model of these nodes and links

    Returns
    -------
    0..1
    """
    complaints = hurting(model, person)
    removal = simulate_removal(person.truth, roles_of(model), [factors], complaints=complaints, never_arisen=False)
    table = np.array(STATE_NRS)
    before = float(table[removal.before].sum())
    return 1.0 - float(table[removal.after].sum()) / before
