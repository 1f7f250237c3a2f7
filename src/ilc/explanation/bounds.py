"""Parameter intervals of existence, contribution and activity: what the intervals of the numbers leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.explanation.carried import Traced, carry_contributions
from ilc.explanation.reasoning import Reasoning
from ilc.inference.drawn import DrawnPosterior, infer_drawn, plan_drawn
from ilc.inference.intervals import affordable_draws, parameter_interval
from ilc.inference.network import FloatArray
from ilc.inference.sensitivity import Draws, draw_evidence, draw_network

SEED = 0  # the numbers drawn are the same for every person


@dataclass(frozen=True, eq=False)
class Bounds:
    """Parameter intervals; shapes (node,) and (node, complaint)."""

    exists_low: FloatArray
    exists_high: FloatArray
    contributes_low: FloatArray
    contributes_high: FloatArray
    active_low: FloatArray  # (link,)
    active_high: FloatArray


def measure_bounds(reasoning: Reasoning) -> Bounds:
    """Draw the numbers, solve every draw exactly, and carry the result over to the contributions.

    Parameters
    ----------
    reasoning : the person under the numbers as stated
    """
    model, evidence = reasoning.model, reasoning.evidence
    plan = plan_drawn(model.network, [item.evidence for item in evidence], skippable=reasoning.plan.skippable)
    draws = Draws(affordable_draws(plan.entries), SEED)
    network = draw_network(model, draws, marginal=reasoning.prior, patient=reasoning.patient)
    tables = draw_evidence(model, evidence, draws, patient=reasoning.patient)
    drawn = infer_drawn(network, tables, plan=plan)
    exists = parameter_interval(np.nan_to_num(drawn.p_present), np.nan_to_num(reasoning.posterior.p_present))
    active = parameter_interval(drawn.p_active, reasoning.contributions.p_active())
    return Bounds(*exists, *_contributions(reasoning, drawn), *active)


def _contributions(reasoning: Reasoning, drawn: DrawnPosterior) -> tuple[FloatArray, FloatArray]:
    """Intervals of contributions; a contribution seen in no world has none."""
    stated = np.nan_to_num(reasoning.contributions.p_contributes())
    if not reasoning.present:
        return stated, stated
    worlds = reasoning.worlds
    reaches = [
        [reasoning.contributions.in_worlds(node, complaint) for complaint in reasoning.present]
        for node in range(len(stated))
    ]
    traced = Traced(
        reasoning.model.network,
        reasoning.present,
        (worlds.state > 0) & ~np.isnan(reasoning.posterior.p_present),
        worlds.dose > 0,
        np.moveaxis(np.array(reaches), -1, 0),
    )
    carried = carry_contributions(traced, np.nan_to_num(drawn.p_present), drawn.p_active)
    shape = (len(carried), -1)
    low, high = parameter_interval(carried.reshape(shape), stated.reshape(-1))
    seen = (stated > 0.0) & (stated < 1.0)
    return np.where(seen, low.reshape(stated.shape), stated), np.where(seen, high.reshape(stated.shape), stated)
