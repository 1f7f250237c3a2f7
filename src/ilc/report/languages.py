"""Knowledge and diagnosis speak English; here the names in them are said in the language of a report.

What has no name in that language keeps its English one, between two private letters: the typesetter of the language
takes them out and marks the words as English, so that a screen reader pronounces them rightly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from ilc.core import Issue
from ilc.explanation.model import PROBABILITY, Diagnosis, SeriesInfo
from ilc.knowledge.model import FindingDef, Knowledge, NodeDef, RedFlagRule, SettingDef, TestDef
from ilc.report.texts import Texts

SOURCE = "en"
OPEN, CLOSE = "\ue000", "\ue001"
_READ_BY_KEY = frozenset({"id", "label", "name", "value", "unit"})  # by the parts of a report
Named = TypeVar("Named", NodeDef, FindingDef, TestDef, RedFlagRule, SettingDef)


def mark_source(words: str) -> str:
    """Return words of the source language with their marks; nothing stays nothing."""
    return f"{OPEN}{words}{CLOSE}" if words else words


def translate_knowledge(knowledge: Knowledge, texts: Texts) -> Knowledge:
    """Return the knowledge with its labels in the language of the texts."""
    if texts.language == SOURCE:
        return knowledge
    return replace(
        knowledge,
        nodes=_translate_labels("node", knowledge.nodes, texts),
        findings=_translate_labels("finding", knowledge.findings, texts),
        tests=_translate_labels("test", knowledge.tests, texts),
        red_flags=_translate_labels("red_flag", knowledge.red_flags, texts),
        settings=_translate_labels("setting", knowledge.settings, texts),
    )


def translate_diagnosis(diagnosis: Diagnosis, texts: Texts) -> Diagnosis:
    """Return the diagnosis with the names, units and messages in it in the language of the texts."""
    if texts.language == SOURCE:
        return diagnosis
    return replace(
        diagnosis,
        red_flags=tuple(
            replace(flag, label=_name(texts, "red_flag", flag.id, flag.label)) for flag in diagnosis.red_flags
        ),
        findings=tuple(
            found if found.unit == PROBABILITY else replace(found, unit=_name(texts, "unit", found.unit, found.unit))
            for found in diagnosis.findings
        ),
        measurements=tuple(_mark_measurement(measurement) for measurement in diagnosis.measurements),
        series=tuple(_translate_series(series, texts) for series in diagnosis.series),
        issues=tuple(_translate_issue(issue, texts) for issue in diagnosis.issues),
    )


def _translate_labels(family: str, entries: Mapping[str, Named], texts: Texts) -> Mapping[str, Named]:
    return MappingProxyType(
        {id_: replace(entry, label=_name(texts, family, id_, entry.label)) for id_, entry in entries.items()}
    )


def _name(texts: Texts, family: str, id_: str, source: str) -> str:
    key = f"label.{family}.{id_}"
    return texts.say(key) if texts.has(key) else mark_source(source)


def _translate_series(series: SeriesInfo, texts: Texts) -> SeriesInfo:
    kind, modality, plane, sequence = (
        _name(texts, "series", word, word) for word in (series.kind, series.modality, series.plane, series.sequence)
    )
    return replace(series, kind=kind, modality=modality, plane=plane, sequence=sequence, note=mark_source(series.note))


def _mark_measurement(measurement: Mapping[str, object]) -> Mapping[str, object]:
    """What names, value and unit are called stays; the rest is in words of the source, keys and all.

    What was measured on MRI has a table of its own, whose words are translated there.
    """
    if str(measurement.get("kind", "")).startswith("mri_"):
        return measurement
    return {key if key in _READ_BY_KEY else mark_source(key): _mark_words(value) for key, value in measurement.items()}


def _mark_words(value: object) -> object:
    if isinstance(value, str):
        return mark_source(value)
    if isinstance(value, Mapping):
        return {mark_source(str(key)): _mark_words(item) for key, item in value.items()}
    return [_mark_words(item) for item in value] if isinstance(value, list | tuple) else value


def _translate_issue(issue: Issue, texts: Texts) -> Issue:
    """The catalogue says what a code means and what to do; the values of this case stay in the source's words."""
    key = f"issue.{issue.code}"
    original = mark_source(issue.message)
    if not texts.has(f"{key}.message"):
        return replace(issue, message=original, remedy=mark_source(issue.remedy))
    values = {"original": original} if texts.places(f"{key}.message") else {}
    return replace(issue, message=texts.say(f"{key}.message", **values), remedy=texts.say(f"{key}.remedy"))
