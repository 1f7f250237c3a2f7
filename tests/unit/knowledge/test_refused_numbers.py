"""Numbers the loader refuses: unsourced, out of range, of the wrong unit, or without a reason."""

from __future__ import annotations

import pytest

from ilc.knowledge.loader import knowledge_from
from tests.support.knowledge_files import (
    SMALL,
    Spoilt,
    check_refused,
    edited,
    line_of,
    refused,
)

_PREVALENCE, _ACCURACY = "parameters/prevalence.yaml", "parameters/accuracy.yaml"
_FACTORS, _LINKS = "nodes/factors.yaml", "links/all.yaml"
_HERNIATION = "p.prior.herniation: {value: 0.2, low: 0.1, high: 0.3, unit: probability, estimand: exists, "
_FIFTH = "{value: 0.2, low: 0.1, high: 0.3"

PARAMETERS = [
    Spoilt("value above one", _PREVALENCE, _FIFTH, "{value: 1.2, low: 0.1, high: 1.3", "OUT_OF_RANGE", "range of prob"),
    Spoilt(
        "value below its interval", _PREVALENCE, _FIFTH, "{value: 0.05, low: 0.1, high: 0.3", "OUT_OF_RANGE", "hold"
    ),
    Spoilt(
        "value as text", _PREVALENCE, _FIFTH, "{value: '0.2', low: 0.1, high: 0.3", "WRONG_TYPE", "must be a number"
    ),
    Spoilt("value not finite", _ACCURACY, "{value: 8,", "{value: .inf,", "OUT_OF_RANGE", "finite"),
    Spoilt(
        "ratio of zero", _ACCURACY, "{value: 0.1, low: 0.05", "{value: 0, low: 0", "OUT_OF_RANGE", "likelihood_ratio"
    ),
    Spoilt("unit unknown", _ACCURACY, "unit: millimetre", "unit: milimetre", "UNKNOWN_ID", "milimetre"),
    Spoilt("key unknown", _ACCURACY, "unit: millimetre", "units: millimetre", "UNKNOWN_KEY", "units"),
    Spoilt("id without p.", _ACCURACY, "p.slip.mm", "slip.mm", "WRONG_ID", "slip.mm"),
]

NUMBERS = [
    Spoilt("a bare number", _LINKS, "ratio: p.or.herniation", "ratio: 2.0", "UNKNOWN_ID", "no parameter '2.0'"),
    Spoilt("a parameter unknown", _LINKS, "p.or.herniation", "p.or.hernation", "UNKNOWN_ID", "p.or.hernation"),
    Spoilt(
        "a ratio where a probability is due",
        _FACTORS,
        "p: p.prior.herniation}\n      - {age: [60, 120], sex: f",
        "p: p.or.herniation}\n      - {age: [60, 120], sex: f",
        "WRONG_UNIT",
        "given as odds_ratio",
    ),
    Spoilt("a risk ratio as odds ratio", _LINKS, "p.or.herniation", "p.rr.herniation", "WRONG_UNIT", "risk_ratio"),
    Spoilt("a form unknown", _LINKS, "from: odds_ratio", "from: hazard", "UNKNOWN_ID", "hazard"),
    Spoilt("an input too many", _LINKS, "from: odds_ratio", "from: odds_ratio, of: p.base.pain", "UNKNOWN_KEY", "of"),
    Spoilt(
        "an input missing",
        _LINKS,
        "ratio: p.or.herniation, base: p.base.pain",
        "ratio: p.or.herniation",
        "MISSING_KEY",
        "base",
    ),
    Spoilt("an assumption without a reason", _LINKS, ', because: "half are painful"', "", "MISSING_KEY", "because"),
    Spoilt("an assumption with an empty reason", _LINKS, '"half are painful"', '" "', "WRONG_TYPE", "empty"),
    Spoilt("an assumption in disorder", _LINKS, "[0.5, 0.3, 0.7]", "[0.3, 0.5, 0.7]", "OUT_OF_RANGE", "0.3, 0.5"),
    Spoilt("an assumption without interval", _LINKS, "[0.5, 0.3, 0.7]", "[0.5]", "OUT_OF_RANGE", "[0.5]"),
    Spoilt("an assumption without bounds", _LINKS, "[0.5, 0.3, 0.7]", "[.inf, 0.3, .inf]", "OUT_OF_RANGE", "inf"),
    Spoilt(
        "an assumed ratio without bounds",
        _LINKS,
        "ratio: p.or.herniation",
        "ratio: {assume: [.inf, 1, .inf], because: x}",
        "OUT_OF_RANGE",
        "inf",
    ),
    Spoilt("an assumption that is no list", _LINKS, "[0.5, 0.3, 0.7]", "0.5", "WRONG_TYPE", "must be a list"),
    Spoilt(
        "a list where a number is due",
        _LINKS,
        "ratio: p.or.herniation",
        "ratio: [p.or.herniation]",
        "WRONG_TYPE",
        "must be a mapping",
    ),
    Spoilt(
        "a list where a word is due", _LINKS, "from: odds_ratio", "from: [odds_ratio]", "WRONG_TYPE", "single value"
    ),
    Spoilt(
        "a likelihood ratio as strength",
        _LINKS,
        '{assume: [0.5, 0.3, 0.7], because: "half are painful"}',
        "{from: odds_change, after: p.exposed.pain, before: p.base.pain}",
        "WRONG_UNIT",
        "likelihood_ratio",
    ),
    Spoilt("an assumption above one", _LINKS, "[0.5, 0.3, 0.7]", "[1.5, 0.3, 1.7]", "OUT_OF_RANGE", "1.5"),
    Spoilt(
        "an exposed prevalence below its base",
        _LINKS,
        "exposed: p.exposed.pain, base: p.base.pain",
        "exposed: p.base.pain, base: p.exposed.pain",
        "OUT_OF_RANGE",
        "prevalence_in_exposed",
    ),
    Spoilt(
        "a word where a number is due",
        _LINKS,
        '{assume: [0.5, 0.3, 0.7], because: "half are painful"}',
        "often",
        "UNKNOWN_ID",
        "often",
    ),
    Spoilt(
        "a mapping that is no number",
        _LINKS,
        '{assume: [0.5, 0.3, 0.7], because: "half are painful"}',
        "{guess: 0.5}",
        "NOT_A_NUMBER",
        "no number",
    ),
]


@pytest.mark.parametrize("spoilt", [*PARAMETERS, *NUMBERS], ids=str)
def test_refused(spoilt: Spoilt) -> None:
    check_refused(spoilt)


def _stated(old: str, new: str) -> dict[str, str]:
    """The first line of the prevalences with another part of its statement."""
    lines = SMALL[_PREVALENCE].splitlines()
    assert old in lines[1]
    assert lines[1].startswith(_HERNIATION)
    return {**SMALL, _PREVALENCE: "\n".join([lines[0], lines[1].replace(old, new), *lines[2:]])}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("sources: [{key: smith2015, place: Table 2}], ", "", "MISSING_SOURCE"),
        ("sources: [{key: smith2015, place: Table 2}]", "sources: []", "MISSING_SOURCE"),
        ("key: smith2015", "key: smith2016", "UNKNOWN_REFERENCE"),
        ("place: Table 2", "place: ''", "WRONG_TYPE"),
        (", place: Table 2", "", "MISSING_PLACE"),
        ("reviewed: 2026-11-01", "reviewed: 2026-11-31", "WRONG_DATE"),
        ("reviewed: 2026-11-01", "reviewed: 20261101", "WRONG_DATE"),
        ("reviewed: 2026-11-01", "reviewed: yesterday", "WRONG_DATE"),
        (", reviewed: 2026-11-01", "", "MISSING_KEY"),
        ("quality: 1,", "quality: 0,", "OUT_OF_RANGE"),
        ("quality: 1,", "quality: 1.1,", "OUT_OF_RANGE"),
        ("basis: study", "basis: hearsay", "UNKNOWN_ID"),
        ("basis: study", "basis: assumption", "MISSING_KEY"),
        ("estimand: exists", "estimand: existence", "UNKNOWN_ID"),
        ("conditioning: unselected", "conditioning: everyone", "UNKNOWN_ID"),
        ("unit_of_analysis: person", "unit_of_analysis: people", "UNKNOWN_ID"),
    ],
)
def test_a_number_without_its_full_statement_is_refused(old: str, new: str, code: str) -> None:
    issues = refused(_stated(old, new))
    assert [issue.code for issue in issues] == [f"KNOWLEDGE_{code}"]
    assert issues[0].where == f"{_PREVALENCE}:2"


def test_an_assumption_in_the_parameters_needs_no_source_but_a_reason() -> None:
    sourced = "basis: study, sources: [{key: smith2015, place: Table 2}]"
    knowledge = knowledge_from(_stated(sourced, "basis: assumption, note: agreed among three clinicians"))
    assert knowledge.parameters["p.prior.herniation"].note == "agreed among three clinicians"
    assert [issue.code for issue in refused(_stated(sourced, "basis: assumption"))] == ["KNOWLEDGE_MISSING_KEY"]


def test_the_refusal_names_the_line_and_the_nearest_word() -> None:
    texts = edited(_LINKS, "p.or.herniation", "p.or.hernation")
    (issue,) = refused(texts)
    assert issue.where == line_of(texts, _LINKS, "p.or.hernation")
    assert "p.or.herniation" in issue.remedy


def test_a_source_may_state_certainty_as_long_as_the_model_does_not_use_it() -> None:
    texts = edited(
        _ACCURACY, "{value: 3, low: 2, high: 4, unit: millimetre", "{value: 1, low: 0, high: 1, unit: specificity"
    )
    assert knowledge_from(texts).parameters["p.slip.mm"].estimate.value == 1.0


def test_a_ratio_of_one_is_no_cause_and_is_told_at_the_link() -> None:
    (issue,) = refused(edited(_PREVALENCE, "{value: 2.0, low: 1.2", "{value: 1.0, low: 0.8"))
    assert issue.code == "KNOWLEDGE_OUT_OF_RANGE"
    assert issue.where == line_of(SMALL, _LINKS, "ratio: p.or.herniation")
