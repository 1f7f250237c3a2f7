"""The expert's grades of the SPIDER discs, as the classes of each grade model, and what each model may look at."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_SHAPE = (
    "height_index",
    "height_mm",
    "height_front_mm",
    "height_middle_mm",
    "height_back_mm",
    "height_index_relative",
    "angle_deg",
)
_SIGNAL = (
    "to_fluid",
    "mean_to_fluid",
    "to_marrow",
    "contrast",
    "unevenness",
    "layers",
    "back_to_marrow",
    "to_brightest",
)
_PLACE = (
    "slip_mm",
    "slip_size_mm",
    "slip_percent",
    "depth_mm",
    "depth_mm_relative",
    "beyond_back_mm",
    "beyond_front_mm",
    "canal_mm",
    "canal_beside_mm",
    "canal_share",
    "indentation_mm",
)
_PLATE = (
    "plate_high_z",
    "plate_low_z",
    "plate_mean_z_max",
    "plate_mean_z_min",
    "plate_changed",
    "plate_ratio_max",
    "plate_ratio_min",
    "plate_dent_mm",
    "plate_rough_mm",
    "plate_rough_mean_mm",
)


@dataclass(frozen=True, slots=True)
class Target:
    """One grade: its column in the expert's table and the features that may tell it."""

    name: str
    column: str
    classes: tuple[str, ...]
    features: tuple[str, ...]
    needs: tuple[str, ...]

    def class_of(self, row: dict[str, str]) -> int | None:
        """Index of the class of a disc; None where it is not among the classes."""
        value = row[self.column].strip()
        if len(self.classes) == 2:
            return int(value not in ("0", "")) if value else None
        return self.classes.index(value) if value in self.classes else None


def _both(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{kind}_{name}" for kind in ("t2", "t1") for name in names)


_YES = ("absent", "present")
_ALL = ("number", *_both((*_SHAPE, *_SIGNAL, *_PLACE, *_PLATE)))
_T2 = ("number", *(f"t2_{name}" for name in (*_SHAPE, *_SIGNAL, "beyond_back_mm", "plate_rough_mm")))
TARGETS = (
    Target(
        "pfirrmann", "Pfirrman grade", ("1", "2", "3", "4", "5"), (*_T2, "t1_height_index", "t1_to_marrow"), ("t2",)
    ),
    Target("narrowing", "Disc narrowing", _YES, _ALL, ()),
    Target("slip", "Spondylolisthesis", _YES, _ALL, ()),
    Target("bulge", "Disc bulging", _YES, _ALL, ()),
    Target("herniation", "Disc herniation", _YES, _ALL, ()),
    Target("modic", "Modic", _YES, _ALL, ()),
    Target("endplate", "UP endplate", _YES, _ALL, ()),
)


def read_gradings(path: Path) -> dict[tuple[int, int], dict[str, str]]:
    """Rows by patient and disc number; an endplate change on either side counts for the disc."""
    rows = {}
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            row["UP endplate"] = str(int(row["UP endplate"] == "1" or row["LOW endplate"] == "1"))
            rows[int(row["Patient"]), int(row["IVD label"])] = row
    return rows
