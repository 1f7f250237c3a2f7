"""Alarms: which pathways are urgent or an emergency, which in vain, and whether a warning sign was passed over."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.explanation.serious import highest_level, judge_red_flags
from ilc.findings import detect_red_flags, level_rank
from ilc.inference.model import CausalModel
from ilc.knowledge import Knowledge
from ilc.validation.overlap.judging import Judgement
from ilc.validation.overlap.people import SimulatedPatient
from ilc.validation.overlap.rules import OverlapRules

ALARM_FROM = "urgent"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A pathway at an urgent or emergency level; `signs` is empty where its probability alone made it so."""

    pathway: str
    signs: tuple[str, ...]
    in_vain: bool  # nothing of what the pathway watches for is there


@dataclass(frozen=True, slots=True)
class Watch:
    """What the pathways made of one patient."""

    alarms: tuple[Alarm, ...]
    there: frozenset[str]  # pathways of which something they watch for is there
    passed_over: tuple[str, ...]  # warning signs written down although no pathway is urgent

    @property
    def alarmed_in_vain(self) -> bool:
        """Whether any alarm was raised in vain."""
        return any(alarm.in_vain for alarm in self.alarms)


def judge_alarms(knowledge: Knowledge, judgement: Judgement, person: SimulatedPatient, rules: OverlapRules) -> Watch:
    """Levels of all pathways, beside the truth.

    Parameters
    ----------
    knowledge : to reason with
    judgement : of the engine with the numbers of that knowledge
    person : with the true world
    rules : what each pathway watches for, and which signs must stay urgent
    """
    outcomes = detect_red_flags(knowledge, person.findings)
    by_signs = {outcome.rule.id: outcome for outcome in outcomes if level_rank(outcome.level) >= level_rank(ALARM_FROM)}
    flags = judge_red_flags(judgement.model, judgement.evidence, outcomes, judgement.posterior, plan=judgement.plan)
    there = pathways_there(knowledge, rules, existing_ids(judgement.model, person))
    alarms = tuple(
        Alarm(flag.id, by_signs[flag.id].why if flag.id in by_signs else (), flag.id not in there)
        for flag in flags
        if level_rank(flag.level) >= level_rank(ALARM_FROM)
    )
    held = level_rank(highest_level(flags)) >= level_rank(ALARM_FROM)
    return Watch(alarms, there, () if held else warning_signs(person, rules))


def existing_ids(model: CausalModel, person: SimulatedPatient) -> frozenset[str]:
    """Ids of everything that truly exists at any site."""
    return frozenset(d.id for d, state in zip(model.definitions, person.truth.state[0], strict=True) if state > 0)


def pathways_there(knowledge: Knowledge, rules: OverlapRules, existing: frozenset[str]) -> frozenset[str]:
    """Pathways of which something they watch for is there: their own factors, and those the rules add."""
    return frozenset(
        rule.id
        for rule in knowledge.red_flags.values()
        if not existing.isdisjoint({*rule.factors, *rules.watched_for.get(rule.id, ())})
    )


def warning_signs(person: SimulatedPatient, rules: OverlapRules) -> tuple[str, ...]:
    """Warning signs written down as present."""
    watched = set(rules.never_below_urgent)
    return tuple(sorted({f.id.concept for f in person.findings if f.id.concept in watched and f.outcome == "present"}))
