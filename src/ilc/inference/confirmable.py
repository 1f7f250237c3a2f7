"""How far findings can move each factor: what none can raise or lower must say so, for reports rest on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import isnan, log

from ilc.core import Estimate, InstanceId, Issue, IssueSeverity, sites_of
from ilc.findings.model import Finding
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.inference.evidence import finding_evidence, resolve_targets
from ilc.inference.model import CausalModel
from ilc.inference.network import Target
from ilc.inference.people import SEXES, People, Person
from ilc.knowledge.model import FindingDef, FindingTarget, Knowledge, NodeDef, Slice

CONFIRMED_ABOVE, EXCLUDED_BELOW = 0.8, 0.05
REFERENCE_AGE = 55
MOSTLY = 0.5

_BLOCK = "block"
_DONE = {"raise": "raised", "lower": "lowered"}
_USUAL_PLACES = ("L4_L5", "L5")  # the instance that stands for a template: low in the spine, on the left


@dataclass(frozen=True, slots=True)
class Reach:
    """Probability of one factor after every finding that concerns it, in the person in whom it moves least."""

    instance: InstanceId
    raised: float
    raised_in: Person
    lowered: float
    lowered_in: Person
    findings: int  # that concern it


def measure_reach(people: People) -> tuple[Reach, ...]:
    """How likely and how unlikely findings alone can make each factor, one instance for each template.

    People are the two of the reference age and the one in whom the factor is most frequent. Findings are those that
    test the factor, an arrow into or out of it, or the history that it mostly comes from, and blocks of what it feeds:
    all at their most raising, then all at their most lowering outcome.

    Parameters
    ----------
    people : networks, shared with other checks
    """
    reported = [n for n in people.knowledge.nodes.values() if n.slice is Slice.FACTOR and not n.latent]
    return tuple(_reach(people, factor) for factor in reported)


def check_reach(knowledge: Knowledge, reaches: Sequence[Reach]) -> Iterator[Issue]:
    """Factors that findings cannot confirm or exclude though unmarked, and marks that are no longer true."""
    for reach in reaches:
        raised, lowered = reach.raised > CONFIRMED_ABOVE, reach.lowered < EXCLUDED_BELOW
        for way, reached in (("raise", raised), ("lower", lowered)):
            yield from _judge(knowledge, reach, way, reached=reached)


def _judge(knowledge: Knowledge, reach: Reach, way: str, *, reached: bool) -> Iterator[Issue]:
    node = knowledge.nodes[reach.instance.concept]
    at_best = {
        "raise": f"{reach.raised:.3g} at most ({reach.raised_in})",
        "lower": f"{reach.lowered:.3g} at least ({reach.lowered_in})",
    }[way]
    what = f"{_DONE[way]} to {at_best}; findings that concern it: {reach.findings}."
    if not reached and way not in node.not_confirmable:
        goal = {"raise": f"above {CONFIRMED_ABOVE:g}", "lower": f"below {EXCLUDED_BELOW:g}"}[way]
        remedy = f"Add findings that bring it {goal}, or say why none do: not_confirmable: {{{way}: ...}}."
        yield Issue(f"KNOWLEDGE_NOT_{_DONE[way].upper()}", IssueSeverity.ERROR, f"nodes.{node.id}", what, remedy)
    if reached and way in node.not_confirmable:
        remedy = "Take the mark out: its findings decide."
        message = f"marked not_confirmable ({way}), yet {what}"
        yield Issue("KNOWLEDGE_MARK_STALE", IssueSeverity.ERROR, f"nodes.{node.id}", message, remedy)


def people_asked(factor: NodeDef) -> tuple[Person, ...]:
    """The people a factor is tried on: both sexes of the reference age, and those in whom it is most frequent."""
    asked = [Person(REFERENCE_AGE, sex) for sex in SEXES]
    most = max((band.estimate.value for band in factor.prior), default=0.0)
    for band in factor.prior:
        covered = [person for person in asked if band.age_from <= person.age_years < band.age_to]
        of_this_sex = [person for person in covered if band.sex in ("any", person.sex)]
        if band.estimate.value == most and not of_this_sex:
            asked.append(Person(band.age_from, SEXES[0] if band.sex == "any" else band.sex))
            break
    return tuple(asked)


def _reach(people: People, factor: NodeDef) -> Reach:
    asked = people_asked(factor)
    instance = _standing_for(factor)
    tests = list(_tests(people.model(asked[0]), instance))
    raised = _outcomes(people, asked, instance, tests, raising=True)
    lowered = _outcomes(people, asked, instance, tests, raising=False)
    lowest, highest = min(raised, key=raised.__getitem__), max(lowered, key=lowered.__getitem__)
    return Reach(instance, raised[lowest], lowest, lowered[highest], highest, len({t.rule.id for t in tests}))


def _standing_for(factor: NodeDef) -> InstanceId:
    instances = [InstanceId(factor.id, site) for site in sites_of(factor.sites)]
    return next((instance for instance in instances if instance.place in _USUAL_PLACES), instances[0])


@dataclass(frozen=True, slots=True)
class _Test:
    """A finding that concerns a factor, where it is made, and those of its targets that concern it."""

    rule: FindingDef
    instance: InstanceId
    parts: tuple[FindingTarget, ...]

    def outcome(self, *, raising: bool) -> str:
        """The outcome that speaks most for the factor, or most against it."""
        weights = {
            outcome: sum(_log_ratio(self.rule, part, outcome) for part in self.parts) for outcome in self.rule.outcomes
        }
        return (max if raising else min)(weights, key=weights.__getitem__)


def _log_ratio(rule: FindingDef, part: FindingTarget, outcome: str) -> float:
    on: Estimate = part.given_present[outcome]
    return log(on.value / rule.given_absent[outcome].value)


def _tests(model: CausalModel, instance: InstanceId) -> Iterator[_Test]:
    node = model.node(instance)
    close = _close_to(model, node)
    blocked = {Target("link", link) for effect in _effects(model, node) for link in model.network.links_from[effect]}
    templates = {
        model.definitions[t.index].id if t.kind == "node" else model.link_definitions[t.index].id
        for t in close | blocked
    }
    for rule in model.knowledge.findings.values():
        concerned = close | blocked if rule.evidence_group == _BLOCK else close
        if templates.isdisjoint(part.node or part.link for part in rule.targets):
            continue
        for site in sites_of(rule.sites):
            made = InstanceId(rule.id, site)
            parts = tuple(part for target, part in resolve_targets(model, rule, made) if target in concerned)
            if parts:
                yield _Test(rule, made, parts)


def _close_to(model: CausalModel, node: int) -> set[Target]:
    """The factor, what its findings share, the history it mostly comes from, and the arrows into and out of it."""
    links = (*model.network.links_into[node], *model.network.links_from[node])
    history = [model.network.links[link].cause for link in model.network.links_into[node] if _accounts(model, link)]
    shared = [effect for effect in _effects(model, node) if model.definitions[effect].latent]
    return {Target("link", link) for link in links} | {Target("node", n) for n in (node, *history, *shared)}


def _accounts(model: CausalModel, position: int) -> bool:
    """Whether a factor comes from one event of the past more often than not, as a scar from an operation."""
    link = model.network.links[position]
    if model.definitions[link.cause].slice is not Slice.HISTORY:
        return False
    through = float(link.dose[1, 1] * model.stated_prior[link.cause])
    stated = float(model.stated_prior[link.effect])
    whole = through + float(model.network.nodes[link.effect].leak[1]) if isnan(stated) else stated
    return through >= MOSTLY * whole


def _effects(model: CausalModel, node: int) -> list[int]:
    return [model.network.links[link].effect for link in model.network.links_from[node]]


def _outcomes(
    people: People, asked: Collection[Person], instance: InstanceId, tests: Sequence[_Test], *, raising: bool
) -> dict[Person, float]:
    """Probability of the factor in each person. A positive finding is made at one place only, a negative at all."""
    made: dict[str, _Test] = {}
    for test in tests:
        made.setdefault(test.rule.id if raising else str(test.instance), test)
    some = people.model(next(iter(asked)))
    node = some.node(instance)
    found = [Finding(t.instance, t.rule, t.outcome(raising=raising), None, None, "typed") for t in made.values()]
    evidence = [item.evidence for finding in found for item in finding_evidence(some, finding)]
    others = frozenset(range(len(some.network.nodes))) - {node}
    plan = plan_elimination(some.network, evidence, skippable=others)
    after = {person: infer_posterior(people.model(person).network, evidence, plan=plan) for person in asked}
    return {person: float(1.0 - posterior.distribution(node)[0]) for person, posterior in after.items()}
