"""Any grid that can be built maps there and back, and means the same points in both formats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from ilc.imaging.dicom import Geometry
from ilc.imaging.dicom.nifti import choose_axes
from tests.support.nibabel_untyped import nibabel

angles = st.floats(-180.0, 180.0)
spacings = st.floats(0.1, 10.0)
positions = st.floats(-500.0, 500.0)


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    turn = Rotation.from_euler("xyz", [draw(angles), draw(angles), draw(angles)], degrees=True).as_matrix()
    return Geometry.from_planes(
        orientation=(*turn[:, 0], *turn[:, 1]),
        origin_lps_mm=(draw(positions), draw(positions), draw(positions)),
        pixel_spacing_mm=(draw(spacings), draw(spacings)),
        slice_step_lps_mm=tuple(turn[:, 2] * draw(spacings)),
        shape=(draw(st.integers(1, 40)), draw(st.integers(1, 500)), draw(st.integers(1, 500))),
    )


@given(geometries(), st.tuples(positions, positions, positions))
def test_there_and_back(geometry: Geometry, point: tuple[float, float, float]) -> None:
    assert geometry.index_to_lps(geometry.lps_to_index(point)) == pytest.approx(np.array(point), abs=1e-6)


@given(geometries(), st.tuples(st.integers(0, 40), st.integers(0, 500), st.integers(0, 500)))
def test_nifti_means_the_same_points(geometry: Geometry, index: tuple[int, int, int]) -> None:
    again = Geometry.from_nifti(geometry.nifti_affine, (0, 1, 2), geometry.shape)
    assert again.index_to_lps(index) == pytest.approx(geometry.index_to_lps(index), abs=1e-9)
    right, front, head = nibabel.affines.apply_affine(geometry.nifti_affine, index)
    assert geometry.index_to_lps(index) == pytest.approx(np.array([-right, -front, head]), abs=1e-9)


@given(geometries())
def test_the_normal_is_where_slices_grow(geometry: Geometry) -> None:
    assert float(geometry.normal @ geometry.directions[:, 0]) == pytest.approx(1.0)


@given(geometries())
def test_opposite_edges_carry_opposite_letters(geometry: Geometry) -> None:
    opposite = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
    left, right, top, bottom = geometry.edge_letters
    assert opposite[left] == right
    assert opposite[top] == bottom


@given(geometries())
def test_nifti_axes_are_each_used_once(geometry: Geometry) -> None:
    axes, _ = choose_axes(geometry.nifti_affine, geometry.shape)
    assert sorted(axes) == [0, 1, 2]
