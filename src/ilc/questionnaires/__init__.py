"""Questionnaires as data of the knowledge base: scored here, and turned into findings."""

from ilc.questionnaires.conversion import SAFETY_ITEMS, QuestionnaireReading, SafetyItem, score_questionnaires
from ilc.questionnaires.scoring import Score, score_instrument

__all__ = [
    "SAFETY_ITEMS",
    "QuestionnaireReading",
    "SafetyItem",
    "Score",
    "score_instrument",
    "score_questionnaires",
]
