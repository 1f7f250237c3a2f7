"""A few SVG elements; all text is escaped, all numbers are short, and equal drawings give equal bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from html import escape

FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'BIZ UDPGothic', sans-serif"
INK = "#1d2a36"
QUIET = "#5b6875"
FAINT = "#d5dbe1"
SOLID = "#2b5d86"
LIGHT = "#cfdde9"
WARM = "#8a5a1c"
PAPER = "#ffffff"
LINE_HEIGHT = 1.22  # in ems

# Widths in ems of the shipped typeface, the widest of those a page may meet.
_FULL = frozenset("mwMW@%—…")
_THIN = frozenset("ijl.,:;'!| ")
_SLIM = frozenset("frtI()[]-/")
_WIDE_FROM = 0x2E80  # scripts whose letters fill a square and that have no spaces
_NEVER_FIRST = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕％ー々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.;:!?)]}%"
)
_NEVER_LAST = frozenset("（［｛「『【〈《〔([{")


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; underscores in names become hyphens, attributes are escaped."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def text(words: str, *, x: float, y: float, size: float, **attributes: object) -> str:
    """Return a text element."""
    defaults: dict[str, object] = {"fill": INK, "font_family": FONTS}
    return element("text", escape(words), x=x, y=y, font_size=size, **(defaults | attributes))


def drawing(children: Iterable[str], *, width: float, height: float, description: str) -> str:
    """Return a whole drawing with its description for those who do not see it."""
    body = "".join(children)
    name = "d" + hashlib.sha256((description + body).encode()).hexdigest()[:10]
    return element(
        "svg",
        element("title", escape(description), id=name),
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=name,
    )


def measure_text(words: str, size: float) -> float:
    """Return about how wide a text is, on the generous side; wide scripts count a full square a letter."""
    units = 0.0
    for letter in words:
        if _is_wide(letter) or letter in _FULL:
            units += 1.0
        elif letter in _THIN:
            units += 0.37
        elif letter in _SLIM:
            units += 0.5
        else:
            units += 0.82 if letter.isupper() or letter in "<>" else 0.76 if letter.isdigit() else 0.69
    return units * size


def wrap(words: str, *, size: float, width: float, most_lines: int) -> list[str]:
    """Return the text broken into lines that fit; what needs more lines than there may be ends in an ellipsis.

    Scripts without spaces break between any two letters, except before a closing and after an opening mark.
    """
    lines: list[str] = [""]
    for unit in _units(words):
        longer = lines[-1] + unit
        if measure_text(longer.rstrip(), size) <= width or not lines[-1].strip():
            lines[-1] = longer
        else:
            lines.append(unit)
    lines = [piece for line in lines for piece in _split(line.strip(), size=size, width=width)]
    if len(lines) > most_lines:
        lines = lines[:most_lines]
        lines[-1] = _shorten(lines[-1], size=size, width=width)
    return lines


def _units(words: str) -> list[str]:
    """Pieces that stay whole: a word with the space after it, or one letter of a script without spaces."""
    units: list[str] = []
    for letter in " ".join(words.split()):
        if units and _stays_with(units[-1], letter):
            units[-1] += letter
        else:
            units.append(letter)
    return units


def _stays_with(unit: str, letter: str) -> bool:
    last = unit[-1]
    if letter == " " or letter in _NEVER_FIRST or last in _NEVER_LAST:
        return True
    return last != " " and not _is_wide(letter) and not _is_wide(last)


def _is_wide(letter: str) -> bool:
    return ord(letter) >= _WIDE_FROM


def _split(line: str, *, size: float, width: float) -> list[str]:
    """A line that is still too long, cut between letters: a very long word."""
    pieces = [""]
    for letter in line:
        if pieces[-1] and measure_text(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _shorten(words: str, *, size: float, width: float) -> str:
    kept = words
    while kept and measure_text(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
    return str(value)


def words_in_lines(lines: Iterable[str], *, x: float, y: float, size: float, **attributes: object) -> list[str]:
    """Return one text element a line; `y` is the base line of the first."""
    return [
        text(words, x=x, y=y + number * size * LINE_HEIGHT, size=size, **attributes)
        for number, words in enumerate(lines)
    ]
