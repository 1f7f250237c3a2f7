"""The plane of slices from their pixels: claimed when all signs are there, unknown else, and always with the reason."""

from pathlib import Path

import numpy as np
import pytest

from ilc.imaging.dicom import Plane, PlaneReading, SeriesKind, detect_plane, read_plane, read_series
from tests.support.body_slices import SIZE, Picture, axial, coronal, sagittal
from tests.support.dicom_files import Change, base_dataset, set_pixels, with_values, without, write_file, write_series

DRAWN = {Plane.AXIAL: axial, Plane.SAGITTAL: sagittal, Plane.CORONAL: coronal}


@pytest.mark.parametrize("plane", DRAWN)
@pytest.mark.parametrize("seed", [0, 1])
def test_each_plane_is_told_with_confidence_and_reasons(plane: Plane, seed: int) -> None:
    found = detect_plane([DRAWN[plane](seed)], (1.0, 1.0))
    assert found.plane is plane
    assert 0.9 <= found.confidence <= 0.99
    assert len(found.reasons) > 2


@pytest.mark.parametrize("plane", DRAWN)
def test_pixels_need_not_be_square_nor_bright(plane: Plane) -> None:
    picture = DRAWN[plane]()[::2] * 0.01 + 3.0
    assert detect_plane([picture], (2.0, 1.0)).plane is plane


@pytest.mark.parametrize("plane", DRAWN)
def test_a_slice_on_its_side_is_unknown_never_another_plane(plane: Plane) -> None:
    assert detect_plane([np.rot90(DRAWN[plane]())]).plane is Plane.UNKNOWN


def test_a_sagittal_slice_upside_down_or_facing_right_is_still_sagittal() -> None:
    assert detect_plane([sagittal()[::-1]]).plane is Plane.SAGITTAL
    assert detect_plane([sagittal()[:, ::-1]]).plane is Plane.SAGITTAL


def noise() -> Picture:
    return np.random.default_rng(3).random((SIZE, SIZE)).astype(np.float32)


@pytest.mark.parametrize(
    "picture",
    [
        noise(),
        np.zeros((SIZE, SIZE), dtype=np.float32),
        np.full((SIZE, SIZE), 7.0, dtype=np.float32),
        np.tile(np.arange(SIZE, dtype=np.float32), (SIZE, 1)),
        sagittal()[:20, :20],
        sagittal()[:, 90:110],
    ],
    ids=["noise", "black", "grey", "ramp", "tiny", "strip"],
)
def test_what_shows_no_body_is_unknown(picture: Picture) -> None:
    found = detect_plane([picture])
    assert found.plane is Plane.UNKNOWN
    assert found.reasons


def test_no_slice_at_all_is_unknown() -> None:
    assert detect_plane([]) == PlaneReading(Plane.UNKNOWN, 0.0, ("the slices are too small or show nothing",))


def test_slices_that_disagree_are_unknown() -> None:
    found = detect_plane([axial(), sagittal(), sagittal(1)])
    assert found.plane is Plane.UNKNOWN
    assert "axial and sagittal" in found.reasons[0]


def test_a_stack_is_told_though_one_slice_shows_nothing() -> None:
    alone = detect_plane([sagittal(), sagittal(1)])
    with_noise = detect_plane([sagittal(), sagittal(1), noise()])
    assert with_noise.plane is Plane.SAGITTAL
    assert with_noise.confidence < alone.confidence


def showing(picture: Picture, *changes: Change) -> Change:
    def change(dataset: object) -> None:
        set_pixels(dataset, np.asarray(np.clip(picture, 0, 4095), dtype=np.uint16))  # type: ignore[arg-type]
        dataset.PixelSpacing = [1.0, 1.0]  # type: ignore[attr-defined]
        for one in changes:
            one(dataset)  # type: ignore[arg-type]

    return change


@pytest.mark.parametrize("plane", DRAWN)
def test_a_series_without_orientation_is_looked_at_and_it_is_said(tmp_path: Path, plane: Plane) -> None:
    write_series(tmp_path, 3, showing(DRAWN[plane](), without("ImageOrientationPatient")))
    series = read_series([tmp_path], tmp_path).series[0]
    assert (series.kind, series.plane) == (SeriesKind.IMAGE, Plane.UNKNOWN)
    found = read_plane(series)
    assert found.plane is plane
    assert [issue.code for issue in found.issues] == ["PLANE_FROM_PIXELS"]
    assert found.issues[0].where == series.id


def test_a_stated_plane_is_believed_whatever_the_pixels_show(tmp_path: Path) -> None:
    write_series(tmp_path, 3, showing(axial()))
    found = read_plane(read_series([tmp_path], tmp_path).series[0])
    assert (found.plane, found.confidence, found.issues) == (Plane.SAGITTAL, 1.0, ())


def test_what_neither_tells_asks(tmp_path: Path) -> None:
    write_series(tmp_path, 3, showing(noise() * 4000.0, without("ImageOrientationPatient")))
    found = read_plane(read_series([tmp_path], tmp_path).series[0])
    assert found.plane is Plane.UNKNOWN
    assert found.issues[0].code == "PLANE_UNKNOWN"
    assert found.issues[0].remedy


def test_pixels_that_cannot_be_read_give_their_issue(tmp_path: Path) -> None:
    paths = write_series(tmp_path, 1, showing(sagittal(), without("ImageOrientationPatient")))
    series = read_series([tmp_path], tmp_path).series[0]
    paths[0].write_bytes(b"gone")
    assert [issue.code for issue in read_plane(series).issues] == ["PIXELS_NOT_READABLE"]


def test_radiographs_and_what_is_set_aside_are_not_looked_at(tmp_path: Path) -> None:
    film = base_dataset("1.2.840.10008.5.1.4.1.1.1.1", "1.5.1")
    film.Modality = "DX"
    set_pixels(film, np.asarray(np.clip(coronal(), 0, 4095), dtype=np.uint16))
    write_file(film, tmp_path / "film")
    shot = with_values(ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"])
    write_series(tmp_path / "shot", 1, showing(sagittal(), without("ImageOrientationPatient"), shot))
    found = [read_plane(series) for series in read_series([tmp_path], tmp_path).series]
    assert {reading.plane for reading in found} == {Plane.UNKNOWN}
    assert all("not looked at" in reading.reasons[0] for reading in found)
