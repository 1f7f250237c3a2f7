"""Which words a knowledge base needs and a language does not have yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ilc.knowledge.model import Knowledge, Slice
from ilc.report.languages import SOURCE, mark_source, translate_knowledge
from ilc.report.texts import Texts, escape_places, read_texts

SELF_CARE_PARTS = ("title", "how", "often", "why")


def detect_missing_texts(knowledge: Knowledge, language: str = "en") -> tuple[str, ...]:
    """Return the keys of every text that reports of this knowledge would look up in vain."""
    texts = read_texts(language)
    return tuple(key for key in dict.fromkeys(_needed(knowledge)) if not texts.has(key))


def detect_missing_labels(knowledge: Knowledge, language: str) -> tuple[str, ...]:
    """Return the keys of every label of this knowledge that a language does not have; English is that of the labels."""
    if language == SOURCE:
        return ()
    texts = read_texts(language)
    return tuple(key for key in dict.fromkeys(_labels(knowledge)) if not texts.has(key))


def borrow_texts(texts: Texts, knowledge: Knowledge) -> Texts:
    """Lend the clinician's words of an overlay to the patient's report where it brings none of its own."""
    known = translate_knowledge(knowledge, texts)
    borrowed: dict[str, str] = {}
    for node in known.nodes.values():
        borrowed[f"node.{node.id}.name"] = node.label.lower()
        borrowed[f"node.{node.id}.about"] = (
            node.definition if texts.language == SOURCE else mark_source(node.definition)
        )
    borrowed |= {f"finding.{finding.id}": finding.label.lower() for finding in known.findings.values()}
    borrowed |= {f"test.{test.id}": test.label.lower() for test in known.tests.values()}
    return texts.with_more({key: escape_places(sentence) for key, sentence in borrowed.items() if not texts.has(key)})


def _needed(knowledge: Knowledge) -> Iterator[str]:
    for node in knowledge.nodes.values():
        if not node.latent:
            yield f"node.{node.id}.name"
            if node.slice is Slice.FACTOR and not node.serious:
                yield f"node.{node.id}.about"
    yield from (f"finding.{finding}" for finding in knowledge.findings)
    yield from (f"test.{test}" for test in knowledge.tests)
    for flag in knowledge.red_flags.values():
        yield f"patient_flag.{flag.id}"
        yield from flag.action.values()
    for item in knowledge.self_care:
        yield from (f"self_care.{item}.{part}" for part in SELF_CARE_PARTS)


def _labels(knowledge: Knowledge) -> Iterator[str]:
    families: dict[str, Iterable[str]] = {
        "node": knowledge.nodes,
        "finding": knowledge.findings,
        "test": knowledge.tests,
        "red_flag": knowledge.red_flags,
        "setting": knowledge.settings,
    }
    for family, ids in families.items():
        yield from (f"label.{family}.{id_}" for id_ in ids)
    for finding in knowledge.findings.values():
        if finding.unit:
            yield f"label.unit.{finding.unit}"
