"""Cases of a researcher's own: what is read, and what is said where something is missing or misspelt."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ilc.knowledge.document import parse_yaml
from ilc.validation.cases.given import GivenCase, read_cases, stage_of
from ilc.validation.cases.gold import CaseGold, parse_gold
from ilc.validation.cases.rules import read_case_rules
from ilc.validation.result import PartNotPossible, Request
from tests.support.quick_diagnosis import ROOT, shipped_knowledge

PAGE = ROOT / "docs" / "how-to" / "validate.md"
CASE = "patient: {age: 50}\ncomplaints: [{id: low_back_pain}]\nfindings: {facet_block: full}\n"
GOLD = "cases:\n  one:\n    factors:\n      - {factor: facet_arthropathy@L4_L5, judged: contributes}\n"


def read(path: Path) -> tuple[GivenCase, ...]:
    return read_cases(Request(shipped_knowledge(), patients=path), read_case_rules()[0])


def folder(root: Path, gold: str = GOLD, *names: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "gold.yaml").write_text(gold, encoding="utf-8")
    for name in names or ("one",):
        (root / name).mkdir(parents=True)
        (root / name / "case.yaml").write_text(CASE, encoding="utf-8")
    return root


def gold_of(text: str) -> CaseGold:
    return parse_gold(parse_yaml(text, file="gold.yaml"), shipped_knowledge())


@pytest.mark.parametrize(
    ("name", "expected"), [("ward-07-T0", ("ward-07", "T0")), ("C2-T1", ("C2", "T1")), ("ward-07", ("ward-07", "T1"))]
)
def test_the_stage_of_a_case_stands_at_the_end_of_its_folder_name(name: str, expected: tuple[str, str]) -> None:
    assert stage_of(name) == expected


def test_a_folder_with_a_case_told_twice_and_one_told_once_is_read(tmp_path: Path) -> None:
    text = GOLD + "  two: {factors: [{factor: anxiety, judged: excluded}]}\n"
    one, two = read(folder(tmp_path, text, "one-T0", "one-T1", "two"))
    assert (one.name, two.name) == ("one", "two")
    assert one.before is not None
    assert two.before is None
    assert str(one.gold.factors[0].ids[0]) == "facet_arthropathy@L4_L5"


def test_the_examples_of_the_page_are_read_as_they_stand(tmp_path: Path) -> None:
    in_folder, in_file = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    (folder_case,) = read(folder(tmp_path / "cases", in_folder, "ward-07-T0", "ward-07-T1"))
    assert folder_case.gold.serious == {"spinal_infection": ("fever",)}
    (tmp_path / "mine.yaml").write_text(in_file, encoding="utf-8")
    (file_case,) = read(tmp_path / "mine.yaml")
    assert file_case.name == "case 1"
    assert len(file_case.case.findings) == 3


def test_words_of_a_single_file_mean_what_they_mean_in_a_case_folder(tmp_path: Path) -> None:
    text = (
        "cases:\n  - case: {date: 2026-01-02, patient: {age: 50, history: {pregnant: no}}, complaints: "
        "[{id: low_back_pain, since: 3 months}, {id: leg_pain, side: both, present: no}], findings: {fever: }}\n"
        "    before: {patient: {age: 50}, complaints: [low_back_pain]}\n"
        "    gold: {factors: [{factor: anxiety, judged: contributes}]}\n"
    )
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (given,) = read(tmp_path / "mine.yaml")
    assert [(str(c.id), c.presence.value) for c in given.case.complaints] == [
        ("low_back_pain", "present"),
        ("leg_pain@left", "absent"),
        ("leg_pain@right", "absent"),
    ]
    assert {str(finding.id) for finding in given.case.findings} == {"pain_duration"}
    assert given.before is not None


def no_gold(root: Path) -> None:
    (root / "gold.yaml").unlink()


def unlisted(root: Path) -> None:
    folder(root, GOLD, "two")


def no_folder(root: Path) -> None:
    (root / "one" / "case.yaml").unlink()


def twice(root: Path) -> None:
    folder(root, GOLD, "below/one-T1")


def broken_case(root: Path) -> None:
    (root / "one" / "case.yaml").write_text(CASE.replace("facet_block", "facet_blok"), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (no_gold, "What was confirmed is missing: there is no gold.yaml"),
        (unlisted, "What was confirmed is missing for the case two"),
        (no_folder, "gold.yaml:2: there is no case folder one or one-T1"),
        (twice, "The case one is there twice"),
        (broken_case, "The case one cannot be used.*facet_blok"),
    ],
)
def test_a_folder_with_a_gap_is_refused_and_the_gap_is_named(
    tmp_path: Path, spoil: Callable[[Path], None], told: str
) -> None:
    folder(tmp_path)
    spoil(tmp_path)
    with pytest.raises(PartNotPossible, match=told):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("factors: [{factor: disc_hernia, judged: contributes}]", "no factor 'disc_hernia'. Did you mean disc_hern"),
        ("factors: [{factor: low_back_pain, judged: contributes}]", "no factor 'low_back_pain'"),
        ("factors: [{factor: anxiety@left, judged: contributes}]", "'anxiety@left' names no possible site"),
        ("factors: [{factor: anxiety, judged: yes}]", "must be one of contributes, incidental, excluded"),
        ("factors: [{factor: anxiety}]", "the key 'judged' is missing"),
        ("factors: [{factor: anxiety, judged: excluded, note: x}]", "the key 'note' is not known"),
        ("factors: [{factor: anxiety, judged: excluded, to: [back_pain]}]", "no complaint 'back_pain'"),
        ("factors: {factor: anxiety, judged: excluded}", "'factors' must be a list"),
        (
            "factors: [{factor: anxiety, judged: excluded}, {factor: anxiety, judged: contributes}]",
            "anxiety is judged twice",
        ),
        ("tests: [mri]", "nothing is said to have been confirmed"),
        ("factors: [{factor: anxiety, judged: excluded}]\ntests: [mrt]", "no test 'mrt'"),
        ("serious: {infection: [fever]}", "no serious pathway 'infection'"),
        ("serious: {spinal_infection: [feverish]}", "no finding 'feverish'"),
        ("serious: {spinal_infection: [fever]}\noverlap: perhaps", "`overlap` must be true or false"),
    ],
)
def test_what_was_confirmed_is_refused_with_its_line_where_it_is_misspelt(text: str, told: str) -> None:
    with pytest.raises(PartNotPossible, match=r"gold\.yaml:\d+: .*" + re.escape(told)):
        gold_of(text)


def test_a_level_or_side_that_is_not_known_may_be_left_out() -> None:
    known = gold_of(
        "factors: [{factor: disc_herniation@L5_S1, or: [far_lateral_herniation@L5_S1], judged: contributes}]"
    )
    assert known.factors[0].name == "disc_herniation@L5_S1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cases: [{case: {}}]", "case 1: what was confirmed is missing: `gold`"),
        ("cases: [{gold: {factors: []}}]", "case 1: `case` is missing"),
        ("cases: {one: two}", "`cases` must be a list of cases"),
        ("cases: [", "not valid YAML"),
        ("patients: []", "the key 'patients' is not known"),
    ],
)
def test_a_single_file_with_a_gap_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PartNotPossible, match=re.escape(told)):
        read(tmp_path / "mine.yaml")
