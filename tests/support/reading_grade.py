"""How hard a text is to read: the Flesch-Kincaid grade, with a plain count of syllables."""

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE_ENDS = re.compile(r"[.!?:;\n]+")


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
