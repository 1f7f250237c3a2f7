"""Enhanced multi-frame MR: everything by frame, whatever order the frames come in."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.sequence import Sequence

from ilc.imaging.dicom import Plane, SequenceKind, SeriesKind, read_pixels, read_series
from tests.support.dicom_files import check_all_accounted, codes_of, enhanced_mr, pixels_of, write_file


@pytest.mark.parametrize("shuffled", [False, True])
def test_frames_become_slices_with_their_own_place_and_rescaling(tmp_path: Path, shuffled: bool) -> None:  # noqa: FBT001
    write_file(enhanced_mr(shuffled=shuffled), tmp_path / "one.dcm")
    reading = read_series([tmp_path], tmp_path)
    check_all_accounted(reading, tmp_path)
    assert reading.issues == ()
    series = reading.series[0]
    assert (series.kind, series.plane, series.sequence.kind) == (SeriesKind.VOLUME, Plane.SAGITTAL, SequenceKind.T1)
    assert series.shape[0] == 4
    assert series.n_files == 1
    assert series.timing.echo_time_ms == 9.5
    assert series.timing.repetition_time_ms == 600
    assert series.geometry is not None
    assert series.geometry.index_to_lps((3, 0, 0)).tolist() == pytest.approx([-4.0, -50.0, 60.0])
    voxels = read_pixels(series)
    for index in range(4):
        assert np.array_equal(voxels[index], pixels_of(index) * 2.0 + index)


def test_frames_announced_but_not_described_are_refused(tmp_path: Path) -> None:
    dataset = enhanced_mr()
    dataset.PerFrameFunctionalGroupsSequence = Sequence(list(dataset.PerFrameFunctionalGroupsSequence)[:3])
    write_file(dataset, tmp_path / "one.dcm")
    reading = read_series([tmp_path], tmp_path)
    check_all_accounted(reading, tmp_path)
    assert "FRAMES_INCONSISTENT" in codes_of(reading)


def test_a_missing_frame_is_a_missing_slice(tmp_path: Path) -> None:
    dataset = enhanced_mr(5)
    groups = list(dataset.PerFrameFunctionalGroupsSequence)
    del groups[2]
    dataset.PerFrameFunctionalGroupsSequence = Sequence(groups)
    size = 2 * dataset.Rows * dataset.Columns
    dataset.PixelData = dataset.PixelData[: 2 * size] + dataset.PixelData[3 * size :]
    dataset.NumberOfFrames = 4
    write_file(dataset, tmp_path / "one.dcm")
    reading = read_series([tmp_path], tmp_path)
    assert codes_of(reading) == {"MISSING_SLICE"}
    assert reading.series[0].missing_slices == (2,)


def test_two_echoes_in_one_object_are_two_stacks(tmp_path: Path) -> None:
    dataset = enhanced_mr(4)
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        group.MREchoSequence[0].EffectiveEchoTime = 10.0 if number < 2 else 90.0
        group.PlanePositionSequence[0].ImagePositionPatient = [8.0 - 4.0 * (number % 2), -50.0, 60.0]
    dataset.SharedFunctionalGroupsSequence[0].MRTimingAndRelatedParametersSequence[0].RepetitionTime = 3000
    write_file(dataset, tmp_path / "one.dcm")
    reading = read_series([tmp_path], tmp_path)
    assert [(series.timing.echo_time_ms, series.sequence.kind) for series in reading.series] == [
        (10.0, SequenceKind.PD),
        (90.0, SequenceKind.T2),
    ]
    assert np.array_equal(read_pixels(reading.series[1])[0], pixels_of(2) * 2.0 + 2)
