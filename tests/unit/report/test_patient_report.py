"""The patient's report: calm, plain, safe, about this person alone."""

import re
from dataclasses import replace

import pytest

from ilc.explanation.model import ChainPath, Diagnosis, Probability
from ilc.report.document import Card, Document, Facts, Notice, Paragraph, Table
from ilc.report.html import render_html
from ilc.report.material import gather
from ilc.report.patient.comfort import MOTOR_DEFICITS
from ilc.report.patient.compose import compose_patient_report
from ilc.report.texts import read_texts
from tests.support.reading_grade import ALARMING, OVER_PROMISING, reading_grade
from tests.support.report_documents import Page, blocks_of, items_of, make_images, patient_document, plain, section_of
from tests.support.sample_diagnosis import (
    empty_diagnosis,
    sample_diagnosis,
    with_finding,
    with_red_flag,
)
from tests.support.sample_knowledge import sample_knowledge
from tests.support.sample_parts import LEG

COMFORT = {"rings", "house", "pipe", "days"}


def ids_of(document: Document) -> list[str]:
    return [section.id for section in document.sections]


def text_of(document: Document) -> str:
    return Page(render_html(document)).text


def report(diagnosis: Diagnosis) -> str:
    return text_of(patient_document(diagnosis))


def test_the_parts_stand_in_their_order() -> None:
    assert ids_of(patient_document(sample_diagnosis())) == [
        "message",
        "parts",
        "rings",
        "house",
        "pipe",
        "route",
        "origin",
        "days",
        "steps",
        "ask",
        "help",
        "looked",
        "unknown",
    ]


@pytest.mark.parametrize("level", ["emergency", "urgent", "prompt"])
def test_a_red_flag_comes_first_and_comfort_gives_way(level: str) -> None:
    document = patient_document(with_red_flag(sample_diagnosis(), level))
    assert document.opening is None
    assert document.sections[0].id == "first"
    notice = document.sections[0].blocks[0]
    assert isinstance(notice, Notice)
    assert notice.tone == level
    assert not COMFORT & set(ids_of(document))
    assert not re.search(r"growth ring|tree|house|water pipe|wrinkle", text_of(document))


@pytest.mark.parametrize("level", ["emergency", "urgent"])
def test_what_must_be_seen_now_displaces_everything_that_can_wait(level: str) -> None:
    document = patient_document(with_red_flag(sample_diagnosis(), level))
    assert ids_of(document) == ["first", "help", "looked", "unknown"]


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


def ring_rows(diagnosis: Diagnosis) -> list[list[str]]:
    table = next(b for b in section_of(patient_document(diagnosis), "rings").blocks if isinstance(b, Table))
    return [[plain(cell) for cell in row] for row in table.rows]


def test_what_was_seen_is_a_growth_ring_with_the_number_of_people_without_pain() -> None:
    assert ring_rows(sample_diagnosis()) == [
        ["A disc that holds less water", "likely plays no part", "About 9 in 10"],
        ["A narrow nerve canal", "likely plays a part", "About 4 in 10"],
        ["A back bone that sits slightly forward", "may play a part", "About 4 in 10"],
    ]


@pytest.mark.parametrize(
    ("norm", "said"),
    [(0.02, "Fewer than 1 in 10"), (0.2, "About 2 in 10"), (0.94, "About 9 in 10"), (0.99, "Almost all")],
)
def test_how_common_it_is_is_said_in_simple_words(norm: float, said: str) -> None:
    factors = tuple(replace(f, age_norm=norm) if f.incidental else f for f in sample_diagnosis().factors)
    assert ring_rows(replace(sample_diagnosis(), factors=factors))[0][-1] == said


def test_a_ring_without_a_count_says_that_there_is_none() -> None:
    factors = tuple(replace(f, age_norm=None) for f in sample_diagnosis().factors)
    assert {row[-1] for row in ring_rows(replace(sample_diagnosis(), factors=factors))} == {
        "There is no good count of this yet"
    }


def test_what_nobody_looked_at_is_no_growth_ring() -> None:
    factors = tuple(replace(f, assessed=False) if f.incidental else f for f in sample_diagnosis().factors)
    rows = ring_rows(replace(sample_diagnosis(), factors=factors))
    assert "A disc that holds less water" not in {row[0] for row in rows}


def test_what_no_picture_shows_is_no_growth_ring() -> None:
    findings = tuple(f for f in sample_diagnosis().findings if not f.id.startswith("mri"))
    assert "rings" not in ids_of(patient_document(replace(sample_diagnosis(), findings=findings)))


def test_a_ring_that_may_play_a_part_says_so_and_is_not_called_quiet() -> None:
    factors = sample_diagnosis().factors
    strong = {**factors[2].p_contributes, "low_back_pain": Probability(0.25)}
    changed = replace(sample_diagnosis(), factors=(factors[0], replace(factors[2], p_contributes=strong)))
    assert ring_rows(changed)[1][:2] == ["A disc that holds less water", "may play a part"]
    assert "likely not the reason" not in report(changed)


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
    text = report(sample_diagnosis())
    assert (
        "A back bone that sits slightly forward can lead to a narrow nerve canal. "
        "A narrow nerve canal can bring on nerves that tire when you walk. "
        "Nerves that tire when you walk can be felt as trouble walking."
    ) in text


def test_the_route_shows_how_parts_act_on_each_other_rather_than_one_part_alone() -> None:
    path = sample_diagnosis().paths[0]
    short = ChainPath(("muscle_tension", "muscle_pain", "low_back_pain"), "low_back_pain", 0.9)
    text = report(replace(sample_diagnosis(), paths=(short, replace(path, p_active=0.3))))
    assert "can lead to a narrow nerve canal" in text
    assert "Tight back muscles can bring on pain from the back muscles" in report(
        replace(sample_diagnosis(), paths=(short,))
    )


def test_a_path_that_is_unlikely_or_very_long_is_not_drawn() -> None:
    path = sample_diagnosis().paths[0]
    for other in (replace(path, p_active=0.1), replace(path, nodes=("facet_arthropathy@L4_L5", *path.nodes[:1]) * 3)):
        assert "route" not in ids_of(patient_document(replace(sample_diagnosis(), paths=(other,))))


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
    assert "The warm room, your muscles" in text
    assert "This is you, with your thoughts and feelings" not in text
    only = tuple(f for f in sample_diagnosis().factors if f.group == "nerve")
    assert "house" not in ids_of(patient_document(replace(sample_diagnosis(), factors=only)))


def test_the_house_names_only_what_is_probably_there() -> None:
    assert "These are your muscles: tight back muscles" in report(sample_diagnosis())
    doubtful = tuple(
        replace(f, p_exists=Probability(0.4)) if f.id == "muscle_tension" else f for f in sample_diagnosis().factors
    )
    text = report(replace(sample_diagnosis(), factors=doubtful))
    assert "These are your muscles: deep back muscles" in text


def test_the_pipe_is_for_people_whose_narrowing_matters() -> None:
    factors = sample_diagnosis().factors
    without = tuple(f for f in factors if "stenosis" not in f.id)
    assert "pipe" not in ids_of(patient_document(replace(sample_diagnosis(), factors=without)))
    quiet = tuple(
        replace(f, p_contributes={}) if f.id.startswith(("central_stenosis", "neurogenic")) else f for f in factors
    )
    assert "pipe" not in ids_of(patient_document(replace(sample_diagnosis(), factors=quiet)))


def test_a_narrowing_that_is_only_possible_is_said_as_possible() -> None:
    assert "nerves is narrow in one place" in report(sample_diagnosis())
    factors = tuple(
        replace(f, band="possible") if f.id.startswith("central_stenosis") else f for f in sample_diagnosis().factors
    )
    assert "nerves may be narrow in one place" in report(replace(sample_diagnosis(), factors=factors))


def test_the_main_message_is_two_sentences_on_this_person() -> None:
    message = section_of(patient_document(sample_diagnosis()), "message")
    said = [plain(block.line) for block in message.blocks if isinstance(block, Paragraph)]
    assert said == [
        "One thing likely plays a part in your pain: a narrow nerve canal.",
        "Some of this can change, and you can start with small steps today.",
    ]


def test_beside_a_weak_muscle_the_message_promises_nothing() -> None:
    weak = with_finding(sample_diagnosis(), "myotome_weakness@L5.left")
    assert "Please go through this page with your clinician" in text_of(patient_document(weak))
    assert "you can start with small steps today" not in text_of(patient_document(weak))


def test_better_days_are_explained_by_what_this_person_has() -> None:
    days = items_of(section_of(patient_document(sample_diagnosis()), "days"))
    assert days[0].startswith("When you lean forward or sit, the nerves have more room")
    assert not any("Cold" in item or "cold makes it worse" in item for item in days)
    only = tuple(f for f in sample_diagnosis().factors if f.id.startswith("spondylolisthesis"))
    bare = replace(sample_diagnosis(), factors=only, findings=())
    assert "days" not in ids_of(patient_document(bare))


def test_two_flags_give_one_time_to_be_seen() -> None:
    flags = sample_diagnosis().red_flags
    first, second = (
        replace(flags[0], id="spinal_infection", level="urgent"),
        replace(flags[1], id="fracture", level="prompt"),
    )
    text = report(replace(sample_diagnosis(), red_flags=(second, first)))
    assert "Please call your clinician today" in text
    assert "Please have this checked at the same visit" in text
    assert "within the next two weeks" not in text


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
    assert all(
        isinstance(f, Facts) and [name for name, _ in f.pairs] == ["How", "How often", "Why"]
        for f in facts
        if "Ask" not in str(f)
    )
    assert any(isinstance(f, Facts) and f.pairs[-1][0] == "Ask first" for f in facts)
    assert "daylight" not in text_of(patient_document(sample_diagnosis())).lower()


def test_what_was_not_asked_is_to_be_asked_before_starting() -> None:
    assert "We have not asked you about this yet: losing weight without trying. Please ask" in report(
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
