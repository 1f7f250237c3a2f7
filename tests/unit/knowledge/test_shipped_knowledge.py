"""The knowledge base that ships: sound, cited, published ids kept, and quick to load."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from pydicom.sr.codedict import codes

from ilc.core import IssueSeverity
from ilc.knowledge import (
    Basis,
    Group,
    Knowledge,
    Slice,
    check_knowledge,
    describe_entry,
    load_knowledge,
    summarise_knowledge,
)
from ilc.knowledge.files import IDS_LOCK, packaged_data
from ilc.knowledge.ids_lock import parse_ids_lock
from tests.support.knowledge_files import write_files

SLOWEST_LOAD_S = 0.4


@cache
def _shipped() -> Knowledge:
    return load_knowledge()


def test_it_loads_without_a_refusal_and_checks_without_an_error() -> None:
    issues = [issue for issue in check_knowledge(_shipped()) if issue.severity is IssueSeverity.ERROR]
    assert not issues, "\n".join(str(issue) for issue in issues)


def test_every_number_is_cited_or_says_that_it_is_assumed_and_why() -> None:
    summary = summarise_knowledge(_shipped())
    assert (summary.uncited, summary.unresolved) == ((), ())
    for parameter in _shipped().parameters.values():
        if parameter.basis is Basis.ASSUMPTION:
            assert parameter.note, parameter.id
        else:
            assert all(source.place for source in parameter.sources), parameter.id


def test_every_node_has_been_given_its_place_among_the_published_ids() -> None:
    """A new node is added to ids.lock by write_ids_lock; from then on it stays."""
    locked = parse_ids_lock(packaged_data().joinpath(IDS_LOCK).read_text(encoding="utf-8"))
    assert set(locked) == set(_shipped().nodes)


def test_every_snomed_code_is_in_the_free_set_that_comes_with_dicom() -> None:
    free = {getattr(codes.SCT, name).value for name in codes.SCT.dir()}
    used = {node.id: node.codes["sct"] for node in _shipped().nodes.values() if "sct" in node.codes}
    assert used, "no node has a code"
    assert {id_: code for id_, code in used.items() if code not in free} == {}


def test_every_group_of_factors_and_every_slice_is_there() -> None:
    nodes = _shipped().nodes.values()
    assert {node.slice for node in nodes} == set(Slice)
    assert {node.group for node in nodes} - {None} == set(Group)


def test_every_serious_cause_can_be_asked_for() -> None:
    screened = {factor for rule in _shipped().red_flags.values() if rule.screening for factor in rule.factors}
    assert {node.id for node in _shipped().nodes.values() if node.serious} <= screened


def test_every_entry_can_be_shown() -> None:
    knowledge = _shipped()
    for entries in (knowledge.nodes, knowledge.findings, knowledge.links, knowledge.red_flags, knowledge.instruments):
        for id_ in entries:
            assert describe_entry(knowledge, id_)


def test_an_overlay_folder_adds_to_what_ships(tmp_path: Path) -> None:
    write_files(tmp_path, {"tests.yaml": "gait_laboratory: {label: Gait laboratory, burden: 8}\n"})
    knowledge = load_knowledge(tmp_path)
    assert set(knowledge.tests) == {*_shipped().tests, "gait_laboratory"}
    assert knowledge.hash != _shipped().hash
    assert knowledge.version == f"{_shipped().version}+overlay"


def test_it_loads_quickly() -> None:
    """The best of three in processor time, so that a busy machine does not decide."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        load_knowledge()
        seconds.append(time.process_time() - start)
    assert min(seconds) < SLOWEST_LOAD_S
