"""From files to a frozen knowledge base; overlays; the hash; the lock of ids."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ilc.core import SiteKind
from ilc.knowledge import Basis, Estimand, KnowledgeError, Slice, SourceRef, load_knowledge, write_ids_lock
from ilc.knowledge.files import hash_of, read_knowledge_files
from ilc.knowledge.loader import knowledge_from
from ilc.knowledge.number import inputs_of
from tests.support.knowledge_files import SMALL, edited, refused, small_knowledge, write_files


def _whole(folder: Path, texts: Mapping[str, str] = SMALL) -> Path:
    return write_files(folder, {**texts, "overlay.yaml": "replace: true\n"})


def test_a_node_holds_what_was_written() -> None:
    node = small_knowledge().nodes["disc_herniation"]
    assert (node.slice, node.sites, node.states, node.prior_unit) == (Slice.FACTOR, SiteKind.LEVEL_SIDE, 2, "person")
    assert [(band.age_from, band.age_to, band.sex) for band in node.prior] == [
        (18, 60, "any"),
        (60, 120, "female"),
        (60, 120, "male"),
    ]
    assert node.picture == "disc_herniation"


def test_a_weight_of_a_level_counts_for_both_sides() -> None:
    weights = small_knowledge().nodes["disc_herniation"].site_weights
    assert (weights["L5_S1.left"], weights["L5_S1.right"]) == (7, 7)
    assert (weights["L4_L5.left"], weights["L4_L5.right"]) == (9, 8)


def test_a_complaint_has_four_states_and_a_leak() -> None:
    node = small_knowledge().nodes["leg_pain"]
    assert node.states == 4
    assert node.leak is not None
    assert node.leak_parameter == "assumed.nodes.leg_pain.leak"


def test_an_interval_end_of_zero_is_moved_inside() -> None:
    leak = small_knowledge().nodes["root_inflammation"].leak
    assert leak is not None
    assert leak.low == pytest.approx(0.00001)


def test_an_assumption_in_place_becomes_a_parameter_with_its_reason() -> None:
    parameter = small_knowledge().parameters["assumed.links.root_compression->root_inflammation.strength"]
    assert (parameter.basis, parameter.note, parameter.quality) == (Basis.ASSUMPTION, "half are painful", 1.0)
    assert (parameter.sources, parameter.reviewed) == ((), "2026-11-01")


def test_an_assumed_prior_is_a_number_of_existence_in_unselected_people() -> None:
    parameter = small_knowledge().parameters["assumed.nodes.smoking.prior.18_120.any"]
    assert (parameter.estimand, parameter.conditioning) == (Estimand.EXISTS, "unselected")


def test_a_derived_number_records_its_formula_its_inputs_and_their_sources() -> None:
    knowledge = small_knowledge()
    link = knowledge.links["smoking->disc_herniation"]
    parameter = knowledge.parameters[link.parameter]
    assert parameter.estimate == link.strength
    assert inputs_of(parameter) == ("p.or.herniation", "p.base.pain")
    assert "p1 = ratio * p0" in parameter.note
    assert parameter.sources == (SourceRef("smith2015", "Table 2"),)
    assert inputs_of(knowledge.parameters["p.base.pain"]) == ()


def test_a_derived_number_is_no_better_founded_than_its_weakest_input() -> None:
    texts = edited("links/all.yaml", "ratio: p.or.herniation, base: p.base.pain",
                   "ratio: p.or.herniation, base: {assume: [0.1, 0.05, 0.2], because: a guess}")  # fmt: skip
    knowledge = knowledge_from(texts)
    parameter = knowledge.parameters["derived.links.smoking->disc_herniation.strength"]
    assert parameter.basis is Basis.ASSUMPTION
    assert "assumed.links.smoking->disc_herniation.strength.base" in knowledge.parameters


def test_a_link_into_a_factor_has_a_single_dose() -> None:
    links = small_knowledge().links
    assert links["smoking->disc_herniation"].dose == (1.0,)
    assert links["root_pain->leg_pain"].dose == (0.2, 0.5, 0.3)


def test_a_red_flag_holds_its_clauses_and_its_floor() -> None:
    rule = small_knowledge().red_flags["infection"]
    assert rule.clauses["prompt"] == (frozenset({"fever=present"}), frozenset({"crp=high"}))
    assert rule.floor["urgent"].value == 0.1


def test_a_negative_at_a_site_speaks_of_that_site_only() -> None:
    findings = small_knowledge().findings
    assert (findings["mri_herniation"].negative_covers, findings["crp"].negative_covers) == ("site", "whole")


def test_bands_and_their_unit_are_kept() -> None:
    finding = small_knowledge().findings["crp"]
    assert finding.bands["high"] == (50.0, float("inf"))
    assert finding.unit == "milligram_per_litre"


_MAPPINGS = [
    field.name for field in dataclasses.fields(small_knowledge()) if field.name not in ("version", "hash", "fit")
]


@pytest.mark.parametrize("name", _MAPPINGS)
def test_everything_is_read_only(name: str) -> None:
    knowledge = small_knowledge()
    mapping: Any = getattr(knowledge, name)
    assert mapping, "the small knowledge base has something of each kind"
    with pytest.raises(TypeError):
        operator.setitem(mapping, "x", None)
    entry = next(iter(mapping.values()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(entry, dataclasses.fields(entry)[0].name, "x")
    for field in dataclasses.fields(entry):
        value = getattr(entry, field.name)
        assert not isinstance(value, dict | list | set), f"{name}.{field.name} could be changed"


def test_the_order_of_the_data_is_kept() -> None:
    assert list(small_knowledge().links)[:2] == ["smoking->disc_herniation", "disc_herniation->root_compression"]


def test_a_whole_knowledge_base_can_take_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    knowledge = load_knowledge(_whole(tmp_path))
    assert knowledge.version == "2026.11.1"
    assert list(knowledge.nodes) == list(small_knowledge().nodes)


def test_the_hash_follows_names_and_contents_and_nothing_else(tmp_path: Path) -> None:
    assert load_knowledge(_whole(tmp_path / "a")).hash == load_knowledge(_whole(tmp_path / "b")).hash
    changed = edited("tests.yaml", "burden: 10", "burden: 11")
    assert knowledge_from(changed).hash != small_knowledge().hash
    assert hash_of({"a": "bc"}) != hash_of({"ab": "c"})
    assert hash_of({"a": "1", "b": "2"}) == hash_of({"b": "2", "a": "1"})


def test_an_overlay_puts_its_entries_in_place_of_those_of_the_same_id() -> None:
    tests = "mri: {label: MRI far away, burden: 20, imaging: true}\nct: {label: CT, burden: 8, imaging: true}\n"
    knowledge = knowledge_from(SMALL, {"tests.yaml": tests})
    assert (knowledge.tests["mri"].burden, knowledge.tests["ct"].burden, knowledge.tests["question"].burden) == (
        20,
        8,
        1,
    )
    assert list(knowledge.tests) == ["question", "manoeuvre", "mri", "ct"]
    assert knowledge.version == "2026.11.1+overlay"
    assert knowledge.hash != small_knowledge().hash


def test_an_overlay_may_cite_its_own_references_and_name_its_version() -> None:
    overlay = {
        "VERSION": "2027.1.0",
        "references.bib": "@misc{own2027, author = {Own, O.}, year = {2027}, title = {Ours}, url = {https://a.org}}",
        "self_care.yaml": "walking: {helps: [root_pain], never_with: [], evidence: expert, "
        "sources: [{key: own2027, place: all}]}",
    }
    knowledge = knowledge_from(SMALL, overlay)
    assert knowledge.version == "2026.11.1+2027.1.0"
    assert "own2027" in knowledge.references
    assert "warmth" in knowledge.self_care


def test_an_overlay_is_refused_for_what_it_breaks() -> None:
    (issue,) = refused(SMALL, {"tests.yaml": "mri: {label: MRI}"})
    assert issue.code == "KNOWLEDGE_MISSING_KEY"
    assert issue.where == "overlay/tests.yaml:1"


@pytest.mark.parametrize(
    ("overlay", "where"),
    [({"VERSION": "next\n"}, "overlay/VERSION:1"), ({"ids.lock": "herniation\n"}, "ids.lock:1")],
)
def test_an_overlay_keeps_the_rules_of_versions_and_ids(overlay: dict[str, str], where: str) -> None:
    (issue,) = refused(SMALL, overlay)
    assert issue.where == where


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    write_files(tmp_path, {"tests.yaml": ""})
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(KnowledgeError, match="Permission denied"):
        read_knowledge_files(tmp_path)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"overlay.yaml": "replace: true\n"}, "OVERLAY"),
        ({"overlay.yaml": "replace: true\n", "VERSION": "2026.11.1\n"}, "OVERLAY"),
        ({"overlay.yaml": "replace: perhaps\n"}, "WRONG_TYPE"),
        ({"overlay.yaml": "replaces: true\n"}, "UNKNOWN_KEY"),
        ({"notes.txt": "x"}, "STRANGE_FILE"),
        ({"node/x.yaml": "{}"}, "STRANGE_FILE"),
        ({"nodes/x.yml": "{}"}, "STRANGE_FILE"),
        ({"nodes/deep/x.yaml": "{}"}, "STRANGE_FILE"),
        ({"tests.yaml": "x" * 2_000_001}, "TOO_LARGE"),
        ({f"nodes/{number}.yaml": "" for number in range(301)}, "TOO_LARGE"),
    ],
)
def test_a_folder_that_is_no_overlay_is_refused(tmp_path: Path, texts: dict[str, str], code: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(write_files(tmp_path, texts))
    assert caught.value.issues[0].code == f"KNOWLEDGE_{code}"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such knowledge folder"):
        load_knowledge(tmp_path / "nowhere")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("mri: {label: MRI, burden: 1}")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "tests.yaml").symlink_to(secret)
    with pytest.raises(KnowledgeError, match="symbolic link"):
        load_knowledge(overlay)


def test_text_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "tests.yaml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(KnowledgeError, match=r"tests\.yaml:2"):
        load_knowledge(tmp_path)


def test_a_readme_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    write_files(tmp_path, {"README.md": "x", ".hidden": "x", "tests.yaml": ""})
    assert list(read_knowledge_files(tmp_path)) == ["tests.yaml"]


def test_the_lock_of_ids_grows_and_never_shrinks(tmp_path: Path) -> None:
    write_ids_lock(tmp_path, ["slip", "herniation"])
    write_ids_lock(tmp_path, ["stenosis"])
    assert (tmp_path / "ids.lock").read_text() == "herniation\nslip\nstenosis\n"
