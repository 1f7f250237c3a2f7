"""What a reader of `mri.json` and of the pictures gets."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from ilc.core import Level
from ilc.imaging.mri.axial.document import describe_axial
from ilc.imaging.mri.axial.overlay import render_axial_overlay
from ilc.imaging.mri.axial.reading import AxialReading, read_axial

PARTS = ("sac", "protrusion")
BY_SIDE = ("facet_fluid", "multifidus", "erector_spinae")


def measurements(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for level in document["levels"]:
        for name in PARTS:
            yield name, level[name]
        for name in BY_SIDE:
            for side in ("left", "right"):
                yield name, level[name][side]


def test_the_document_is_json_and_has_the_same_keys_known_or_not(result: AxialReading) -> None:
    known, unknown = describe_axial(result), describe_axial(read_axial(None, []))
    assert json.loads(json.dumps(known, allow_nan=False)) == known
    for (name, one), (_, other) in zip(measurements(known), measurements(unknown), strict=True):
        assert list(one) == list(other), name
    assert [level["name"] for level in known["levels"]] == [level.value for level in Level]


def test_every_number_is_there_or_has_a_reason(result: AxialReading) -> None:
    numbers = {"sac": "area_mm2", "facet_fluid": "width_mm", "multifidus": "share", "erector_spinae": "share"}
    seen = {True: 0, False: 0}
    for name, part in measurements(describe_axial(result)):
        known = part["reason_code"] is None
        seen[known] += 1
        assert (part["reason"] is None) is known
        assert bool(part["slices"]) is known
        if name in numbers:
            assert (part[numbers[name]] is not None) is known
        else:
            assert (part["found"] is not None) is known
    assert min(seen.values()) > 5


def test_numbers_are_rounded_and_places_are_told(result: AxialReading) -> None:
    level = next(one for one in describe_axial(result)["levels"] if one["name"] == "L4_L5")
    sac = level["sac"]
    assert sac["area_mm2"] == round(sac["area_mm2"], 4)
    assert sac["slices"][0].keys() == {"series", "index", "offset_mm", "angle_deg"}
    assert sac["slices"][0]["series"] == "L4_L5"
    assert level["protrusion"]["position"] == "left"


def test_the_picture_shows_the_left_on_the_right(result: AxialReading) -> None:
    level = result.level(Level.L3_L4)
    marked, bare = (_pixels(render_axial_overlay(level, with_marks=marks)) for marks in (True, False))
    assert marked.shape == bare.shape
    red = (marked[..., 0] > 220) & (marked[..., 1] < 150) & (bare[..., 0] == bare[..., 1])
    half = marked.shape[1] // 2
    # The joint on the left is full of fluid, which is outlined; that on the right holds none.
    assert red[:, half:].sum() > 50
    assert red[:, :half].sum() == 0


def test_the_picture_points_at_a_herniation_on_its_side(result: AxialReading) -> None:
    marked = _pixels(render_axial_overlay(result.level(Level.L4_L5)))
    yellow = (marked == (255, 240, 120)).all(axis=2)
    assert yellow[:, marked.shape[1] // 2 :].sum() > 30
    assert yellow[:, : marked.shape[1] // 2].sum() == 0


def test_a_level_without_slices_has_no_picture(result: AxialReading) -> None:
    assert render_axial_overlay(result.level(Level.L1_L2)) is None


def _pixels(png: bytes | None) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    assert png is not None
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int64)
