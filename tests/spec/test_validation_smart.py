"""What clinicians expect of the mechanism shares, and what was found in real patients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ilc.knowledge import load_knowledge
from ilc.validation.data_folder import read_data_folder
from ilc.validation.mechanism_model import MECHANISMS, criterion_id, extend_knowledge
from ilc.validation.mechanism_shares import MechanismReader, observe_criteria
from ilc.validation.smart import DATA
from ilc.validation.smart_data import SmartPatients, parse_patients
from ilc.validation.smart_rules import SmartRules, read_smart_rules

NOCICEPTIVE, NEUROPATHIC, CENTRAL = range(3)
WORLDS = 2048
EVERY = 8  # of the real patients, in the order of the file


@pytest.fixture(scope="module")
def rules() -> SmartRules:
    shipped = read_smart_rules()
    return replace(shipped, model=replace(shipped.model, worlds=WORLDS))


@pytest.fixture(scope="module")
def reader(rules: SmartRules) -> MechanismReader:
    return MechanismReader(extend_knowledge(load_knowledge(), rules), rules)


def told(*present: int, absent: tuple[int, ...] = ()) -> list[tuple[str, bool]]:
    known = extend_knowledge(load_knowledge(), read_smart_rules()).findings
    answers = [(number, True) for number in present] + [(number, False) for number in absent]
    seen = [(criterion_id(number, name), there) for number, there in answers for name in MECHANISMS]
    return [item for item in seen if item[0] in known]


def test_local_mechanical_pain_is_mostly_nociceptive(reader: MechanismReader) -> None:
    shares = reader.infer_shares(told(2, 5, 8, 11, 28, 32, absent=(4, 7, 9, 13, 18, 29, 33)))
    assert shares.argmax() == NOCICEPTIVE
    assert shares[NOCICEPTIVE] > 0.9


def test_shooting_pain_in_a_dermatome_is_mostly_neuropathic(reader: MechanismReader) -> None:
    shares = reader.infer_shares(told(3, 7, 9, 12, 18, 29, 31, absent=(4, 8, 13, 30, 33)))
    assert shares.argmax() == NEUROPATHIC
    assert shares[NEUROPATHIC] > 0.8


def test_unpredictable_pain_out_of_proportion_is_mostly_central(reader: MechanismReader) -> None:
    shares = reader.infer_shares(told(4, 10, 13, 25, 30, 33, absent=(2, 8, 9, 11, 28, 31)))
    assert shares.argmax() == CENTRAL
    assert shares[CENTRAL] > 0.9


def test_distress_alone_does_not_make_mechanical_pain_central(reader: MechanismReader) -> None:
    shares = reader.infer_shares(told(2, 5, 8, 11, 25, 28, 32, 38, absent=(4, 7, 9, 13, 29, 30, 33)))
    assert shares.argmax() == NOCICEPTIVE


def test_with_nothing_asked_no_mechanism_is_certain(reader: MechanismReader) -> None:
    shares = reader.infer_shares([])
    assert shares.argmax() == NOCICEPTIVE
    assert shares.max() < 0.8
    assert shares.min() > 0.05


@pytest.fixture(scope="module")
def real_patients() -> SmartPatients:
    folder = read_data_folder()
    path = (folder or Path("nowhere")) / DATA
    if not path.is_file():
        pytest.skip(f"needs {DATA} of the optional data, which is not beside this checkout")
    return parse_patients(path.read_text(encoding="utf-8"), frozenset(read_smart_rules().criteria))


@pytest.mark.shared_data
def test_the_real_patients_are_read_whole(real_patients: SmartPatients) -> None:
    assert real_patients.state.shape == (232, 36)
    names, counts = np.unique(real_patients.group, return_counts=True)
    assert dict(zip(names, counts.tolist(), strict=True)) == {
        "Central Neuropathic": 60,
        "Nociceptive": 127,
        "Peripheral Neuropathic": 45,
    }


@pytest.mark.slow
@pytest.mark.shared_data
def test_one_in_eight_of_the_real_patients_is_classed_as_their_clinicians_did(
    real_patients: SmartPatients, rules: SmartRules, reader: MechanismReader
) -> None:
    knowledge = extend_knowledge(load_knowledge(), rules)
    names = tuple(rules.classes.values())
    rows = range(0, real_patients.count, EVERY)
    called = [names[int(reader.infer_shares(observe_criteria(real_patients, row, knowledge)).argmax())] for row in rows]
    right = [found == real_patients.group[row] for found, row in zip(called, rows, strict=True)]
    assert np.mean(right) >= 0.86
