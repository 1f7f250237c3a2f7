"""Part `robustness`: which conclusions about whole cases flip when the model is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ilc.explanation.model import Robustness
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.explanation.robustness import CHANGES, FLIP_AT, measure_robustness
from ilc.findings import collect_findings
from ilc.knowledge import Knowledge
from ilc.questionnaires import score_questionnaires
from ilc.record import read_case
from ilc.validation.data_folder import read_checkout
from ilc.validation.result import Json, PartNotPossible, PartResult, Request, RulesFile, Table
from ilc.validation.rules_file import read_rules

RULES = "2026-11-22-robustness.yaml"
TITLE = "Robustness: what flips when the model is changed"
MOST_CASES = 200
FIRST, LAST = "-T0", "-T1"  # ends of the folder names of two stages of one case
_REMEDY = "Name a folder that holds case folders with a case.yaml each: `--patients FOLDER`."
_WORDS = (
    "Each case is reasoned about again under each change. A probability flips where it crosses one half by a tenth or "
    "more. Flips show which conclusions rest on a prior, a discount or a hypothesis; there is no target. No image is "
    "read here. A common factor nothing was observed about flips by its prior alone, as it must."
)
_QUANTITY_WORDS = {"p_exists": "exists", "p_contributes": "contributes"}
CHANGE_WORDS = {
    "priors_halved": "all priors halved (odds)",
    "priors_doubled": "all priors doubled (odds)",
    "quality_discounts_stronger": "discounted findings count half as much",
    "quality_discounts_off": "quality discounts off",
    "no_hypothesis_links": "hypothesis links off",
}


@dataclass(frozen=True, slots=True)
class CaseRobustness:
    """One case: how many conclusions it has, and which of all probabilities flip."""

    case: str
    conclusions: int  # probabilities of existence and contribution of one half or more
    flips: tuple[Robustness, ...]


def measure_case_robustness(request: Request) -> PartResult:
    """Run every case under each change of the model.

    Raises
    ------
    PartNotPossible : there is no case folder, or a case gives no diagnosis
    """
    rules, file = read_rules(RULES)
    cases = []
    for folder in _case_folders(request, rules):
        request.tell(f"robustness: {folder.name}")
        cases.append(measure_case(request.knowledge, folder, seed=int(rules["seed"])))
    return _report(file, cases)


def measure_case(knowledge: Knowledge, folder: Path, *, seed: int) -> CaseRobustness:
    """Flips of one case; images are not read, findings typed and questionnaires are.

    Raises
    ------
    PartNotPossible : the case cannot be read
    """
    reading = read_case(folder, knowledge)
    if reading.case is None:
        reasons = "; ".join(issue.message for issue in reading.issues)
        raise PartNotPossible(f"{folder.name} gives no diagnosis: {reasons}", "Correct its case.yaml.")
    scored = score_questionnaires(reading.case, knowledge)
    findings, _ = collect_findings(knowledge, (*reading.case.findings, *scored.findings))
    reasoning = reason_about(
        knowledge, reading.case.patient, findings=findings, complaints=reading.case.complaints, seed=seed
    )
    return CaseRobustness(folder.name, _count_conclusions(reasoning), measure_robustness(reasoning, seed=seed))


def _count_conclusions(reasoning: Reasoning) -> int:
    shown = [i for i, d in enumerate(reasoning.model.definitions) if d.slice.value != "complaint" and not d.latent]
    exists = reasoning.posterior.p_present[shown] >= FLIP_AT
    contributes = np.nan_to_num(reasoning.contributions.p_contributes())[shown] >= FLIP_AT
    return int(exists.sum() + contributes.sum())


def _case_folders(request: Request, rules: dict[str, Any]) -> tuple[Path, ...]:
    if request.patients is not None:
        if not request.patients.is_dir():
            raise PartNotPossible(f"{request.patients.name} is no folder of cases.", _REMEDY)
        places: list[Path] = [request.patients]
    else:
        root = read_checkout()
        places = [root / name for name in rules["case_folders"]] if root else []
    found = _last_stages(sorted(path.parent for place in places for path in place.rglob("case.yaml")))
    if not found:
        raise PartNotPossible("No case folder was found.", _REMEDY)
    if len(found) > MOST_CASES:
        raise PartNotPossible(f"{len(found)} cases are more than {MOST_CASES}.", _REMEDY)
    return tuple(found)


def _last_stages(folders: Sequence[Path]) -> list[Path]:
    """Of a case told in two stages only the last, so that no person counts twice."""
    there = set(folders)
    return [path for path in folders if not path.name.endswith(FIRST) or path.with_name(_last(path.name)) not in there]


def _last(name: str) -> str:
    return name.removesuffix(FIRST) + LAST


def _report(file: RulesFile, cases: Sequence[CaseRobustness]) -> PartResult:
    return PartResult(
        part="robustness",
        title=TITLE,
        rules=(file,),
        tables=(_change_table(cases), _flip_table(cases)),
        figures={"cases": [_case_figures(case) for case in cases]},
        text=(_WORDS,),
    )


def _change_table(cases: Sequence[CaseRobustness]) -> Table:
    rows = []
    for change in CHANGES:
        flips = [[flip for flip in case.flips if flip.change == change] for case in cases]
        kinds = [sum(flip.quantity == kind for own in flips for flip in own) for kind in _QUANTITY_WORDS]
        touched = sum(bool(own) for own in flips)
        rows.append((CHANGE_WORDS[change], f"{touched} of {len(cases)}", *(str(count) for count in kinds)))
    total = sum(case.conclusions for case in cases)
    title = f"Flips by change; the {len(cases)} cases hold {total} conclusions as stated"
    return Table(title, ("change", "cases with a flip", "exists", "contributes"), tuple(rows))


def _flip_table(cases: Sequence[CaseRobustness]) -> Table:
    rows = tuple(
        (
            case.case,
            CHANGE_WORDS[flip.change],
            flip.about,
            _QUANTITY_WORDS[flip.quantity],
            f"{flip.before:.2f} -> {flip.after:.2f}",
        )
        for case in cases
        for flip in case.flips
    )
    return Table("All flips", ("case", "change", "about", "question", "probability"), rows)


def _case_figures(case: CaseRobustness) -> Json:
    flips: list[Json] = [
        {"change": f.change, "about": f.about, "quantity": f.quantity, "before": f.before, "after": f.after}
        for f in case.flips
    ]
    return {"case": case.case, "conclusions": case.conclusions, "flips": flips}
