"""Which files there are below a folder and what each of them holds, judged by content, never by name alone."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from ilc.imaging.dicom.attributes import fingerprint
from ilc.imaging.dicom.limits import DEPTH_MAX, FILE_MAX_BYTES, FILES_MAX
from ilc.imaging.dicom.series import LeftOut

_SNIFF_BYTES = 540
_IMAGE_SUFFIXES = (".dcm", ".dicom", ".ima", ".nii", ".nii.gz", ".img", ".hdr")
_SYSTEM_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}


class FileFormat(StrEnum):
    """Formats that are read."""

    DICOM = "dicom"
    DICOM_BARE = "dicom_bare"  # the data set alone, without preamble
    NIFTI = "nifti"
    NIFTI_GZ = "nifti_gz"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file inside the root. `name` is its printable relative path, `relative` the true one."""

    path: Path
    relative: str
    name: str
    size: int


@dataclass
class _Walk:
    root: Path
    files: list[FoundFile] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    links: list[tuple[Path, int]] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)

    def leave(self, path: Path, code: str) -> None:
        self.left_out.append(LeftOut(printable_name(path, self.root), code))


def read_file_list(paths: Iterable[Path], root: Path) -> tuple[tuple[FoundFile, ...], tuple[LeftOut, ...]]:
    """List every file at or below `paths`, in a fixed order; nothing outside `root`, no link followed in a circle."""
    walk = _Walk(_resolved(root) or root)
    for path in paths:
        _visit_named(path, walk)
    # Links come last, so that a file is known by its own name wherever it has one inside the root.
    while walk.links:
        link, depth = walk.links.pop(0)
        _visit_link(link, depth, walk)
    return tuple(sorted(walk.files, key=lambda file: file.relative)), tuple(walk.left_out)


def read_format(file: FoundFile) -> FileFormat | str:
    """What a file holds: a format that is read, or the code of the issue that tells why it is not."""
    if file.path.name.lower() in _SYSTEM_NAMES or file.path.name.startswith("._") or "__MACOSX" in file.path.parts:
        return "SYSTEM_FILE"
    if file.size == 0:
        return "EMPTY_FILE"
    if file.size > FILE_MAX_BYTES:
        return "FILE_TOO_LARGE"
    with file.path.open("rb") as stream:
        start = stream.read(_SNIFF_BYTES)
    found = _format_of(start)
    if found is not None:
        return found
    named_as_image = file.path.name.lower().endswith(_IMAGE_SUFFIXES)
    return _code_of_other(start, named_as_image=named_as_image, has_suffix=bool(file.path.suffix))


def printable_name(path: Path, root: Path) -> str:
    """Relative path fit for messages: no control characters, no undecodable bytes; changed names stay distinct."""
    try:
        relative = path.relative_to(root).as_posix()
    except ValueError:
        relative = path.name
    clean = "".join(sign if sign.isprintable() and not "\ud800" <= sign <= "\udfff" else "?" for sign in relative)
    if clean != relative:
        clean += "~" + fingerprint(relative.encode("utf-8", "surrogatepass").hex())[:6]
    return clean


def _visit_named(path: Path, walk: _Walk) -> None:
    real = _resolved(path)
    if real is None or not real.exists():
        walk.leave(path, "FILE_MISSING")
    elif not real.is_relative_to(walk.root):
        walk.leave(path, "OUTSIDE_FOLDER")
    else:
        _visit(real, 0, walk)


def _visit_link(link: Path, depth: int, walk: _Walk) -> None:
    real = _resolved(link)
    if real is None or not real.exists():
        walk.leave(link, "LINK_BROKEN")
    elif not real.is_relative_to(walk.root):
        walk.leave(link, "OUTSIDE_FOLDER")
    elif real in walk.seen:
        walk.leave(link, "LINK_REPEATED")
    else:
        _visit(real, depth, walk)


def _visit(path: Path, depth: int, walk: _Walk) -> None:
    """Take in one real file or folder (no link) inside the root."""
    if path in walk.seen:
        return
    walk.seen.add(path)
    try:
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            _visit_folder(path, depth, walk)
        elif not stat.S_ISREG(status.st_mode):
            walk.leave(path, "NOT_A_FILE")
        elif len(walk.files) >= FILES_MAX:
            walk.leave(path, "TOO_MANY_FILES")
        else:
            relative = path.relative_to(walk.root).as_posix()
            walk.files.append(FoundFile(path, relative, printable_name(path, walk.root), status.st_size))
    except OSError:
        walk.leave(path, "FILE_NOT_READABLE")


def _visit_folder(folder: Path, depth: int, walk: _Walk) -> None:
    if depth >= DEPTH_MAX:
        walk.leave(folder, "FOLDERS_TOO_DEEP")
        return
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        path = folder / entry.name
        if entry.is_symlink():
            walk.links.append((path, depth + 1))
        else:
            _visit(path, depth + 1, walk)


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # circles of links; names with a zero byte
        return None


def _format_of(start: bytes) -> FileFormat | None:
    if start[128:132] == b"DICM":
        return FileFormat.DICOM
    if _is_nifti(start):
        return FileFormat.NIFTI
    if start[:2] == b"\x1f\x8b":
        return FileFormat.NIFTI_GZ if _is_nifti(_start_of_gzip(start)) else None
    return FileFormat.DICOM_BARE if _may_be_bare_dicom(start) else None


def _start_of_gzip(start: bytes) -> bytes:
    """As much of the unpacked content as the first bytes give: bounded however well the rest is packed."""
    try:
        return zlib.decompressobj(31).decompress(start, _SNIFF_BYTES)
    except zlib.error:
        return b""


def _is_nifti(start: bytes) -> bool:
    sizes = (start[:4], start[:4][::-1])
    first = (348).to_bytes(4, "little") in sizes and start[344:348] == b"n+1\0"
    second = (540).to_bytes(4, "little") in sizes and start[4:8] == b"n+2\0"
    # A gzip start may unpack to less than a whole header; its first field is then all there is to see.
    short = 4 <= len(start) < 348 and (348).to_bytes(4, "little") in sizes
    return first or second or short


def _may_be_bare_dicom(start: bytes) -> bool:
    """A data set without preamble begins with group 0002 or 0008 and a short, plausible first element."""
    if len(start) < 16:
        return False
    orders: tuple[Literal["little", "big"], ...] = ("little", "big")
    for order in orders:
        group, element = int.from_bytes(start[:2], order), int.from_bytes(start[2:4], order)
        if group not in (0x0002, 0x0008) or element > 0x0070:
            continue
        explicit = start[4:6] in (b"UL", b"UI", b"CS", b"OB", b"SH", b"LO", b"DA", b"TM")
        implicit = order == "little" and int.from_bytes(start[4:8], "little") <= 256
        return explicit or implicit
    return False


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "ARCHIVE_FILE"),
    (b"PK\x05\x06", "ARCHIVE_FILE"),
    (b"Rar!", "ARCHIVE_FILE"),
    (b"7z\xbc\xaf\x27\x1c", "ARCHIVE_FILE"),
    (b"\x1f\x8b", "ARCHIVE_FILE"),
    (b"BZh", "ARCHIVE_FILE"),
    (b"\xfd7zXZ", "ARCHIVE_FILE"),
    (b"\x28\xb5\x2f\xfd", "ARCHIVE_FILE"),
    (b"\xff\xd8\xff", "PICTURE_FILE"),
    (b"\x89PNG", "PICTURE_FILE"),
    (b"GIF8", "PICTURE_FILE"),
    (b"BM", "PICTURE_FILE"),
    (b"II*\0", "PICTURE_FILE"),
    (b"MM\0*", "PICTURE_FILE"),
    (b"\0\0\0\x0cjP  ", "PICTURE_FILE"),
    (b"%PDF", "DOCUMENT_FILE"),
    (b"{\\rtf", "DOCUMENT_FILE"),
)


def _code_of_other(start: bytes, *, named_as_image: bool, has_suffix: bool) -> str:
    code = next((code for magic, code in _MAGIC if start.startswith(magic)), "")
    if start[257:262] == b"ustar":
        code = "ARCHIVE_FILE"
    if start[344:347] == b"ni1":
        return "NIFTI_PAIR"
    if named_as_image:
        return code if code == "ARCHIVE_FILE" else "NOT_DICOM"
    if code:
        return code
    return "OTHER_FILE" if has_suffix or _is_text(start) else "NOT_RECOGNISED"


def _is_text(start: bytes) -> bool:
    return bool(start) and all(byte >= 32 or byte in (9, 10, 13) for byte in start)
