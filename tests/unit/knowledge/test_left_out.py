"""What was read and left out is listed with its source and the reason; unused numbers say what they are kept for."""

from __future__ import annotations

import pytest

from ilc.knowledge import check_knowledge
from ilc.knowledge.loader import knowledge_from
from ilc.knowledge.model import SourceRef
from ilc.knowledge.usage import uses_of_references
from tests.support.knowledge_files import SMALL, edited, line_of, refused, with_entry

_FILE = "left_out.yaml"
_SLIP = "p.slip.mm: {value: 3,"
_UNUSED = "KNOWLEDGE_PARAMETER_UNUSED"


def _unused(texts: dict[str, str]) -> set[str]:
    return {issue.where for issue in check_knowledge(knowledge_from(texts)) if issue.code == _UNUSED}


def test_what_was_left_out_keeps_its_statement_its_reason_and_its_source() -> None:
    knowledge = knowledge_from(SMALL)
    entry = knowledge.left_out["old_reflex_time"]
    assert entry.states == "reflex 2 ms later in 9 people"
    assert entry.reason == "no spread is given"
    assert entry.sources == (SourceRef("old1990", "page 2"),)
    assert "left_out.old_reflex_time" in uses_of_references(knowledge)["old1990"]


def test_a_knowledge_base_need_not_leave_anything_out() -> None:
    assert not knowledge_from({**SMALL, _FILE: ""}).left_out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("states: reflex", "says: reflex", "UNKNOWN_KEY"),
        ("states: reflex 2 ms later in 9 people, ", "", "MISSING_KEY"),
        (" reason: no spread is given,", "", "MISSING_KEY"),
        ("[{key: old1990, place: page 2}]", "[]", "MISSING_SOURCE"),
        (",\n  sources: [{key: old1990, place: page 2}]", "", "MISSING_SOURCE"),
        ("key: old1990", "key: old1991", "UNKNOWN_REFERENCE"),
        (", place: page 2", "", "MISSING_PLACE"),
        ("old_reflex_time:", "Old-reflex:", "WRONG_ID"),
    ],
)
def test_an_entry_that_cannot_be_judged_is_refused_with_its_line(old: str, new: str, code: str) -> None:
    (issue,) = refused(edited(_FILE, old, new))
    assert issue.code == f"KNOWLEDGE_{code}"
    assert issue.where.startswith(f"{_FILE}:")
    assert issue.remedy


def test_the_same_thing_left_out_twice_is_refused() -> None:
    (issue,) = refused(with_entry(_FILE, SMALL[_FILE]))
    assert issue.code == "KNOWLEDGE_DUPLICATE_KEY"


def test_an_unused_number_is_told_unless_it_says_what_it_is_kept_for() -> None:
    assert _unused(dict(SMALL)) == {"parameters.p.slip.mm"}
    kept = edited("parameters/accuracy.yaml", _SLIP, "p.slip.mm: {kept_for: record, note: no test uses it, value: 3,")
    assert _unused(kept) == set()
    assert knowledge_from(kept).parameters["p.slip.mm"].kept_for == "record"
    assert knowledge_from(SMALL).parameters["p.slip.mm"].kept_for == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [("kept_for: record", "MISSING_KEY"), ("kept_for: later, note: some day", "UNKNOWN_ID")],
)
def test_a_number_kept_without_a_reason_or_for_nothing_known_is_refused(words: str, code: str) -> None:
    texts = edited("parameters/accuracy.yaml", _SLIP, f"p.slip.mm: {{{words}, value: 3,")
    (issue,) = refused(texts)
    assert issue.code == f"KNOWLEDGE_{code}"
    assert issue.where == line_of(texts, "parameters/accuracy.yaml", "p.slip.mm")
