"""What was confirmed in a case: read strictly, because a misspelt factor would silently count as missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilc.core import InstanceId, sites_of
from ilc.knowledge import Knowledge
from ilc.knowledge.document import Entries, Items, Scalar, Value
from ilc.knowledge.model import Slice
from ilc.knowledge.refusal import Mark, closest
from ilc.validation.result import PartNotPossible

CONTRIBUTES, INCIDENTAL, EXCLUDED = "contributes", "incidental", "excluded"
JUDGEMENTS = (CONTRIBUTES, INCIDENTAL, EXCLUDED)
HELP = "docs/how-to/validate.md shows how what was confirmed is written down."


@dataclass(frozen=True, slots=True)
class GoldFactor:
    """A factor and what the source holds of it; sides and levels that are not told are left out of its ids."""

    ids: tuple[InstanceId, ...]  # the first names it, the others would name it just as well
    judged: str  # "contributes" | "incidental" | "excluded"
    to: tuple[InstanceId, ...]  # complaints the judgement is about; empty = any
    said: str

    @property
    def name(self) -> str:
        """The id it is listed under."""
        return str(self.ids[0])


@dataclass(frozen=True, slots=True)
class CaseGold:
    """What was confirmed in one case."""

    factors: tuple[GoldFactor, ...]
    tests: tuple[str, ...]  # what decided the case: ids of tests, or of findings where a test holds many
    serious: Mapping[str, tuple[str, ...]]  # pathway -> findings that are warning signs of it
    overlap: bool


def parse_gold(value: Value, knowledge: Knowledge) -> CaseGold:
    """What was confirmed in one case, checked against the knowledge base.

    Parameters
    ----------
    value : the entry as it stands in the file
    knowledge : which factors, complaints, tests, pathways and findings there are

    Raises
    ------
    PartNotPossible : names the line and what is wrong with it
    """
    entries = fields_of(value, {"factors", "tests", "serious", "overlap"})
    factors = tuple(_parse_factor(one, knowledge) for one in _items(entries, "factors"))
    names = [factor.name for factor in factors]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise refusal(entries.mark, f"{twice} is judged twice")
    if not factors and "serious" not in entries.values:
        raise refusal(entries.mark, "nothing is said to have been confirmed; list at least one factor")
    return CaseGold(
        factors=factors,
        tests=tuple(_known(one, {**knowledge.findings, **knowledge.tests}, "test") for one in _items(entries, "tests")),
        serious=_parse_serious(entries, knowledge),
        overlap=_parse_overlap(entries),
    )


def _parse_factor(value: Value, knowledge: Knowledge) -> GoldFactor:
    entries = fields_of(value, {"factor", "or", "judged", "to", "said"})
    names = (_required(entries, "factor"), *_items(entries, "or"))
    judged = _required(entries, "judged")
    if word_of(judged) not in JUDGEMENTS:
        raise refusal(judged.mark, f"`judged` is {word_of(judged)!r}; it must be one of {', '.join(JUDGEMENTS)}")
    said = entries.values.get("said")
    return GoldFactor(
        ids=tuple(_parse_site(one, knowledge, Slice.FACTOR) for one in names),
        judged=word_of(judged),
        to=tuple(_parse_site(one, knowledge, Slice.COMPLAINT) for one in _items(entries, "to")),
        said=word_of(said) if said is not None else "",
    )


def _parse_site(value: Value, knowledge: Knowledge, slice_: Slice) -> InstanceId:
    """A factor or complaint, with as much of its site as is known."""
    text = word_of(value)
    known = {id_: node for id_, node in knowledge.nodes.items() if node.slice is slice_}
    concept = text.partition("@")[0]
    if concept not in known:
        raise refusal(value.mark, f"there is no {slice_.value} {concept!r}. {closest(concept, known)}")
    sites = sites_of(known[concept].sites)
    try:
        found = InstanceId.parse(text)
    except ValueError:
        found = None
    if found is None or not any(set(found.site.split(".")) - {""} <= set(site.split(".")) for site in sites):
        raise refusal(value.mark, f"{text!r} names no possible site; possible: {', '.join(sites) or 'none'}")
    return found


def _parse_serious(entries: Entries, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    value = entries.values.get("serious")
    if value is None:
        return {}
    if not isinstance(value, Entries):
        raise refusal(value.mark, "`serious` must list each pathway with its warning signs")
    found = {}
    for pathway in value.values:
        if pathway not in knowledge.red_flags:
            known = closest(pathway, knowledge.red_flags)
            raise refusal(value.marks[pathway], f"there is no serious pathway {pathway!r}. {known}")
        found[pathway] = tuple(_known(one, knowledge.findings, "finding") for one in _items(value, pathway))
    return found


def _parse_overlap(entries: Entries) -> bool:
    value = entries.values.get("overlap")
    if value is None:
        return False
    if word_of(value) not in ("true", "false"):
        raise refusal(value.mark, "`overlap` must be true or false")
    return word_of(value) == "true"


def _known(value: Value, known: Mapping[str, object], kind: str) -> str:
    word = word_of(value)
    if word not in known:
        raise refusal(value.mark, f"there is no {kind} {word!r}. {closest(word, known)}")
    return word


def fields_of(value: Value, allowed: set[str]) -> Entries:
    """A mapping with no key but these.

    Raises
    ------
    PartNotPossible : it is none, or has another key
    """
    if not isinstance(value, Entries):
        raise refusal(value.mark, f"a list of keys is needed here: {', '.join(sorted(allowed))}")
    for key in value.values:
        if key not in allowed:
            raise refusal(value.marks[key], f"the key {key!r} is not known. {closest(key, allowed)}")
    return value


def word_of(value: Value) -> str:
    """A single word or sentence.

    Raises
    ------
    PartNotPossible : it is a list or a mapping
    """
    if not isinstance(value, Scalar):
        raise refusal(value.mark, "a single word or sentence is needed here")
    return value.text


def _required(entries: Entries, key: str) -> Value:
    if key not in entries.values:
        raise refusal(entries.mark, f"the key {key!r} is missing")
    return entries.values[key]


def _items(entries: Entries, key: str) -> tuple[Value, ...]:
    value = entries.values.get(key)
    if value is None:
        return ()
    if not isinstance(value, Items):
        raise refusal(value.mark, f"{key!r} must be a list, in square brackets or with dashes")
    return value.values


def refusal(mark: Mark, reason: str) -> PartNotPossible:
    """What is wrong, with its line."""
    return PartNotPossible(f"{mark}: {reason.rstrip('.')}.", HELP)
