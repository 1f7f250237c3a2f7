"""Rules are dated: what was once scored under stays as it was, and a change is a new file."""

from __future__ import annotations

from ilc.validation.overlap.rules import RULES, read_overlap_rules
from ilc.validation.rules_file import read_rules

SCORED_UNDER = {
    "2026-11-22-overlap.yaml": "c62ca1a7f80dfdd2",
    "2026-11-26-overlap.yaml": "b8b40e68a4def10a",
}


def test_rules_stay_as_they_were_before_their_first_scoring() -> None:
    for name, hash_starts in SCORED_UNDER.items():
        entries, file = read_rules(name)
        assert file.sha256.startswith(hash_starts), f"{name} was changed; write a new file with its own date"
        assert str(entries["date"]) == name[:10]


def test_the_rules_in_force_are_the_latest_and_say_what_they_change() -> None:
    rules, file = read_overlap_rules()
    assert file.name == RULES == max(SCORED_UNDER)
    assert rules.follows == sorted(SCORED_UNDER)[-2]
    assert rules.changes
    assert all(change.what and change.why for change in rules.changes)
