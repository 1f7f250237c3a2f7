"""What the data names of one kind, told apart from what of it was accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Generic, TypeVar

Definition = TypeVar("Definition")


class AlreadyRefused(Exception):
    """What this entry rests on was refused before; saying so again would only bury the cause."""


class Known(Collection[str], Generic[Definition]):
    """The ids of one kind; `definition` gives what stands behind an id."""

    def __init__(self, ids: Collection[str], accepted: Mapping[str, Definition]) -> None:
        self._ids = frozenset(ids)
        self._accepted = accepted

    def __contains__(self, id_: object) -> bool:
        return id_ in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def definition(self, id_: str) -> Definition:
        """The definition of a known id.

        Raises
        ------
        AlreadyRefused : the data names it, but it was not accepted
        """
        if id_ not in self._accepted:
            raise AlreadyRefused(id_)
        return self._accepted[id_]
