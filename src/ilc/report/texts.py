"""Every sentence a document prints, by language: catalogues of keys and sentences with {named} placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from ilc.knowledge.document import Entries, Scalar, Value, parse_yaml

CATALOGUES = Path(__file__).with_name("texts")
LANGUAGES = tuple(sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir()))


class TextError(LookupError):
    """A sentence that is not in the catalogue, or was asked for with other values than it has places for."""


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.sentences = MappingProxyType(dict(sentences))
        self._places = {key: find_placeholders(sentence) for key, sentence in sentences.items()}

    def say(self, key: str, /, **values: object) -> str:
        """Return the sentence `key` with its places filled; every value needs its place and every place its value."""
        if key not in self.sentences:
            raise TextError(f"no text {key!r} in language {self.language!r}; add it to the catalogue")
        if self._places[key] != values.keys():
            unused, empty = values.keys() - self._places[key], self._places[key] - values.keys()
            raise TextError(
                f"text {key!r}: values without a place {sorted(unused)}, places without one {sorted(empty)}"
            )
        return self.sentences[key].format(**values)

    def choose(self, family: str, member: str, /, **values: object) -> str:
        """Return the sentence of a member of a family: `band.likely`."""
        return self.say(f"{family}.{member}", **values)

    def count(self, key: str, number: int, /, **values: object) -> str:
        """Return `key.one` or `key.other`, with its place {n} filled where it has one."""
        form = f"{key}.one" if number == 1 else f"{key}.other"
        return self.say(form, **values, **({"n": number} if "n" in self._places.get(form, ()) else {}))

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self.sentences

    def places(self, key: str) -> frozenset[str]:
        """Return the names of the places of a sentence."""
        return self._places[key]

    def with_more(self, sentences: Mapping[str, str]) -> Texts:
        """Return these texts and further ones, which may not replace any."""
        twice = sentences.keys() & self.sentences.keys()
        if twice:
            raise TextError(f"texts stand twice: {', '.join(sorted(twice))}")
        return Texts(self.language, {**self.sentences, **sentences})

    def join(self, parts: Iterable[str]) -> str:
        """Return a list within a sentence: "a, b and c"."""
        items = list(parts)
        if len(items) < 2:
            return "".join(items)
        comma, last = self.sentences["list.comma"], self.sentences["list.last"]
        return comma.join(items[:-1]) + last + items[-1]


def find_placeholders(sentence: str) -> frozenset[str]:
    """Return the names in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def escape_places(sentence: str) -> str:
    """Return a sentence whose braces are printed as they are."""
    return sentence.replace("{", "{{").replace("}", "}}")


@cache
def read_texts(language: str) -> Texts:
    """Read the catalogues of a language; a key may stand only once in all of them."""
    if language not in LANGUAGES:
        raise TextError(f"no reports in language {language!r}; there is: {', '.join(LANGUAGES)}")
    sentences: dict[str, str] = {}
    for path in sorted((CATALOGUES / language).glob("*.yaml")):
        entries = parse_yaml(path.read_text(encoding="utf-8"), file=path.name)
        for key, sentence in _flatten(entries, ""):
            if key in sentences:
                raise TextError(f"{path.name}: the text {key!r} stands in two catalogues")
            sentences[key] = sentence
    return Texts(language, sentences)


def _flatten(value: Value, key: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, Scalar):
        yield key, value.text
    elif isinstance(value, Entries):
        for name, item in value.values.items():
            yield from _flatten(item, f"{key}.{name}" if key else name)
    else:
        raise TextError(f"{key!r}: a sentence expected, not a list")
