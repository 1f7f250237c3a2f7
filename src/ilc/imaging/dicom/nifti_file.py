"""One NIfTI file: header and voxels, with every size checked before memory is taken."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.attributes import quiet_parsing
from ilc.imaging.dicom.header import FileRefused
from ilc.imaging.dicom.limits import NIFTI_HEADER_MAX_BYTES, SERIES_MAX_PIXELS

_PIECE = 1 << 20
_HEADER_BYTES = 540  # of NIfTI-2, the longer one
_TO_MM = {"unknown": 1.0, "mm": 1.0, "meter": 1000.0, "micron": 0.001}


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """What a header says; lengths already in mm."""

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    offset: int
    slope: float
    intercept: float
    affine_ras: NDArray[np.float64]
    is_oriented: bool  # a qform or sform is set
    units_stated: bool

    @property
    def n_bytes(self) -> int:
        """Of all voxels."""
        return self.shape[0] * self.shape[1] * self.shape[2] * self.dtype.itemsize


class _BoundedGzip(io.RawIOBase):
    """Unpacks gzip forward, piece by piece, never more than is asked for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._unpacker = zlib.decompressobj(31)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces: list[bytes] = []
        wanted = size
        while wanted > 0 and not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._stream.read(_PIECE)
            if not packed:
                break
            pieces.append(self._unpacker.decompress(packed, wanted))
            wanted -= len(pieces[-1])
        return b"".join(pieces)


def read_nifti_header(path: Path, *, packed: bool) -> NiftiHeader:
    """Read the header and check that all voxels are there.

    Raises
    ------
    FileRefused : with the code of the issue
    """
    try:
        with path.open("rb") as stream:
            source = _BoundedGzip(stream) if packed else stream
            start = source.read(_HEADER_BYTES)
            header = _parse_header(start)
            _skip(cast(BinaryIO, source), header.offset + header.n_bytes - len(start))
    except zlib.error as error:
        raise FileRefused("NIFTI_DAMAGED") from error
    return header


def read_nifti_voxels(path: Path, *, packed: bool) -> NDArray[np.float32]:
    """All voxels in the order of the file's own axes (i, j, k), with the file's scaling.

    Raises
    ------
    FileRefused : with the code of the issue
    """
    header = read_nifti_header(path, packed=packed)
    with path.open("rb") as stream:
        source = cast(BinaryIO, _BoundedGzip(stream) if packed else stream)
        _skip(source, header.offset)
        data = source.read(header.n_bytes)
    if len(data) < header.n_bytes:
        raise FileRefused("TRUNCATED_FILE")
    stored = np.frombuffer(data, dtype=header.dtype).reshape(header.shape, order="F")
    with np.errstate(all="ignore"):
        voxels = stored.astype(np.float32)
        if (header.slope, header.intercept) != (1.0, 0.0):
            voxels = voxels * np.float32(header.slope) + np.float32(header.intercept)
    return np.nan_to_num(voxels, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _skip(source: BinaryIO, count: int) -> None:
    """Read past bytes without keeping them; refuse a file that ends before."""
    while count > 0:
        piece = source.read(min(count, _PIECE))
        if not piece:
            raise FileRefused("TRUNCATED_FILE")
        count -= len(piece)


def _parse_header(start: bytes) -> NiftiHeader:
    import nibabel

    first = int.from_bytes(start[:4], "little") == 540 or int.from_bytes(start[:4], "big") == 540
    kind = nibabel.Nifti2Header if first else nibabel.Nifti1Header
    size = 540 if first else 348
    if len(start) < size:
        raise FileRefused("TRUNCATED_FILE")
    try:
        with quiet_parsing(), np.errstate(all="ignore"):
            header: Any = kind(start[:size], check=False)  # type: ignore[no-untyped-call]
            return _checked(header)
    except FileRefused:
        raise
    except Exception as error:  # nibabel raises many kinds on hostile bytes
        raise FileRefused("NIFTI_DAMAGED") from error


def _checked(header: Any) -> NiftiHeader:
    shape = _checked_shape(tuple(int(size) for size in header.get_data_shape()))
    dtype = np.dtype(header.get_data_dtype())
    if dtype.kind not in "iuf" or dtype.itemsize > 8 or dtype.itemsize == 0:
        raise FileRefused("NIFTI_VOXEL_TYPE")
    offset = float(header["vox_offset"])
    if not header.sizeof_hdr <= offset <= NIFTI_HEADER_MAX_BYTES:
        raise FileRefused("NIFTI_DAMAGED")
    slope, intercept = (float(value) for value in (header["scl_slope"], header["scl_inter"]))
    if not np.isfinite(slope) or slope == 0.0 or not np.isfinite(intercept):
        slope, intercept = 1.0, 0.0
    unit = header.get_xyzt_units()[0]
    affine = np.array(header.get_best_affine(), dtype=np.float64)
    affine[:3] *= _TO_MM[unit]
    if not np.isfinite(affine).all():
        raise FileRefused("NIFTI_DAMAGED")
    return NiftiHeader(
        shape=shape,
        dtype=dtype,
        offset=int(offset),
        slope=slope,
        intercept=intercept,
        affine_ras=_with_thickness(affine, shape),
        is_oriented=int(header["sform_code"]) > 0 or int(header["qform_code"]) > 0,
        units_stated=unit != "unknown",
    )


def _checked_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    if len(shape) < 2 or min(shape) < 1:
        raise FileRefused("NIFTI_DAMAGED")
    sizes = (*shape, 1)[:3]
    if any(size > 1 for size in shape[3:]):
        raise FileRefused("NIFTI_SEVERAL_VOLUMES")
    if sizes[0] * sizes[1] * sizes[2] > SERIES_MAX_PIXELS:
        raise FileRefused("NIFTI_TOO_LARGE")
    return (sizes[0], sizes[1], sizes[2])


def _with_thickness(affine: NDArray[np.float64], shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """Give a single slice without thickness a nominal millimetre, so that it has a place."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    for axis in range(3):
        if shape[axis] == 1 and lengths[axis] == 0.0:
            others = [other for other in range(3) if other != axis]
            normal = np.cross(affine[:3, others[0]], affine[:3, others[1]])
            length = float(np.linalg.norm(normal))
            affine[:3, axis] = normal / length if length > 0.0 else 0.0
    return affine
