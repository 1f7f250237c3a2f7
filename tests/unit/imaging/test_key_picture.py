"""The one picture of a series: right proportions, sides named, nothing of the patient, never an exception."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset

from ilc.core import Issue
from ilc.imaging import choose_key_slice, render_key_picture
from ilc.imaging.dicom import Series, read_series
from tests.support.dicom_files import (
    PATIENT_NAME,
    Change,
    base_dataset,
    pixels_of,
    set_pixels,
    with_values,
    without,
    write_file,
    write_series,
)


def read_one(folder: Path) -> Series:
    return read_series([folder], folder).series[0]


def picture_of(series: Series) -> Image.Image:
    png = render_key_picture(series)
    assert isinstance(png, bytes)
    return Image.open(io.BytesIO(png))


def larger(rows: int, columns: int, spacing: list[float]) -> Change:
    def change(dataset: Dataset) -> None:
        set_pixels(dataset, pixels_of(0, rows, columns))
        dataset.PixelSpacing = spacing

    return change


@pytest.mark.parametrize(
    ("rows", "columns", "spacing", "ratio"),
    [(100, 100, [1.0, 1.0], 1.0), (100, 100, [2.0, 1.0], 2.0), (60, 120, [1.0, 0.5], 1.0), (300, 100, [0.7, 0.7], 3.0)],
)
def test_a_millimetre_is_as_long_down_as_across(
    tmp_path: Path, rows: int, columns: int, spacing: list[float], ratio: float
) -> None:
    write_series(tmp_path, 3, larger(rows, columns, spacing))
    picture = picture_of(read_one(tmp_path))
    caption = 26
    width = min(picture.width, round((picture.height - caption) / ratio))
    assert max(picture.size) <= 640
    assert (picture.height - caption) / width == pytest.approx(ratio, rel=0.02)
    assert max(picture.size) >= 610


def test_the_middle_slice_is_shown_and_a_missing_one_avoided(tmp_path: Path) -> None:
    paths = write_series(tmp_path, 5)
    assert choose_key_slice(read_one(tmp_path)) == 2
    paths[2].unlink()
    assert choose_key_slice(read_one(tmp_path)) == 1


def test_sides_are_drawn_where_they_are_known(tmp_path: Path) -> None:
    write_series(tmp_path / "a", 1, larger(100, 100, [1.0, 1.0]))
    write_series(
        tmp_path / "b",
        1,
        lambda dataset: (larger(100, 100, [1.0, 1.0])(dataset), without("ImageOrientationPatient")(dataset)),
    )
    with_sides = np.asarray(picture_of(read_one(tmp_path / "a")))
    without_sides = np.asarray(picture_of(read_one(tmp_path / "b")))
    left = (slice(290, 325), slice(0, 24))
    assert not np.array_equal(with_sides[left], without_sides[left])


def test_constant_and_single_pixel_images_are_drawn(tmp_path: Path) -> None:
    def flat(dataset: Dataset) -> None:
        set_pixels(dataset, np.full((1, 1), 7, dtype=np.uint16))

    write_series(tmp_path, 1, flat)
    assert picture_of(read_one(tmp_path)).size[0] > 0


def test_a_cine_shows_its_middle_frame(tmp_path: Path) -> None:
    dataset = base_dataset("1.2.840.10008.5.1.4.1.1.12.2", "1.6.1.1")
    dataset.SeriesInstanceUID = "1.6.1"
    dataset.Modality = "RF"
    frames = np.zeros((5, 80, 80), dtype=np.uint16)
    frames[2, :, 40:] = 1000
    set_pixels(dataset, frames)
    write_file(dataset, tmp_path / "run")
    picture = np.asarray(picture_of(read_one(tmp_path)))
    assert picture[100:500, 500].mean() > 200
    assert picture[100:500, 100].mean() < 20


def test_an_unreadable_series_gives_its_issue(tmp_path: Path) -> None:
    paths = write_series(tmp_path, 1)
    series = read_one(tmp_path)
    paths[0].write_bytes(b"gone")
    found = render_key_picture(series)
    assert isinstance(found, Issue)
    assert found.code == "PIXELS_NOT_READABLE"


def test_the_picture_holds_no_name(tmp_path: Path) -> None:
    write_series(tmp_path, 1, with_values(SeriesDescription=f"T2 {PATIENT_NAME}"))
    png = render_key_picture(read_one(tmp_path))
    assert isinstance(png, bytes)
    assert b"Yamada" not in png
    assert Image.open(io.BytesIO(png)).info == {}
