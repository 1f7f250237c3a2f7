"""Typed reading of one entry: wrong types, missing keys and unknown keys are refused with their line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ilc.knowledge.document import Entries, Items, Scalar, Value
from ilc.knowledge.refusal import Mark, Refusal, closest

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|[-+]?\.inf")
_LOWER_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WORDS = {"true": True, "false": False}

Choice = TypeVar("Choice", bound=StrEnum)


def scalar_of(value: Value, what: str) -> Scalar:
    """The value as a word or number."""
    if not isinstance(value, Scalar):
        raise Refusal("WRONG_TYPE", value.mark, f"{what} must be a single value.", "Write one word or number.")
    if not value.text.strip():
        raise Refusal("WRONG_TYPE", value.mark, f"{what} is empty.", "Write a value, or leave the key out.")
    return value


def text_of(value: Value, what: str) -> str:
    """The value as text."""
    return scalar_of(value, what).text.strip()


def number_of(value: Value, what: str) -> float:
    """The value as a number; quoted digits are text, not a number."""
    scalar = scalar_of(value, what)
    if scalar.quoted or not _NUMBER.fullmatch(scalar.text):
        raise Refusal("WRONG_TYPE", scalar.mark, f"{what} must be a number, not {scalar.text!r}.", "Write a number.")
    return float(scalar.text.replace(".inf", "inf"))


def items_of(value: Value, what: str) -> tuple[Value, ...]:
    """The value as a list."""
    if not isinstance(value, Items):
        raise Refusal("WRONG_TYPE", value.mark, f"{what} must be a list.", "Write [a, b, ...].")
    return value.values


def entries_of(value: Value, what: str) -> Entries:
    """The value as a mapping."""
    if not isinstance(value, Entries):
        raise Refusal("WRONG_TYPE", value.mark, f"{what} must be a mapping.", "Write {key: value, ...}.")
    return value


def known_of(value: Value, what: str, known: Collection[str]) -> str:
    """The value as one of the known words or ids."""
    word = text_of(value, what)
    if word not in known:
        raise Refusal("UNKNOWN_ID", value.mark, f"{what}: there is no {word!r}.", closest(word, known))
    return word


def check_id(text: str, mark: Mark) -> str:
    """An id in lower_snake."""
    if not _LOWER_SNAKE.fullmatch(text):
        raise Refusal("WRONG_ID", mark, f"{text!r} is not an id.", "Write ids in lower_snake, as disc_herniation.")
    return text


@dataclass(frozen=True, slots=True)
class Fields:
    """One entry of the data seen as typed fields; `where` is its dotted path, for messages and parameter ids."""

    where: str
    entries: Entries

    @classmethod
    def of(cls, value: Value, where: str, keys: Collection[str]) -> Fields:
        """Take a mapping, refusing keys that are not listed."""
        entries = entries_of(value, where)
        for key, mark in entries.marks.items():
            if key not in keys:
                raise Refusal("UNKNOWN_KEY", mark, f"{where} has an unknown key {key!r}.", closest(key, keys))
        return cls(where, entries)

    @property
    def mark(self) -> Mark:
        return self.entries.mark

    def path(self, key: str) -> str:
        return f"{self.where}.{key}"

    def has(self, key: str) -> bool:
        return key in self.entries.values

    def value(self, key: str) -> Value:
        """The value of a key that must be there."""
        if key not in self.entries.values:
            raise Refusal("MISSING_KEY", self.mark, f"{self.where} lacks {key!r}.", f"Add `{key}:`.")
        return self.entries.values[key]

    def mark_of(self, key: str) -> Mark:
        return self.entries.marks.get(key, self.mark)

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        return text_of(self.value(key), self.path(key))

    def number(self, key: str) -> float:
        return number_of(self.value(key), self.path(key))

    def whole(self, key: str) -> int:
        number = self.number(key)
        if not number.is_integer():
            raise Refusal("WRONG_TYPE", self.mark_of(key), f"{self.path(key)} must be a whole number.", "Round it.")
        return int(number)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        if default is not None and not self.has(key):
            return default
        scalar = scalar_of(self.value(key), self.path(key))
        if scalar.quoted or scalar.text not in _WORDS:
            message = f"{self.path(key)} must be true or false, not {scalar.text!r}."
            raise Refusal("WRONG_TYPE", scalar.mark, message, "Write true or false.")
        return _WORDS[scalar.text]

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        if default is not None and not self.has(key):
            return default
        return choices(known_of(self.value(key), self.path(key), [choice.value for choice in choices]))

    def known(self, key: str, known: Collection[str], default: str | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        return known_of(self.value(key), self.path(key), known)

    def items(self, key: str) -> tuple[Value, ...]:
        return items_of(self.value(key), self.path(key))

    def known_items(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known ids, each once."""
        words: list[str] = []
        for item in self.items(key):
            word = known_of(item, self.path(key), known)
            if word in words:
                raise Refusal("DUPLICATE_KEY", item.mark, f"{self.path(key)} names {word} twice.", "Name it once.")
            words.append(word)
        return tuple(words)

    def pairs(self, key: str) -> Iterator[tuple[str, Value, Mark]]:
        """Keys, values and lines of a mapping inside this entry; nothing when the key is left out."""
        if not self.has(key):
            return
        inner = entries_of(self.value(key), self.path(key))
        for name, value in inner.values.items():
            yield name, value, inner.marks[name]
