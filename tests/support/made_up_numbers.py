"""Made-up diagnoses get intervals, shares that add to 1, arrows, sets and tests of their own."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from ilc.core import InstanceId, sites_of
from ilc.explanation.model import (
    ChainLink,
    Diagnosis,
    ExitSet,
    FactorResult,
    NextTest,
    NextTests,
    OriginResult,
    Probability,
    ReliefResult,
)
from ilc.knowledge.model import Knowledge

LINKS = 40


def with_numbers(diagnosis: Diagnosis, knowledge: Knowledge, rng: Generator) -> Diagnosis:
    """A made-up diagnosis with shares that add to 1, intervals, arrows, sets and tests of its own."""
    names = [complaint.id for complaint in diagnosis.complaints]
    parts = {name: rng.dirichlet(np.full(len(diagnosis.factors) + 1, 0.3)) for name in names}
    factors = tuple(
        replace(
            factor,
            p_exists=widen(factor.p_exists, rng),
            p_contributes=MappingProxyType({name: widen(p, rng) for name, p in factor.p_contributes.items()}),
            share=MappingProxyType({name: float(parts[name][number]) for name in names}),
        )
        for number, factor in enumerate(diagnosis.factors)
    )
    complaints = tuple(replace(c, unexplained=float(parts[c.id][-1])) for c in diagnosis.complaints)
    return replace(
        diagnosis,
        factors=factors,
        complaints=complaints,
        origin=tuple(divide(origin, rng) for origin in diagnosis.origin),
        chain=arrows(knowledge, rng),
        relief=tuple(relief(factor, name, rng) for factor in factors[:4] for name in names),
        exit_sets=exits(factors, rng),
        next_tests=NextTests(choose_tests(knowledge, factors, rng), choose_tests(knowledge, factors, rng), ()),
        robustness=(),
    )


def widen(probability: Probability, rng: Generator) -> Probability:
    low, high = probability.p * rng.random(), probability.p + (1 - probability.p) * rng.random()
    return Probability(probability.p, float(low), float(high))


def divide(origin: OriginResult, rng: Generator) -> OriginResult:
    body, brain, rest = (float(part) for part in rng.dirichlet((1.0, 1.0, 1.0)))
    return replace(origin, body=body, brain=brain, unexplained=rest)


def arrows(knowledge: Knowledge, rng: Generator) -> tuple[ChainLink, ...]:
    """Any links of the knowledge between instances at any site."""
    links = list(knowledge.links.values())
    chosen = [links[i] for i in rng.choice(len(links), LINKS, replace=False)]
    found = {}
    for link in chosen:
        cause, effect = (at_some_site(knowledge, concept, rng) for concept in (link.cause, link.effect))
        p, carries = float(rng.random()), float(rng.beta(0.5, 2.0))
        found[cause, effect] = ChainLink(
            cause,
            effect,
            Probability(p),
            link.mechanism.value,
            link.origin,
            link.evidence.value,
            link.reversible,
            carries,
        )
    return tuple(found.values())


def at_some_site(knowledge: Knowledge, concept: str, rng: Generator) -> str:
    site = str(rng.choice(sites_of(knowledge.nodes[concept].sites)))
    return str(InstanceId(concept, site))


def relief(factor: FactorResult, complaint: str, rng: Generator) -> ReliefResult:
    gone, left, less, but_for = (float(value) for value in rng.random(4))
    return ReliefResult((factor.id,), complaint, Probability(gone), 10 * left, less, but_for)


def exits(factors: tuple[FactorResult, ...], rng: Generator) -> tuple[ExitSet, ...]:
    ids = tuple(factor.id for factor in factors)
    best = float(rng.random())
    return (
        ExitSet(0.5, True, ids[:2], best * 0.9, ((ids[2:3], best * 0.8),), best),
        ExitSet(0.8, False, ids[:4], best * 0.95, (), best),
    )


def choose_tests(knowledge: Knowledge, factors: tuple[FactorResult, ...], rng: Generator) -> tuple[NextTest, ...]:
    findings = tuple(knowledge.findings)[:5]
    why = tuple(factor.id for factor in factors[:5])
    chosen = rng.choice(list(knowledge.tests), 5, replace=False)
    return tuple(
        NextTest(str(id_), "", findings, why, float(rng.random()), 2.0, bool(rng.random() < 0.3), 0.25, 0.5)
        for id_ in chosen
    )
