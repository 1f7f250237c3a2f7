"""Real lumbar images, where they are at hand."""

from pathlib import Path

import numpy as np
import pytest

from ilc.imaging import render_key_picture
from ilc.imaging.dicom import Plane, SeriesKind, read_pixels, read_series
from tests.support.nibabel_untyped import nibabel

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
FILES = [
    *sorted((DATA / "spider-t2space").glob("*_image.nii.gz"))[:3],
    *sorted((DATA / "vertebral-bodies").glob("*_image.nii.gz"))[:2],
    DATA / "sct-t2-lumbar" / "t2_lumbar.nii.gz",
]

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not FILES[-1].exists(), reason="needs ../shared/data, which is not beside this checkout"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_real_volume_is_sagittal_upright_and_in_place(path: Path) -> None:
    reading = read_series([path], path.parent)
    series = reading.series[0]
    assert (series.kind, series.plane) == (SeriesKind.VOLUME, Plane.SAGITTAL)
    assert series.geometry is not None
    assert series.geometry.edge_letters == ("A", "P", "H", "F")
    voxels = read_pixels(series)
    image = nibabel.load(path)
    corner = nibabel.affines.apply_affine(image.affine, [0, 0, 0])
    index = np.rint(series.geometry.lps_to_index((-corner[0], -corner[1], corner[2]))).astype(int)
    assert voxels[tuple(index)] == image.dataobj[0, 0, 0]
    assert voxels.sum(dtype=np.float64) == pytest.approx(np.asarray(image.dataobj).sum(dtype=np.float64), rel=1e-4)
    assert isinstance(render_key_picture(series), bytes)
