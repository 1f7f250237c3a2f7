"""A folder from outside: missing, wrong, too large, unreadable, or leading elsewhere."""

import hashlib
import os
from pathlib import Path

import pytest

from ilc.core import IssueSeverity
from ilc.record import read_case
from ilc.record.case_file import MAX_BYTES
from tests.support.case_folders import ENOUGH, codes_of, read_text, with_lines
from tests.support.small_knowledge import small_knowledge

KNOWLEDGE = small_knowledge()


def test_a_missing_folder(tmp_path: Path) -> None:
    reading = read_case(tmp_path / "nowhere", KNOWLEDGE)
    assert reading.case is None
    assert codes_of(reading.issues) == ["CASE_FOLDER_MISSING"]
    assert reading.inputs == ()


def test_a_file_instead_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(ENOUGH, encoding="utf-8")
    assert codes_of(read_case(tmp_path / "case.yaml", KNOWLEDGE).issues) == ["CASE_FOLDER_IS_A_FILE"]


def test_a_device_instead_of_a_folder() -> None:
    assert codes_of(read_case(Path(os.devnull), KNOWLEDGE).issues) == ["CASE_FOLDER_MISSING"]


def test_a_folder_without_case_yaml(tmp_path: Path) -> None:
    assert codes_of(read_case(tmp_path, KNOWLEDGE).issues) == ["CASE_FILE_MISSING"]


def test_a_case_file_with_another_name_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "case.yml").write_text(ENOUGH, encoding="utf-8")
    (issue,) = read_case(tmp_path, KNOWLEDGE).issues
    assert issue.code == "CASE_FILE_MISSING"
    assert "`case.yml`" in issue.remedy


def test_a_folder_named_case_yaml(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").mkdir()
    assert codes_of(read_case(tmp_path, KNOWLEDGE).issues) == ["CASE_FILE_MISSING"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "case.yaml")
    assert codes_of(read_case(tmp_path, KNOWLEDGE).issues) == ["CASE_FILE_MISSING"]


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "case.yaml").write_bytes(content)
    assert codes_of(read_case(tmp_path, KNOWLEDGE).issues) == ["CASE_FILE_EMPTY"]


@pytest.mark.parametrize("encoding", ["utf-16", "shift_jis", "latin-1"])
def test_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = "case_id: a\npatient: {age: 54, name: %s}\n" % ("山田" if encoding != "latin-1" else "Müller")
    (tmp_path / "case.yaml").write_bytes(text.encode(encoding))
    (issue,) = read_case(tmp_path, KNOWLEDGE).issues
    assert issue.code == "CASE_NOT_UTF8"
    assert issue.where == ("case.yaml:1" if encoding == "utf-16" else "case.yaml:2")


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(b"\xef\xbb\xbf" + ENOUGH.encode())
    assert read_case(tmp_path, KNOWLEDGE).case is not None


def test_windows_line_ends_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(ENOUGH.replace("\n", "\r\n").encode())
    assert read_case(tmp_path, KNOWLEDGE).case is not None


def test_a_file_above_the_limit_is_refused_and_one_at_the_limit_is_read(tmp_path: Path) -> None:
    padding = MAX_BYTES - len(ENOUGH) - 2
    assert read_text(tmp_path, ENOUGH + "#" + "x" * padding + "\n").case is not None
    reading = read_text(tmp_path, ENOUGH + "#" + "x" * (padding + 1) + "\n")
    assert reading.case is None
    assert codes_of(reading.issues) == ["CASE_FILE_TOO_LARGE"]


def test_a_case_file_that_links_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(ENOUGH, encoding="utf-8")
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.yaml").symlink_to(tmp_path / "other.yaml")
    assert codes_of(read_case(folder, KNOWLEDGE).issues) == ["CASE_FILE_OUTSIDE"]


def test_a_case_file_that_links_to_itself(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").symlink_to(tmp_path / "case.yaml")
    reading = read_case(tmp_path, KNOWLEDGE)
    assert reading.case is None
    assert codes_of(reading.issues)[0] in ("CASE_NOT_READABLE", "CASE_FILE_MISSING")


def test_a_path_that_no_system_accepts() -> None:
    assert codes_of(read_case(Path("a\0b"), KNOWLEDGE).issues) == ["CASE_NOT_READABLE"]


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (tmp_path / "case.yaml").touch()
    (issue,) = read_case(tmp_path, KNOWLEDGE).issues
    assert issue.code == "CASE_NOT_READABLE"
    assert "Permission denied" in issue.message


def test_the_folder_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "case.yaml").write_text(ENOUGH, encoding="utf-8")
    (tmp_path / "link").symlink_to(folder)
    case = read_case(tmp_path / "link", KNOWLEDGE).case
    assert case is not None
    assert case.folder == folder.resolve()


def test_the_input_is_named_by_its_content(tmp_path: Path) -> None:
    reading = read_text(tmp_path, ENOUGH)
    assert [(file.path, file.sha256) for file in reading.inputs] == [
        ("case.yaml", hashlib.sha256(ENOUGH.encode()).hexdigest())
    ]
    assert read_text(tmp_path, "nonsense").inputs[0].path == "case.yaml"


def test_nothing_in_the_issues_depends_on_where_the_folder_lies(tmp_path: Path) -> None:
    text = with_lines(imaging="imaging: [gone, /x]", findings="findings: {fevr: absent}")
    told = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        told.append(read_text(tmp_path / name, text).issues)
    assert told[0] == told[1]
    assert str(tmp_path) not in " ".join(map(str, told[0]))


def test_a_missing_image_is_told_and_the_case_is_read(tmp_path: Path) -> None:
    (tmp_path / "mri").mkdir()
    reading = read_text(tmp_path, with_lines(imaging="imaging: [mri, mrj]"))
    assert reading.case is not None
    assert reading.case.imaging == ((tmp_path / "mri").resolve(),)
    (issue,) = [issue for issue in reading.issues if issue.severity is IssueSeverity.ERROR]
    assert (issue.code, issue.where) == ("IMAGING_PATH_MISSING", "case.yaml:12")
    assert "`mri`" in issue.remedy


@pytest.mark.parametrize("target", ["/etc", "../elsewhere"])
def test_an_image_that_links_out_of_the_folder(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "mri").symlink_to(target)
    for written in ("mri", "mri/deeper"):
        reading = read_text(folder, with_lines(imaging=f"imaging: [{written}]"))
        assert reading.case is None
        assert "IMAGING_PATH_OUTSIDE" in codes_of(reading.issues)


def test_an_image_that_links_to_itself(tmp_path: Path) -> None:
    (tmp_path / "mri").symlink_to(tmp_path / "mri")
    codes = codes_of(read_text(tmp_path, with_lines(imaging="imaging: [mri]")).issues)
    assert {"IMAGING_PATH_REFUSED", "IMAGING_PATH_MISSING"} & set(codes)


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "mri").symlink_to("export")
    reading = read_text(tmp_path, with_lines(imaging="imaging: [mri, ./export]"))
    assert reading.case is not None
    assert reading.case.imaging == ((tmp_path / "export").resolve(),)
    assert "IMAGING_PATH_TWICE" in codes_of(reading.issues)


def test_a_pipe_is_no_image(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mri")
    assert "IMAGING_PATH_MISSING" in codes_of(read_text(tmp_path, with_lines(imaging="imaging: [mri]")).issues)
