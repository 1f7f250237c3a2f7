"""Dated rules, committed before a part's first scoring, read with their hash."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from ilc.validation.result import RulesFile


class StrictRules(BaseModel):
    """Rules, or a part of them, whose every entry must be known and of its type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Amendment(StrictRules):
    """A later change of what was committed before the first scoring."""

    date: date
    changed: list[str]
    reason: str


class Resamples(StrictRules):
    """Resamples of patients or cases for intervals."""

    draws: int
    interval: float


def read_rules(name: str) -> tuple[dict[str, Any], RulesFile]:
    """The rules of a part as plain data, and which file they are.

    Parameters
    ----------
    name : file name in the folder `rules` of this package
    """
    import yaml

    content = files("ilc.validation").joinpath("rules", name).read_bytes()
    rules = yaml.safe_load(content)
    if not isinstance(rules, dict) or "date" not in rules:
        raise ValueError(f"rules file {name} has no date")
    return rules, RulesFile(name, hashlib.sha256(content).hexdigest())
