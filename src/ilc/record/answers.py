"""Questionnaires as they were filled in; scoring them is the work of `ilc.questionnaires`."""

from __future__ import annotations

from ilc.record.case import QuestionnaireEntry
from ilc.record.desk import Desk
from ilc.record.issue_log import quote
from ilc.record.schema import QuestionnaireBlock


def parse_questionnaires(blocks: dict[str, QuestionnaireBlock], desk: Desk) -> tuple[QuestionnaireEntry, ...]:
    """Entries of known instruments that hold either a total or answers."""
    entries = []
    for id_, block in blocks.items():
        if _is_usable(id_, block, desk):
            items = {number.strip(): answer for number, answer in (block.items or {}).items()}
            entries.append(QuestionnaireEntry(id_, block.total, items, block.observed_on))
    return tuple(entries)


def _is_usable(id_: str, block: QuestionnaireBlock, desk: Desk) -> bool:
    where, instruments = desk.where("questionnaires", id_), desk.knowledge.instruments
    if id_ not in instruments:
        remedy = desk.log.suggest(id_, instruments) or f"Known: {', '.join(instruments) or 'none'}."
        message = f"There is no questionnaire {quote(id_)}."
        desk.log.refuse("QUESTIONNAIRE_UNKNOWN", where=where, message=message, remedy=remedy)
        return False
    if block.total is not None and block.items is not None:
        message = f"{quote(id_)} has a total and answers."
        remedy = "Keep the answers; the total is computed from them."
        desk.log.refuse("QUESTIONNAIRE_TOTAL_AND_ITEMS", where=where, message=message, remedy=remedy)
        return False
    if block.total is None and not block.items:
        message = f"{quote(id_)} has neither a total nor answers; it is left out."
        remedy = f"Write `{id_}: {{total: ...}}` or `{id_}: {{items: {{1: ...}}}}`, or remove the entry."
        desk.log.inform("QUESTIONNAIRE_EMPTY", where=where, message=message, remedy=remedy)
        return False
    return desk.check_not_later(block.observed_on, "questionnaires", id_, "observed_on")
