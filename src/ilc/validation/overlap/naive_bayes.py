"""Naive Bayes: each factor by itself, each finding as if it were independent of all others, no network between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilc.inference.evidence import PatientEvidence
from ilc.inference.model import CausalModel
from ilc.inference.network import FloatArray, Target
from ilc.validation.overlap.factors import Factors, contributing, existing, smoothed_share
from ilc.validation.overlap.judging import Judgement

EDGE = 1e-9


@dataclass(frozen=True, eq=False)
class NaiveBayes:
    """Probabilities of each factor, shape (factor,)."""

    exists: FloatArray
    contributes: FloatArray


def infer_naively(factors: Factors, base: Judgement, evidence: Sequence[PatientEvidence]) -> NaiveBayes:
    """Multiply likelihood ratios onto what the complaints alone say.

    A finding counts for a factor where it tests the factor, a link from it, or a pain source the factor acts on (the
    source or its link to a complaint). Where the factor does not contribute, the tested node or link is on as often as
    it is given the complaints alone.

    Parameters
    ----------
    factors : to be judged
    base : given complaints alone
    evidence : all findings; complaints are part of the base

    Returns
    -------
    existence and contribution, with the base where no finding tests the factor
    """
    links_on = base.contributions.p_active()
    nodes_on = (base.worlds.state > 0).mean(axis=0)
    contributes = np.nan_to_num(base.contributions.p_contributes()).max(axis=1)
    idle = np.clip((nodes_on - contributes) / (1.0 - contributes + EDGE), 0.0, 1.0)  # exists without contributing
    gain_exists, gain_contributes = np.zeros(len(nodes_on)), np.zeros(len(nodes_on))
    acting = _factors_acting_on_sources(base.model)
    for item in evidence:
        if item.finding is None:
            continue
        for axis, target in enumerate(item.evidence.targets):
            off, on = _tables(item, axis)
            kind = base.model.definitions[_cause(base.model, target)].slice.value
            if target.kind == "node" and kind == "factor":
                gain_exists[target.index] += np.log(on / off)
                q = idle[target.index]
                gain_contributes[target.index] += np.log(on / (q * on + (1.0 - q) * off))
                continue
            q = links_on[target.index] if target.kind == "link" else nodes_on[target.index]
            cause = _cause(base.model, target)
            for node in (cause,) if kind == "factor" else acting[cause]:
                gain_contributes[node] += np.log(on / (q * on + (1.0 - q) * off))
    return NaiveBayes(
        _combine(factors, nodes_on, gain_exists, smoothed_share(existing(factors, base.worlds))),
        _combine(factors, contributes, gain_contributes, smoothed_share(contributing(factors, base.contributions))),
    )


def _tables(item: PatientEvidence, axis: int) -> tuple[float, float]:
    """Likelihood with nothing on, and with only this target on."""
    table = item.evidence.table
    place = [0] * table.ndim
    off = float(table[tuple(place)])
    place[axis] = 1
    return off, float(table[tuple(place)])


def _cause(model: CausalModel, target: Target) -> int:
    return target.index if target.kind == "node" else model.network.links[target.index].cause


def _factors_acting_on_sources(model: CausalModel) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = defaultdict(list)
    for link in model.network.links:
        if model.definitions[link.cause].slice.value == "factor":
            found[link.effect].append(link.cause)
    return defaultdict(tuple, {node: tuple(causes) for node, causes in found.items()})


def _combine(factors: Factors, site_base: FloatArray, gain: FloatArray, base: FloatArray) -> FloatArray:
    """Any site of each factor: 1 - product of (1 - p of the site), to a power that gives the base without findings."""
    prior = np.clip(site_base, EDGE, 1.0 - EDGE)
    odds = prior / (1.0 - prior) * np.exp(np.clip(gain, -50.0, 50.0))
    found = []
    for nodes, whole in zip(factors.nodes, base, strict=True):
        chosen = list(nodes)
        power = np.log1p(-whole) / np.log1p(-prior[chosen]).sum()
        found.append(1.0 - np.exp(-power * np.log1p(odds[chosen]).sum()))
    return np.asarray(np.clip(np.array(found), EDGE, 1.0 - EDGE))
