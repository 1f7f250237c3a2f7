"""Every sentence comes from a catalogue, and the catalogue holds nothing that no document says."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import ilc.report
from ilc.report import texts as texts_module
from ilc.report.texts import TextError, Texts, find_placeholders, read_texts

SOURCE = Path(ilc.report.__file__).parent
# Written by the knowledge or by the explanation as whole keys.
NAMED_ELSEWHERE = ("red_flag.", "next_tests.")
# Names that the knowledge and the issues hold in English; catalogues of other languages say them.
TRANSLATIONS = ("label.", "issue.")


def small() -> Texts:
    return Texts(
        "en",
        {
            "hello": "Hello {name}",
            "n.one": "{n} part",
            "n.other": "{n} parts",
            "list.comma": ", ",
            "list.last": " and ",
        },
    )


def test_a_sentence_gets_its_values() -> None:
    assert small().say("hello", name="{you}") == "Hello {you}"


@pytest.mark.parametrize(
    ("key", "values"), [("goodbye", {}), ("hello", {}), ("hello", {"nome": "x"}), ("hello", {"name": "x", "more": "y"})]
)
def test_a_missing_text_a_missing_value_and_an_unused_value_fail(key: str, values: dict[str, str]) -> None:
    with pytest.raises(TextError):
        small().say(key, **values)


@pytest.mark.parametrize(("number", "said"), [(0, "0 parts"), (1, "1 part"), (2, "2 parts")])
def test_numbers_take_their_plural(number: int, said: str) -> None:
    assert small().count("n", number) == said


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(parts: list[str], said: str) -> None:
    assert small().join(parts) == said


def test_a_language_without_catalogues_is_refused() -> None:
    with pytest.raises(TextError, match="en"):
        read_texts("tlh")


@pytest.mark.parametrize("files", [{"a": "x: 1\n", "b": "x: 2\n"}, {"a": "x: [1, 2]\n"}])
def test_a_key_in_two_catalogues_and_a_list_are_refused(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xx").mkdir()
    for name, content in files.items():
        (tmp_path / "xx" / f"{name}.yaml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(texts_module, "CATALOGUES", tmp_path)
    monkeypatch.setattr(texts_module, "LANGUAGES", ("xx",))
    with pytest.raises(TextError):
        read_texts.__wrapped__("xx")


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of say, choose and count in this package."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name == "texts.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("say", "choose", "count"):
                yield str(getattr(node.func, "attr", "")), node


def _constants() -> set[str]:
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def _patterns() -> list[re.Pattern[str]]:
    """What formatted keys can become: `f"node.{x}.name"`."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    p.value if isinstance(p, ast.Constant) and isinstance(p.value, str) else None for p in node.values
                ]
                if parts[0] and "." in parts[0]:
                    found.append(re.compile("".join(r"\w+(?:\.\w+)?" if p is None else re.escape(p) for p in parts)))
    return found


def _literal(call: ast.Call, index: int) -> str | None:
    argument = call.args[index] if len(call.args) > index else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def _asked_of(key: str) -> Mapping[str, str]:
    """The sentences that a text is asked of."""
    return read_texts("ja" if key.startswith(TRANSLATIONS) else "en").sentences


def test_every_text_that_is_asked_for_exists() -> None:
    asked = 0
    for verb, call in _calls():
        first = _literal(call, 0)
        if first is None:
            continue
        asked += 1
        sentences = _asked_of(first)
        if verb == "say":
            assert first in sentences
        elif verb == "count":
            assert {f"{first}.one", f"{first}.other"} <= sentences.keys()
        elif (member := _literal(call, 1)) is not None:
            assert f"{first}.{member}" in sentences
        else:
            assert any(key.startswith(f"{first}.") for key in sentences), first
    assert asked > 200


def test_every_value_that_is_given_has_its_place() -> None:
    for verb, call in _calls():
        first = _literal(call, 0)
        if verb == "say" and first is not None:
            assert {word.arg for word in call.keywords} == find_placeholders(_asked_of(first)[first]), first


def test_no_text_is_left_over() -> None:
    families = {first for verb, call in _calls() if verb != "say" and (first := _literal(call, 0)) is not None}
    constants, patterns = _constants(), _patterns()
    left = [
        key
        for key in read_texts("en").sentences
        if key not in constants
        and not key.startswith(NAMED_ELSEWHERE)
        and not any(key.startswith(f"{family}.") for family in families)
        and not any(pattern.fullmatch(key) for pattern in patterns)
        and not key.startswith("evidence.")
    ]
    assert left == []


def test_no_sentence_is_empty_or_untidy() -> None:
    sentences = {key: text for key, text in read_texts("en").sentences.items() if not key.endswith(".signature")}
    assert [key for key, text in sentences.items() if not text.strip() or "  " in text] == []
