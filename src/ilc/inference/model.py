"""From knowledge and a person's age and sex to a causal network whose marginals are the stated priors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ilc.core import LEVELS, VERTEBRAE, InstanceId, sites_of
from ilc.inference.elimination import eliminate
from ilc.inference.factors import build_factor_graph
from ilc.inference.network import Combine, Evidence, FloatArray, Link, Network, Node, Target
from ilc.inference.ordering import elimination_order
from ilc.knowledge.model import AgeBand, EvidenceGrade, Knowledge, LinkDef, NodeDef, Slice
from ilc.knowledge.sites import joined

SMALLEST_LEAK = 1e-7  # keeps every finding possible; far below any prior in the knowledge base
_SCAN = {place: i for i, pair in enumerate(zip(VERTEBRAE, LEVELS, strict=True)) for place in pair}
_SLICE_ORDER = {Slice.HISTORY: 0, Slice.FACTOR: 1, Slice.SOURCE: 2, Slice.COMPLAINT: 3}


@dataclass(frozen=True, slots=True)
class Variation:
    """A change of the model for robustness: how it differs from the knowledge as stated."""

    name: str = "as_stated"
    prior_odds_factor: float = 1.0
    hypothesis_links: str = "kept"  # "kept" | "removed"

    @property
    def keeps_model(self) -> bool:
        """Whether the model stays as stated, so that one already built can be used."""
        return replace(self, name="") == Variation("")


@dataclass(frozen=True, eq=False)
class CausalModel:
    """A network with what each of its nodes and links stands for."""

    knowledge: Knowledge
    network: Network
    instances: tuple[InstanceId, ...]
    definitions: tuple[NodeDef, ...]
    link_definitions: tuple[LinkDef, ...]
    stated_prior: (
        FloatArray  # existence in unselected people of this age and sex, shape (node,); NaN where only a leak is stated
    )
    overfull: tuple[str, ...]  # nodes whose causes imply more than their stated prior

    def node(self, instance: InstanceId | str) -> int:
        """Position of an instance."""
        return self.network.index[str(instance)]


def estimate_at(bands: tuple[AgeBand, ...], *, age_years: int, sex: str) -> AgeBand | None:
    """The band for a person: of their sex, else of any sex, else the first that fits the age."""
    fits = [band for band in bands if band.age_from <= age_years < band.age_to]
    for band in fits:
        if band.sex == sex:
            return band
    for band in fits:
        if band.sex == "any":
            return band
    return fits[0] if fits else None


def build_model(knowledge: Knowledge, *, age_years: int, sex: str, variation: Variation | None = None) -> CausalModel:
    """Network of one person of this age and sex, before any finding.

    Parameters
    ----------
    knowledge : nodes, links and their numbers
    age_years, sex : choose the bands of the priors
    variation : what to change for robustness; nothing by default

    Returns
    -------
    a network in which each node with a stated prior has that prior as marginal probability
    """
    change = variation or Variation()
    templates = _causal_order(knowledge, change)
    instances = [
        (definition, InstanceId(definition.id, site)) for definition in templates for site in sites_of(definition.sites)
    ]
    by_template: dict[str, list[int]] = {}
    for i, (definition, _) in enumerate(instances):
        by_template.setdefault(definition.id, []).append(i)
    builder = _Builder(knowledge, age_years, sex, change)
    incoming = _links_by_effect(knowledge, change)
    for i, (definition, instance) in enumerate(instances):
        causes: list[tuple[LinkDef, int]] = []
        for link in incoming.get(definition.id, ()):
            causes += [
                (link, cause)
                for cause in by_template[link.cause]
                if joined(instances[cause][1], instance, link.site_map)
            ]
        causes.sort(key=lambda cause: _scan_rank(instances[cause[1]][1], cause[1]))
        builder.add(i, definition, instance, causes)
    network = Network(tuple(builder.nodes), tuple(builder.links))
    return CausalModel(
        knowledge,
        network,
        tuple(instance for _, instance in instances),
        tuple(definition for definition, _ in instances),
        tuple(builder.link_definitions),
        np.array(builder.prior),
        tuple(builder.overfull),
    )


def _scan_rank(instance: InstanceId, position: int) -> tuple[int, int]:
    """One common order of causes in every chain: level by level from the top, then the rest. Keeps cliques small."""
    return _SCAN.get(instance.place, len(_SCAN)), position


def _links_by_effect(knowledge: Knowledge, change: Variation) -> Mapping[str, list[LinkDef]]:
    incoming: dict[str, list[LinkDef]] = {}
    for link in knowledge.links.values():
        if change.hypothesis_links == "kept" or link.evidence is not EvidenceGrade.HYPOTHESIS:
            incoming.setdefault(link.effect, []).append(link)
    return incoming


def _causal_order(knowledge: Knowledge, change: Variation) -> list[NodeDef]:
    """Templates so that causes come first; slices first, then the order of the data."""
    incoming = _links_by_effect(knowledge, change)
    done: dict[str, NodeDef] = {}
    waiting = sorted(knowledge.nodes.values(), key=lambda node: _SLICE_ORDER[node.slice])
    while waiting:
        ready = [n for n in waiting if all(link.cause in done for link in incoming.get(n.id, ()))]
        if not ready:
            raise ValueError(f"causes run in a circle among {', '.join(n.id for n in waiting)}")
        done[ready[0].id] = ready[0]
        waiting.remove(ready[0])
    return list(done.values())


class _Builder:
    """Adds nodes in causal order; each leak is what the causes leave of the stated prior."""

    def __init__(self, knowledge: Knowledge, age_years: int, sex: str, change: Variation) -> None:
        self.knowledge = knowledge
        self.age_years = age_years
        self.sex = sex
        self.change = change
        self.nodes: list[Node] = []
        self.links: list[Link] = []
        self.link_definitions: list[LinkDef] = []
        self.prior: list[float] = []
        self.overfull: list[str] = []
        self._parents: list[list[int]] = []
        self._none_active: dict[tuple[object, ...], float] = {}

    def add(self, position: int, definition: NodeDef, instance: InstanceId, causes: list[tuple[LinkDef, int]]) -> None:
        tables = [self._dose_table(link, definition.states) for link, _ in causes]
        stated = self._stated_prior(definition, instance)
        if stated is None:
            leak = definition.leak.value if definition.leak is not None else SMALLEST_LEAK
            marginal = float("nan")
        else:
            leak, marginal = self._leak_for(instance, stated, self._chance_none_active(causes))
        self.nodes.append(
            Node(str(instance), _leak_distribution(leak, tables, definition.states), _combine(definition))
        )
        self.prior.append(marginal)
        self._parents.append([cause for _, cause in causes])
        for (link, cause), table in zip(causes, tables, strict=True):
            self.links.append(Link(f"{self.nodes[cause].id}->{instance}", cause, position, table))
            self.link_definitions.append(link)

    def _dose_table(self, link: LinkDef, states: int) -> FloatArray:
        table = np.zeros((2, states))
        table[0, 0] = 1.0
        table[1, 0] = 1.0 - link.strength.value
        for dose, chance in enumerate(link.dose, start=1):
            table[1, dose] = link.strength.value * chance
        return table

    def _stated_prior(self, definition: NodeDef, instance: InstanceId) -> float | None:
        band = estimate_at(definition.prior, age_years=self.age_years, sex=self.sex)
        if band is None:
            return None
        p = _scaled_odds(band.estimate.value, self.change.prior_odds_factor)
        if definition.prior_unit == "site":
            return p
        weights = definition.site_weights or dict.fromkeys(sites_of(definition.sites), 1.0)
        fraction = weights.get(instance.site, 0.0) / sum(weights.values())
        return 1.0 - float((1.0 - p) ** fraction)

    def _leak_for(self, instance: InstanceId, stated: float, none_active: float) -> tuple[float, float]:
        implied = 1.0 - none_active
        if stated < implied and self.change.prior_odds_factor == 1.0:
            self.overfull.append(str(instance))
        leak = max(SMALLEST_LEAK, 1.0 - (1.0 - stated) / none_active)
        return leak, 1.0 - (1.0 - leak) * none_active

    def _chance_none_active(self, causes: list[tuple[LinkDef, int]]) -> float:
        """P(no link into a new node is active), exact, from the part of the network above it."""
        if not causes:
            return 1.0
        if len(causes) == 1 and not np.isnan(self.prior[causes[0][1]]):
            link, cause = causes[0]
            return 1.0 - link.strength.value * self.prior[cause]
        above = self._ancestors([cause for _, cause in causes])
        key = self._shape_of(above, causes)
        if key not in self._none_active:
            self._none_active[key] = self._eliminate_above(above, causes)
        return self._none_active[key]

    def _shape_of(self, above: list[int], causes: list[tuple[LinkDef, int]]) -> tuple[object, ...]:
        """Same shape, same numbers, same answer: levels and sides that are alike are worked out once."""
        place = {node: i for i, node in enumerate(above)}
        kept = set(above)
        inner = tuple((place[x.cause], place[x.effect], float(x.dose[1, 0])) for x in self.links if x.effect in kept)
        leaks = tuple(float(self.nodes[node].leak[0]) for node in above)
        return leaks, inner, tuple((place[cause], link.strength.value) for link, cause in causes)

    def _ancestors(self, start: list[int]) -> list[int]:
        seen = set(start)
        waiting = list(start)
        while waiting:
            for cause in self._parents[waiting.pop()]:
                if cause not in seen:
                    seen.add(cause)
                    waiting.append(cause)
        return sorted(seen)

    def _eliminate_above(self, above: list[int], causes: list[tuple[LinkDef, int]]) -> float:
        place = {node: i for i, node in enumerate(above)}
        nodes = [self.nodes[node] for node in above]
        links = [
            Link(link.id, place[link.cause], place[link.effect], link.dose)
            for link in self.links
            if link.effect in place
        ]
        nodes.append(Node("new", np.array([1.0, 0.0])))
        for link, cause in causes:
            table = np.array([[1.0, 0.0], [1.0 - link.strength.value, link.strength.value]])
            links.append(Link(link.id, place[cause], len(above), table))
        network = Network(tuple(nodes), tuple(links))
        graph = build_factor_graph(network, [_observed_absent(len(above))])
        return float(np.exp(eliminate(graph, elimination_order(graph)).log_evidence))


def _observed_absent(node: int) -> Evidence:
    return Evidence("none active", (Target("node", node),), np.array([1.0, 0.0]))


def _combine(definition: NodeDef) -> Combine:
    return Combine.SUM if definition.slice is Slice.COMPLAINT else Combine.MAX


def _leak_distribution(leak: float, tables: list[FloatArray], states: int) -> FloatArray:
    """The doses of a leak are spread as the mean of the doses of the modelled causes."""
    if states == 2:
        return np.array([1.0 - leak, leak])
    mean = np.mean([table[1, 1:] / table[1, 1:].sum() for table in tables], axis=0) if tables else np.ones(states - 1)
    return np.concatenate([[1.0 - leak], leak * mean / mean.sum()])


def _scaled_odds(p: float, factor: float) -> float:
    return p * factor / (1.0 - p + p * factor)
