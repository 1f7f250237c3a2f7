"""Where the reading failed worst, as outlines without a person's picture: truth in one colour, found in the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilc.report.charts.svg import FAINT, INK, PAPER, SOLID, WARM, drawing, element, text
from ilc.validation.mri.numbering import Counted
from ilc.validation.mri.segmentation import Overlaps, read_truth
from ilc.validation.mri.stored import Centres, Parts

_WIDE_PX, _TALL_PX, _HEAD_PX, _GAP_PX = 250.0, 330.0, 46.0, 16.0
_TRUE, _FOUND = SOLID, WARM
Bools = NDArray[np.bool_]


def draw_worst(overlaps: Overlaps, found: Mapping[int, Parts], folder: Path, n: int) -> dict[str, str]:
    """The people with the lowest mean Dice, each in the slice and part with the most wrong voxels."""
    order = np.argsort(overlaps.dice.mean(axis=1))[:n]
    panels = []
    for row in order:
        patient, worst = int(overlaps.people[row]), int(np.argmin(overlaps.dice[row]))
        truth = read_truth(folder, patient)
        wrong = (found[patient] == worst + 1) != (truth == worst + 1)
        at = int(np.argmax(wrong.sum(axis=(1, 2))))
        title = f"{patient}: {overlaps.parts[worst]} {overlaps.dice[row, worst]:.3f}, slice {at + 1}"
        panels.append(_panel(title, truth[at] == worst + 1, found[patient][at] == worst + 1))
    return {"mri-worst-volumes.svg": _row(panels, "Worst volumes: true outline and found outline of the worst part")}


def draw_counts(
    counted: Sequence[Counted], placed: Mapping[str, Centres], found: Mapping[str, Centres], n: int
) -> dict[str, str]:
    """Pictures in which discs were not found or not counted right; nothing where all are right."""
    wrong = [one.file for one in counted if not one.is_right][:n]
    if not wrong:
        return {}
    panels = [_points(file, placed[file], found.get(file, {})) for file in wrong]
    return {"mri-wrong-counts.svg": _row(panels, "Discs placed by hand (left number) and found (right number)")}


def _panel(title: str, truth: Bools, found: Bools) -> list[str]:
    from skimage.measure import find_contours

    rows, columns = np.nonzero(truth | found)
    top, left = int(rows.min()) - 4, int(columns.min()) - 4
    scale = min((_TALL_PX - 30) / (np.ptp(rows) + 9), _WIDE_PX / (np.ptp(columns) + 9))
    parts = [text(title, x=4.0, y=16.0, size=12)]
    for mask, colour in ((truth, _TRUE), (found, _FOUND)):
        for contour in find_contours(np.pad(mask, 1).astype(float), 0.5):
            points = " ".join(f"{(x - 1 - left) * scale:.1f},{(y - 1 - top) * scale + 26:.1f}" for y, x in contour)
            parts.append(element("polyline", points=points, fill="none", stroke=colour, stroke_width=1.3))
    return parts


def _points(title: str, placed: Centres, found: Centres) -> list[str]:
    every = np.array([*placed.values(), *found.values()])
    low, span = every.min(axis=0), np.maximum(np.ptp(every, axis=0), 1.0)
    scale = min((_TALL_PX - 60) / span[0], (_WIDE_PX - 60) / span[1])
    parts = [text(title, x=4.0, y=16.0, size=12)]
    for centres, colour, shift in ((placed, _TRUE, -16.0), (found, _FOUND, 9.0)):
        for number, place in centres.items():
            y, x = (np.array(place) - low) * scale + np.array([44.0, 30.0])
            parts.append(element("circle", cx=x, cy=y, r=4, fill=colour, fill_opacity=0.7))
            parts.append(text(str(number), x=float(x) + shift, y=float(y) + 4, size=12, fill=colour))
    return parts


def _row(panels: Sequence[list[str]], title: str) -> str:
    width = len(panels) * (_WIDE_PX + _GAP_PX) + _GAP_PX
    height = _HEAD_PX + _TALL_PX
    parts = [element("rect", x=0, y=0, width=width, height=height, fill=PAPER, stroke=FAINT)]
    x = _GAP_PX
    for words, colour in (("true", _TRUE), ("found", _FOUND)):
        parts.append(element("circle", cx=x + 5, cy=18, r=5, fill=colour))
        parts.append(text(words, x=x + 14, y=22.0, size=12, fill=INK))
        x += 70.0
    for index, panel in enumerate(panels):
        place = f"translate({_GAP_PX + index * (_WIDE_PX + _GAP_PX):.0f} {_HEAD_PX - 10:.0f})"
        parts.append(element("g", "".join(panel), transform=place))
    return drawing(parts, width=width, height=height, description=title)
