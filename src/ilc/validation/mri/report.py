"""Tables and figures of the part `mri`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ilc.validation.mri.grading import PFIRRMANN, BinaryGrade, OrderedGrade
from ilc.validation.mri.numbering import Counted
from ilc.validation.mri.people import mean_of_people, say_interval
from ilc.validation.mri.segmentation import Overlaps
from ilc.validation.mri.simulated import SimulatedFound, tabulate_simulated
from ilc.validation.result import Json, PartResult, RulesFile, Table
from ilc.validation.scores import Bootstrap

TITLE = "Reading of sagittal MRI, people never seen"
_SOURCE = (
    "Data: SPIDER, van der Graaf 2024 (CC BY 4.0). Masks were made by networks and corrected by hand; grades are those "
    "of one expert. Networks and grade models of each fold saw none of its people. The three folds, their weights and "
    "predictions are kept in `training/mri_network`; `python -m training.mri_out_of_fold` makes the predictions again."
)


@dataclass(frozen=True, eq=False)
class MriFound:
    """What was compared."""

    overlaps: Overlaps
    counted: tuple[Counted, ...]
    pfirrmann: OrderedGrade
    grades: tuple[BinaryGrade, ...]
    simulated: SimulatedFound


@dataclass(frozen=True, slots=True)
class _Line:
    """One figure beside its target."""

    what: str
    value: float
    words: str
    target: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.value <= self.target if self.at_most else self.value >= self.target

    def row(self) -> tuple[str, str, str, str]:
        """The figure as words of a table."""
        bound = "at most" if self.at_most else "at least"
        return self.what, self.words, f"{bound} {self.target:g}", "met" if self.is_met else "missed"


def report_mri(
    found: MriFound, file: RulesFile, bootstrap: Bootstrap, rules: Mapping[str, Any], pictures: Mapping[str, str]
) -> PartResult:
    """All figures beside their targets and what others published."""
    lines = [
        *_segmentation(found, bootstrap, rules),
        *_numbering(found, bootstrap, rules),
        *_grades(found, rules),
        *_simulated(found.simulated, rules["simulated"]),
    ]
    missed = [line.what for line in lines if not line.is_met]
    grid = found.pfirrmann.confusion
    tables = (
        Table(
            "Figures (95 % intervals over resampled people)",
            ("what", "reached", "target", "verdict"),
            tuple(line.row() for line in lines),
        ),
        Table("Dice of each person", ("person", *found.overlaps.parts), _people(found.overlaps)),
        Table(
            "Pfirrmann: expert (down) against program (across)",
            ("", *PFIRRMANN),
            tuple((grade, *(str(int(n)) for n in row)) for grade, row in zip(PFIRRMANN, grid, strict=True)),
        ),
        *tabulate_simulated(found.simulated),
    )
    figures: dict[str, Json] = {line.what: line.value for line in lines}
    return PartResult("mri", TITLE, (file,), tables, figures, _text(found, rules, missed), pictures)


def _segmentation(found: MriFound, bootstrap: Bootstrap, rules: Mapping[str, Any]) -> list[_Line]:
    own, overlaps = rules["segmentation"], found.overlaps
    lines = []
    for place, part in enumerate(overlaps.parts):
        dice = overlaps.dice[:, place]
        mean = mean_of_people(overlaps.people, dice, bootstrap)
        lines.append(_Line(f"Dice, {part}", mean.value, say_interval(mean), own["targets"][part]))
        worst = float(dice.min())
        lines.append(_Line(f"Dice, {part}, worst person", worst, f"{worst:.3f}", own["worst_target"]))
    return lines


def _numbering(found: MriFound, bootstrap: Bootstrap, rules: Mapping[str, Any]) -> list[_Line]:
    right = np.array([one.is_right for one in found.counted], dtype=np.float64)
    people = np.array([one.patient for one in found.counted], dtype=np.int64)
    share = mean_of_people(people, right, bootstrap)
    words = f"{say_interval(share)}, {int(right.sum())} of {len(right)}"
    return [_Line("pictures with all discs found and numbered right", share.value, words, rules["numbering"]["target"])]


def _grades(found: MriFound, rules: Mapping[str, Any]) -> list[_Line]:
    own, ordered = rules["grades"], found.pfirrmann
    most = own["calibration_target"]
    lines = [
        _Line("Pfirrmann, linear kappa", ordered.kappa.value, say_interval(ordered.kappa), own["kappa_target"]),
        _Line(
            "Pfirrmann, balanced accuracy",
            ordered.balanced_accuracy.value,
            say_interval(ordered.balanced_accuracy),
            own["balanced_accuracy_target"],
        ),
        _error("Pfirrmann", ordered.calibration_error, most),
    ]
    for grade in found.grades:
        words = f"{say_interval(grade.area)}, {grade.n_present} of {grade.n_discs} discs"
        lines.append(
            _Line(f"{grade.name}, area under the curve", grade.area.value, words, own["area_targets"][grade.name])
        )
        lines.append(_error(grade.name, grade.calibration_error, most))
    return lines


def _simulated(found: SimulatedFound, own: Mapping[str, Any]) -> list[_Line]:
    lines = [
        _Line(f"simulated, {one.kind}, right", one.right.value, say_interval(one.right), own["right_target"])
        for one in found.judged
        if one.sequences == own["all_sequences"]
    ]
    lines += [
        _Line(
            f"simulated, {one.kind}, mean error",
            one.mean_error.value,
            say_interval(one.mean_error),
            own["tolerances"][one.kind],
            at_most=True,
        )
        for one in found.measured
        if one.sequence == own["judged_sequence"]
    ]
    return lines


def _error(name: str, error: float, most: float) -> _Line:
    return _Line(f"{name}, calibration error", error, f"{error:.3f}", most, at_most=True)


def _people(overlaps: Overlaps) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(person), *(f"{value:.3f}" for value in row))
        for person, row in zip(overlaps.people, overlaps.dice, strict=True)
    )


def _text(found: MriFound, rules: Mapping[str, Any], missed: list[str]) -> tuple[str, ...]:
    wrong = [one.file for one in found.counted if not one.is_right]
    verdict = f"Missed: {'; '.join(missed)}." if missed else "Every target is reached."
    names = f"Pictures that are not right: {', '.join(wrong)}." if wrong else "Every picture is right."
    beside = [f"Beside it: {rules[name]['published']}" for name in ("segmentation", "numbering", "grades")]
    return (verdict, names, *beside, _SOURCE)
