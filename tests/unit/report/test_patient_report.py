"""The patient's report: calm, plain, safe, about this person alone."""

import re
from dataclasses import replace

import pytest

from ilc.explanation.model import ChainPath, Diagnosis, Probability
from ilc.report.document import Card, Document, Facts, Notice, Route
from ilc.report.html import render_html
from ilc.report.material import gather
from ilc.report.patient.comfort import MOTOR_DEFICITS
from ilc.report.patient.compose import compose_patient_report
from ilc.report.texts import read_texts
from tests.support.reading_grade import ALARMING, OVER_PROMISING, reading_grade
from tests.support.report_documents import Page, blocks_of, items_of, make_images, patient_document, section_of
from tests.support.sample_diagnosis import (
    empty_diagnosis,
    sample_diagnosis,
    with_finding,
    with_red_flag,
)
from tests.support.sample_knowledge import sample_knowledge
from tests.support.sample_parts import LEG

COMFORT = {"rings", "house", "pipe"}


def ids_of(document: Document) -> list[str]:
    return [section.id for section in document.sections]


def text_of(document: Document) -> str:
    return Page(render_html(document)).text


def report(diagnosis: Diagnosis) -> str:
    return text_of(patient_document(diagnosis))


def test_the_parts_stand_in_their_order() -> None:
    assert ids_of(patient_document(sample_diagnosis())) == [
        "looked",
        "parts",
        "rings",
        "route",
        "origin",
        "house",
        "pipe",
        "steps",
        "ask",
        "help",
        "unknown",
    ]


@pytest.mark.parametrize("level", ["emergency", "urgent", "prompt"])
def test_a_red_flag_comes_first_and_comfort_gives_way(level: str) -> None:
    document = patient_document(with_red_flag(sample_diagnosis(), level))
    assert document.sections[0].id == "first"
    notice = document.sections[0].blocks[0]
    assert isinstance(notice, Notice)
    assert notice.tone == level
    assert not COMFORT & set(ids_of(document))
    assert not re.search(r"growth ring|tree|house|water pipe|wrinkle", text_of(document))


@pytest.mark.parametrize("level", ["emergency", "urgent"])
def test_what_must_be_seen_now_displaces_everything_that_can_wait(level: str) -> None:
    document = patient_document(with_red_flag(sample_diagnosis(), level))
    assert ids_of(document) == ["first", "looked", "help", "unknown"]


@pytest.mark.parametrize("level", ["watch", "none", "not_excluded"])
def test_what_is_only_watched_frightens_nobody(level: str) -> None:
    assert "first" not in ids_of(patient_document(with_red_flag(sample_diagnosis(), level)))


@pytest.mark.parametrize("finding", sorted(MOTOR_DEFICITS))
def test_comfort_gives_way_to_a_weak_muscle(finding: str) -> None:
    known = sample_knowledge()
    findings = {**known.findings, finding: replace(known.findings["myotome_weakness"], id=finding)}
    material = gather(
        with_finding(sample_diagnosis(), finding), replace(known, findings=findings), read_texts("en"), make_images()
    )
    assert not COMFORT & set(ids_of(compose_patient_report(material)))


def test_strength_that_was_tested_and_found_whole_leaves_comfort_alone() -> None:
    document = patient_document(with_finding(sample_diagnosis(), "myotome_weakness@L5.left", "absent"))
    assert set(ids_of(document)) >= COMFORT


def test_thoughts_of_suicide_get_their_own_words() -> None:
    flag = replace(sample_diagnosis().red_flags[0], id="suicidality", level="urgent", factors=("suicidality",))
    text = report(replace(sample_diagnosis(), red_flags=(flag,)))
    assert "You are not alone" in text
    assert "crisis line" in text
    assert "drive" not in text


@pytest.mark.parametrize(
    "diagnosis", [sample_diagnosis(), empty_diagnosis(), with_red_flag(sample_diagnosis(), "urgent")]
)
def test_when_to_get_help_and_what_is_not_known_are_always_there(diagnosis: Diagnosis) -> None:
    document = patient_document(diagnosis)
    assert {"help", "unknown"} <= set(ids_of(document))
    assert len(items_of(section_of(document, "help"))) == 8


def test_it_is_a_draft_until_signed() -> None:
    document = patient_document(sample_diagnosis())
    assert document.ribbon.startswith("Draft")
    assert "Draft" in document.labels.running
    assert "signed by" in document.closing


VARIANTS = {
    "sample": sample_diagnosis(),
    "emergency": with_red_flag(sample_diagnosis(), "emergency"),
    "prompt": with_red_flag(sample_diagnosis(), "prompt", flag="spinal_malignancy"),
    "empty": empty_diagnosis(),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_whole_page_is_easy_and_calm(name: str) -> None:
    document = patient_document(VARIANTS[name])
    html = render_html(document)
    sentences = re.sub(
        r"<(?:p|li|h\d|dt|dd|span|figcaption)[^>]*>", ". ", re.sub(r"<(style|svg).*?</\1>", "", html, flags=re.S)
    )
    assert reading_grade(re.sub(r"<[^>]+>", "", sentences)) <= 8.0
    assert ALARMING.search(text_of(document)) is None
    assert OVER_PROMISING.search(text_of(document)) is None


@pytest.mark.parametrize("name", VARIANTS)
def test_there_are_no_numbers_beyond_simple_words(name: str) -> None:
    text = report(VARIANTS[name]).replace("2026-11-22", "")
    assert not re.search(r"%|\d\.\d|\bp\s*=|L\d", text)


def test_what_may_play_a_part_is_ordered_and_said_in_bands() -> None:
    cards = [
        block for block in section_of(patient_document(sample_diagnosis()), "parts").blocks if isinstance(block, Card)
    ]
    assert [(card.title, card.tag) for card in cards[:3]] == [
        ("A narrow nerve canal", "likely plays a part"),
        ("Tight back muscles", "may play a part"),
        ("A back bone that sits slightly forward", "may play a part"),
    ]
    assert len(cards) <= 6


def test_a_part_says_what_points_to_it_and_not_what_speaks_against_it() -> None:
    text = report(sample_diagnosis())
    assert "What points to it: a narrow nerve canal on the scan and legs that feel fine when you sit" in text
    assert "leg pain when your straight leg is lifted" not in text


def test_a_disc_that_plays_no_part_is_a_growth_ring_with_the_number_of_people_without_pain() -> None:
    rings = section_of(patient_document(sample_diagnosis()), "rings")
    assert items_of(rings) == [
        "A disc that holds less water: of people your age without back pain, about 9 in 10 have this too."
    ]


@pytest.mark.parametrize(
    ("norm", "said"),
    [(0.02, "fewer than 1 in 10"), (0.2, "about 2 in 10"), (0.94, "about 9 in 10"), (0.99, "almost all")],
)
def test_how_common_it_is_is_said_in_simple_words(norm: float, said: str) -> None:
    factors = tuple(replace(f, age_norm=norm) if f.incidental else f for f in sample_diagnosis().factors)
    assert f"without back pain, {said} have this too" in report(replace(sample_diagnosis(), factors=factors))


def test_what_nobody_looked_at_is_no_growth_ring() -> None:
    factors = tuple(replace(f, assessed=False) if f.incidental else f for f in sample_diagnosis().factors)
    assert "rings" not in ids_of(patient_document(replace(sample_diagnosis(), factors=factors)))


def test_what_may_play_a_part_is_not_called_a_growth_ring_as_well() -> None:
    factors = sample_diagnosis().factors
    strong = {**factors[2].p_contributes, "low_back_pain": Probability(0.25)}
    changed = (factors[0], replace(factors[2], p_contributes=strong))
    document = patient_document(replace(sample_diagnosis(), factors=changed))
    assert "rings" not in ids_of(document)
    assert "A disc that holds less water" in {b.title for b in blocks_of(document) if isinstance(b, Card)}


def test_a_finding_of_something_else_does_not_point_to_a_part() -> None:
    slip = sample_diagnosis().factors[0]
    borrowed = replace(slip.reasons.contributions[0], evidence="csi_total")
    changed = replace(slip, reasons=replace(slip.reasons, contributions=(borrowed,)))
    parts = section_of(patient_document(replace(sample_diagnosis(), factors=(changed,))), "parts")
    assert "What points to it" not in text_of(replace(patient_document(sample_diagnosis()), sections=(parts,)))


def test_a_question_that_is_asked_at_the_visit_anyway_is_no_test() -> None:
    tests = sample_diagnosis().next_tests
    interview = replace(tests.safety[0], test="interview", burden=1.0)
    changed = replace(sample_diagnosis(), next_tests=replace(tests, safety=(interview, *tests.safety)))
    asked = items_of(section_of(patient_document(changed), "ask"))
    assert not any("a few more questions" in item for item in asked)
    assert any("the blood pressure at your ankles" in item for item in asked)


def test_the_route_is_the_leading_path_in_everyday_words() -> None:
    route = next(block for block in blocks_of(patient_document(sample_diagnosis())) if isinstance(block, Route))
    assert route.steps == (
        "A back bone that sits slightly forward",
        "A narrow nerve canal",
        "Nerves that tire when you walk",
        "Trouble walking",
    )
    assert route.joints == ("can lead to", "can start", "is felt as")


def test_two_routes_that_differ_only_in_where_they_end_are_shown_once() -> None:
    path = sample_diagnosis().paths[0]
    other = replace(path, nodes=(*path.nodes[:-1], LEG), complaint=LEG)
    document = patient_document(replace(sample_diagnosis(), paths=(path, other)))
    assert sum(isinstance(block, Route) for block in blocks_of(document)) == 1


def test_paths_through_serious_factors_are_not_drawn() -> None:
    path = ChainPath(("cauda_equina_syndrome", "root_pain@L5.left", LEG), LEG, 0.9)
    document = patient_document(replace(sample_diagnosis(), paths=(path,)))
    assert "route" not in ids_of(document)


def test_serious_factors_are_never_listed_as_parts() -> None:
    factors = tuple(
        replace(f, p_contributes=sample_diagnosis().factors[1].p_contributes) if f.serious else f
        for f in sample_diagnosis().factors
    )
    cards = blocks_of(patient_document(replace(sample_diagnosis(), factors=factors)))
    assert "An infection in the back" not in {card.title for card in cards if isinstance(card, Card)}


def test_the_house_holds_only_this_persons_rooms() -> None:
    house = text_of(patient_document(sample_diagnosis()))
    assert "These are your muscles: tight back muscles" in house
    quiet = tuple(f for f in sample_diagnosis().factors if f.group not in ("brain", "flow"))
    text = report(replace(sample_diagnosis(), factors=quiet))
    assert "Warm rooms" in text
    assert "This is you, with your thoughts and feelings" not in text
    only = tuple(f for f in sample_diagnosis().factors if f.group == "nerve")
    assert "house" not in ids_of(patient_document(replace(sample_diagnosis(), factors=only)))


def test_the_pipe_is_for_people_whose_narrowing_matters() -> None:
    factors = tuple(f for f in sample_diagnosis().factors if "stenosis" not in f.id)
    assert "pipe" not in ids_of(patient_document(replace(sample_diagnosis(), factors=factors)))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("supported", "the volume is turned up. That is a normal answer"),
        ("possible", "This is not certain"),
        ("indeterminate", "We cannot tell yet"),
        ("unlikely", "found few"),
    ],
)
def test_body_and_brain_are_both_real_whatever_the_balance(status: str, said: str) -> None:
    origin = tuple(replace(item, brain_status=status) for item in sample_diagnosis().origin)
    text = report(replace(sample_diagnosis(), origin=origin))
    assert "All pain is real" in text
    assert said in text


def test_only_offered_self_care_is_shown_each_with_how_how_often_and_why() -> None:
    steps = section_of(patient_document(sample_diagnosis()), "steps")
    cards = [block for block in steps.blocks if isinstance(block, Card)]
    assert [card.title for card in cards] == ["Walk a little, then a little more", "Keep warm", "Keep swaying"]
    facts = [card.blocks[0] for card in cards]
    assert all(isinstance(f, Facts) and [name for name, _ in f.pairs] == ["How", "How often", "Why"] for f in facts)
    assert "daylight" not in text_of(patient_document(sample_diagnosis())).lower()


def test_what_was_not_asked_is_to_be_asked_before_starting() -> None:
    assert "Please ask your clinician before you start. We do not know yet about this: losing weight" in report(
        sample_diagnosis()
    )


def test_at_most_five_steps_are_offered() -> None:
    care = tuple(replace(item, offered=True) for item in sample_diagnosis().self_care) * 3
    steps = section_of(patient_document(replace(sample_diagnosis(), self_care=care)), "steps")
    assert sum(isinstance(block, Card) for block in steps.blocks) == 5


def test_open_safety_questions_are_the_first_to_ask() -> None:
    ask = section_of(patient_document(sample_diagnosis()), "ask")
    first = items_of(ask)[0]
    assert first.startswith("Some safety questions have not been asked yet")
    assert "losing weight without trying" in first


def test_nothing_known_is_said_kindly() -> None:
    text = report(empty_diagnosis())
    assert "Your pain is real all the same" in text
    assert "no step we can offer safely right now" in text
