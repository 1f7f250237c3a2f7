"""Links from the data: which cause acts on which effect, how strongly, by what mechanism, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping

from ilc.core import SiteKind
from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, number_of
from ilc.knowledge.known import Known
from ilc.knowledge.model import EvidenceGrade, LinkDef, Mechanism, NodeDef, Slice
from ilc.knowledge.number import Numbers, Place
from ilc.knowledge.refusal import Mark, Refusal, closest

SITE_MAPS = frozenset({"same", "traversing_root", "exiting_root", "all"})
SUM_TOLERANCE = 1e-9

_KEYS = frozenset({"strength", "site_map", "dose", "mechanism", "origin", "evidence", "reversible", "note"})
_ORIGINS = frozenset({"body", "brain"})
_AT_LEVELS = frozenset({SiteKind.LEVEL, SiteKind.LEVEL_SIDE})
_FORWARD = frozenset(
    {
        (Slice.HISTORY, Slice.FACTOR),
        (Slice.HISTORY, Slice.SOURCE),
        (Slice.FACTOR, Slice.FACTOR),
        (Slice.FACTOR, Slice.SOURCE),
        (Slice.SOURCE, Slice.COMPLAINT),
    }
)
_PLACED: dict[SiteKind, str] = {
    SiteKind.LEVEL: "level",
    SiteKind.LEVEL_SIDE: "level",
    SiteKind.VERTEBRA: "vertebra",
    SiteKind.ROOT_SIDE: "root",
}


def parse_link(id_: str, value: Value, nodes: Known[NodeDef], numbers: Numbers) -> LinkDef:
    """One entry of links/*.yaml."""
    fields = Fields.of(value, f"links.{id_}", _KEYS)
    cause, effect = _ends(id_, fields, nodes)
    _check_direction(fields, cause, effect)
    site_map = fields.known("site_map", SITE_MAPS, default="same")
    check_site_map(fields, site_map, cause.sites, effect.sites)
    evidence = fields.choice("evidence", EvidenceGrade)
    if evidence is EvidenceGrade.HYPOTHESIS and not fields.has("note"):
        message = f"{fields.where} is a hypothesis without a note."
        raise Refusal("MISSING_KEY", fields.mark, message, "Say in `note` why it is thought and what is not known.")
    strength = numbers.parse_probability(fields.value("strength"), Place(fields.path("strength")))
    return LinkDef(
        id=id_,
        cause=cause.id,
        effect=effect.id,
        strength=strength.estimate,
        parameter=strength.parameter,
        site_map=site_map,
        dose=_dose(fields, effect),
        mechanism=fields.choice("mechanism", Mechanism),
        origin=fields.known("origin", _ORIGINS),
        evidence=evidence,
        reversible=fields.flag("reversible"),
        note=fields.text("note", ""),
    )


def _ends(id_: str, fields: Fields, nodes: Known[NodeDef]) -> tuple[NodeDef, NodeDef]:
    ends = id_.split("->")
    if len(ends) != 2:
        raise Refusal("WRONG_ID", fields.mark, f"{id_!r} is not a link id.", "Write cause->effect without spaces.")
    for end in ends:
        if end not in nodes:
            raise Refusal("UNKNOWN_ID", fields.mark, f"{fields.where}: there is no node {end!r}.", closest(end, nodes))
    return nodes.definition(ends[0]), nodes.definition(ends[1])


def check_site_map(fields: Fields, site_map: str, cause: SiteKind, effect: SiteKind) -> None:
    """Refuse a site map that does not lead from the sites of the cause to those of the effect."""
    if site_map in ("traversing_root", "exiting_root"):
        fits = cause in _AT_LEVELS and effect is SiteKind.ROOT_SIDE
    elif site_map == "same":
        fits = cause not in _PLACED or effect not in _PLACED or _PLACED[cause] == _PLACED[effect]
    else:
        fits = True
    if not fits:
        message = f"{fields.where}: site_map {site_map} does not lead from {cause.value} to {effect.value}."
        remedy = "From a level to a root say traversing_root or exiting_root; between other places say all."
        raise Refusal("SITE_MAP", fields.mark, message, remedy)


def check_no_cycle(links: Mapping[str, LinkDef], marks: Mapping[str, Mark]) -> None:
    """Refuse a ring of causes: no factor may be its own cause, however indirectly."""
    effects: dict[str, list[str]] = {}
    for link in links.values():
        effects.setdefault(link.cause, []).append(link.effect)
    done: set[str] = set()
    for start in effects:
        ring = _ring_from(start, effects, done)
        if ring:
            mark = marks[f"{ring[-2]}->{ring[-1]}"]
            remedy = "Take out the weakest link of the ring, or let earlier pain stand for the way back."
            raise Refusal("CYCLE", mark, f"these causes form a ring: {' -> '.join(ring)}.", remedy)


def _ring_from(start: str, effects: Mapping[str, list[str]], done: set[str]) -> list[str]:
    path: list[str] = []
    on_path: set[str] = set()
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            path.pop()
            on_path.discard(node)
            done.add(node)
        elif node in on_path:
            return [*path[path.index(node) :], node]
        elif node not in done:
            path.append(node)
            on_path.add(node)
            stack.append((node, True))
            stack.extend((effect, False) for effect in effects.get(node, ()))
    return []


def _check_direction(fields: Fields, cause: NodeDef, effect: NodeDef) -> None:
    if (cause.slice, effect.slice) in _FORWARD:
        return
    message = f"{fields.where} leads from {cause.slice.value} to {effect.slice.value}."
    remedy = "Links lead from history to factors, among factors, to sources, and from sources alone to complaints."
    raise Refusal("BACKWARD_LINK", fields.mark, message, remedy)


def _dose(fields: Fields, effect: NodeDef) -> tuple[float, ...]:
    if effect.slice is not Slice.COMPLAINT:
        if fields.has("dose"):
            message = f"{fields.where} has a dose, but {effect.id} is no complaint."
            raise Refusal("DOSE", fields.mark_of("dose"), message, "Only complaints have an intensity; remove it.")
        return (1.0,)
    dose = tuple(number_of(item, fields.path("dose")) for item in fields.items("dose"))
    mark = fields.mark_of("dose")
    if len(dose) != effect.states - 1 or any(not 0.0 <= p <= 1.0 for p in dose):
        raise Refusal("DOSE", mark, f"{fields.path('dose')} is {dose}.", "Write the chances of mild, moderate, severe.")
    if abs(sum(dose) - 1.0) > SUM_TOLERANCE:
        raise Refusal("DOSE", mark, f"{fields.path('dose')} sums to {sum(dose):.10g}.", "Let the chances sum to 1.")
    return dose
