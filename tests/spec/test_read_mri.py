"""`ilc read-mri`: what a clinic gets from the images of one person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ilc.cli.main import app
from ilc.pipeline import read_mri_files, write_mri
from ilc.simulation.dicom_writer import WritingOptions, write_dicom
from ilc.simulation.lumbar import T1, T2, render_study
from tests.support.mri_spines import GRID, SLIPPED
from tests.support.nibabel_untyped import nibabel

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "slip_and_stenosis" / "mri"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is written for the example patient with a slip and a narrow canal."""
    out = tmp_path_factory.mktemp("read") / "mri"
    write_mri(*read_mri_files([EXAMPLE]), out)
    return out


def document_of(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "mri.json").read_text("utf-8")))


def test_the_slip_and_the_narrow_canal_are_at_l4_l5(example: Path) -> None:
    discs = {disc["name"]: disc for disc in document_of(example)["discs"]}
    assert discs["L4_L5"]["slip_mm"] > 2.5
    assert discs["L4_L5"]["meyerding"] == 1
    assert all(abs(disc["slip_mm"]) < 2.5 for name, disc in discs.items() if name in ("L1_L2", "L2_L3", "L3_L4"))
    assert min(discs, key=lambda name: discs[name]["canal_ap_mm"]) == "L4_L5"
    assert discs["L4_L5"]["stenosis"] == "absolute"
    assert discs["L2_L3"]["stenosis"] == "none"


def test_all_three_sequences_are_read_and_t2_is_the_reference(example: Path) -> None:
    document = document_of(example)
    assert {one["sequence"] for one in document["sequences"] if one["read"]} == {"t1", "t2", "stir"}
    assert document["reference"]["sequence"] == "t2"
    assert [vertebra["name"] for vertebra in document["vertebrae"]][:5] == ["L5", "L4", "L3", "L2", "L1"]


def test_a_grade_is_a_probability_or_none(example: Path) -> None:
    for disc in document_of(example)["discs"]:
        for name in ("p_narrowing", "p_bulge", "p_herniation", "p_slip", "p_modic", "p_endplate"):
            assert disc[name] is None or 0.0 <= disc[name] <= 1.0
        if disc["p_pfirrmann"] is not None:
            assert sum(disc["p_pfirrmann"]) == pytest.approx(1.0, abs=0.01)
            assert disc["pfirrmann"] in (1, 2, 3, 4, 5)


def test_labels_lie_on_the_voxels_of_the_reference(example: Path) -> None:
    labels = nibabel.load(example / "segmentation.nii.gz")
    bodies = nibabel.load(example / "bodies.nii.gz")
    whole, inner = np.asarray(labels.dataobj), np.asarray(bodies.dataobj)
    rows, columns, slices = (
        document_of(example)["reference"]["shape"][1:] + document_of(example)["reference"]["shape"][:1]
    )
    assert whole.shape == inner.shape == (columns, rows, slices)
    assert {1, 2, 3, 4, 5, 50, 100, 201, 202, 203, 204, 205} <= set(np.unique(whole))
    assert np.array_equal(whole[inner > 0], inner[inner > 0])
    vertebra = document_of(example)["vertebrae"][0]
    centre_ras = np.array([-vertebra["centre_mm"][0], -vertebra["centre_mm"][1], vertebra["centre_mm"][2], 1.0])
    voxel = np.round(np.linalg.inv(labels.affine) @ centre_ras).astype(int)[:3]
    assert inner[tuple(voxel)] == 1


def test_a_picture_is_drawn_of_every_series(example: Path) -> None:
    assert len(list((example / "overlays").glob("*.png"))) == 3


def test_series_without_tags_are_read_by_what_they_look_like(tmp_path: Path) -> None:
    study = render_study(SLIPPED, (T1, T2), GRID)
    write_dicom(study, tmp_path / "in", WritingOptions(seed_name="bare").without_tags())
    _, read = read_mri_files([tmp_path / "in"])
    assert {result.kind.value for result in read.results if result.reading is not None} == {"t1", "t2"}
    assert all("from the picture" in result.note for result in read.results)


def test_the_command_says_what_it_found(tmp_path: Path) -> None:
    study = render_study(SLIPPED, (T2,), GRID)
    write_dicom(study, tmp_path / "in", WritingOptions(seed_name="one"))
    result = CliRunner().invoke(app, ["read-mri", str(tmp_path / "in"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "L4/L5" in result.output
    assert (tmp_path / "out" / "mri.json").exists()


def test_a_mask_of_another_program_takes_the_place_of_the_network(tmp_path: Path) -> None:
    study = render_study(SLIPPED, (T2,), GRID)
    write_dicom(study, tmp_path / "in", WritingOptions(seed_name="masked"))
    spider = study.segmentation.astype(np.int16)
    spider[spider == 50] = 0  # that set does not mark the sacrum
    affine = np.eye(4)
    affine[:3, :3] = study.geometry.directions * study.geometry.spacing_mm
    affine[:3, 3] = study.geometry.index_to_lps([0, 0, 0])
    mask = nibabel.Nifti1Image(spider, np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine)
    nibabel.save(mask, tmp_path / "mask.nii.gz")
    arguments = ["read-mri", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--mask", str(tmp_path / "mask.nii.gz")]
    result = CliRunner().invoke(app, [*arguments, "--mask-by", "spider"])
    assert result.exit_code == 0, result.output
    discs = {disc["name"]: disc for disc in document_of(tmp_path / "out")["discs"]}
    assert discs["L4_L5"]["slip_mm"] == pytest.approx(study.truth.disc("L4_L5").slip_mm, abs=1.0)
    assert CliRunner().invoke(app, [*arguments, "--mask-by", "nobody"]).exit_code == 2


def test_nothing_to_read_is_said_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no image", "utf-8")
    result = CliRunner().invoke(app, ["read-mri", str(tmp_path), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    document = document_of(tmp_path / "out")
    assert document["vertebrae"] == []
    assert {issue["code"] for issue in document["issues"]} & {"NO_IMAGES", "MRI_NO_SPINE"}


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["read-mri", str(tmp_path / "nowhere")]).exit_code == 2


def test_noise_gives_an_issue_and_no_vertebra(tmp_path: Path) -> None:
    values = np.random.default_rng(5).integers(0, 900, (5, 256, 256)).astype(np.int16)
    affine = np.array([[4.0, 0, 0, -8], [0, 0, -1, 100], [0, -1, 0, 100], [0, 0, 0, 1.0]])
    nibabel.save(nibabel.Nifti1Image(values, affine), tmp_path / "noise_t2.nii.gz")
    result = CliRunner().invoke(app, ["read-mri", str(tmp_path / "noise_t2.nii.gz"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    document = document_of(tmp_path / "out")
    assert document["discs"] == []
    assert {issue["code"] for issue in document["issues"]} & {"MRI_NO_SPINE", "MRI_NOT_MEASURED"}
