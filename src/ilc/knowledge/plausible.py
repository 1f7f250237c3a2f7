"""How common complaints are among unselected people: what the network as a whole has to agree with."""

from __future__ import annotations

from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields
from ilc.knowledge.known import Known
from ilc.knowledge.model import Estimand, NodeDef, PlausibleDef, Slice
from ilc.knowledge.nodes import parse_bands_of_all_ages
from ilc.knowledge.number import Numbers, Place
from ilc.knowledge.refusal import Refusal, closest


def parse_plausible(id_: str, value: Value, nodes: Known[NodeDef], numbers: Numbers) -> PlausibleDef:
    """One entry of plausible.yaml: a complaint, counted by person, with the range each age may lie in."""
    fields = Fields.of(value, f"plausible.{id_}", {"bands"})
    if id_ not in nodes:
        raise Refusal("UNKNOWN_ID", fields.mark, f"{fields.where}: there is no node {id_!r}.", closest(id_, nodes))
    node = nodes.definition(id_)
    if node.slice is not Slice.COMPLAINT:
        message = f"{fields.where}: {id_} is a {node.slice.value}, no complaint."
        raise Refusal("UNKNOWN_ID", fields.mark, message, "Name a complaint; other nodes state their prior.")
    place = Place(fields.where, estimand=Estimand.EXISTS, conditioning="unselected", unit_of_analysis="person")
    return PlausibleDef(id_, parse_bands_of_all_ages(fields, numbers, place))
