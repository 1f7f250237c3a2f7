"""Modules, functions and parameter lists stay small, or say why not."""

from pathlib import Path

import pytest

from tools.ratchet import (
    LIMITS,
    REASONS,
    Exemption,
    Size,
    detect_complaints,
    measure_module,
    read_exemptions,
    read_sizes,
)

LONG = Size("src/ilc/x.py::f", "function lines", 50)


def test_nothing_is_too_large_without_a_reason() -> None:
    assert detect_complaints(read_sizes(), read_exemptions(REASONS)) == []


def test_a_docstring_does_not_make_a_function_long() -> None:
    source = 'def f(a: int, *, b: int) -> int:\n    """One.\n\n    Two.\n    """\n    return a + b\n'
    assert Size("m.py::f", "function lines", 2) in set(measure_module(source, "m.py"))


def test_self_is_no_parameter_and_keyword_only_ones_are() -> None:
    source = "class C:\n    def f(self, a, /, b, *rest, c, d=1, **more):\n        pass\n"
    assert Size("m.py::C.f", "parameters", 4) in set(measure_module(source, "m.py"))


def test_functions_inside_functions_and_blocks_are_measured() -> None:
    source = "if True:\n    def outer():\n        def inner():\n            pass\n"
    assert {size.where for size in measure_module(source, "m.py")} == {"m.py", "m.py::outer", "m.py::outer.inner"}


def test_a_long_function_without_a_reason_is_refused() -> None:
    assert len(detect_complaints([LONG], ())) == 1


def test_a_long_function_with_a_reason_is_accepted_until_it_grows() -> None:
    reason = Exemption(LONG.where, LONG.kind, LONG.value, "a table reads best in one piece")
    assert detect_complaints([LONG], (reason,)) == []
    grown = Size(LONG.where, LONG.kind, LONG.value + 1)
    assert "51 function lines" in detect_complaints([grown], (reason,))[0]


@pytest.mark.parametrize("now", [41, LIMITS["function lines"], 3])
def test_an_exception_shrinks_with_its_function(now: int) -> None:
    reason = Exemption(LONG.where, LONG.kind, LONG.value, "a table reads best in one piece")
    assert len(detect_complaints([Size(LONG.where, LONG.kind, now)], (reason,))) == 1


def test_an_exception_without_a_reason_in_words_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ratchet.toml"
    file.write_text('[[exemption]]\nwhere = "a.py"\nkind = "module lines"\nvalue = 500\nreason = "later"\n')
    with pytest.raises(ValueError, match="reason in words"):
        read_exemptions(file)
