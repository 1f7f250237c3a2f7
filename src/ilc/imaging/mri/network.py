"""The network that ships with the package: from slices to the probability of each class in each pixel."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.view import SagittalView

if TYPE_CHECKING:
    from collections.abc import Callable

FloatArray = NDArray[np.float32]

_MULTIPLE = 32  # of the sides of what the network takes
_NEIGHBOUR_MM = 1.0  # slices nearer than this are passed over
_THIN_MM, _SMOOTHING_MM = 2.0, 1.2  # neighbours of thin slices show nearly the same
_THREADS = 2


def predict(
    view: SagittalView, *, weights: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> FloatArray:
    """Probability of each class.

    Parameters
    ----------
    view : the series
    weights : an ONNX file other than the shipped one, as the folds of the validation use
    progress : called with the number of slices done and of all

    Returns
    -------
    shape (slice, class, row, column), float32, adding to 1 over the classes
    """
    session = _session(str(weights) if weights else "")
    grey = view.grey
    n, rows, columns = grey.shape
    padded = np.pad(grey, ((0, 0), (0, -rows % _MULTIPLE), (0, -columns % _MULTIPLE)))
    step = max(round(_NEIGHBOUR_MM / view.slice_step_mm), 1)
    out = np.empty((n, len(SpineClass), rows, columns), dtype=np.float32)
    for index in range(n):
        before, after = index - step, index + step
        chosen = [before if before >= 0 else index, index, after if after < n else index]
        logits = session.run(None, {"slices": padded[chosen][None]}, _giving_back() if index == n - 1 else None)
        logits = logits[0][0, :, :rows, :columns]
        out[index] = _softmax(logits)
        if progress is not None:
            progress(index + 1, n)
    if view.slice_step_mm < _THIN_MM:
        for part in range(out.shape[1]):
            out[:, part] = gaussian_filter1d(out[:, part], _SMOOTHING_MM / view.slice_step_mm, axis=0)
    return out


def _softmax(logits: FloatArray) -> FloatArray:
    raised = np.exp(logits - logits.max(axis=0, keepdims=True))
    return np.asarray(raised / raised.sum(axis=0, keepdims=True))


def _giving_back() -> Any:
    """Options of a run after which working memory is given back: pictures differ in size."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


@lru_cache(maxsize=4)
def _session(path: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False
    source = path or files("ilc.imaging.mri").joinpath("weights/lumbar.onnx").read_bytes()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
