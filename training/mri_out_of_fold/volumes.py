"""Parts found in T2 SPACE volumes by the product as it ships, but for the weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom import read_pixels, read_series
from ilc.imaging.mri.instances import CANAL, FIRST_DISC, SACRUM, label_spine
from ilc.imaging.mri.spine import read_spine
from ilc.imaging.mri.view import return_to_native, turn_to_sagittal

VERTEBRA_PART, DISC_PART, CANAL_PART = 1, 2, 3  # as the set labels them


def write_volumes(
    folder: Path, weights_of: Callable[[int], Path], out: Path, progress: Callable[[int, int], None]
) -> None:
    """One NIfTI file a patient, named by number, on the voxels of the series as it is read and without its place."""
    out.mkdir(exist_ok=True)
    patients = sorted(int(path.name.split("_")[0]) for path in folder.glob("*_image.nii.gz"))
    for done, patient in enumerate(patients, start=1):
        found = segment(folder / f"{patient}_image.nii.gz", weights_of(patient))
        nibabel.save(nibabel.Nifti1Image(found, np.eye(4)), out / f"{patient}.nii.gz")
        progress(done, len(patients))


def segment(path: Path, weights: Path) -> NDArray[np.uint8]:
    """Vertebra 1, disc 2, canal 3; nothing where no spine is found."""
    series = read_series([path], path.parent).series[0]
    if series.geometry is None:
        raise ValueError(f"{path.name} has no place in the patient")
    view = turn_to_sagittal(read_pixels(series), series.geometry)
    reading = read_spine(view, weights=weights)
    if reading is None:
        return np.zeros(series.shape, dtype=np.uint8)
    labels = return_to_native(label_spine(reading)[0], view)
    parts = np.zeros(labels.shape, dtype=np.uint8)
    parts[(labels > 0) & (labels < SACRUM)] = VERTEBRA_PART
    parts[labels >= FIRST_DISC] = DISC_PART
    parts[labels == CANAL] = CANAL_PART
    return parts
