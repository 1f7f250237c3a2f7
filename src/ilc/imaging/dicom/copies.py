"""Copies of one slice under another name and another UID: same place, same pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ilc.imaging.dicom.files import FileFormat, read_format
from ilc.imaging.dicom.header import read_pixel_digest
from ilc.imaging.dicom.images import ImageFile

# More images at one place are frames over time, and a frame may well equal the one before it.
_COPIES_MAX = 3


def find_copies(images: Iterable[ImageFile]) -> tuple[ImageFile, ...]:
    """Images of one series that repeat an earlier one: same place, size, echo and stored pixels.

    Pixels are only read where two images lie at one place.
    """
    places: dict[object, list[ImageFile]] = defaultdict(list)
    for image in images:
        if len(image.frames) == 1 and image.frames[0].position is not None:
            places[_place_of(image)].append(image)
    copies = []
    for members in places.values():
        if not 1 < len(members) <= _COPIES_MAX:
            continue
        seen: set[str] = set()
        for image in sorted(members, key=lambda item: (item.instance_number, item.file.relative)):
            digest = _read_digest(image)
            if digest and digest in seen:
                copies.append(image)
            seen.add(digest)
    return tuple(copies)


def _place_of(image: ImageFile) -> object:
    frame = image.frames[0]
    rounded = tuple(round(value, 2) for value in (*(frame.position or ()), *(frame.orientation or ())))
    shown = (frame.pixel_spacing, frame.echo_time_ms, frame.echo_number, frame.image_type, frame.slope, frame.intercept)
    return (image.rows, image.columns, image.inverted, rounded, shown)


def _read_digest(image: ImageFile) -> str:
    try:
        form = read_format(image.file)
    except OSError:
        return ""
    return read_pixel_digest(image.file.path, bare=form is FileFormat.DICOM_BARE)
