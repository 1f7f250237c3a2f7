"""What is written down of a patient: which tests are done, what they show, and what reaches the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ilc.core import InstanceId, sites_of
from ilc.findings import Finding
from ilc.inference.evidence import likelihood_table
from ilc.inference.model import CausalModel
from ilc.inference.network import FloatArray, Target
from ilc.inference.worlds import Worlds
from ilc.knowledge import Knowledge
from ilc.knowledge.model import FindingDef
from ilc.validation.overlap.factors import BoolArray
from ilc.validation.overlap.rules import Misspecification, OverlapRules


@dataclass(frozen=True, eq=False)
class Charting:
    """Draws findings from the likelihoods of a generator and names them by the engine's rules.

    `misspecified` adds hidden traits and findings missing not at random; None leaves both out. Tables are kept: the
    nodes and links a finding tests are the same at every age.
    """

    generator: Knowledge
    stated: Knowledge
    rules: OverlapRules
    misspecified: Misspecification | None
    _tables: dict[InstanceId, _Table] = field(default_factory=dict)

    def draw(self, model: CausalModel, truth: Worlds, random: np.random.Generator) -> tuple[Finding, ...]:
        """Findings of one patient.

        Parameters
        ----------
        model : the generator's, for the patient's age and sex
        truth : one world
        random : of the draws

        Returns
        -------
        findings under the engine's rules, in the order of the knowledge base
        """
        done = {test.id: random.random() < self._chance_done(test.burden) for test in self.generator.tests.values()}
        shifts = self._draw_traits(random)
        found = []
        for rule in self.generator.findings.values():
            if rule.context_only or not rule.targets or not done[rule.test]:
                continue
            for site in sites_of(rule.sites):
                instance = InstanceId(rule.id, site)
                table = self._table_of(model, rule, instance)
                weights = table.chances(truth) * np.exp(shifts.get(rule.evidence_group, 0.0) * table.positive)
                number = int(random.choice(len(weights), p=weights / weights.sum()))
                if random.random() < self._chance_written(rule, positive=bool(table.positive[number])):
                    outcome = rule.outcomes[number]
                    found.append(Finding(instance, self.stated.findings[rule.id], outcome, None, None, "typed"))
        return tuple(found)

    def _chance_done(self, burden: float) -> float:
        return next(row.done for row in self.rules.tests_done if burden <= row.burden_up_to)

    def _draw_traits(self, random: np.random.Generator) -> Mapping[str, float]:
        """How much each evidence group's positive outcomes gain, in log odds."""
        told, examined = random.standard_normal(2)
        if self.misspecified is None:
            return {}
        raise_told = float(told) * self.misspecified.trait_on_what_is_told
        raise_examined = float(examined) * self.misspecified.trait_on_what_is_examined
        groups = self.misspecified.traits_raise
        return {**dict.fromkeys(groups.told, raise_told), **dict.fromkeys(groups.examined, raise_examined)}

    def _table_of(self, model: CausalModel, rule: FindingDef, instance: InstanceId) -> _Table:
        if instance not in self._tables:
            parts = [likelihood_table(model, rule, instance, outcome) for outcome in rule.outcomes]
            targets, table = parts[0][0], np.stack([part for _, part in parts], axis=-1)
            off, on = (0,) * len(targets), (1, *(0,) * (len(targets) - 1))
            self._tables[instance] = _Table(targets, table, table[on] > table[off])
        return self._tables[instance]

    def _chance_written(self, rule: FindingDef, *, positive: bool) -> float:
        asked_of_nearly_all = rule.red_flag and rule.evidence_group == "interview"
        chance = self.rules.red_flag_question_written_down if asked_of_nearly_all else self.rules.item_written_down
        if self.misspecified is None or positive:
            return chance
        return chance * self.misspecified.negative_written_down_ratio


@dataclass(frozen=True, eq=False)
class _Table:
    """P(outcome | what the finding tests), outcomes on the last axis; an outcome is positive where its cause makes it
    likelier.
    """

    targets: tuple[Target, ...]
    table: FloatArray
    positive: BoolArray

    def chances(self, truth: Worlds) -> FloatArray:
        """Probability of each outcome in one world."""
        place = tuple(
            int(truth.state[0, t.index]) if t.kind == "node" else min(int(truth.dose[0, t.index]), 1)
            for t in self.targets
        )
        return np.asarray(self.table[place])
