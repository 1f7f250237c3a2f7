"""Simulated spines to train on beside real ones: whole width, sacrum, T1, T2 and STIR, rare pathology, exact truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.classes import SpineClass
from ilc.simulation.lumbar import draw_grid, draw_plan, draw_protocols, render_study
from training.mri_network.volumes import Volume

_SACRUM, _CANAL, _FIRST_DISC = 50, 100, 201


def read_or_render(folder: Path, number: int) -> list[Volume]:
    """The three series of one simulated person, kept in `folder` once they are rendered."""
    kept = folder / f"phantom-{number}.npz"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng([20261126, number])
        study = render_study(draw_plan(rng), draw_protocols(rng), draw_grid(rng))
        images = {kind: image.astype(np.float16) for kind, image in study.images.items()}
        arrays: dict[str, Any] = {"classes": _classes(study.segmentation, study.bodies), **images}
        np.savez(kept, spacing=study.geometry.spacing_mm, **arrays)
    with np.load(kept) as stored:
        classes = stored["classes"]
        spacing = tuple(float(mm) for mm in stored["spacing"])
        names = [name for name in stored.files if name not in ("classes", "spacing")]
        return [
            Volume(f"phantom-{number}-{name}", _scaled(stored[name]), classes, (spacing[0], spacing[1], spacing[2]))
            for name in names
        ]


def _classes(segmentation: NDArray[np.uint8], bodies: NDArray[np.uint8]) -> NDArray[np.uint8]:
    classes = np.zeros(segmentation.shape, dtype=np.uint8)
    classes[(segmentation > 0) & (segmentation < _SACRUM)] = SpineClass.ARCH
    classes[bodies > 0] = SpineClass.BODY
    classes[segmentation == _SACRUM] = SpineClass.SACRUM
    classes[segmentation == _CANAL] = SpineClass.CANAL
    classes[segmentation >= _FIRST_DISC] = SpineClass.DISC
    return classes


def _scaled(image: NDArray[np.float16]) -> NDArray[np.float32]:
    values = image.astype(np.float32)
    return np.asarray(np.clip(values / float(np.percentile(values, 99.5)), 0.0, 1.0))
