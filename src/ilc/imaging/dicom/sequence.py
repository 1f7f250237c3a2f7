"""Which MR weighting a series has, from its attributes and its words, with the reasons.

Thresholds follow common clinical protocols and are assumptions; whatever falls between them is UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SequenceKind(StrEnum):
    """Weighting of an MR series."""

    T1 = "t1"
    T2 = "t2"
    STIR = "stir"
    PD = "pd"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Timing:
    """Acquisition numbers as stated; None where the attribute is missing."""

    echo_time_ms: float | None = None
    repetition_time_ms: float | None = None
    inversion_time_ms: float | None = None
    field_strength_t: float | None = None


@dataclass(frozen=True, slots=True)
class SequenceTags:
    """What an MR object says about its own weighting."""

    timing: Timing = field(default_factory=Timing)
    scanning_sequence: tuple[str, ...] = ()
    scan_options: tuple[str, ...] = ()
    image_type: tuple[str, ...] = ()
    fat_suppression: str = ""  # SpectrallySelectedSuppression of enhanced objects
    has_diffusion_b_value: bool = False
    has_contrast_agent: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)  # attribute name to its text


@dataclass(frozen=True, slots=True)
class Sequence:
    """Weighting of a series. `reasons` name the attributes that decided, never their free text."""

    kind: SequenceKind
    reasons: tuple[str, ...]
    fat_suppressed: bool | None
    contrast_agent: bool
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class _Vote:
    kind: SequenceKind | None
    reasons: tuple[str, ...] = ()


# "T1" is also a vertebra: not in "T12", "C7-T1", "T1-L5".
_WEIGHTING = r"(?:(?<![A-Za-z0-9])(?<![CTcts]\d-)[Tt]|(?<=[a-z])T){n}(?![0-9])(?!\s*[-~]\s*[TLStls]\d)"
_WORDS: tuple[tuple[SequenceKind, str, re.Pattern[str]], ...] = (
    (
        SequenceKind.STIR,
        "stir",
        re.compile(r"stir(?![a-z])|tirm|short[ _-]?tau|(?<![a-z])t[ -]?ir(?![a-z])|\*tir", re.I),
    ),
    (
        SequenceKind.OTHER,
        "another kind of sequence",
        re.compile(
            r"dwi|diff|拡散|(?<![a-z])adc|t2\s?\*|t2[ _-]?star|medic|fiesta|ciss|myelo|ミエロ|脊髄腔|swi|perf|"
            r"(?<![a-z])mra(?![a-z])|mrcp|(?<![a-z])tof(?![a-z])|ep2d|spectro",
            re.I,
        ),
    ),
    (SequenceKind.T1, "t1", re.compile(_WEIGHTING.format(n=1))),
    (SequenceKind.T2, "t2", re.compile(_WEIGHTING.format(n=2))),
    (SequenceKind.PD, "pd", re.compile(r"(?<![a-z])pd(?![a-z])|(?<![a-z])pdw|proton|プロトン", re.I)),
)
_FAT_WORDS = re.compile(r"(?<![a-z])fs(?![a-z])|fat[ _-]?sat|spair|spir(?![a-z])|脂肪抑制|chess|water", re.I)
_CONTRAST_WORDS = re.compile(r"(?<![a-z])gd(?![a-z])|gado|造影|\+\s?c(?![a-z])|contrast", re.I)
_DARK_FLUID = re.compile(r"flair|dark[ _-]?fl", re.I)
_WATER_IMAGES = {"W", "WATER"}
_FAT_IMAGES = {"F", "FAT"}


def detect_sequence(tags: SequenceTags) -> Sequence:
    """Decide the weighting of an MR series.

    Parameters
    ----------
    tags : attributes of the series; times in ms

    Returns
    -------
    the kind, UNKNOWN where neither the numbers nor the words settle it, and why
    """
    measured, named = _vote_of_numbers(tags), _vote_of_words(tags.texts)
    kind, reasons, conflict = _combine(measured, named, tags)
    if _FAT_IMAGES & set(tags.image_type):
        kind, reasons = SequenceKind.OTHER, (*reasons, "ImageType: fat-only image")
    return Sequence(kind, reasons, _detect_fat_suppression(tags, kind), _detect_contrast(tags), conflict)


def _combine(measured: _Vote, named: _Vote, tags: SequenceTags) -> tuple[SequenceKind, tuple[str, ...], str]:
    if measured.kind is None and named.kind is None:
        return SequenceKind.UNKNOWN, measured.reasons + named.reasons, ""
    if measured.kind is None or named.kind is None:
        return measured.kind or named.kind or SequenceKind.UNKNOWN, measured.reasons + named.reasons, ""
    if measured.kind == named.kind:
        return measured.kind, measured.reasons + named.reasons, ""
    if _words_refine(measured.kind, named.kind, tags):
        return named.kind, (*named.reasons, *measured.reasons), ""
    conflict = f"the description says {named.kind.value}, the acquisition times say {measured.kind.value}"
    return measured.kind, (*measured.reasons, *named.reasons), conflict


def _words_refine(measured: SequenceKind, named: SequenceKind, tags: SequenceTags) -> bool:
    """Whether the words say more than the numbers can, without contradicting them."""
    timing = tags.timing
    # Without an inversion time, echo and repetition time cannot tell STIR from T2 or PD.
    if named is SequenceKind.STIR and timing.inversion_time_ms is None and measured is not SequenceKind.T1:
        return True
    if named is SequenceKind.OTHER:
        return True
    if named is SequenceKind.T1 and measured is SequenceKind.PD:
        return timing.inversion_time_ms is None and (timing.repetition_time_ms or 0.0) < 3000.0
    # Spectral fat suppression also records an inversion time.
    return named is SequenceKind.T2 and measured is SequenceKind.STIR and _has_fat_words(tags)


def _vote_of_numbers(tags: SequenceTags) -> _Vote:
    echo, repetition, inversion = (
        tags.timing.echo_time_ms,
        tags.timing.repetition_time_ms,
        tags.timing.inversion_time_ms,
    )
    if tags.has_diffusion_b_value:
        return _Vote(SequenceKind.OTHER, ("DiffusionBValue is present",))
    if "EP" in tags.scanning_sequence:
        return _Vote(SequenceKind.OTHER, ("ScanningSequence EP",))
    if "GR" in tags.scanning_sequence and "SE" not in tags.scanning_sequence:
        return _vote_of_gradient_echo(tags)
    if inversion is not None and inversion > 20.0:
        return _vote_of_inversion(inversion, echo)
    if "IR" in tags.scanning_sequence:
        return _Vote(None, ("ScanningSequence IR without InversionTime",))
    if echo is None or repetition is None:
        missing = [name for name, value in (("EchoTime", echo), ("RepetitionTime", repetition)) if value is None]
        return _Vote(None, (f"{' and '.join(missing)} missing",))
    return _vote_of_spin_echo(echo, repetition)


def _vote_of_spin_echo(echo_ms: float, repetition_ms: float) -> _Vote:
    reasons = (f"EchoTime {echo_ms:g} ms", f"RepetitionTime {repetition_ms:g} ms")
    if echo_ms > 300.0:
        return _Vote(SequenceKind.OTHER, (*reasons, "heavily T2-weighted"))
    if echo_ms <= 30.0 and repetition_ms <= 1200.0:
        return _Vote(SequenceKind.T1, reasons)
    if echo_ms >= 60.0 and repetition_ms >= 1400.0:
        return _Vote(SequenceKind.T2, reasons)
    if echo_ms < 45.0 and repetition_ms >= 1500.0:
        return _Vote(SequenceKind.PD, reasons)
    return _Vote(None, reasons)


def _vote_of_inversion(inversion_ms: float, echo_ms: float | None) -> _Vote:
    reason = f"InversionTime {inversion_ms:g} ms"
    if 80.0 <= inversion_ms <= 300.0:
        return _Vote(SequenceKind.STIR, (reason,))
    if 400.0 <= inversion_ms <= 1300.0 and echo_ms is not None and echo_ms < 45.0:
        return _Vote(SequenceKind.T1, (reason, f"EchoTime {echo_ms:g} ms"))
    if inversion_ms >= 1400.0:
        return _Vote(SequenceKind.OTHER, (reason, "fluid suppressed"))
    return _Vote(None, (reason,))


def _vote_of_gradient_echo(tags: SequenceTags) -> _Vote:
    echo = tags.timing.echo_time_ms
    if _vote_of_words(tags.texts).kind is SequenceKind.T1 and echo is not None and echo < 10.0:
        return _Vote(SequenceKind.T1, ("ScanningSequence GR", f"EchoTime {echo:g} ms"))
    return _Vote(SequenceKind.OTHER, ("ScanningSequence GR",))


def _vote_of_words(texts: Mapping[str, str]) -> _Vote:
    found: dict[SequenceKind, str] = {}
    for attribute, text in texts.items():
        for kind, word, pattern in _WORDS:
            if pattern.search(text):
                found.setdefault(kind, f"{attribute} says {word}")
        if _DARK_FLUID.search(text) and not re.search(r"t1", text, re.I):
            found.setdefault(SequenceKind.OTHER, f"{attribute} says fluid suppressed")
    for kind in (SequenceKind.STIR, SequenceKind.OTHER):
        if kind in found:
            return _Vote(kind, (found[kind],))
    if len(found) == 1:
        kind, reason = next(iter(found.items()))
        return _Vote(kind, (reason,))
    return _Vote(None, ("the words name several weightings",) if found else ())


def _has_fat_words(tags: SequenceTags) -> bool:
    return any(_FAT_WORDS.search(text) for text in tags.texts.values())


def _detect_fat_suppression(tags: SequenceTags, kind: SequenceKind) -> bool | None:
    if kind is SequenceKind.STIR or "FS" in tags.scan_options or tags.fat_suppression in {"FAT", "FAT_AND_WATER"}:
        return True
    if _WATER_IMAGES & set(tags.image_type) or _has_fat_words(tags):
        return True
    return False if tags.scan_options or tags.fat_suppression or tags.texts else None


def _detect_contrast(tags: SequenceTags) -> bool:
    return tags.has_contrast_agent or any(_CONTRAST_WORDS.search(text) for text in tags.texts.values())
