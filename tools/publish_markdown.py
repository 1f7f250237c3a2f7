"""Sections of the knowledge base as Markdown: tables, anchors, and links between the pages."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ilc.knowledge.facts import Cited, Kind, Listing, Mention, Part, Said, Section, Text

Address = tuple[str, str]  # page and anchor

_ESCAPED = str.maketrans({"|": r"\|", "<": "&lt;", "*": r"\*", "[": r"\[", "]": r"\]", "\n": " "})
_WEB = re.compile(r"https?://\S+|PMID (\d+)|(PMC\d+)")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes texts for one page; knows where every entry stands and what the catalogue of sentences says."""

    page: str
    find: Callable[[Kind, str], Address | None]
    sentences: Mapping[str, str]

    def write_text(self, said: Text) -> str:
        """A text with its links."""
        return "".join(self._part(part) for part in said)

    def _part(self, part: Part) -> str:
        if isinstance(part, Mention):
            words = part.words.translate(_ESCAPED)
            return f"{anchor(part.id)}{words}" if part.defines else self._link(part.kind, part.id, words)
        if isinstance(part, Cited):
            place = f", {part.place.translate(_ESCAPED)}" if part.place else ""
            return self._link(Kind.SOURCE, part.key, part.key) + place
        if isinstance(part, Said):
            return self.sentences.get(part.key, part.key).translate(_ESCAPED)
        return _WEB.sub(_web_link, part.translate(_ESCAPED))

    def _link(self, kind: Kind, id_: str, words: str) -> str:
        address = self.find(kind, id_)
        if address is None:
            return words
        page, at = address
        return f"[{words}]({'' if page == self.page else page}#{at})"

    def write_section(self, section: Section, *, titled: bool = True, without: Iterable[str] = ()) -> str:
        """A section: its title in bold, its lines as a list, its table."""
        left_out = frozenset(without)
        lines = [f"* {name}: {self.write_text(said)}" for name, said in section.lines if name not in left_out]
        title = f"**{section.title[:1].upper()}{section.title[1:]}**" if titled else ""
        table = self.write_table(section.listing) if section.listing else ""
        return "\n\n".join(block for block in (title, "\n".join(lines), table) if block)

    def write_table(self, listing: Listing) -> str:
        """A table."""
        rows = [" | ".join(self.write_text(cell) for cell in row) for row in listing.rows]
        head = " | ".join(listing.columns)
        return "\n".join(f"| {line} |" for line in (head, " | ".join("---" for _ in listing.columns), *rows))


def anchor(id_: str) -> str:
    """A place on a page that others link to."""
    return f'<a id="{id_}"></a>'


def _web_link(found: re.Match[str]) -> str:
    if found[1]:
        return f"[{found[0]}](https://pubmed.ncbi.nlm.nih.gov/{found[1]})"
    if found[2]:
        return f"[{found[2]}](https://pmc.ncbi.nlm.nih.gov/articles/{found[2]})"
    return f"<{found[0]}>"
