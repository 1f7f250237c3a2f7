"""What was written for one finding: an outcome, or a number that is graded into one."""

from __future__ import annotations

from ilc.core import Presence
from ilc.knowledge.model import FindingDef
from ilc.record.desk import Desk
from ilc.record.issue_log import quote
from ilc.record.quantities import Amount, convert_exactly, parse_amount, print_unit, same_unit
from ilc.record.schema import FindingBlock

_MEANT = {
    **dict.fromkeys(("yes", "true", "positive", "pos", "+", "1"), Presence.PRESENT.value),
    **dict.fromkeys(("no", "false", "negative", "neg", "-", "none", "normal", "0"), Presence.ABSENT.value),
    **dict.fromkeys(("?", "n/a", "na", "not done", "not tested", "not asked"), Presence.UNKNOWN.value),
}


def grade_value(definition: FindingDef, value: float) -> str | None:
    """The outcome whose band, [from, to), holds a number in the finding's unit; None outside all bands."""
    for outcome, (start, end) in definition.bands.items():
        if start <= value < end:
            return outcome
    return None


def parse_value(
    definition: FindingDef, block: FindingBlock, desk: Desk, *place: str
) -> tuple[str, float | None] | None:
    """Outcome and number of one finding; None where nothing was written or it is not usable (told in the issues)."""
    written = (block.value or "").strip()
    if not written:
        return None
    word = written.lower()
    if word in definition.outcomes or word == Presence.UNKNOWN:
        return word, None
    amount = parse_amount(written)
    refuse = _Refusal(definition, written, desk, desk.where(*place))
    if not definition.bands:
        refuse.no_such_outcome(is_number=amount is not None)
        return None
    if amount is None:
        refuse.no_number()
        return None
    if amount.unit and block.unit and not same_unit(written=amount.unit, expected=block.unit):
        refuse.two_units(amount.unit, block.unit)
        return None
    return _grade(definition, Amount(amount.number, amount.unit or block.unit), refuse)


def _grade(definition: FindingDef, amount: Amount, refuse: _Refusal) -> tuple[str, float] | None:
    if amount.unit and not same_unit(written=amount.unit, expected=definition.unit):
        refuse.wrong_unit(amount)
        return None
    outcome = grade_value(definition, amount.number)
    if outcome is None:
        refuse.out_of_range(amount.number)
        return None
    return outcome, amount.number


class _Refusal:
    """Says what is wrong with one written value, and what to write instead."""

    def __init__(self, definition: FindingDef, written: str, desk: Desk, where: str) -> None:
        self._definition = definition
        self._written = written
        self._desk = desk
        self._where = where
        self._outcomes = ", ".join((*definition.outcomes, Presence.UNKNOWN.value))

    def _refuse(self, code: str, message: str, remedy: str) -> None:
        self._desk.log.refuse(code, where=self._where, message=message, remedy=remedy)

    def no_such_outcome(self, *, is_number: bool) -> None:
        meant = _MEANT.get(self._written.lower(), "")
        hint = f" Did you mean `{meant}`?" if meant in self._outcomes.split(", ") else ""
        what = "takes no number" if is_number else f"has no outcome {quote(self._written)}"
        code = "FINDING_TAKES_NO_NUMBER" if is_number else "FINDING_OUTCOME_UNKNOWN"
        self._refuse(code, f"`{self._definition.id}` {what}.", f"Write one of: {self._outcomes}.{hint}")

    def no_number(self) -> None:
        hint = " Write decimals with a point." if "," in self._written else ""
        example = f"a number in {print_unit(self._definition.unit)}"
        message = f"{quote(self._written)} is neither a number nor an outcome of `{self._definition.id}`."
        remedy = f"Write {example}, or one of: {self._outcomes}.{hint}"
        self._refuse("FINDING_OUTCOME_UNKNOWN", message, remedy)

    def wrong_unit(self, amount: Amount) -> None:
        expected = print_unit(self._definition.unit)
        converted = convert_exactly(amount.number, written=amount.unit, expected=self._definition.unit)
        message = f"`{self._definition.id}` is measured in {expected}, not in {quote(amount.unit)}."
        if converted is None:
            remedy = f"Convert it, and write the number in {expected}."
        else:
            remedy = f"Write `{converted:.6g} {expected}`, which is the same as {quote(self._written)}."
        self._refuse("FINDING_UNIT_WRONG", message, remedy)

    def two_units(self, first: str, second: str) -> None:
        message = f"`{self._definition.id}` is given in {quote(first)} and in {quote(second)}."
        remedy = f"Keep one of them; expected is {print_unit(self._definition.unit)}."
        self._refuse("FINDING_UNIT_WRONG", message, remedy)

    def out_of_range(self, number: float) -> None:
        bands = self._definition.bands.values()
        low, high = min(start for start, _ in bands), max(end for _, end in bands)
        unit = print_unit(self._definition.unit)
        message = (
            f"{number:g} {unit} is not possible for `{self._definition.id}`, which goes from {low:g} to below {high:g}."
        )
        self._refuse("FINDING_VALUE_OUT_OF_RANGE", message, f"Check the number and its unit ({unit}).")
