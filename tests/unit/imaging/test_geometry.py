"""Where voxels lie: exact, both ways, and in the terms of both formats."""

import pickle

import numpy as np
import pytest

from ilc.imaging.dicom import Geometry, GeometryNotValid, Plane
from ilc.imaging.dicom.geometry import plane_of_normal
from tests.support.dicom_files import SAGITTAL
from tests.support.nibabel_untyped import nibabel


def sagittal(shape: tuple[int, int, int] = (11, 24, 20)) -> Geometry:
    return Geometry.from_planes(
        orientation=SAGITTAL,
        origin_lps_mm=(20.0, -50.0, 60.0),
        pixel_spacing_mm=(0.8, 0.5),
        slice_step_lps_mm=(-4.0, 0.0, 0.0),
        shape=shape,
    )


def test_rows_run_to_the_feet_and_columns_to_the_back_of_a_sagittal_slice() -> None:
    geometry = sagittal()
    assert geometry.index_to_lps((0, 0, 0)).tolist() == [20.0, -50.0, 60.0]
    assert geometry.index_to_lps((2, 10, 4)).tolist() == pytest.approx([12.0, -48.0, 52.0])
    assert geometry.plane is Plane.SAGITTAL
    assert geometry.edge_letters == ("A", "P", "H", "F")
    assert geometry.spacing_mm == pytest.approx((4.0, 0.8, 0.5))


def test_an_axial_slice_shows_the_right_of_the_patient_on_the_left() -> None:
    geometry = Geometry.from_planes(
        orientation=(1, 0, 0, 0, 1, 0),
        origin_lps_mm=(0, 0, 0),
        pixel_spacing_mm=(1, 1),
        slice_step_lps_mm=(0, 0, 3),
        shape=(4, 5, 6),
    )
    assert geometry.plane is Plane.AXIAL
    assert geometry.edge_letters == ("R", "L", "A", "P")


def test_there_and_back_is_the_same_point() -> None:
    geometry = sagittal()
    index = np.array([[0.0, 0.0, 0.0], [10.0, 23.0, 19.0], [3.2, 1.7, -4.0]])
    assert geometry.lps_to_index(geometry.index_to_lps(index)) == pytest.approx(index)


@pytest.mark.parametrize(
    ("normal", "plane"),
    [
        ((-1, 0, 0), Plane.SAGITTAL),
        ((0, 1, 0), Plane.CORONAL),
        ((0, 0, 1), Plane.AXIAL),
        ((0, 0.6, 0.8), Plane.AXIAL),  # along the L5/S1 disc
        ((0.577, 0.577, 0.577), Plane.OBLIQUE),
    ],
)
def test_plane_by_normal(normal: tuple[float, float, float], plane: Plane) -> None:
    assert plane_of_normal(normal) is plane


def test_nifti_counts_to_the_right_and_front_dicom_to_the_left_and_back() -> None:
    affine = np.diag([2.0, 3.0, 4.0, 1.0])
    affine[:3, 3] = (-10.0, -20.0, 30.0)
    geometry = Geometry.from_nifti(affine, (2, 1, 0), (7, 6, 5))
    # Voxel (i, j, k) = (1, 2, 3) lies at RAS (-8, -14, 42), so at LPS (8, 14, 42).
    assert geometry.index_to_lps((3, 2, 1)).tolist() == pytest.approx([8.0, 14.0, 42.0])


def test_the_nifti_affine_of_a_geometry_means_the_same_points_to_nibabel() -> None:
    geometry = sagittal()
    affine = geometry.nifti_affine
    by_nibabel = nibabel.affines.apply_affine(affine, [3, 7, 9])
    left, back, head = geometry.index_to_lps((3, 7, 9))
    assert by_nibabel.tolist() == pytest.approx([-left, -back, head])
    # Slices run to the patient's right, rows to the feet, columns to the back.
    assert nibabel.aff2axcodes(affine) == ("R", "I", "P")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"orientation": (0, 2, 0, 0, 0, -1)}, "unit"),
        ({"orientation": (0, 1, 0, 0, 0.7071, -0.7071)}, "right angles"),
        ({"pixel_spacing_mm": (0.0, 1.0)}, "spacing"),
        ({"pixel_spacing_mm": (-1e9, 1.0)}, "spacing"),
        ({"slice_step_lps_mm": (0.0, 1.0, 0.0)}, "stacked"),
        ({"slice_step_lps_mm": (float("nan"), 1.0, 0.0)}, "finite"),
        ({"origin_lps_mm": (float("inf"), 0.0, 0.0)}, "finite"),
        ({"shape": (0, 1, 1)}, "positive"),
    ],
)
def test_impossible_numbers_are_refused(change: dict[str, tuple[float, ...]], why: str) -> None:
    numbers: dict[str, tuple[float, ...]] = {
        "orientation": SAGITTAL,
        "origin_lps_mm": (0.0, 0.0, 0.0),
        "pixel_spacing_mm": (1.0, 1.0),
        "slice_step_lps_mm": (-4.0, 0.0, 0.0),
        "shape": (3, 3, 3),
    }
    with pytest.raises(GeometryNotValid, match=why):
        Geometry.from_planes(**{**numbers, **change})  # type: ignore[arg-type]


def test_the_last_row_of_an_affine_is_checked() -> None:
    with pytest.raises(GeometryNotValid, match="last row"):
        Geometry(np.ones((4, 4)), (1, 1, 1))


def test_axes_name_each_voxel_axis_once() -> None:
    with pytest.raises(GeometryNotValid, match="axes"):
        Geometry.from_nifti(np.eye(4), (0, 0, 1), (1, 1, 1))


def test_a_geometry_is_a_value() -> None:
    first, second = sagittal(), sagittal()
    assert first == second
    assert hash(first) == hash(second)
    assert first != sagittal((11, 24, 21))
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301 our own bytes
    with pytest.raises(AttributeError):
        first.shape = (1, 1, 1)
    with pytest.raises(ValueError, match="read-only"):
        first.affine[0, 0] = 5.0
    assert "sagittal" in repr(first)


def test_points_need_three_coordinates() -> None:
    with pytest.raises(ValueError, match="three coordinates"):
        sagittal().index_to_lps([1.0, 2.0])
