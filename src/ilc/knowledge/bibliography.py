"""A small, strict reader of references.bib: what it does not understand it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ilc.knowledge.model import Reference
from ilc.knowledge.refusal import Mark, Refusal, closest

_KINDS = frozenset({"article", "book", "inbook", "misc", "techreport"})
_FIELDS = frozenset(
    {"author", "year", "title", "journal", "booktitle", "volume", "number", "pages", "publisher", "note"}
    | {"doi", "pmid", "pmcid", "url"}
)
_REQUIRED = ("author", "year", "title")
_SHAPES: dict[str, re.Pattern[str]] = {
    "year": re.compile(r"(19|20)\d\d"),
    "doi": re.compile(r"10\.\d{4,9}/\S+"),
    "pmid": re.compile(r"[1-9]\d{0,8}"),
    "pmcid": re.compile(r"PMC[1-9]\d{0,8}"),
    "url": re.compile(r"https?://\S+"),
}
_PREFIXES = {"doi": "https://doi.org/", "pmid": "PMID ", "pmcid": "", "url": ""}
_PLACES = (("journal", "volume", "pages"), ("publisher",))  # each is enough to find a work without an identifier
_MOST_AUTHORS = 3

_GAP = re.compile(r"(?:\s+|%[^\n]*)*")
_HEAD = re.compile(r"@([A-Za-z]+)\s*\{\s*([A-Za-z][A-Za-z0-9_:.-]*)\s*,")
_NAME = re.compile(r"([A-Za-z]+)\s*=\s*")
_DIGITS = re.compile(r"\d+")
_BRACE = re.compile(r"[{}]")


class _Bibliography:
    """A cursor over the text of a bibliography."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._at = 0

    def parse_entries(self) -> dict[str, tuple[Mark, dict[str, str]]]:
        entries: dict[str, tuple[Mark, dict[str, str]]] = {}
        while self._skip_gap():
            mark = self._mark()
            head = _HEAD.match(self._text, self._at)
            if head is None or head[1].lower() not in _KINDS:
                raise self._refusal("an entry starts as @article{key, ...}.")
            if head[2] in entries:
                raise Refusal("DUPLICATE_ID", mark, f"the reference {head[2]} is here twice.", "Keep one of the two.")
            self._at = head.end()
            entries[head[2]] = (mark, self._parse_fields())
        return entries

    def _parse_fields(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        while True:
            self._skip_gap()
            if self._take("}"):
                return fields
            name = _NAME.match(self._text, self._at)
            if name is None:
                raise self._refusal("a field is written as name = {value}.")
            if name[1] not in _FIELDS:
                raise self._refusal(f"unknown field {name[1]!r}. {closest(name[1], _FIELDS)}")
            if name[1] in fields:
                raise self._refusal(f"the field {name[1]} is here twice.")
            self._at = name.end()
            fields[name[1]] = self._parse_value()
            self._skip_gap()
            if not self._take(",") and self._text[self._at : self._at + 1] != "}":
                raise self._refusal("a comma or the closing brace is missing.")

    def _parse_value(self) -> str:
        if digits := _DIGITS.match(self._text, self._at):
            self._at = digits.end()
            return digits[0]
        if not self._take("{"):
            raise self._refusal("a value stands in braces.")
        start, depth = self._at, 1
        while depth:
            brace = _BRACE.search(self._text, self._at)
            if brace is None:
                self._at = start
                raise self._refusal("the brace that opens here is never closed.")
            depth += 1 if brace[0] == "{" else -1
            self._at = brace.end()
        value = " ".join(self._text[start : self._at - 1].replace("{", "").replace("}", "").split())
        if not value or "\\" in value:
            raise self._refusal("a value is empty or holds a backslash; write plain UTF-8.")
        return value

    def _skip_gap(self) -> bool:
        gap = _GAP.match(self._text, self._at)
        self._at = gap.end() if gap else self._at
        return self._at < len(self._text)

    def _take(self, mark: str) -> bool:
        taken = self._text.startswith(mark, self._at)
        self._at += len(mark) * taken
        return taken

    def _mark(self) -> Mark:
        return Mark(self._file, self._text.count("\n", 0, self._at) + 1)

    def _refusal(self, message: str) -> Refusal:
        return Refusal("NOT_BIBTEX", self._mark(), message, "Write @article{key, author = {...}, year = {...}, ...}.")


def parse_bibliography(text: str, *, file: str) -> dict[str, tuple[Mark, Reference]]:
    """References by key, each with its line; refuses entries that cannot be found by a reader."""
    entries = _Bibliography(text, file).parse_entries()
    return {key: (mark, _reference(key, mark, fields)) for key, (mark, fields) in entries.items()}


def _reference(key: str, mark: Mark, fields: Mapping[str, str]) -> Reference:
    for name in _REQUIRED:
        if name not in fields:
            raise Refusal("MISSING_KEY", mark, f"the reference {key} lacks {name!r}.", f"Add {name} = {{...}}.")
    for name, shape in _SHAPES.items():
        if name in fields and not shape.fullmatch(fields[name]):
            message = f"the reference {key} has a {name} that is none: {fields[name]!r}."
            raise Refusal("NOT_BIBTEX", mark, message, f"Correct the {name}, without any prefix.")
    identifier = next((prefix + fields[name] for name, prefix in _PREFIXES.items() if name in fields), "")
    if not identifier and not any(all(name in fields for name in place) for place in _PLACES):
        message = f"the reference {key} cannot be found by a reader."
        remedy = "Add doi, pmid, pmcid or url; or else journal, volume and pages; for a book its publisher."
        raise Refusal("MISSING_KEY", mark, message, remedy)
    return Reference(key, _citation(fields), identifier)


def _citation(fields: Mapping[str, str]) -> str:
    authors = fields["author"].split(" and ")
    named = ", ".join(author.replace(",", "").strip() for author in authors[:_MOST_AUTHORS])
    if len(authors) > _MOST_AUTHORS:
        named += " et al."
    work = f"{named} ({fields['year']}) {fields['title'].rstrip('.')}."
    where = fields.get("journal") or fields.get("booktitle") or fields.get("publisher", "")
    volume = fields.get("volume", "")
    pages = fields.get("pages", "").replace("--", "–")
    numbers = f"{volume}:{pages}" if volume and pages else volume or pages
    return f"{work} {' '.join(part for part in (where, numbers) if part)}.".replace(" .", "")
