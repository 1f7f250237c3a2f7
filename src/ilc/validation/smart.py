"""Part `smart`: mechanism shares of real patients against clinicians' classes of their pain."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

import numpy as np

from ilc.knowledge import Knowledge
from ilc.validation.baselines import predict_held_out, split_folds
from ilc.validation.data_folder import read_bounded_text, read_data_text
from ilc.validation.mechanism_model import extend_knowledge
from ilc.validation.mechanism_shares import MechanismReader, observe_clusters, observe_criteria
from ilc.validation.result import PartNotPossible, PartResult, Request
from ilc.validation.scores import FloatArray, IntArray, Scores, score_classes
from ilc.validation.smart_data import UNKNOWN, SmartPatients, parse_patients
from ilc.validation.smart_report import report_shares, report_smart
from ilc.validation.smart_rules import SmartRules, read_smart_rules

DATA = "smart-mechanisms/patients.txt"
_TELL_EVERY = 50


def measure_smart(request: Request) -> PartResult:
    """Score the mechanism shares, or the patients the user names.

    Raises
    ------
    PartNotPossible : data or scikit-learn are missing, or the file of patients cannot be read
    """
    rules = read_smart_rules()
    check_parameters(rules, request.knowledge)
    text = read_bounded_text(request.patients) if request.patients else read_data_text(request, DATA)
    patients = parse_patients(text, frozenset(rules.criteria))
    truth = _truth(patients, rules) if patients.group else None
    fold = split_folds(truth, rules.baselines) if truth is not None and request.patients is None else None
    shares = infer_all(patients, request, rules)
    if truth is None:
        return report_shares(rules, patients, shares)
    rows = {name: score_classes(truth, p, rules.bootstrap) for name, p in shares.items()}
    if fold is not None:
        rows |= _score_learners(patients, truth, fold, rules)
    return report_smart(rules, rows, fold=fold, shares=shares if request.patients else None)


def check_parameters(rules: SmartRules, knowledge: Knowledge) -> None:
    """Refuse to score where the clusters of the rules differ from what the knowledge base states.

    Raises
    ------
    PartNotPossible : a number of the rules is not that of the knowledge base
    """
    for name, cluster in rules.clusters.items():
        for parameter in cluster.parameters:
            stated = knowledge.parameters.get(parameter)
            expected = cluster.sensitivity if parameter.endswith(".sensitivity") else cluster.specificity
            if stated is None or not isclose(stated.estimate.value, expected, abs_tol=5e-4):
                raise PartNotPossible(
                    f"{parameter} of the cluster {name} is not what the rules were written with.",
                    "Write the change into the rules file as a dated amendment.",
                )


def infer_all(patients: SmartPatients, request: Request, rules: SmartRules) -> dict[str, FloatArray]:
    """Shares of the classes for each patient, row a and row b, each of shape (patient, class)."""
    knowledge = extend_knowledge(request.knowledge, rules)
    reader = MechanismReader(knowledge, rules)
    found = {name: np.zeros((patients.count, len(rules.classes))) for name in ("a", "b")}
    for row in range(patients.count):
        if row % _TELL_EVERY == 0:
            request.tell(f"smart: patient {row + 1} of {patients.count}")
        found["a"][row] = reader.infer_shares(observe_criteria(patients, row, knowledge))
        found["b"][row] = reader.infer_shares(observe_clusters(patients, row, knowledge, rules))
    return found


def _truth(patients: SmartPatients, rules: SmartRules) -> IntArray:
    place = {name: i for i, name in enumerate(rules.classes.values())}
    if strange := set(patients.group) - set(place):
        raise PartNotPossible(
            f"The column group holds {len(strange)} names that are no class.", f"Classes: {', '.join(place)}."
        )
    return np.array([place[name] for name in patients.group], dtype=np.int64)


def _score_learners(
    patients: SmartPatients, truth: IntArray, fold: IntArray, rules: SmartRules
) -> Mapping[str, Scores]:
    features = np.where(patients.state == UNKNOWN, np.nan, patients.state).astype(np.float64)
    held_out = predict_held_out(features, truth, fold, rules.baselines)
    return {name: score_classes(truth, p, rules.bootstrap) for name, p in held_out.items()}
