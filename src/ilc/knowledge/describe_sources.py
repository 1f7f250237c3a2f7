"""What is told of a number, of a source with everything it is used for, and of what was read and left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ilc.knowledge.facts import (
    Cited,
    Kind,
    Listing,
    Mention,
    Part,
    Section,
    Text,
    listed,
    mention,
    parts_of,
    render_estimate,
    section,
    table,
    text,
)
from ilc.knowledge.grounds import cite, ground_of, name_basis
from ilc.knowledge.model import Knowledge, Parameter
from ilc.knowledge.number import inputs_of
from ilc.knowledge.usage import uses_of_parameters, uses_of_references


def describe_number(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Value, what it is a number of, in whom, its source, and where it is used."""
    parameter = knowledge.parameters[id_]
    lines = [
        ("value", f"{render_estimate(parameter.estimate)} {parameter.unit}"),
        ("is a number of", parameter.estimand.value),
        ("population", _population(parameter)),
        ("counted by", parameter.unit_of_analysis.replace("_", " ")),
        ("basis", name_basis(parameter.basis)),
        ("sources", cite(parameter.sources)),
        ("computed from", ground_of(knowledge, inputs_of(parameter))),
        ("quality", f"{parameter.quality:g}"),
        ("reviewed", parameter.reviewed),
        ("kept for", parameter.kept_for),
        ("note", parameter.note),
        ("used by", _places(knowledge, uses_of_parameters(knowledge).get(id_, ()))),
    ]
    yield section(f"number {id_}", lines)


def _population(parameter: Parameter) -> str:
    return f"{parameter.population} ({parameter.conditioning.replace('_', ' ')})"


def describe_source(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """A reference with every number read from it and everything else that cites it."""
    reference = knowledge.references[id_]
    numbers = [
        parameter
        for parameter in knowledge.parameters.values()
        if not inputs_of(parameter) and any(source.key == id_ for source in parameter.sources)
    ]
    start = f"{Kind.NUMBER.value}."
    others = [place for place in uses_of_references(knowledge).get(id_, ()) if not place.startswith(start)]
    lines = [
        ("citation", text(reference.citation)),
        ("identifier", text(reference.identifier)),
        ("cited by", _places(knowledge, others)),
    ]
    yield section(f"reference {id_}", lines, _numbers_of(knowledge, id_, numbers) if numbers else None)


def _numbers_of(knowledge: Knowledge, key: str, numbers: Iterable[Parameter]) -> Listing:
    uses = uses_of_parameters(knowledge)
    columns = ("number", "value", "is a number of", "in whom", "place", "used by")
    rows = (
        (
            text(Mention(Kind.NUMBER, parameter.id, _name(parameter.id, key), defines=True)),
            f"{render_estimate(parameter.estimate)} {parameter.unit.replace('_', ' ')}",
            parameter.estimand.value.replace("_", " "),
            _population(parameter),
            "; ".join(source.place for source in parameter.sources if source.key == key),
            _places(knowledge, uses.get(parameter.id, ())) or _unused(parameter),
        )
        for parameter in numbers
    )
    return table(columns, rows)


def _name(id_: str, key: str) -> str:
    """The name of a number on the page of its source: `p.KEY.root_pain` is root pain."""
    return id_.removeprefix("p.").removeprefix(f"{key}.").replace("_", " ")


def _unused(parameter: Parameter) -> Text:
    return text("nothing; ", f"kept for {parameter.kept_for.replace('_', ' ')}" if parameter.kept_for else "unused")


def _places(knowledge: Knowledge, places: Iterable[str]) -> Text:
    """The entries that places of the model belong to, each once."""
    return listed(text(part) for part in dict.fromkeys(name_place(knowledge, place) for place in places))


def name_place(knowledge: Knowledge, place: str) -> Part:
    """The entry a place of the model belongs to: `nodes.slip.prior` is of the node slip."""
    section_, _, rest = place.partition(".")
    kind = Kind(section_)
    return mention(knowledge, kind, rest if kind is Kind.NUMBER else rest.partition(".")[0])


def describe_left_out(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """What was read and is no number here, with the reason."""
    entry = knowledge.left_out[id_]
    lines = [("states", text(entry.states)), ("reason", text(entry.reason)), ("sources", cite(entry.sources))]
    yield section(f"left out {id_}", lines)


def list_left_out(knowledge: Knowledge) -> Listing:
    """Everything that was read and left out."""
    rows = (
        (
            text(Mention(Kind.LEFT_OUT, entry.id, entry.id, defines=True)),
            entry.states,
            entry.reason,
            cite(entry.sources),
        )
        for entry in knowledge.left_out.values()
    )
    return table(("entry", "the source states", "left out because", "source"), rows)


def bibliography_of(knowledge: Knowledge, sections: Iterable[Section]) -> Iterator[Section]:
    """The full citation of every source that some sections name."""
    keys = dict.fromkeys(part.key for part in parts_of(sections) if isinstance(part, Cited))
    if keys:
        entries = [knowledge.references[key] for key in keys]
        yield section("sources", [(entry.key, f"{entry.citation} {entry.identifier}".strip()) for entry in entries])
