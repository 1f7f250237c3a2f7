"""What the network tells apart in each pixel of a sagittal slice."""

from __future__ import annotations

from enum import IntEnum


class SpineClass(IntEnum):
    """Channels of the network, in this order."""

    BACKGROUND = 0
    BODY = 1  # vertebral body
    ARCH = 2  # posterior elements
    DISC = 3
    CANAL = 4
    SACRUM = 5
