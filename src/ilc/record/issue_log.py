"""Collects what is wrong with a case folder, so that its author sees everything in one go."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ilc.core import Issue, IssueSeverity

_MOST_ISSUES = 100
_LONGEST_QUOTE = 60
_RANKS = {IssueSeverity.ERROR: 0, IssueSeverity.WARNING: 1, IssueSeverity.INFO: 2}
_MOST_LISTED = 12


class IssueLog:
    """Issues in the order they were met. `refusals` counts those that mean that there is no case."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []
        self.refusals = 0

    def refuse(self, code: str, *, where: str, message: str, remedy: str) -> None:
        """Something that has to be corrected before there is a case."""
        self.refusals += 1
        self.add(Issue(code, IssueSeverity.ERROR, where, message, remedy))

    def fault(self, code: str, *, where: str, message: str, remedy: str) -> None:
        """Something that is missing from the result although the rest of the case can be used."""
        self.add(Issue(code, IssueSeverity.ERROR, where, message, remedy))

    def warn(self, code: str, *, where: str, message: str, remedy: str) -> None:
        """Something the reader should know before trusting the result."""
        self.add(Issue(code, IssueSeverity.WARNING, where, message, remedy))

    def inform(self, code: str, *, where: str, message: str, remedy: str) -> None:
        """Something that was decided on the author's behalf."""
        self.add(Issue(code, IssueSeverity.INFO, where, message, remedy))

    def add(self, issue: Issue) -> None:
        """Keep an issue."""
        self._issues.append(issue)

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """`Did you mean ...?`, or the known words where they are few; empty where nothing helps."""
        if len(self._issues) >= _MOST_ISSUES:
            return ""
        words = list(known)
        near = get_close_matches(word.lower(), words, n=3, cutoff=0.6) if len(word) <= _LONGEST_QUOTE else []
        if near:
            return f"Did you mean {' or '.join(quote(one) for one in near)}?"
        return f"Possible: {', '.join(words)}." if 0 < len(words) <= _MOST_LISTED else ""

    @property
    def refused(self) -> bool:
        """Whether there can be no case."""
        return self.refusals > 0

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything collected, in its order; of more than a hundred issues the gravest hundred and a count."""
        left_out = len(self._issues) - _MOST_ISSUES
        if left_out <= 0:
            return tuple(self._issues)
        grave_first = sorted(range(len(self._issues)), key=lambda index: _RANKS[self._issues[index].severity])
        kept = tuple(self._issues[index] for index in sorted(grave_first[:_MOST_ISSUES]))
        message = f"{left_out} further issues are not listed."
        remedy = "Correct the ones above and read the case again."
        return (*kept, Issue("TOO_MANY_ISSUES", IssueSeverity.WARNING, "case.yaml", message, remedy))


def quote(text: object) -> str:
    """A value from the file, safe and short enough to stand in a message."""
    shown = str(text)
    if len(shown) > _LONGEST_QUOTE:
        shown = shown[: _LONGEST_QUOTE - 1] + "…"
    return "`" + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in shown) + "`"
