"""Nodes of the network from the data: what exists, how often, where, and what it is called elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from ilc.core import Estimate, SiteKind, sites_of
from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, check_id, number_of, text_of
from ilc.knowledge.model import AgeBand, Estimand, Group, NodeDef, Slice
from ilc.knowledge.number import Numbers, Place
from ilc.knowledge.refusal import Refusal

YOUNGEST, OLDEST = 18, 120
COMPLAINT_STATES = 4

_KEYS = frozenset(
    {"label", "slice", "group", "sites", "definition", "prior", "leak", "site_weights", "modifiable", "serious"}
    | {"latent", "codes", "age_norm", "states", "picture", "not_confirmable"}
)
_WAYS = frozenset({"raise", "lower"})
_CODE_SYSTEMS = frozenset({"sct"})
_PRIOR_UNITS = frozenset({"person", "site"})
_SEXES = ("female", "male")


def parse_node(id_: str, value: Value, numbers: Numbers) -> NodeDef:
    """One entry of nodes/*.yaml."""
    fields = Fields.of(value, f"nodes.{id_}", _KEYS)
    check_id(id_, fields.mark)
    if fields.has("prior") == fields.has("leak"):
        message = f"{fields.where} has {'both prior and leak' if fields.has('prior') else 'neither prior nor leak'}."
        remedy = "Give the prior of what exists in unselected people, or the leak of what only its causes bring."
        raise Refusal("PRIOR_XOR_LEAK", fields.mark, message, remedy)
    slice_ = fields.choice("slice", Slice)
    sites = fields.choice("sites", SiteKind)
    prior_unit, prior = _prior(fields, numbers)
    leak_parameter, leak = _leak(fields, numbers)
    node = NodeDef(
        id=id_,
        label=fields.text("label"),
        slice=slice_,
        definition=fields.text("definition"),
        sites=sites,
        states=_states(fields, slice_),
        group=_group(fields, slice_),
        prior=prior,
        prior_unit=prior_unit,
        leak=leak,
        leak_parameter=leak_parameter,
        site_weights=_site_weights(fields, sites, prior_unit),
        modifiable=fields.flag("modifiable", default=False),
        serious=fields.flag("serious", default=False),
        latent=fields.flag("latent", default=False),
        codes=_codes(fields),
        age_norm=_age_norm(fields, numbers),
        picture=fields.text("picture", id_),
        not_confirmable=_not_confirmable(fields, slice_),
    )
    _check_latent(node, fields)
    return node


def _states(fields: Fields, slice_: Slice) -> int:
    expected = COMPLAINT_STATES if slice_ is Slice.COMPLAINT else 2
    if fields.has("states") and fields.whole("states") != expected:
        message = f"{fields.path('states')} must be {expected}."
        raise Refusal("OUT_OF_RANGE", fields.mark_of("states"), message, "Leave the key out; the slice decides.")
    return expected


def _group(fields: Fields, slice_: Slice) -> Group | None:
    if (slice_ is Slice.FACTOR) != fields.has("group"):
        message = f"{fields.where} is a {slice_.value} {'without' if slice_ is Slice.FACTOR else 'with'} a group."
        raise Refusal("WRONG_GROUP", fields.mark, message, "Factors have a group; nothing else has.")
    return fields.choice("group", Group) if slice_ is Slice.FACTOR else None


def _prior(fields: Fields, numbers: Numbers) -> tuple[str, tuple[AgeBand, ...]]:
    if not fields.has("prior"):
        return "", ()
    prior = Fields.of(fields.value("prior"), fields.path("prior"), {"unit", "bands"})
    unit = prior.known("unit", _PRIOR_UNITS)
    place = Place(prior.where, estimand=Estimand.EXISTS, conditioning="unselected")
    return unit, parse_bands_of_all_ages(prior, numbers, place)


def parse_bands_of_all_ages(fields: Fields, numbers: Numbers, place: Place) -> tuple[AgeBand, ...]:
    """The list under `bands`: from the youngest to the oldest adult of each sex without gap or overlap."""
    bands = _bands(fields, numbers, place)
    _check_bands(fields, bands)
    for sex in _SEXES:
        mine = [band for band in bands if band.sex in ("any", sex)]
        if not mine or mine[0].age_from != YOUNGEST or mine[-1].age_to != OLDEST:
            message = f"{fields.where} does not reach from {YOUNGEST} to {OLDEST} years for sex {sex}."
            raise Refusal("AGE_BANDS", fields.mark, message, f"Start at {YOUNGEST} and end at {OLDEST}.")
    return bands


def _age_norm(fields: Fields, numbers: Numbers) -> tuple[AgeBand, ...]:
    if not fields.has("age_norm"):
        return ()
    norm = Fields.of(fields.value("age_norm"), fields.path("age_norm"), {"bands"})
    place = Place(norm.where, estimand=Estimand.EXISTS, conditioning="unselected")
    bands = _bands(norm, numbers, place)
    _check_bands(norm, bands)
    return bands


def _bands(fields: Fields, numbers: Numbers, place: Place) -> tuple[AgeBand, ...]:
    bands = [_band(Fields.of(item, place.path, {"age", "sex", "p"}), numbers, place) for item in fields.items("bands")]
    if not bands:
        raise Refusal("AGE_BANDS", fields.mark, f"{fields.where} has no bands.", "Give at least one band.")
    return tuple(sorted(bands, key=lambda band: (band.age_from, band.age_to, band.sex)))


def _band(fields: Fields, numbers: Numbers, place: Place) -> AgeBand:
    ages = [number_of(item, fields.path("age")) for item in fields.items("age")]
    if len(ages) != 2 or not all(age.is_integer() for age in ages) or not YOUNGEST <= ages[0] < ages[1] <= OLDEST:
        remedy = f"Write [from, to) in whole years within {YOUNGEST} to {OLDEST}."
        raise Refusal("AGE_BANDS", fields.mark, f"{fields.path('age')} is {ages}.", remedy)
    age_from, age_to = int(ages[0]), int(ages[1])
    sex = fields.known("sex", ("any", *_SEXES))
    at = Place(f"{place.path}.{age_from}_{age_to}.{sex}", place.units, place.estimand, place.conditioning)
    number = numbers.parse_probability(fields.value("p"), at)
    return AgeBand(age_from, age_to, sex, number.parameter, number.estimate)


def _check_bands(fields: Fields, bands: tuple[AgeBand, ...]) -> None:
    for sex in _SEXES:
        mine = [band for band in bands if band.sex in ("any", sex)]
        for before, after in pairwise(mine):
            if before.age_to != after.age_from:
                kind = "gap" if before.age_to < after.age_from else "overlap"
                message = f"{fields.where} has a {kind} at {before.age_to} to {after.age_from} years for sex {sex}."
                raise Refusal("AGE_BANDS", fields.mark, message, "Let each band start where the one before it ends.")


def _leak(fields: Fields, numbers: Numbers) -> tuple[str, Estimate | None]:
    if not fields.has("leak"):
        return "", None
    return numbers.parse_probability(fields.value("leak"), Place(fields.path("leak")))


def _site_weights(fields: Fields, sites: SiteKind, prior_unit: str) -> Mapping[str, float]:
    if not fields.has("site_weights"):
        return MappingProxyType({})
    mark = fields.mark_of("site_weights")
    if prior_unit != "person" or sites is SiteKind.WHOLE:
        message = f"{fields.path('site_weights')} has no meaning here."
        raise Refusal("SITE_WEIGHTS", mark, message, "Weights spread a prior of unit person over the sites of a node.")
    weights: dict[str, float] = {}
    for name, value, name_mark in fields.pairs("site_weights"):
        covered = [site for site in sites_of(sites) if name == site or name == site.split(".")[0]]
        weight = number_of(value, fields.path(f"site_weights.{name}"))
        if not covered or not 0.0 < weight < float("inf") or any(site in weights for site in covered):
            message = f"{fields.path('site_weights')}: {name} is no site of it, is there twice, or is not above 0."
            raise Refusal("SITE_WEIGHTS", name_mark, message, "Give each site one weight above 0.")
        weights.update(dict.fromkeys(covered, weight))
    if missing := [site for site in sites_of(sites) if site not in weights]:
        message = f"{fields.path('site_weights')} leaves out {', '.join(missing)}."
        raise Refusal("SITE_WEIGHTS", mark, message, "Give each site one weight above 0.")
    return MappingProxyType({site: weights[site] for site in sites_of(sites)})


def _codes(fields: Fields) -> Mapping[str, str]:
    codes: dict[str, str] = {}
    for system, value, mark in fields.pairs("codes"):
        code = text_of(value, fields.path(f"codes.{system}"))
        if system not in _CODE_SYSTEMS or not code.isascii() or not code.isdigit():
            message = f"{fields.path('codes')}: {system} {code!r} is no code this model knows."
            raise Refusal("WRONG_CODE", mark, message, 'Write sct: "..." with the digits of the concept.')
        codes[system] = code
    return MappingProxyType(codes)


def _not_confirmable(fields: Fields, slice_: Slice) -> Mapping[str, str]:
    reasons: dict[str, str] = {}
    for way, value, mark in fields.pairs("not_confirmable"):
        path = fields.path(f"not_confirmable.{way}")
        if way not in _WAYS or slice_ is not Slice.FACTOR:
            message = f"{path} says nothing of a {slice_.value}."
            raise Refusal("NOT_CONFIRMABLE", mark, message, "Write raise or lower, and why, on a factor.")
        reasons[way] = text_of(value, path)
    return MappingProxyType(reasons)


def _check_latent(node: NodeDef, fields: Fields) -> None:
    if not node.latent:
        return
    if node.slice is not Slice.FACTOR or node.serious or node.modifiable:
        message = f"{fields.where} is latent, so never reported, but a {node.slice.value}, serious or modifiable."
        raise Refusal("LATENT_REPORTED", fields.mark_of("latent"), message, "Only plain factors may be latent.")
