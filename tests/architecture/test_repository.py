"""What may not stand in the repository: machine paths, registries, executable data, patients."""

import re
import subprocess
from pathlib import Path

import pydicom
import pytest

ROOT = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a package registry": re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs"])),
    "a path of one machine": re.compile(
        r"(?<![\w.<-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + r"me/\w+"]) + r")/"
    ),
    "a secret": re.compile("BEGIN [A-Z ]*PRIVATE" + " KEY|AKIA[0-9A-Z]{16}"),
    "unfinished work": re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "coming" + " soon"]) + r")\b"),
}
# Formats that run code when opened, or hide what they hold.
EXECUTABLE_DATA = {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".npz", ".npy", ".exe", ".dll", ".so", ".jar"}
MAX_BYTES = 10 * 2**20


def read_repository_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


FILES = read_repository_files()


def read_text_or_none(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = FORBIDDEN[what]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in FILES
        if (text := read_text_or_none(path)) is not None and "\0" not in text
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_repository_is_seen() -> None:
    assert ROOT / "pyproject.toml" in FILES
    assert len(FILES) > 50


def test_no_file_runs_code_when_opened() -> None:
    assert [path for path in FILES if path.suffix in EXECUTABLE_DATA] == []


def test_no_file_is_large() -> None:
    assert [path for path in FILES if path.stat().st_size > MAX_BYTES] == []


def is_dicom(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def test_every_dicom_file_belongs_to_a_simulated_patient() -> None:
    for path in FILES:
        if not is_dicom(path):
            continue
        header = pydicom.dcmread(path, stop_before_pixels=True)
        assert "simulat" in f"{header.get('PatientName')} {header.get('Manufacturer')}".lower(), path


def test_the_knowledge_data_speaks_of_populations_not_of_patients() -> None:
    data = ROOT / "src" / "ilc" / "knowledge" / "data"
    keys = re.compile(r"^\s*-?\s*(case_id|patient_id|patient_name|birth_?date|observed_on)\s*:", re.MULTILINE)
    texts = {path.name: path.read_text(encoding="utf-8") for path in data.rglob("*.yaml")}
    assert texts
    assert [name for name, text in texts.items() if keys.search(text)] == []
