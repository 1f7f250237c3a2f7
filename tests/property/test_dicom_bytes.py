"""Whatever happens to the bytes of a file, reading ends, raises nothing, and accounts for it."""

import io
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ilc.core import Issue
from ilc.imaging import render_key_picture
from ilc.imaging.dicom import PixelsNotReadable, Series, read_readable_pixels, read_series
from tests.support.dicom_files import check_all_accounted, enhanced_mr, mr_slice
from tests.support.nibabel_untyped import nibabel


def bytes_of_slice(index: int) -> bytes:
    stream = io.BytesIO()
    mr_slice(index).save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def bytes_of_enhanced() -> bytes:
    stream = io.BytesIO()
    enhanced_mr().save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def bytes_of_rle() -> bytes:
    dataset = mr_slice(1)
    dataset.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def bytes_of_nifti() -> bytes:
    image = nibabel.Nifti1Image(np.arange(8 * 9 * 10, dtype=np.int16).reshape(8, 9, 10), np.eye(4))
    return bytes(image.to_bytes())


SOURCES = {
    "slice": bytes_of_slice(1),
    "enhanced": bytes_of_enhanced(),
    "rle": bytes_of_rle(),
    "nifti": bytes_of_nifti(),
}
NEIGHBOURS = [bytes_of_slice(0), bytes_of_slice(2)]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    data = bytearray(SOURCES[draw(st.sampled_from(sorted(SOURCES)))])
    # Damage in the header does more than damage in the pixels.
    reach = len(data) if draw(st.booleans()) else min(1500, len(data))
    places = st.integers(0, reach - 1)
    for place, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)):
        data[place] = value
    kind = draw(st.sampled_from(["keep", "cut", "insert", "repeat", "remove"]))
    at = draw(places)
    if kind == "cut":
        return bytes(data[:at])
    if kind == "insert":
        return bytes(data[:at]) + draw(st.binary(min_size=1, max_size=40)) + bytes(data[at:])
    if kind == "repeat":
        return bytes(data[:at]) + bytes(data[: at + 200]) + bytes(data[at:])
    if kind == "remove":
        return bytes(data[:at]) + bytes(data[at + draw(st.integers(1, 60)) :])
    return bytes(data)


def check_reading(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "damaged.dcm").write_bytes(data)
        for number, neighbour in enumerate(NEIGHBOURS):
            (folder / f"whole{number}.dcm").write_bytes(neighbour)
        reading = read_series([folder], folder)
        check_all_accounted(reading, folder)
        used = {path for series in reading.series for path in series.paths}
        assert {"whole0.dcm", "whole1.dcm"} <= used | {item.path for item in reading.left_out}
        for series in reading.series:
            check_pixels(series)


def check_pixels(series: Series) -> None:
    """Pixels come in the shape announced, or an issue says why not; only the damaged file may be at fault."""
    refused: Issue | None = None
    try:
        found = read_readable_pixels(series)
    except PixelsNotReadable as error:
        refused = error.issue
    else:
        assert found.values.shape == series.shape
        assert np.isfinite(found.values).all()
    if "damaged.dcm" in series.paths:
        picture = render_key_picture(series)
        assert isinstance(picture, bytes) or picture.remedy
    else:
        assert refused is None


@settings(max_examples=150)
@given(damaged_files())
def test_a_damaged_file_is_always_accounted_for(data: bytes) -> None:
    check_reading(data)


@settings(max_examples=60)
@given(st.binary(max_size=700), st.booleans())
def test_bytes_from_nowhere_are_always_accounted_for(data: bytes, marked: bool) -> None:  # noqa: FBT001
    check_reading((bytes(128) + b"DICM" + data) if marked else data)
