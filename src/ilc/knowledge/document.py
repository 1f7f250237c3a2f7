"""YAML text to plain values that know their line. Safer and stricter than YAML: no tags, anchors, aliases or nulls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from ilc.knowledge.refusal import Mark, Refusal

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word or number as written; `quoted` tells "1" from 1."""

    text: str
    quoted: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Value, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping with unique keys, in the order of the file."""

    values: dict[str, Value]
    marks: dict[str, Mark]
    mark: Mark


Value: TypeAlias = Scalar | Items | Entries


def parse_yaml(text: str, *, file: str) -> Entries:
    """Read one YAML document whose top is a mapping; an empty document is an empty mapping."""
    reader = _LOADER(text)
    try:
        return _Composer(iter(reader.get_event, None), file).compose_document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 0
        remedy = "Correct the YAML at this line; often an unclosed bracket, a missing space after a colon, or a tab."
        raise Refusal("NOT_YAML", Mark(file, line), f"not valid YAML: {error.problem}.", remedy) from error
    except yaml.reader.ReaderError as error:
        remedy = "Save the file as plain UTF-8 text."
        raise Refusal("NOT_YAML", Mark(file), f"unreadable character: {error.reason}.", remedy) from error
    finally:
        reader.dispose()


class _Composer:
    """Builds values from parser events; the depth is bounded so that a hostile file cannot exhaust the stack."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self._events = events
        self._file = file

    def compose_document(self) -> Entries:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return Entries({}, {}, Mark(self._file, 1))
        event = next(self._events)
        value = self._compose(event, depth=0)
        next(self._events)
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise Refusal(
                "NOT_YAML", Mark(self._file), "more than one document in the file.", "Remove the `---` lines."
            )
        if isinstance(value, Scalar) and not value.text and not value.quoted:
            return Entries({}, {}, value.mark)
        if not isinstance(value, Entries):
            raise Refusal("WRONG_TYPE", value.mark, "the file is not a mapping.", "Write `id: {...}` entries.")
        return value

    def _compose(self, event: Any, *, depth: int) -> Value:
        mark = Mark(self._file, event.start_mark.line + 1)
        if depth > _DEEPEST:
            raise Refusal("NOT_YAML", mark, f"nested more than {_DEEPEST} deep.", "Flatten the entry.")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise Refusal("NOT_YAML", mark, "anchors and aliases are not allowed.", "Write the value out.")
        if event.tag not in (None, "!"):
            raise Refusal("NOT_YAML", mark, f"the tag {event.tag} is not allowed.", "Remove the tag.")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, not event.implicit[0], mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._compose_items(mark, depth=depth)
        return self._compose_entries(mark, depth=depth)

    def _compose_items(self, mark: Mark, *, depth: int) -> Items:
        values: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._compose(event, depth=depth + 1))
        return Items(tuple(values), mark)

    def _compose_entries(self, mark: Mark, *, depth: int) -> Entries:
        values: dict[str, Value] = {}
        marks: dict[str, Mark] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._compose(event, depth=depth + 1)
            if not isinstance(key, Scalar) or not key.text:
                raise Refusal("WRONG_TYPE", key.mark, "a key must be a word.", "Write `key: value`.")
            if key.text in values:
                first = marks[key.text].line
                message = f"the key {key.text} stands here again; it is first on line {first}."
                raise Refusal("DUPLICATE_KEY", key.mark, message, "Keep one of the two.")
            marks[key.text] = key.mark
            values[key.text] = self._compose(next(self._events), depth=depth + 1)
        return Entries(values, marks, mark)
