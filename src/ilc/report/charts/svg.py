"""A few SVG elements; all text is escaped, all numbers are short, and equal drawings give equal bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
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
_SPACES = re.compile(r"[ \t\r\n]+")  # not the space that holds a number and its unit together
_WIDE_FROM = 0x2E80  # scripts whose letters fill a square and that have no spaces
_NEVER_FIRST = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕％ー々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.;:!?)]}%"
)
_CLOSING = frozenset("、。，．・：；？！）］｝」』】〉》〕")
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

    Scripts without spaces break between phrases where that fits, else between any two letters, except before a closing
    and after an opening mark.
    """
    pieces = _SPACES.sub(" ", words)
    lines = _fill(_group(pieces, _is_one_phrase), size=size, width=width)
    if len(lines) > most_lines:
        lines = _fill(_group(pieces, _stays_with), size=size, width=width)
    if len(lines) > most_lines:
        lines = lines[:most_lines]
        lines[-1] = _shorten(lines[-1], size=size, width=width)
    return lines


def _fill(units: Iterable[str], *, size: float, width: float) -> list[str]:
    """Units into lines; one that is wider than a line is taken apart."""
    lines: list[str] = [""]
    for whole in units:
        wide = measure_text(whole.rstrip(), size) > width
        for unit in _group(whole, _stays_with) if wide else [whole]:
            longer = lines[-1] + unit
            if measure_text(longer.rstrip(), size) <= width or not lines[-1].strip():
                lines[-1] = longer
            else:
                lines.append(unit)
    return [piece for line in lines for piece in _split(line.strip(), size=size, width=width)]


def _group(words: str, together: Callable[[str, str], bool]) -> list[str]:
    """Pieces that stay whole: those letters that belong with the one before them."""
    units: list[str] = []
    for letter in words:
        if units and together(units[-1][-1], letter):
            units[-1] += letter
        else:
            units.append(letter)
    return units


def _stays_with(last: str, letter: str) -> bool:
    """Whether no line may end between two letters."""
    if letter == " " or letter in _NEVER_FIRST or last in _NEVER_LAST:
        return True
    return last != " " and not _is_wide(letter) and not _is_wide(last)


def _is_one_phrase(last: str, letter: str) -> bool:
    """Whether two letters belong to one phrase: a Japanese phrase begins after its particles, a sign or a space."""
    if _stays_with(last, letter):
        return True
    begins = letter in _NEVER_LAST or last in _CLOSING or (_is_hiragana(last) and not _is_hiragana(letter))
    return last != " " and not begins


def _is_hiragana(letter: str) -> bool:
    return "\u3041" <= letter <= "\u309f"


def _is_wide(letter: str) -> bool:
    return ord(letter) >= _WIDE_FROM


def _split(line: str, *, size: float, width: float) -> list[str]:
    """A line that is still too long, cut between letters: a very long word."""
    if measure_text(line, size) <= width:
        return [line]
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
