"""Which letters the shipped typeface can draw, read from the character map of its file."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
TYPEFACES = tuple(sorted(FONTS.glob("*.ttf")))
REPLACEMENT = "□"
_SEGMENTED_COVERAGE = 12


@cache
def drawable() -> frozenset[int]:
    """Return the code points that every shipped weight can draw."""
    return frozenset.intersection(*(parse_character_map(path.read_bytes()) for path in TYPEFACES))


def keep_drawable(text: str) -> str:
    """Replace what cannot be drawn by a box that can, so that a rare letter never stops a report."""
    known = drawable()
    return "".join(letter if ord(letter) in known or letter == "\n" else REPLACEMENT for letter in text)


def parse_character_map(font: bytes) -> frozenset[int]:
    """Return the code points of a TrueType file (its format-12 `cmap` subtable)."""
    cmap = _find_table(font, b"cmap")
    count = struct.unpack_from(">H", font, cmap + 2)[0]
    for index in range(count):
        start = cmap + struct.unpack_from(">L", font, cmap + 4 + 8 * index + 4)[0]
        if struct.unpack_from(">H", font, start)[0] == _SEGMENTED_COVERAGE:
            groups = struct.unpack_from(">L", font, start + 12)[0]
            found: set[int] = set()
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
                found.update(range(first, last + 1))
            return frozenset(found)
    raise ValueError("the typeface has no character map of format 12")


def _find_table(font: bytes, tag: bytes) -> int:
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        name, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"the typeface has no table {tag.decode()}")
