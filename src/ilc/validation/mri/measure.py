"""Read what is kept, compare it with what is true, report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilc.validation.mri.grading import read_expert, score_binary, score_pfirrmann
from ilc.validation.mri.numbering import count_right, read_centres
from ilc.validation.mri.outlines import draw_counts, draw_worst
from ilc.validation.mri.report import MriFound, report_mri
from ilc.validation.mri.segmentation import measure_overlaps
from ilc.validation.mri.simulated import compare_simulated
from ilc.validation.mri.stored import read_stored
from ilc.validation.result import PartNotPossible, PartResult, Request
from ilc.validation.rules_file import read_rules
from ilc.validation.scores import Bootstrap

RULES = "2026-11-26-mri.yaml"


def measure_mri(request: Request) -> PartResult:
    """Every figure anew from the kept predictions and the data.

    Raises
    ------
    PartNotPossible : predictions or data are not there
    """
    if request.data is None:
        raise PartNotPossible("The folder of optional data is not there.", "Name it in the variable ILC_DATA.")
    rules, file = read_rules(RULES)
    report = rules["report"]
    bootstrap = Bootstrap(report["bootstrap_draws"], report["bootstrap_seed"], report["interval"])
    stored = read_stored()
    volumes = request.data / rules["segmentation"]["data"]
    request.tell("Comparing volumes")
    overlaps = measure_overlaps(stored.volumes, volumes, rules["segmentation"]["parts"])
    request.tell("Comparing discs and grades")
    placed = read_centres()
    counted = count_right(placed, stored.discs, within=rules["numbering"]["within_share_of_step"])
    expert = read_expert(request.data / rules["grades"]["data"])
    found = MriFound(
        overlaps=overlaps,
        counted=counted,
        pfirrmann=score_pfirrmann(stored.grades, expert, bootstrap),
        grades=tuple(
            score_binary(name, stored.grades, _present(expert, name, rules["grades"]["columns"]), bootstrap)
            for name in rules["grades"]["area_targets"]
        ),
        simulated=compare_simulated(stored.simulated, rules["simulated"], bootstrap),
    )
    drawn = int(report["failures_drawn"])
    pictures = draw_worst(overlaps, stored.volumes, volumes, drawn) | draw_counts(counted, placed, stored.discs, drawn)
    return report_mri(found, file, bootstrap, rules, pictures)


def _present(
    expert: Mapping[tuple[int, int], dict[str, str]], name: str, columns: Mapping[str, Any]
) -> dict[tuple[int, int], bool]:
    """What the expert called present; an endplate change on either side counts for the disc."""
    if name == "endplate":
        return {key: "1" in (row["UP endplate"], row["LOW endplate"]) for key, row in expert.items()}
    return {key: row[columns[name]].strip() != "0" for key, row in expert.items() if row[columns[name]].strip()}
