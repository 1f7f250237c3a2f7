"""What can be done with an image file, from its attributes alone, and the words that tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ilc.imaging.dicom.series import SeriesKind

CAPTURE_CLASS = "1.2.840.10008.5.1.4.1.1.7"
PROJECTIONS = frozenset({"CR", "DX", "XA", "RF", "MG", "US", "IVUS", "XC", "ES", "IO", "PX", "RG", "DF", "GM"})
_SCOUT_WORDS = re.compile(r"locali[sz]er|scout|survey|3[ -]?p(lane|l?oc)|topogram|スカウト|位置決め", re.I)
_DOSE_WORDS = re.compile(r"dose[ _-]?(report|info|sheet|summary)|patient protocol|線量", re.I)
# ImageType of pictures in which depth is lost or bent.
_FLATTENED = {
    "MIP",
    "MINIP",
    "MNIP",
    "MAX_IP",
    "MIN_IP",
    "PROJECTION IMAGE",
    "CPR",
    "CURVED",
    "CURVED_MPR",
    "VRT",
    "SSD",
    "VOLUME_RENDER",
}


@dataclass(frozen=True, slots=True)
class KindTags:
    """What decides the kind of an image file."""

    sop_class: str
    modality: str
    image_type: tuple[str, ...]
    texts: tuple[str, ...]
    n_frames: int
    is_colour: bool
    is_oriented: bool


def detect_kind(tags: KindTags) -> tuple[SeriesKind, str]:
    """The kind of an image file, and for what is set aside what it is, in words for a message."""
    capture = _detect_capture(tags)
    if capture:
        return SeriesKind.CAPTURE, capture
    if "LOCALIZER" in tags.image_type or _any(_SCOUT_WORDS, tags.texts):
        return SeriesKind.SCOUT, "Planning views"
    if tags.modality in PROJECTIONS:
        return (SeriesKind.CINE if tags.n_frames > 1 else SeriesKind.IMAGE), ""
    if not tags.is_oriented and tags.modality == "":
        return SeriesKind.IMAGE, ""
    return SeriesKind.VOLUME, ""


def _detect_capture(tags: KindTags) -> str:
    if any("DOSE" in word for word in tags.image_type) or (not tags.is_oriented and _any(_DOSE_WORDS, tags.texts)):
        return "Dose sheets"
    if tags.sop_class.startswith(CAPTURE_CLASS) or any("SCREEN" in word for word in tags.image_type):
        return "Screen shots or scanned pages"
    if "MOSAIC" in tags.image_type:
        return "Slices tiled into one picture"
    if tags.modality in PROJECTIONS:
        return ""
    if _FLATTENED & set(tags.image_type):
        return "Projections of a volume (such as MIP) or curved reformats"
    if tags.is_colour:
        return "Colour pictures, as of maps laid over images"
    return "Screen shots or scanned pages" if not tags.is_oriented and tags.modality == "OT" else ""


def _any(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(pattern.search(text) for text in texts)
