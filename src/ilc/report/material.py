"""What every part of a document draws on: the diagnosis, the words, the citations so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilc.explanation.model import ComplaintResult, Diagnosis, FactorResult
from ilc.knowledge.model import Knowledge
from ilc.report.citations import Citations
from ilc.report.languages import translate_diagnosis, translate_knowledge
from ilc.report.texts import Texts
from ilc.report.words import Words

RAISED = ("emergency", "urgent", "prompt", "watch")  # most urgent first
URGENT_LEVELS = RAISED[:3]


@dataclass(frozen=True, eq=False)
class Material:
    """One document in the making."""

    diagnosis: Diagnosis
    knowledge: Knowledge
    texts: Texts
    words: Words
    citations: Citations
    images: Mapping[str, bytes]

    @property
    def present(self) -> tuple[ComplaintResult, ...]:
        """The complaints that are present."""
        return tuple(complaint for complaint in self.diagnosis.complaints if complaint.present)

    @property
    def factors(self) -> tuple[FactorResult, ...]:
        """Factors proper, without history and pain sources."""
        return tuple(factor for factor in self.diagnosis.factors if factor.kind == "factor")

    def highest_contribution(self, factor: FactorResult) -> float:
        """The largest probability with which a factor contributes to a present complaint."""
        found = (factor.p_contributes.get(complaint.id) for complaint in self.present)
        return max((probability.p for probability in found if probability is not None), default=0.0)


def gather(diagnosis: Diagnosis, knowledge: Knowledge, texts: Texts, images: Mapping[str, bytes]) -> Material:
    """Return the material of a new document, its names in the language of the texts."""
    told, known = translate_diagnosis(diagnosis, texts), translate_knowledge(knowledge, texts)
    return Material(told, known, texts, Words(known, texts), Citations(known.references), dict(images))
