"""Exact elimination over discrete tables: a forward pass, marginals backward, samples backward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ilc.inference.factors import Factor, FactorGraph
from ilc.inference.network import FloatArray

TINY = np.finfo(np.float64).tiny


class ImpossibleEvidenceError(ValueError):
    """The evidence has probability zero under the network."""


@dataclass(frozen=True, eq=False)
class Bucket:
    """Clique of one eliminated variable: the first axis is the variable, the others `separator` in elimination order.

    Long-lived variables come last so that products and sums run over long contiguous stretches.
    """

    variable: int
    separator: tuple[int, ...]
    table: FloatArray
    message: FloatArray  # the table summed over the variable


@dataclass(frozen=True, eq=False)
class Eliminated:
    """The result of the forward pass: everything needed for marginals and samples."""

    buckets: tuple[Bucket, ...]  # in elimination order
    log_evidence: float
    cardinality: tuple[int, ...]
    observed: dict[int, int]


def eliminate(graph: FactorGraph, order: Sequence[int]) -> Eliminated:
    """Forward pass.

    Parameters
    ----------
    graph : factors
    order : every unobserved variable, first eliminated first

    Returns
    -------
    cliques and the natural log of the probability of the evidence

    Raises
    ------
    ImpossibleEvidenceError : the evidence has probability zero
    """
    position = {v: i for i, v in enumerate(order)}
    waiting: list[list[Factor]] = [[] for _ in order]
    scale = 0.0
    for factor in graph.factors:
        if not factor.variables:
            scale += _log(float(factor.table))
        else:
            _file(factor, position, waiting)
    buckets = []
    for step, variable in enumerate(order):
        bucket = _multiply(variable, waiting[step], position, graph.cardinality)
        waiting[step] = []
        buckets.append(bucket)
        peak = float(bucket.message.max())
        scale += _log(peak)
        if bucket.separator:
            waiting[position[bucket.separator[0]]].append(Factor(bucket.separator, bucket.message / peak))
    return Eliminated(tuple(buckets), scale, tuple(graph.cardinality), dict(graph.observed))


def _log(value: float) -> float:
    if value <= 0.0:
        raise ImpossibleEvidenceError("the findings contradict each other: their joint probability is zero")
    return log(value)


def _file(factor: Factor, position: dict[int, int], waiting: list[list[Factor]]) -> None:
    """Sort axes by elimination position and put the factor where its first variable is eliminated."""
    by_position = sorted(range(len(factor.variables)), key=lambda axis: position[factor.variables[axis]])
    variables = tuple(factor.variables[axis] for axis in by_position)
    waiting[position[variables[0]]].append(Factor(variables, factor.table.transpose(by_position)))


def _multiply(variable: int, factors: Sequence[Factor], position: dict[int, int], cardinality: Sequence[int]) -> Bucket:
    union = {v for factor in factors for v in factor.variables} | {variable}
    scope = tuple(sorted(union, key=position.__getitem__))
    table: FloatArray = np.ones(tuple(1 for _ in scope))
    for factor in sorted(factors, key=lambda f: f.table.size):
        own = set(factor.variables)
        shape = tuple(cardinality[v] if v in own else 1 for v in scope)
        table = table * factor.table.reshape(shape)
    full = tuple(cardinality[v] for v in scope)
    table = table if table.shape == full else np.broadcast_to(table, full)
    return Bucket(variable, scope[1:], table, table.sum(axis=0))


def marginals(done: Eliminated) -> dict[int, FloatArray]:
    """Posterior distribution of every unobserved variable, by one backward pass.

    Returns
    -------
    variable -> probabilities over its states
    """
    result: dict[int, FloatArray] = {}
    for bucket, belief in beliefs(done):
        own = belief.reshape(len(belief), -1).sum(axis=1)
        result[bucket.variable] = own / own.sum()
    return result


def beliefs(done: Eliminated) -> Iterator[tuple[Bucket, FloatArray]]:
    """Posterior of every clique, last eliminated first; axes are the variable, then its separator.

    A belief is let go once every clique that hangs on it has been passed.
    """
    step_of = {bucket.variable: step for step, bucket in enumerate(done.buckets)}
    parent_of = [step_of[bucket.separator[0]] if bucket.separator else -1 for bucket in done.buckets]
    waiting = Counter(parent_of)
    kept: dict[int, FloatArray] = {}
    for step in range(len(done.buckets) - 1, -1, -1):
        bucket, parent = done.buckets[step], parent_of[step]
        if bucket.separator:
            scope = (bucket.separator[0], *done.buckets[parent].separator)
            belief = bucket.table * (_onto(kept[parent], scope, bucket.separator) / np.maximum(bucket.message, TINY))
            waiting[parent] -= 1
            if not waiting[parent]:
                del kept[parent]
        else:
            belief = bucket.table / bucket.message
        if waiting[step]:
            kept[step] = belief
        yield bucket, belief


def _onto(belief: FloatArray, scope: tuple[int, ...], keep: tuple[int, ...]) -> FloatArray:
    kept = set(keep)
    drop = tuple(axis for axis, v in enumerate(scope) if v not in kept)
    return belief.sum(axis=drop) if drop else belief


def sample(done: Eliminated, *, count: int, generator: Generator) -> NDArray[np.uint8]:
    """Draw joint states from the posterior, backward through the cliques.

    Returns
    -------
    states, shape (count, variables); observed variables hold their observed state
    """
    drawn = np.zeros((len(done.cardinality), count), dtype=np.int64)
    for variable, state in done.observed.items():
        drawn[variable] = state
    for bucket in reversed(done.buckets):
        flat = np.zeros(count, dtype=np.int64)
        for v in bucket.separator:
            flat *= done.cardinality[v]
            flat += drawn[v]
        weights = bucket.table.reshape(len(bucket.table), -1)[:, flat].T
        drawn[bucket.variable] = draw_rows(weights, generator)
    return drawn.T.astype(np.uint8)


def draw_rows(weights: FloatArray, generator: Generator) -> NDArray[np.int64]:
    """Draw one column index per row, with chance proportional to its weights (shape (rows, columns))."""
    if weights.shape[1] == 2:
        return np.asarray(generator.random(len(weights)) * (weights[:, 0] + weights[:, 1]) >= weights[:, 0]).astype(
            np.int64
        )
    total = np.cumsum(weights, axis=1)
    threshold = generator.random(len(weights)) * total[:, -1]
    picked: NDArray[np.int64] = (threshold[:, None] >= total[:, :-1]).sum(axis=1)
    return picked
