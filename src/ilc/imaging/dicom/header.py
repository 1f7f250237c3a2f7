"""Open one DICOM file of unknown origin and read everything but its pixels."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ilc.imaging.dicom.attributes import (
    BoundedStream,
    HeaderTooLarge,
    quiet_parsing,
    read_number,
    read_text,
    read_value,
    read_whole,
)
from ilc.imaging.dicom.limits import DEFLATED_MAX_BYTES, HEADER_MAX_BYTES
from ilc.imaging.dicom.pixel_element import PixelLayout, detect_layout_fault, detect_pixel_fault

if TYPE_CHECKING:
    from pydicom import Dataset

_DEFLATED = "1.2.840.10008.1.2.1.99"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_DICOMDIR = "1.2.840.10008.1.3.10"
_VIDEO = tuple(f"1.2.840.10008.1.2.4.{number}" for number in range(100, 111))
# SOP classes that hold no image by their nature, by the start of their UID.
_STORAGE = "1.2.840.10008.5.1.4.1.1."
_WITHOUT_IMAGE = tuple(
    _STORAGE + part
    for part in ("9.", "11.", "66", "67", "68", "88", "104.", "131", "200.", *(f"481.{n}" for n in range(2, 30)))
)
_LONG_LENGTH = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")


class FileRefused(Exception):
    """A file that gives no image; `code` names the issue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """The attributes of one image file, and how its pixels are stored."""

    dataset: Dataset
    transfer_syntax: str
    layout: PixelLayout


def read_header(path: Path, *, bare: bool = False) -> Header:
    """Read the header and check that the pixels it announces are there.

    Parameters
    ----------
    path : a file whose content looks like DICOM
    bare : whether the preamble is missing

    Raises
    ------
    FileRefused : with the code of the issue
    """
    try:
        with quiet_parsing(), path.open("rb") as stream:
            return _read(stream, bare=bare)
    except FileRefused:
        raise
    except HeaderTooLarge as error:
        raise FileRefused("HEADER_TOO_LARGE") from error
    except OSError as error:
        # The parser raises OSError without a number of its own; a disk gives one.
        raise FileRefused("FILE_NOT_READABLE" if error.errno else "DICOM_DAMAGED") from error
    except Exception as error:  # hostile bytes make the parser raise many kinds
        raise FileRefused("DICOM_DAMAGED") from error


def read_working_copy(path: Path) -> Dataset:
    """Header of a DICOM file with all its text in Unicode, whatever character sets it was written in.

    Objects that refer to an image copy its text; writers stumble over Japanese character sets, and UTF-8 suits all.

    Raises
    ------
    FileRefused : with the code of the issue
    """
    dataset = read_header(path).dataset
    with quiet_parsing():
        try:
            dataset.decode()
        except Exception as error:  # text that its own character set cannot hold
            raise FileRefused("DICOM_DAMAGED") from error
        dataset.SpecificCharacterSet = "ISO_IR 192"
    return dataset


def read_pixel_digest(path: Path, *, bare: bool) -> str:
    """Hash of the pixels as they are stored, to tell copies apart from other images; empty where it cannot be had."""
    import pydicom

    try:
        with quiet_parsing(), path.open("rb") as stream:
            _refuse_deflated_bomb(stream)
            dataset = pydicom.dcmread(BoundedStream(stream), stop_before_pixels=True, force=bare)
            meta = getattr(dataset, "file_meta", None)
            syntax = read_text(meta, "TransferSyntaxUID") if meta is not None else ""
            if syntax == _DEFLATED:  # the place in the stream says nothing about the place in the file
                return ""
            digest = hashlib.sha256(syntax.encode())
            while piece := stream.read(1 << 20):
                digest.update(piece)
            return digest.hexdigest()
    except Exception:  # as for the header: hostile bytes make the parser raise many kinds
        return ""


def _read(stream: BinaryIO, *, bare: bool) -> Header:
    import pydicom

    _refuse_deflated_bomb(stream)
    reader = BoundedStream(stream)
    dataset = pydicom.dcmread(reader, stop_before_pixels=True, force=bare)
    meta = getattr(dataset, "file_meta", None)
    syntax = read_text(meta, "TransferSyntaxUID") if meta is not None else ""
    sop_class = read_text(dataset, "SOPClassUID")
    if meta is not None and read_text(meta, "MediaStorageSOPClassUID") == _DICOMDIR:
        raise FileRefused("DICOMDIR_IGNORED")
    if bare and not (sop_class and read_text(dataset, "SOPInstanceUID")):
        raise FileRefused("NOT_RECOGNISED")
    if sop_class.startswith(_WITHOUT_IMAGE):
        raise FileRefused("DOCUMENT_OBJECT")
    if syntax in _VIDEO:
        raise FileRefused("VIDEO_OBJECT")
    layout = _layout_of(dataset)
    fault = detect_layout_fault(layout)
    if fault == "IMAGE_SIZE_MISSING":
        raise FileRefused(_code_without_size(stream, dataset))
    if not fault and syntax == _DEFLATED:
        fault = _detect_deflated_fault(stream, layout)
    elif not fault:
        fault = detect_pixel_fault(stream, layout, little_endian=_is_little_endian(dataset, syntax))
    if fault == "NO_PIXELS" and not _holds_rows(dataset):
        fault = "DOCUMENT_OBJECT"
    if fault:
        raise FileRefused(fault)
    return Header(dataset, syntax, layout)


def _layout_of(dataset: Dataset) -> PixelLayout:
    frames = read_value(dataset, "NumberOfFrames")
    return PixelLayout(
        rows=read_whole(dataset, "Rows") or 0,
        columns=read_whole(dataset, "Columns") or 0,
        frames=1 if frames is None else (read_whole(dataset, "NumberOfFrames") or 0),
        samples=read_whole(dataset, "SamplesPerPixel") or 1,
        bits=int(read_number(dataset, "BitsAllocated") or 0),
        subsampled=read_text(dataset, "PhotometricInterpretation") == "YBR_FULL_422",
    )


def _holds_rows(dataset: Dataset) -> bool:
    return read_value(dataset, "Rows") is not None


def _code_without_size(stream: BinaryIO, dataset: Dataset) -> str:
    """Tell a file cut off inside its header, and an object without image, from one that omits its size."""
    if stream.read(1) != b"":
        return "IMAGE_SIZE_MISSING"
    is_image = read_value(dataset, "SamplesPerPixel") is not None or read_value(dataset, "ImageType") is not None
    if is_image:
        return "TRUNCATED_FILE"
    return "DOCUMENT_OBJECT" if read_text(dataset, "SOPClassUID") else "DICOM_DAMAGED"


def _is_little_endian(dataset: Dataset, syntax: str) -> bool:
    if syntax:
        return syntax != _BIG_ENDIAN
    encoding = dataset.original_encoding
    return encoding[1] is not False


def _detect_deflated_fault(stream: BinaryIO, layout: PixelLayout) -> str:
    import pydicom

    stream.seek(0)
    pixels = read_value(pydicom.dcmread(BoundedStream(stream)), "PixelData")
    return "" if isinstance(pixels, bytes) and len(pixels) >= layout.n_bytes else "TRUNCATED_FILE"


def _refuse_deflated_bomb(stream: BinaryIO) -> None:
    """Unpack a deflated data set piece by piece, up to the limit, before the parser unpacks it whole."""
    start = stream.read(4096)
    stream.seek(0)
    if _DEFLATED.encode() not in start:
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    if stream.seek(0, io.SEEK_END) > HEADER_MAX_BYTES:
        raise FileRefused("IMAGE_TOO_LARGE")
    stream.seek(0)
    packed = stream.read()
    stream.seek(0)
    total, rest = 0, io.BytesIO(packed[_end_of_meta(packed) :])
    while not unpacker.eof and (piece := unpacker.unconsumed_tail or rest.read(1 << 16)):
        total += len(unpacker.decompress(piece, 1 << 20))
        if total > DEFLATED_MAX_BYTES:
            raise FileRefused("IMAGE_TOO_LARGE")


def _end_of_meta(data: bytes) -> int:
    """Where the file meta information (group 0002, explicit, little endian) ends."""
    position = 132
    while data[position : position + 2] == b"\x02\x00":
        if data[position + 4 : position + 6] in _LONG_LENGTH:
            position += 12 + int.from_bytes(data[position + 8 : position + 12], "little")
        else:
            position += 8 + int.from_bytes(data[position + 6 : position + 8], "little")
    return position
