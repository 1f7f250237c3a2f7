"""The rules of the part `smart` as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ilc.validation.result import RulesFile
from ilc.validation.rules_file import read_rules
from ilc.validation.scores import Bootstrap

RULES = "2026-11-22-smart.yaml"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Criteria published as a cluster for one mechanism, with its accuracy in the same cohort."""

    present: tuple[int, ...]
    absent: tuple[int, ...]
    sensitivity: float
    specificity: float
    parameters: tuple[str, ...]  # of the knowledge base, which must state the same numbers

    @property
    def items(self) -> frozenset[int]:
        """All its criteria."""
        return frozenset(self.present + self.absent)


@dataclass(frozen=True, slots=True)
class ModelRules:
    """The complaint that is classified and what it hangs on."""

    age_years: int
    sex: str
    setting: str
    strength: float
    leak: float
    sources: Mapping[str, tuple[str, ...]]  # class -> pain sources
    worlds: int
    seed: int
    smoothing_worlds: float


@dataclass(frozen=True, slots=True)
class SmartRules:
    """Everything fixed before the first scoring."""

    file: RulesFile
    model: ModelRules
    classes: Mapping[str, str]  # class -> its name in the data
    criteria: Mapping[int, Mapping[str, float]]  # criterion -> class -> P(present | class dominates)
    discount: float
    clusters: Mapping[str, Cluster]
    cluster_discount: float
    baselines: Mapping[str, Any]
    bootstrap: Bootstrap
    targets: Mapping[str, Mapping[str, float]]
    amendments: tuple[str, ...]


def read_smart_rules() -> SmartRules:
    """The rules file of this part."""
    rules, file = read_rules(RULES)
    return parse_smart_rules(rules, file)


def parse_smart_rules(rules: Mapping[str, Any], file: RulesFile) -> SmartRules:
    """Typed rules from the plain data of the file."""
    classes = dict(rules["decision"]["classes"])
    report = rules["report"]
    return SmartRules(
        file=file,
        model=_model(rules["model"], float(rules["decision"]["smoothing_worlds"])),
        classes=MappingProxyType(classes),
        criteria=MappingProxyType(_criteria(rules["criteria"], rules["scheme"], tuple(classes))),
        discount=float(rules["discount"]),
        clusters=MappingProxyType({name: _cluster(one) for name, one in rules["clusters"].items()}),
        cluster_discount=float(rules["cluster_discount"]),
        baselines=MappingProxyType(dict(rules["baselines"])),
        bootstrap=Bootstrap(report["bootstrap_draws"], report["bootstrap_seed"], report["interval"]),
        targets=MappingProxyType({row: dict(goals) for row, goals in report["targets"].items()}),
        amendments=tuple(f"{item['date']}: {item['reason']}" for item in rules["amendments"]),
    )


def _model(model: Mapping[str, Any], smoothing_worlds: float) -> ModelRules:
    return ModelRules(
        age_years=model["age_years"],
        sex=model["sex"],
        setting=model["setting"],
        strength=model["strength_by_definition"],
        leak=model["leak"],
        sources=MappingProxyType({name: tuple(sources) for name, sources in model["sources"].items()}),
        worlds=model["worlds"],
        seed=model["seed"],
        smoothing_worlds=smoothing_worlds,
    )


def _criteria(
    criteria: Mapping[int, list[str]], scheme: Mapping[str, float], classes: tuple[str, ...]
) -> dict[int, Mapping[str, float]]:
    return {
        number: MappingProxyType({name: scheme[step] for name, step in zip(classes, steps, strict=True)})
        for number, steps in criteria.items()
    }


def _cluster(one: Mapping[str, Any]) -> Cluster:
    return Cluster(
        tuple(one["present"]),
        tuple(one["absent"]),
        float(one["sensitivity"]),
        float(one["specificity"]),
        tuple(one["parameters"]),
    )
