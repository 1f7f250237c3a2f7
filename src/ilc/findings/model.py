"""A finding as evidence: what was observed, under which rule, and how it moves the odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ilc.core import InstanceId
from ilc.knowledge.model import FindingDef


@dataclass(frozen=True, slots=True)
class Finding:
    """An observed finding under its rule; a Finding without its rule cannot be built."""

    id: InstanceId
    rule: FindingDef
    outcome: str
    value: float | None
    observed_on: date | None
    origin: str
    likelihood: Mapping[str, float] | None = (
        None  # soft evidence: outcome -> P(data | outcome); None = outcome observed
    )

    def __post_init__(self) -> None:
        if self.id.concept != self.rule.id:
            raise ValueError(f"finding {self.id} does not belong to rule {self.rule.id}")
        if self.outcome not in self.rule.outcomes:
            raise ValueError(f"{self.outcome!r} is not an outcome of {self.rule.id}")
