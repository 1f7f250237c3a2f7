"""The factors of a person as a patient reads them: one entry a concept, the strongest instance speaks for it."""

from __future__ import annotations

from dataclasses import dataclass

from ilc.core import InstanceId
from ilc.explanation.factor_results import band_of
from ilc.explanation.model import FactorResult
from ilc.report.figures import tenths
from ilc.report.material import Material

EXISTS_FROM = 0.5


@dataclass(frozen=True, slots=True)
class PlainFactor:
    """A concept with its strongest instance."""

    concept: str
    name: str
    factor: FactorResult
    contribution: float

    @property
    def band(self) -> str:
        return band_of(self.contribution)


def plain_factors(material: Material) -> tuple[PlainFactor, ...]:
    """Return the factors that are not serious, strongest first."""
    best: dict[str, PlainFactor] = {}
    for factor in material.factors:
        if factor.serious:
            continue
        concept = InstanceId.parse(factor.id).concept
        contribution = material.highest_contribution(factor)
        known = best.get(concept)
        if known is None or (contribution, factor.p_exists.p) > (known.contribution, known.factor.p_exists.p):
            best[concept] = PlainFactor(concept, material.words.plain_node(factor.id), factor, contribution)
    return tuple(sorted(best.values(), key=lambda item: (-item.contribution, item.concept)))


def how_common(material: Material, p: float) -> str:
    """Return "about 8 in 10 at your age"."""
    n = tenths(p)
    texts = material.texts
    if n == 0:
        return texts.say("how_common.few")
    return texts.say("how_common.nearly_all") if n == 10 else texts.say("how_common.some", n=n)


def capitalised(words: str) -> str:
    """Return the words with a capital first letter."""
    return words[:1].upper() + words[1:]
