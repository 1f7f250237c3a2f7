"""Self-care is offered for what troubles this person, and withheld where it could harm."""

from __future__ import annotations

import pytest

from ilc.explanation.model import SelfCare
from ilc.explanation.self_care import SelfCareGround, choose_self_care
from ilc.knowledge import Knowledge, load_knowledge

TROUBLED_BY = {"muscle_pain": 0.6, "muscle_tension": 0.5, "sensitised_pain": 0.6, "poor_sleep": 0.4}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def judged(
    knowledge: Knowledge,
    item: str,
    *,
    seen: dict[str, str] | None = None,
    exists: dict[str, float] | None = None,
    level: str = "none",
) -> SelfCare:
    outcomes = {finding: frozenset({outcome}) for finding, outcome in (seen or {}).items()}
    ground = SelfCareGround(outcomes, exists or {}, TROUBLED_BY, level)
    return next(care for care in choose_self_care(knowledge, ground) if care.id == item)


@pytest.mark.parametrize("item", ["keep_warm", "keep_swaying", "sunlight_walk"])
def test_it_is_offered_where_it_helps_and_nothing_speaks_against_it(knowledge: Knowledge, item: str) -> None:
    care = judged(knowledge, item)
    assert care.offered
    assert set(care.because) <= set(TROUBLED_BY)
    assert care.withheld == ()


@pytest.mark.parametrize(
    ("item", "finding"),
    [
        ("keep_warm", "heat_not_felt"),
        ("keep_warm", "sensory_loss"),
        ("keep_warm", "fever"),
        ("keep_swaying", "mri_fracture_oedema"),
        ("keep_swaying", "unsteady_or_falls"),
        ("sunlight_walk", "photosensitising_drugs"),
        ("sunlight_walk", "weakness_progressing"),
    ],
)
def test_a_contraindication_that_was_found_withholds_it(knowledge: Knowledge, item: str, finding: str) -> None:
    care = judged(knowledge, item, seen={finding: "present"})
    assert not care.offered
    assert care.withheld == (f"{finding}=present",)


@pytest.mark.parametrize(
    ("item", "factor"),
    [
        ("keep_warm", "spinal_infection"),
        ("keep_swaying", "vertebral_fracture_acute"),
        ("sunlight_walk", "cauda_equina_syndrome"),
    ],
)
def test_a_likely_serious_factor_withholds_it(knowledge: Knowledge, item: str, factor: str) -> None:
    assert not judged(knowledge, item, exists={factor: 0.5}).offered
    assert judged(knowledge, item, exists={factor: 0.0}).offered


@pytest.mark.parametrize("item", ["keep_warm", "keep_swaying", "sunlight_walk"])
def test_an_urgent_red_flag_withholds_everything_tried_here(knowledge: Knowledge, item: str) -> None:
    assert not judged(knowledge, item, level="urgent").offered


def test_a_contraindication_nobody_asked_about_is_named_and_one_denied_is_not(knowledge: Knowledge) -> None:
    assert "heat_not_felt=present" in judged(knowledge, "keep_warm").ask_first
    assert "heat_not_felt=present" not in judged(knowledge, "keep_warm", seen={"heat_not_felt": "absent"}).ask_first


def test_what_troubles_nobody_is_not_offered(knowledge: Knowledge) -> None:
    assert choose_self_care(knowledge, SelfCareGround({}, {}, {}, "none")) == ()
