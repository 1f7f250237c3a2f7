"""Tests, red flags, self-care, settings and instruments from the data: what is done with findings and factors."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from ilc.core import Estimate
from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, check_id, items_of, known_of, number_of, text_of
from ilc.knowledge.known import Known
from ilc.knowledge.model import (
    Basis,
    FindingDef,
    InstrumentDef,
    NodeDef,
    RedFlagRule,
    SelfCareItem,
    SettingDef,
    Slice,
    TestDef,
)
from ilc.knowledge.number import Numbers, Place
from ilc.knowledge.parameters import parse_sources
from ilc.knowledge.refusal import Mark, Refusal, closest
from ilc.knowledge.units import LIKELIHOOD_RATIO

RED_FLAG_LEVELS = ("emergency", "urgent", "prompt", "watch")

_TEST_KEYS = frozenset({"label", "burden", "invasive", "imaging", "note"})
_RED_FLAG_KEYS = frozenset({"label", "factors", "screening", "clauses", "floor", "level_from_p", "action", "sources"})
_SELF_CARE_KEYS = frozenset({"helps", "never_with", "evidence", "sources"})
_INSTRUMENT_KEYS = frozenset(
    {"label", "minimum", "maximum", "items", "item_minimum", "item_maximum", "scoring", "max_missing", "finding"}
    | {"sources"}
)
_SCORINGS = frozenset({"sum", "mean", "percent"})
_FACTOR_ABOVE = re.compile(r"factor:(?P<id>[a-z0-9_]+)>(?P<p>\d*\.?\d+)")
_RED_FLAG_FROM = re.compile(r"red_flag>=(?P<level>[a-z]+)")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What rules may name."""

    nodes: Known[NodeDef]
    findings: Known[FindingDef]
    references: Collection[str]


def parse_test(id_: str, value: Value) -> TestDef:
    """One entry of tests.yaml."""
    fields = Fields.of(value, f"tests.{id_}", _TEST_KEYS)
    burden = fields.number("burden")
    if not 0.0 < burden < float("inf"):
        message = f"{fields.path('burden')} is {burden:g}."
        raise Refusal("OUT_OF_RANGE", fields.mark_of("burden"), message, "Write a burden above 0; a question is 1.")
    return TestDef(
        id=check_id(id_, fields.mark),
        label=fields.text("label"),
        burden=burden,
        invasive=fields.flag("invasive", default=False),
        imaging=fields.flag("imaging", default=False),
        note=fields.text("note", ""),
    )


def parse_red_flag(id_: str, value: Value, grounds: Grounds, numbers: Numbers) -> RedFlagRule:
    """One entry of red_flags.yaml."""
    fields = Fields.of(value, f"red_flags.{id_}", _RED_FLAG_KEYS)
    return RedFlagRule(
        id=check_id(id_, fields.mark),
        label=fields.text("label"),
        factors=_serious_factors(fields, grounds),
        screening=fields.known_items("screening", grounds.findings),
        clauses=_clauses(fields, grounds),
        floor=_floor(fields, numbers),
        level_from_p=_level_from_p(fields),
        action=_action(fields),
        sources=parse_sources(fields, grounds.references, may_be_empty=False),
    )


def _serious_factors(fields: Fields, grounds: Grounds) -> tuple[str, ...]:
    factors = fields.known_items("factors", grounds.nodes)
    for factor in factors:
        node = grounds.nodes.definition(factor)
        _check_reported(node, fields, "factors")
        if not node.serious:
            message = f"{fields.path('factors')}: {factor} is not marked serious."
            raise Refusal("NOT_SERIOUS", fields.mark_of("factors"), message, "Set `serious: true` on the node.")
    return factors


def _clauses(fields: Fields, grounds: Grounds) -> Mapping[str, tuple[frozenset[str], ...]]:
    clauses: dict[str, tuple[frozenset[str], ...]] = {}
    for level, value, mark in fields.pairs("clauses"):
        path = f"{fields.path('clauses')}.{_level(level, mark, fields)}"
        alternatives: list[frozenset[str]] = []
        for alternative in items_of(value, path):
            terms = [_term(item, path, grounds) for item in items_of(alternative, path)]
            if not terms:
                message = f"{path} has an empty alternative, which would always hold."
                raise Refusal("EMPTY_CLAUSE", alternative.mark, message, "Name one or more finding=outcome.")
            alternatives.append(frozenset(terms))
        clauses[level] = tuple(alternatives)
    return MappingProxyType(clauses)


def _term(item: Value, path: str, grounds: Grounds) -> str:
    """`finding=outcome` with a known finding and one of its outcomes."""
    text = text_of(item, path)
    finding, equals, outcome = text.partition("=")
    if not equals:
        raise Refusal("WRONG_TERM", item.mark, f"{path}: {text!r} is no condition.", "Write finding=outcome.")
    if finding not in grounds.findings:
        remedy = closest(finding, grounds.findings)
        raise Refusal("UNKNOWN_ID", item.mark, f"{path}: there is no finding {finding!r}.", remedy)
    outcomes = grounds.findings.definition(finding).outcomes
    if outcome not in outcomes:
        message = f"{path}: {finding} has no outcome {outcome!r}."
        raise Refusal("UNKNOWN_ID", item.mark, message, closest(outcome, outcomes))
    return text


def _level(level: str, mark: Mark, fields: Fields) -> str:
    if level not in RED_FLAG_LEVELS:
        message = f"{fields.where}: {level!r} is no level."
        raise Refusal("UNKNOWN_KEY", mark, message, f"Levels: {', '.join(RED_FLAG_LEVELS)}.")
    return level


def _floor(fields: Fields, numbers: Numbers) -> Mapping[str, Estimate]:
    floor: dict[str, Estimate] = {}
    for level, value, mark in fields.pairs("floor"):
        path = f"{fields.path('floor')}.{_level(level, mark, fields)}"
        floor[level] = numbers.parse_probability(value, Place(path)).estimate
    _check_falling(fields, "floor", {level: estimate.value for level, estimate in floor.items()})
    return MappingProxyType(floor)


def _level_from_p(fields: Fields) -> Mapping[str, float]:
    thresholds: dict[str, float] = {}
    for level, value, mark in fields.pairs("level_from_p"):
        path = f"{fields.path('level_from_p')}.{_level(level, mark, fields)}"
        thresholds[level] = number_of(value, path)
        if not 0.0 < thresholds[level] < 1.0:
            raise Refusal("OUT_OF_RANGE", mark, f"{path} is {thresholds[level]:g}.", "Write a probability.")
    _check_falling(fields, "level_from_p", thresholds)
    return MappingProxyType(thresholds)


def _check_falling(fields: Fields, key: str, by_level: Mapping[str, float]) -> None:
    ordered = [by_level[level] for level in RED_FLAG_LEVELS if level in by_level]
    if any(before < after for before, after in pairwise(ordered)):
        message = f"{fields.path(key)}: a graver level has the lower probability."
        raise Refusal("LEVEL_ORDER", fields.mark_of(key), message, f"Let it fall from {' to '.join(RED_FLAG_LEVELS)}.")


def _action(fields: Fields) -> Mapping[str, str]:
    action: dict[str, str] = {}
    for level, value, mark in fields.pairs("action"):
        path = f"{fields.path('action')}.{_level(level, mark, fields)}"
        action[level] = text_of(value, path)
    used = {level for key in ("clauses", "level_from_p") for level, _, _ in fields.pairs(key)}
    if missing := [level for level in RED_FLAG_LEVELS if level in used and level not in action]:
        message = f"{fields.where} says nothing to do for {', '.join(missing)}."
        raise Refusal("MISSING_KEY", fields.mark, message, "Add a text key for the level under `action`.")
    return MappingProxyType(action)


def parse_self_care(id_: str, value: Value, grounds: Grounds) -> SelfCareItem:
    """One entry of self_care.yaml."""
    fields = Fields.of(value, f"self_care.{id_}", _SELF_CARE_KEYS)
    helps = fields.known_items("helps", grounds.nodes)
    for target in helps:
        node = grounds.nodes.definition(target)
        _check_reported(node, fields, "helps")
        if node.slice not in (Slice.FACTOR, Slice.SOURCE):
            message = f"{fields.path('helps')}: {target} is neither factor nor source."
            raise Refusal("UNKNOWN_ID", fields.mark_of("helps"), message, "Name factors or sources.")
    evidence = fields.choice("evidence", Basis)
    return SelfCareItem(
        id=check_id(id_, fields.mark),
        helps=helps,
        never_with=tuple(_never(item, fields.path("never_with"), grounds) for item in fields.items("never_with")),
        evidence=evidence,
        sources=parse_sources(fields, grounds.references, may_be_empty=evidence is Basis.ASSUMPTION),
    )


def _never(item: Value, path: str, grounds: Grounds) -> str:
    text = text_of(item, path)
    if above := _FACTOR_ABOVE.fullmatch(text):
        if above["id"] not in grounds.nodes:
            message = f"{path}: there is no factor {above['id']!r}."
            raise Refusal("UNKNOWN_ID", item.mark, message, closest(above["id"], grounds.nodes))
        if not 0.0 < float(above["p"]) < 1.0:
            raise Refusal("OUT_OF_RANGE", item.mark, f"{path}: {text!r}.", "Compare with a probability.")
        return text
    if from_level := _RED_FLAG_FROM.fullmatch(text):
        if from_level["level"] not in RED_FLAG_LEVELS:
            message = f"{path}: {from_level['level']!r} is no level."
            raise Refusal("UNKNOWN_ID", item.mark, message, f"Levels: {', '.join(RED_FLAG_LEVELS)}.")
        return text
    return _term(item, path, grounds)


def _check_reported(node: NodeDef, fields: Fields, key: str) -> None:
    if node.latent:
        message = f"{fields.path(key)}: {node.id} is latent, so it is never reported."
        raise Refusal("LATENT_REPORTED", fields.mark_of(key), message, "Name a node that is reported.")


def parse_setting(id_: str, value: Value, node_ids: Collection[str], numbers: Numbers) -> SettingDef:
    """One entry of settings.yaml."""
    fields = Fields.of(value, f"settings.{id_}", {"label", "ratios"})
    ratios: dict[str, Estimate] = {}
    parameters: dict[str, str] = {}
    for node, ratio, mark in fields.pairs("ratios"):
        path = f"{fields.path('ratios')}.{node}"
        if node not in node_ids:
            raise Refusal("UNKNOWN_ID", mark, f"{path}: there is no node {node!r}.", closest(node, node_ids))
        place = Place(path, (LIKELIHOOD_RATIO,), conditioning="attends_setting", unit_of_analysis="person")
        number = numbers.parse(ratio, place)
        ratios[node], parameters[node] = number.estimate, number.parameter
    return SettingDef(
        check_id(id_, fields.mark), fields.text("label"), MappingProxyType(ratios), MappingProxyType(parameters)
    )


def parse_instrument(id_: str, value: Value, grounds: Grounds) -> InstrumentDef:
    """One entry of questionnaires/*.yaml."""
    fields = Fields.of(value, f"questionnaires.{id_}", _INSTRUMENT_KEYS)
    instrument = InstrumentDef(
        id=check_id(id_, fields.mark),
        label=fields.text("label"),
        minimum=fields.number("minimum"),
        maximum=fields.number("maximum"),
        items=fields.whole("items"),
        item_minimum=fields.number("item_minimum"),
        item_maximum=fields.number("item_maximum"),
        scoring=fields.known("scoring", _SCORINGS),
        max_missing=fields.whole("max_missing"),
        finding=known_of(fields.value("finding"), fields.path("finding"), grounds.findings),
        sources=parse_sources(fields, grounds.references, may_be_empty=False),
    )
    _check_range(instrument, fields)
    return instrument


def _check_range(instrument: InstrumentDef, fields: Fields) -> None:
    sound = instrument.item_minimum < instrument.item_maximum and 0 <= instrument.max_missing < instrument.items
    spans = {
        "sum": (instrument.items * instrument.item_minimum, instrument.items * instrument.item_maximum),
        "mean": (instrument.item_minimum, instrument.item_maximum),
        "percent": (0.0, 100.0),
    }
    stated = (instrument.minimum, instrument.maximum)
    low, high = spans[instrument.scoring]
    if not sound or not low <= stated[0] < stated[1] <= high:
        message = f"{fields.where} runs from {stated[0]:g} to {stated[1]:g}, but its items give {low:g} to {high:g}."
        raise Refusal("INSTRUMENT", fields.mark, message, "Correct the range, the items, max_missing or the scoring.")
