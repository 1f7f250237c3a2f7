"""Image files become one reading of the spine, written as data, segmentations and pictures."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom import Geometry, SequenceKind, SeriesReading, read_series
from ilc.imaging.dicom.series import Series
from ilc.imaging.mri.axial.overlay import render_axial_overlay
from ilc.imaging.mri.document import describe_study
from ilc.imaging.mri.instances import label_spine
from ilc.imaging.mri.masks import ExternalMask
from ilc.imaging.mri.overlay import render_overlay
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.study import MriStudy, read_mri
from ilc.imaging.mri.view import return_to_native

Progress = Callable[[str, int, int], None]

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def read_mri_files(
    paths: Sequence[Path],
    *,
    as_kind: SequenceKind | None = None,
    mask: ExternalMask | None = None,
    progress: Progress | None = None,
) -> tuple[SeriesReading, MriStudy]:
    """Read DICOM folders and NIfTI files of one person.

    Parameters
    ----------
    paths : files or folders
    as_kind : the weighting of all of them, where the caller knows it
    mask : segmentation by another program, instead of finding the spine where it lies
    progress : called with the id of the series, slices done and all
    """
    resolved = [path.resolve() for path in paths]
    root = _common_folder(resolved)
    reading = read_series(resolved, root)
    return reading, read_mri(reading.series, as_kind=as_kind, mask=mask, progress=progress)


def write_mri(reading: SeriesReading, study: MriStudy, out: Path) -> None:
    """Write mri.json, and where a spine was read segmentation.nii.gz, bodies.nii.gz and overlays/.

    A run that fails half-way leaves earlier output untouched.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        document = describe_study(study)
        document["issues"] = [
            *(
                {
                    "code": i.code,
                    "severity": i.severity.value,
                    "where": i.where,
                    "message": i.message,
                    "remedy": i.remedy,
                }
                for i in reading.issues
            ),
            *document["issues"],
        ]
        (fresh / "mri.json").write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", "utf-8")
        if study.reference is not None and study.reference.reading is not None:
            _write_labels(study, study.reference.reading, study.reference.series, fresh)
        _write_overlays(study, fresh / "overlays")
        _replace(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_labels(study: MriStudy, reading: SpineReading, series: Series, folder: Path) -> None:
    frame = None if study.together is None else study.together.frame
    whole, bodies = label_spine(reading) if frame is None else (frame.labels, frame.bodies)
    for name, labels in (("segmentation", whole), ("bodies", bodies)):
        _write_nifti(return_to_native(labels, reading.view), reading.view.native, series, folder / f"{name}.nii.gz")


def _write_nifti(labels: NDArray[np.uint8], geometry: Geometry, series: Series, path: Path) -> None:
    """On the voxel grid of the file that was read; of DICOM with columns first, as converters write it."""
    import nibabel

    axes = series.source.nifti_axes or (2, 1, 0)
    flips = series.source.nifti_flips if series.source.nifti_axes else (False, False, False)
    order = tuple(int(axis) for axis in np.argsort(axes))  # of the file's axes, which axis of the series each one is
    affine = np.eye(4)
    start = [0.0, 0.0, 0.0]
    for file_axis, axis in enumerate(order):
        step = geometry.directions[:, axis] * geometry.spacing_mm[axis]
        affine[:3, file_axis] = -step if flips[file_axis] else step
        start[axis] = geometry.shape[axis] - 1.0 if flips[file_axis] else 0.0
    affine[:3, 3] = geometry.index_to_lps(start)
    turned = np.flip(labels.transpose(order), tuple(axis for axis in range(3) if flips[axis]))
    image = nibabel.Nifti1Image(np.ascontiguousarray(turned), _LPS_TO_RAS @ affine)
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)


def _write_overlays(study: MriStudy, folder: Path) -> None:
    for result in study.results:
        if result.attempt.reading is not None:
            folder.mkdir(exist_ok=True)
            name = f"{result.kind.value}-{result.series.id}.png"
            (folder / name).write_bytes(render_overlay(result.attempt.reading, study.together))
    for level in study.axial.levels if study.axial is not None else ():
        picture = render_axial_overlay(level)
        if picture is not None:
            folder.mkdir(exist_ok=True)
            (folder / f"axial-{level.level.value}.png").write_bytes(picture)


def _replace(fresh: Path, out: Path) -> None:
    """Put finished files in place and take away what an earlier run left and this one did not make."""
    out.mkdir(exist_ok=True)
    for name in ("mri.json", "segmentation.nii.gz", "bodies.nii.gz"):
        (out / name).unlink(missing_ok=True)
    shutil.rmtree(out / "overlays", ignore_errors=True)
    for made in fresh.iterdir():
        made.replace(out / made.name)


def _common_folder(paths: Sequence[Path]) -> Path:
    folders = [path if path.is_dir() else path.parent for path in paths]
    root = folders[0]
    while not all(folder == root or root in folder.parents for folder in folders):
        root = root.parent
    return root
