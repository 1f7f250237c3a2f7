"""Read simulated people as a clinic's files would be: `python -m training.mri_simulated [--people N]`.

Writes `simulated.csv` beside the kept predictions: what was measured or judged, and what is true, one row each. The
people are drawn anew from seeds that neither the network nor any rule has seen.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.imaging.mri.bodies import measure_bodies, measure_curve
from ilc.imaging.mri.discs import measure_disc_shape
from ilc.imaging.mri.spine import SpineReading, read_spine
from ilc.imaging.mri.together.reading import read_together
from ilc.imaging.mri.view import turn_to_sagittal
from ilc.simulation.lumbar import Odds, SimulatedStudy, draw_grid, draw_plan, draw_protocols, render_study
from training.mri_network.volumes import HERE as NETWORK
from training.mri_simulated.truth import Truths, true_of

_SEED = 2027
_ODDS = Odds(infection=0.03, lesion=0.05, fracture=0.08, endplate_change=0.2, facet_inflammation=0.2)
_COMBINATIONS = (
    (SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR),
    (SequenceKind.T1, SequenceKind.T2),
    (SequenceKind.T2, SequenceKind.STIR),
)
Row = tuple[int, str, str, str, float, float]


def main() -> None:
    """Draw, image, read, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--out", type=Path, default=NETWORK / "kept" / "simulated.csv")
    asked = parser.parse_args()
    rows: list[Row] = []
    for person in range(asked.people):
        rows.extend(_rows_of(person))
        print(f"\rperson {person + 1} of {asked.people}", end="", file=sys.stderr, flush=True)
    with asked.out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("person", "sequences", "what", "place", "truth", "value"))
        writer.writerows((*row[:4], f"{row[4]:.4g}", f"{row[5]:.4g}") for row in rows)


def _rows_of(person: int) -> Iterator[Row]:
    rng = np.random.default_rng([_SEED, person])
    plan, protocols, grid = draw_plan(rng, _ODDS), draw_protocols(rng), draw_grid(rng)
    study = render_study(plan, protocols, grid)
    readings: dict[SequenceKind, SpineReading] = {}
    for kind, values in study.images.items():
        reading = read_spine(turn_to_sagittal(values, study.geometry))
        found = reading is not None and reading.quality.is_sound
        yield person, kind, "read", "", 1.0, float(found)
        if reading is not None and found:
            readings[SequenceKind(kind)] = reading
            yield from _measured(person, kind, reading, study)
    for kinds in _COMBINATIONS:
        used = {kind: readings[kind] for kind in kinds if kind in readings}
        if len(used) == len(kinds):
            yield from _judged(person, used, study)


def _measured(person: int, kind: str, reading: SpineReading, study: SimulatedStudy) -> Iterator[Row]:
    """Lengths and angles beside the true ones."""
    truths = Truths(study, reading)
    for index, body in enumerate(measure_bodies(reading)):
        true = truths.body(index)
        if body is None or true is None:
            continue
        for part in ("front", "middle", "back"):
            name = f"height_{part}_mm"
            yield person, kind, f"body_{name}", true.name, getattr(true, name), getattr(body, name)
    for index in range(len(reading.chain.discs)):
        shape, disc = measure_disc_shape(reading, index), truths.disc(index)
        if shape is None or disc is None:
            continue
        yield person, kind, "disc_height_middle_mm", disc.level, disc.height_middle_mm, shape.height_middle_mm
        yield person, kind, "slip_mm", disc.level, disc.slip_mm, shape.slip_mm
        if np.isfinite(shape.canal_mm):
            yield person, kind, "canal_ap_mm", disc.level, disc.canal_ap_mm, shape.canal_mm
    curve = measure_curve(reading)
    if np.isfinite(curve.lordosis_l1_s1_deg):
        yield person, kind, "lordosis_deg", "", study.truth.lordosis_deg, curve.lordosis_l1_s1_deg


def _judged(person: int, used: Mapping[SequenceKind, SpineReading], study: SimulatedStudy) -> Iterator[Row]:
    """Probabilities of findings beside whether they are there."""
    reference = SequenceKind.T2
    together = read_together(reference, used, measure_bodies(used[reference]))
    if together is None:
        return
    names = "+".join(kind.value for kind in used)
    truths = Truths(study, used[reference])
    told: list[tuple[str, Any]] = []
    for bone in together.bones:
        if bone is not None:
            told += [(truths.name_of_bone(bone.bone.number), one) for one in bone.told]
    for disc in together.discs:
        true = truths.disc(disc.index)
        if true is not None:
            told += [(true.level, one) for one in disc.told]
    for place, one in told:
        answer = true_of(study, together, place, one)
        if answer is not None and one.p is not None:
            yield person, names, one.kind.value, place, float(answer), one.p


if __name__ == "__main__":
    main()
