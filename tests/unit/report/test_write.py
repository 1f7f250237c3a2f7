"""The files of one diagnosis."""

import json
from pathlib import Path

import pytest

from ilc.report import write_reports
from ilc.report.pictures import LARGEST_BYTES, PictureRefused, check_pictures
from tests.support.report_documents import make_images, make_picture
from tests.support.sample_diagnosis import sample_diagnosis
from tests.support.sample_knowledge import sample_knowledge

FILES = ["diagnosis.json", "images/sagittal_t2.png", "patient.html", "patient.pdf", "report.html", "report.pdf"]


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_every_promised_file_is_written(tmp_path: Path) -> None:
    write_reports(sample_diagnosis(), sample_knowledge(), tmp_path, images=make_images())
    assert written(tmp_path) == FILES
    assert json.loads((tmp_path / "diagnosis.json").read_text(encoding="utf-8"))["case_id"] == "sample-001"
    assert (tmp_path / "images" / "sagittal_t2.png").read_bytes() == make_picture()


def test_the_same_diagnosis_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_reports(sample_diagnosis(), sample_knowledge(), tmp_path / name, images=make_images())
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in FILES)


def test_without_pictures_there_is_no_folder_for_them(tmp_path: Path) -> None:
    write_reports(sample_diagnosis(), sample_knowledge(), tmp_path, images={})
    assert not (tmp_path / "images").exists()


@pytest.mark.parametrize(
    "name",
    ["../escape.png", "/x.png", "a/b.png", "..png", ".hidden.png", "a\\b.png", "x.svg", "x.png\n", "", "a..b.png"],
)
def test_a_picture_whose_name_leads_elsewhere_is_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(PictureRefused):
        write_reports(sample_diagnosis(), sample_knowledge(), tmp_path, images={name: make_picture()})
    assert written(tmp_path) == []


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_BYTES)])
def test_a_file_of_another_kind_or_size_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused):
        check_pictures({"x.png": data})


def test_a_language_without_texts_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="en"):
        write_reports(sample_diagnosis(), sample_knowledge(), tmp_path, languages=("tlh",), images={})
    assert written(tmp_path) == []
