"""Two roads, one answer: the engine against a junction tree of another make, up to the shipped network at full size."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import collect_evidence
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import Evidence, Network, Target
from ilc.knowledge import load_knowledge
from tests.support.agrum_networks import agrum_marginals
from tests.support.random_networks import random_evidence, random_network
from tests.support.random_patients import random_complaints, random_findings

EXACT = 1e-9


def _assert_equal(network: Network, evidence: list[Evidence]) -> None:
    expected, log_evidence = agrum_marginals(network, evidence)
    posterior = infer_posterior(network, evidence)
    assert posterior.log_evidence == pytest.approx(log_evidence, abs=EXACT)
    for node, distribution in enumerate(expected):
        assert np.abs(posterior.distribution(node) - distribution).max() <= EXACT


@pytest.mark.parametrize("binary", [True, False], ids=["noisy-or", "noisy-max and sums"])
@pytest.mark.parametrize("seed", range(25))
def test_random_networks_with_soft_hard_and_link_evidence(seed: int, *, binary: bool) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=int(generator.integers(8, 16)), binary=binary)
    _assert_equal(network, random_evidence(generator, network))


def test_a_network_without_evidence() -> None:
    _assert_equal(random_network(np.random.default_rng(3), nodes=12), [])


@cache
def _model(age_years: int, sex: str) -> CausalModel:
    return build_model(load_knowledge(), age_years=age_years, sex=sex)


@pytest.mark.parametrize(("age_years", "sex"), [(25, "female"), (60, "male"), (85, "female")])
def test_the_shipped_network_before_any_finding(age_years: int, sex: str) -> None:
    network = _model(age_years, sex).network
    expected, _ = agrum_marginals(network, [])
    plan = plan_elimination(network, [])
    found = infer_posterior(network, [], plan=plan).p_present
    assert np.abs(found - [1.0 - distribution[0] for distribution in expected]).max() <= EXACT


@pytest.mark.parametrize("seed", range(4))
def test_the_shipped_network_with_a_few_complaints_and_findings(seed: int) -> None:
    model = _model(60, "female")
    generator = np.random.default_rng(seed)
    complaints = random_complaints(model, generator, present=2, absent=2)
    findings = random_findings(model, generator, count=20)
    collected = collect_evidence(model, findings, complaints, setting="spine_clinic")
    _assert_equal(model.network, [item.evidence for item in collected])


def test_the_second_road_would_notice_a_wrong_engine() -> None:
    """The comparison itself is tested: a slightly different strength must show."""
    network = random_network(np.random.default_rng(1), nodes=10, binary=True)
    soft = Evidence("soft", (Target("node", 9),), np.array([0.2, 0.9]))
    other = Evidence("soft", (Target("node", 9),), np.array([0.2, 0.9001]))
    expected, _ = agrum_marginals(network, [other])
    found = infer_posterior(network, [soft])
    assert max(np.abs(found.distribution(i) - d).max() for i, d in enumerate(expected)) > EXACT
