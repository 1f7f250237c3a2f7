"""The example patient whose images were not read by anybody but the program."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ilc.explanation import Diagnosis
from ilc.imaging.dicom import read_series
from ilc.pipeline.spine_images import read_spine_images
from tests.support.quick_diagnosis import EXAMPLES, diagnosis_of, factor_of

SLIP = EXAMPLES / "slip_and_stenosis"
READ_BY_A_RADIOLOGIST = ("mri_", "xray_")


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same case without a word of what a radiologist saw."""
    folder = tmp_path_factory.mktemp("unread") / "case"
    shutil.copytree(SLIP, folder)
    lines = (SLIP / "case.yaml").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.strip().startswith(READ_BY_A_RADIOLOGIST)]
    assert len(lines) - len(kept) > 10
    (folder / "case.yaml").write_text("".join(kept), "utf-8")
    return folder


def leading(diagnosis: Diagnosis, complaint: str) -> str:
    shares: Mapping[str, float] = {
        factor.id: factor.share.get(complaint) or 0.0 for factor in diagnosis.factors if factor.group
    }
    return max(shares, key=lambda name: shares[name])


def test_the_slip_and_the_narrow_canal_are_found(unread: Path) -> None:
    diagnosis = diagnosis_of(unread)
    assert factor_of(diagnosis, "spondylolisthesis@L4_L5").band == "likely"
    assert factor_of(diagnosis, "central_stenosis@L4_L5").band == "likely"
    for level in ("L1_L2", "L2_L3", "L3_L4"):
        assert factor_of(diagnosis, f"spondylolisthesis@{level}").p_exists.p < 0.1
    measured = {finding.id for finding in diagnosis.findings if finding.origin == "measured"}
    assert {"mri_slip@L4_L5", "mri_central_stenosis@L4_L5", "mri_disc_degeneration@L4_L5"} <= measured


def test_the_same_factors_lead_as_with_a_radiologist(unread: Path) -> None:
    alone, together = diagnosis_of(unread), diagnosis_of(SLIP)
    for complaint in ("walking_limitation", "leg_pain@left", "leg_pain@right"):
        assert leading(alone, complaint) == leading(together, complaint)
    first = {exit_set.factors for exit_set in together.exit_sets[:3]}
    assert alone.exit_sets[0].factors in first


def test_pictures_and_measurements_of_every_level_are_in_the_diagnosis(unread: Path) -> None:
    diagnosis = diagnosis_of(unread)
    ids = {measurement["id"] for measurement in diagnosis.measurements}
    assert {f"mri_disc@{level}" for level in ("L1_L2", "L2_L3", "L3_L4", "L4_L5", "L5_S1")} <= ids
    assert {"mri_vertebra@L5", "mri_curve"} <= ids


def test_images_already_read_are_not_read_again(unread: Path) -> None:
    reading = read_series([unread / "mri"], unread)
    assert read_spine_images(reading) is read_spine_images(reading)
