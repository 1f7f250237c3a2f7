"""Patients with clinical criteria: what is read, and what is refused with its line."""

from __future__ import annotations

import pytest

from ilc.validation.result import PartNotPossible
from ilc.validation.smart_data import ABSENT, PRESENT, UNKNOWN, parse_patients

KNOWN = frozenset({4, 8, 13})
TEXT = '"Criterion8" "Criterion4" "group"\n"first" 2 1 "Nociceptive"\n"second" NA 2 "Central Neuropathic"\n'


def test_criteria_are_read_by_name_and_what_nobody_answered_is_unknown() -> None:
    patients = parse_patients(TEXT, KNOWN)
    assert patients.criteria == (8, 4)
    assert patients.state.tolist() == [[PRESENT, ABSENT], [UNKNOWN, PRESENT]]
    assert patients.group == ("Nociceptive", "Central Neuropathic")


def test_patients_without_a_class_can_be_read_too() -> None:
    patients = parse_patients('"Criterion13"\n"first" 2\n', KNOWN)
    assert patients.group == ()
    assert patients.count == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "0 patients"),
        ('"Criterion8" "group"\n', "0 patients"),
        ('"Criterion8" "group"\n"first" 3 "Nociceptive"\n', "Line 2, Criterion8"),
        ('"Criterion8" "group"\n"first" 2\n', "Line 2 of the patients has 2 fields"),
        ('"Criterion99"\n"first" 2\n', "neither a known criterion nor group"),
        ('"Criterion8" "Criterion8"\n"first" 2 2\n', "one column twice"),
        ('"group"\n"first" "Nociceptive"\n', "names no criterion"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(PartNotPossible, match=told) as caught:
        parse_patients(text, KNOWN)
    assert caught.value.remedy


def test_a_refusal_repeats_no_value_of_the_file() -> None:
    with pytest.raises(PartNotPossible) as caught:
        parse_patients('"Criterion8"\n"Jane Doe" secret\n', KNOWN)
    assert "secret" not in caught.value.reason + caught.value.remedy
    assert "Jane" not in caught.value.reason + caught.value.remedy
