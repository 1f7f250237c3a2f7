"""How a value is written to JSON, read back, and described in the schema: each shape says all three in one place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, Protocol

Json = Any
DIGITS = 6


class Unfit(ValueError):
    """A value that does not have the shape it should have; names the place."""


class Shape(Protocol):
    """One kind of value."""

    def encode(self, value: Any) -> Json:
        """Value to plain JSON."""

    def decode(self, value: Json, where: str) -> Any:
        """Plain JSON to value; raises Unfit naming `where`."""

    def schema(self) -> dict[str, Json]:
        """What JSON Schema says of it."""

    def words(self) -> str:
        """What the reference page calls it."""


def round_significant(value: float) -> float:
    """Round to six significant digits; refuse what JSON cannot hold."""
    if not math.isfinite(value):
        raise Unfit(f"{value} cannot be written: every number of a diagnosis is finite")
    return float(f"{value:.{DIGITS}g}") + 0.0  # + 0.0 turns -0.0 into 0.0


def well_formed(text: str) -> str:
    """Return the text with halves of broken letters replaced: a file of UTF-8 cannot hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def plain(value: object) -> Json:
    """Free-form values (measurements) to plain JSON, floats rounded, keys sorted."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return round_significant(float(value))
    if isinstance(value, Mapping):
        return {well_formed(str(key)): plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in value]
    raise Unfit(f"a value of type {type(value).__name__} has no place in a diagnosis")


@dataclass(frozen=True, slots=True)
class Text:
    """A string, from a closed list where one is given."""

    choices: tuple[str, ...] = ()
    constant: str = ""

    def encode(self, value: Any) -> Json:
        return well_formed(str(value))

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, str):
            raise Unfit(f"{where}: text expected")
        if (self.choices and value not in self.choices) or (self.constant and value != self.constant):
            raise Unfit(f"{where}: {value!r} is not one of {', '.join(self.choices) or self.constant}")
        return next((choice for choice in self.choices if choice == value), value)

    def schema(self) -> dict[str, Json]:
        if self.constant:
            return {"type": "string", "const": self.constant}
        return {"type": "string", "enum": list(self.choices)} if self.choices else {"type": "string"}

    def words(self) -> str:
        if self.constant:
            return f"`{self.constant}`"
        return " or ".join(f"`{choice}`" if choice else "empty" for choice in self.choices) or "text"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def encode(self, value: Any) -> Json:
        return bool(value)

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, bool):
            raise Unfit(f"{where}: true or false expected")
        return value

    def schema(self) -> dict[str, Json]:
        return {"type": "boolean"}

    def words(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number."""

    minimum: int = 0

    def encode(self, value: Any) -> Json:
        return int(value)

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, int) or isinstance(value, bool) or value < self.minimum:
            raise Unfit(f"{where}: a whole number from {self.minimum} expected")
        return value

    def schema(self) -> dict[str, Json]:
        return {"type": "integer", "minimum": self.minimum}

    def words(self) -> str:
        return "whole number"


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number; `exact` keeps every digit, else six significant ones are written."""

    minimum: float | None = None
    maximum: float | None = None
    exact: bool = False

    def encode(self, value: Any) -> Json:
        rounded = round_significant(float(value))
        return float(value) + 0.0 if self.exact else rounded

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise Unfit(f"{where}: a number expected")
        if (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            raise Unfit(f"{where}: {value} lies outside {self.minimum} to {self.maximum}")
        return float(value)

    def schema(self) -> dict[str, Json]:
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "number", **{name: bound for name, bound in bounds.items() if bound is not None}}

    def words(self) -> str:
        if self.minimum is None and self.maximum is None:
            return "number"
        low = "" if self.minimum is None else f"{self.minimum:g}"
        high = "" if self.maximum is None else f"{self.maximum:g}"
        return f"number {low}..{high}"


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value or null."""

    inner: Shape

    def encode(self, value: Any) -> Json:
        return None if value is None else self.inner.encode(value)

    def decode(self, value: Json, where: str) -> Any:
        return None if value is None else self.inner.decode(value, where)

    def schema(self) -> dict[str, Json]:
        return {"anyOf": [self.inner.schema(), {"type": "null"}]}

    def words(self) -> str:
        return f"{self.inner.words()}, or null"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list; `order` sorts it where its order carries no meaning."""

    inner: Shape
    order: Callable[[Any], Any] | None = None

    def encode(self, value: Any) -> Json:
        items = sorted(value, key=self.order) if self.order else value
        return [self.inner.encode(item) for item in items]

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, list):
            raise Unfit(f"{where}: a list expected")
        return tuple(self.inner.decode(item, f"{where}[{index}]") for index, item in enumerate(value))

    def schema(self) -> dict[str, Json]:
        return {"type": "array", "items": self.inner.schema()}

    def words(self) -> str:
        return f"list of {self.inner.words()}"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping from ids, written in sorted order."""

    inner: Shape
    key: str

    def encode(self, value: Any) -> Json:
        return {str(name): self.inner.encode(value[name]) for name in sorted(value)}

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict):
            raise Unfit(f"{where}: a mapping expected")
        return {name: self.inner.decode(item, f"{where}.{name}") for name, item in value.items()}

    def schema(self) -> dict[str, Json]:
        return {"type": "object", "additionalProperties": self.inner.schema()}

    def words(self) -> str:
        return f"{self.key} → {self.inner.words()}"


@dataclass(frozen=True, slots=True)
class Free:
    """A mapping whose keys belong to whoever measured."""

    def encode(self, value: Any) -> Json:
        return plain(value)

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict):
            raise Unfit(f"{where}: a mapping expected")
        return value

    def schema(self) -> dict[str, Json]:
        return {"type": "object"}

    def words(self) -> str:
        return "mapping"


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an object: its name in JSON, its shape, its meaning, and the attribute it comes from."""

    name: str
    shape: Shape
    meaning: str
    attribute: str = ""

    @property
    def source(self) -> str:
        return self.attribute or self.name


@dataclass(frozen=True, slots=True)
class Record:
    """An object with exactly these keys, made by `make` from keyword arguments."""

    make: Callable[..., Any]
    fields: tuple[Field, ...] = field(default=())

    def encode(self, value: Any) -> Json:
        return {item.name: item.shape.encode(getattr(value, item.source)) for item in self.fields}

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict):
            raise Unfit(f"{where}: an object expected")
        names = {item.name for item in self.fields}
        if value.keys() != names:
            raise Unfit(f"{where}: missing {sorted(names - value.keys())}, unknown {sorted(value.keys() - names)}")
        return self.make(
            **{item.source: item.shape.decode(value[item.name], f"{where}.{item.name}") for item in self.fields}
        )

    def schema(self) -> dict[str, Json]:
        return {
            "type": "object",
            "properties": {item.name: item.shape.schema() | {"description": item.meaning} for item in self.fields},
            "required": [item.name for item in self.fields],
            "additionalProperties": False,
        }

    def words(self) -> str:
        return "{" + ", ".join(item.name for item in self.fields) + "}"
