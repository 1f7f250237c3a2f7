"""Signs, spaces and dates as Japanese writes them; English stays as it was composed."""

import pytest

from ilc.report.document import Document, Drawing, Facts, Labels, Paragraph, Picture, References, Run, Section, line
from ilc.report.languages import mark_source
from ilc.report.typography import set_line, set_text, typeset

DRAWING = '<svg aria-label="x"><title>痛み: 71\u00a0%</title><path d="M1 2"/><text>腰痛, 下肢痛</text></svg>'


def document(*blocks: Paragraph | Drawing | References | Facts, language: str = "ja") -> Document:
    section = Section("a-2026-11-20", "調べた日 2026-11-20", blocks)
    return Document("patient", language, "題", "副題", "", None, (section,), "", "2026-11-20", Labels("", "", ""))


@pytest.mark.parametrize(
    ("composed", "written"),
    [
        ("腰痛: あり", "腰痛：あり"),
        ("腰痛, 下肢痛", "腰痛、下肢痛"),
        ("腰痛; 下肢痛", "腰痛；下肢痛"),
        ("身体 71\u00a0%", "身体 71%"),
        ("一つです。 二つです。", "一つです。二つです。"),
        ("判定日 2026-01-05", "判定日 2026年1月5日"),
        ("すべり（L4/5, L5/S1）", "すべり（L4/5, L5/S1）"),
        ("series-2026-01-05-a", "series-2026-01-05-a"),
        ("mri/2026-01-05", "mri/2026-01-05"),
        ("構造 15\u00a0% · 脳 14\u00a0%", "構造 15%\u00a0· 脳 14%"),
        ("すべて.", "すべて。"),
        ("Smith J, Jones K: Pain; 2020", "Smith J, Jones K: Pain; 2020"),
        ("", ""),
        (" ", " "),
    ],
)
def test_signs_beside_japanese_letters_are_wide(composed: str, written: str) -> None:
    assert set_text(composed) == written


def test_a_sign_between_two_runs_looks_at_its_neighbours() -> None:
    written = set_line(line(Run("腰痛", "strong"), ": ", Run("あり"), " ", Run("仮定", "tag")))
    assert [run.text for run in written] == ["腰痛", "：", "あり", " ", "仮定"]
    assert [run.tone for run in written] == ["strong", "", "", "", "tag"]


def test_a_space_after_a_closing_sign_is_left_out_and_one_before_a_tag_stays() -> None:
    written = set_line(line("確率。", Run(" "), "根拠", Run(" "), Run("仮定", "tag")))
    assert [run.text for run in written] == ["確率。", "根拠", " ", "仮定"]


def test_words_without_a_japanese_name_are_marked_as_english() -> None:
    written = set_line(line(f"要因: {mark_source('Gravity trouble, left')}（左）"))
    assert [(run.text, run.lang) for run in written] == [
        ("要因：", ""),
        ("Gravity trouble, left", "en"),
        ("（左）", ""),
    ]
    assert set_text(f"要因: {mark_source('Gravity')}") == "要因：Gravity"


def test_a_mark_that_lost_its_partner_is_never_printed() -> None:
    assert set_text("\ue000Cut short…") == "Cut short…"
    assert set_text("\ue001a\ue000b\ue000c\ue001") == "abc"


def test_every_text_of_a_document_is_set_and_nothing_that_steers_it() -> None:
    facts = Facts((("日付", line("2026-11-20")),))
    references = References(((1, "Smith J: 腰痛, 2020", "doi"),))
    written = typeset(document(Paragraph(line("腰痛: あり")), Drawing(DRAWING, "図: 一", "図, 二"), references, facts))
    section = written.sections[0]
    assert (written.on, section.id, section.title) == ("2026-11-20", "a-2026-11-20", "調べた日 2026年11月20日")
    paragraph, drawing, cited, pairs = section.blocks
    assert paragraph == Paragraph(line("腰痛：あり"))
    assert isinstance(drawing, Drawing)
    assert drawing.svg == (
        '<svg aria-label="x"><title>痛み：71%</title><path d="M1 2"/><text>腰痛、下肢痛</text></svg>'
    )
    assert (drawing.description, drawing.caption) == ("図：一", "図、二")
    assert cited == references
    assert pairs == Facts((("日付", line("2026年11月20日")),))


def test_english_stays_as_it_was_composed() -> None:
    composed = document(Paragraph(line("Pain: 71\u00a0% on 2026-11-20")), language="en")
    assert typeset(composed) is composed


def test_pictures_keep_their_name_and_content() -> None:
    from ilc.report.document import Gallery

    gallery = Gallery((Picture("腰, 1.png", b"\x89", "図: 一", ""),))
    section = Section("images", "", (gallery,))
    written = typeset(Document("clinician", "ja", "", "", "", None, (section,), "", "", Labels("", "", "")))
    assert written.sections[0].blocks == (Gallery((Picture("腰, 1.png", b"\x89", "図：一", ""),)),)
