"""diagnosis.json: complete, repeatable, described by its schema, and its reasons add up."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ilc.core import expit
from ilc.explanation.model import Diagnosis, Probability, Reason, Reasons
from ilc.report import diagnosis_schema, diagnosis_to_json, read_diagnosis_json, write_diagnosis_json
from ilc.report.shapes import Unfit
from tests.support.sample_diagnosis import empty_diagnosis, sample_diagnosis, with_red_flag

DIAGNOSES = {
    "sample": sample_diagnosis(),
    "red flag": with_red_flag(sample_diagnosis(), "emergency"),
    "almost nothing known": empty_diagnosis(),
}


def written(diagnosis: Diagnosis) -> dict[str, Any]:
    value = json.loads(diagnosis_to_json(diagnosis))
    assert isinstance(value, dict)
    return value


@pytest.fixture
def sample() -> dict[str, Any]:
    return written(sample_diagnosis())


def test_the_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(diagnosis_schema())


@pytest.mark.parametrize("name", DIAGNOSES)
def test_every_diagnosis_fits_the_published_schema(name: str) -> None:
    assert list(Draft202012Validator(diagnosis_schema()).iter_errors(written(DIAGNOSES[name]))) == []


@pytest.mark.parametrize(
    ("place", "value"), [("seed", "seven"), ("chain", {}), ("extra", 1), ("schema", "ilc.diagnosis/2")]
)
def test_the_schema_refuses_what_does_not_belong(sample: dict[str, Any], place: str, value: object) -> None:
    assert list(Draft202012Validator(diagnosis_schema()).iter_errors(sample | {place: value}))


@pytest.mark.parametrize("name", DIAGNOSES)
def test_reading_back_gives_the_same_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "diagnosis.json"
    write_diagnosis_json(DIAGNOSES[name], path)
    assert diagnosis_to_json(read_diagnosis_json(path)) == path.read_text(encoding="utf-8")


def test_equal_diagnoses_give_equal_bytes_whatever_the_order_of_mappings() -> None:
    diagnosis = sample_diagnosis()
    turned = replace(
        diagnosis,
        mechanisms=dict(reversed(list(diagnosis.mechanisms.items()))),
        not_assessed=diagnosis.not_assessed[::-1],
        findings=diagnosis.findings[::-1],
        origin=diagnosis.origin[::-1],
    )
    assert diagnosis_to_json(turned) == diagnosis_to_json(diagnosis)


def test_the_file_has_the_names_of_the_contract(sample: dict[str, Any]) -> None:
    assert sample["schema"] == "ilc.diagnosis/1"
    assert sample["versions"].keys() == {"ilc", "knowledge", "knowledge_hash"}
    assert {"path", "sha256"} == sample["inputs"][0].keys()
    assert {"id", "asked", "level", "p", "why", "action"} <= sample["red_flags"][0].keys()
    factor = sample["factors"][0]
    assert {"id", "label", "kind", "group", "p_exists", "p_contributes", "share", "reasons"} <= factor.keys()
    assert factor["p_exists"].keys() == {"p", "low", "high"}
    assert {"for", "against", "prior"} <= factor["reasons"].keys()
    assert {"nociceptive", "neuropathic", "nociplastic"} <= sample["mechanisms"].keys()
    origin = sample["origin"]["low_back_pain"]
    assert {"body", "brain", "unexplained", "brain_status", "still_to_exclude"} <= origin.keys()
    assert {"from", "to", "p_active", "evidence"} <= sample["chain"][0].keys()
    assert {"id", "present", "intensity", "unexplained"} <= sample["complaints"][0].keys()
    assert {"set", "complaint", "p_gone", "expected_remaining"} <= sample["relief"][0].keys()
    assert {"safety", "information"} <= sample["next_tests"].keys()
    assert {"exit_sets", "not_assessed", "robustness", "series", "measurements", "issues", "seed"} <= sample.keys()


def test_the_chain_goes_from_cause_to_effect(sample: dict[str, Any]) -> None:
    pairs = [(link["from"], link["to"]) for link in sample["chain"]]
    assert pairs == [(link.source, link.target) for link in sample_diagnosis().chain]
    assert sample["chain"][0]["p_active"] == 0.67
    low, high = sample["chain"][0]["p_active_interval"]
    assert low < 0.67 < high


def test_the_reasons_of_every_factor_add_up_to_its_probability(sample: dict[str, Any]) -> None:
    checked = 0
    for factor in sample["factors"]:
        judgements = [(factor["reasons"], factor["p_exists"]["p"])]
        judgements += [(r, factor["p_contributes"][c]["p"]) for c, r in factor["reasons_contributes"].items()]
        for reasons, p in judgements:
            moved = sum(reason["log_odds"] for side in ("for", "against", "neutral") for reason in reasons[side])
            assert expit(reasons["prior"] + moved) == pytest.approx(p, abs=1e-9)
            checked += 1
    assert checked > len(sample["factors"])


def test_for_raises_against_lowers_and_neutral_moves_nothing() -> None:
    pieces = [
        Reason(name, "present", weight, "direct", (), True) for name, weight in (("a", 1.0), ("b", -1.0), ("c", 0.0))
    ]
    factor = replace(sample_diagnosis().factors[0], reasons=Reasons(0.5, tuple(pieces)))
    reasons = written(replace(sample_diagnosis(), factors=(factor,)))["factors"][0]["reasons"]
    assert [[item["evidence"] for item in reasons[side]] for side in ("for", "against", "neutral")] == [
        ["a"],
        ["b"],
        ["c"],
    ]


def test_numbers_outside_the_reasons_have_six_significant_digits() -> None:
    relief = replace(sample_diagnosis().relief[0], expected_remaining_nrs=2 / 3)
    assert written(replace(sample_diagnosis(), relief=(relief,)))["relief"][0]["expected_remaining"] == 0.666667


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_never_written(bad: float) -> None:
    link = replace(sample_diagnosis().chain[0], carries=bad)
    with pytest.raises(Unfit, match="finite"):
        diagnosis_to_json(replace(sample_diagnosis(), chain=(link,)))


def test_without_intervals_the_ends_are_null() -> None:
    link = replace(sample_diagnosis().chain[0], p_active=Probability(0.5))
    factor = replace(sample_diagnosis().factors[0], p_exists=Probability(0.5))
    value = written(replace(sample_diagnosis(), chain=(link,), factors=(factor,)))
    assert value["chain"][0]["p_active_interval"] is None
    assert value["factors"][0]["p_exists"] == {"p": 0.5, "low": None, "high": None}
    assert list(Draft202012Validator(diagnosis_schema()).iter_errors(value)) == []


def test_there_is_no_place_for_a_name_or_a_birth_date() -> None:
    keys = set(re.findall(r'"(\w+)":', json.dumps(diagnosis_schema())))
    assert not {key for key in keys if re.search(r"patient_name|^name$|birth|address|phone", key)}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"schema": "ilc.diagnosis/9"}', '{"schema": "ilc.diagnosis/1", "seed": NaN}', "[" * 100_000],
)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "diagnosis.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unfit):
        read_diagnosis_json(path)


def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path) -> None:
    value = written(sample_diagnosis())
    value["factors"][2]["p_exists"]["p"] = 1.5
    path = tmp_path / "diagnosis.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(Unfit, match=re.escape("factors[2].p_exists.p")):
        read_diagnosis_json(path)
