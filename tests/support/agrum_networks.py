"""The same network in pyAgrum: every leak and link an explicit node, effects as its own MAX and SUM aggregators."""

# mypy: disallow-untyped-calls=False
# (pyAgrum ships no type information.)

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyagrum as gum

from ilc.inference.network import Combine, Evidence, FloatArray, Network, combination_table


def agrum_network(network: Network, evidence: Sequence[Evidence]) -> gum.BayesNet:
    """Node i is `n<i>`, the dose of link l `g<l>`, and evidence number k the child `e<k>`, seen as 1.

    Effects take their inputs two at a time, so that no table grows with the number of causes.
    """
    made = gum.BayesNet()
    for position, node in enumerate(network.nodes):
        inputs = [_add(made, f"k{position}", node.leak)]
        for link in network.links_into[position]:
            arrow = network.links[link]
            inputs.append(_add(made, f"g{link}", arrow.dose, f"n{arrow.cause}"))
        _aggregate(made, f"n{position}", inputs, node.combine, states=node.states)
    for number, item in enumerate(evidence):
        _add_evidence(made, network, f"e{number}", item)
    return made


def agrum_chains(network: Network, evidence: Sequence[Evidence]) -> gum.BayesNet:
    """The same with plain tables and fewer nodes: doses nobody asks for are written into the steps of a chain.

    The smallest network for pyAgrum's own inference; used to compare speed.
    """
    asked = {target.index for item in evidence for target in item.targets if target.kind == "link"}
    made = gum.BayesNet()
    for position, node in enumerate(network.nodes):
        combine = combination_table(node.combine, node.states)
        reached, so_far, links = node.leak[None], "", network.links_into[position]
        for number, link in enumerate(links):
            arrow = network.links[link]
            cause, dose = f"n{arrow.cause}", arrow.dose
            if link in asked:
                cause, dose = _add(made, f"g{link}", dose, cause), np.eye(node.states)
            table = np.einsum("pa,cd,adb->pcb", reached, dose, combine)
            step = f"n{position}" if number == len(links) - 1 else f"n{position}_{number}"
            so_far = _add(made, step, table, so_far, cause) if so_far else _add(made, step, table[0], cause)
            reached = np.eye(node.states)
        if not links:
            _add(made, f"n{position}", node.leak)
    for number, item in enumerate(evidence):
        _add_evidence(made, network, f"e{number}", item)
    return made


def agrum_marginals(
    network: Network, made: gum.BayesNet, evidence: Sequence[Evidence]
) -> tuple[list[FloatArray], float]:
    """Posterior distribution of every node by a junction tree, and the log probability of the evidence."""
    engine = gum.LazyPropagation(made)
    engine.setNumberOfThreads(1)
    engine.setEvidence({f"e{number}": 1 for number in range(len(evidence))})
    engine.makeInference()
    log_scale = sum(float(np.log(item.table.max())) for item in evidence)
    found = [np.asarray(engine.posterior(f"n{i}").toarray()) for i in range(len(network.nodes))]
    return found, float(np.log(engine.evidenceProbability())) + log_scale


def _states(name: str, count: int) -> gum.RangeVariable:
    variable: gum.RangeVariable = gum.RangeVariable(name, "", 0, count - 1)
    return variable


def _add(made: gum.BayesNet, name: str, table: FloatArray, *parents: str) -> str:
    """Add a node whose table has one axis per parent, in their order, and its own states last."""
    made.add(_states(name, table.shape[-1]))
    for parent in parents:
        made.addArc(parent, name)
    made.cpt(name)[:] = table.reshape(-1) if not parents else _in_the_order_of(made, name, parents, table)
    return name


def _in_the_order_of(made: gum.BayesNet, name: str, parents: Sequence[str], table: FloatArray) -> FloatArray:
    """pyAgrum names its axes last first; the node itself is its first variable."""
    wanted = [str(v) for v in reversed(list(made.cpt(name).names))]
    axes = [*parents, name]
    return np.ascontiguousarray(table.transpose([axes.index(v) for v in wanted]))


def _aggregate(made: gum.BayesNet, name: str, inputs: Sequence[str], combine: Combine, *, states: int) -> None:
    add = made.addMAX if combine is Combine.MAX else made.addSUM
    so_far = inputs[0]
    for number, following in enumerate(inputs[1:], start=1):
        step = name if number == len(inputs) - 1 else f"{name}_{number}"
        add(_states(step, states))
        made.addArc(so_far, step)
        made.addArc(following, step)
        so_far = step
    if len(inputs) == 1:
        _add(made, name, np.eye(states), so_far)


def _add_evidence(made: gum.BayesNet, network: Network, name: str, item: Evidence) -> None:
    table = item.table / item.table.max()
    parents = []
    for axis, target in enumerate(item.targets):
        if target.kind == "link":
            states = network.nodes[network.links[target.index].effect].states
            table = np.take(table, np.minimum(np.arange(states), 1), axis=axis)
        parents.append(f"{'g' if target.kind == 'link' else 'n'}{target.index}")
    _add(made, name, np.stack([1.0 - table, table], axis=-1), *parents)
