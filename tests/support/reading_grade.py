"""How hard a text is to read (Flesch-Kincaid grade) and which words a patient must not meet."""

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE_ENDS = re.compile(r"[.!?:;\n]+")

ALARMING = re.compile(
    r"\b(degenerat\w*|crumbl\w*|wear and tear|worn|damag\w*|collaps\w*|severe\w*|ruptur\w*|bone on bone|instabil\w*|"
    r"unstable|abnormal\w*|disease\w*|disorder\w*|tear|tears|torn|patholog\w*|lesion\w*|deform\w*|crippl\w*|paraly\w*|"
    r"wheelchair|tumou?r\w*|metasta\w*|malignan\w*|slipped|stenosis|herniat\w*|spondyl\w*|arthr\w*|chronic|catastroph\w*|"
    r"incurable|fractur\w*|syndrome|dysfunction\w*|defect\w*|compress\w*|impinge\w*|pinched|trapped|crush\w*|abuse\w*|"
    r"dangerous|die|death|suicid\w*|fatal|wear|wears|wearing out|scar|scars|scarred|squeez\w*|crack\w*|erod\w*|eroding|"
    r"decay\w*|brittle|fragile|broken|breaks? down|failing|failed|failure|irreversib\w*|permanent\w*|bone spurs?|"
    r"misalign\w*|out of (?:place|line)|unfit|useless|hopeless\w*|disabl\w*|parkinson\w*|cysts?|osteo\w+|sclero\w*|"
    r"black discs?|dried out|ageing spine|old back|threat\w*|vulnerable)\b",
    re.IGNORECASE,
)
OVER_PROMISING = re.compile(
    r"\b(cures?|cured|guarantee\w*|pain[- ]free|will (?:go away|disappear|heal)|completely|definitely|always works)\b",
    re.IGNORECASE,
)


def count_syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(letters))
    if letters.endswith("e") and not letters.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    if letters.endswith("ed") and len(letters) > 3 and letters[-3] not in "td" and count > 1:
        count -= 1
    return max(1, count)


def reading_grade(text: str) -> float:
    """School grade of a text: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    sentences = [part for part in _SENTENCE_ENDS.split(text) if re.search(r"[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", text)
    if not words:
        return 0.0
    syllables = sum(count_syllables(part) for word in words for part in word.split("-") if part)
    return 0.39 * len(words) / max(1, len(sentences)) + 11.8 * syllables / len(words) - 15.59
