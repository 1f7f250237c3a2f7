"""The published JSON Schema accepts what the reader accepts and refuses the same shapes."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ilc.record import case_schema
from tests.support.case_folders import ENOUGH, read_text, with_lines

VALIDATOR = jsonschema.Draft202012Validator(case_schema())


def as_json(text: str) -> Any:
    """What a program that knows only YAML and JSON Schema sees."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


ACCEPTED = {
    "the smallest": ENOUGH,
    "shorthands": with_lines(
        complaints="complaints: [low_back_pain, leg_pain@left]",
        questionnaires="questionnaires: {phq9: 12}",
        findings="findings: {crp: 12, fever: absent, body_temperature: 38.5 °C}",
    ),
    "blocks": with_lines(
        visit="visit: 2",
        schema="schema: ilc.case/1",
        findings="findings:\n  crp: {value: 12, unit: mg/L, observed_on: 2026-11-20, note: evening}",
        questionnaires='questionnaires:\n  phq9: {items: {"1": 2, "2": null}, observed_on: 2026-11-20}',
        imaging="imaging: []",
        diary="diary: {}",
    ),
    "everything about the patient": with_lines(
        patient="patient: {birth_date: 1972-04-30, sex: other, height: 172 cm, weight_kg: 80.5, setting: primary_care,"
        " name: A, history: {pregnant: no, major_trauma: unknown, spine_surgery_on: 2020-01-01}}"
    ),
}
REFUSED = {
    "an unknown key": with_lines(patients="patients: {}"),
    "no patient": with_lines(patient=""),
    "age in words": with_lines(patient="patient: {age: fifty}"),
    "age beyond a life": with_lines(patient="patient: {age: 540}"),
    "intensity above ten": with_lines(complaints="complaints: [{id: low_back_pain, intensity: 11}]"),
    "an unknown side": with_lines(complaints="complaints: [{id: leg_pain, side: up}]"),
    "a finding that is a list": with_lines(findings="findings: {fever: [present]}"),
    "a case id that climbs": with_lines(case_id="case_id: ../x"),
    "another version": with_lines(schema="schema: ilc.case/2"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_schema_and_reader_accept(what: str, tmp_path: Path) -> None:
    VALIDATOR.validate(as_json(ACCEPTED[what]))
    assert read_text(tmp_path, ACCEPTED[what]).case is not None


@pytest.mark.parametrize("what", REFUSED)
def test_schema_and_reader_refuse(what: str, tmp_path: Path) -> None:
    assert not VALIDATOR.is_valid(as_json(REFUSED[what]))
    assert read_text(tmp_path, REFUSED[what]).case is None


def test_every_key_is_explained_with_an_example() -> None:
    schema = case_schema()
    for block in (schema, *schema["$defs"].values()):
        for key, entry in block["properties"].items():
            assert entry["description"], key
            assert entry["examples"], key
