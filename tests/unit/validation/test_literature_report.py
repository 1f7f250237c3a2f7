"""What the part `literature` says: shares against targets, every row, every miss with its reason, two pictures."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest

from ilc.validation.literature.counting import Simulated
from ilc.validation.literature.forest import ForestRow, draw_forest
from ilc.validation.literature.published import published_of, scaled
from ilc.validation.literature.report import Account, report_literature
from ilc.validation.literature.rules import LiteratureRules, read_literature_rules
from ilc.validation.literature.scoring import RowResult, counts
from ilc.validation.result import PartResult, RulesFile

FILE = RulesFile("rules.yaml", "0" * 64)
RULES, _ = read_literature_rules()


def results(*, off: frozenset[str] = frozenset(), missing: frozenset[str] = frozenset()) -> list[RowResult]:
    """Every row hit in its middle, but for those that are far off or cannot be asked."""
    found = []
    for row in RULES.rows:
        number = published_of(row)
        middle = scaled(number.value, row.measure) + (5.0 if row.id in off else 0.0)
        simulated = None if row.id in missing else Simulated(middle, 0.01, 5000.0)
        counted = simulated is not None and counts(row, number, RULES)
        found.append(RowResult(row, number, simulated, ("no node x",) if row.id in missing else (), counted))
    return found


def report(found: list[RowResult], explanations: dict[str, str] | None = None) -> PartResult:
    return report_literature(RULES, FILE, Account(found, explanations or {}, []))


def counted_rows(rules: LiteratureRules) -> list[str]:
    return [row.id for row in rules.rows if counts(row, published_of(row), rules)]


def test_a_model_that_hits_every_number_meets_both_targets() -> None:
    said = report(results())
    assert "Both targets are met." in said.text
    verdicts = {row[0]: row[-1] for row in said.tables[0].rows}
    assert verdicts["counted (emergent and held out)"] == verdicts["held out"] == "met"


def test_rows_far_off_miss_the_target_and_are_listed_with_their_reason() -> None:
    off = frozenset(counted_rows(RULES)[:10])
    said = report(results(off=off), {min(off): "the source counted something else"})
    assert any(text.startswith("Missed: counted") for text in said.text)
    misses = next(table for table in said.tables if table.title.startswith("Counted rows that are missed"))
    assert {row[0] for row in misses.rows} == off
    reasons = {row[0]: row[-1] for row in misses.rows}
    assert reasons.pop(min(off)) == "the source counted something else"
    assert set(reasons.values()) == {"not explained yet"}


def test_inputs_and_fitted_rows_are_shown_but_never_counted() -> None:
    figures = report(results()).figures["rows"]
    assert isinstance(figures, list)
    roles = {entry["role"] for entry in figures if isinstance(entry, dict) and entry["counted"]}
    assert roles == {"emergent", "held_out"}
    assert len(figures) == len(RULES.rows)


def test_an_interval_wider_than_ten_fold_does_not_count() -> None:
    row = next(row for row in RULES.rows if row.id == "siqveland2017_back")
    assert row.role == "emergent"
    assert not counts(row, published_of(row), RULES)


def test_a_row_the_knowledge_has_no_words_for_is_told_and_not_counted() -> None:
    missing = counted_rows(RULES)[0]
    said = report(results(missing=frozenset({missing})))
    assert any(missing in text and "no node x" in text for text in said.text)
    assert said.tables[0].rows[0][1] == f"{len(counted_rows(RULES)) - 1} of {len(counted_rows(RULES)) - 1}"


def test_distances_are_over_both_errors() -> None:
    row = next(row for row in RULES.rows if row.id == "depalma2011_disc")
    number = published_of(row)
    near, sure = (
        RowResult(row, number, Simulated(scaled(number.value, "share") + 0.5, sd, 100.0), (), counted=True)
        for sd in (0.5, 0.0)
    )
    assert near.z is not None
    assert sure.z is not None
    assert 0 < near.z < sure.z


@pytest.mark.parametrize("logarithmic", [True, False])
def test_the_forest_plot_is_a_drawing_with_words_for_those_who_do_not_see_it(*, logarithmic: bool) -> None:
    rows = [ForestRow("A & B", 0.3, 0.2, 0.4, 0.35, inside=True), ForestRow("C", 50.0, 2.0, 99.0, 0.01, inside=False)]
    drawn = Xml.fromstring(draw_forest(rows, logarithmic=logarithmic))  # noqa: S314  # made here
    title = next(element for element in drawn.iter() if element.tag.endswith("title"))
    assert title.text is not None
    assert "A & B: published 0.3 (0.2 to 0.4), simulated 0.35" in title.text
    circles = [element for element in drawn.iter() if element.tag.endswith("circle")]
    assert len(circles) == len(rows) + 2
    width = float(drawn.attrib["width"])
    assert all(0 < float(circle.attrib["cx"]) < width for circle in circles)


def test_both_pictures_are_drawn() -> None:
    assert set(report(results()).pictures) == {"literature-shares.svg", "literature-ratios.svg"}
