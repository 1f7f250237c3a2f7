"""From answers to a total, by the rules of the instrument."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.core import Issue, IssueSeverity
from ilc.knowledge.model import InstrumentDef
from ilc.record import QuestionnaireEntry
from ilc.record.issue_log import quote


@dataclass(frozen=True, slots=True)
class Score:
    """A total in the instrument's own range. `missing`: items without an answer that were made up for by the others."""

    total: float
    missing: tuple[str, ...]


def score_instrument(entry: QuestionnaireEntry, instrument: InstrumentDef) -> Score | Issue:
    """The total of one questionnaire, or why there is none.

    Up to `max_missing` answers may be missing; the total is then scaled up from the answers given. Answers are expected
    as the instrument scores them, reversed items already reversed.
    """
    if entry.total is not None:
        return _check_total(entry.total, instrument)
    wrong = _what_is_wrong(entry, instrument)
    if wrong is not None:
        return wrong
    numbers = _item_numbers(instrument)
    answers = [answer for number in numbers if (answer := entry.items.get(number)) is not None]
    missing = tuple(number for number in numbers if entry.items.get(number) is None)
    if len(missing) > instrument.max_missing or not answers:
        allowed = instrument.max_missing or "none"
        message = f"{len(missing)} of {instrument.items} answers are missing; {allowed} may be. It is not scored."
        remedy = f"Ask for the items {', '.join(missing[:12])}, or write the total."
        return _issue("QUESTIONNAIRE_TOO_MANY_MISSING", IssueSeverity.WARNING, instrument, message, remedy)
    return Score(_combine(answers, instrument), missing)


def _item_numbers(instrument: InstrumentDef) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, instrument.items + 1))


def _combine(answers: list[float], instrument: InstrumentDef) -> float:
    mean = sum(answers) / len(answers)
    if instrument.scoring == "mean":
        return mean
    if instrument.scoring == "percent":
        return 100.0 * (mean - instrument.item_minimum) / (instrument.item_maximum - instrument.item_minimum)
    if instrument.scoring == "sum":
        return mean * instrument.items if len(answers) < instrument.items else sum(answers)
    raise ValueError(f"instrument {instrument.id} has an unknown scoring {instrument.scoring!r}")


def _check_total(total: float, instrument: InstrumentDef) -> Score | Issue:
    if instrument.minimum <= total <= instrument.maximum:
        return Score(total, ())
    message = f"The total {total:g} is outside {instrument.minimum:g} to {instrument.maximum:g}. It is not used."
    remedy = "Correct the total, or write the answers under `items`."
    return _issue("QUESTIONNAIRE_TOTAL_OUT_OF_RANGE", IssueSeverity.ERROR, instrument, message, remedy)


def _what_is_wrong(entry: QuestionnaireEntry, instrument: InstrumentDef) -> Issue | None:
    numbers = _item_numbers(instrument)
    unknown = [quote(number) for number in entry.items if number not in numbers]
    if unknown:
        message = f"There is no item {', '.join(unknown[:5])}. It is not scored."
        remedy = f"Number the items 1 to {instrument.items}."
        return _issue("QUESTIONNAIRE_ITEM_UNKNOWN", IssueSeverity.ERROR, instrument, message, remedy)
    low, high = instrument.item_minimum, instrument.item_maximum
    wrong = [
        f"{number} ({answer:g})"
        for number, answer in entry.items.items()
        if answer is not None and not (low <= answer <= high and answer == int(answer))
    ]
    if wrong:
        message = f"Answers that are not possible: item {', '.join(wrong[:5])}. It is not scored."
        remedy = f"Each answer is a whole number from {low:g} to {high:g}; leave an item without answer empty."
        return _issue("QUESTIONNAIRE_ANSWER_OUT_OF_RANGE", IssueSeverity.ERROR, instrument, message, remedy)
    return None


def _issue(code: str, severity: IssueSeverity, instrument: InstrumentDef, message: str, remedy: str) -> Issue:
    return Issue(code, severity, f"questionnaires.{instrument.id}", f"{instrument.label}: {message}", remedy)
