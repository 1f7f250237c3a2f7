"""One check of many made-up people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Someone = TypeVar("Someone")


def check_each(people: Iterable[Someone], check: Callable[[Someone], object]) -> None:
    """Check every person; the number of the first who fails is told."""
    for number, person in enumerate(people):
        try:
            check(person)
        except AssertionError as error:
            error.add_note(f"person {number}")
            raise
