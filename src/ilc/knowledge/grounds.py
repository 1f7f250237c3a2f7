"""What a number rests on, in a few words: its sources with the place in them, or that it is assumed and why."""

from __future__ import annotations

from collections.abc import Iterable

from ilc.core import Estimate
from ilc.knowledge.facts import Cited, Kind, Mention, Text, listed, render_estimate, text
from ilc.knowledge.model import Basis, Knowledge, Parameter, SourceRef
from ilc.knowledge.number import FITTED_PREFIX, inputs_of

_FITTED = "fitted together with others, starting from "  # the first input; it answers to those that follow


def render_number(parameter: str, estimate: Estimate) -> Mention:
    """A number of the model by value and interval, which leads to what is on record of it."""
    return Mention(Kind.NUMBER, parameter, render_estimate(estimate))


def cite(sources: Iterable[SourceRef]) -> Text:
    """Sources with the place in each."""
    return listed((text(Cited(source.key, source.place)) for source in sources), "; ")


def ground_of(knowledge: Knowledge, parameters: Iterable[str]) -> Text:
    """What some numbers rest on; the same ground is told once."""
    grounds = (_ground(knowledge, knowledge.parameters[id_]) for id_ in dict.fromkeys(parameters))
    return listed(dict.fromkeys(grounds), "; ")


def _ground(knowledge: Knowledge, parameter: Parameter) -> Text:
    if inputs := inputs_of(parameter):
        made = _FITTED if parameter.id.startswith(FITTED_PREFIX) else "computed from "
        return text(made, *listed((_input(knowledge, id_) for id_ in inputs), " and "))
    if parameter.basis is Basis.ASSUMPTION:
        return text("assumed: ", parameter.note)
    return text(name_basis(parameter.basis), ": ", *cite(parameter.sources))


def _input(knowledge: Knowledge, id_: str) -> Text:
    parameter = knowledge.parameters[id_]
    number = render_number(id_, parameter.estimate)
    return text(f"{parameter.unit.replace('_', ' ')} ", number, " (", *_ground(knowledge, parameter), ")")


def name_basis(basis: Basis) -> str:
    """The basis as words."""
    return basis.value.replace("_", "-")
