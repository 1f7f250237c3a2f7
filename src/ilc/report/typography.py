"""The last step before a document is written: signs, spaces and dates as its language writes them.

The parts of a report join words with the signs of English. In Japanese, commas, colons and semicolons beside Japanese
letters are full width, no space stands between Japanese letters, dates read 2026年11月20日, and per cent has no space.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from ilc.report.document import Document, Drawing, Line, References, Run
from ilc.report.languages import CLOSE, OPEN, SOURCE

Part = TypeVar("Part")
# What steers writers and links, and is never read.
_NOT_READ = frozenset({"id", "target", "tone", "size", "align", "name", "kind", "language", "on", "lang"})
_MARKED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_MARKS = re.compile(f"[{OPEN}{CLOSE}]")
_IN_TAGS = re.compile(r"(?<=>)[^<>]+(?=<)")
_WIDE = "\u3000-\u30ff\u3400-\u9fff\uff00-\uff60"
_CLOSES = frozenset("。、；：")  # signs that bring their own space
_IS_WIDE = re.compile(f"[{_WIDE}]")
_DATE = re.compile(r"(?<![\w./-])(\d{4})-(\d{2})-(\d{2})(?![\w/-])")
_JAPANESE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\d)\s%"), "%"),
    (re.compile(r"(?<=\S) · "), "\u00a0· "),  # no line begins with a dot
    (re.compile(rf"(?<=[{_WIDE}])\.(?=\s|$)"), "。"),
    *(
        (re.compile(f"(?<=[{_WIDE}]){sign} ?|{sign} (?=[{_WIDE}])"), wide)
        for sign, wide in ((",", "、"), (";", "；"), (":", "："))
    ),
    (re.compile(f"(?<=[{_WIDE}]) +(?=[{_WIDE}])|(?<=[。、；：]) +"), ""),
)


def typeset(document: Document) -> Document:
    """Return the document with the signs of its language; English is written as it was composed."""
    return document if document.language == SOURCE else _set_part(document)


def _set_part(part: Part) -> Part:
    """Set every text inside a part; what is cited stays as its publisher wrote it."""
    if isinstance(part, References) or not is_dataclass(part) or isinstance(part, type):
        return part
    changed = {item.name: _set_value(getattr(part, item.name)) for item in fields(part) if item.name not in _NOT_READ}
    if isinstance(part, Drawing):
        changed["svg"] = _MARKS.sub("", _IN_TAGS.sub(lambda found: set_text(found[0]), part.svg))
    return replace(part, **changed)


def _set_value(value: Any) -> Any:
    if isinstance(value, str):
        return set_text(value)
    if isinstance(value, tuple):
        if value and all(isinstance(item, Run) for item in value):
            return set_line(value)
        return tuple(_set_value(item) for item in value)
    return _set_part(value)


def set_text(text: str) -> str:
    """Return a text with Japanese signs; marked English keeps its own and loses its marks."""
    return "".join(piece for piece, _ in _pieces(text, "", ""))


def set_line(line: Line) -> Line:
    """Return a line with Japanese signs, each run beside its neighbours; marked English becomes runs of its own."""
    runs: list[Run] = []
    for index, run in enumerate(line):
        before = _edge(line[index - 1].text, -1) if index else ""
        after = _edge(line[index + 1].text, 0) if index + 1 < len(line) else ""
        runs += [replace(run, text=text, lang=lang) for text, lang in _pieces(run.text, before, after) if text]
    return tuple(runs)


def _edge(text: str, place: int) -> str:
    """The letter of a neighbour that touches this run, where it is a wide one."""
    plain = _MARKS.sub("", text)
    return plain[place] if plain and _IS_WIDE.match(plain[place]) else ""


def _pieces(text: str, before: str, after: str) -> list[tuple[str, str]]:
    """A text in pieces of one language: the language of the document is "", that of the source is named."""
    if not text.strip():
        return [("" if before in _CLOSES else text, "")]
    found: list[tuple[str, str]] = []
    parts = _MARKED.split(text)
    for index, part in enumerate(parts):
        if index % 2:
            found.append((part, SOURCE))
        else:
            left = before if index == 0 else ""
            right = after if index == len(parts) - 1 else ""
            found.append((_set_signs(_MARKS.sub("", part), left, right), ""))
    return found


def _set_signs(text: str, before: str, after: str) -> str:
    """The neighbours are only looked at: no pattern takes a wide letter away."""
    whole = before + _DATE.sub(lambda d: f"{int(d[1])}年{int(d[2])}月{int(d[3])}日", text) + after
    for pattern, sign in _JAPANESE:
        whole = pattern.sub(sign, whole)
    return whole[len(before) : len(whole) - len(after)]
