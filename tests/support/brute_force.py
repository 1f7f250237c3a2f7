"""A slow road to the same answers: enumerate every joint state. Only for small networks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from ilc.inference.network import Evidence, FloatArray, Network, combined


def effect_distribution(network: Network, node: int, states: Sequence[int], fixed: dict[int, int]) -> FloatArray:
    """P(node | its causes), written out dose by dose; `fixed` holds doses of links enumerated elsewhere."""
    spec = network.nodes[node]
    reached = np.array(spec.leak)
    for link in network.links_into[node]:
        arrow = network.links[link]
        chances = np.eye(spec.states)[fixed[link]] if link in fixed else arrow.dose[states[arrow.cause]]
        after = np.zeros(spec.states)
        for before in range(spec.states):
            for dose in range(spec.states):
                after[combined(spec.combine, before, dose, top=spec.states - 1)] += reached[before] * chances[dose]
        reached = after
    return reached


def enumerate_joint(
    network: Network, evidence: Sequence[Evidence]
) -> dict[tuple[tuple[int, ...], tuple[int, ...]], float]:
    """Joint weight of (node states, doses of links under evidence) together with the evidence."""
    gates = sorted({t.index for item in evidence for t in item.targets if t.kind == "link"})
    joint: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}
    gate_ranges = [range(network.nodes[network.links[g].effect].states) for g in gates]
    for states in itertools.product(*[range(node.states) for node in network.nodes]):
        for doses in itertools.product(*gate_ranges):
            fixed = dict(zip(gates, doses, strict=True))
            weight = 1.0
            for gate, dose in fixed.items():
                weight *= network.links[gate].dose[states[network.links[gate].cause], dose]
            for node in range(len(network.nodes)):
                if weight == 0.0:
                    break
                weight *= effect_distribution(network, node, states, fixed)[states[node]]
            for item in evidence:
                place = tuple(min(fixed[t.index], 1) if t.kind == "link" else states[t.index] for t in item.targets)
                weight *= float(item.table[place])
            if weight > 0.0:
                joint[(states, doses)] = weight
    return joint


def brute_force_marginals(network: Network, evidence: Sequence[Evidence]) -> tuple[list[FloatArray], float]:
    """Posterior distribution of every node, and the probability of the evidence."""
    joint = enumerate_joint(network, evidence)
    total = sum(joint.values())
    found = [np.zeros(node.states) for node in network.nodes]
    for (states, _), weight in joint.items():
        for node, state in enumerate(states):
            found[node][state] += weight / total
    return found, total
