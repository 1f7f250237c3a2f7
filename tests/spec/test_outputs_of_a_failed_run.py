"""Broken, misleading and hostile input through the command line: what is said, how it ends, what is left untouched."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ilc.cli.run import NONE_POSSIBLE, WRITTEN, WRONG_USAGE, run_diagnosis
from ilc.core import Issue
from ilc.pipeline import measure
from ilc.report import read_diagnosis_json
from tests.support.quick_diagnosis import EXAMPLES, case_of

IMAGES = EXAMPLES / "slip_and_stenosis" / "mri" / "t2"
HEAD = "patient: {age: 54, sex: male, history: {major_trauma: no, recent_spine_surgery: no}}\ncase_id: broken-1\n"
COMPLAINT = "complaints:\n  - {id: low_back_pain, intensity: 6}\n"
SOUND = HEAD + "date: 2026-11-22\n" + COMPLAINT + "findings:\n  fever: absent\n  centralisation: present\n"
BOMB_BYTES = 256 << 20


def write_case(folder: Path, text: str = SOUND) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


def write_earlier_output(folder: Path) -> Path:
    """Reports of an earlier run, and something of the user's own."""
    (folder / "images").mkdir(parents=True)
    for name in ("diagnosis.json", "report.html", "patient.html", "images/series-1.png", "my notes.txt"):
        (folder / name).write_text(f"earlier {name}", encoding="utf-8")
    return folder


def hash_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes() if path.is_file() else b"folder")
    return digest.hexdigest()


def run(case: Path, out: Path, overlay: Path | None = None) -> int:
    return run_diagnosis(case, out, ("en",), overlay, intervals=False)


def said_on(screen: pytest.CaptureFixture[str]) -> str:
    """What was printed to the user, without the line breaks of a narrow screen."""
    return " ".join(screen.readouterr().err.split())


# Nothing can be concluded: status 1, and the last good reports stay as they were

REFUSED = {
    "unknown key": (SOUND + "blood_pressure: 120\n", "CASE_UNKNOWN_KEY"),
    "misspelt finding": (SOUND + "  centralization: present\n", "FINDING_UNKNOWN"),
    "wrong unit": (SOUND + "  crp_raised: 1.2 mg/dL\n", "FINDING_UNIT_WRONG"),
    "value out of range": (SOUND + "  crp_raised: -4 mg/L\n", "FINDING_VALUE_OUT_OF_RANGE"),
    "no age": (SOUND.replace("age: 54, ", ""), "PATIENT_AGE_MISSING"),
    "no complaint": (SOUND.replace(COMPLAINT, ""), "COMPLAINT_MISSING"),
    "not YAML": (SOUND + "  cancer_before: [absent\n", "CASE_NOT_YAML"),
    "the same finding twice": (SOUND + "  fever: present\n", "CASE_DUPLICATE_KEY"),
    "a path out of the folder": (SOUND + "imaging: [../other_patient]\n", "IMAGING_PATH_REFUSED"),
    "an absolute path": (SOUND + "imaging: [/etc/passwd]\n", "IMAGING_PATH_REFUSED"),
    "out of scope": (SOUND.replace("age: 54", "age: 17"), ""),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_case_that_cannot_be_understood_gives_no_diagnosis_and_says_what_to_do(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, code = REFUSED[what]
    case, out = write_case(tmp_path / "case", text), write_earlier_output(tmp_path / "out")
    before = hash_of_folder(out)
    assert run(case, out) == NONE_POSSIBLE
    said = said_on(capsys)
    assert code in said
    assert "No diagnosis is possible yet." in said
    assert "Traceback" not in said
    assert hash_of_folder(out) == before


@pytest.mark.parametrize("what", ["unknown key", "misspelt finding", "wrong unit"])
def test_the_message_names_the_line(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, _ = REFUSED[what]
    run(write_case(tmp_path / "case", text), tmp_path / "out")
    assert f"case.yaml:{len(text.splitlines())}" in said_on(capsys)


def test_a_folder_without_a_case_file_gives_no_diagnosis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case").mkdir()
    out = write_earlier_output(tmp_path / "out")
    before = hash_of_folder(out)
    assert run(tmp_path / "case", out) == NONE_POSSIBLE
    assert "CASE_FILE_MISSING" in said_on(capsys)
    assert hash_of_folder(out) == before


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02\xff", b"a: &a [*a, *a]\n", b"!!python/object/apply:os.getcwd []\n"]
)
def test_a_case_file_that_is_no_text_of_ours_gives_no_diagnosis(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "case.yaml").write_bytes(content)
    assert run(tmp_path, tmp_path / "out") == NONE_POSSIBLE
    assert "case.yaml" in said_on(capsys)
    assert not (tmp_path / "out").exists()


def test_a_case_file_that_is_a_link_out_of_the_folder_is_not_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = write_case(tmp_path / "elsewhere")
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.yaml").symlink_to(elsewhere / "case.yaml")
    assert run(tmp_path / "case", tmp_path / "out") == NONE_POSSIBLE
    assert "CASE_FILE_OUTSIDE" in said_on(capsys)


def test_a_folder_of_images_that_is_a_link_out_of_the_case_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = write_case(tmp_path / "case", SOUND + "imaging: [mri]\n")
    (case / "mri").symlink_to(IMAGES, target_is_directory=True)
    assert run(case, tmp_path / "out") == NONE_POSSIBLE
    assert "IMAGING_PATH_OUTSIDE" in said_on(capsys)


# Something is broken, the rest can be used: status 0, with an issue and its remedy


def truncate(folder: Path) -> None:
    whole = (IMAGES / "IM0006.dcm").read_bytes()
    (folder / "IM0006.dcm").write_bytes(whole[: len(whole) // 2])


def damage_header(folder: Path) -> None:
    (folder / "broken.dcm").write_bytes((IMAGES / "IM0006.dcm").read_bytes()[:200])


def write_empty(folder: Path) -> None:
    (folder / "empty.dcm").write_bytes(b"")


def write_web_page(folder: Path) -> None:
    (folder / "login.dcm").write_text("<!doctype html><html><body>Please log in</body></html>", encoding="utf-8")


def write_zip_bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "study.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IM0001.dcm", bytes(BOMB_BYTES))


def write_gzip_bomb(folder: Path) -> None:
    """A header that claims 20,000 x 20,000 x 1,000 voxels, and many zeros after it."""
    header = bytearray(352)
    struct.pack_into("<i8h", header, 0, 348, 0, 0, 0, 0, 0, 0, 0, 0)
    struct.pack_into("<8h", header, 40, 3, 20_000, 20_000, 1_000, 1, 1, 1, 1)
    struct.pack_into("<2h8f", header, 70, 4, 16, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    struct.pack_into("<f", header, 108, 352.0)
    header[344:348] = b"n+1\x00"
    (folder / "scan.nii.gz").write_bytes(gzip.compress(bytes(header) + bytes(BOMB_BYTES), compresslevel=1))


def link_outside(folder: Path) -> None:
    (folder / "link.dcm").symlink_to(IMAGES / "IM0001.dcm")


def link_nowhere(folder: Path) -> None:
    (folder / "nowhere.dcm").symlink_to(folder / "not there")


BROKEN: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "truncated image": (truncate, "IM0006.dcm", "TRUNCATED_FILE"),
    "damaged header": (damage_header, "broken.dcm", "DICOM_DAMAGED"),
    "file of 0 bytes": (write_empty, "empty.dcm", "EMPTY_FILE"),
    "web page named .dcm": (write_web_page, "login.dcm", "NOT_DICOM"),
    "zip bomb": (write_zip_bomb, "study.zip", "ARCHIVE_FILE"),
    "gzip bomb named .nii.gz": (write_gzip_bomb, "scan.nii.gz", "NIFTI_TOO_LARGE"),
    "link out of the folder": (link_outside, "link.dcm", "OUTSIDE_FOLDER"),
    "link to nothing": (link_nowhere, "nowhere.dcm", "LINK_BROKEN"),
}


def write_case_with_images(folder: Path) -> Path:
    """A sound case with a sound series of three images."""
    case = write_case(folder, SOUND + "imaging: [mri]\n")
    (case / "mri").mkdir()
    for name in ("IM0002.dcm", "IM0003.dcm", "IM0004.dcm"):
        shutil.copy(IMAGES / name, case / "mri")
    return case


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_named_with_a_remedy_and_the_sound_images_are_read(what: str, tmp_path: Path) -> None:
    make, name, code = BROKEN[what]
    case = write_case_with_images(tmp_path / "case")
    make(case / "mri")
    measured = measure(case_of(case))
    (issue,) = [issue for issue in measured.issues if name in issue.where]
    assert issue.code == code
    assert issue.message
    assert issue.remedy
    assert [series.n_images for series in measured.series] == [3]


def test_all_of_it_together_still_gives_a_diagnosis_that_says_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, out = write_case_with_images(tmp_path / "case"), write_earlier_output(tmp_path / "out")
    for make, _, _ in BROKEN.values():
        make(case / "mri")
    text = (case / "case.yaml").read_text(encoding="utf-8").replace("[mri]", "[mri, ultrasound]")
    write_case(case, text)
    assert run(case, out) == WRITTEN
    codes = {code for _, _, code in BROKEN.values()} | {"IMAGING_PATH_MISSING"}
    written = read_diagnosis_json(out / "diagnosis.json")
    assert codes <= {issue.code for issue in written.issues}
    assert all(issue.remedy for issue in written.issues)
    said = said_on(capsys)
    assert [code for code in codes if code not in said] == []
    check_reports(out, written.issues)


def check_reports(out: Path, issues: tuple[Issue, ...]) -> None:
    """New reports are whole, old pictures are gone, and what the user put there stays."""
    report = (out / "report.html").read_text(encoding="utf-8")
    wanted = {issue.remedy for issue in issues if str(issue.severity) != "info"}
    assert [remedy for remedy in sorted(wanted) if remedy not in report] == []
    assert not (out / "images" / "series-1.png").exists() or (out / "images" / "series-1.png").stat().st_size > 100
    assert (out / "my notes.txt").read_text(encoding="utf-8") == "earlier my notes.txt"
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


# Reports that cannot be written: status 1, nothing half-written


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = write_case(tmp_path / "case")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert run(case, tmp_path / "file" / "out") == NONE_POSSIBLE
    assert "could not be written" in said_on(capsys)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


def test_a_disk_that_fills_up_half_way_leaves_the_earlier_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case, out = write_case(tmp_path / "case"), write_earlier_output(tmp_path / "out")
    before = hash_of_folder(out)
    whole_file = Path.write_bytes

    def write_bytes(path: Path, data: bytes) -> int:
        if path.name == "patient.html":
            raise OSError(28, "No space left on device")
        return whole_file(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    assert run(case, out) == NONE_POSSIBLE
    assert "No space left on device" in said_on(capsys)
    assert hash_of_folder(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "out"]


# Wrong usage: status 2


def test_something_that_is_no_folder_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = write_case(tmp_path / "case")
    assert run(case / "case.yaml", tmp_path / "out") == WRONG_USAGE
    assert "Name the folder that holds case.yaml." in said_on(capsys)
    assert run(tmp_path / "nowhere", tmp_path / "out") == WRONG_USAGE


def test_knowledge_that_cannot_be_understood_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case, overlay = write_case(tmp_path / "case"), tmp_path / "overlay"
    (overlay / "nodes").mkdir(parents=True)
    (overlay / "nodes" / "mine.yaml").write_text("my_factor: {label: Mine}\n", encoding="utf-8")
    out = write_earlier_output(tmp_path / "out")
    before = hash_of_folder(out)
    assert run(case, out, overlay) == WRONG_USAGE
    assert "my_factor" in said_on(capsys)
    assert hash_of_folder(out) == before


def test_the_command_ends_with_the_status_that_scripts_rely_on(tmp_path: Path) -> None:
    def status(*words: str) -> int:
        command = [sys.executable, "-c", "from ilc.cli.main import main; main()", "diagnose", *words]
        return subprocess.run(command, check=False, capture_output=True).returncode

    sound, refused = write_case(tmp_path / "sound"), write_case(tmp_path / "refused", REFUSED["unknown key"][0])
    assert status(str(sound), "--no-intervals", "-o", str(tmp_path / "out")) == 0
    assert status(str(refused), "--no-intervals", "-o", str(tmp_path / "out")) == 1
    assert status(str(tmp_path / "nowhere")) == 2
    assert status(str(sound), "--no-such-option") == 2
    assert status() == 2
