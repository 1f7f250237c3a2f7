"""Amounts as people write them: `172 cm`, `3 months`, `12 mg/L`. Only exact conversions are known here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

_AMOUNT = re.compile(r"([-+]?[0-9]{1,12}(?:\.[0-9]{1,12})?)\s*((?:[^\W\d_]|[%°℃℉]).{0,39})?")
_DURATION_DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_DURATION_WORDS = {
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("w", "wk", "week", "weeks"), "week"),
    **dict.fromkeys(("mo", "month", "months"), "month"),
    **dict.fromkeys(("y", "yr", "year", "years"), "year"),
}

# Spelling -> (kind of quantity, factor to that kind's base unit). Written as the source of a value would print them.
_SPELLINGS: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("mg/l", "ug/ml", "mcg/ml", "milligram_per_litre"), ("mass concentration", Fraction(1))),
    "mg/dl": ("mass concentration", Fraction(10)),
    "g/l": ("mass concentration", Fraction(1000)),
    "g/dl": ("mass concentration", Fraction(10_000)),
    **dict.fromkeys(("ng/ml", "ug/l", "mcg/l"), ("mass concentration", Fraction(1, 1000))),
    **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), ("length", Fraction(1))),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), ("length", Fraction(10))),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), ("length", Fraction(1000))),
    **dict.fromkeys(("mm2", "square_millimetre"), ("area", Fraction(1))),
    "cm2": ("area", Fraction(100)),
    **dict.fromkeys(("kg", "kilogram", "kilograms"), ("mass", Fraction(1000))),
    **dict.fromkeys(("g", "gram", "grams"), ("mass", Fraction(1))),
    **dict.fromkeys(("ml", "millilitre"), ("volume", Fraction(1))),
    **dict.fromkeys(("l", "litre"), ("volume", Fraction(1000))),
    **dict.fromkeys(("ms", "millisecond"), ("time", Fraction(1, 1000))),
    **dict.fromkeys(("s", "sec", "second", "seconds"), ("time", Fraction(1))),
    **dict.fromkeys(("min", "minute", "minutes"), ("time", Fraction(60))),
    **dict.fromkeys(("h", "hr", "hour", "hours"), ("time", Fraction(3600))),
    **dict.fromkeys(("d", "day", "days"), ("time", Fraction(86_400))),
    **dict.fromkeys(("wk", "week", "weeks"), ("time", Fraction(604_800))),
    **dict.fromkeys(("uv", "microvolt"), ("voltage", Fraction(1, 1000))),
    **dict.fromkeys(("mv", "millivolt"), ("voltage", Fraction(1))),
    **dict.fromkeys(("%", "percent"), ("share", Fraction(1, 100))),
    **dict.fromkeys(("ratio", "fraction"), ("share", Fraction(1))),
    **dict.fromkeys(("°", "deg", "degree", "degrees"), ("angle", Fraction(1))),
    **dict.fromkeys(("mm/h", "mm/hr", "millimetre_per_hour"), ("sedimentation", Fraction(1))),
    **dict.fromkeys(("kg/m2", "kilogram_per_square_metre"), ("body mass index", Fraction(1))),
    **dict.fromkeys(("point", "points", "score"), ("points", Fraction(1))),
}
_TEMPERATURES = {
    **dict.fromkeys(("°c", "c", "celsius", "degree_celsius"), "celsius"),
    **dict.fromkeys(("°f", "f", "fahrenheit", "degree_fahrenheit"), "fahrenheit"),
}
_PRINTED = {
    "milligram_per_litre": "mg/L",
    "millimetre_per_hour": "mm/h",
    "kilogram_per_square_metre": "kg/m2",
    "millimetre": "mm",
    "square_millimetre": "mm2",
    "degree_celsius": "°C",
    "percent": "%",
    "point": "points",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the unit written after it; the unit is empty where none was written."""

    number: float
    unit: str


def parse_amount(text: str) -> Amount | None:
    """Read `12`, `12 mg/L` or `38.5°C`; None where the text does not start with a plain number."""
    match = _AMOUNT.fullmatch(text.strip())
    return Amount(float(match[1]), (match[2] or "").strip()) if match else None


def parse_duration_days(text: str) -> int | None:
    """Read `10 days`, `3 months` or `2 y` as whole days; None where it is not a duration with its unit."""
    amount = parse_amount(text)
    if amount is None or amount.number < 0:
        return None
    unit = _DURATION_WORDS.get(amount.unit.lower())
    return None if unit is None else round(amount.number * _DURATION_DAYS[unit])


def print_unit(unit: str) -> str:
    """A unit as people write it."""
    return _PRINTED.get(unit, unit)


def same_unit(*, written: str, expected: str) -> bool:
    """Whether two spellings mean one unit."""
    return convert_exactly(1.0, written=written, expected=expected) == 1.0


def convert_exactly(number: float, *, written: str, expected: str) -> float | None:
    """The number in the expected unit; None where no exact conversion is known."""
    first, second = _normal(written), _normal(expected)
    if first == second:
        return number
    if first in _TEMPERATURES and second in _TEMPERATURES:
        return _convert_temperature(number, written=_TEMPERATURES[first], expected=_TEMPERATURES[second])
    if first not in _SPELLINGS or second not in _SPELLINGS:
        return None
    (kind, factor), (expected_kind, expected_factor) = _SPELLINGS[first], _SPELLINGS[second]
    return float(Fraction(str(number)) * factor / expected_factor) if kind == expected_kind else None


def _convert_temperature(number: float, *, written: str, expected: str) -> float:
    if written == expected:
        return number
    exact = Fraction(str(number))
    return float((exact - 32) * 5 / 9 if expected == "celsius" else exact * 9 / 5 + 32)


def _normal(unit: str) -> str:
    plain = unicodedata.normalize("NFKC", unit).strip().lower()
    for written, meant in (("μ", "u"), ("^", ""), (" per ", "/"), (" ", "")):
        plain = plain.replace(written, meant)
    return plain
