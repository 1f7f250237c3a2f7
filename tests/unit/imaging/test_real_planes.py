"""The plane of real slices, where they are at hand: seldom unknown in sagittal ones, never another plane."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ilc.imaging.dicom import Plane, detect_plane
from tests.support.body_slices import Picture
from tests.support.nibabel_untyped import nibabel

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
MIDLINE = sorted((DATA / "spider-midsagittal").glob("*.png"))[::6]
VOLUMES = [
    *sorted((DATA / "vertebral-bodies").glob("*_image.nii.gz"))[::4],
    *sorted((DATA / "spider-t2space").glob("*_image.nii.gz"))[::6],
    DATA / "sct-t2-lumbar" / "t2_lumbar.nii.gz",
    DATA / "sct-cervical" / "t1w.nii.gz",
]

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not VOLUMES[-1].exists(), reason="needs ../shared/data, which is not beside this checkout"),
]


def test_midline_slices_are_sagittal_whichever_way_up() -> None:
    seen: Counter[Plane] = Counter()
    for path in MIDLINE:
        picture = np.asarray(Image.open(path).convert("L"), dtype=np.float32)
        seen.update(detect_plane([turned]).plane for turned in (picture, picture[::-1]))
    assert set(seen) <= {Plane.SAGITTAL, Plane.UNKNOWN}
    assert seen[Plane.SAGITTAL] >= 0.85 * seen.total()


def stacks_of(path: Path) -> dict[Plane, tuple[list[Picture], tuple[float, float]]]:
    """Three slices of each plane, as radiologists look at them, and their spacing."""
    image = nibabel.as_closest_canonical(nibabel.load(path))
    volume = np.asarray(image.dataobj, dtype=np.float32)
    right_mm, front_mm, head_mm = (float(mm) for mm in image.header.get_zooms()[:3])
    upright = volume[::-1, ::-1, ::-1]
    turned = {
        Plane.SAGITTAL: (upright.transpose(0, 2, 1), (head_mm, front_mm)),
        Plane.AXIAL: (upright.transpose(2, 1, 0), (front_mm, right_mm)),
        Plane.CORONAL: (upright.transpose(1, 2, 0), (head_mm, right_mm)),
    }
    return {
        plane: ([slices[int(len(slices) * place)] for place in (0.35, 0.5, 0.65)], spacing)
        for plane, (slices, spacing) in turned.items()
    }


def test_volumes_cut_in_every_plane_are_never_taken_for_another() -> None:
    seen: Counter[tuple[Plane, Plane]] = Counter()
    for path in VOLUMES:
        for plane, (slices, spacing) in stacks_of(path).items():
            seen[plane, detect_plane(slices, spacing).plane] += 1
    wrong = {pair: n for pair, n in seen.items() if pair[1] not in (pair[0], Plane.UNKNOWN)}
    assert wrong == {}
    assert seen[Plane.SAGITTAL, Plane.SAGITTAL] >= 0.7 * len(VOLUMES)
    assert seen[Plane.AXIAL, Plane.AXIAL] >= 2
