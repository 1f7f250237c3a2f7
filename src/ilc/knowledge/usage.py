"""Which number and which reference is used where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ilc.knowledge.model import Knowledge, SourceRef
from ilc.knowledge.number import inputs_of


def uses_of_parameters(knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Parameter id -> the places of the model that rest on it, directly or by way of a derived number."""
    uses: dict[str, dict[str, None]] = {}
    for where, parameter in direct_uses(knowledge):
        waiting = [parameter]
        while waiting:
            id_ = waiting.pop()
            uses.setdefault(id_, {})[where] = None
            waiting.extend(inputs_of(knowledge.parameters[id_]))
    return {id_: tuple(places) for id_, places in uses.items()}


def uses_of_references(knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Bibliography key -> the parameters, rules, self-care items, instruments and left-out entries that cite it."""
    uses: dict[str, dict[str, None]] = {}
    for where, sources in citing_entries(knowledge):
        for source in sources:
            uses.setdefault(source.key, {})[where] = None
    return {key: tuple(places) for key, places in uses.items()}


def citing_entries(knowledge: Knowledge) -> Iterator[tuple[str, tuple[SourceRef, ...]]]:
    """Each entry that may cite, with its sources; derived numbers cite through what they were computed from."""
    for parameter in knowledge.parameters.values():
        if not inputs_of(parameter):
            yield f"parameters.{parameter.id}", parameter.sources
    yield from ((f"red_flags.{rule.id}", rule.sources) for rule in knowledge.red_flags.values())
    yield from ((f"self_care.{item.id}", item.sources) for item in knowledge.self_care.values())
    yield from ((f"questionnaires.{form.id}", form.sources) for form in knowledge.instruments.values())
    yield from ((f"left_out.{entry.id}", entry.sources) for entry in knowledge.left_out.values())


def direct_uses(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each place of the model that holds a number, with the id of the parameter that records it."""
    for node in knowledge.nodes.values():
        for name, bands in (("prior", node.prior), ("age_norm", node.age_norm)):
            yield from ((f"nodes.{node.id}.{name}", band.parameter) for band in bands)
        if node.leak_parameter:
            yield f"nodes.{node.id}.leak", node.leak_parameter
    for link in knowledge.links.values():
        yield f"links.{link.id}.strength", link.parameter
    for finding in knowledge.findings.values():
        for target in finding.targets:
            yield from ((f"findings.{finding.id}", parameter) for parameter in target.parameters)
    for setting in knowledge.settings.values():
        yield from ((f"settings.{setting.id}.ratios.{node}", id_) for node, id_ in setting.parameters.items())
    for allowed in knowledge.plausible.values():
        yield from ((f"plausible.{allowed.id}", band.parameter) for band in allowed.bands)
    yield from _floors(knowledge)


def _floors(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Floors carry no parameter id: a number in place is found by its path, a stated one by its estimate."""
    for rule in knowledge.red_flags.values():
        for level, floor in rule.floor.items():
            where = f"red_flags.{rule.id}.floor.{level}"
            in_place = [id_ for id_ in (f"assumed.{where}", f"derived.{where}") if id_ in knowledge.parameters]
            equal = [id_ for id_, parameter in knowledge.parameters.items() if parameter.estimate == floor]
            yield from ((where, id_) for id_ in in_place or equal)
