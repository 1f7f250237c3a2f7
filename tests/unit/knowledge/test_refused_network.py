"""Nodes and links the loader refuses: gaps in age, rings of causes, links that lead backwards."""

from __future__ import annotations

import pytest

from ilc.knowledge import loader
from ilc.knowledge.known import AlreadyRefused
from tests.support.knowledge_files import (
    SMALL,
    Spoilt,
    check_refused,
    edited,
    refused,
    small_knowledge,
    with_entry,
)

_FACTORS, _LINKS = "nodes/factors.yaml", "links/all.yaml"
NODES = [
    Spoilt("age bands with a gap", _FACTORS, "age: [18, 60]", "age: [18, 50]", "AGE_BANDS", "gap at 50 to 60"),
    Spoilt("age bands that overlap", _FACTORS, "age: [18, 60]", "age: [18, 70]", "AGE_BANDS", "overlap"),
    Spoilt("men left out", _FACTORS, "sex: male", "sex: female", "AGE_BANDS", "overlap"),
    Spoilt("the old left out", "nodes/history.yaml", "[18, 120]", "[18, 90]", "AGE_BANDS", "does not reach"),
    Spoilt("the young left out", "nodes/history.yaml", "[18, 120]", "[20, 120]", "AGE_BANDS", "does not reach"),
    Spoilt("a band that ends before it starts", "nodes/history.yaml", "[18, 120]", "[120, 18]", "AGE_BANDS", "120.0"),
    Spoilt("a band of no years", "nodes/history.yaml", "[18, 120]", "[18, 18]", "AGE_BANDS", "18.0, 18.0"),
    Spoilt(
        "no band at all",
        "nodes/history.yaml",
        '[{age: [18, 120], sex: any, p: {assume: [0.2, 0.1, 0.3], because: "national surveys"}}]',
        "[]",
        "AGE_BANDS",
        "no bands",
    ),
    Spoilt(
        "weights of a whole person",
        "nodes/history.yaml",
        "  prior:",
        "  site_weights: {L1_L2: 1}\n  prior:",
        "SITE_WEIGHTS",
        "no meaning",
    ),
    Spoilt(
        "weights for a prior by site",
        _FACTORS,
        "  prior:\n    unit: person",
        "  prior:\n    unit: site",
        "SITE_WEIGHTS",
        "no meaning",
    ),
    Spoilt("a weight without bounds", _FACTORS, "L3_L4: 2", "L3_L4: .inf", "SITE_WEIGHTS", "above 0"),
    Spoilt("an id in capitals", "nodes/history.yaml", "smoking:\n", "Smoking:\n", "WRONG_ID", "'Smoking'"),
    Spoilt("a child", "nodes/history.yaml", "[18, 120]", "[12, 120]", "AGE_BANDS", "12.0"),
    Spoilt(
        "prior and leak",
        _FACTORS,
        "  definition: Infection of the spine.\n",
        "  definition: Infection of the spine.\n  leak: {assume: [0.1, 0.1, 0.1], because: x}\n",
        "PRIOR_XOR_LEAK",
        "both",
    ),
    Spoilt(
        "neither prior nor leak",
        _FACTORS,
        '  leak: {assume: [0.1, 0.05, 0.2], because: "scans agree"}\n',
        "",
        "PRIOR_XOR_LEAK",
        "neither",
    ),
    Spoilt("a factor without a group", _FACTORS, "  group: serious\n", "", "WRONG_GROUP", "without"),
    Spoilt(
        "history with a group",
        "nodes/history.yaml",
        "  slice: history\n",
        "  slice: history\n  group: flow\n",
        "WRONG_GROUP",
        "with a group",
    ),
    Spoilt("a slice unknown", "nodes/history.yaml", "slice: history", "slice: past", "UNKNOWN_ID", "past"),
    Spoilt("sites unknown", "nodes/history.yaml", "sites: whole", "sites: body", "UNKNOWN_ID", "body"),
    Spoilt("a key misspelt", "nodes/history.yaml", "definition:", "defintion:", "UNKNOWN_KEY", "defintion"),
    Spoilt("a switch that is no switch", _FACTORS, "serious: true", "serious: yes", "WRONG_TYPE", "true or false"),
    Spoilt(
        "a complaint with two states", "nodes/complaints.yaml", "  codes:", "  states: 2\n  codes:", "OUT_OF_RANGE", "4"
    ),
    Spoilt("a code that is none", "nodes/complaints.yaml", 'sct: "1"', "sct: M54", "WRONG_CODE", "M54"),
    Spoilt("a system unknown", "nodes/complaints.yaml", 'sct: "1"', 'icd: "1"', "WRONG_CODE", "icd"),
    Spoilt("a level without weight", _FACTORS, "L3_L4: 2, ", "", "SITE_WEIGHTS", "L3_L4.left, L3_L4.right"),
    Spoilt("a weight of zero", _FACTORS, "L3_L4: 2", "L3_L4: 0", "SITE_WEIGHTS", "above 0"),
    Spoilt("a level weighed twice", _FACTORS, "L3_L4: 2", "L3_L4: 2, L3_L4.left: 3", "SITE_WEIGHTS", "twice"),
    Spoilt("a level unknown", _FACTORS, "L3_L4: 2", "L3L4: 2", "SITE_WEIGHTS", "no site"),
    Spoilt("a leak of zero", _FACTORS, "[0.001, 0, 0.002]", "[0, 0, 0.002]", "OUT_OF_RANGE", "0 is not between"),
    Spoilt(
        "a latent serious node", _FACTORS, "latent: true", "latent: true\n  serious: true", "LATENT_REPORTED", "never"
    ),
    Spoilt(
        "a latent modifiable", _FACTORS, "latent: true", "latent: true\n  modifiable: true", "LATENT_REPORTED", "never"
    ),
]

LINKS = [
    Spoilt(
        "a link to an unknown node",
        _LINKS,
        "smoking->disc_herniation:",
        "smoking->disc_hernia:",
        "UNKNOWN_ID",
        "disc_hernia",
    ),
    Spoilt(
        "a link with spaces",
        _LINKS,
        "smoking->disc_herniation:",
        "smoking -> disc_herniation:",
        "UNKNOWN_ID",
        "smoking ",
    ),
    Spoilt("a link with one end", _LINKS, "smoking->disc_herniation:", "smoking:", "WRONG_ID", "smoking"),
    Spoilt(
        "a link back to history",
        _LINKS,
        "smoking->disc_herniation:",
        "disc_herniation->smoking:",
        "BACKWARD_LINK",
        "from factor to history",
    ),
    Spoilt(
        "a ring of factors",
        _LINKS,
        "smoking->disc_herniation:",
        "root_inflammation->disc_herniation:",
        "SITE_MAP",
        "root_side to level_side",
    ),
    Spoilt("strength of zero", _LINKS, "[0.5, 0.3, 0.7]", "[0, 0, 0.7]", "OUT_OF_RANGE", "strength"),
    Spoilt("strength of one", _LINKS, "[0.5, 0.3, 0.7]", "[1, 0.3, 1]", "OUT_OF_RANGE", "strength"),
    Spoilt("a hypothesis without a note", _LINKS, ', note: "thought, not measured"', "", "MISSING_KEY", "hypothesis"),
    Spoilt("an evidence grade unknown", _LINKS, "evidence: moderate", "evidence: good", "UNKNOWN_ID", "good"),
    Spoilt(
        "a mechanism unknown",
        _LINKS,
        "mechanism: nociceptive, origin: body, evidence: moderate",
        "mechanism: mechanical, origin: body, evidence: moderate",
        "UNKNOWN_ID",
        "mechanical",
    ),
    Spoilt(
        "an origin unknown",
        _LINKS,
        "origin: body, evidence: moderate",
        "origin: mind, evidence: moderate",
        "UNKNOWN_ID",
        "mind",
    ),
    Spoilt(
        "reversibility left out",
        _LINKS,
        "evidence: moderate, reversible: false",
        "evidence: moderate",
        "MISSING_KEY",
        "reversible",
    ),
    Spoilt(
        "a level that meets no root",
        _LINKS,
        "  site_map: traversing_root, ",
        "  ",
        "SITE_MAP",
        "level_side to root_side",
    ),
    Spoilt(
        "a dose on a factor",
        _LINKS,
        "evidence: hypothesis",
        "dose: [0.2, 0.5, 0.3], evidence: hypothesis",
        "DOSE",
        "no complaint",
    ),
    Spoilt(
        "a dose that does not sum",
        _LINKS,
        'because: "by definition"}, dose: [0.2, 0.5, 0.3],\n  mechanism: neuro',
        'because: "by definition"}, dose: [0.2, 0.5, 0.2],\n  mechanism: neuro',
        "DOSE",
        "sums to 0.9",
    ),
    Spoilt(
        "a dose of two",
        _LINKS,
        'because: "by definition"}, dose: [0.2, 0.5, 0.3],\n  mechanism: neuro',
        'because: "by definition"}, dose: [0.5, 0.5],\n  mechanism: neuro',
        "DOSE",
        "(0.5, 0.5)",
    ),
    Spoilt(
        "a dose below zero",
        _LINKS,
        'because: "by definition"}, dose: [0.2, 0.5, 0.3],\n  mechanism: neuro',
        'because: "by definition"}, dose: [-0.5, 0.5, 1],\n  mechanism: neuro',
        "DOSE",
        "-0.5",
    ),
    Spoilt(
        "a complaint without a dose",
        _LINKS,
        'because: "by definition"}, dose: [0.2, 0.5, 0.3],\n  mechanism: neuro',
        'because: "by definition"},\n  mechanism: neuro',
        "MISSING_KEY",
        "dose",
    ),
]


@pytest.mark.parametrize("spoilt", [*NODES, *LINKS], ids=str)
def test_refused(spoilt: Spoilt) -> None:
    check_refused(spoilt)


_LINK = "{strength: {assume: [0.5, 0.3, 0.7], because: x}, mechanism: nociceptive, origin: body, evidence: moderate, "


def test_the_unspoilt_data_is_accepted() -> None:
    assert small_knowledge().nodes


def test_everything_wrong_is_told_at_once_and_nothing_twice() -> None:
    """A wrong node does not bury its cause under complaints of all that rests on it."""
    texts = edited(
        _FACTORS,
        "slice: factor\n  group: nerve\n  sites: root_side\n  definition: A root that is irritated.",
        "slice: factors\n  group: nerve\n  sites: root_side\n  definition: A root that is irritated.",
    )
    texts = edited("tests.yaml", "burden: 10", "burden: ten", texts)
    assert [issue.code for issue in refused(texts)] == ["KNOWLEDGE_UNKNOWN_ID", "KNOWLEDGE_WRONG_TYPE"]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("root_inflammation->root_compression", "CYCLE"),
        ("root_inflammation->root_inflammation", "CYCLE"),
        ("root_pain->root_inflammation", "BACKWARD_LINK"),
        ("leg_pain->root_pain", "BACKWARD_LINK"),
        ("leg_pain->low_back_pain", "BACKWARD_LINK"),
        ("root_pain->bone_pain", "BACKWARD_LINK"),
        ("smoking->leg_pain", "BACKWARD_LINK"),
        ("root_inflammation->leg_pain", "BACKWARD_LINK"),
    ],
)
def test_causes_run_forward_only(link: str, code: str) -> None:
    issues = refused(with_entry(_LINKS, f"{link}: {_LINK}reversible: true}}"))
    assert [issue.code for issue in issues] == [f"KNOWLEDGE_{code}"]


def test_few_known_words_are_all_named() -> None:
    (issue,) = refused(edited(_LINKS, "evidence: moderate", "evidence: xyz"))
    assert issue.remedy == "Known: established, hypothesis, moderate."


def test_an_entry_left_out_without_a_word_is_a_fault_of_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave_out(*_: object) -> None:
        raise AlreadyRefused

    monkeypatch.setattr(loader, "parse_test", leave_out)
    with pytest.raises(RuntimeError, match="without a refusal"):
        loader.knowledge_from(
            {
                **SMALL,
                **dict.fromkeys(["findings/all.yaml", "red_flags.yaml", "self_care.yaml"], ""),
                "questionnaires/short.yaml": "",
            }
        )


def test_a_ring_is_told_with_all_its_members() -> None:
    (issue,) = refused(with_entry(_LINKS, f"root_inflammation->root_compression: {_LINK}reversible: true}}"))
    assert "root_compression -> root_inflammation -> root_compression" in issue.message


def test_the_same_id_in_two_files_is_refused() -> None:
    entry = "smoking: {label: Smoking, slice: history, sites: whole, definition: x, leak: p.base.pain}"
    (issue,) = refused({**SMALL, "nodes/again.yaml": entry})
    assert issue.code == "KNOWLEDGE_DUPLICATE_ID"
    assert "nodes/again.yaml:1" in issue.message + issue.where


def test_the_same_id_twice_in_a_file_is_refused() -> None:
    (issue,) = refused(with_entry("tests.yaml", "mri: {label: MRI, burden: 3}"))
    assert issue.code == "KNOWLEDGE_DUPLICATE_KEY"


def test_an_id_that_was_published_never_vanishes() -> None:
    (issue,) = refused({**SMALL, "ids.lock": "bone_pain\ndisc_prolapse\n"})
    assert issue.code == "KNOWLEDGE_ID_VANISHED"
    assert issue.where == "ids.lock:2"


@pytest.mark.parametrize("lock", ["disc_herniation\nbone_pain\n", "bone_pain\nbone_pain\n"])
def test_a_lock_in_disorder_is_refused(lock: str) -> None:
    (issue,) = refused({**SMALL, "ids.lock": lock})
    assert issue.code == "KNOWLEDGE_IDS_LOCK"


@pytest.mark.parametrize("version", ["", "1.0", "2026.13.1", "2026.11"])
def test_a_version_is_year_month_number(version: str) -> None:
    assert "KNOWLEDGE_WRONG_VERSION" in [issue.code for issue in refused({**SMALL, "VERSION": version})]
