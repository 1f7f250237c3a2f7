"""What is written down of a patient: which tests are done, what they show, and what reaches the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from ilc.core import InstanceId, sites_of
from ilc.findings import Finding, detect_red_flags, level_rank
from ilc.inference.evidence import likelihood_table
from ilc.inference.model import CausalModel
from ilc.inference.network import FloatArray, Target
from ilc.inference.worlds import Worlds
from ilc.knowledge import Knowledge
from ilc.knowledge.model import FindingDef
from ilc.validation.overlap.factors import BoolArray
from ilc.validation.overlap.rules import Misspecification, OverlapRules, SecondStep


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
        findings under the engine's rules: the first in the order of the knowledge base, then those they asked for
        """
        person = _Person(self, model, truth, random, self._draw_traits(random))
        second = {finding for step in self.rules.second_tests.steps for finding in step.findings}
        first = [rule for rule in self.generator.findings.values() if rule.id not in second]
        done = {
            test.id: random.random() < self.rules.chance_done(test.burden) for test in self.generator.tests.values()
        }
        found = list(person.examine(rule for rule in first if done[rule.test]))
        for step in self.rules.second_tests.steps:
            found += person.look_again(step, due=self._is_due(step, found))
        return tuple(found)

    def _is_due(self, step: SecondStep, found: list[Finding]) -> bool:
        """Whether what is written down so far raises a pathway to the level that asks for this step."""
        return any(
            level_rank(outcome.level) >= level_rank(step.asked_for_by[outcome.rule.id])
            for outcome in detect_red_flags(self.stated, found)
            if outcome.rule.id in step.asked_for_by
        )

    def _draw_traits(self, random: np.random.Generator) -> Mapping[str, float]:
        """How much each evidence group's positive outcomes gain, in log odds."""
        told, examined = random.standard_normal(2)
        if self.misspecified is None:
            return {}
        raise_told = float(told) * self.misspecified.trait_on_what_is_told
        raise_examined = float(examined) * self.misspecified.trait_on_what_is_examined
        groups = self.misspecified.traits_raise
        return {**dict.fromkeys(groups.told, raise_told), **dict.fromkeys(groups.examined, raise_examined)}

    def sites(self, rule: FindingDef) -> Iterator[InstanceId]:
        """Where a finding is looked for."""
        only = self.rules.only_at.get(rule.id)
        for site in sites_of(rule.sites):
            if only is None or site in only:
                yield InstanceId(rule.id, site)

    def table_of(self, model: CausalModel, rule: FindingDef, instance: InstanceId) -> _Table:
        """Likelihoods of a finding under the generator's numbers."""
        if instance not in self._tables:
            parts = [likelihood_table(model, rule, instance, outcome) for outcome in rule.outcomes]
            targets, table = parts[0][0], np.stack([part for _, part in parts], axis=-1)
            off, on = (0,) * len(targets), (1, *(0,) * (len(targets) - 1))
            self._tables[instance] = _Table(targets, table, table[on] > table[off])
        return self._tables[instance]


@dataclass(frozen=True, eq=False)
class _Person:
    """One patient being examined."""

    charting: Charting
    model: CausalModel
    truth: Worlds
    random: np.random.Generator
    shifts: Mapping[str, float]

    def examine(self, rules: Iterable[FindingDef]) -> Iterator[Finding]:
        """What reaches the record of first tests that were done."""
        for rule in rules:
            yield from self._look(rule, self.charting.rules.chance_written(rule))

    def look_again(self, step: SecondStep, *, due: bool) -> Iterator[Finding]:
        """What reaches the record of one step of second tests; each test is done or not done as a whole."""
        second, known = self.charting.rules.second_tests, self.charting.generator.findings
        rules = [known[finding] for finding in step.findings if finding in known]
        where_due = second.done_where_due if step.done is None else step.done
        chance = where_due if due else second.done_without_reason
        done = {test: self.random.random() < chance for test in sorted({rule.test for rule in rules})}
        for rule in rules:
            if done[rule.test]:
                yield from self._look(rule, second.written_down)

    def _look(self, rule: FindingDef, chance: float) -> Iterator[Finding]:
        if rule.context_only or not rule.targets:
            return
        shift = self.shifts.get(rule.evidence_group, 0.0)
        for instance in self.charting.sites(rule):
            table = self.charting.table_of(self.model, rule, instance)
            weights = table.chances(self.truth) * np.exp(shift * table.positive)
            number = int(self.random.choice(len(weights), p=weights / weights.sum()))
            if self.random.random() < chance * self._kept(positive=bool(table.positive[number])):
                stated = self.charting.stated.findings[rule.id]
                yield Finding(instance, stated, rule.outcomes[number], None, None, "typed")

    def _kept(self, *, positive: bool) -> float:
        """Negative findings may go missing more often."""
        missing = self.charting.misspecified
        return 1.0 if missing is None or positive else missing.negative_written_down_ratio


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
