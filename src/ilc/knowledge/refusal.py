"""How the loader says no: every refusal names file, line and remedy, and all of them are told at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ilc.core import Issue, IssueSeverity


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in the knowledge data."""

    file: str
    line: int = 0  # counted from 1; 0 stands for the whole file

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Refusal(Exception):
    """One thing in the data that the loader does not accept; collected into a KnowledgeError."""

    def __init__(self, code: str, mark: Mark, message: str, remedy: str) -> None:
        super().__init__(f"{mark}: {message}")
        self.mark = mark
        self.issue = Issue(f"KNOWLEDGE_{code}", IssueSeverity.ERROR, str(mark), message, remedy)


class KnowledgeError(Exception):
    """The knowledge base cannot be used; `issues` lists everything found, in the order of the files."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class Refusals:
    """Collects refusals so that an author sees all of them in one run."""

    def __init__(self) -> None:
        self._refusals: list[Refusal] = []

    def add(self, refusal: Refusal) -> None:
        self._refusals.append(refusal)

    def raise_if_any(self) -> None:
        """Raise everything collected so far."""
        if self._refusals:
            raise KnowledgeError(refusal.issue for refusal in sorted(self._refusals, key=lambda refusal: refusal.mark))


def closest(word: str, known: Iterable[str]) -> str:
    """A remedy naming the known words nearest to an unknown one."""
    words = sorted(known)
    near = get_close_matches(word, words, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Known: {', '.join(words)}." if len(words) <= 12 else "Add it, or correct the spelling."
