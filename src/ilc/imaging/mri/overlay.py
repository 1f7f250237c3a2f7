"""Pictures of what was found: outlines, names and numbers on the midline image."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.spine import SpineReading
from ilc.imaging.mri.together.document import name_disc
from ilc.imaging.mri.together.endplates import Change
from ilc.imaging.mri.together.reading import TogetherReading
from ilc.imaging.mri.view import PIXEL_MM

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_ZOOM = 2
_AROUND_MM = (40.0, 15.0)  # shown before and behind what was found
_COLOURS = {SpineClass.DISC: (94, 201, 130), SpineClass.CANAL: (92, 160, 245), SpineClass.SACRUM: (205, 130, 220)}
_TINTS = {Change.WATER: (255, 80, 80), Change.FAT: (255, 215, 70), Change.DENSE: (150, 130, 255)}
_CHANGE_NAMES = {Change.WATER: "oedema", Change.FAT: "fat", Change.DENSE: "dense bone"}
_TINT_SHARE, _SPECK_MM2 = 0.45, 40.0
_BODY, _CORNER, _INK = (255, 170, 80), (255, 240, 120), (255, 255, 255)


def render_overlay(reading: SpineReading, together: TogetherReading | None = None, *, with_marks: bool = True) -> bytes:
    """PNG of the midline picture, twice as large, with outlines of vertebrae, discs, canal and sacrum, and names.

    Parameters
    ----------
    reading : one series
    together : what all series show of the marrow; places in it that have changed are tinted, with a legend
    with_marks : False gives the bare picture, to lay beside
    """
    from PIL import Image, ImageDraw

    grey = _grey(reading.picture)
    tinted, shown = _tint(grey, reading, together if with_marks else None)
    image = Image.fromarray(tinted)
    image = image.resize((image.width * _ZOOM, image.height * _ZOOM), Image.Resampling.BICUBIC)
    if with_marks:
        draw = ImageDraw.Draw(image)
        _draw_classes(draw, reading)
        _draw_bodies(draw, reading)
        _draw_names(draw, reading)
    image = image.crop(_frame(reading))
    if shown:
        _draw_legend(ImageDraw.Draw(image), shown, image.height)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _tint(
    grey: NDArray[np.uint8], reading: SpineReading, together: TogetherReading | None
) -> tuple[NDArray[np.uint8], list[Change]]:
    """The picture in colour, changed marrow tinted; and which changes there are."""
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    if together is None:
        return colour, []
    rows, columns = np.meshgrid(np.arange(grey.shape[0]), np.arange(grey.shape[1]), indexing="ij")
    points = reading.to_lps(np.column_stack([rows.ravel(), columns.ravel()]).astype(np.float64))
    index = np.rint(together.frame.reading.view.geometry.lps_to_index(points)).astype(np.intp)
    volume = together.map_changes()
    inside = ((index >= 0) & (index < volume.shape)).all(axis=1)
    flat = np.zeros(grey.size, dtype=np.uint8)
    flat[inside] = volume[tuple(index[inside].T)]
    changes = flat.reshape(grey.shape)
    shown = []
    for change, tint in _TINTS.items():
        here = _without_specks(changes == change)
        if here.any():
            shown.append(change)
            colour[here] = (colour[here] * (1.0 - _TINT_SHARE) + np.array(tint) * _TINT_SHARE).astype(np.uint8)
    return colour, shown


def _without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    parts, _ = label(mask)
    sizes = np.bincount(parts.ravel()) * PIXEL_MM**2
    sizes[0] = 0.0
    return np.asarray(sizes[parts] >= _SPECK_MM2)


def _draw_legend(draw: ImageDraw, shown: list[Change], height: int) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(13)
    for line, change in enumerate(reversed(shown)):
        y = height - 14 - 18 * line
        draw.rectangle((8, y - 6, 20, y + 6), fill=_TINTS[change])
        draw.text(
            (26, y), _CHANGE_NAMES[change], fill=_INK, font=font, anchor="lm", stroke_width=2, stroke_fill=(0, 0, 0)
        )


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
        name = name_disc(reading.count.names, index)
        if disc.seen and name:
            place = disc.centre + np.array([0.0, -34.0])
            _word(draw, place, name.replace("_", "/") + doubt, font)


def _word(draw: ImageDraw, centre: NDArray[np.float64], word: str, font: object) -> None:
    x, y = (centre[1] + 0.5) * _ZOOM, (centre[0] + 0.5) * _ZOOM
    draw.text((x, y), word, fill=_INK, font=font, anchor="mm", stroke_width=2, stroke_fill=(0, 0, 0))  # type: ignore[arg-type]


def _line(draw: ImageDraw, contour: NDArray[np.float64], colour: tuple[int, int, int]) -> None:
    draw.line([((x + 0.5) * _ZOOM, (y + 0.5) * _ZOOM) for y, x in contour], fill=colour, width=2)
