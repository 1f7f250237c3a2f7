"""From the numbers and names of a source to this project's: vertebrae 1.. from the lowest lumbar upward."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ilc.core import Issue
from ilc.imaging.mri.masks.conventions import Convention, Meaning, Part
from ilc.imaging.mri.masks.mask import CANAL, DISCS, SACRUM
from ilc.imaging.mri.masks.notices import mask_issue

_UPWARD = (
    *(f"L{n}" for n in range(7, 0, -1)),
    "T13",
    *(f"T{n}" for n in range(12, 0, -1)),
    *(f"C{n}" for n in range(7, 0, -1)),
)
_OPTIONAL = {"L7", "L6", "T13"}  # counted only where the source has seen them
_LOWEST_USUAL = ("L7", "L6", "L5")
_ABUTS_MM = 8.0  # joints and disc are narrower, a vertebra is higher


@dataclass(frozen=True, slots=True)
class Source:
    """What a mask holds: the meaning of each of its numbers that is known, and where they lie."""

    where: str
    convention: Convention
    meanings: Mapping[int, Meaning]
    gap_to_sacrum_mm: Callable[[int], float]  # from a vertebra, by its number


@dataclass(slots=True)
class Numbering:
    """Numbers here by number of the source. `names` by number here; empty names are not in it."""

    numbers: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def say(self, code: str, where: str, message: str) -> None:
        self.issues.append(mask_issue(code, where, message))


def find_numbers(source: Source) -> Numbering:
    """Give each part of a source its number here; what has none is in no mapping."""
    numbering = Numbering()
    order = _find_order(source, numbering)
    for number, meaning in sorted(source.meanings.items()):
        if meaning.part is Part.SACRUM:
            numbering.numbers[number] = SACRUM
        elif meaning.part in (Part.CANAL, Part.CORD) and _has(source, Part.CANAL):
            numbering.numbers[number] = CANAL
        elif meaning.part in (Part.VERTEBRA, Part.VERTEBRA_CUT_OFF) and meaning.name in order.places:
            numbering.numbers[number] = order.places[meaning.name]
        elif meaning.part is Part.DISC and meaning.name in order.places:
            numbering.numbers[number] = DISCS + order.places[meaning.name]
    _name_parts(order, numbering)
    _say_gaps(source, numbering)
    return numbering


@dataclass(frozen=True, slots=True)
class _Order:
    """Number here of each vertebra by its name in the source, "S" for the disc on the sacrum; do the names hold?"""

    places: Mapping[str, int]
    is_named: bool


def _find_order(source: Source, numbering: Numbering) -> _Order:
    names = {meaning.name: number for number, meaning in source.meanings.items() if _is_vertebra(meaning)}
    if any(meaning.name.startswith("#") for meaning in source.meanings.values()):
        counted = {meaning.name for meaning in source.meanings.values() if meaning.name.startswith("#")}
        return _Order({name: int(name[1:]) for name in counted}, is_named=False)
    upward = [name for name in _UPWARD if name in names or name not in _OPTIONAL]
    present = [name for name in upward if name in names]
    if not present:
        if _has(source, Part.DISC):
            message = "The mask holds discs and no vertebra to count from; none is numbered."
            numbering.say("MASK_NOT_LUMBAR", source.where, message)
        return _Order({}, is_named=False)
    if not any(name.startswith("L") for name in present):
        return _order_without_lumbar(source, present, names, numbering)
    lowest = _find_lowest(source, present[0], names, numbering)
    places = {name: place for place, name in enumerate(upward[upward.index(lowest) :], start=1)}
    return _Order({**places, "S": 1}, is_named=True)


def _find_lowest(source: Source, first: str, names: Mapping[str, int], numbering: Numbering) -> str:
    """Name of the lowest lumbar vertebra, which the source need not show."""
    if first in _LOWEST_USUAL:
        return first
    if _has(source, Part.SACRUM) and source.gap_to_sacrum_mm(names[first]) <= _ABUTS_MM:
        message = f"{first} lies on the sacrum in this mask, so it is counted as the lowest lumbar vertebra."
        numbering.say("MASK_COUNT_ASSUMED", source.where, message)
        return first
    message = (
        f"The lowest vertebra of this mask is {first}; it is counted as if L5 were the lowest lumbar one below it."
    )
    numbering.say("MASK_COUNT_ASSUMED", source.where, message)
    return "L5"


def _order_without_lumbar(source: Source, present: list[str], names: Mapping[str, int], numbering: Numbering) -> _Order:
    """SPINEPS without its labelling step numbers from the top of the picture: the order holds, the names do not."""
    on_sacrum = _has(source, Part.SACRUM) and source.gap_to_sacrum_mm(names[present[0]]) <= _ABUTS_MM
    if source.convention is Convention.SPINEPS_VERTEBRAE and on_sacrum:
        message = f"{present[0]} would lie on the sacrum; the vertebrae were counted from the sacrum and keep no names."
        numbering.say("MASK_NAMES_NOT_USED", source.where, message)
        return _Order({name: place for place, name in enumerate(present, start=1)}, is_named=False)
    message = f"The mask holds {present[-1]} to {present[0]} and no lumbar vertebra; none is numbered."
    numbering.say("MASK_NOT_LUMBAR", source.where, message)
    return _Order({}, is_named=False)


def _name_parts(order: _Order, numbering: Numbering) -> None:
    if not order.is_named:
        return
    by_place = {place: name for name, place in order.places.items() if name != "S"}
    for number in set(numbering.numbers.values()):
        if number in by_place:
            numbering.names[number] = by_place[number]
        elif number > DISCS:
            below = by_place.get(number - DISCS - 1, "S1")
            numbering.names[number] = f"{by_place[number - DISCS]}_{below}"


def _say_gaps(source: Source, numbering: Numbering) -> None:
    used = set(numbering.numbers.values())
    for what, absent in (
        ("vertebrae", _absent(number for number in used if number < SACRUM)),
        ("discs", _absent(number for number in used if number > DISCS)),
    ):
        if absent:
            said = ", ".join(str(number) for number in absent)
            message = f"The mask leaves out {what} between others: number {said}, counted from below."
            numbering.say("MASK_GAP", source.where, message)


def _absent(numbers: Iterable[int]) -> list[int]:
    """Numbers missing between the smallest and the largest."""
    there = set(numbers)
    return [number for number in range(min(there), max(there)) if number not in there] if there else []


def _is_vertebra(meaning: Meaning) -> bool:
    return meaning.part in (Part.VERTEBRA, Part.VERTEBRA_CUT_OFF)


def _has(source: Source, part: Part) -> bool:
    return any(meaning.part is part for meaning in source.meanings.values())
