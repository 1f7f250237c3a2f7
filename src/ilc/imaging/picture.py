"""One picture that shows what a series is: its middle slice in true proportions, with sides and scale."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue
from ilc.imaging.dicom.pixels import PixelsNotReadable, read_slice
from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.dicom.series import Series, SeriesKind, SpacingKind

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_SIDE_MAX = 640
_CAPTION_HEIGHT = 26
_SIDE_MIN = 64
_WIDTH_MIN = 240  # holds the caption
_WINDOW_PERCENTILES = (1.0, 99.5)
_SCALE_MM = 50.0
_SEQUENCE_NAMES = {SequenceKind.T1: "T1", SequenceKind.T2: "T2", SequenceKind.STIR: "STIR", SequenceKind.PD: "PD"}


def render_key_picture(series: Series) -> bytes | Issue:
    """Draw the middle slice (or frame) of a series.

    Parameters
    ----------
    series : any series of a reading

    Returns
    -------
    a PNG of at most 640 x 640 pixels, grey, with the sides of the patient (R L A P H F), a 50 mm scale where
    millimetres of the patient are known, and a caption below; the issue where the pixels cannot be read
    """
    index = choose_key_slice(series)
    try:
        pixels = read_slice(series, index)
    except PixelsNotReadable as error:
        return error.issue
    image = _fit(_window(pixels), series)
    return _finish(image, series, index)


def choose_key_slice(series: Series) -> int:
    """Index of the slice (or frame) that is there and nearest to the middle."""
    present = [index for index in range(series.shape[0]) if index not in series.missing_slices]
    middle = (series.shape[0] - 1) / 2
    return min(present, key=lambda index: (abs(index - middle), index))


def _window(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Grey values 0-255 between two percentiles of what is not empty background."""
    inside = pixels[pixels > pixels.min()]
    low, high = np.percentile(inside, _WINDOW_PERCENTILES) if inside.size else (0.0, 1.0)
    if high <= low:  # two grey values only
        low, high = pixels.min(), pixels.max()
    scaled = (pixels.astype(np.float64) - low) / max(float(high - low), 1e-9)
    return np.asarray(np.clip(scaled, 0.0, 1.0) * 255.0, dtype=np.uint8)


def _fit(grey: NDArray[np.uint8], series: Series) -> Image:
    """Scale so that a millimetre is as long down as across, within the largest size."""
    from PIL import Image

    rows, columns = grey.shape
    down, across = series.pixel_spacing_mm or (1.0, 1.0)
    height, width = rows * down, columns * across
    scale = min(_SIDE_MAX / width, (_SIDE_MAX - _CAPTION_HEIGHT) / height)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC)


def _finish(image: Image, series: Series, index: int) -> bytes:
    from PIL import Image, ImageDraw

    if min(image.size) >= _SIDE_MIN:
        _draw_sides(ImageDraw.Draw(image), image.size, series)
        _draw_scale(ImageDraw.Draw(image), image.size, series)
    canvas = Image.new("L", (max(image.width, _WIDTH_MIN), image.height + _CAPTION_HEIGHT), 0)
    canvas.paste(image, ((canvas.width - image.width) // 2, 0))
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((0, image.height, canvas.width, canvas.height), fill=24)
    draw.text((8, image.height + 5), _caption(series, index), fill=225, font=_font(14))
    stream = io.BytesIO()
    canvas.save(stream, "PNG")
    return stream.getvalue()


def _draw_sides(draw: ImageDraw, size: tuple[int, int], series: Series) -> None:
    if series.geometry is None:
        return
    width, height = size
    x_middle, y_middle = width // 2, height // 2
    places = ((6, y_middle, "lm"), (width - 6, y_middle, "rm"), (x_middle, 5, "ma"), (x_middle, height - 5, "md"))
    for letter, (x, y, anchor) in zip(series.geometry.edge_letters, places, strict=True):
        draw.text((x, y), letter, fill=255, font=_font(16), anchor=anchor, stroke_width=2, stroke_fill=0)


def _draw_scale(draw: ImageDraw, size: tuple[int, int], series: Series) -> None:
    if series.pixel_spacing_mm is None or series.spacing_kind is not SpacingKind.PATIENT:
        return
    width, height = size
    length = round(_SCALE_MM / (series.shape[2] * series.pixel_spacing_mm[1]) * width)
    if not 20 <= length <= width // 2:
        return
    left, y = width - 12 - length, height - 12
    draw.line((left - 1, y, left + length + 1, y), fill=0, width=5)
    draw.line((left, y, left + length, y), fill=255, width=2)
    draw.text((left + length // 2, y - 5), "5 cm", fill=255, font=_font(13), anchor="md", stroke_width=2, stroke_fill=0)


def _caption(series: Series, index: int) -> str:
    name = _SEQUENCE_NAMES.get(series.sequence.kind, series.modality or "image")
    if series.sequence.fat_suppressed and series.sequence.kind is not SequenceKind.STIR and name != series.modality:
        name += " fat-suppressed"
    plane = "" if series.geometry is None else f" {series.plane.value}"
    if series.shape[0] == 1:
        return f"{name}{plane}"
    part = "frame" if series.kind is SeriesKind.CINE else "slice" if series.geometry is not None else "image"
    return f"{name}{plane}, {part} {index + 1} of {series.shape[0]}"


def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)
