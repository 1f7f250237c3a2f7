"""The page on conflicting evidence names numbers that are really there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ilc.knowledge import load_knowledge

_PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "conflicting_evidence.md"
_NAMES = re.compile(r"`((?:p\.)?[a-z]+\d{4}[a-z]?[a-z0-9_.]*)`")


def test_every_number_and_every_left_out_entry_named_on_the_page_exists() -> None:
    if not _PAGE.is_file():
        pytest.skip("the documentation is not part of this installation")
    knowledge = load_knowledge()
    named = _NAMES.findall(_PAGE.read_text(encoding="utf-8"))
    assert {"p.kostev2023.ptsd_chronic_back_pain", "fascia2025_shear"} <= set(named)
    known = (*knowledge.parameters, *knowledge.left_out)
    assert [name for name in named if not any(id_ == name or id_.startswith(f"{name}.") for id_ in known)] == []


def test_what_is_left_out_says_enough_to_be_judged() -> None:
    entries = load_knowledge().left_out.values()
    assert len(entries) > 50
    for entry in entries:
        assert entry.states != entry.reason, entry.id
        assert all(source.place for source in entry.sources), entry.id
