"""Masks of other programs: told apart by their numbers, counted from the sacrum, in place, and never guessed."""

from pathlib import Path

import numpy as np
import pytest

from ilc.imaging.mri.masks import (
    LICENCES,
    Convention,
    ExternalMask,
    MaskNotReadable,
    Tool,
    detect_convention,
    read_mask,
)
from ilc.imaging.mri.masks.conventions import Part, read_table
from ilc.imaging.mri.masks.voxels import NUMBER_MAX
from tests.support.label_volumes import Spine, draw_spine, height_mm, renumber, write_labels

LUMBAR = ["L5", "L4", "L3", "L2", "L1", "T12"]
DISC_NAMES = ["L5_S1", "L4_L5", "L3_L4", "L2_L3", "L1_L2", "T12_L1"]


def totalspineseg() -> Spine:
    return draw_spine([45, 44, 43, 42, 41, 32], [100, 95, 94, 93, 92, 91], sacrum=50, canal=2, cord=1)


def totalspineseg_first() -> Spine:
    return draw_spine([18, 19, 20, 21, 22, 23], [202, 203, 204, 205, 206, 207], sacrum=92, canal=201, cord=200)


def spineps() -> Spine:
    return draw_spine([24, 23, 22, 21, 20, 19], [124, 123, 122, 121, 120, 119], sacrum=26)


def spider() -> Spine:
    return draw_spine([1, 2, 3, 4, 5, 6], [201, 202, 203, 204, 205, 206], canal=100)


def vertebrae_mr() -> Spine:
    return draw_spine([2, 3, 4, 5, 6, 7], [], sacrum=1)


def total_ct() -> Spine:
    volume = draw_spine([27, 28, 29, 30, 31, 32], [], sacrum=25, cord=79)
    volume[0, 0, 0] = 5  # a liver
    return volume


def codes(mask: ExternalMask) -> set[str]:
    return {issue.code for issue in mask.issues}


def refusal(path: Path, convention: Convention | None = None) -> str:
    with pytest.raises(MaskNotReadable) as raised:
        read_mask(path, convention=convention)
    assert raised.value.issue.remedy
    return raised.value.issue.code


NAMED = {
    Convention.TOTALSPINESEG: (totalspineseg, Tool.TOTALSPINESEG),
    Convention.TOTALSPINESEG_FIRST: (totalspineseg_first, Tool.TOTALSPINESEG),
    Convention.SPINEPS_VERTEBRAE: (spineps, Tool.SPINEPS),
    Convention.TOTALSEGMENTATOR_CT: (total_ct, Tool.TOTALSEGMENTATOR),
}


@pytest.mark.parametrize("convention", NAMED)
def test_a_convention_that_names_its_vertebrae_is_told_by_its_numbers(tmp_path: Path, convention: Convention) -> None:
    draw, tool = NAMED[convention]
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", draw()))
    assert mask.convention is convention
    assert mask.made_by is tool
    assert [part.number for part in mask.vertebrae] == [1, 2, 3, 4, 5, 6]
    assert [part.name for part in mask.vertebrae] == LUMBAR
    assert any(part.number == 50 for part in mask.parts)
    assert mask.reasons
    if mask.discs:
        assert [part.number for part in mask.discs] == [201, 202, 203, 204, 205, 206]
        assert [part.name for part in mask.discs] == DISC_NAMES


def test_spider_counts_from_below_and_gives_no_names(tmp_path: Path) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", spider()))
    assert mask.convention is Convention.SPIDER
    assert [(part.number, part.name) for part in mask.vertebrae] == [(n, "") for n in range(1, 7)]
    assert [part.number for part in mask.discs] == [201, 202, 203, 204, 205, 206]
    assert {part.number for part in mask.parts} >= {100}
    assert mask.issues == ()
    assert mask.licence.name == "CC BY 4.0"


def test_vertebrae_that_the_picture_cuts_off_keep_their_count_and_are_said(tmp_path: Path) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", renumber(spider(), {6: 106})))
    assert [(part.number, part.is_cut_off) for part in mask.vertebrae][-1] == (6, True)
    assert codes(mask) == {"MASK_VERTEBRA_CUT_OFF"}


def test_vertebrae_alone_fit_several_conventions_so_the_caller_must_name_one(tmp_path: Path) -> None:
    path = write_labels(tmp_path / "mask.nii.gz", vertebrae_mr())
    assert refusal(path) == "MASK_CONVENTION_AMBIGUOUS"
    mask = read_mask(path, convention=Convention.TOTALSEGMENTATOR_VERTEBRAE_MR)
    assert [part.name for part in mask.vertebrae] == LUMBAR
    assert mask.reasons[0] == "the convention was given"


def test_a_wrong_name_for_the_convention_is_found_out_where_heights_tell(tmp_path: Path) -> None:
    from_above = draw_spine([7, 6, 5, 4, 3, 2], [])
    path = write_labels(tmp_path / "mask.nii.gz", from_above)
    assert refusal(path, Convention.SPIDER) == "MASK_ORDER_CONFLICT"
    assert refusal(path, Convention.TOTALSEGMENTATOR_VERTEBRAE_MR) == "MASK_ORDER_CONFLICT"


@pytest.mark.parametrize("order", ["RAS", "LPS", "PIR", "SRA", "AIL"])
def test_every_part_keeps_its_place_whichever_way_the_axes_run(tmp_path: Path, order: str) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", totalspineseg(), order=order))
    for place in range(6):
        indices = np.argwhere(mask.numbers == place + 1)
        centre = mask.geometry.index_to_lps(indices.mean(axis=0))
        assert centre[2] == pytest.approx(height_mm(place))
        assert centre[0] == pytest.approx(0.0)
    back = mask.geometry.index_to_lps(np.argwhere(mask.numbers == 100).mean(axis=0))[1]
    front = mask.geometry.index_to_lps(np.argwhere(mask.numbers == 1).mean(axis=0))[1]
    assert back > front + 10.0


def test_voxels_are_neither_lost_nor_made(tmp_path: Path) -> None:
    volume = totalspineseg()
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert int((mask.numbers > 0).sum()) == int((volume > 0).sum())
    assert sum(part.n_voxels for part in mask.parts) == int((volume > 0).sum())
    assert {part.number: part.source_numbers for part in mask.parts}[100] == (1, 2)


def test_a_sixth_lumbar_vertebra_is_the_lowest_and_takes_the_first_number(tmp_path: Path) -> None:
    volume = draw_spine([46, 45, 44, 43, 42, 41], [100, 0, 95, 94, 93, 92], sacrum=50, canal=2)
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert [part.name for part in mask.vertebrae] == ["L6", "L5", "L4", "L3", "L2", "L1"]
    assert [(part.number, part.name) for part in mask.discs][:2] == [(201, "L6_S1"), (203, "L4_L5")]
    assert codes(mask) == {"MASK_GAP"}


def test_four_lumbar_vertebrae_on_the_sacrum_are_counted_from_the_sacrum_and_said(tmp_path: Path) -> None:
    volume = draw_spine([23, 22, 21, 20, 19], [123, 122, 121, 120, 119], sacrum=26)
    volume[2, 3, 3:7] = 26
    volume[3, 3, 6:9] = 23  # a joint
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert (mask.vertebrae[0].number, mask.vertebrae[0].name) == (1, "L4")
    assert mask.discs[0].name == "L4_S1"
    assert "MASK_COUNT_ASSUMED" in codes(mask)


def test_without_the_lowest_vertebrae_the_count_is_that_of_the_names_and_said_to_be_assumed(tmp_path: Path) -> None:
    volume = draw_spine([43, 42, 41, 32], [94, 93, 92, 91], canal=2)
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert [(part.number, part.name) for part in mask.vertebrae] == [(3, "L3"), (4, "L2"), (5, "L1"), (6, "T12")]
    assert codes(mask) == {"MASK_COUNT_ASSUMED"}


def test_a_vertebra_that_is_left_out_leaves_its_number_free_and_is_said(tmp_path: Path) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", renumber(totalspineseg(), {43: 0})))
    assert [part.number for part in mask.vertebrae] == [1, 2, 4, 5, 6]
    issue = next(issue for issue in mask.issues if issue.code == "MASK_GAP")
    assert "vertebrae between others: number 3" in issue.message


def test_a_thirteenth_thoracic_vertebra_is_counted_where_it_is(tmp_path: Path) -> None:
    volume = draw_spine([24, 23, 22, 21, 20, 28, 19], [124, 123, 122, 121, 120, 128, 119], sacrum=26)
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert [part.name for part in mask.vertebrae] == ["L5", "L4", "L3", "L2", "L1", "T13", "T12"]
    assert mask.discs[-1].name == "T12_T13"


def test_spineps_numbers_from_the_top_of_the_picture_are_counted_from_the_sacrum_without_names(tmp_path: Path) -> None:
    volume = draw_spine([6, 5, 4, 3, 2, 1], [106, 105, 104, 103, 102, 101], sacrum=26)
    volume[2, 3, 3:7] = 26
    volume[3, 3, 6:9] = 6
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert mask.convention is Convention.SPINEPS_VERTEBRAE
    assert [(part.number, part.name, part.source_numbers) for part in mask.vertebrae][:2] == [
        (1, "", (6,)),
        (2, "", (5,)),
    ]
    assert "MASK_NAMES_NOT_USED" in codes(mask)


def test_endplates_have_no_number_here_and_that_is_said(tmp_path: Path) -> None:
    volume = spineps()
    volume[2:7, 4:10, 6] = 224
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert [(item.source_number, item.meaning) for item in mask.left_out] == [(224, "endplate L5")]
    assert codes(mask) == {"MASK_PARTS_LEFT_OUT"}


def test_a_neck_is_not_numbered_as_a_lumbar_spine(tmp_path: Path) -> None:
    volume = draw_spine([17, 16, 15, 14], [71, 67, 66, 65], canal=2, cord=1)
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert mask.vertebrae == ()
    assert mask.discs == ()
    assert "MASK_NOT_LUMBAR" in codes(mask)
    assert (mask.numbers == 100).any()


@pytest.mark.parametrize(
    ("volume", "convention", "kept"),
    [
        (draw_spine([19, 19, 19], [20, 20, 20], sacrum=18, canal=46, cord=21), Convention.TOTALSEGMENTATOR_MR, {50}),
        (
            draw_spine([49, 49, 49], [100, 100, 100], sacrum=26, canal=61, cord=60),
            Convention.SPINEPS_SUBREGIONS,
            {50, 100},
        ),
    ],
)
def test_classes_without_numbers_are_recognised_and_not_numbered(
    tmp_path: Path, volume: Spine, convention: Convention, kept: set[int]
) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", volume))
    assert mask.convention is convention
    assert {part.number for part in mask.parts} == kept
    assert "MASK_CLASSES_NOT_NUMBERED" in codes(mask)


def test_three_classes_are_not_taken_for_three_vertebrae(tmp_path: Path) -> None:
    path = write_labels(tmp_path / "mask.nii.gz", draw_spine([1, 1, 1], [2, 2, 2], canal=3))
    assert refusal(path) == "MASK_CONVENTION_AMBIGUOUS"
    assert refusal(path, Convention.SPIDER) == "MASK_ORDER_CONFLICT"
    mask = read_mask(path, convention=Convention.THREE_CLASSES)
    assert [part.number for part in mask.parts] == [100]
    assert codes(mask) == {"MASK_CLASSES_NOT_NUMBERED", "MASK_PARTS_LEFT_OUT", "MASK_LICENCE_UNKNOWN"}


def test_numbers_that_no_convention_has_are_refused_or_said(tmp_path: Path) -> None:
    path = write_labels(tmp_path / "mask.nii.gz", renumber(totalspineseg(), {32: 999}))
    assert refusal(path) == "MASK_CONVENTION_UNKNOWN"
    mask = read_mask(path, convention=Convention.TOTALSPINESEG)
    assert "MASK_NUMBERS_UNKNOWN" in codes(mask)
    assert mask.left_out[0].source_number == 999
    assert (
        refusal(write_labels(tmp_path / "b.nii", draw_spine([700], [])), Convention.SPIDER) == "MASK_CONVENTION_UNKNOWN"
    )


def test_what_spinenet_made_is_marked_as_not_for_commercial_use(tmp_path: Path) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", spider()), made_by=Tool.SPINENET)
    assert mask.licence.commercial_use == "no"
    issue = next(issue for issue in mask.issues if issue.code == "MASK_NON_COMMERCIAL")
    assert "research only" in issue.remedy


def test_every_program_has_its_licence() -> None:
    assert set(LICENCES) == set(Tool)
    assert all(licence.name and licence.note for licence in LICENCES.values())


@pytest.mark.parametrize(
    ("volume", "code"),
    [
        (np.zeros((9, 12, 20), dtype=np.uint8), "MASK_EMPTY"),
        (np.full((9, 12, 20), 0.5, dtype=np.float32), "MASK_NOT_LABELS"),
        (np.full((9, 12, 20), -1, dtype=np.int16), "MASK_NOT_LABELS"),
        (np.full((9, 12, 20), 40_000, dtype=np.uint16), "MASK_NOT_LABELS"),
    ],
)
def test_what_is_no_label_volume_is_refused(tmp_path: Path, volume: np.ndarray, code: str) -> None:
    assert refusal(write_labels(tmp_path / "mask.nii.gz", volume)) == code


def test_a_mask_that_does_not_say_how_it_lies_is_refused(tmp_path: Path) -> None:
    assert refusal(write_labels(tmp_path / "mask.nii", spider(), oriented=False)) == "MASK_WITHOUT_PLACE"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 packed", b"\x1f\x8b damaged", bytes(400)])
def test_what_is_no_nifti_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mask.nii.gz").write_bytes(content)
    assert refusal(tmp_path / "mask.nii.gz") == "MASK_NOT_READABLE"


def test_a_missing_or_cut_off_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.nii.gz") == "MASK_NOT_READABLE"
    path = write_labels(tmp_path / "mask.nii", spider())
    path.write_bytes(path.read_bytes()[:-100])
    assert refusal(path) == "MASK_NOT_READABLE"


def test_floats_that_are_whole_numbers_are_labels(tmp_path: Path) -> None:
    mask = read_mask(write_labels(tmp_path / "mask.nii.gz", spider().astype(np.float64)))
    assert mask.convention is Convention.SPIDER


@pytest.mark.parametrize("convention", list(Convention))
def test_tables_stay_within_the_numbers_that_are_read(convention: Convention) -> None:
    table = read_table(convention)
    assert all(0 < number <= NUMBER_MAX for number in table)
    named = [
        (meaning.part, meaning.name) for meaning in table.values() if meaning.name and meaning.part is not Part.OTHER
    ]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("numbers", "convention"),
    [
        (range(1, 8), None),
        ([1, 2, 3], None),
        ([], None),
        ([*range(1, 8), *range(201, 208)], Convention.SPIDER),
        ([*range(1, 8), 50, 100, *range(201, 208)], Convention.ILC),
        ([17, *range(18, 25), 26, *range(117, 125), *range(217, 225)], Convention.SPINEPS_VERTEBRAE),
        ([*range(41, 50), 60, 61, 62, 100], Convention.SPINEPS_SUBREGIONS),
        ([2, *range(41, 46), 50, *range(91, 96), 100], Convention.TOTALSPINESEG),
        ([18, 19, 20, 21, 1, 5, 23, 46, 47], Convention.TOTALSEGMENTATOR_MR),
        ([18, 19, 20, 21], None),
        ([25, 26, *range(27, 34), 52, 79], Convention.TOTALSEGMENTATOR_CT),
    ],
)
def test_conventions_by_their_numbers(numbers: list[int], convention: Convention | None) -> None:
    assert detect_convention(numbers).convention is convention
