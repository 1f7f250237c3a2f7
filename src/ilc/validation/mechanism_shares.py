"""Mechanism shares of one person after another: the model's own contributions, world by world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ilc.core import InstanceId, Presence
from ilc.explanation.contributions import Contributions, measure_contributions
from ilc.explanation.reasoning import roles_of
from ilc.explanation.world_bits import unpack_worlds
from ilc.findings import Finding, collect_findings
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import PatientEvidence, collect_evidence
from ilc.inference.model import build_model
from ilc.knowledge import Knowledge
from ilc.record.case import Complaint, TypedFinding
from ilc.validation.mechanism_model import COMPLAINT, MECHANISMS, cluster_id, criterion_id
from ilc.validation.scores import FloatArray
from ilc.validation.smart_data import ABSENT, PRESENT, UNKNOWN, SmartPatients
from ilc.validation.smart_rules import Cluster, SmartRules


class MechanismReader:
    """Infers one person's mechanism shares; the network is built once, as nothing else is known of them."""

    def __init__(self, knowledge: Knowledge, rules: SmartRules) -> None:
        self._knowledge = knowledge
        self._rules = rules
        self._model = build_model(knowledge, age_years=rules.model.age_years, sex=rules.model.sex)
        self._complaint = Complaint(InstanceId(COMPLAINT), Presence.PRESENT, None, None)
        self._roles = roles_of(self._model)
        evidence = [item.evidence for item in self._evidence(())]
        unasked = frozenset(i for i, d in enumerate(self._model.definitions) if d.slice.value == "complaint")
        self._plan = plan_elimination(self._model.network, evidence, skippable=unasked)

    def infer_shares(self, observed: Sequence[tuple[str, bool]]) -> FloatArray:
        """Share of each class in the complaint, smoothed, in the order of the rules.

        Parameters
        ----------
        observed : ids of criterion findings, and whether each is present
        """
        findings, issues = collect_findings(self._knowledge, [_typed(id_, present=there) for id_, there in observed])
        if issues:
            raise ValueError("a criterion was given twice")
        evidence = [item.evidence for item in self._evidence(findings)]
        posterior = infer_posterior(self._model.network, evidence, plan=self._plan)
        worlds = posterior.worlds(count=self._rules.model.worlds, seed=self._rules.model.seed)
        node = self._model.node(COMPLAINT)
        return self._shares(measure_contributions(worlds, self._roles, (node,)))

    def _evidence(self, findings: Sequence[Finding]) -> tuple[PatientEvidence, ...]:
        return collect_evidence(self._model, findings, (self._complaint,), setting=self._rules.model.setting)

    def _shares(self, contributions: Contributions) -> FloatArray:
        """Each world is shared equally by the mechanisms that lead to the complaint in it."""
        at_work = unpack_worlds(contributions.by_mechanism[0], contributions.worlds)
        rows = [contributions.mechanisms.index(MECHANISMS[name].value) for name in self._rules.classes]
        own = at_work[rows].astype(np.float64)
        own[:, own.sum(axis=0) == 0] = 1.0
        mass = (own / own.sum(axis=0)).sum(axis=1) + self._rules.model.smoothing_worlds
        return np.asarray(mass / mass.sum())


def _typed(id_: str, *, present: bool) -> TypedFinding:
    outcome = Presence.PRESENT if present else Presence.ABSENT
    return TypedFinding(InstanceId(id_), outcome.value, None, None, "typed", "patients")


def observe_criteria(patients: SmartPatients, row: int, knowledge: Knowledge) -> list[tuple[str, bool]]:
    """Row a: every known criterion, for every mechanism it tells something about."""
    seen = []
    for column, number in enumerate(patients.criteria):
        state = patients.state[row, column]
        for name in MECHANISMS:
            id_ = criterion_id(number, name)
            if state != UNKNOWN and id_ in knowledge.findings:
                seen.append((id_, bool(state == PRESENT)))
    return seen


def observe_clusters(
    patients: SmartPatients, row: int, knowledge: Knowledge, rules: SmartRules
) -> list[tuple[str, bool]]:
    """Row b: published clusters in place of their own items."""
    met = {name: meets_cluster(patients, row, cluster) for name, cluster in rules.clusters.items()}
    replaced = {
        criterion_id(number, name)
        for name, cluster in rules.clusters.items()
        if met[name] is not None
        for number in cluster.items
    }
    seen = [item for item in observe_criteria(patients, row, knowledge) if item[0] not in replaced]
    return seen + [(cluster_id(name), there) for name, there in met.items() if there is not None]


def meets_cluster(patients: SmartPatients, row: int, cluster: Cluster) -> bool | None:
    """Whether at least half of the items fit; None where fewer than half are known."""
    place = {number: i for i, number in enumerate(patients.criteria)}
    wanted = [(number, PRESENT) for number in cluster.present] + [(number, ABSENT) for number in cluster.absent]
    states = [(patients.state[row, place[number]], state) for number, state in wanted if number in place]
    known = [(state, fit) for state, fit in states if state != UNKNOWN]
    if 2 * len(known) < len(wanted):
        return None
    return 2 * sum(bool(state == fit) for state, fit in known) >= len(wanted)
