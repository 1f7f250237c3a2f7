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
    complaints = _complaints(some)
    plan = plan_elimination(some.network, [])
    prevalence = {
        key: infer_posterior(model.network, [], plan=plan).p_present[complaints] for key, model in models.items()
    }
    implied = tuple(
        (str(some.instances[node]), tuple(float(np.mean([prevalence[age, sex][row] for sex in SEXES])) for age in AGES))
        for row, node in enumerate(complaints)
    )
    overfull = tuple(f"{node} ({age}, {sex})" for (age, sex), model in models.items() for node in model.overfull)
    return NetworkCheck(len(some.network.nodes), len(some.network.links), measure_clique(some), overfull, implied)


def measure_clique(model: CausalModel) -> int:
    """Variables in the largest clique when every complaint is present, at no intensity in particular."""
    present = []
    for node in _complaints(model):
        table = np.ones(model.network.nodes[node].states)
        table[0] = 0.0
        present.append(Evidence(str(model.instances[node]), (Target("node", node),), table))
    return plan_elimination(model.network, present).largest_clique


def _complaints(model: CausalModel) -> list[int]:
    return [node for node, definition in enumerate(model.definitions) if definition.slice is Slice.COMPLAINT]
