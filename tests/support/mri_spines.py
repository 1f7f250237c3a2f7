"""Simulated spines as readings: segmented without error, so that measuring is tested apart from finding."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom import Geometry, SequenceKind
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.spine import SpineReading, arrange
from ilc.imaging.mri.view import SagittalView, turn_to_sagittal
from ilc.simulation.lumbar import STIR, T1, T2, LumbarPlan, SagittalGrid, SimulatedStudy, render_study

PROTOCOLS = {SequenceKind.T1: T1, SequenceKind.T2: T2, SequenceKind.STIR: STIR}
GRID = SagittalGrid(n_slices=3, n_rows=352, n_columns=256, pixel_mm=0.7, fine=1, fine_slices=1, slice_step_mm=4.0)
SLIPPED = LumbarPlan().with_disc("L4_L5", slip_mm=6.0, height_mm=8.0, canal_ap_mm=8.0)


@lru_cache(maxsize=8)
def study_of(plan_name: str) -> SimulatedStudy:
    """A small T2 examination of a named plan."""
    return render_study({"plain": LumbarPlan(), "slipped": SLIPPED}[plan_name], (T2,), GRID)


def reading_of(study: SimulatedStudy, kind: SequenceKind = SequenceKind.T2) -> SpineReading:
    """The reading that a network without error would give."""
    view = turn_to_sagittal(study.images[kind.value], study.geometry)
    reading = arrange(view, one_hot(view, study))
    assert reading is not None
    return reading


def one_hot(view: SagittalView, study: SimulatedStudy) -> NDArray[np.float32]:
    """Probabilities of 0 and 1 from the true labels, shape (slice, class, row, column)."""
    labels, bodies = study.segmentation, study.bodies
    classes = np.zeros(labels.shape, dtype=np.float32)
    classes[(labels > 0) & (labels < 50)] = SpineClass.ARCH
    classes[bodies > 0] = SpineClass.BODY
    classes[labels == 50] = SpineClass.SACRUM
    classes[labels == 100] = SpineClass.CANAL
    classes[labels > 200] = SpineClass.DISC
    parts = [turn_to_sagittal((classes == part).astype(np.float32), study.geometry).values for part in SpineClass]
    return np.stack(parts, axis=1) * 0.98 + 0.02 / len(SpineClass)


def turned(geometry: Geometry, axes: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> Geometry:
    """The grid that an array has after `np.flip` of its axes and then `transpose(axes)`."""
    affine = np.eye(4)
    affine[:3, :3] = geometry.directions * geometry.spacing_mm
    start = [geometry.shape[axis] - 1 if flips[axis] else 0 for axis in range(3)]
    affine[:3, 3] = geometry.index_to_lps(start)
    columns = affine[:3, :3].copy()
    for place, axis in enumerate(axes):
        affine[:3, place] = -columns[:, axis] if flips[axis] else columns[:, axis]
    return Geometry(affine, tuple(geometry.shape[axis] for axis in axes))
