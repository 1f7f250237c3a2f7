"""The data is read more strictly than YAML: what is written is what is meant, and hostile files are refused."""

import pytest

from ilc.knowledge.document import Entries, Items, Scalar, parse_yaml
from ilc.knowledge.refusal import Refusal


def _refusal(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_yaml(text, file="nodes/x.yaml")
    return caught.value


def test_values_keep_their_words_their_order_and_their_lines() -> None:
    document = parse_yaml("b: 2026-11-01\n\na: [no, '1', 1]\n", file="f.yaml")
    assert list(document.values) == ["b", "a"]
    assert str(document.marks["a"]) == "f.yaml:3"
    day = document.values["b"]
    assert isinstance(day, Scalar)
    assert day.text == "2026-11-01"
    items = document.values["a"]
    assert isinstance(items, Items)
    assert [(v.text, v.quoted) for v in items.values if isinstance(v, Scalar)] == [
        ("no", False),
        ("1", True),
        ("1", False),
    ]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_a_file_without_entries_is_empty_and_not_an_error(text: str) -> None:
    assert parse_yaml(text, file="f.yaml").values == {}


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    refusal = _refusal("a: 1\nb: {c: 1,\n c: 2}\n")
    assert refusal.issue.code == "KNOWLEDGE_DUPLICATE_KEY"
    assert refusal.issue.where == "nodes/x.yaml:3"
    assert "line 2" in refusal.issue.message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a: &x [1]\nb: *x\n", "anchors"),
        ("a: *x\n", "anchors"),
        ("a: !!python/object/apply:os.system [ls]\n", "tag"),
        ("a: !!str 1\n", "tag"),
        ("--- {a: 1}\n--- {b: 1}\n", "more than one document"),
        ("- 1\n- 2\n", "not a mapping"),
        ("just words\n", "not a mapping"),
        ("? [a, b]\n: 1\n", "key must be a word"),
        ("a: [1, 2\nb: 3\n", "not valid YAML"),
        ("a:\n\t- 1\n", "not valid YAML"),
        ("a: \x00\n", "unreadable character"),
    ],
)
def test_what_yaml_allows_and_the_data_does_not_need_is_refused(text: str, word: str) -> None:
    assert word in _refusal(text).issue.message


def test_a_hostile_depth_is_refused_before_it_can_exhaust_the_stack() -> None:
    assert "deep" in _refusal("a: " + "[" * 50_000).issue.message


def test_nested_entries_are_entries() -> None:
    inner = parse_yaml("a: {b: {c: d}}\n", file="f.yaml").values["a"]
    assert isinstance(inner, Entries)
    assert isinstance(inner.values["b"], Entries)
