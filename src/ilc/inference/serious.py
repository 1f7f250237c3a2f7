"""Serious causes judged three ways, so that no other finding can hide them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.inference.engine import infer_posterior
from ilc.inference.evidence import PatientEvidence
from ilc.inference.model import CausalModel
from ilc.inference.network import Evidence, Link, Network, Node, Target


@dataclass(frozen=True, slots=True)
class SubNetwork:
    """Serious factors with everything that causes them, and nothing else."""

    network: Network
    place: dict[int, int]  # node of the full network -> node of the part


def isolate(model: CausalModel, serious: Sequence[int]) -> SubNetwork:
    """The part of the network made of serious factors and their causes, with a last node "any of them"."""
    kept = set(serious)
    waiting = list(serious)
    while waiting:
        for link in model.network.links_into[waiting.pop()]:
            cause = model.network.links[link].cause
            if cause not in kept:
                kept.add(cause)
                waiting.append(cause)
    order = sorted(kept)
    place = {node: i for i, node in enumerate(order)}
    nodes = [model.network.nodes[node] for node in order]
    links = [Link(x.id, place[x.cause], place[x.effect], x.dose) for x in model.network.links if x.effect in place]
    nodes.append(Node("any", np.array([1.0, 0.0])))
    links += [Link(f"{node}->any", place[node], len(order), np.eye(2)) for node in serious]
    return SubNetwork(Network(tuple(nodes), tuple(links)), place)


def infer_isolated(model: CausalModel, serious: Sequence[int], evidence: Sequence[PatientEvidence]) -> float:
    """Probability of any of some serious factors from red-flag findings and history alone.

    Parameters
    ----------
    model : the person's network
    serious : nodes of one serious pathway
    evidence : all evidence; of a finding that also tests something outside the isolated part, what it says where that
        is absent is read, which can only raise the result

    Returns
    -------
    probability that at least one of them exists
    """
    part = isolate(model, serious)
    read = []
    for item in evidence:
        inside = [t.kind == "node" and t.index in part.place for t in item.evidence.targets]
        if item.finding is not None and any(inside):
            kept = [t for t, inner in zip(item.evidence.targets, inside, strict=True) if inner]
            moved = tuple(Target("node", part.place[t.index]) for t in kept)
            others_off = tuple(slice(None) if inner else 0 for inner in inside)
            read.append(Evidence(item.id, moved, item.evidence.table[others_off]))
    return float(infer_posterior(part.network, read).p_present[-1])


def probability_of_any(p_each: Sequence[float]) -> float:
    """Chance of at least one of several factors, taken as independent (they are rare)."""
    return 1.0 - float(np.prod([1.0 - p for p in p_each]))
