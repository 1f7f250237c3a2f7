"""What things are called, at their sites and sides."""

import pytest

from ilc.report.texts import read_texts
from ilc.report.words import Words
from tests.support.sample_knowledge import sample_knowledge


@pytest.fixture
def words() -> Words:
    return Words(sample_knowledge(), read_texts("en"))


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("disc_herniation@L4_L5.left", "Disc herniation, L4/5 left"),
        ("disc_degeneration@L5_S1", "Disc degeneration, L5/S1"),
        ("root_pain@S1.right", "Root pain, S1 root right"),
        ("leg_pain@left", "Leg pain, left"),
        ("low_back_pain", "Low back pain"),
    ],
)
def test_clinicians_read_label_and_site(words: Words, instance: str, name: str) -> None:
    assert words.node(instance) == name


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("leg_pain@left", "pain in your left leg"),
        ("root_inflammation@L5.right", "an irritated nerve on the right"),
        ("disc_degeneration@L5_S1", "a disc that holds less water"),
        ("leg_pain", "pain in your leg"),
    ],
)
def test_patients_read_everyday_words_and_the_side_alone(words: Words, instance: str, name: str) -> None:
    assert words.plain_node(instance) == name


@pytest.mark.parametrize(
    ("evidence", "name"),
    [
        ("competing", "Evidence on other factors"),
        ("straight_leg_raise@left", "Straight leg raise, left"),
        ("leg_pain@left", "Leg pain, left"),
    ],
)
def test_evidence_is_a_finding_a_complaint_or_a_fixed_kind(words: Words, evidence: str, name: str) -> None:
    assert words.evidence(evidence) == name


def test_sites_of_one_thing_are_named_together(words: Words) -> None:
    instances = ("disc_degeneration@L4_L5", "muscle_tension", "disc_degeneration@L5_S1", "cauda_equina", "fever")
    assert words.grouped(instances) == [
        "Disc degeneration, L4/5, L5/S1",
        "Muscle tension",
        "Cauda equina syndrome",
        "Fever",
    ]


def test_an_observed_clause_reads_as_finding_and_outcome(words: Words) -> None:
    assert words.observed("saddle_numbness=present") == "Saddle numbness: present"


def test_a_node_nobody_knows_is_an_error_and_not_an_empty_name(words: Words) -> None:
    with pytest.raises(LookupError):
        words.node("gravity_trouble")
    with pytest.raises(LookupError):
        words.plain_node("gravity_trouble")
    with pytest.raises(LookupError):
        words.grouped(("gravity_trouble",))
