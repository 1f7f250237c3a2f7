"""What Japanese reports may not hold: frightening words, promises, rare kanji, words of another language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.support.joyo_kanji import JOYO, VARIANTS

KANJI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*")
_QUOTED = re.compile("`[^`]*`")  # keys of a case file
# Patients' pages say none of these: what sounds like damage, doom or blame.
ALARMING = re.compile(
    "変性|損傷|異常|壊|破|崩|(?<!う)つぶ|潰|断裂|裂|手遅れ|危険|恐ろし|致命|死亡|重症|重度|重篤|悪化|悪性|腐|麻痺|寝たきり|車いす"
    "|不治|治らな|治せな|末期|摩耗|すり減|老化|劣化|欠陥|障害|変形|ヘルニア|腫瘍|気のせい|気の持ちよう|甘え|わがまま"
)
PROMISING = re.compile("必ず|絶対|完全に治|治ります|保証|間違いなく|きっと治|かならず|100%")
POLITE = re.compile("(?:です|ます|ません|でした|ました|ましょう|ください|ですか|ますか|でしょう)$")
# Names of tests, methods, units and files that Japanese clinicians write in Latin letters.
NAMES = frozenset(
    word
    for line in (
        "ILC MRI MR CT STIR T1 T2 SPECT PET DICOM NIfTI SHA-256 log10 P diagnosis.json case.yaml",
        "CRP ESR ALP CK HLA-B27 ABI BMI NSAIDs fMRI SLR Modic Kemp Romberg Revel IASP FABQ H one-finger test",
        "Pfirrmann Genant Verbiest PixelSpacing",
        "PHQ-9 GAD-7 PC-PTSD-5 PSS-10 PCS TSK-11 ISI CSI painDETECT DN4 WPI ODI RMDQ PEG STarT Back",
        "mm cm m kg kg/m mg L mL h nmol A B D X",
    )
    for word in line.split()
)


def rare_kanji(text: str) -> set[str]:
    """The kanji of a text that are not in everyday use."""
    return set(KANJI.findall(text)) - JOYO - VARIANTS


class Voice(HTMLParser):
    """The text of a page that is not marked as English, with the texts of its attributes."""

    _VOID = frozenset({"meta", "img", "col", "br", "link"})
    _SAID = frozenset({"alt", "aria-label", "title"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.english: list[str] = []
        self._open: list[str] = []  # how each open tag is heard: "said", "english" or "silent"
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        heard = self._open[-1] if self._open else "said"
        if tag == "style":
            heard = "silent"
        elif given.get("lang") == "en":
            heard = "english"
        if tag not in self._VOID:
            self._open.append(heard)
        self.said += [value for key, value in attrs if key in self._SAID and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        heard = self._open[-1] if self._open else "said"
        if data.strip() and heard != "silent":
            (self.english if heard == "english" else self.said).append(data)


def foreign_words(text: str) -> set[str]:
    """The Latin words of a text that Japanese does not use: no name, no level of the spine, no single letter."""
    words = set(LATIN.findall(_QUOTED.sub("", text)))
    return {word for word in words if word not in NAMES and not re.fullmatch(r"[LST]\d{1,2}|Th\d{1,2}", word)}
