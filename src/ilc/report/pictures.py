"""Key pictures handed over for a report: checked before they are embedded or written."""

from __future__ import annotations

import re
from collections.abc import Mapping

LARGEST_BYTES = 16 * 2**20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}\.(?:png|jpg|jpeg)")
_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class PictureRefused(ValueError):
    """A picture that must not go into a report."""


def media_type(data: bytes) -> str:
    """Return image/png or image/jpeg, from the content and not from the name."""
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    raise PictureRefused("a picture must be PNG or JPEG")


def check_pictures(images: Mapping[str, bytes]) -> None:
    """Refuse names that could leave the folder, other formats, and files too large to embed."""
    for name, data in images.items():
        if not _NAME.fullmatch(name) or ".." in name:
            raise PictureRefused(f"{name!r} is not a picture file name")
        if len(data) > LARGEST_BYTES:
            raise PictureRefused(f"{name}: larger than {LARGEST_BYTES} bytes")
        media_type(data)
