"""What the network as a whole must satisfy: small cliques, every stated prior given back, plausible implied pain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, prod

import numpy as np

from ilc.core import Estimate, Issue, IssueSeverity
from ilc.inference.confirmable import Reach, check_reach, measure_reach
from ilc.inference.engine import Posterior, infer_posterior, plan_elimination
from ilc.inference.model import CausalModel, estimate_at
from ilc.inference.network import Evidence, Target
from ilc.inference.people import SEXES, People, Person, name_people
from ilc.knowledge.model import Knowledge, Slice

LARGEST_CLIQUE_ALLOWED = 20
LARGEST_ERROR = 1e-6  # of a marginal against its stated prior
AGES = (25, 45, 65, 80)
EVERYBODY = tuple(Person(age, sex) for age in AGES for sex in SEXES)


@dataclass(frozen=True, slots=True)
class NetworkCheck:
    """Size of the network, its largest clique with all complaints present, what it implies, and what is wrong."""

    nodes: int
    links: int
    largest_clique: int
    largest_error: float  # of any marginal against its stated prior
    implied: Mapping[str, Mapping[Person, float]]  # complaint, on any side -> share of people who have it
    reaches: tuple[Reach, ...]
    issues: tuple[Issue, ...]


def check_network(knowledge: Knowledge) -> NetworkCheck:
    """Build the network for several people and measure it.

    Parameters
    ----------
    knowledge : nodes, links and their numbers
    """
    people = People(knowledge)
    some = people.model(EVERYBODY[0])
    plan = plan_elimination(some.network, [])
    unasked = {person: infer_posterior(people.model(person).network, [], plan=plan) for person in EVERYBODY}
    errors = {person: measure_errors(people, person, posterior) for person, posterior in unasked.items()}
    clique, implied, reaches = measure_clique(some), measure_implied(people), measure_reach(people)
    issues = (
        *_check_clique(clique),
        *_check_room(people),
        *_check_marginals(errors),
        *_check_plausible(knowledge, implied),
        *check_reach(knowledge, reaches),
    )
    largest_error = max((error for of_one in errors.values() for error in of_one.values()), default=0.0)
    return NetworkCheck(
        len(some.network.nodes), len(some.network.links), clique, largest_error, implied, reaches, issues
    )


def measure_clique(model: CausalModel) -> int:
    """Variables in the largest clique when every complaint is present, at no intensity in particular."""
    present = []
    for node, definition in enumerate(model.definitions):
        if definition.slice is Slice.COMPLAINT:
            table = np.ones(definition.states)
            table[0] = 0.0
            present.append(Evidence(str(model.instances[node]), (Target("node", node),), table))
    return plan_elimination(model.network, present).largest_clique


def measure_errors(people: People, person: Person, unasked: Posterior) -> dict[str, float]:
    """How far the network without findings is from each stated prior, by template; those without room are left out.

    A prior of unit person is that of any site, with sites taken as if they were independent: so it was spread.
    """
    model = people.model(person)
    marginals: dict[str, list[float]] = {}
    for instance, p in zip(model.instances, unasked.p_present, strict=True):
        marginals.setdefault(instance.concept, []).append(float(p))
    for instance_id in model.overfull:
        marginals.pop(instance_id.partition("@")[0], None)
    errors: dict[str, float] = {}
    for id_, each in marginals.items():
        node = people.knowledge.nodes[id_]
        band = estimate_at(node.prior, age_years=person.age_years, sex=person.sex)
        if band is not None:
            got = each if node.prior_unit == "site" else [1.0 - prod(1.0 - p for p in each)]
            errors[id_] = max(abs(p - band.estimate.value) for p in got)
    return errors


def measure_implied(people: People) -> Mapping[str, Mapping[Person, float]]:
    """Share of unselected people who have each complaint, on any side, exact."""
    complaints = [node.id for node in people.knowledge.nodes.values() if node.slice is Slice.COMPLAINT]
    return {id_: {person: _any(people.model(person), id_) for person in EVERYBODY} for id_ in complaints}


def _any(model: CausalModel, complaint: str) -> float:
    nodes = [node for node, definition in enumerate(model.definitions) if definition.id == complaint]
    none = {node: np.eye(model.network.nodes[node].states)[0] for node in nodes}
    absent = [Evidence(f"{complaint} absent", (Target("node", node),), table) for node, table in none.items()]
    plan = plan_elimination(model.network, absent, skippable=frozenset(range(len(model.network.nodes))))
    return 1.0 - exp(infer_posterior(model.network, absent, plan=plan).log_evidence)


def _check_clique(clique: int) -> Iterator[Issue]:
    if clique > LARGEST_CLIQUE_ALLOWED:
        message = f"the largest clique with all complaints present has {clique} variables."
        remedy = (
            f"Keep it to {LARGEST_CLIQUE_ALLOWED}: give a complaint fewer sources, or factors fewer whole-body causes."
        )
        yield Issue("KNOWLEDGE_CLIQUE", IssueSeverity.ERROR, "links", message, remedy)


def _check_room(people: People) -> Iterator[Issue]:
    found: dict[str, set[Person]] = {}
    for person in EVERYBODY:
        for instance in people.model(person).overfull:
            found.setdefault(instance.partition("@")[0], set()).add(person)
    for id_, crowded in found.items():
        message = f"its causes alone imply more than its stated prior ({name_people(crowded)})."
        remedy = "Lower the strength of its causes or their priors, or raise its own where the sources allow."
        yield Issue("KNOWLEDGE_OVERFULL", IssueSeverity.ERROR, f"nodes.{id_}.prior", message, remedy)


def _check_marginals(errors: Mapping[Person, Mapping[str, float]]) -> Iterator[Issue]:
    found: dict[str, set[Person]] = {}
    for person, of_one in errors.items():
        for id_, error in of_one.items():
            if error > LARGEST_ERROR:
                found.setdefault(id_, set()).add(person)
    for id_, astray in found.items():
        worst = max(errors[person][id_] for person in astray)
        message = f"without findings the network is off its stated prior by up to {worst:.2g} ({name_people(astray)})."
        remedy = "The builder of the network must be corrected; the data cannot cause this."
        yield Issue("KNOWLEDGE_MARGINAL", IssueSeverity.ERROR, f"nodes.{id_}.prior", message, remedy)


def _check_plausible(knowledge: Knowledge, implied: Mapping[str, Mapping[Person, float]]) -> Iterator[Issue]:
    for id_, shares in implied.items():
        outside = {person for person, share in shares.items() if not _is_plausible(knowledge, id_, person, share)}
        if outside:
            told = "; ".join(_compare(knowledge, id_, person, shares[person]) for person in sorted(outside))
            remedy = "Lower or raise what leads to it (strengths, leaks, priors) where the sources allow."
            yield Issue("KNOWLEDGE_IMPLAUSIBLE", IssueSeverity.ERROR, f"nodes.{id_}", f"{told}.", remedy)


def plausible_at(knowledge: Knowledge, complaint: str, person: Person) -> Estimate | None:
    """Range in which the share of people with a complaint must lie; None where none is stated."""
    allowed = knowledge.plausible.get(complaint)
    band = estimate_at(allowed.bands if allowed else (), age_years=person.age_years, sex=person.sex)
    return band.estimate if band else None


def _is_plausible(knowledge: Knowledge, complaint: str, person: Person, share: float) -> bool:
    allowed = plausible_at(knowledge, complaint, person)
    return allowed is None or allowed.low <= share <= allowed.high


def _compare(knowledge: Knowledge, complaint: str, person: Person, share: float) -> str:
    allowed = plausible_at(knowledge, complaint, person)
    span = f"{100 * allowed.low:.3g} to {100 * allowed.high:.3g} %" if allowed else "any"
    return f"{100 * share:.1f} % in {person}, plausible is {span}"
