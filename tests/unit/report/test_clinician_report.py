"""The clinician's report: complete, safety first, each number with its reasons."""

import re
from dataclasses import replace

import pytest

from ilc.explanation.model import ChainLink, Reason
from ilc.report.clinician.chain import CARRIES_FROM, MOST_ARROWS
from ilc.report.document import (
    Bullets,
    Card,
    Document,
    Drawing,
    Facts,
    Gallery,
    Notice,
    Paragraph,
    References,
    Run,
    Table,
)
from ilc.report.html import render_html
from tests.support.report_documents import (
    Page,
    blocks_of,
    clinician_document,
    make_images,
    plain,
    section_of,
    walk_blocks,
    walk_sections,
)
from tests.support.sample_diagnosis import empty_diagnosis, sample_diagnosis, with_red_flag

ORDER = [
    "red-flags",
    "glance",
    "chain",
    "next-steps",
    "complaints",
    "factors",
    "relief",
    "next-tests",
    "robustness",
    "findings",
    "images",
    "gaps",
    "references",
    "limits",
]


@pytest.fixture(scope="module")
def document() -> Document:
    return clinician_document(sample_diagnosis())


def text_of(document: Document) -> str:
    return Page(render_html(document)).text


def tables_of(document: Document, section: str) -> list[Table]:
    return [block for block in walk_blocks(section_of(document, section).blocks) if isinstance(block, Table)]


def cells(table: Table) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in table.rows]


def test_the_parts_stand_in_their_order(document: Document) -> None:
    assert [section.id for section in document.sections] == ORDER


def test_the_header_says_who_when_with_what_and_that_it_is_a_draft(document: Document) -> None:
    text = text_of(document)
    for piece in (
        "sample-001",
        "2026-11-22",
        "67 years",
        "female",
        "Spine clinic",
        "knowledge 2000.1.1",
        "5a5a5a5a5a5a",
    ):
        assert piece in text
    assert "Research and decision support · not a medical device · DRAFT until signed" in document.ribbon
    assert "DRAFT until signed" in document.labels.running


@pytest.mark.parametrize("level", ["emergency", "urgent", "prompt", "watch"])
def test_a_raised_red_flag_is_the_first_thing_said(level: str) -> None:
    first = section_of(clinician_document(with_red_flag(sample_diagnosis(), level)), "red-flags").blocks[0]
    assert isinstance(first, Notice)
    assert first.tone == level
    assert first.title.lower().startswith(level)


def test_a_red_flag_says_why_what_to_do_and_by_which_road() -> None:
    text = text_of(clinician_document(with_red_flag(sample_diagnosis(), "emergency")))
    assert "Saddle numbness: present" in text
    assert "Send to an emergency department now" in text
    assert "20 % / 21 % / <0.1 %" in text.replace("\u00a0", " ")


def test_the_most_urgent_red_flag_comes_first() -> None:
    diagnosis = with_red_flag(with_red_flag(sample_diagnosis(), "watch"), "emergency", flag="spinal_malignancy")
    notice = section_of(clinician_document(diagnosis), "red-flags").blocks[0]
    assert isinstance(notice, Notice)
    assert notice.tone == "emergency"
    others = next(block for block in notice.blocks if isinstance(block, Bullets))
    assert [plain(item).split(":")[0] for item in others.items] == ["Watch"]


def test_no_red_flags_is_said_only_when_all_were_asked() -> None:
    assert "No red flags" not in text_of(clinician_document(sample_diagnosis()))
    asked = tuple(replace(flag, asked=True, unasked=(), level="none") for flag in sample_diagnosis().red_flags)
    assert "No red flags" in text_of(clinician_document(replace(sample_diagnosis(), red_flags=asked)))


def test_no_red_flags_is_not_said_when_there_is_no_pathway_at_all() -> None:
    assert "No red flags" not in text_of(clinician_document(empty_diagnosis()))


def test_what_was_not_asked_is_listed(document: Document) -> None:
    text = text_of(document)
    assert "Weight lost without trying" in text
    assert "Still to be asked (unknown, not absent): Spinal malignancy (" in text
    assert "Asked in full, not raised: Cauda equina syndrome and Spinal infection." in text


def test_each_complaint_that_is_present_has_its_part_and_the_others_are_named(document: Document) -> None:
    complaints = section_of(document, "complaints")
    assert [section.title for section in complaints.sections] == [
        "Low back pain — 5/10",
        "Leg pain, left — 7/10",
        "Walking limitation",
    ]
    text = text_of(document)
    assert "Asked and denied: Groin pain, left." in text
    assert "Not asked: Widespread pain." in text


def test_exists_contributes_norm_and_share_stand_side_by_side(document: Document) -> None:
    walking = section_of(document, "complaint-walking_limitation")
    table = next(block for block in walk_blocks(walking.blocks) if isinstance(block, Table))
    first = cells(table)[0]
    assert first[0] == "Central stenosis, L4/5"
    assert [re.sub(r"\s", " ", cell) for cell in first[1:]] == [
        "96 % (93–98 %) likely",
        "41 %",
        "86 % (77–92 %) likely",
        "29 %",
        "31 %",
    ]


def test_the_shares_of_a_complaint_are_closed_by_what_is_unexplained(document: Document) -> None:
    back = section_of(document, "complaint-low_back_pain")
    table = next(block for block in walk_blocks(back.blocks) if isinstance(block, Table))
    assert cells(table)[-1][0] == "Unexplained by the model"
    assert cells(table)[-1][-1].startswith("21")


def test_an_incidental_disc_is_shown_as_existing_and_hardly_contributing(document: Document) -> None:
    card = next(b for b in blocks_of(document) if isinstance(b, Card) and b.title == "Disc degeneration, L5/S1")
    assert any("probably does not contribute" in plain(b.line) for b in card.blocks if isinstance(b, Paragraph))


def test_expert_only_numbers_are_tagged(document: Document) -> None:
    rows = [row for block in blocks_of(document) if isinstance(block, Table) for row in block.rows]
    named = [row[0] for row in rows if row[0] and row[0][0].text == "Poor blood flow" and len(row[0]) > 1]
    assert named
    assert all(line[-1] == Run("expert only", "tag") for line in named)


def test_the_origin_says_what_is_excluded_and_what_is_not(document: Document) -> None:
    section = section_of(document, "complaint-leg_pain-left")
    facts = [block for block in walk_blocks(section.blocks) if isinstance(block, Facts)][-1]
    said = {name: plain(value) for name, value in facts.pairs}
    assert said["Body causes still to be excluded"] == "Hip osteoarthritis, left"
    assert said["Body causes looked for and unlikely"] == "Facet pain"
    assert said["Evidence for the brain"].startswith("Possible.")


def test_an_indeterminate_brain_is_not_blamed_for_what_is_unexplained() -> None:
    origin = tuple(replace(item, brain_status="indeterminate") for item in sample_diagnosis().origin)
    text = text_of(clinician_document(replace(sample_diagnosis(), origin=origin)))
    assert "raises the unexplained part before the brain's" in text


def test_the_table_of_the_chain_holds_the_arrows_of_the_drawing(document: Document) -> None:
    section = section_of(document, "chain")
    drawing = next(block for block in section.blocks if isinstance(block, Drawing))
    table = tables_of(document, "chain")[0]
    shown = [link for link in sample_diagnosis().chain if link.carries >= CARRIES_FROM]
    assert len(table.rows) == len(shown) == drawing.svg.count("<path")
    dashed = sum(1 for link in shown if link.evidence == "hypothesis")
    assert drawing.svg.count("stroke-dasharray") == dashed == sum(row[5] == "hypothesis" for row in cells(table))


def test_a_long_chain_is_cut_to_its_strongest_arrows() -> None:
    link = sample_diagnosis().chain[0]
    many = tuple(
        replace(link, source=f"disc_herniation@{level}.{side}", target=f"root_compression@{root}.{side}", carries=0.2)
        for level in ("L1_L2", "L2_L3", "L3_L4", "L4_L5", "L5_S1")
        for side in ("left", "right")
        for root in ("L4", "L5", "S1")
    )
    diagnosis = replace(sample_diagnosis(), chain=(*many, *sample_diagnosis().chain))
    table = tables_of(clinician_document(diagnosis), "chain")[0]
    assert len(table.rows) == MOST_ARROWS
    assert cells(table)[0][:2] == ["Central stenosis, L4/5", "Neurogenic claudication"]


def test_links_cite_their_sources_or_say_assumption(document: Document) -> None:
    sources = {tuple(row[:2]): row[6] for row in cells(tables_of(document, "chain")[0])}
    assert sources["Muscle pain", "Low back pain"] == "assumption"
    assert sources["Spondylolisthesis, L4/5", "Central stenosis, L4/5"].startswith("[")


def test_relief_is_no_treatment_recommendation_and_shows_both_questions(document: Document) -> None:
    section = section_of(document, "relief")
    first = section.blocks[0]
    assert isinstance(first, Paragraph)
    assert "not a treatment recommendation" in plain(first.line)
    table = tables_of(document, "relief")[0]
    assert [column.head for column in table.columns] == ["Taken away", "Walking limitation", "Low back pain (now 5)"]
    rows = {row[0]: [cell.replace("\u00a0", " ") for cell in row[1:]] for row in cells(table)}
    assert rows["Muscle tension + Fear avoidance"] == ["–", "41 % gone (28–56 %); 2.6 left; but for 61 %"]
    assert rows["Central stenosis, L4/5"] == ["60 % gone (45–73 %); 2.1 left; but for 80 %", "–"]


def test_many_complaints_make_several_tables_of_relief() -> None:
    relief = sample_diagnosis().relief[0]
    ids = [f"{name}@{side}" for name in ("leg_pain", "groin_pain") for side in ("left", "right")]
    ids += ["low_back_pain", "walking_limitation", "widespread_pain"]
    many = tuple(replace(relief, complaint=complaint) for complaint in ids)
    tables = tables_of(clinician_document(replace(sample_diagnosis(), relief=many)), "relief")
    assert [len(table.columns) for table in tables] == [6, 3]


def test_a_set_that_reaches_nothing_says_so(document: Document) -> None:
    said = text_of(document).replace("\u00a0", " ")
    assert "No set of up to four reaches 80 %." in said
    assert "All modifiable factors together: 71 %." in said


def test_safety_tests_stand_before_information_and_what_is_left_out_has_its_reason(document: Document) -> None:
    tables = tables_of(document, "next-tests")
    assert [table.caption for table in tables] == ["List A: safety", "List B: information"]
    assert "without a red flag, early imaging" in text_of(document)


def test_the_reasons_of_a_panel_add_up_as_printed(document: Document) -> None:
    card = next(b for b in blocks_of(document) if isinstance(b, Card) and b.title == "Central stenosis, L4/5")
    table = next(block for block in walk_blocks(card.blocks) if isinstance(block, Table))
    rows = cells(table)
    assert [column.head for column in table.columns][2:-1] == [
        "Exists",
        "Leg pain, left",
        "Low back pain",
        "Walking limitation",
    ]
    for column in range(2, 6):
        log10_odds = sum(float(row[column].replace("−", "-")) for row in rows[:-1])
        odds = 10**log10_odds
        printed = float(rows[-1][column].rstrip(" %\u00a0"))
        assert 100 * odds / (1 + odds) == pytest.approx(printed, abs=1.5)


def test_pieces_that_hardly_move_anything_are_told_together_and_still_add_up() -> None:
    factor = sample_diagnosis().factors[1]
    crumbs = tuple(Reason(name, "absent", 0.01, "competing", (), False) for name in ("fever", "weight_loss"))
    reasons = replace(factor.reasons, contributions=(*factor.reasons.contributions, *crumbs))
    changed = replace(factor, reasons=reasons, reasons_contributes={})
    document = clinician_document(replace(sample_diagnosis(), factors=(changed,)))
    card = next(b for b in walk_blocks(section_of(document, "factors").blocks) if isinstance(b, Card))
    rows = cells(next(block for block in walk_blocks(card.blocks) if isinstance(block, Table)))
    assert ["2 smaller pieces together", "", "+0.01", ""] in rows
    assert not any("Fever" in row[0] for row in rows)


def test_factors_that_matter_have_a_panel_and_every_other_one_a_line(document: Document) -> None:
    panels = {block.title for block in section_of(document, "factors").blocks if isinstance(block, Card)}
    lines = {row[0] for row in cells(tables_of(document, "factors")[-1])}
    assert "Central stenosis, L4/5" in panels
    assert "Peripheral artery disease" in lines
    assert len(panels) + len(lines) == len(sample_diagnosis().factors)


def test_what_would_change_a_factor_is_shown(document: Document) -> None:
    card = next(b for b in blocks_of(document) if isinstance(b, Card) and b.title.startswith("Root inflammation"))
    change = [block for block in walk_blocks(card.blocks) if isinstance(block, Table)][-1]
    assert cells(change)[0][0] == "Selective root block, L5 root left"


def test_only_what_is_cited_is_listed_and_every_number_is_used(document: Document) -> None:
    listed = next(block for block in blocks_of(document) if isinstance(block, References))
    html = render_html(document)
    cited = {int(number) for number in re.findall(r'class="cite" href="#ref-(\d+)"', html)}
    assert {number for number, _, _ in listed.items} == cited
    assert "Dionne" in " ".join(citation for _, citation, _ in listed.items)
    unused = replace(sample_diagnosis(), red_flags=())
    assert "Dionne" not in text_of(clinician_document(unused))


def test_problems_of_the_data_are_told_early_and_in_full(document: Document) -> None:
    first = section_of(document, "glance").blocks[0]
    assert isinstance(first, Paragraph)
    assert plain(first.line).startswith("1 problem")
    assert "Export the series again." in text_of(document)


def test_a_picture_is_shown_and_a_missing_one_is_told() -> None:
    galleries = [b for b in blocks_of(clinician_document(sample_diagnosis(), make_images())) if isinstance(b, Gallery)]
    assert [picture.name for gallery in galleries for picture in gallery.pictures] == ["sagittal_t2.png"]
    without = clinician_document(sample_diagnosis(), {})
    assert not any(isinstance(block, Gallery) for block in blocks_of(without))
    assert "picture not found" in text_of(without)


def test_almost_nothing_known_still_makes_a_whole_report() -> None:
    document = clinician_document(empty_diagnosis())
    assert [section.id for section in document.sections] == ORDER
    assert all(section.blocks or section.sections for section in walk_sections(document.sections))


def test_a_link_without_its_definition_is_an_assumption() -> None:
    extra: ChainLink = replace(sample_diagnosis().chain[0], source="poor_sleep", target="muscle_pain", carries=0.9)
    document = clinician_document(replace(sample_diagnosis(), chain=(extra,)))
    assert cells(tables_of(document, "chain")[0])[0][6] == "assumption"
