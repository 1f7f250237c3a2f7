"""Numbered references: a source gets its number when it is first cited, and only cited ones are listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ilc.knowledge.model import Reference
from ilc.report.document import Line, Run


class Citations:
    """The sources cited so far in one document."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self._references = references
        self._numbers: dict[str, int] = {}

    def cite(self, keys: Iterable[str]) -> Line:
        """Return "[2] [5]" with links to the list; nothing for no sources."""
        runs = []
        for key in keys:
            if key not in self._references:
                raise LookupError(f"the source {key!r} is cited but not in the bibliography")
            number = self._numbers.setdefault(key, len(self._numbers) + 1)
            runs.append(Run(f"[{number}]", "cite", f"ref-{number}"))
        return tuple(runs)

    def listed(self) -> tuple[tuple[int, Reference], ...]:
        """Return the cited references in the order of their numbers."""
        return tuple((number, self._references[key]) for key, number in self._numbers.items())
