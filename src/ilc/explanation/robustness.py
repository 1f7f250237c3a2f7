"""Which conclusions flip when priors halve or double, when quality discounts vary, or when hypotheses go."""

from __future__ import annotations

import numpy as np

from ilc.explanation.model import Robustness
from ilc.explanation.reasoning import Reasoning, Varied, reason_varied
from ilc.inference.model import Variation
from ilc.inference.network import FloatArray

FLIP_AT = 0.5
LEAST_CHANGE = 0.1  # smaller moves across the middle are not worth a line

# change -> (variation, exponent on the likelihoods of discounted findings; 0 takes the discount off)
CHANGES: dict[str, tuple[Variation, float]] = {
    "priors_halved": (Variation("priors_halved", prior_odds_factor=0.5), 1.0),
    "priors_doubled": (Variation("priors_doubled", prior_odds_factor=2.0), 1.0),
    "quality_discounts_stronger": (Variation("quality_discounts_stronger"), 0.5),
    "quality_discounts_off": (Variation("quality_discounts_off"), 0.0),
    "no_hypothesis_links": (Variation("no_hypothesis_links", hypothesis_links="removed"), 1.0),
}


def measure_robustness(reasoning: Reasoning, *, seed: int) -> tuple[Robustness, ...]:
    """Rerun the model under each change and list what crosses one half.

    Parameters
    ----------
    reasoning : as stated
    seed : of the worlds drawn under each change

    Returns
    -------
    flips, in the order of the changes, largest first within each
    """
    found: list[Robustness] = []
    contributes = np.nan_to_num(reasoning.contributions.p_contributes())
    for change, (variation, power) in CHANGES.items():
        varied = reason_varied(reasoning, variation, power_of_discounted=power, seed=seed)
        flips = _flips(reasoning, varied, change, contributes)
        found += sorted(flips, key=lambda flip: -abs(flip.after - flip.before))
    return tuple(found)


def _flips(reasoning: Reasoning, varied: Varied, change: str, contributes: FloatArray) -> list[Robustness]:
    found = []
    for node, definition in enumerate(reasoning.model.definitions):
        if definition.slice.value == "complaint" or definition.latent:
            continue
        name = str(reasoning.model.instances[node])
        other = varied.model.node(name)
        before, after = float(reasoning.posterior.p_present[node]), float(varied.p_exists[other])
        if _flipped(before, after):
            found.append(Robustness(change, name, "p_exists", before, after))
        for column, complaint in enumerate(reasoning.present):
            before, after = float(contributes[node, column]), float(np.nan_to_num(varied.p_contributes[other, column]))
            if _flipped(before, after):
                about = f"{name} -> {reasoning.model.instances[complaint]}"
                found.append(Robustness(change, about, "p_contributes", before, after))
    return found


def _flipped(before: float, after: float) -> bool:
    return (before >= FLIP_AT) != (after >= FLIP_AT) and abs(after - before) >= LEAST_CHANGE
