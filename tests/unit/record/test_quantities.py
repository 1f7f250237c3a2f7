"""Amounts as people write them."""

import pytest

from ilc.record.quantities import Amount, convert_exactly, parse_amount, parse_duration_days, print_unit, same_unit


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", Amount(12.0, "")),
        (" 12 mg/L ", Amount(12.0, "mg/L")),
        ("38.5°C", Amount(38.5, "°C")),
        ("38.5 ℃", Amount(38.5, "℃")),
        ("-3.2 mm", Amount(-3.2, "mm")),
        ("40%", Amount(40.0, "%")),
        ("5 µV", Amount(5.0, "µV")),
    ],
)
def test_a_number_with_its_unit(text: str, amount: Amount) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "mg/L", "<5", "12,5", "7/10", "2026-11-22", "1_000", ".5", "12.", "nan", "inf", "٣", "1\n2"],
)
def test_what_is_not_a_plain_number(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("10 days", 10),
        ("1 day", 1),
        ("6 weeks", 42),
        ("3 months", 91),
        ("0.5 years", 183),
        ("2 y", 730),
        ("2Years", 730),
        ("0 days", 0),
    ],
)
def test_a_duration(text: str, days: int) -> None:
    assert parse_duration_days(text) == days


@pytest.mark.parametrize("text", ["3", "3 m", "3 moons", "-3 days", "three months", "months", "3 months ago"])
def test_what_is_not_a_duration(text: str) -> None:
    assert parse_duration_days(text) is None


@pytest.mark.parametrize(
    ("number", "written", "expected", "result"),
    [
        (1.2, "mg/dL", "mg/L", 12.0),
        (1.2, "mg/dl", "milligram_per_litre", 12.0),
        (12.0, "µg/mL", "mg/L", 12.0),
        (12.0, "μg/ml", "mg/L", 12.0),
        (1.72, "m", "cm", 172.0),
        (80000.0, "g", "kg", 80.0),
        (2.0, "weeks", "day", 14.0),
        (101.3, "°F", "°C", 38.5),
        (101.3, "℉", "degree_celsius", 38.5),
        (37.0, "C", "fahrenheit", 98.6),
        (0.4, "ratio", "percent", 40.0),
        (20.0, "mm / h", "mm/h", 20.0),
        (3.0, "widgets", "Widgets", 3.0),
    ],
)
def test_an_exact_conversion(number: float, written: str, expected: str, result: float) -> None:
    assert convert_exactly(number, written=written, expected=expected) == result


@pytest.mark.parametrize(
    ("written", "expected"),
    [("mg/dL", "cm"), ("mmol/L", "mg/L"), ("stone", "kg"), ("°C", "degree"), ("months", "day"), ("", "mg/L")],
)
def test_no_conversion_is_better_than_an_inexact_one(written: str, expected: str) -> None:
    assert convert_exactly(1.0, written=written, expected=expected) is None
    assert not same_unit(written=written, expected=expected)


def test_two_spellings_of_one_unit() -> None:
    assert same_unit(written="mg/l", expected="milligram_per_litre")
    assert not same_unit(written="mg/dl", expected="milligram_per_litre")
    assert not same_unit(written="°F", expected="°C")


def test_units_are_printed_as_people_write_them() -> None:
    assert print_unit("milligram_per_litre") == "mg/L"
    assert print_unit("furlong") == "furlong"
