"""Totals by the rules of the instrument."""

from dataclasses import replace

import pytest

from ilc.core import Issue
from ilc.questionnaires import Score, score_instrument
from ilc.record import QuestionnaireEntry
from tests.support.small_knowledge import small_knowledge

INSTRUMENTS = small_knowledge().instruments
PHQ9, ODI, PEG = INSTRUMENTS["phq9"], INSTRUMENTS["odi"], INSTRUMENTS["peg"]


def answers(instrument: str, *given: float | None) -> QuestionnaireEntry:
    items = {str(number): answer for number, answer in enumerate(given, start=1)}
    return QuestionnaireEntry(instrument, None, items, None)


def total(instrument: str, number: float) -> QuestionnaireEntry:
    return QuestionnaireEntry(instrument, number, {}, None)


def test_a_sum() -> None:
    assert score_instrument(answers("phq9", 1, 2, 3, 0, 1, 2, 3, 0, 1), PHQ9) == Score(13.0, ())


def test_a_percentage() -> None:
    assert score_instrument(answers("odi", *[2] * 10), ODI) == Score(40.0, ())


def test_a_percentage_of_items_that_start_at_one() -> None:
    from_one = replace(ODI, item_minimum=1.0)
    assert score_instrument(answers("odi", *[1] * 10), from_one) == Score(0.0, ())
    assert score_instrument(answers("odi", *[5] * 10), from_one) == Score(100.0, ())


def test_a_mean() -> None:
    assert score_instrument(answers("peg", 4, 5, 9), PEG) == Score(6.0, ())


def test_missing_answers_within_the_limit_are_made_up_for_by_the_others() -> None:
    score = score_instrument(answers("phq9", 1, 1, 1, 1, 1, 1, 1, None), PHQ9)
    assert score == Score(9.0, ("8", "9"))


def test_a_percentage_counts_the_answered_items_only() -> None:
    assert score_instrument(answers("odi", *[3] * 9), ODI) == Score(60.0, ("10",))


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (answers("phq9", 1, 1, 1, 1, 1, 1, None, None, None), "QUESTIONNAIRE_TOO_MANY_MISSING"),
        (answers("phq9"), "QUESTIONNAIRE_TOO_MANY_MISSING"),
        (answers("peg", 4, 5), "QUESTIONNAIRE_TOO_MANY_MISSING"),
        (answers("phq9", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), "QUESTIONNAIRE_ITEM_UNKNOWN"),
        (QuestionnaireEntry("phq9", None, {"0": 1.0}, None), "QUESTIONNAIRE_ITEM_UNKNOWN"),
        (QuestionnaireEntry("phq9", None, {"one": 1.0}, None), "QUESTIONNAIRE_ITEM_UNKNOWN"),
        (answers("phq9", 4, 1, 1, 1, 1, 1, 1, 1, 1), "QUESTIONNAIRE_ANSWER_OUT_OF_RANGE"),
        (answers("phq9", -1, 1, 1, 1, 1, 1, 1, 1, 1), "QUESTIONNAIRE_ANSWER_OUT_OF_RANGE"),
        (answers("phq9", 1.5, 1, 1, 1, 1, 1, 1, 1, 1), "QUESTIONNAIRE_ANSWER_OUT_OF_RANGE"),
        (total("phq9", 28), "QUESTIONNAIRE_TOTAL_OUT_OF_RANGE"),
        (total("phq9", -1), "QUESTIONNAIRE_TOTAL_OUT_OF_RANGE"),
    ],
)
def test_what_cannot_be_scored_says_why(entry: QuestionnaireEntry, code: str) -> None:
    result = score_instrument(entry, INSTRUMENTS[entry.instrument])
    assert isinstance(result, Issue)
    assert result.code == code
    assert result.where == f"questionnaires.{entry.instrument}"


@pytest.mark.parametrize("number", [0, 12.5, 27])
def test_a_total_within_the_range_is_taken_as_it_is(number: float) -> None:
    assert score_instrument(total("phq9", number), PHQ9) == Score(number, ())


def test_even_an_instrument_that_forgives_every_gap_needs_one_answer() -> None:
    forgiving = replace(PHQ9, max_missing=9)
    assert isinstance(score_instrument(answers("phq9"), forgiving), Issue)
    assert score_instrument(answers("phq9", 1), forgiving) == Score(9.0, tuple("23456789"))


def test_an_instrument_with_an_unknown_rule_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="unknown scoring"):
        score_instrument(answers("peg", 1, 2, 3), replace(PEG, scoring="median"))
