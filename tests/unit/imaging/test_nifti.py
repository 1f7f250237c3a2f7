"""NIfTI: the same series, the same place, whichever way its axes run."""

import gzip
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from ilc.imaging.dicom import Plane, SequenceKind, Series, SeriesKind, read_pixels, read_series, read_slice
from tests.support.dicom_files import check_all_accounted, codes_of
from tests.support.nibabel_untyped import nibabel

SIZE_RAS = (9, 24, 30)  # right, front, head
SPACING_RAS = (4.0, 0.7, 0.8)


def marked_volume() -> np.ndarray:
    """Values that differ everywhere, in the order (right, front, head)."""
    return np.arange(np.prod(SIZE_RAS), dtype=np.int16).reshape(SIZE_RAS)


def ras_affine() -> np.ndarray:
    affine = np.diag([*SPACING_RAS, 1.0])
    affine[:3, 3] = (-16.0, -40.0, -60.0)
    return affine


def write_nifti(path: Path, array: np.ndarray, affine: np.ndarray, units: str | None = "mm") -> Path:
    image = nibabel.Nifti1Image(array, affine)
    if units is not None:
        image.header.set_xyzt_units(units)
    nibabel.save(image, path)
    return path


def read_one(folder: Path) -> tuple[Series, set[str]]:
    reading = read_series([folder], folder)
    check_all_accounted(reading, folder)
    assert len(reading.series) == 1
    return reading.series[0], codes_of(reading)


ORDERS = ["".join(code) for code in itertools.product("LR", "PA", "SI")]


@pytest.mark.parametrize("order", [*ORDERS, "PIR", "IAL", "SRP", "AIL"])
def test_every_voxel_keeps_its_place_whichever_way_the_axes_run(tmp_path: Path, order: str) -> None:
    source = nibabel.Nifti1Image(marked_volume(), ras_affine())
    turn = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(source.affine), nibabel.orientations.axcodes2ornt(tuple(order))
    )
    nibabel.save(source.as_reoriented(turn), tmp_path / "t2.nii.gz")
    series, _ = read_one(tmp_path)
    assert (series.kind, series.plane) == (SeriesKind.VOLUME, Plane.SAGITTAL)
    assert series.shape == (9, 30, 24)
    assert series.geometry is not None
    assert series.geometry.edge_letters == ("A", "P", "H", "F")
    voxels = read_pixels(series)
    for i, j, k in [(0, 0, 0), (8, 23, 29), (3, 5, 7), (2, 20, 11)]:
        right, front, head = nibabel.affines.apply_affine(source.affine, [i, j, k])
        index = series.geometry.lps_to_index((-right, -front, head))
        assert index == pytest.approx(np.rint(index), abs=1e-4)
        assert voxels[tuple(np.rint(index).astype(int))] == marked_volume()[i, j, k]


def test_thick_slices_decide_the_plane(tmp_path: Path) -> None:
    write_nifti(tmp_path / "t2.nii", np.zeros((20, 20, 8), dtype=np.uint8), np.diag([0.6, 0.6, 4.0, 1.0]))
    series, _ = read_one(tmp_path)
    assert (series.plane, series.shape) == (Plane.AXIAL, (8, 20, 20))
    assert series.geometry is not None
    assert series.geometry.edge_letters == ("R", "L", "A", "P")


def test_even_voxels_are_read_from_side_to_side(tmp_path: Path) -> None:
    write_nifti(tmp_path / "t2.nii", np.zeros((10, 20, 30), dtype=np.uint8), np.eye(4))
    assert read_one(tmp_path)[0].plane is Plane.SAGITTAL


@pytest.mark.parametrize("shape", [(1, 24, 30), (24, 30, 1)])
def test_a_single_slice_is_allowed(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    affine = np.eye(4)
    if shape[2] == 1:  # stored as (front, head, right)
        affine = np.array([[0, 0, 4.0, 0], [-0.7, 0, 0, 0], [0, -0.8, 0, 0], [0, 0, 0, 1]])
    write_nifti(tmp_path / "t2.nii.gz", np.ones(shape, dtype=np.float32), affine)
    series, _ = read_one(tmp_path)
    assert (series.plane, series.shape[0]) == (Plane.SAGITTAL, 1)
    assert series.geometry is not None


def test_a_flat_file_of_two_dimensions(tmp_path: Path) -> None:
    affine = np.array([[0, 0, 1.0, 0], [-0.7, 0, 0, 0], [0, -0.8, 0, 0], [0, 0, 0, 1]])
    write_nifti(tmp_path / "t2.nii", np.ones((24, 30), dtype=np.int16), affine)
    assert read_one(tmp_path)[0].shape == (1, 30, 24)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_voxel_types_and_scaling(tmp_path: Path, dtype: str) -> None:
    image = nibabel.Nifti1Image(
        marked_volume().astype(dtype) if dtype != "uint8" else np.ones(SIZE_RAS, np.uint8), ras_affine()
    )
    image.header.set_slope_inter(2.0, 5.0)
    nibabel.save(image, tmp_path / "t2.nii")
    series, _ = read_one(tmp_path)
    expected = np.asarray(nibabel.load(tmp_path / "t2.nii").get_fdata())
    voxels = read_pixels(series)
    assert voxels.dtype == np.float32
    assert (voxels.min(), voxels.max()) == pytest.approx((expected.min(), expected.max()))


def test_voxels_that_are_not_numbers_are_zero(tmp_path: Path) -> None:
    array = np.full(SIZE_RAS, np.nan, dtype=np.float32)
    array[0] = 3.0
    write_nifti(tmp_path / "t2.nii", array, ras_affine())
    voxels = read_pixels(read_one(tmp_path)[0])
    assert np.isfinite(voxels).all()
    assert voxels.max() == 3.0


def test_big_endian_and_second_version(tmp_path: Path) -> None:
    header = nibabel.Nifti1Header(endianness=">")
    nibabel.save(nibabel.Nifti1Image(marked_volume(), ras_affine(), header), tmp_path / "t1.nii")
    nibabel.save(nibabel.Nifti2Image(marked_volume(), ras_affine()), tmp_path / "t2.nii.gz")
    reading = read_series([tmp_path], tmp_path)
    first, second = (read_pixels(series) for series in reading.series)
    assert np.array_equal(first, second)
    assert sorted(np.unique(first)) == sorted(np.unique(marked_volume()))


@pytest.mark.parametrize(("units", "factor"), [("mm", 1.0), ("meter", 1000.0), ("micron", 0.001)])
def test_units_become_millimetres(tmp_path: Path, units: str, factor: float) -> None:
    affine = ras_affine()
    affine[:3] /= factor
    write_nifti(tmp_path / "t2.nii", marked_volume(), affine, units)
    series, codes = read_one(tmp_path)
    assert series.pixel_spacing_mm == pytest.approx((0.8, 0.7), rel=1e-4)
    assert "UNITS_ASSUMED" not in codes


def test_units_that_are_not_stated_are_said_to_be_assumed(tmp_path: Path) -> None:
    write_nifti(tmp_path / "t2.nii", marked_volume(), ras_affine(), None)
    assert read_one(tmp_path)[1] == {"UNITS_ASSUMED", "SEQUENCE_FROM_NAME"}


def test_a_file_that_does_not_say_how_it_lies_has_no_place(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(marked_volume(), ras_affine())
    image.header.set_xyzt_units("mm")
    image.set_sform(None, 0)
    image.set_qform(None, 0)
    nibabel.save(image, tmp_path / "t2.nii")
    series, codes = read_one(tmp_path)
    assert "NIFTI_NO_ORIENTATION" in codes
    assert (series.kind, series.geometry, series.plane) == (SeriesKind.IMAGE, None, Plane.UNKNOWN)


def test_an_affine_that_is_no_grid_has_no_place(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(marked_volume(), ras_affine())
    affine = ras_affine()
    affine[:3, 1] = affine[:3, 2]
    image.header["srow_x"], image.header["srow_y"], image.header["srow_z"] = affine[:3]
    image.header["sform_code"], image.header["qform_code"] = 2, 0
    path = tmp_path / "t2.nii"
    path.write_bytes(bytes(image.header.binaryblock[:344]) + b"n+1\0" + bytes(4) + marked_volume().tobytes("F"))
    data = bytearray(path.read_bytes())
    data[108:112] = np.float32(352).tobytes()
    path.write_bytes(bytes(data))
    series, codes = read_one(tmp_path)
    assert "GEOMETRY_NOT_VALID" in codes
    assert series.geometry is None


def test_the_sidecar_of_a_converter_gives_the_times(tmp_path: Path) -> None:
    write_nifti(tmp_path / "a.nii.gz", marked_volume(), ras_affine())
    facts = {
        "EchoTime": 0.06,
        "RepetitionTime": 4.2,
        "InversionTime": 0.16,
        "MagneticFieldStrength": 1.5,
        "PatientName": "X",
    }
    (tmp_path / "a.json").write_text(json.dumps(facts), encoding="utf-8")
    series, codes = read_one(tmp_path)
    assert series.sequence.kind is SequenceKind.STIR
    assert series.timing.echo_time_ms == pytest.approx(60.0)
    assert series.timing.field_strength_t == 1.5
    assert codes == {"SIDECAR_READ"}


@pytest.mark.parametrize("content", ["[1, 2]", "{", '{"EchoTime": "x", "RepetitionTime": true}', "[" * 100_000])
def test_a_sidecar_that_says_nothing_is_no_harm(tmp_path: Path, content: str) -> None:
    write_nifti(tmp_path / "t1.nii.gz", marked_volume(), ras_affine())
    (tmp_path / "t1.json").write_text(content, encoding="utf-8")
    series, _ = read_one(tmp_path)
    assert series.sequence.kind is SequenceKind.T1
    assert series.timing.echo_time_ms is None


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("101_t1.nii.gz", SequenceKind.T1, "SEQUENCE_FROM_NAME"),
        ("case_T2w.nii", SequenceKind.T2, "SEQUENCE_FROM_NAME"),
        ("sag_STIR.nii.gz", SequenceKind.STIR, "SEQUENCE_FROM_NAME"),
        ("image.nii.gz", SequenceKind.UNKNOWN, "SEQUENCE_UNKNOWN"),
    ],
)
def test_a_name_tells_the_sequence_and_it_is_said(tmp_path: Path, name: str, kind: SequenceKind, code: str) -> None:
    write_nifti(tmp_path / name, marked_volume(), ras_affine())
    series, codes = read_one(tmp_path)
    assert series.sequence.kind is kind
    assert codes == {code}


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "t2.nii", marked_volume(), ras_affine())
    (tmp_path / "t2.dcm").write_bytes(path.read_bytes())
    (tmp_path / "packed").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    reading = read_series([tmp_path], tmp_path)
    assert len(reading.series) == 2
    assert np.array_equal(read_pixels(reading.series[0]), read_pixels(reading.series[1]))


def test_one_slice_alone(tmp_path: Path) -> None:
    write_nifti(tmp_path / "t2.nii.gz", marked_volume(), ras_affine())
    series, _ = read_one(tmp_path)
    assert np.array_equal(read_slice(series, 3), read_pixels(series)[3])
