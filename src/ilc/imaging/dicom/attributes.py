"""Single DICOM attributes as plain values; what is missing or malformed is None, never an exception."""

from __future__ import annotations

import hashlib
import io
import logging
import math
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from ilc.imaging.dicom.limits import HEADER_MAX_BYTES

if TYPE_CHECKING:
    from pydicom import Dataset

_TEXT_MAX = 256


class HeaderTooLarge(ValueError):
    """More was to be read before the pixels than any real header holds."""


class BoundedStream(io.RawIOBase):
    """A file that never hands out more bytes than it has, nor more than a limit in all.

    A hostile length field otherwise makes the parser ask for gigabytes at once.
    """

    def __init__(self, stream: BinaryIO, *, max_bytes: int = HEADER_MAX_BYTES) -> None:
        self._stream = stream
        self._left = max_bytes
        self._size = stream.seek(0, io.SEEK_END)
        stream.seek(0)

    def read(self, size: int = -1) -> bytes:
        available = max(self._size - self._stream.tell(), 0)
        wanted = available if size < 0 else min(size, available)
        self._left -= wanted
        if self._left < 0:
            raise HeaderTooLarge
        return self._stream.read(wanted)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


@contextmanager
def quiet_parsing() -> Iterator[None]:
    """Keep the parser's warnings and log lines, which quote patient values, from reaching anyone."""
    logger = logging.getLogger("pydicom")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def read_value(dataset: Dataset, keyword: str) -> Any:
    """The raw value of an attribute; None where it is missing, empty or cannot be parsed."""
    try:
        value = dataset.get(keyword)
        return None if value is None or (isinstance(value, str | bytes) and not value) else value
    except Exception:  # the parser raises many kinds on hostile bytes
        return None


def read_numbers(dataset: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """Exactly `count` finite numbers, or None."""
    value = read_value(dataset, keyword)
    try:
        numbers = tuple(float(item) for item in value)
    except (TypeError, ValueError, OverflowError):
        return None
    return numbers if len(numbers) == count and all(math.isfinite(number) for number in numbers) else None


def read_number(dataset: Dataset, keyword: str) -> float | None:
    """One finite number (the first of several), or None."""
    value = read_value(dataset, keyword)
    try:
        number = float(value if isinstance(value, int | float | str) else _first(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_whole(dataset: Dataset, keyword: str) -> int | None:
    """One whole number, or None."""
    number = read_number(dataset, keyword)
    return int(number) if number is not None and number == int(number) else None


def read_text(dataset: Dataset, keyword: str) -> str:
    """Text in one normal form (full-width letters become plain ones); several values joined by a backslash."""
    value = read_value(dataset, keyword)
    if value is None:
        return ""
    try:
        parts = [value] if isinstance(value, str | int | float) else list(value)
        text = "\\".join(str(part) for part in parts)
    except Exception:  # a value of an unexpected kind
        return ""
    return unicodedata.normalize("NFKC", text)[:_TEXT_MAX].strip(" \0")


def read_values(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Several coded words, upper case, in order."""
    return tuple(part.strip().upper() for part in read_text(dataset, keyword).split("\\") if part.strip())


def read_date(dataset: Dataset, *keywords: str) -> date | None:
    """The first valid date among the attributes named."""
    for keyword in keywords:
        text = read_text(dataset, keyword)[:8]
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            continue
    return None


def read_items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence; empty where there is none."""
    value = read_value(dataset, keyword)
    try:
        return tuple(value) if value is not None and not isinstance(value, str | bytes | int | float) else ()
    except Exception:  # not a sequence after all
        return ()


def fingerprint(*values: str) -> str:
    """A short hash that tells equal from different without telling what."""
    return hashlib.sha256("\x1f".join(values).encode("utf-8", "replace")).hexdigest()[:10]


def _first(value: Any) -> Any:
    return next(iter(value))
