"""Whatever a file holds, the loader answers with knowledge or with a KnowledgeError; never with anything else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from ilc.core import Issue
from ilc.knowledge import KnowledgeError
from ilc.knowledge.bibliography import parse_bibliography
from ilc.knowledge.document import parse_yaml
from ilc.knowledge.loader import knowledge_from
from ilc.knowledge.refusal import Refusal
from tests.support.knowledge_files import SMALL

_YAML = st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"#%@,?\n\t 01.\\~é\x00\x85")), max_size=60)
_FILES = sorted(name for name in SMALL if name != "ids.lock")


@given(_YAML)
def test_any_text_is_a_document_or_is_refused(text: str) -> None:
    with contextlib.suppress(Refusal):
        parse_yaml(text, file="x.yaml")


@given(st.text(alphabet=st.sampled_from(list('@article{},=x1 \n%"\\')), max_size=60))
def test_any_text_is_a_bibliography_or_is_refused(text: str) -> None:
    with contextlib.suppress(Refusal):
        parse_bibliography(text, file="references.bib")


@given(st.sampled_from(_FILES), st.data())
def test_any_small_damage_to_a_file_is_accepted_or_refused(name: str, data: st.DataObject) -> None:
    """Cut something out of a sound file and put something else there."""
    text = SMALL[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    new = data.draw(st.sampled_from(["", "0", "-1", ".inf", "{}", "[]", "x", ": ", "\n", "null", "1e999", "1.5"]))
    for issue in _issues_of({**SMALL, name: text[:start] + new + text[end:]}):
        assert issue.where
        assert issue.remedy


def _issues_of(texts: Mapping[str, str]) -> tuple[Issue, ...]:
    try:
        knowledge_from(texts)
    except KnowledgeError as error:
        return error.issues
    return ()
