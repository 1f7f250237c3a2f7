"""Numbers fitted jointly so that what sources state of people comes out: read, put over the assumed, told when old.

A fitted number is used only where the assumed one it started from still stands; an overlay's own number is not fitted.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ilc.core import Estimate, Issue, IssueSeverity
from ilc.knowledge.document import Value, parse_yaml
from ilc.knowledge.fields import Fields, items_of, number_of
from ilc.knowledge.files import FITTED
from ilc.knowledge.model import AgeBand, Basis, FitRecord, FittedNumber, Knowledge, LinkDef, NodeDef, Parameter
from ilc.knowledge.number import FITTED_PREFIX, inputs_of, open_interval
from ilc.knowledge.parameters import checked_estimate
from ilc.knowledge.refusal import Refusal

_SECTIONS = frozenset({"made", "links", "leaks"})
_MADE_KEYS = frozenset({"command", "date", "network", "rows"})
_KEYS = frozenset({"value", "low", "high", "assumed", "answers_to"})
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAME = 1e-9  # relative; numbers are written in full


@dataclass(frozen=True, slots=True)
class Fitted:
    """Nodes and links with the fitted numbers in place, and the parameters that record them."""

    nodes: Mapping[str, NodeDef]
    links: Mapping[str, LinkDef]
    parameters: Mapping[str, Parameter]


def parse_fitted(text: str) -> FitRecord | None:
    """The file of fitted numbers; None where there is none.

    Raises
    ------
    Refusal : not in the format that the fit writes
    """
    if not text.strip():
        return None
    entries = Fields.of(parse_yaml(text, file=FITTED), "fitted", _SECTIONS)
    made = Fields.of(entries.value("made"), "fitted.made", _MADE_KEYS)
    date = made.text("date")
    if not _ISO_DATE.fullmatch(date):
        raise Refusal("WRONG_DATE", made.mark_of("date"), f"{date!r} is not a date.", "Write YYYY-MM-DD.")
    numbers: dict[str, FittedNumber] = {}
    for section, form in (("links", strength_place), ("leaks", leak_place)):
        for id_, value, _ in entries.pairs(section):
            numbers[form(id_)] = _number(f"fitted.{section}.{id_}", value)
    return FitRecord(made.text("command"), date, made.text("network"), made.text("rows"), MappingProxyType(numbers))


def _number(where: str, value: Value) -> FittedNumber:
    fields = Fields.of(value, where, _KEYS)
    stated = checked_estimate(fields, fields.number("value"), fields.number("low"), fields.number("high"))
    assumed = [number_of(item, fields.path("assumed")) for item in fields.items("assumed")]
    if len(assumed) != 3:
        raise Refusal("OUT_OF_RANGE", fields.mark, f"{where}.assumed is {assumed}.", "Write [value, low, high].")
    answers = tuple(_word(item, fields) for item in items_of(fields.value("answers_to"), fields.path("answers_to")))
    return FittedNumber(
        estimate=open_interval(stated, fields.mark, where),
        assumed=checked_estimate(fields, *assumed),
        answers_to=answers,
    )


def _word(value: Value, fields: Fields) -> str:
    text = getattr(value, "text", "")
    if not text or ", " in text or " = " in text:
        raise Refusal("WRONG_ID", value.mark, f"{fields.path('answers_to')} holds {text!r}.", "Name numbers or rows.")
    return str(text)


def strength_place(link: str) -> str:
    """Where the strength of a link stands."""
    return f"links.{link}.strength"


def leak_place(node: str) -> str:
    """Where the leak of a node stands."""
    return f"nodes.{node}.leak"


def apply_fit(
    record: FitRecord, nodes: Mapping[str, NodeDef], links: Mapping[str, LinkDef], parameters: Mapping[str, Parameter]
) -> Fitted:
    """Put fitted numbers over the assumed ones they started from; the assumed ones stay on record."""
    recorded = dict(parameters)

    def put(place: str, id_: str) -> Parameter | None:
        number, stated = record.numbers.get(place), parameters.get(id_)
        if number is None or stated is None or not _same(number.assumed, stated.estimate):
            return None
        recorded[FITTED_PREFIX + place] = _record(record, place, number, stated)
        return recorded[FITTED_PREFIX + place]

    new_links, new_nodes = dict(links), dict(nodes)
    for id_, link in links.items():
        if fitted := put(strength_place(id_), link.parameter):
            new_links[id_] = replace(link, strength=fitted.estimate, parameter=fitted.id)
    for id_, node in nodes.items():
        if node.leak is not None and (fitted := put(leak_place(id_), node.leak_parameter)):
            new_nodes[id_] = replace(node, leak=fitted.estimate, leak_parameter=fitted.id)
    return Fitted(new_nodes, new_links, recorded)


def _record(record: FitRecord, place: str, number: FittedNumber, stated: Parameter) -> Parameter:
    known = [id_ for id_ in number.answers_to if id_.startswith(("p.", "assumed."))]
    rows = [id_ for id_ in number.answers_to if id_ not in known]
    to_rows = f" and to the rows {', '.join(rows)}" if rows else ""
    named = ", ".join(f"{'start' if i == 0 else 'target'} = {id_}" for i, id_ in enumerate([stated.id, *known]))
    note = f"fitted jointly ({record.command}, {record.date}) so that what sources state of people comes out{to_rows}"
    return replace(
        stated,
        id=FITTED_PREFIX + place,
        estimate=number.estimate,
        basis=Basis.ASSUMPTION,
        sources=(),
        quality=1.0,
        reviewed=record.date,
        note=f"{note}; {named}",
    )


def _same(first: Estimate, second: Estimate) -> bool:
    pairs = zip((first.value, first.low, first.high), (second.value, second.low, second.high), strict=True)
    return all(math.isclose(a, b, rel_tol=_SAME) for a, b in pairs)


def without_fit(knowledge: Knowledge) -> Knowledge:
    """The same knowledge with every fitted number put back to the assumed one it started from."""
    links = {id_: _unfitted_link(knowledge, link) for id_, link in knowledge.links.items()}
    nodes = {id_: _unfitted_node(knowledge, node) for id_, node in knowledge.nodes.items()}
    return replace(knowledge, links=MappingProxyType(links), nodes=MappingProxyType(nodes), fit=None)


def _unfitted_link(knowledge: Knowledge, link: LinkDef) -> LinkDef:
    start = start_of(knowledge, link.parameter)
    return replace(link, strength=start.estimate, parameter=start.id) if start else link


def _unfitted_node(knowledge: Knowledge, node: NodeDef) -> NodeDef:
    start = start_of(knowledge, node.leak_parameter)
    return replace(node, leak=start.estimate, leak_parameter=start.id) if start else node


def start_of(knowledge: Knowledge, parameter: str) -> Parameter | None:
    """The assumed number a fitted one started from; None where the number is not fitted."""
    if not parameter.startswith(FITTED_PREFIX):
        return None
    return knowledge.parameters[inputs_of(knowledge.parameters[parameter])[0]]


def count_fitted(knowledge: Knowledge) -> int:
    """How many numbers in use are fitted."""
    return sum(id_.startswith(FITTED_PREFIX) for id_ in knowledge.parameters)


def hash_of_network(knowledge: Knowledge) -> str:
    """SHA-256 of what a fit starts from: nodes, priors, links, and their assumed numbers; words do not count."""
    plain = without_fit(knowledge)
    content = {
        "nodes": {id_: _node_content(node) for id_, node in plain.nodes.items()},
        "links": {id_: [_triple(x.strength), x.site_map, list(x.dose)] for id_, x in plain.links.items()},
        "plausible": {id_: _bands(x.bands) for id_, x in plain.plausible.items()},
        "settings": {id_: {n: r.value for n, r in x.ratios.items()} for id_, x in plain.settings.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _node_content(node: NodeDef) -> list[object]:
    leak = None if node.leak is None else _triple(node.leak)
    return [node.sites.value, node.prior_unit, _bands(node.prior), leak, dict(node.site_weights)]


def _bands(bands: tuple[AgeBand, ...]) -> list[list[object]]:
    return [[band.age_from, band.age_to, band.sex, *_triple(band.estimate)] for band in bands]


def _triple(estimate: Estimate) -> list[float]:
    return [estimate.value, estimate.low, estimate.high]


def check_fit(knowledge: Knowledge) -> Iterator[Issue]:
    """Whether the fitted numbers are still those of this network."""
    record = knowledge.fit
    if record is None or "+" in knowledge.version:  # an overlay changes the network on purpose
        return
    remedy = "Run `make fit` and look at what changed."
    if record.network != hash_of_network(knowledge):
        message = "the network has changed since the strengths were fitted."
        yield Issue("KNOWLEDGE_FIT_STALE", IssueSeverity.WARNING, FITTED, message, remedy)
    for place in record.numbers:
        if FITTED_PREFIX + place not in knowledge.parameters:
            message = f"{place} is not used: the assumed number it was fitted from is not there, or another."
            yield Issue("KNOWLEDGE_FIT_UNUSED", IssueSeverity.WARNING, FITTED, message, remedy)
