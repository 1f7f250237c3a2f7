"""Which convention the numbers of a mask follow, and what each of them means in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from ilc.imaging.mri.masks.licences import Tool
from ilc.imaging.mri.masks.tables import BESIDE_THE_SPINE, ROWS


class Convention(StrEnum):
    """Numberings of label volumes, by the tables of this package."""

    TOTALSPINESEG = "totalspineseg"
    TOTALSPINESEG_FIRST = "totalspineseg_first"
    SPINEPS_VERTEBRAE = "spineps_vertebrae"
    SPINEPS_SUBREGIONS = "spineps_subregions"
    SPIDER = "spider"
    TOTALSEGMENTATOR_MR = "totalsegmentator_mr"
    TOTALSEGMENTATOR_VERTEBRAE_MR = "totalsegmentator_vertebrae_mr"
    TOTALSEGMENTATOR_CT = "totalsegmentator_ct"
    THREE_CLASSES = "three_classes"
    ILC = "ilc"


class Part(StrEnum):
    """What a number can mean."""

    VERTEBRA = "vertebra"
    VERTEBRA_CUT_OFF = "vertebra_cut_off"
    DISC = "disc"
    SACRUM = "sacrum"
    CANAL = "canal"
    CORD = "cord"
    ENDPLATE = "endplate"
    COCCYX = "coccyx"
    VERTEBRA_PART = "vertebra_part"
    ALL_VERTEBRAE = "all_vertebrae"
    ALL_DISCS = "all_discs"
    OTHER = "other"  # an organ or bone beside the spine


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of one number. `name` as in the tables: "L4", "S", "#1" or empty."""

    part: Part
    name: str = ""


@dataclass(frozen=True, slots=True)
class ConventionReading:
    """The convention; None where the numbers fit several or none, which `candidates` names."""

    convention: Convention | None
    candidates: tuple[Convention, ...]
    reasons: tuple[str, ...]


TOOLS: Mapping[Convention, Tool] = MappingProxyType(
    {
        Convention.TOTALSPINESEG: Tool.TOTALSPINESEG,
        Convention.TOTALSPINESEG_FIRST: Tool.TOTALSPINESEG,
        Convention.SPINEPS_VERTEBRAE: Tool.SPINEPS,
        Convention.SPINEPS_SUBREGIONS: Tool.SPINEPS,
        Convention.SPIDER: Tool.SPIDER,
        Convention.TOTALSEGMENTATOR_MR: Tool.TOTALSEGMENTATOR,
        Convention.TOTALSEGMENTATOR_VERTEBRAE_MR: Tool.TOTALSEGMENTATOR,
        Convention.TOTALSEGMENTATOR_CT: Tool.TOTALSEGMENTATOR,
        Convention.THREE_CLASSES: Tool.UNKNOWN,
        Convention.ILC: Tool.ILC,
    }
)


@cache
def read_table(convention: Convention) -> Mapping[int, Meaning]:
    """What each number means in a convention."""
    table: dict[int, Meaning] = {}
    if convention.value in BESIDE_THE_SPINE:
        first, last = BESIDE_THE_SPINE[convention.value]
        table.update(dict.fromkeys(range(first, last + 1), Meaning(Part.OTHER)))
    for first, part, names in ROWS[convention.value]:
        for offset, name in enumerate(names.split() or [""]):
            table[first + offset] = Meaning(Part(part), name)
    return MappingProxyType(table)


def detect_convention(numbers: Iterable[int]) -> ConventionReading:
    """Tell by the numbers in a file which convention it follows.

    Parameters
    ----------
    numbers : those that occur, without 0

    Returns
    -------
    the only convention that gives every number a meaning and whose parts go together (a disc beside its vertebra);
    none where several do, so that whoever knows the origin must name it
    """
    present = frozenset(numbers)
    fitting = tuple(convention for convention in Convention if present and present <= read_table(convention).keys())
    likely = tuple(convention for convention in fitting if _goes_together(present, read_table(convention)))
    said = _list_numbers(present)
    if likely and _mean_the_same(present, likely):
        reasons = [f"the numbers {said} have a meaning in {' and '.join(one.value for one in likely)}"]
        others = [convention.value for convention in fitting if convention not in likely]
        if others:
            reasons.append(f"in {', '.join(others)} they would be parts that do not go together")
        return ConventionReading(likely[0], likely, tuple(reasons))
    if likely or fitting:
        names = ", ".join(convention.value for convention in likely or fitting)
        return ConventionReading(None, likely or fitting, (f"the numbers {said} may follow {names}",))
    return ConventionReading(None, (), (f"no known convention gives all of the numbers {said} a meaning",))


def _mean_the_same(present: frozenset[int], conventions: tuple[Convention, ...]) -> bool:
    tables = [read_table(convention) for convention in conventions]
    return all(table[number] == tables[0][number] for table in tables for number in present)


def _goes_together(present: frozenset[int], table: Mapping[int, Meaning]) -> bool:
    """Whether one program could have written just these parts."""
    names: dict[Part, set[str]] = {part: set() for part in Part}
    for number in present:
        names[table[number].part].add(table[number].name)
    if any(meaning.part is Part.ALL_DISCS for meaning in table.values()):
        # Classes without numbers come together.
        return bool(names[Part.ALL_DISCS]) and bool(names[Part.ALL_VERTEBRAE] | names[Part.VERTEBRA_PART])
    vertebrae, discs = names[Part.VERTEBRA] | names[Part.VERTEBRA_CUT_OFF], names[Part.DISC]
    if not vertebrae or names[Part.VERTEBRA] & names[Part.VERTEBRA_CUT_OFF]:
        return False
    if any(meaning.part is Part.OTHER for meaning in table.values()):
        return _is_lumbar_run(present, table)
    if names[Part.ENDPLATE] and not discs:
        return False
    return not discs or len(discs & (vertebrae | {"S"})) * 2 > len(discs)


def _is_lumbar_run(present: frozenset[int], table: Mapping[int, Meaning]) -> bool:
    """Whether vertebrae follow on one another and reach the lumbar spine; of the whole body all numbers fit."""
    numbers = sorted(number for number in present if table[number].part is Part.VERTEBRA)
    reaches = any(table[number].name.startswith("L") for number in numbers)
    return reaches and len(numbers) == numbers[-1] - numbers[0] + 1


def _list_numbers(present: frozenset[int]) -> str:
    """Numbers as ranges."""
    runs: list[list[int]] = []
    for number in sorted(present):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:12]]
    return ", ".join(said) + (" ..." if len(runs) > 12 else "")
