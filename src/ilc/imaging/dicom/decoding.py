"""Stored values of DICOM frames; compressed ones in a process of their own.

The compiled decoders end the whole program on damaged data (seen with lossless JPEG, which hospitals use), so only a
child may run them: see `decoder_process`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.attributes import BoundedStream, quiet_parsing
from ilc.imaging.dicom.limits import DECODER_MAX_SECONDS, FILE_MAX_BYTES

if TYPE_CHECKING:
    from pydicom import Dataset

FloatArray = NDArray[np.float32]

# Decoded in this process: plain values, and RLE by the parser's own Python code.
_RLE = "1.2.840.10008.1.2.5"
_IN_PROCESS = {"", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2", _RLE}
_RESTARTS_MAX = 8
ANSWER_HEAD_BYTES = 16


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """A frame to decode and the size it must have."""

    path: str
    frame: int
    rows: int
    columns: int
    syntax: str
    inverted: bool


def decode_frames(requests: Sequence[FrameRequest]) -> Iterator[FloatArray | None]:
    """Stored values of each frame in turn, shape (row, column), colour as brightness; None where it cannot be decoded.

    MONOCHROME1 is turned over, so that larger values are always brighter.
    """
    position, reader = 0, FrameReader()
    while position < len(requests):
        if requests[position].syntax in _IN_PROCESS:
            yield reader.read_frame(requests[position])
            position += 1
            continue
        end = position
        while end < len(requests) and requests[end].syntax not in _IN_PROCESS:
            end += 1
        yield from _decode_apart(requests[position:end])
        position = end


class FrameReader:
    """Decodes frames in this process; keeps the last file, because many frames may share it."""

    def __init__(self) -> None:
        self._path = ""
        self._dataset: Dataset | None = None

    def read_frame(self, request: FrameRequest) -> FloatArray | None:
        """Decode one frame; None where it is damaged or not of the size announced."""
        from pydicom.pixels.utils import pixel_array

        plugin = "pydicom" if request.syntax == _RLE else ""
        try:
            with quiet_parsing(), np.errstate(all="ignore"):
                dataset = self._read_dataset(request.path)
                values = pixel_array(dataset, index=request.frame, decoding_plugin=plugin)
                return _checked(_brightness(values, dataset), request, dataset)
        except Exception:  # the parser and its decoders raise many kinds on damaged bytes
            return None

    def _read_dataset(self, path: str) -> Dataset:
        if self._dataset is None or path != self._path:
            self._path, self._dataset = path, _read_dataset(Path(path))
        return self._dataset


def _read_dataset(path: Path) -> Dataset:
    import pydicom
    from pydicom.uid import UID

    with path.open("rb") as stream:
        dataset = pydicom.dcmread(BoundedStream(stream, max_bytes=FILE_MAX_BYTES), force=True)
    if not hasattr(dataset.file_meta, "TransferSyntaxUID"):
        implicit, little = dataset.original_encoding
        syntaxes = {(True, True): "1.2.840.10008.1.2", (False, True): "1.2.840.10008.1.2.1"}
        dataset.file_meta.TransferSyntaxUID = UID(syntaxes.get((bool(implicit), bool(little)), "1.2.840.10008.1.2.2"))
    return dataset


def _brightness(values: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    from pydicom.pixels.processing import apply_color_lut

    if dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        values = apply_color_lut(values, dataset)
    if values.ndim == 3 and values.shape[2] == 3:
        # Rec. 601 weights, as in YBR_FULL of the standard.
        return values.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return values


def _checked(values: NDArray[Any], request: FrameRequest, dataset: Dataset) -> FloatArray | None:
    if values.shape != (request.rows, request.columns):
        return None
    frame = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if request.inverted:
        is_signed = dataset.get("PixelRepresentation", 0) == 1
        highest = -1.0 if is_signed else float(2 ** int(dataset.BitsStored) - 1)
        frame = np.float32(highest) - frame
    return np.ascontiguousarray(frame)


def _decode_apart(requests: Sequence[FrameRequest]) -> Iterator[FloatArray | None]:
    """Decode in a child; where it dies, that frame is lost and a new child takes the rest, within one time limit."""
    done, deadline = 0, time.monotonic() + DECODER_MAX_SECONDS + len(requests)
    for _ in range(_RESTARTS_MAX):
        with _started_decoder(requests[done:], deadline) as answers:
            for request in requests[done:]:
                answered, frame = _read_answer(answers, request)
                done += 1
                yield frame
                if not answered:
                    break
        if done == len(requests) or time.monotonic() > deadline:
            break
    for _ in requests[done:]:
        yield None


@contextmanager
def _started_decoder(requests: Sequence[FrameRequest], deadline: float) -> Iterator[BinaryIO]:
    """A child at work on the requests; killed when it is no longer listened to or the time is over."""
    command = [sys.executable, "-P", "-m", "ilc.imaging.dicom.decoder_process"]
    child = subprocess.Popen(  # noqa: S603 our own module, no shell, no words from outside
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    timer = threading.Timer(max(deadline - time.monotonic(), 0.0), child.kill)
    timer.start()
    try:
        stdin, stdout = _pipes(child)
        with suppress(OSError), stdin:  # a child that died already shows in its answers
            stdin.write(json.dumps([asdict(request) for request in requests]).encode())
        yield stdout
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        stdout.close()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], BinaryIO]:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the decoder was started without pipes")
    return child.stdin, child.stdout  # type: ignore[return-value]


def _read_answer(answers: BinaryIO, request: FrameRequest) -> tuple[bool, FloatArray | None]:
    """Whether an answer came, and the frame in it."""
    head = answers.read(ANSWER_HEAD_BYTES)
    if len(head) < ANSWER_HEAD_BYTES:
        return False, None
    length = int(head)
    if length == 0:
        return True, None
    if length != request.rows * request.columns * 4:
        return False, None
    data = answers.read(length)
    if len(data) < length:
        return False, None
    return True, np.frombuffer(data, dtype=np.float32).reshape(request.rows, request.columns)
