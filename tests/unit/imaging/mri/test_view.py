"""However a sagittal series is stored, the network sees the same picture, and labels find their way back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ilc.imaging.dicom import Geometry
from ilc.imaging.mri.view import PIXEL_MM, return_to_native, turn_to_sagittal
from tests.support.mri_spines import turned

SHAPE = (3, 50, 40)
GRID = Geometry.from_planes(
    orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
    origin_lps_mm=(-4.0, -30.0, 60.0),
    pixel_spacing_mm=(PIXEL_MM, PIXEL_MM),
    slice_step_lps_mm=(4.0, 0.0, 0.0),
    shape=SHAPE,
)
VALUES = np.random.default_rng(1).random(SHAPE).astype(np.float32)
STORED = [(axes, flips) for axes in ((0, 1, 2), (0, 2, 1)) for flips in itertools.product((False, True), repeat=3)]


@pytest.mark.parametrize(("axes", "flips"), STORED)
def test_the_front_is_left_and_the_head_is_up(axes: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> None:
    stored = np.flip(VALUES, tuple(axis for axis in range(3) if flips[axis])).transpose(axes)
    view = turn_to_sagittal(stored, turned(GRID, axes, flips))
    np.testing.assert_allclose(view.values, VALUES, atol=1e-5)
    np.testing.assert_allclose(view.geometry.index_to_lps([2, 7, 9]), GRID.index_to_lps([2, 7, 9]), atol=1e-6)


@pytest.mark.parametrize(("axes", "flips"), STORED)
def test_labels_return_to_the_grid_of_the_series(axes: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> None:
    labels = np.random.default_rng(2).integers(0, 9, SHAPE).astype(np.uint8)
    stored = np.flip(VALUES, tuple(axis for axis in range(3) if flips[axis])).transpose(axes)
    view = turn_to_sagittal(stored, turned(GRID, axes, flips))
    expected = np.flip(labels, tuple(axis for axis in range(3) if flips[axis])).transpose(axes)
    np.testing.assert_array_equal(return_to_native(labels, view), expected)


@pytest.mark.parametrize("pixel_mm", [0.3, 0.7, 1.3, 2.0])
def test_other_pixel_sizes_keep_their_places_in_the_patient(pixel_mm: float) -> None:
    grid = Geometry.from_planes(
        orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
        origin_lps_mm=(0.0, 0.0, 0.0),
        pixel_spacing_mm=(pixel_mm, pixel_mm),
        slice_step_lps_mm=(4.0, 0.0, 0.0),
        shape=(1, 60, 60),
    )
    view = turn_to_sagittal(np.zeros((1, 60, 60), dtype=np.float32), grid)
    last = [0, view.geometry.shape[1] - 0.5, view.geometry.shape[2] - 0.5]
    np.testing.assert_allclose(view.geometry.index_to_lps(last), grid.index_to_lps([0, 59.5, 59.5]), atol=1e-6)
