"""Patients with clinical criteria of pain mechanisms, as R writes them: quoted names, blanks between, NA unknown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilc.validation.result import PartNotPossible

UNKNOWN, ABSENT, PRESENT = -1, 0, 1
_CODES = {"1": ABSENT, "2": PRESENT, "NA": UNKNOWN}
_CRITERION = re.compile(r"Criterion(\d{1,2})")
_GROUP = "group"
_MOST_PATIENTS = 20_000
_FORMAT = "First line: Criterion1 ... group; then one patient a line: a name, 1 absent, 2 present or NA, the group."


@dataclass(frozen=True, eq=False)
class SmartPatients:
    """Criteria of each patient and, where stated, the clinicians' class."""

    criteria: tuple[int, ...]
    state: NDArray[np.int8]  # (patient, criterion): PRESENT, ABSENT or UNKNOWN
    group: tuple[str, ...]  # empty where the file states no classes

    @property
    def count(self) -> int:
        """Number of patients."""
        return len(self.state)


def parse_patients(text: str, known: frozenset[int]) -> SmartPatients:
    """Read patients from the text of a file; columns may come in any order, and criteria may be missing.

    Parameters
    ----------
    text : whole file
    known : numbers of the criteria the rules know

    Raises
    ------
    PartNotPossible : says which line cannot be read
    """
    lines = [row for row in csv.reader(io.StringIO(text), delimiter=" ", quotechar='"', skipinitialspace=True) if row]
    if len(lines) < 2 or len(lines) > _MOST_PATIENTS + 1:
        raise PartNotPossible(f"The file of patients has {max(len(lines) - 1, 0)} patients.", _FORMAT)
    header = lines[0]
    criteria = _criteria(header, known)
    state = np.full((len(lines) - 1, len(criteria)), UNKNOWN, dtype=np.int8)
    place = {number: i for i, number in enumerate(criteria)}
    groups: list[str] = []
    for number, row in enumerate(lines[1:], start=2):
        if len(row) != len(header) + 1:
            reason = f"Line {number} of the patients has {len(row)} fields instead of {len(header) + 1}."
            raise PartNotPossible(reason, _FORMAT)
        for name, field in zip(header, row[1:], strict=True):
            if name == _GROUP:
                groups.append(field)
            elif field in _CODES:
                state[number - 2, place[int(name.removeprefix("Criterion"))]] = _CODES[field]
            else:
                raise PartNotPossible(f"Line {number}, {name}: only 1, 2 and NA are read.", _FORMAT)
    return SmartPatients(criteria, state, tuple(groups))


def _criteria(header: list[str], known: frozenset[int]) -> tuple[int, ...]:
    found: list[int] = []
    for name in header:
        match = _CRITERION.fullmatch(name)
        if match and int(match[1]) in known:
            found.append(int(match[1]))
        elif name != _GROUP:
            raise PartNotPossible("The first line names a column that is neither a known criterion nor group.", _FORMAT)
    if not found or len(set(header)) != len(header):
        raise PartNotPossible("The first line names no criterion, or one column twice.", _FORMAT)
    return tuple(found)
