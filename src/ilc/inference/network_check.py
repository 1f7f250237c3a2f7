"""What the network as a whole must satisfy: small cliques, room for every prior, plausible implied pain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.model import CausalModel, build_model
from ilc.inference.network import Evidence, Target
from ilc.knowledge.model import Knowledge, Slice

LARGEST_CLIQUE_ALLOWED = 20
AGES = (25, 45, 65, 80)
SEXES = ("female", "male")


@dataclass(frozen=True, slots=True)
class NetworkCheck:
    """Size of the network, its largest clique with all complaints present, and what it implies."""

    nodes: int
    links: int
    largest_clique: int
    overfull: tuple[str, ...]  # "node (age, sex)" whose causes imply more than its stated prior
    implied: tuple[tuple[str, tuple[float, ...]], ...]  # complaint -> prevalence at each of AGES, both sexes averaged


def check_network(knowledge: Knowledge) -> NetworkCheck:
    """Build the network for several people and measure it.

    Parameters
    ----------
    knowledge : nodes, links and their numbers
    """
    models = {(age, sex): build_model(knowledge, age_years=age, sex=sex) for age in AGES for sex in SEXES}
    some = next(iter(models.values()))
    complaints = [i for i, d in enumerate(some.definitions) if d.slice is Slice.COMPLAINT]
    clique = plan_elimination(some.network, _all_present(some, complaints)).largest_clique
    prevalence = {key: _implied(model, complaints) for key, model in models.items()}
    implied = tuple(
        (str(some.instances[node]), tuple(float(np.mean([prevalence[age, sex][row] for sex in SEXES])) for age in AGES))
        for row, node in enumerate(complaints)
    )
    overfull = tuple(f"{node} ({age}, {sex})" for (age, sex), model in models.items() for node in model.overfull)
    return NetworkCheck(len(some.network.nodes), len(some.network.links), clique, overfull, implied)


def _all_present(model: CausalModel, complaints: list[int]) -> list[Evidence]:
    found = []
    for node in complaints:
        table = np.zeros(model.network.nodes[node].states)
        table[-1] = 1.0
        found.append(Evidence(str(model.instances[node]), (Target("node", node),), table))
    return found


def _implied(model: CausalModel, complaints: list[int]) -> list[float]:
    """Prevalence of each complaint in unselected people, one exact run for each so that cliques stay small."""
    found = []
    for node in complaints:
        asked = Evidence("asked", (Target("node", node),), np.ones(model.network.nodes[node].states))
        plan = plan_elimination(model.network, [asked], skippable=frozenset(complaints))
        found.append(float(infer_posterior(model.network, [asked], plan=plan).p_present[node]))
    return found
