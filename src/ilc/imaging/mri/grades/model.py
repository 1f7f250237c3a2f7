"""Grade models as data: standardised features, straight lines with a knee, a logistic or ordinal scale."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.grades.features import DiscFeatures

FloatArray = NDArray[np.float64]

_CLIP = 3.5  # standard deviations


@dataclass(frozen=True, slots=True)
class Term:
    """One feature as the model sees it: the median where not measured, standardised, clipped."""

    name: str
    median: float
    scale: float


@dataclass(frozen=True, slots=True)
class GradeModel:
    """Probabilities of ordered or named classes from features.

    `coefficients` has one row per class (softmax) over the terms, each used twice: as it is, and what exceeds zero.
    """

    name: str
    classes: tuple[str, ...]
    terms: tuple[Term, ...]
    coefficients: FloatArray  # (class, 2 * term)
    intercepts: FloatArray  # (class,)
    base_rates: tuple[float, ...]  # of the classes where it was learnt
    needs: tuple[str, ...]  # sequences without which nothing is said

    def predict(self, values: Mapping[str, float]) -> FloatArray | None:
        """Probability of each class; None where a needed sequence did not measure the disc."""
        if not all(any(name.startswith(f"{kind}_") for name in values) for kind in self.needs):
            return None
        x = expand(self.terms, values)
        scores = self.coefficients @ x + self.intercepts
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum())


@dataclass(frozen=True, slots=True)
class DiscGrades:
    """Probability of each class of each grade of one disc; a grade that cannot be given is left out."""

    number: int
    p: Mapping[str, FloatArray]


def expand(terms: Sequence[Term], values: Mapping[str, float]) -> FloatArray:
    """Standardised features, then their positive parts; shape (2 * term,)."""
    raw = np.array([values.get(term.name, np.nan) for term in terms], dtype=np.float64)
    middle = np.array([term.median for term in terms])
    z = (np.where(np.isfinite(raw), raw, middle) - middle) / np.array([term.scale for term in terms])
    z = np.clip(z, -_CLIP, _CLIP)
    return np.concatenate([z, np.maximum(z, 0.0)])


def grade_discs(discs: Sequence[DiscFeatures], models: Sequence[GradeModel]) -> tuple[DiscGrades, ...]:
    """Grade each disc by each model that has what it needs."""
    graded = []
    for disc in discs:
        given = {model.name: p for model in models if (p := model.predict(disc.values)) is not None}
        graded.append(DiscGrades(disc.number, given))
    return tuple(graded)


@lru_cache(maxsize=1)
def read_grade_models() -> tuple[GradeModel, ...]:
    """The models that ship with the package."""
    return parse_grade_models(files("ilc.imaging.mri").joinpath("weights/grades.json").read_text("utf-8"))


def parse_grade_models(text: str) -> tuple[GradeModel, ...]:
    """Models from their JSON text."""
    return tuple(
        GradeModel(
            name=entry["name"],
            classes=tuple(entry["classes"]),
            terms=tuple(Term(term["feature"], term["median"], term["scale"]) for term in entry["terms"]),
            coefficients=np.array(entry["coefficients"], dtype=np.float64),
            intercepts=np.array(entry["intercepts"], dtype=np.float64),
            base_rates=tuple(entry["base_rates"]),
            needs=tuple(entry["needs"]),
        )
        for entry in json.loads(text)["models"]
    )
