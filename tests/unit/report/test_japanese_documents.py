"""The documents in Japanese, and several languages of one diagnosis beside each other."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ilc.core import InstanceId
from ilc.explanation.model import Diagnosis
from ilc.knowledge.model import Knowledge
from ilc.pipeline import DiagnosisRun, write_run
from ilc.report import TextError, name_documents, render_reports
from ilc.report.coverage import REPLACEMENT
from ilc.report.languages import CLOSE, OPEN
from tests.support.japanese import ALARMING, Voice, foreign_words
from tests.support.report_documents import Page, make_images
from tests.support.sample_diagnosis import empty_diagnosis, sample_diagnosis, with_red_flag
from tests.support.sample_knowledge import sample_knowledge

CASES = {
    "sample": sample_diagnosis(),
    "emergency": with_red_flag(sample_diagnosis(), "emergency"),
    "nothing known": empty_diagnosis(),
}
# What a case, a file or the makers bring in: no language of the report.
_BROUGHT_IN = re.compile(
    r"`[^`]*`|\S*[/_.]\S*|[0-9a-f]{8,}\S*|[A-Z]{2,}(?:_[A-Z]+)+|(?:症例|系列|知識ベース|ハッシュ|シード) ?[\w.-]+"
)


def documents(diagnosis: Diagnosis, knowledge: Knowledge | None = None) -> dict[str, bytes]:
    return render_reports(diagnosis, knowledge or sample_knowledge(), languages=("ja",), images=make_images())


@pytest.fixture(scope="module", params=CASES.keys())
def rendered(request: pytest.FixtureRequest) -> Mapping[str, bytes]:
    return documents(CASES[request.param])


@pytest.mark.parametrize("name", ["report.html", "patient.html"])
def test_no_english_is_left_but_what_is_marked_as_english(rendered: Mapping[str, bytes], name: str) -> None:
    said = Voice(rendered[name].decode()).said
    assert sum(len(piece) for piece in said) > 300
    left = {word for piece in said for word in foreign_words(_BROUGHT_IN.sub(" ", piece))}
    assert left == set()


@pytest.mark.parametrize("name", ["report.html", "patient.html"])
def test_the_page_names_its_language_and_prints_no_mark(rendered: Mapping[str, bytes], name: str) -> None:
    html = rendered[name].decode()
    assert Page(html).having("html") == [{"lang": "ja"}]
    assert not {OPEN, CLOSE, REPLACEMENT} & set(html)


@pytest.mark.parametrize("name", ["report.html", "patient.html"])
def test_dates_percent_and_signs_are_japanese(rendered: Mapping[str, bytes], name: str) -> None:
    text = Page(rendered[name].decode()).text
    assert "2026年11月22日" in text
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\d\s%|[\u3040-\u9fff](?:[,;:]|\.(?:\s|$))", text)


def test_pdfs_are_tagged_as_japanese(rendered: Mapping[str, bytes]) -> None:
    for name in ("report.pdf", "patient.pdf"):
        assert re.search(rb"/Lang\s*\(ja", rendered[name])


def test_the_patients_page_stays_calm_as_a_whole() -> None:
    text = Page(documents(sample_diagnosis())["patient.html"].decode()).text
    assert ALARMING.search(text) is None


def test_english_words_in_japanese_pages_are_marked_for_those_who_listen() -> None:
    knowledge = sample_knowledge()
    overlaid = replace(knowledge.nodes["disc_degeneration"], id="gravity_trouble", label="Gravity trouble")
    more = replace(knowledge, nodes={**knowledge.nodes, overlaid.id: overlaid})
    diagnosis = sample_diagnosis()
    strongest = max(diagnosis.factors, key=lambda f: f.p_exists.p if "disc_degeneration" in f.id else -1.0)
    site = InstanceId.parse(strongest.id).site
    renamed = replace(strongest, id=f"gravity_trouble@{site}" if site else "gravity_trouble")
    html = documents(replace(diagnosis, factors=(renamed,)), more)["report.html"].decode()
    english = " ".join(Voice(html).english)
    assert "Gravity trouble" in english


def test_each_language_has_four_documents_of_one_diagnosis() -> None:
    files = render_reports(sample_diagnosis(), sample_knowledge(), languages=("en", "ja", "en"), images=make_images())
    assert [name for name in files if "/" not in name] == [
        *("diagnosis.json", "report.html", "report.pdf", "patient.html", "patient.pdf"),
        *("report.ja.html", "report.ja.pdf", "patient.ja.html", "patient.ja.pdf"),
    ]
    assert Page(files["report.html"].decode()).having("html") == [{"lang": "en"}]
    assert Page(files["patient.ja.html"].decode()).having("html") == [{"lang": "ja"}]


def test_the_first_language_has_the_plain_names() -> None:
    japanese_first = render_reports(sample_diagnosis(), sample_knowledge(), languages=("ja", "en"), images={})
    assert Page(japanese_first["report.html"].decode()).having("html") == [{"lang": "ja"}]
    assert Page(japanese_first["report.en.html"].decode()).having("html") == [{"lang": "en"}]
    assert name_documents("ja", first=True) == ("report.html", "report.pdf", "patient.html", "patient.pdf")


def test_the_numbers_are_the_same_in_each_language() -> None:
    files = render_reports(sample_diagnosis(), sample_knowledge(), languages=("en", "ja"), images=make_images())
    english, japanese = (
        re.findall(r"[\d.]+(?=\s?%)", Page(files[name].decode()).text) for name in ("report.html", "report.ja.html")
    )
    assert len(english) > 50
    assert set(english) <= set(japanese)


def test_a_report_of_an_earlier_run_in_another_language_does_not_stay_beside_a_new_one(tmp_path: Path) -> None:
    run = DiagnosisRun(sample_diagnosis(), {}, (), sample_knowledge())
    write_run(run, tmp_path / "out", languages=("en", "ja"))
    assert (tmp_path / "out" / "report.ja.html").is_file()
    (tmp_path / "out" / "notes.ja.html").write_text("mine", encoding="utf-8")
    write_run(run, tmp_path / "out", languages=("en",))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("diagnosis.json", "notes.ja.html", "patient.html", "patient.pdf", "report.html", "report.pdf")
    ]


def test_a_language_without_reports_leaves_nothing_behind(tmp_path: Path) -> None:
    run = DiagnosisRun(sample_diagnosis(), {}, (), sample_knowledge())
    with pytest.raises(TextError, match="ja"):
        write_run(run, tmp_path / "out", languages=("en", "tlh"))
    assert not (tmp_path / "out").exists()


def test_no_line_of_the_patients_printed_page_begins_with_a_closing_sign(tmp_path: Path) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("needs pdftotext")
    (tmp_path / "patient.pdf").write_bytes(documents(sample_diagnosis())["patient.pdf"])
    done = subprocess.run([tool, "-layout", str(tmp_path / "patient.pdf"), "-"], capture_output=True, check=True)
    text = done.stdout.decode()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert len(lines) > 40
    assert [
        line for line in lines if line[0] in "、。，．：；）」』】％ー々っゃゅょッャュョ" or line[-1] in "（「『【"
    ] == []
    assert not {"\ufffd", OPEN, CLOSE, REPLACEMENT} & set(text)
