"""Pictures of axial slices with what was found in them: sac, disc, protrusion, joint fluid, muscles, and the name."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.axial.contour import crossings_mm
from ilc.imaging.mri.axial.measured import AxialLevel, Drawing, ProtrusionMeasure
from ilc.imaging.mri.axial.picture import FINE_MM, SlicePicture, axes_mm

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

FloatArray = NDArray[np.float64]

_ZOOM = 3
_SHOWN_MM = (50.0, 75.0, 72.0)  # before and behind the sac, and to each side
_SAC, _DISC, _FLUID = (92, 160, 245), (94, 201, 130), (255, 120, 110)
_MUSCLE, _BAR, _INK = (255, 190, 90), (255, 240, 120), (255, 255, 255)
_BAR_MM = 6.0


def render_axial_overlay(level: AxialLevel, *, with_marks: bool = True) -> bytes | None:
    """PNG of the slice in which something stands out, else of that nearest to the middle of the disc.

    None where no slice was measured.

    The patient's right is on the left of the picture and the front at its top, as axial slices are read.

    Parameters
    ----------
    level : one measured level
    with_marks : False gives the bare picture, to lay beside
    """
    from PIL import Image

    if not level.drawings:
        return None
    shown = level.protrusion if isinstance(level.protrusion, ProtrusionMeasure) else None
    drawing = next((one for one in level.drawings if shown and one.place == shown.place), level.drawings[0])
    window = _window(drawing.picture)
    image = Image.fromarray(_grey(drawing.picture)[window]).convert("RGB")
    image = image.resize((image.width * _ZOOM, image.height * _ZOOM), Image.Resampling.BICUBIC)
    if with_marks:
        _mark(image, drawing, level.level.value.replace("_", "/"))
        if shown is not None and shown.position is not None and drawing.sac is not None:
            _point_at(image, drawing.picture, drawing.sac, shown.aside_mm)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _window(picture: SlicePicture) -> tuple[slice, slice]:
    """Rows and columns that are shown: around the spine, as far as the slice has pixels."""
    front, behind, aside = _SHOWN_MM
    corners = SlicePicture.index_of(np.array([[-front, -aside], [behind, aside]]))
    rows, columns = np.nonzero(picture.inside)
    low = np.maximum(corners[0], (rows.min(), columns.min()))
    high = np.minimum(corners[1], (rows.max(), columns.max()))
    return slice(int(low[0]), int(high[0]) + 1), slice(int(low[1]), int(high[1]) + 1)


def _grey(picture: SlicePicture) -> NDArray[np.uint8]:
    inside = picture.values[picture.inside]
    low, high = np.percentile(inside, (1.0, 99.5)) if inside.size else (0.0, 1.0)
    scaled = np.clip((picture.values - low) / max(float(high - low), 1e-6), 0.0, 1.0) ** 0.8
    return np.asarray(scaled * 255.0, dtype=np.uint8)


def _mark(image: Image, drawing: Drawing, name: str) -> None:
    from PIL import ImageDraw, ImageFont

    draw = ImageDraw.Draw(image)
    window = _window(drawing.picture)
    for mask in drawing.muscles:
        for contour in _contours(mask):
            _line(draw, contour, window, _MUSCLE)
    for line, colour in ((drawing.disc, _DISC), (drawing.sac, _SAC)):
        if line is not None:
            _line(draw, _closed(line), window, colour)
    for line in drawing.fluid:
        _line(draw, line, window, _FLUID)
    font = ImageFont.load_default(15)
    for place, word, anchor in (
        ((6, 6), name, "la"),
        ((6, image.height // 2), "R", "lm"),
        ((image.width - 6, image.height // 2), "L", "rm"),
    ):
        draw.text(place, word, fill=_INK, font=font, anchor=anchor, stroke_width=2, stroke_fill=(0, 0, 0))


def _point_at(image: Image, picture: SlicePicture, sac: FloatArray, aside_mm: float) -> None:
    """A bar across the space between disc and sac, where something stands out."""
    from PIL import ImageDraw

    crossed = crossings_mm(sac, aside_mm)
    front = float(sac[:, 0].mean()) if crossed is None else crossed[0]
    bar = np.array([[front - _BAR_MM, aside_mm], [front, aside_mm]])
    _line(ImageDraw.Draw(image), bar, _window(picture), _BAR, width=3)


def _contours(mask: NDArray[np.bool_]) -> list[FloatArray]:
    from skimage.measure import find_contours

    start = np.array([axis[0] for axis in axes_mm()])
    return [start + contour * FINE_MM for contour in find_contours(mask.astype(float), 0.5) if len(contour) > 12]


def _closed(line: FloatArray) -> FloatArray:
    return np.vstack([line, line[:1]])


def _line(
    draw: ImageDraw,
    line: FloatArray,
    window: tuple[slice, slice],
    colour: tuple[int, int, int],
    *,
    width: int = 1,
) -> None:
    start = np.array([axis[0] for axis in axes_mm()])
    place = (line - start) / FINE_MM - (window[0].start, window[1].start)
    draw.line([((x + 0.5) * _ZOOM, (y + 0.5) * _ZOOM) for y, x in place], fill=colour, width=width)
