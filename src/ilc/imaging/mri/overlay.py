"""Pictures of what was found: outlines, names and numbers on the midline image."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.document import name_of_disc
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.view import PIXEL_MM

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_ZOOM = 2
_AROUND_MM = (40.0, 15.0)  # shown before and behind what was found
_COLOURS = {SpineClass.DISC: (94, 201, 130), SpineClass.CANAL: (92, 160, 245), SpineClass.SACRUM: (205, 130, 220)}
_BODY, _CORNER, _INK = (255, 170, 80), (255, 240, 120), (255, 255, 255)


def render_overlay(reading: SpineReading, *, with_marks: bool = True) -> bytes:
    """PNG of the midline picture, twice as large, with outlines of vertebrae, discs, canal and sacrum, and names.

    Parameters
    ----------
    reading : one series
    with_marks : False gives the bare picture, to lay beside
    """
    from PIL import Image, ImageDraw

    grey = _grey(reading.picture)
    image = Image.fromarray(grey).convert("RGB")
    image = image.resize((image.width * _ZOOM, image.height * _ZOOM), Image.Resampling.BICUBIC)
    if with_marks:
        draw = ImageDraw.Draw(image)
        _draw_classes(draw, reading)
        _draw_bodies(draw, reading)
        _draw_names(draw, reading)
    stream = io.BytesIO()
    image.crop(_frame(reading)).save(stream, "PNG")
    return stream.getvalue()


def _frame(reading: SpineReading) -> tuple[int, int, int, int]:
    """The columns around the spine and all rows, so that names stay legible where the picture is shown small."""
    rows, columns = reading.picture.shape
    seen = np.nonzero((reading.probabilities.argmax(axis=0) > 0).any(axis=0))[0]
    before, behind = _AROUND_MM[0] / PIXEL_MM, _AROUND_MM[1] / PIXEL_MM
    left = max(int(seen.min() - before), 0) if len(seen) else 0
    right = min(int(seen.max() + behind), columns) if len(seen) else columns
    return left * _ZOOM, 0, right * _ZOOM, rows * _ZOOM


def _grey(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    inside = picture[picture > picture.min()]
    low, high = np.percentile(inside, (1.0, 99.3)) if inside.size else (0.0, 1.0)
    scaled = np.clip((picture - low) / max(float(high - low), 1e-6), 0.0, 1.0) ** 0.8
    return np.asarray(scaled * 255.0, dtype=np.uint8)


def _draw_classes(draw: ImageDraw, reading: SpineReading) -> None:
    from skimage.measure import find_contours

    classes = reading.probabilities.argmax(axis=0)
    for part, colour in _COLOURS.items():
        for contour in find_contours(np.pad(classes == part, 1).astype(float), 0.5):
            if len(contour) > 16:
                _line(draw, contour - 1.0, colour)


def _draw_bodies(draw: ImageDraw, reading: SpineReading) -> None:
    for outline in reading.outlines:
        if outline is None:
            continue
        _line(draw, outline.contour, _BODY)
        for row, column in outline.corners:
            x, y = (column + 0.5) * _ZOOM, (row + 0.5) * _ZOOM
            draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=_CORNER)


def _draw_names(draw: ImageDraw, reading: SpineReading) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(13)
    doubt = "?" if reading.count.is_uncertain else ""
    for body, name in zip(reading.chain.bodies, reading.count.names, strict=True):
        _word(draw, body.centre, f"{name}{doubt}", font)
    for index, disc in enumerate(reading.chain.discs):
        name = name_of_disc(reading.count.names, index)
        if disc.seen and name:
            place = disc.centre + np.array([0.0, -34.0])
            _word(draw, place, name.replace("_", "/") + doubt, font)


def _word(draw: ImageDraw, centre: NDArray[np.float64], word: str, font: object) -> None:
    x, y = (centre[1] + 0.5) * _ZOOM, (centre[0] + 0.5) * _ZOOM
    draw.text((x, y), word, fill=_INK, font=font, anchor="mm", stroke_width=2, stroke_fill=(0, 0, 0))  # type: ignore[arg-type]


def _line(draw: ImageDraw, contour: NDArray[np.float64], colour: tuple[int, int, int]) -> None:
    draw.line([((x + 0.5) * _ZOOM, (y + 0.5) * _ZOOM) for y, x in contour], fill=colour, width=2)
