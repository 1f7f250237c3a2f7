"""Read a label volume that another program made."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ilc.core import Issue
from ilc.imaging.dicom.geometry import Geometry
from ilc.imaging.dicom.ingest import read_series
from ilc.imaging.dicom.pixels import PixelsNotReadable, read_pixels
from ilc.imaging.dicom.series import Series
from ilc.imaging.mri.masks.conventions import TOOLS, Convention, Meaning, Part, detect_convention, read_table
from ilc.imaging.mri.masks.licences import LICENCES, Tool
from ilc.imaging.mri.masks.mask import DISCS, SACRUM, ExternalMask, LeftOutNumber, MaskNotReadable, NumberedPart
from ilc.imaging.mri.masks.notices import mask_issue
from ilc.imaging.mri.masks.numbering import Numbering, Source, find_numbers
from ilc.imaging.mri.masks.voxels import (
    NUMBER_MAX,
    LabelArray,
    measure_counts,
    measure_gap_mm,
    measure_heights_mm,
    parse_labels,
)

_STEP_MIN_MM = 5.0  # upward, from one vertebra or disc to the next
_KEPT_ISSUES = {"UNITS_ASSUMED"}
_UNKNOWN = "a number that the convention does not have"


def read_mask(path: Path, *, convention: Convention | None = None, made_by: Tool | None = None) -> ExternalMask:
    """Read a NIfTI label volume and give its parts this project's numbers.

    Parameters
    ----------
    path : a .nii or .nii.gz file of unknown origin; limits are those of images
    convention : what its numbers mean; told by the numbers themselves where it is not given
    made_by : the program, where it is another than the one of the convention; decides the licence

    Returns
    -------
    numbers of shape (slice, row, column): vertebrae 1.. from the lowest lumbar upward, sacrum 50, canal (with the cord)
    100, discs 201.. from the lowest upward; with what each was in the source, and what was left out

    Raises
    ------
    MaskNotReadable : with its issue: no label volume, without a place, a convention that cannot be told, or numbers
        that do not rise as the convention says
    """
    labels, geometry, issues = _read_labels(path)
    where, counts = path.name, measure_counts(labels)
    if not counts:
        raise MaskNotReadable(mask_issue("MASK_EMPTY", where, "The mask marks nothing."))
    chosen, reasons = _choose(counts, convention, where)
    meanings = {number: meaning for number, meaning in read_table(chosen).items() if number in counts}
    numbering = _find_numbers(labels, geometry, (chosen, meanings), where)
    _check_order(measure_heights_mm(labels, geometry), numbering, chosen, where)
    left_out = _find_left_out(counts, meanings, numbering)
    tool = made_by or TOOLS[chosen]
    said = (*issues, *numbering.issues, *_describe(meanings, left_out, where), *_describe_licence(tool, where))
    return ExternalMask(
        convention=chosen,
        reasons=reasons,
        made_by=tool,
        licence=LICENCES[tool],
        numbers=_renumber(labels, numbering),
        geometry=geometry,
        parts=_list_parts(counts, meanings, numbering),
        left_out=left_out,
        issues=said,
    )


def _read_labels(path: Path) -> tuple[LabelArray, Geometry, tuple[Issue, ...]]:
    where = path.name
    reading = read_series([path], path.parent)
    series = next((one for one in reading.series if one.source.nifti_axes is not None), None)
    if series is None:
        codes = ", ".join(sorted({item.code for item in reading.left_out})) or "it is no NIfTI file"
        raise MaskNotReadable(mask_issue("MASK_NOT_READABLE", where, f"The file is not read as a mask: {codes}."))
    labels = parse_labels(_read_voxels(series, where))
    if labels is None:
        message = f"The file holds other values than whole numbers from 0 to {NUMBER_MAX}."
        raise MaskNotReadable(mask_issue("MASK_NOT_LABELS", where, message))
    if series.geometry is None:
        message = "The mask does not say how it lies in the patient."
        raise MaskNotReadable(mask_issue("MASK_WITHOUT_PLACE", where, message))
    return labels, series.geometry, tuple(issue for issue in reading.issues if issue.code in _KEPT_ISSUES)


def _read_voxels(series: Series, where: str) -> NDArray[np.float32]:
    try:
        return read_pixels(series)
    except PixelsNotReadable as error:
        message = "The voxels of the mask cannot be read."
        raise MaskNotReadable(mask_issue("MASK_NOT_READABLE", where, message)) from error


def _choose(counts: Mapping[int, int], given: Convention | None, where: str) -> tuple[Convention, tuple[str, ...]]:
    found = detect_convention(counts)
    if given is not None:
        if not counts.keys() & read_table(given).keys():
            message = f"None of the numbers of the mask has a meaning in {given.value}."
            raise MaskNotReadable(mask_issue("MASK_CONVENTION_UNKNOWN", where, message))
        return given, ("the convention was given", *found.reasons)
    if found.convention is None:
        code = "MASK_CONVENTION_AMBIGUOUS" if found.candidates else "MASK_CONVENTION_UNKNOWN"
        raise MaskNotReadable(mask_issue(code, where, f"What the numbers mean cannot be told: {found.reasons[0]}."))
    return found.convention, found.reasons


def _find_numbers(
    labels: LabelArray, geometry: Geometry, source: tuple[Convention, Mapping[int, Meaning]], where: str
) -> Numbering:
    convention, meanings = source
    sacrum = tuple(number for number, meaning in meanings.items() if meaning.part is Part.SACRUM)

    def gap_to_sacrum_mm(number: int) -> float:
        return measure_gap_mm(labels, geometry, number, sacrum)

    return find_numbers(Source(where, convention, meanings, gap_to_sacrum_mm))


def _check_order(heights_mm: Mapping[int, float], numbering: Numbering, convention: Convention, where: str) -> None:
    """Refuse numbers that do not rise in the patient: the convention is another, or the mask is wrong."""
    placed = sorted((here, source) for source, here in numbering.numbers.items())
    vertebrae = [(here, source) for here, source in placed if here < SACRUM]
    sacrum = [(0, source) for here, source in placed if here == SACRUM]
    discs = [(here, source) for here, source in placed if here > DISCS]
    pairs = [*pairwise(vertebrae), *pairwise(discs), *((low, high) for low in sacrum for high in vertebrae[:1])]
    for (lower, below), (upper, above) in pairs:
        step = heights_mm[above] - heights_mm[below]
        if lower != upper and step < _STEP_MIN_MM * (upper - lower):
            message = (
                f"By the convention {convention.value}, number {above} lies above number {below}; "
                f"in the mask its middle is {abs(step):.0f} mm {'higher' if step > 0.0 else 'lower'}."
            )
            raise MaskNotReadable(mask_issue("MASK_ORDER_CONFLICT", where, message))


def _renumber(labels: LabelArray, numbering: Numbering) -> NDArray[np.uint8]:
    table = np.zeros(NUMBER_MAX + 1, dtype=np.uint8)
    for source, here in numbering.numbers.items():
        table[source] = here
    return np.asarray(table[labels], dtype=np.uint8)


def _list_parts(
    counts: Mapping[int, int], meanings: Mapping[int, Meaning], numbering: Numbering
) -> tuple[NumberedPart, ...]:
    parts = []
    for here in sorted(set(numbering.numbers.values())):
        sources = tuple(sorted(source for source, number in numbering.numbers.items() if number == here))
        cut_off = any(meanings[source].part is Part.VERTEBRA_CUT_OFF for source in sources)
        size = sum(counts[source] for source in sources)
        parts.append(NumberedPart(here, numbering.names.get(here, ""), sources, size, cut_off))
    return tuple(parts)


def _find_left_out(
    counts: Mapping[int, int], meanings: Mapping[int, Meaning], numbering: Numbering
) -> tuple[LeftOutNumber, ...]:
    return tuple(
        LeftOutNumber(number, _say_meaning(meanings.get(number)), size)
        for number, size in sorted(counts.items())
        if number not in numbering.numbers
    )


def _say_meaning(meaning: Meaning | None) -> str:
    if meaning is None:
        return _UNKNOWN
    return f"{meaning.part.value.replace('_', ' ')} {meaning.name}".strip()


def _describe(meanings: Mapping[int, Meaning], left_out: tuple[LeftOutNumber, ...], where: str) -> tuple[Issue, ...]:
    issues = []
    unknown = [str(item.source_number) for item in left_out if item.source_number not in meanings]
    if unknown:
        message = f"The convention has no meaning for the numbers {', '.join(unknown[:12])}."
        issues.append(mask_issue("MASK_NUMBERS_UNKNOWN", where, message))
    classes = (Part.ALL_VERTEBRAE, Part.ALL_DISCS, Part.VERTEBRA_PART)
    if any(meaning.part in classes for meaning in meanings.values()):
        message = "Vertebrae or discs are one class in this mask, without a number for each; none is numbered."
        issues.append(mask_issue("MASK_CLASSES_NOT_NUMBERED", where, message))
    others = sorted({item.meaning for item in left_out if item.source_number in meanings})
    if others:
        message = f"Parts without a number here are left out: {', '.join(others[:12])}."
        issues.append(mask_issue("MASK_PARTS_LEFT_OUT", where, message))
    cut_off = [number for number, meaning in meanings.items() if meaning.part is Part.VERTEBRA_CUT_OFF]
    if cut_off:
        message = f"The edge of the picture cuts off the vertebrae with the source's numbers {cut_off}."
        issues.append(mask_issue("MASK_VERTEBRA_CUT_OFF", where, message))
    return tuple(issues)


def _describe_licence(tool: Tool, where: str) -> tuple[Issue, ...]:
    licence = LICENCES[tool]
    if licence.commercial_use == "no":
        return (mask_issue("MASK_NON_COMMERCIAL", where, f"{tool.value}: {licence.note}"),)
    unknown = licence.commercial_use == "unknown"
    return (mask_issue("MASK_LICENCE_UNKNOWN", where, licence.note),) if unknown else ()
