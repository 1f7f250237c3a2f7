"""Spinopelvic numbers: reading, thresholds, calls."""

from __future__ import annotations

import numpy as np
import pytest

from ilc.knowledge import load_knowledge
from ilc.validation.column import (
    CLASSES,
    RULES,
    decide,
    detect_signs,
    infer_signs,
    measure_identity_gap,
    parse_column,
)
from ilc.validation.result import PartNotPossible
from ilc.validation.rules_file import read_rules

TEXT = "60.00 20.00 39.00 40.00 110.0 4.9 NO\n60.00 20.00 55.00 40.50 110.0 -6.0 SL\n"


def test_numbers_and_labels_are_read_and_the_geometry_is_checked() -> None:
    rules, _ = read_rules(RULES)
    people = parse_column(TEXT, tuple(rules["columns"]))
    assert [CLASSES[k] for k in people.truth] == ["NO", "SL"]
    assert measure_identity_gap(people, tuple(rules["columns"])) == pytest.approx(0.5)


def test_a_slip_backward_counts_and_lordosis_is_held_against_the_pelvis() -> None:
    rules, _ = read_rules(RULES)
    assert detect_signs(parse_column(TEXT, tuple(rules["columns"])), rules) == [(False, True), (True, False)]


@pytest.mark.parametrize("text", ["", "1 2 3 NO\n", "1 2 3 4 5 6 XX\n", "1 2 3 4 5 six NO\n", "1 2 3 4 5 nan NO\n"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    rules, _ = read_rules(RULES)
    with pytest.raises(PartNotPossible):
        parse_column(text, tuple(rules["columns"]))


def test_a_slip_on_the_radiograph_raises_the_slip_and_leaves_the_disc_nearly_alone() -> None:
    rules, _ = read_rules(RULES)
    slip, herniation = infer_signs(load_knowledge(), [(False, False), (True, False)], rules)
    assert slip[0] < 0.05
    assert slip[1] > 0.5
    assert herniation[1] == pytest.approx(herniation[0], abs=0.02)


def test_slip_is_called_before_herniation() -> None:
    decision = {"slip_from": 0.5, "herniation_from": 0.5}
    called = decide(np.array([0.6, 0.1, 0.1]), np.array([0.9, 0.9, 0.1]), decision)
    assert [CLASSES[k] for k in called] == ["SL", "DH", "NO"]
