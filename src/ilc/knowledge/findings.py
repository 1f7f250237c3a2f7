"""Findings from the data: what can be observed, what it is evidence of, and how strong that evidence is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from ilc.core import SiteKind
from ilc.knowledge.accuracy import ABSENT, PRESENT, Accuracy, TargetAccuracy, check_outcome
from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, check_id, entries_of, items_of, number_of, text_of
from ilc.knowledge.known import Known
from ilc.knowledge.links import SITE_MAPS, check_site_map
from ilc.knowledge.model import Estimand, FindingDef, FindingTarget, LinkDef, NodeDef, Slice, TestKind
from ilc.knowledge.number import Numbers, Place
from ilc.knowledge.parameters import parse_quality
from ilc.knowledge.reach import check_reach
from ilc.knowledge.refusal import Refusal

EVIDENCE_GROUPS = frozenset(
    {"imaging", "examination", "interview", "questionnaire", "neurophysiology", "laboratory", "block", "history"}
)
_FORMS = frozenset({"target", "targets", "context_only"})
_KEYS = _FORMS | frozenset(
    {"label", "question", "sites", "tests", "group", "validity_days", "test", "red_flag", "central", "quality"}
    | {"bands", "unit", "accuracy", "outcomes", "false_positive", "note"}
)
_TARGET_KEYS = frozenset({"node", "link", "site_map"})


@dataclass(frozen=True, slots=True)
class Parents:
    """What a finding may be evidence of."""

    nodes: Known[NodeDef]
    links: Known[LinkDef]


@dataclass(frozen=True, slots=True)
class _Aim:
    node: str
    link: str
    site_map: str


def parse_finding(id_: str, value: Value, parents: Parents, tests: Collection[str], numbers: Numbers) -> FindingDef:
    """One entry of findings/*.yaml."""
    fields = Fields.of(value, f"findings.{id_}", _KEYS)
    check_id(id_, fields.mark)
    sites = fields.choice("sites", SiteKind, SiteKind.WHOLE)
    test_kind = fields.choice("tests", TestKind)
    accuracy, targets = _evidence(fields, sites, parents, numbers)
    _check_test_kind(fields, test_kind, targets)
    validity_days = fields.whole("validity_days")
    if validity_days < 0:
        message = f"{fields.path('validity_days')} is {validity_days}."
        raise Refusal("OUT_OF_RANGE", fields.mark_of("validity_days"), message, "Write 0 for ever, or days above 0.")
    finding = FindingDef(
        id=id_,
        label=fields.text("label"),
        question=fields.text("question"),
        sites=sites,
        test_kind=test_kind,
        evidence_group=fields.known("group", EVIDENCE_GROUPS),
        outcomes=accuracy.outcomes,
        given_absent=accuracy.given_absent,
        targets=targets,
        bands=_bands(fields, accuracy.outcomes),
        unit=fields.text("unit", ""),
        validity_days=validity_days,
        negative_covers="whole" if sites is SiteKind.WHOLE else "site",
        test=fields.known("test", tests),
        red_flag=fields.flag("red_flag", default=False),
        central=fields.flag("central", default=False),
        context_only=fields.has("context_only"),
        note=fields.text("note", ""),
        given_mixed=accuracy.given_mixed,
    )
    _check_mixed(fields, finding, parents)
    check_reach(fields, finding, parents.nodes, parents.links)
    return finding


def _check_mixed(fields: Fields, finding: FindingDef, parents: Parents) -> None:
    """Other links into the same complaint only matter where the target is a link into a complaint."""
    if not finding.given_mixed:
        return
    link = finding.targets[0].link
    effect = parents.nodes.definition(parents.links.definition(link).effect) if link else None
    if effect is None or effect.slice is not Slice.COMPLAINT:
        message = f"{fields.where} has if_on_with_others, but its target is no link into a complaint."
        remedy = "Remove if_on_with_others, or aim the block at the link it interrupts."
        raise Refusal("FINDING_FORM", fields.mark_of("outcomes"), message, remedy)


def _evidence(
    fields: Fields, sites: SiteKind, parents: Parents, numbers: Numbers
) -> tuple[Accuracy, tuple[FindingTarget, ...]]:
    stated = sorted(form for form in _FORMS if fields.has(form))
    if len(stated) != 1:
        message = f"{fields.where} has {' and '.join(stated) or 'no target'}."
        raise Refusal("FINDING_FORM", fields.mark, message, "Give one of target, targets, context_only.")
    if stated == ["context_only"]:
        return _context(fields), ()
    if stated == ["target"]:
        aim = _aim(Fields.of(fields.value("target"), fields.path("target"), _TARGET_KEYS), sites, parents)
        return _single(fields, aim, numbers)
    return _several(fields, sites, parents, numbers)


def _context(fields: Fields) -> Accuracy:
    for key in ("accuracy", "false_positive", "quality"):
        if fields.has(key):
            message = f"{fields.where} is context only, yet has {key}."
            raise Refusal("FINDING_FORM", fields.mark_of(key), message, f"Remove {key}: context moves no odds.")
    if not fields.flag("context_only"):
        remedy = "Write true, or give a target."
        raise Refusal("FINDING_FORM", fields.mark_of("context_only"), f"{fields.where} has no target.", remedy)
    if fields.has("outcomes"):
        named = items_of(fields.value("outcomes"), fields.path("outcomes"))
        outcomes = tuple(check_outcome(text_of(item, fields.path("outcomes")), item.mark) for item in named)
    elif fields.has("bands"):
        outcomes = tuple(check_outcome(name, mark) for name, _, mark in fields.pairs("bands"))
    else:
        outcomes = (PRESENT, ABSENT)
    if len(outcomes) < 2 or len(set(outcomes)) != len(outcomes):
        message = f"{fields.where} has the outcomes {', '.join(outcomes)}."
        raise Refusal("OUTCOMES", fields.mark, message, "Name two or more different outcomes.")
    return Accuracy(outcomes, MappingProxyType({}), ())


def _single(fields: Fields, aim: _Aim, numbers: Numbers) -> tuple[Accuracy, tuple[FindingTarget, ...]]:
    if fields.has("accuracy") == fields.has("outcomes") or fields.has("false_positive"):
        message = f"{fields.where} does not say its accuracy in one way."
        raise Refusal("FINDING_FORM", fields.mark, message, "Give either `accuracy` or `outcomes` with the target.")
    place = _place(fields, aim)
    if fields.has("accuracy"):
        accuracy = Accuracy.of_test(fields, place, numbers, stated_quality=_stated_quality(fields))
    else:
        accuracy = Accuracy.of_outcomes(fields, place, numbers, stated_quality=_stated_quality(fields))
    return accuracy, (_target(aim, accuracy.targets[0]),)


def _several(
    fields: Fields, sites: SiteKind, parents: Parents, numbers: Numbers
) -> tuple[Accuracy, tuple[FindingTarget, ...]]:
    if fields.has("accuracy") or fields.has("outcomes"):
        message = f"{fields.where} has several targets."
        raise Refusal("FINDING_FORM", fields.mark, message, "Give a sensitivity for each target and `false_positive`.")
    aims: list[_Aim] = []
    sensitivities: list[tuple[Value, Place]] = []
    for item in fields.items("targets"):
        target = Fields.of(item, fields.path("targets"), _TARGET_KEYS | {"sensitivity"})
        aim = _aim(target, sites, parents)
        if any((aim.node, aim.link) == (other.node, other.link) for other in aims):
            message = f"{fields.path('targets')} names {aim.node or aim.link} twice."
            raise Refusal("DUPLICATE_ID", target.mark, message, "Name each target once.")
        place = _place(fields, aim)
        aims.append(aim)
        sensitivities.append((target.value("sensitivity"), place.part(f"targets.{aim.node or aim.link}", *place.units)))
    if len(aims) < 2:
        raise Refusal("FINDING_FORM", fields.mark_of("targets"), f"{fields.where} has one target.", "Use `target`.")
    accuracy = Accuracy.of_several(fields, sensitivities, numbers, stated_quality=_stated_quality(fields))
    return accuracy, tuple(_target(aim, one) for aim, one in zip(aims, accuracy.targets, strict=True))


def _aim(fields: Fields, sites: SiteKind, parents: Parents) -> _Aim:
    if fields.has("node") == fields.has("link"):
        message = f"{fields.where} names {'both a node and a link' if fields.has('node') else 'nothing'}."
        raise Refusal("FINDING_FORM", fields.mark, message, "Name one node or one link.")
    site_map = fields.known("site_map", SITE_MAPS, default="same")
    if fields.has("node"):
        node = parents.nodes.definition(fields.known("node", parents.nodes))
        check_site_map(fields, site_map, sites, node.sites)
        return _Aim(node.id, "", site_map)
    link = parents.links.definition(fields.known("link", parents.links))
    return _Aim("", link.id, site_map)


def _target(aim: _Aim, accuracy: TargetAccuracy) -> FindingTarget:
    return FindingTarget(
        aim.node, aim.link, aim.site_map, accuracy.given_present, accuracy.parameters, accuracy.quality
    )


def _place(fields: Fields, aim: _Aim) -> Place:
    estimand = Estimand.ACCURACY_FOR_CONTRIBUTES if aim.link else Estimand.ACCURACY_FOR_EXISTS
    return Place(fields.where, ("sensitivity", "probability"), estimand, "has_complaint")


def _stated_quality(fields: Fields) -> float | None:
    return parse_quality(fields) if fields.has("quality") else None


def _check_test_kind(fields: Fields, kind: TestKind, targets: tuple[FindingTarget, ...]) -> None:
    if kind is TestKind.EXISTENCE and any(target.link for target in targets):
        message = f"{fields.where} tests existence, but a target is a link."
        raise Refusal("TEST_KIND", fields.mark_of("tests"), message, "A link's activity is tested by active_link.")
    if (kind is TestKind.CONTEXT) != (not targets):
        message = f"{fields.where} tests {kind.value} {'with' if targets else 'without'} a target."
        raise Refusal("TEST_KIND", fields.mark_of("tests"), message, "Context findings, and only they, have no target.")


def _bands(fields: Fields, outcomes: tuple[str, ...]) -> Mapping[str, tuple[float, float]]:
    if not fields.has("bands"):
        return MappingProxyType({})
    if not fields.has("unit"):
        raise Refusal("MISSING_KEY", fields.mark_of("bands"), f"{fields.where} has bands but no unit.", "Add `unit`.")
    bands: dict[str, tuple[float, float]] = {}
    for name, value, mark in fields.pairs("bands"):
        ends = [number_of(item, fields.path(f"bands.{name}")) for item in items_of(value, fields.path("bands"))]
        if len(ends) != 2 or not ends[0] < ends[1]:
            raise Refusal("BANDS", mark, f"{fields.path(f'bands.{name}')} is {ends}.", "Write [from, to), from < to.")
        bands[name] = (ends[0], ends[1])
    _check_bands(fields, bands, outcomes)
    return MappingProxyType(bands)


def _check_bands(fields: Fields, bands: Mapping[str, tuple[float, float]], outcomes: tuple[str, ...]) -> None:
    mark = entries_of(fields.value("bands"), fields.path("bands")).mark
    if set(bands) != set(outcomes):
        message = f"{fields.where} has bands for {', '.join(bands)} but outcomes {', '.join(outcomes)}."
        raise Refusal("BANDS", mark, message, "Give each outcome one band.")
    ordered = sorted(bands.values())
    for before, after in pairwise(ordered):
        if before[1] != after[0]:
            message = f"{fields.path('bands')}: {before[0]:g} to {before[1]:g} is followed by {after[0]:g}."
            raise Refusal("BANDS", mark, message, "Let each band start where the one before it ends.")
