"""What was read but is no number here: each with what its source states and the reason, open to judgement."""

from __future__ import annotations

from collections.abc import Collection

from ilc.knowledge.document import Value
from ilc.knowledge.fields import Fields, check_id
from ilc.knowledge.model import LeftOut
from ilc.knowledge.parameters import parse_sources

_KEYS = frozenset({"states", "reason", "sources"})


def parse_left_out(id_: str, value: Value, references: Collection[str]) -> LeftOut:
    """One entry of left_out.yaml."""
    fields = Fields.of(value, f"left_out.{id_}", _KEYS)
    check_id(id_, fields.mark)
    return LeftOut(
        id=id_,
        states=fields.text("states"),
        reason=fields.text("reason"),
        sources=parse_sources(fields, references, may_be_empty=False),
    )
