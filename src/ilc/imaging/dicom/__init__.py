"""DICOM (and NIfTI) as it comes from hospitals: series with their place, their sequence and what is wrong with them."""

from ilc.imaging.dicom.appearance import PlaneReading, detect_plane, read_plane
from ilc.imaging.dicom.geometry import Geometry, GeometryNotValid, Plane
from ilc.imaging.dicom.header import FileRefused, read_working_copy
from ilc.imaging.dicom.ingest import read_series
from ilc.imaging.dicom.pixels import PixelReading, PixelsNotReadable, read_pixels, read_readable_pixels, read_slice
from ilc.imaging.dicom.sequence import Sequence, SequenceKind, SequenceTags, Timing, detect_sequence
from ilc.imaging.dicom.series import LeftOut, Series, SeriesKind, SeriesReading, SpacingKind

__all__ = [
    "FileRefused",
    "Geometry",
    "GeometryNotValid",
    "LeftOut",
    "PixelReading",
    "PixelsNotReadable",
    "Plane",
    "PlaneReading",
    "Sequence",
    "SequenceKind",
    "SequenceTags",
    "Series",
    "SeriesKind",
    "SeriesReading",
    "SpacingKind",
    "Timing",
    "detect_plane",
    "detect_sequence",
    "read_pixels",
    "read_plane",
    "read_readable_pixels",
    "read_series",
    "read_slice",
    "read_working_copy",
]
