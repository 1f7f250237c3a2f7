"""Worlds of this patient with all, part and none of the weight of the findings, joined: any subset can be asked about.

Samples drawn with the findings' likelihoods raised to several powers are weighted by their joint density (the balance
heuristic), which keeps the weights of every subset of the findings well behaved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.inference.evidence import PatientEvidence
from ilc.inference.network import FloatArray
from ilc.inference.worlds import Worlds

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Mixture:
    """Joined worlds; `log_likelihood` has shape (finding, world), `log_density` (world,) up to one constant."""

    findings: tuple[str, ...]
    log_likelihood: FloatArray
    log_density: FloatArray

    def share_by_coalition(self, members: FloatArray, event: BoolArray) -> FloatArray:
        """Probability of an event when only some of the evidence is known, for every coalition of players.

        Parameters
        ----------
        members : 1 where a finding belongs to a player, shape (player, finding)
        event : shape (world,)

        Returns
        -------
        shape (2**players,), indexed by bit mask
        """
        gains = np.exp(_peak_at_one(members @ self.log_likelihood)).astype(np.float32)
        weights = np.empty((1 << len(gains), len(event)), dtype=np.float32)
        weights[0] = np.exp(-self.log_density - (-self.log_density).max())
        for player, gain in enumerate(gains):
            half = 1 << player
            np.multiply(weights[:half], gain, out=weights[half : 2 * half])
        both = weights @ np.stack([event, np.ones(len(event))], axis=1).astype(np.float32)
        return np.asarray(both[:, 0] / np.maximum(both[:, 1], np.finfo(np.float32).tiny), dtype=np.float64)

    def weights(self, chosen: FloatArray) -> FloatArray:
        """Normalised weights of the worlds under subsets of the findings.

        Parameters
        ----------
        chosen : 1 where a finding is in the subset, shape (subset, finding)

        Returns
        -------
        shape (subset, world); each row sums to 1
        """
        weights = np.exp(_peak_at_one(chosen @ self.log_likelihood - self.log_density))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _peak_at_one(log_weights: FloatArray) -> FloatArray:
    return np.asarray(log_weights - log_weights.max(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class Component:
    """Worlds drawn with the findings' likelihoods raised to `power`; `log_evidence` belongs to that power."""

    worlds: Worlds
    power: float
    log_evidence: float
    log_likelihood: FloatArray  # (evidence, world), complaints and setting included


def join(evidence: Sequence[PatientEvidence], components: Sequence[Component]) -> Mixture:
    """Join components into one mixture.

    Parameters
    ----------
    evidence : the patient's evidence; complaints and setting belong to every component in full
    components : at least one
    """
    names = tuple(dict.fromkeys(item.id for item in evidence if item.kind == "finding"))
    row = {name: i for i, name in enumerate(names)}
    total = sum(part.worlds.count for part in components)
    likelihood = np.zeros((len(names), total))
    every = np.concatenate([part.log_likelihood for part in components], axis=1)
    for item, values in zip(evidence, every, strict=True):
        if item.kind == "finding":
            likelihood[row[item.id]] += values
    all_findings = likelihood.sum(axis=0)
    terms = [np.log(part.worlds.count / total) + part.power * all_findings - part.log_evidence for part in components]
    return Mixture(names, likelihood, np.logaddexp.reduce(np.array(terms), axis=0))
