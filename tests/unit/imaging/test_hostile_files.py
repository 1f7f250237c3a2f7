"""Files that are not what they claim: each is named with its reason, none stops the rest, nothing outside is opened."""

import gzip
import io
import os
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from ilc.core import IssueSeverity
from ilc.imaging.dicom import SeriesReading, read_series
from ilc.imaging.dicom import files as files_module
from tests.support.dicom_files import check_all_accounted, codes_of, mr_slice, write_file, write_series
from tests.support.nibabel_untyped import nibabel


def whole_slice() -> bytes:
    stream = io.BytesIO()
    mr_slice(0).save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def with_attribute(keyword: str, value: object) -> Callable[[], bytes]:
    def build() -> bytes:
        dataset = mr_slice(0)
        setattr(dataset, keyword, value)
        stream = io.BytesIO()
        dataset.save_as(stream, enforce_file_format=True)
        return stream.getvalue()

    return build


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (8, 8), 90).save(stream, kind)
    return stream.getvalue()


def zip_bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("IM0001.dcm", bytes(50_000_000))
    return stream.getvalue()


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO(b""))
    return stream.getvalue()


def huge_length_in_header() -> bytes:
    """An element that claims 4 GB in a file of a few bytes."""
    return b"\0" * 128 + b"DICM" + b"\x08\x00\x08\x00OB\0\0" + struct.pack("<I", 0xFFFFFFF0) + b"abc"


def deflated_bomb() -> bytes:
    dataset = mr_slice(0)
    dataset.PixelData = b""
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.1.99")
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    whole = stream.getvalue()
    meta = whole[: 132 + 12 + struct.unpack("<I", whole[140:144])[0]]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(80)) + packer.flush()
    return meta + packed


def video() -> bytes:
    stream = io.BytesIO()
    dataset = mr_slice(0)
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.102")
    dataset.PixelData = encapsulate([b"\0\0\0\x20ftypmp42"])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def nifti(shape: tuple[int, ...], *, dtype: str = "uint8", data_bytes: int | None = None) -> bytes:
    header = nibabel.Nifti1Header()
    header.set_data_dtype(dtype)
    header["dim"][0] = len(shape)
    header["dim"][1 : len(shape) + 1] = shape
    header["pixdim"][1:4] = 1.0
    header["vox_offset"] = 352
    header["magic"] = b"n+1"
    header["sform_code"] = 2
    header["srow_x"], header["srow_y"], header["srow_z"] = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize if data_bytes is None else data_bytes
    return bytes(header.binaryblock) + bytes(4) + bytes(size)


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing in it": ("IM1.dcm", lambda: b"", "EMPTY_FILE"),
    "cut off in the preamble": ("IM1.dcm", lambda: whole_slice()[:100], "NOT_DICOM"),
    "cut off in the header": ("IM1.dcm", lambda: whole_slice()[:420], "TRUNCATED_FILE"),
    "cut off in the pixels": ("IM1.dcm", lambda: whole_slice()[:-100], "TRUNCATED_FILE"),
    "a web page": ("IM1.dcm", lambda: b"<!DOCTYPE html><html>Session expired</html>", "NOT_DICOM"),
    "a JPEG named like DICOM": ("IM1.dcm", lambda: picture("JPEG"), "NOT_DICOM"),
    "a JPEG": ("spine.jpg", lambda: picture("JPEG"), "PICTURE_FILE"),
    "a PNG": ("spine.png", lambda: picture("PNG"), "PICTURE_FILE"),
    "a PDF": ("report.pdf", lambda: b"%PDF-1.7 ...", "DOCUMENT_FILE"),
    "random bytes": ("IM1", lambda: np.random.default_rng(1).bytes(5000), "NOT_RECOGNISED"),
    "random bytes named like DICOM": ("IM1.dcm", lambda: np.random.default_rng(2).bytes(5000), "NOT_DICOM"),
    "only the DICM mark": ("IM1.dcm", lambda: b"\0" * 128 + b"DICM", "DICOM_DAMAGED"),
    "the DICM mark before random bytes": (
        "IM1.dcm",
        lambda: b"\0" * 128 + b"DICM" + np.random.default_rng(3).bytes(3000),
        "DICOM_DAMAGED",
    ),
    "a header length of 4 GB": ("IM1.dcm", huge_length_in_header, "TRUNCATED_FILE"),
    "rows beyond reason": ("IM1.dcm", with_attribute("Rows", 65535), "IMAGE_TOO_LARGE"),
    "frames beyond reason": ("IM1.dcm", with_attribute("NumberOfFrames", 2_000_000_000), "IMAGE_TOO_LARGE"),
    "more frames than pixels": ("IM1.dcm", with_attribute("NumberOfFrames", 50), "TRUNCATED_FILE"),
    "no frames": ("IM1.dcm", with_attribute("NumberOfFrames", -3), "IMAGE_SIZE_MISSING"),
    "no rows": ("IM1.dcm", with_attribute("Rows", 0), "IMAGE_SIZE_MISSING"),
    "seven samples": ("IM1.dcm", with_attribute("SamplesPerPixel", 7), "PIXEL_FORMAT"),
    "a video": ("IM1.dcm", video, "VIDEO_OBJECT"),
    "a deflated bomb": ("IM1.dcm", deflated_bomb, "IMAGE_TOO_LARGE"),
    "a zip bomb": ("IM1.zip", zip_bomb, "ARCHIVE_FILE"),
    "a zip bomb named like DICOM": ("IM1.dcm", zip_bomb, "ARCHIVE_FILE"),
    "a tar": ("study.tar", tar, "ARCHIVE_FILE"),
    "a gzip": ("IM1.gz", lambda: gzip.compress(whole_slice()), "ARCHIVE_FILE"),
    "a gzip bomb named like NIfTI": ("a.nii.gz", lambda: gzip.compress(bytes(80_000_000)), "ARCHIVE_FILE"),
    "a NIfTI of a billion voxels": ("a.nii", lambda: nifti((2000, 2000, 2000), data_bytes=10), "NIFTI_TOO_LARGE"),
    "a packed NIfTI of a billion voxels": (
        "a.nii.gz",
        lambda: gzip.compress(nifti((2000, 2000, 2000), data_bytes=10)),
        "NIFTI_TOO_LARGE",
    ),
    "a NIfTI cut off": ("a.nii", lambda: nifti((9, 9, 9))[:-5], "TRUNCATED_FILE"),
    "a packed NIfTI cut off": ("a.nii.gz", lambda: gzip.compress(nifti((9, 9, 9)))[:-30], "TRUNCATED_FILE"),
    "a packed NIfTI damaged": (
        "a.nii.gz",
        lambda: gzip.compress(nifti((9, 9, 9), data_bytes=0) + np.random.default_rng(0).bytes(729))[:500] + bytes(900),
        "NIFTI_DAMAGED",
    ),
    "a NIfTI without size": ("a.nii", lambda: nifti((0, 9, 9)), "NIFTI_DAMAGED"),
    "a NIfTI in colour": ("a.nii", lambda: nifti((9, 9, 9), dtype="RGB", data_bytes=2187), "NIFTI_VOXEL_TYPE"),
    "a NIfTI with complex numbers": ("a.nii", lambda: nifti((9, 9, 9), dtype="complex64"), "NIFTI_VOXEL_TYPE"),
    "a NIfTI over time": ("a.nii", lambda: nifti((9, 9, 9, 5)), "NIFTI_SEVERAL_VOLUMES"),
    "a NIfTI header alone": ("a.hdr", lambda: nifti((9, 9, 9))[:352].replace(b"n+1", b"ni1"), "NIFTI_PAIR"),
    "left by a Mac": (".DS_Store", lambda: b"Bud1", "SYSTEM_FILE"),
    "left by a Mac beside a file": ("._IM1.dcm", lambda: b"\0\5\x16\7", "SYSTEM_FILE"),
    "a viewer": ("viewer.exe", lambda: b"MZ\x90\0", "OTHER_FILE"),
    "a note": ("README", lambda: b"Start viewer.exe\n", "OTHER_FILE"),
}


def read_all(folder: Path) -> SeriesReading:
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    return reading


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_named_with_its_reason_and_the_rest_is_read(tmp_path: Path, case: str) -> None:
    name, build, code = BROKEN[case]
    write_series(tmp_path / "good")
    (tmp_path / name).write_bytes(build())
    tracemalloc.start()
    reading = read_all(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(item.path, item.code) for item in reading.left_out] == [(name, code)]
    assert [series.shape[0] for series in reading.series] == [5]
    issue = next(issue for issue in reading.issues if issue.code == code)
    assert issue.where == name
    assert peak < 100e6


def test_the_reason_for_a_zip_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "study.zip").write_bytes(zip_bomb())
    issue = next(issue for issue in read_all(tmp_path).issues if issue.code == "ARCHIVE_FILE")
    assert "Unpack it first" in issue.remedy


def test_many_files_with_one_reason_share_an_issue(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"IM{number:02d}.dcm").write_bytes(b"")
    reading = read_all(tmp_path)
    issues = [issue for issue in reading.issues if issue.code == "EMPTY_FILE"]
    assert len(issues) == 1
    assert "40 files" in issues[0].message
    assert "IM00.dcm, IM01.dcm, IM02.dcm and 37 more" in issues[0].message
    assert len(reading.left_out) == 40


@pytest.mark.parametrize("name", ["ExplVR_LitEndNoMeta.dcm", "no_meta_group_length.dcm", "image_dfl.dcm"])
def test_unusual_but_real_files_are_not_called_broken(tmp_path: Path, name: str) -> None:
    source = get_testdata_file(name)
    assert isinstance(source, str)
    (tmp_path / name).write_bytes(Path(source).read_bytes())
    reading = read_all(tmp_path)
    assert not {"DICOM_DAMAGED", "NOT_DICOM", "NOT_RECOGNISED"} & codes_of(reading)


def test_an_image_without_preamble_is_read(tmp_path: Path) -> None:
    for index in range(3):
        dataset = mr_slice(index)
        del dataset.file_meta
        dataset.preamble = None
        with (tmp_path / f"IM{index}").open("wb") as stream:
            dataset.save_as(stream, implicit_vr=True, little_endian=True, enforce_file_format=False)
    reading = read_all(tmp_path)
    assert reading.issues == ()
    assert reading.series[0].shape[0] == 3


def test_a_dicomdir_is_set_aside_not_missed(tmp_path: Path) -> None:
    source = Path(str(get_testdata_file("DICOMDIR")))
    (tmp_path / "DICOMDIR").write_bytes(source.read_bytes())
    write_series(tmp_path / "DICOM")
    reading = read_all(tmp_path)
    assert codes_of(reading) == {"DICOMDIR_IGNORED"}
    assert len(reading.series) == 1


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    reading = read_series([tmp_path / "nowhere"], tmp_path)
    assert [(item.path, item.code) for item in reading.left_out] == [("nowhere", "FILE_MISSING")]
    assert IssueSeverity.ERROR in {issue.severity for issue in reading.issues}


def test_nothing_outside_the_folder_is_opened(tmp_path: Path) -> None:
    inside, outside = tmp_path / "case", tmp_path / "elsewhere"
    write_series(outside)
    write_series(inside / "mri", 3)
    (inside / "link.dcm").symlink_to(outside / "IM000.dcm")
    (inside / "folder").symlink_to(outside)
    (inside / "relative").symlink_to(Path("..") / "elsewhere")
    reading = read_series([inside, outside, inside / ".." / "elsewhere"], inside)
    assert [series.shape[0] for series in reading.series] == [3]
    left = {item.path: item.code for item in reading.left_out}
    assert {left[name] for name in ("link.dcm", "folder", "relative")} == {"OUTSIDE_FOLDER"}


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    write_series(tmp_path / "mri", 3)
    (tmp_path / "mri" / "up").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    (tmp_path / "again").symlink_to(tmp_path / "mri")
    reading = read_series([tmp_path], tmp_path)
    assert [series.shape[0] for series in reading.series] == [3]
    left = {item.path: item.code for item in reading.left_out}
    assert left == {
        "mri/up": "LINK_REPEATED",
        "again": "LINK_REPEATED",
        "itself": "LINK_BROKEN",
        "gone": "LINK_BROKEN",
    }


def test_a_link_to_images_inside_the_folder_is_followed(tmp_path: Path) -> None:
    write_series(tmp_path / "store" / "mri", 3)
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "mri").symlink_to(tmp_path / "store" / "mri")
    reading = read_series([tmp_path / "case"], tmp_path)
    assert [series.shape[0] for series in reading.series] == [3]
    assert reading.left_out == ()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "IM1.dcm")
    reading = read_series([tmp_path], tmp_path)
    assert [item.code for item in reading.left_out] == ["NOT_A_FILE"]


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may read every file, so none can be made unreadable")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = write_file(mr_slice(0), tmp_path / "IM1.dcm")
    path.chmod(0)
    assert [item.code for item in read_series([tmp_path], tmp_path).left_out] == ["FILE_NOT_READABLE"]


def test_names_with_control_characters_or_broken_encoding_are_made_safe(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for raw in (b"a\nb.dcm", b"\xff\xfe.dcm", b"\x1b[31m.dcm", b"a?b.dcm"):
        with open(os.path.join(folder, raw), "wb"):  # noqa: PTH118, PTH123 names that are not text
            pass
    reading = read_series([tmp_path], tmp_path)
    names = [item.path for item in reading.left_out]
    assert len(set(names)) == 4
    assert all(name.isprintable() for name in names)
    for name in names:
        name.encode("utf-8")


def test_folders_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "DEPTH_MAX", 3)
    write_series(tmp_path / "a" / "b" / "c" / "d")
    reading = read_series([tmp_path], tmp_path)
    assert [(item.path, item.code) for item in reading.left_out] == [("a/b/c", "FOLDERS_TOO_DEEP")]


def test_files_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "FILES_MAX", 3)
    write_series(tmp_path)
    reading = read_series([tmp_path], tmp_path)
    assert [item.code for item in reading.left_out] == ["TOO_MANY_FILES"] * 2
    assert reading.series[0].shape[0] == 3


def test_an_unreadable_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_series(tmp_path, 1)
    good = Path.open

    def failing(self: Path, *arguments: object, **options: object) -> object:
        if self.name == "IM000.dcm":
            raise OSError(5, "Input/output error")
        return good(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)
    assert [item.code for item in read_series([tmp_path], tmp_path).left_out] == ["FILE_NOT_READABLE"]
