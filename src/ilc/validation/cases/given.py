"""Cases with what was confirmed in each: those of the checkout, a folder, or a single file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ilc.core import IssueSeverity
from ilc.knowledge import Knowledge
from ilc.knowledge.document import Entries, Items, Scalar, Value, parse_yaml
from ilc.knowledge.refusal import Refusal
from ilc.record import Case, read_case
from ilc.validation.cases.gold import HELP, CaseGold, fields_of, parse_gold, refusal, word_of
from ilc.validation.cases.rules import CaseRules
from ilc.validation.data_folder import read_bounded_text, read_checkout
from ilc.validation.result import PartNotPossible, Request

GOLD = "gold.yaml"
GOLD_SCHEMA = "ilc.gold/1"
BEFORE, WITH = "T0", "T1"  # what was known before the deciding test, and with it
MOST_CASES = 200


@dataclass(frozen=True, eq=False)
class GivenCase:
    """One case: what was known with the deciding test, perhaps what was known before it, and what was confirmed."""

    name: str
    gold: CaseGold
    case: Case
    before: Case | None


def read_cases(request: Request, rules: CaseRules) -> tuple[GivenCase, ...]:
    """The cases asked for, in the order of their names or of the file.

    Raises
    ------
    PartNotPossible : says which file and line cannot be used, and what to do
    """
    if request.patients is None:
        root = read_checkout()
        if root is None or not (root / rules.folder).is_dir():
            reason = "The published cases are in the checkout, not in the installed package."
            raise PartNotPossible(reason, "Run it in a checkout, or name cases of your own with --patients.")
        return _read_folder(root / rules.folder, request.knowledge)
    if request.patients.is_dir():
        return _read_folder(request.patients, request.knowledge)
    return _read_file(request.patients, request.knowledge)


def stage_of(folder_name: str) -> tuple[str, str]:
    """Name of a case and its stage, from the name of its folder."""
    name, dash, stage = folder_name.rpartition("-")
    return (name, stage) if dash and stage in (BEFORE, WITH) else (folder_name, WITH)


def _read_folder(folder: Path, knowledge: Knowledge) -> tuple[GivenCase, ...]:
    path = folder / GOLD
    if not path.is_file():
        reason = f"What was confirmed is missing: there is no {GOLD} in the folder {folder.name}."
        raise PartNotPossible(reason, HELP)
    document = _parse_document(path)
    fields_of(document, {"schema", "cases"})
    _check_schema(document)
    entries = document.values.get("cases")
    if not isinstance(entries, Entries):
        raise refusal(document.mark, "`cases` must list each case by the name of its folder")
    places = _case_folders(folder)
    _check_same(places, entries)
    gold = {name: parse_gold(value, knowledge) for name, value in entries.values.items()}
    return tuple(_read_stages(name, gold[name], places[name], knowledge) for name in sorted(gold))


def _check_schema(document: Entries) -> None:
    schema = document.values.get("schema")
    if schema is not None and word_of(schema) != GOLD_SCHEMA:
        raise refusal(schema.mark, f"this version reads `schema: {GOLD_SCHEMA}`")


def _case_folders(folder: Path) -> dict[str, dict[str, Path]]:
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(file.parent for file in folder.rglob("case.yaml")):
        name, stage = stage_of(path.name)
        if stage in found.setdefault(name, {}):
            raise PartNotPossible(f"The case {name} is there twice.", "Give each case folder a name of its own.")
        found[name][stage] = path
    if len(found) > MOST_CASES:
        raise PartNotPossible(f"{len(found)} cases are more than {MOST_CASES}.", "Split them into several folders.")
    return found


def _check_same(places: Mapping[str, Mapping[str, Path]], entries: Entries) -> None:
    """Every case has its gold, and the other way round: nothing is left out in silence."""
    for name in places:
        if name not in entries.values:
            reason = f"What was confirmed is missing for the case {name}: it is not listed in {GOLD}."
            raise PartNotPossible(reason, HELP)
    for name in entries.values:
        if WITH not in places.get(name, {}):
            raise refusal(entries.marks[name], f"there is no case folder {name} or {name}-{WITH}")


def _read_stages(name: str, gold: CaseGold, places: Mapping[str, Path], knowledge: Knowledge) -> GivenCase:
    before = _read_one(places[BEFORE], f"{name}-{BEFORE}", knowledge) if BEFORE in places else None
    return GivenCase(name, gold, _read_one(places[WITH], name, knowledge), before)


def _read_one(folder: Path, name: str, knowledge: Knowledge) -> Case:
    reading = read_case(folder, knowledge)
    if reading.case is None:
        reasons = "; ".join(
            f"{issue.where}: {issue.message}" for issue in reading.issues if issue.severity is IssueSeverity.ERROR
        )
        raise PartNotPossible(f"The case {name} cannot be used. {reasons}", "Correct it there and run again.")
    return reading.case


def _read_file(path: Path, knowledge: Knowledge) -> tuple[GivenCase, ...]:
    document = fields_of(_parse_document(path), {"cases"})
    entries = document.values.get("cases")
    if not isinstance(entries, Items) or not entries.values:
        raise refusal(document.mark, "`cases` must be a list of cases, each with `case` and `gold`")
    if len(entries.values) > MOST_CASES:
        raise PartNotPossible(f"{len(entries.values)} cases are more than {MOST_CASES}.", "Split the file.")
    with tempfile.TemporaryDirectory(prefix="ilc-cases-") as place:
        root = Path(place)
        return tuple(
            _read_listed(one, f"case {number}", root / str(number), knowledge)
            for number, one in enumerate(entries.values, start=1)
        )


def _read_listed(value: Value, name: str, root: Path, knowledge: Knowledge) -> GivenCase:
    entries = fields_of(value, {"case", "before", "gold"})
    for key in ("case", "gold"):
        if key not in entries.values:
            words = "what was confirmed is missing: `gold`" if key == "gold" else "`case` is missing"
            raise refusal(entries.mark, f"{name}: {words}")
    gold = parse_gold(entries.values["gold"], knowledge)
    stages = {
        stage: entries.values[key] for key, stage in (("before", BEFORE), ("case", WITH)) if key in entries.values
    }
    return _read_stages(name, gold, {stage: _write_case(one, root / stage) for stage, one in stages.items()}, knowledge)


def _write_case(value: Value, folder: Path) -> Path:
    """The case as a folder of its own, so that one reader reads all cases."""
    folder.mkdir(parents=True)
    if not isinstance(value, Entries):
        raise refusal(value.mark, "a case must be written as in case.yaml")
    text = yaml.safe_dump(_plain(value), allow_unicode=True, sort_keys=False)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


def _plain(value: Value) -> object:
    if isinstance(value, Scalar):
        return None if not value.text and not value.quoted else value.text
    if isinstance(value, Items):
        return [_plain(one) for one in value.values]
    return {key: _plain(one) for key, one in value.values.items()}


def _parse_document(path: Path) -> Entries:
    text = read_bounded_text(path)
    try:
        return parse_yaml(text, file=path.name)
    except Refusal as error:
        raise PartNotPossible(f"{error.mark}: {error.issue.message}", error.issue.remedy) from error
