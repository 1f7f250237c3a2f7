"""Shapes whose JSON is laid out differently from the value: written for those who read the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ilc.explanation.model import Reasons
from ilc.report.shapes import Field, Json, Listed, Number, Record, Shape, Unfit


@dataclass(frozen=True, slots=True)
class Flattened:
    """A record one of whose probabilities is written as a bare number, its interval beside it as `<name>_interval`."""

    record: Record
    name: str

    @property
    def _interval(self) -> str:
        return f"{self.name}_interval"

    def encode(self, value: Any) -> Json:
        written = {}
        for key, item in self.record.encode(value).items():
            written[key] = item["p"] if key == self.name else item
            if key == self.name:
                written[self._interval] = None if item["low"] is None else [item["low"], item["high"]]
        return written

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict) or self._interval not in value or self.name not in value:
            raise Unfit(f"{where}: an object with {self.name} and {self._interval} expected")
        interval = value[self._interval]
        if interval is not None and not (isinstance(interval, list) and len(interval) == 2):
            raise Unfit(f"{where}.{self._interval}: two numbers or null expected")
        low, high = interval or (None, None)
        rest = {key: item for key, item in value.items() if key != self._interval}
        return self.record.decode(rest | {self.name: {"p": value[self.name], "low": low, "high": high}}, where)

    def schema(self) -> dict[str, Json]:
        schema = self.record.schema()
        probability = {"type": "number", "minimum": 0, "maximum": 1}
        properties = {}
        for key, item in schema["properties"].items():
            properties[key] = probability | {"description": item["description"]} if key == self.name else item
            if key == self.name:
                pair = {"type": "array", "items": probability, "minItems": 2, "maxItems": 2}
                properties[self._interval] = {
                    "anyOf": [pair, {"type": "null"}],
                    "description": f"Parameter interval of {self.name}; null without intervals.",
                }
        return schema | {"properties": properties, "required": list(properties)}

    def words(self) -> str:
        return self.record.words()


@dataclass(frozen=True, slots=True)
class Keyed:
    """A sequence of records written as a mapping from one of their attributes."""

    record: Record
    attribute: str

    def encode(self, value: Any) -> Json:
        written = {}
        for item in sorted(value, key=lambda item: str(getattr(item, self.attribute))):
            plain = self.record.encode(item)
            written[plain.pop(self.attribute)] = plain
        return written

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
            raise Unfit(f"{where}: a mapping of objects expected")
        return tuple(
            self.record.decode(item | {self.attribute: name}, f"{where}.{name}") for name, item in value.items()
        )

    def schema(self) -> dict[str, Json]:
        inner = self.record.schema()
        inner["properties"] = {name: item for name, item in inner["properties"].items() if name != self.attribute}
        inner["required"] = list(inner["properties"])
        return {"type": "object", "additionalProperties": inner}

    def words(self) -> str:
        names = ", ".join(item.name for item in self.record.fields if item.name != self.attribute)
        return f"{self.attribute} → {{{names}}}"


@dataclass(frozen=True, slots=True)
class Transposed:
    """A mapping of mappings with the two keys exchanged."""

    inner: Shape
    outer_key: str
    inner_key: str

    def encode(self, value: Any) -> Json:
        turned = _transpose(value)
        return {
            outer: {inner: self.inner.encode(turned[outer][inner]) for inner in sorted(turned[outer])}
            for outer in sorted(turned)
        }

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
            raise Unfit(f"{where}: a mapping of mappings expected")
        return {
            outer: {name: self.inner.decode(item, f"{where}.{name}.{outer}") for name, item in row.items()}
            for outer, row in _transpose(value).items()
        }

    def schema(self) -> dict[str, Json]:
        row = {"type": "object", "additionalProperties": self.inner.schema()}
        return {"type": "object", "additionalProperties": row}

    def words(self) -> str:
        return f"{self.outer_key} → {self.inner_key} → {self.inner.words()}"


@dataclass(frozen=True, slots=True)
class Paired:
    """A pair written as an object with two names."""

    first: Field
    second: Field

    def _record(self) -> Record:
        return Record(dict, (self.first, self.second))

    def encode(self, value: Any) -> Json:
        first, second = value
        return {self.first.name: self.first.shape.encode(first), self.second.name: self.second.shape.encode(second)}

    def decode(self, value: Json, where: str) -> Any:
        return tuple(self._record().decode(value, where).values())

    def schema(self) -> dict[str, Json]:
        return self._record().schema()

    def words(self) -> str:
        return self._record().words()


def _transpose(table: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    turned: dict[str, dict[str, Any]] = {}
    for row, cells in table.items():
        for column, cell in cells.items():
            turned.setdefault(column, {})[row] = cell
    return turned


@dataclass(frozen=True, slots=True)
class ReasonsShape:
    """The prior and the evidence for and against, in full precision: they add up to the probability."""

    reason: Record

    def encode(self, value: Any) -> Json:
        written = [(item.log_odds, self.reason.encode(item)) for item in value.contributions]
        return {
            "prior": Number(exact=True).encode(value.prior_log_odds),
            "for": [item for log_odds, item in written if log_odds > 0],
            "against": [item for log_odds, item in written if log_odds < 0],
            "neutral": [item for log_odds, item in written if log_odds == 0],
        }

    def decode(self, value: Json, where: str) -> Any:
        if not isinstance(value, dict) or value.keys() != {"prior", "for", "against", "neutral"}:
            raise Unfit(f"{where}: prior, for, against and neutral expected")
        reasons = Listed(self.reason)
        parts = [reasons.decode(value[name], f"{where}.{name}") for name in ("for", "against", "neutral")]
        prior = Number().decode(value["prior"], f"{where}.prior")
        return Reasons(prior, tuple(item for part in parts for item in part))

    def schema(self) -> dict[str, Json]:
        items = {"type": "array", "items": self.reason.schema()}
        properties = {
            "prior": {"type": "number", "description": "Log odds before any evidence."},
            "for": items | {"description": "Evidence that raised the odds."},
            "against": items | {"description": "Evidence that lowered the odds."},
            "neutral": items | {"description": "Evidence that was looked at and moved nothing."},
        }
        required = list(properties)
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def words(self) -> str:
        return "{prior, for, against, neutral}"
