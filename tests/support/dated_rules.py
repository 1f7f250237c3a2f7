"""What every dated rules file has to keep to after its first scoring."""

from __future__ import annotations

import hashlib
import json

from ilc.validation.rules_file import read_rules


def check_amendments(name: str, first_scored: str) -> None:
    """The rules but for their amendments are those of the first scoring, or an amendment says what was changed."""
    rules, _ = read_rules(name)
    amendments = rules.pop("amendments")
    unchanged = hashlib.sha256(json.dumps(rules, sort_keys=True, default=str).encode()).hexdigest() == first_scored
    assert all(one["date"] and one["reason"] for one in amendments)
    assert unchanged or any(one["changed"] for one in amendments)
