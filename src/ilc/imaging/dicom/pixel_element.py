"""Whether the pixels that a header announces are really in the file, without reading them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO, Literal

from ilc.imaging.dicom.limits import SERIES_MAX_PIXELS, SIDE_MAX_PIXELS

_UNDEFINED = 0xFFFFFFFF
_ITEM = b"\xfe\xff\x00\xe0"
_DELIMITER = b"\xfe\xff\xdd\xe0"
_LONG_VR = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN")
_FRAGMENTS_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """Size and storage of the pixels of one file, as its header claims them."""

    rows: int
    columns: int
    frames: int
    samples: int
    bits: int
    subsampled: bool  # YBR_FULL_422: two bytes for three

    @property
    def n_pixels(self) -> int:
        """Over all frames."""
        return self.rows * self.columns * self.frames

    @property
    def n_bytes(self) -> int:
        """Unpacked, over all frames."""
        whole = self.n_pixels * self.samples * self.bits
        return (whole * 2 // 3 if self.subsampled else whole) // 8


def detect_layout_fault(layout: PixelLayout) -> str:
    """Code of what is impossible about a claimed layout; empty when it may be real."""
    if min(layout.rows, layout.columns, layout.frames) < 1:
        return "IMAGE_SIZE_MISSING"
    if max(layout.rows, layout.columns) > SIDE_MAX_PIXELS or layout.n_pixels * layout.samples > SERIES_MAX_PIXELS:
        return "IMAGE_TOO_LARGE"
    if layout.samples not in (1, 3) or layout.bits not in (1, 8, 16, 32, 64):
        return "PIXEL_FORMAT"
    return ""


def detect_pixel_fault(stream: BinaryIO, layout: PixelLayout, *, little_endian: bool) -> str:
    """Code of what is wrong with the pixel element at the stream's position; empty when all of it is there."""
    start = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(start)
    order: Literal["little", "big"] = "little" if little_endian else "big"
    head = stream.read(12)
    group = int.from_bytes(head[:2], order)
    if len(head) < 8 or group != 0x7FE0:
        return "NO_PIXELS" if len(head) == 0 else "TRUNCATED_FILE"
    if head[4:6] in _LONG_VR:
        length, data = int.from_bytes(head[8:12], order), start + 12
    else:
        length, data = int.from_bytes(head[4:8], order), start + 8
    if length == _UNDEFINED:
        return _detect_fragment_fault(stream, data, size=size, frames=layout.frames)
    return "TRUNCATED_FILE" if min(length, size - data) < layout.n_bytes else ""


def _detect_fragment_fault(stream: BinaryIO, start: int, *, size: int, frames: int) -> str:
    position, fragments = start, -1  # the first item is the offset table
    while fragments < _FRAGMENTS_MAX:
        stream.seek(position)
        head = stream.read(8)
        if head[:4] == _DELIMITER:
            break
        if len(head) < 8 or head[:4] != _ITEM:
            return "TRUNCATED_FILE"
        position += 8 + int.from_bytes(head[4:8], "little")
        fragments += 1
        if position > size:
            return "TRUNCATED_FILE"
        if position == size:  # some writers leave out the delimiter
            break
    return "" if fragments >= frames else "TRUNCATED_FILE"
