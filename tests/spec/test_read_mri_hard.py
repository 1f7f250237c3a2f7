"""Images that are not what a lumbar MRI should be: nothing false is measured, and what is wrong is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from scipy.ndimage import zoom

from ilc.imaging.mri.document import describe_study
from ilc.pipeline import read_mri_files, write_mri
from ilc.simulation.dicom_writer import WritingOptions, write_dicom
from ilc.simulation.lumbar import T2, LumbarPlan, SagittalGrid, SimulatedStudy, render_study
from tests.support.nibabel_untyped import nibabel

DATA = Path(os.environ.get("ILC_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
GRID = SagittalGrid(n_slices=7, n_rows=384, n_columns=320, pixel_mm=0.7, fine=1, fine_slices=1, slice_step_mm=4.0)
LUMBAR = ["L5", "L4", "L3", "L2", "L1"]
Volume = NDArray[np.float32]

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the folder of real data, {DATA}")


@pytest.fixture(scope="module")
def healthy() -> SimulatedStudy:
    return render_study(LumbarPlan(seed=21), (T2,), GRID)


def write(values: Volume, pixel_mm: float, path: Path, *, step_mm: float = 4.0) -> Path:
    """A sagittal stack, slices to the left, rows to the feet, columns to the back."""
    affine = np.array([[-step_mm, 0, 0, 0], [0, 0, -pixel_mm, 0], [0, -pixel_mm, 0, 0], [0, 0, 0, 1.0]])
    scaled = (values / max(float(values.max()), 1e-6) * 1000.0).astype(np.int16)
    nibabel.save(nibabel.Nifti1Image(scaled, affine), path)
    return path


def read(path: Path) -> dict[str, Any]:
    reading, study = read_mri_files([path])
    document = describe_study(study)
    document["issues"] += [{"code": issue.code} for issue in reading.issues]
    return document


def assert_refused(document: dict[str, Any]) -> None:
    assert document["vertebrae"] == []
    assert document["discs"] == []
    codes = {issue["code"] for issue in document["issues"]}
    assert codes & {"MRI_NO_SPINE", "MRI_NOT_MEASURED", "MRI_TOO_FEW_PIXELS", "MRI_PLANE_NOT_READ"}, codes


def assert_healthy(document: dict[str, Any]) -> None:
    assert [vertebra["name"] for vertebra in document["vertebrae"]][:5] == LUMBAR
    for disc in document["discs"][:5]:
        assert abs(disc["slip_mm"]) < 2.5, disc["name"]
        assert disc["canal_ap_mm"] > 10.5, disc["name"]  # 12.5 mm and more in truth
        assert disc["stenosis"] != "absolute", disc["name"]
    assert all(vertebra["genant"] in (0, None) for vertebra in document["vertebrae"])


@needs_data
@pytest.mark.parametrize("name", ["t1w", "t2", "sub-mri_label-6_T2w"])
def test_a_neck_is_not_a_loin(name: str) -> None:
    assert_refused(read(DATA / "sct-cervical" / f"{name}.nii.gz"))


@needs_data
def test_a_whole_healthy_loin_is_read_and_nothing_is_found_wrong() -> None:
    document = read(DATA / "sct-t2-lumbar" / "t2_lumbar.nii.gz")
    assert [vertebra["name"] for vertebra in document["vertebrae"]][:5] == LUMBAR
    assert all(abs(disc["slip_mm"] or 0.0) < 3.0 for disc in document["discs"])


def test_two_slices_are_enough(healthy: SimulatedStudy, tmp_path: Path) -> None:
    assert_healthy(read(write(healthy.images["t2"][3:5], 0.7, tmp_path / "two.nii.gz")))


@pytest.mark.parametrize("pixel_mm", [0.3, 1.0, 1.4])
def test_fine_and_coarse_pixels_are_read(healthy: SimulatedStudy, pixel_mm: float, tmp_path: Path) -> None:
    scaled = zoom(healthy.images["t2"][2:5], (1.0, 0.7 / pixel_mm, 0.7 / pixel_mm), order=1)
    assert_healthy(read(write(scaled, pixel_mm, tmp_path / "scaled.nii.gz")))


def test_pixels_of_two_millimetres_are_read_or_refused(healthy: SimulatedStudy, tmp_path: Path) -> None:
    scaled = zoom(healthy.images["t2"][2:5], (1.0, 0.35, 0.35), order=1)
    document = read(write(scaled, 2.0, tmp_path / "coarse.nii.gz"))
    if document["vertebrae"]:
        assert [vertebra["name"] for vertebra in document["vertebrae"]][:5] == LUMBAR
        assert all(abs(disc["slip_mm"] or 0.0) < 4.0 for disc in document["discs"][:5])
    else:
        assert_refused(document)


@pytest.mark.parametrize("lost", [(), ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")])
def test_slices_that_lost_their_place_are_read_by_their_look_and_that_is_said(
    healthy: SimulatedStudy, lost: tuple[str, ...], tmp_path: Path
) -> None:
    for path in write_dicom(healthy, tmp_path / "in", WritingOptions(seed_name="lost")):
        file = pydicom.dcmread(path)
        for name in ("ImageOrientationPatient", "ImagePositionPatient", "SliceLocation", *lost):
            if name in file:
                delattr(file, name)
        file.save_as(path)
    reading, study = read_mri_files([tmp_path / "in"])
    write_mri(reading, study, tmp_path / "out")
    document = describe_study(study)
    assert "MRI_PLACE_ASSUMED" in {issue["code"] for issue in document["issues"]}
    assert [vertebra["name"] for vertebra in document["vertebrae"]][:5] == LUMBAR
    heights = [disc["height_mm"] for disc in document["discs"][:5]]
    assert all(height is None for height in heights) if lost else all(6.0 < height < 17.0 for height in heights)
    assert (tmp_path / "out" / "segmentation.nii.gz").exists()


def turn_to_axial(values: Volume) -> Volume:
    return np.repeat(values.transpose(1, 0, 2)[::40], 1, axis=0)


def turn_to_coronal(values: Volume) -> Volume:
    return np.ascontiguousarray(zoom(values, (30.0 / len(values) * 2.0, 1.0, 0.2), order=1).transpose(2, 1, 0))


@pytest.mark.parametrize("turn", [turn_to_axial, turn_to_coronal])
def test_another_plane_that_says_it_is_sagittal_is_refused(
    healthy: SimulatedStudy, turn: Callable[[Volume], Volume], tmp_path: Path
) -> None:
    turned = turn(healthy.images["t2"])
    rows, columns = turned.shape[1:]
    square = zoom(turned, (1.0, 256.0 / rows, 256.0 / columns), order=1)
    assert_refused(read(write(square, 0.9, tmp_path / "turned.nii.gz")))


def test_metal_hides_and_makes_up_nothing(healthy: SimulatedStudy, tmp_path: Path) -> None:
    values = healthy.images["t2"].copy()
    body = healthy.truth.body("L4")
    corners = [body.back_low_lps_mm, body.front_low_lps_mm, body.front_high_lps_mm, body.back_high_lps_mm]
    _, row, column = healthy.geometry.lps_to_index(np.mean(corners, axis=0))
    rows, columns = np.mgrid[: values.shape[1], : values.shape[2]]
    away_mm = np.hypot(rows - row, columns - column - 15.0) * 0.7
    values[:, away_mm < 32.0] = 0.0
    values[:, (away_mm >= 32.0) & (away_mm < 35.0)] = float(values.max())
    document = read(write(values, 0.7, tmp_path / "metal.nii.gz"))
    if not document["vertebrae"]:
        assert_refused(document)
        return
    hidden = [disc for disc in document["discs"] if disc["name"] in ("L3_L4", "L4_L5")]
    sure = [disc for disc in hidden if disc["seen"] and disc["p_name"] > 0.9]
    assert all(abs(disc["slip_mm"] or 0.0) < 2.5 and disc["stenosis"] in (None, "none") for disc in sure)
    assert document["levels"]["uncertain"] or not hidden or any(not disc["seen"] for disc in hidden)
