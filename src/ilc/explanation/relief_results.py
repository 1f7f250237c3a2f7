"""What-if: the leading factors removed one by one, in pairs, and as exit sets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ilc.core import Presence
from ilc.explanation.exit_sets import ExitSearch, detect_candidates, search_exit_sets
from ilc.explanation.model import ExitSet, Probability, ReliefResult
from ilc.explanation.reasoning import Reasoning
from ilc.explanation.removal import simulate_removal
from ilc.inference.evidence import intensity_state
from ilc.inference.network import FloatArray

STATE_NRS = (0.0, 2.0, 5.0, 8.0)  # middle of none, mild, moderate and severe on the 0-10 scale
SINGLES = 6  # leading templates shown alone
PAIRED = 4  # of these, shown in pairs
LEADING_FROM = 0.02
LIKELY_ENOUGH = 0.15  # existence of an instance from which it is named and removed with its template
WORTH_A_ROW = 0.01  # what removing changes less than this is left out


def intensity_table(reasoning: Reasoning) -> FloatArray:
    """0-10 intensity of each state of each complaint; the patient's own rating stands for the state it falls in.

    Returns
    -------
    shape (complaint, state)
    """
    rows = []
    ratings = {str(c.id): c.intensity_nrs for c in reasoning.complaints if c.presence is Presence.PRESENT}
    for complaint in reasoning.present:
        rating = ratings.get(str(reasoning.model.instances[complaint]))
        own = intensity_state(rating) if rating is not None else 0
        scale = rating / STATE_NRS[own] if rating is not None and own > 0 else 1.0
        rows.append([min(10.0, value * scale) for value in STATE_NRS])
    return np.array(rows)


def search_ways_out(reasoning: Reasoning) -> ExitSearch:
    """All removal sets of the leading modifiable factors."""
    candidates = detect_candidates(reasoning.worlds, reasoning.roles, reasoning.contributions)
    return search_exit_sets(
        reasoning.worlds,
        reasoning.roles,
        candidates,
        complaints=reasoning.present,
        intensity=intensity_table(reasoning),
    )


def measure_relief(reasoning: Reasoning, exit_sets: Sequence[ExitSet]) -> tuple[ReliefResult, ...]:
    """Relief now and but-for of single templates, of pairs, and of the exit sets, for every complaint.

    Returns
    -------
    by complaint; single factors first, then pairs, then exit sets, each by expected reduction
    """
    sets = _sets(reasoning, exit_sets)
    if not sets or not reasoning.present:
        return ()
    table = intensity_table(reasoning)
    now = simulate_removal(reasoning.worlds, reasoning.roles, sets, complaints=reasoning.present, never_arisen=False)
    never = simulate_removal(reasoning.worlds, reasoning.roles, sets, complaints=reasoning.present, never_arisen=True)
    gone, but_for = now.p_gone(), never.p_gone()
    remaining, reduction = now.expected_remaining(table), now.expected_reduction(table)
    names = [tuple(str(reasoning.model.instances[n]) for n in members) for members in sets]
    return tuple(
        ReliefResult(
            factors=names[number],
            complaint=str(reasoning.model.instances[complaint]),
            p_gone=Probability(float(gone[row, number])),
            expected_remaining_nrs=float(remaining[row, number]),
            expected_reduction=max(0.0, float(reduction[row, number])),
            but_for_p_gone=float(but_for[row, number]),
        )
        for row, complaint in enumerate(reasoning.present)
        for number in range(len(sets))
        if max(reduction[row, number], but_for[row, number]) >= WORTH_A_ROW
    )


def _sets(reasoning: Reasoning, exit_sets: Sequence[ExitSet]) -> list[tuple[int, ...]]:
    """Instances that go together: each leading template alone, pairs of the first ones, and the exit sets."""
    contributes = np.nan_to_num(reasoning.contributions.p_contributes())
    members: dict[str, list[int]] = {}
    strength: dict[str, float] = {}
    for node, kind in enumerate(reasoning.roles.kind):
        best = float(contributes[node].max(initial=0.0))
        exists = float(reasoning.posterior.p_present[node])
        shown = kind == "factor" and not reasoning.model.definitions[node].latent
        if shown and best >= LEADING_FROM and exists >= LIKELY_ENOUGH:
            template = reasoning.roles.template[node]
            members.setdefault(template, []).append(node)
            strength[template] = max(strength.get(template, 0.0), best)
    leading = sorted(strength, key=lambda t: -strength[t])[:SINGLES]
    found = [tuple(members[t]) for t in leading]
    found += [tuple(sorted((*members[a], *members[b]))) for a, b in combinations(leading[:PAIRED], 2)]
    for exit_set in exit_sets:
        found.append(tuple(sorted(reasoning.model.node(factor) for factor in exit_set.factors)))
    return [s for s in dict.fromkeys(found) if s]
