"""Both sides are told once when they have the same story, and only then."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from ilc.explanation.model import Diagnosis, FactorResult, Probability
from ilc.report.clinician.compose import compose_clinician_report
from ilc.report.clinician.sides import ALIKE_WITHIN, name_factor, name_told, tell_complaints
from ilc.report.document import Paragraph
from ilc.report.material import Material, gather
from ilc.report.texts import read_texts
from tests.support.report_documents import plain, section_of
from tests.support.sample_diagnosis import sample_diagnosis
from tests.support.sample_knowledge import sample_knowledge
from tests.support.sample_parts import make_complaint, make_factor, make_origin

LEFT, RIGHT = "leg_pain@left", "leg_pain@right"


def material_of(*factors: FactorResult, nrs: tuple[float, float] = (4.0, 7.0)) -> Material:
    """Pain in both legs with these factors."""
    complaints = tuple(make_complaint(id_, felt, {"nerve": 0.8}) for id_, felt in zip((LEFT, RIGHT), nrs, strict=True))
    diagnosis: Diagnosis = replace(
        sample_diagnosis(),
        complaints=complaints,
        factors=factors,
        chain=(),
        paths=(),
        relief=(),
        exit_sets=(),
        robustness=(),
        origin=tuple(make_origin(id_, 0.6, 0.1, "possible") for id_ in (LEFT, RIGHT)),
    )
    return gather(diagnosis, sample_knowledge(), read_texts("en"), {})


def factor(id_: str, contributes: Mapping[str, float]) -> FactorResult:
    made = make_factor(id_, "nerve", (0.1, 0.6), {})
    return replace(
        made,
        p_contributes=MappingProxyType({name: Probability(p) for name, p in contributes.items()}),
        p_direct=MappingProxyType(dict.fromkeys(contributes, 0.0)),
        share=MappingProxyType({name: p / 2 for name, p in contributes.items()}),
    )


CANAL = factor("central_stenosis@L4_L5", {LEFT: 0.8, RIGHT: 0.78})
ROOT_LEFT = factor("root_compression@L5.left", {LEFT: 0.5, RIGHT: 0.01})
ROOT_RIGHT = factor("root_compression@L5.right", {RIGHT: 0.52, LEFT: 0.01})


def test_one_canal_that_hurts_both_legs_alike_is_told_once_with_the_worse_leg_first() -> None:
    material = material_of(CANAL)
    (told,) = tell_complaints(material)
    assert told.first.id == RIGHT
    assert name_told(material, told) == "Leg pain, both sides — 7/10 and 4/10"
    assert name_factor(material, told, CANAL) == "Central stenosis, L4/5"


def test_roots_of_both_sides_that_do_the_same_are_named_together() -> None:
    material = material_of(CANAL, ROOT_LEFT, ROOT_RIGHT)
    (told,) = tell_complaints(material)
    assert name_factor(material, told, ROOT_RIGHT) == "Root compression, L5 root right, L5 root left"


@pytest.mark.parametrize(
    "factors",
    [
        (CANAL, ROOT_LEFT),
        (factor("central_stenosis@L4_L5", {LEFT: 0.8, RIGHT: 0.8 - ALIKE_WITHIN - 0.02}),),
        (CANAL, ROOT_LEFT, factor("root_compression@L4.right", {RIGHT: 0.5, LEFT: 0.01})),
    ],
    ids=["a root of one side only", "another chance", "another root"],
)
def test_legs_with_different_stories_are_told_by_themselves(factors: tuple[FactorResult, ...]) -> None:
    assert [told.first.id for told in tell_complaints(material_of(*factors))] == [LEFT, RIGHT]


def test_a_root_that_exists_on_one_side_more_often_is_another_story() -> None:
    rare = replace(ROOT_RIGHT, p_exists=Probability(0.2))
    assert len(tell_complaints(material_of(CANAL, ROOT_LEFT, rare))) == 2


def test_complaints_of_one_kind_without_sides_are_never_joined() -> None:
    diagnosis = sample_diagnosis()
    material = gather(diagnosis, sample_knowledge(), read_texts("en"), {})
    assert [len(told.complaints) for told in tell_complaints(material)] == [1, 1, 1]


def test_the_report_says_that_sides_are_told_together_and_whose_numbers_these_are() -> None:
    document = compose_clinician_report(material_of(CANAL))
    section = section_of(document, "complaint-leg_pain-right")
    said = " ".join(plain(block.line) for block in section.blocks if isinstance(block, Paragraph))
    assert "The numbers are those of: Leg pain, right." in said


def test_no_leading_factor_on_either_side_is_the_same_story() -> None:
    nothing = replace(CANAL, p_contributes=MappingProxyType({}), share=MappingProxyType({}))
    assert len(tell_complaints(material_of(nothing))) == 1
