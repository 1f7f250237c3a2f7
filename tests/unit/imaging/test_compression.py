"""Every compression a hospital uses gives back the same pixels; damaged ones cost their slice and nothing else."""

import io
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gdcm
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from ilc.core import IssueSeverity
from ilc.imaging.dicom import PixelsNotReadable, decoding, read_pixels, read_readable_pixels, read_series
from tests.support.dicom_files import check_all_accounted, mr_slice, pixels_of, write_file, write_series

RLE, JPEG_LS, JPEG_2000 = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"
JPEG_BASELINE, JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70"


def write_compressed(folder: Path, syntax: str) -> None:
    for index in range(3):
        dataset = mr_slice(index)
        dataset.compress(syntax, generate_instance_uid=False)
        write_file(dataset, folder / f"IM{index}.dcm")


def write_lossless_jpeg(folder: Path) -> None:
    plain = folder.parent / "plain"
    folder.mkdir(parents=True)
    for path in write_series(plain, 3):
        reader = gdcm.ImageReader()
        reader.SetFileName(str(path))
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFileName(str(folder / path.name))
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()


@pytest.mark.parametrize(
    ("syntax", "write"),
    [
        (RLE, lambda folder: write_compressed(folder, RLE)),
        (JPEG_LS, lambda folder: write_compressed(folder, JPEG_LS)),
        (JPEG_2000, lambda folder: write_compressed(folder, JPEG_2000)),
        (JPEG_LOSSLESS_SV1, write_lossless_jpeg),
    ],
)
def test_lossless_compressions_give_back_every_value(
    tmp_path: Path, syntax: str, write: Callable[[Path], None]
) -> None:
    folder = tmp_path / "packed"
    write(folder)
    files = sorted(folder.iterdir())
    assert dcmread(files[0]).file_meta.TransferSyntaxUID == syntax
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    assert reading.issues == ()
    voxels = read_pixels(reading.series[0])
    assert np.array_equal(voxels, np.stack([pixels_of(index) for index in range(3)]))


def test_deflated_and_implicit(tmp_path: Path) -> None:
    for index, syntax in enumerate(["1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99"]):
        dataset = mr_slice(index)
        dataset.file_meta.TransferSyntaxUID = UID(syntax)
        write_file(dataset, tmp_path / f"IM{index}")
    reading = read_series([tmp_path], tmp_path)
    assert reading.issues == ()
    assert np.array_equal(read_pixels(reading.series[0]), np.stack([pixels_of(index) for index in range(2)]))


def test_a_truncated_deflated_file_is_named(tmp_path: Path) -> None:
    dataset = mr_slice(0)
    dataset.PixelData = dataset.PixelData[:100]
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.1.99")
    write_file(dataset, tmp_path / "IM0")
    assert [item.code for item in read_series([tmp_path], tmp_path).left_out] == ["TRUNCATED_FILE"]


def test_lossy_jpeg_is_close(tmp_path: Path) -> None:
    row, column = np.mgrid[:64, :64]
    grey = (60 + row + 1.5 * column).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(grey).save(stream, "JPEG", quality=95)
    dataset = mr_slice(0)
    dataset.file_meta.TransferSyntaxUID = UID(JPEG_BASELINE)
    dataset.Rows, dataset.Columns = 64, 64
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelData = encapsulate([stream.getvalue()])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    write_file(dataset, tmp_path / "IM0")
    voxels = read_pixels(read_series([tmp_path], tmp_path).series[0])
    assert np.abs(voxels[0] - grey).max() <= 3


def read_shipped(name: str, folder: Path) -> np.ndarray:
    (folder / name).write_bytes(Path(str(get_testdata_file(name))).read_bytes())
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    return read_pixels(reading.series[0])


@pytest.mark.parametrize("form", ["RLE", "jp2klossless", "jpeg_ls_lossless", "bigendian", "implicit", "expb", "padded"])
def test_the_same_slice_from_other_writers_is_the_same(tmp_path: Path, form: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = read_shipped("MR_small.dcm", tmp_path / "a")
    assert np.array_equal(read_shipped(f"MR_small_{form}.dcm", tmp_path / "b"), plain)


@pytest.mark.parametrize(
    "name", ["SC_rgb_jpeg_gdcm.dcm", "SC_rgb_rle.dcm", "examples_palette.dcm", "SC_ybr_full_422_uncompressed.dcm"]
)
def test_colour_becomes_brightness(tmp_path: Path, name: str) -> None:
    voxels = read_shipped(name, tmp_path)
    assert voxels.ndim == 3
    assert voxels.max() > voxels.min() >= 0


def test_a_compression_without_a_decoder_is_an_issue(tmp_path: Path) -> None:
    name = "JPGExtended.dcm"  # twelve-bit lossy JPEG
    (tmp_path / name).write_bytes(Path(str(get_testdata_file(name))).read_bytes())
    series = read_series([tmp_path], tmp_path).series[0]
    with pytest.raises(PixelsNotReadable) as caught:
        read_pixels(series)
    assert caught.value.issue.code == "PIXELS_NOT_READABLE"
    assert caught.value.issue.severity is IssueSeverity.ERROR
    assert "without compression" in caught.value.issue.remedy


def damaged(data: bytes, seed: int) -> bytes:
    """Change some bytes of the compressed pixels."""
    generator = random.Random(seed)  # noqa: S311 repeatable damage, no secret
    start = data.find(b"\xe0\x7f\x10\x00")
    changed = bytearray(data)
    for _ in range(generator.choice([1, 3, 10, 50])):
        changed[generator.randrange(start + 20, len(changed))] = generator.randrange(256)
    return bytes(changed)


# This damage makes the compiled decoder end its process (SIGABRT), measured with python-gdcm 3.2.6.
CRASHING_SEED = 45


def test_a_decoder_that_dies_costs_one_image_not_the_program(tmp_path: Path) -> None:
    whole = Path(str(get_testdata_file("SC_rgb_jpeg_gdcm.dcm"))).read_bytes()
    for number, data in enumerate([whole, damaged(whole, CRASHING_SEED), whole, whole], start=1):
        dataset = dcmread(io.BytesIO(data))
        dataset.SOPInstanceUID = f"1.2.3.{number}"
        dataset.InstanceNumber = number
        write_file(dataset, tmp_path / f"{number}.dcm")
    found = read_readable_pixels(read_series([tmp_path], tmp_path).series[0])
    assert found.unreadable_slices == (1,)
    assert found.values[0].max() > 0
    assert np.array_equal(found.values[0], found.values[3])


def test_the_decoder_really_dies_of_that_damage(tmp_path: Path) -> None:
    """If this fails the decoder has become better, and the test above needs other damage."""
    whole = Path(str(get_testdata_file("SC_rgb_jpeg_gdcm.dcm"))).read_bytes()
    path = tmp_path / "IM0"
    path.write_bytes(damaged(whole, CRASHING_SEED))
    code = "import sys, pydicom; pydicom.dcmread(sys.argv[1]).pixel_array"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False)
    assert done.returncode < 0


@pytest.mark.parametrize("syntax", [RLE, JPEG_LS, JPEG_2000])
def test_one_damaged_slice_is_named_and_the_others_are_kept(tmp_path: Path, syntax: str) -> None:
    write_compressed(tmp_path, syntax)
    path = tmp_path / "IM1.dcm"
    data = path.read_bytes()
    start = data.find(b"\xe0\x7f\x10\x00") + 12 + 8
    start += int.from_bytes(data[start - 4 : start], "little") + 8  # past the offset table, into the first fragment
    path.write_bytes(data[:start] + bytes(len(data) - start - 8) + data[-8:])
    series = read_series([tmp_path], tmp_path).series[0]
    with pytest.raises(PixelsNotReadable):
        read_pixels(series)
    found = read_readable_pixels(series)
    assert found.unreadable_slices == (1,)
    assert "1 of 3 slices" in found.issues[0].message
    assert not found.values[1].any()
    assert np.array_equal(found.values[2], pixels_of(2))


def test_a_file_that_vanishes_after_it_was_listed(tmp_path: Path) -> None:
    paths = write_series(tmp_path, 3)
    series = read_series([tmp_path], tmp_path).series[0]
    paths[0].unlink()
    paths[1].write_bytes(b"")
    found = read_readable_pixels(series)
    assert found.unreadable_slices == (0, 1)
    paths[2].write_bytes(b"<html>")
    with pytest.raises(PixelsNotReadable):
        read_readable_pixels(series)


def test_a_code_stream_of_another_size_than_its_header_is_refused(tmp_path: Path) -> None:
    dataset = mr_slice(0)
    dataset.compress(JPEG_2000, generate_instance_uid=False)
    dataset.Rows = 12
    write_file(dataset, tmp_path / "IM0")
    with pytest.raises(PixelsNotReadable):
        read_pixels(read_series([tmp_path], tmp_path).series[0])


def test_a_decoder_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_compressed(tmp_path, JPEG_LS)
    series = read_series([tmp_path], tmp_path).series[0]
    # With no time at all the child is ended before it can answer.
    monkeypatch.setattr(decoding, "DECODER_MAX_SECONDS", -10.0)
    start = time.monotonic()
    with pytest.raises(PixelsNotReadable):
        read_pixels(series)
    assert time.monotonic() - start < 10.0
