"""Ids of repeated things: `disc_herniation@L4_L5.left`, `slip@L4_L5`, `leg_pain@left`, `distress`."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.core.site import LEVELS, ROOTS, SIDES, VERTEBRAE

_PLACES = frozenset(LEVELS) | frozenset(VERTEBRAE) | frozenset(ROOTS)


@dataclass(frozen=True, slots=True, order=True)
class InstanceId:
    """A concept at a site; the site is empty for the whole person."""

    concept: str
    site: str = ""

    def __post_init__(self) -> None:
        if not self.concept or not self.concept.replace("_", "").isalnum() or self.concept != self.concept.lower():
            raise ValueError(f"concept must be lower_snake: {self.concept!r}")
        parts = self.site.split(".") if self.site else []
        known = all(part in _PLACES or part in SIDES for part in parts)
        if not known or len(parts) > 2 or (len(parts) == 2 and not (parts[0] in _PLACES and parts[1] in SIDES)):
            raise ValueError(f"unknown site {self.site!r} in {self.concept}@{self.site}")

    @classmethod
    def parse(cls, text: str) -> InstanceId:
        """Read `concept` or `concept@site`."""
        concept, _, site = text.partition("@")
        return cls(concept, site)

    @property
    def place(self) -> str:
        """Level, vertebra or root; empty where the site names only a side or nothing."""
        first = self.site.split(".")[0]
        return first if first in _PLACES else ""

    @property
    def side(self) -> str:
        """`left`, `right` or empty."""
        last = self.site.split(".")[-1]
        return last if last in SIDES else ""

    def __str__(self) -> str:
        return f"{self.concept}@{self.site}" if self.site else self.concept
