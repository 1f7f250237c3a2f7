"""Real masks, where they are at hand: what they are is told, and what they are not is refused."""

from pathlib import Path

import pytest

from ilc.imaging.mri.masks import Convention, MaskNotReadable, read_mask

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
THREE_CLASSES = sorted((DATA / "spider-t2space").glob("*_labels.nii.gz"))[:3]
BODIES = sorted((DATA / "vertebral-bodies").glob("vb2-*_labels.nii.gz"))[:2]
NECK = DATA / "sct-cervical"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not NECK.exists(), reason="needs ../shared/data, which is not beside this checkout"),
]


def refusal(path: Path, convention: Convention | None = None) -> str:
    with pytest.raises(MaskNotReadable) as raised:
        read_mask(path, convention=convention)
    return raised.value.issue.code


@pytest.mark.parametrize("path", THREE_CLASSES, ids=lambda path: path.name)
def test_vertebra_disc_and_canal_as_classes_are_not_the_numbering_of_spider(path: Path) -> None:
    assert refusal(path) == "MASK_CONVENTION_AMBIGUOUS"
    assert refusal(path, Convention.SPIDER) == "MASK_ORDER_CONFLICT"
    mask = read_mask(path, convention=Convention.THREE_CLASSES)
    assert [part.number for part in mask.parts] == [100]
    assert [item.meaning for item in mask.left_out] == ["all vertebrae", "all discs"]


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.name)
def test_bodies_in_no_anatomical_order_are_refused(path: Path) -> None:
    assert refusal(path) == "MASK_CONVENTION_AMBIGUOUS"
    assert refusal(path, Convention.SPIDER) == "MASK_ORDER_CONFLICT"


def test_a_spineps_mask_of_a_neck_is_recognised_and_not_numbered() -> None:
    mask = read_mask(NECK / "sub-mri_seg-vert_label-6_msk.nii.gz")
    assert mask.convention is Convention.SPINEPS_VERTEBRAE
    assert mask.vertebrae == ()
    assert {"vertebra C5", "vertebra C6", "vertebra C7"} <= {item.meaning for item in mask.left_out}
    assert "MASK_NOT_LUMBAR" in {issue.code for issue in mask.issues}


def test_the_subregions_of_spineps_give_the_canal() -> None:
    mask = read_mask(NECK / "sub-mri_seg-subreg_label-6_msk.nii.gz")
    assert mask.convention is Convention.SPINEPS_SUBREGIONS
    assert [(part.number, part.source_numbers) for part in mask.parts] == [(100, (60, 61))]


def test_an_image_is_no_mask() -> None:
    assert refusal(NECK / "t2.nii.gz") == "MASK_NOT_LABELS"
