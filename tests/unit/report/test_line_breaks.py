"""Lines inside drawings: Japanese breaks between phrases, and never where its rules forbid it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilc.report.charts.svg import measure_text, wrap

NO_START = "、。）」』】：；ー々っゃゅょッャュョ"
NO_END = "（「『【"
texts = st.text(alphabet="腰痛の張っている筋肉をセンサー、。（）「」L4/5 ", min_size=1, max_size=40).filter(str.strip)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("張っている背中や腰の筋肉", ["張っている", "背中や腰の", "筋肉"]),
        ("管は同じです。ちがうのは流れです。", ["管は", "同じです。", "ちがうのは", "流れです。"]),
        ("深部背筋の機能不全（L4/5）", ["深部背筋の", "機能不全", "（L4/5）"]),
        ("強くなったセンサーの痛み", ["強くなった", "センサーの", "痛み"]),
        ("nerve canal", ["nerve", "canal"]),
    ],
)
def test_lines_end_between_phrases(words: str, lines: list[str]) -> None:
    assert wrap(words, size=10, width=64, most_lines=9) == lines


def test_letters_are_broken_where_phrases_need_too_many_lines() -> None:
    by_phrase = wrap("張っている背中や腰の筋肉", size=10, width=60, most_lines=9)
    by_letter = wrap("張っている背中や腰の筋肉", size=10, width=60, most_lines=2)
    assert (len(by_phrase), by_letter) == (3, ["張っている背", "中や腰の筋肉"])


def test_a_number_stays_with_its_sign() -> None:
    assert wrap("exists 97\u00a0%", size=10, width=50, most_lines=3) == ["exists", "97\u00a0%"]


@given(texts, st.integers(40, 200))
def test_no_line_begins_or_ends_where_it_may_not(words: str, width: int) -> None:
    lines = wrap(words, size=10, width=width, most_lines=99)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(measure_text(line, 10) <= width for line in lines)


@given(texts.filter(lambda words: not any(sign * 2 in words for sign in NO_START + NO_END)))
def test_the_rules_of_japanese_hold_where_a_line_has_room(words: str) -> None:
    plain = "".join(letter for letter in words if letter not in "（）「」、。ー っ") or "腰"
    lines = wrap(f"「{plain}」（{plain}）、{plain}。", size=10, width=120, most_lines=99)
    assert [line for line in lines if line[0] in NO_START] == []
    assert [line for line in lines if line[-1] in NO_END] == []
